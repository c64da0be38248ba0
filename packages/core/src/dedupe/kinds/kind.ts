/** What a column tells about a thing. It decides how its values are read and compared. */
export type KindName =
  | "givenName"
  | "familyName"
  | "personName"
  | "company"
  | "email"
  | "phone"
  | "date"
  | "website"
  | "postalCode"
  | "street"
  | "place"
  | "word"
  | "text"
  | "number"
  | "code";

/** A value as it is compared. Values with the same key are the same value. */
export interface Value {
  readonly key: string;
}

/** One outcome of a comparison. `m` and `u` are what is expected before anything is known about the data at hand. */
export interface Level {
  /** "agrees", "nearly", "partly", "differs": for the words of an explanation. */
  readonly agreement: Agreement;
  /** What was found, for people, after the column's name: "is the same". */
  readonly words: string;
  /** Share of pairs of records of one thing that come out so. */
  readonly m: number;
  /** Share of pairs of records of different things that come out so. */
  readonly u: number;
}

export type Agreement = "agrees" | "nearly" | "partly" | "differs";

/** What the column as a whole says about words: how much one counts, 0 to 1. */
export interface Words {
  weightOf(word: string): number;
}

export interface Kind<V extends Value = Value> {
  readonly name: KindName;
  /** Best first. The first means the same key, the last that nothing fits. */
  readonly levels: readonly Level[];
  /** Several of the things that are looked at have it: people an employer. */
  readonly isShared?: boolean;
  /** Undefined when nothing in the text can be compared. */
  parse(text: string): V | undefined;
  /** A place among `levels`; never the first for different keys. */
  compare(a: V, b: V, words: Words): number;
  /** What two records must share at least one of to be looked at. */
  keys(value: V, words: Words): readonly string[];
  /** Something rough that survives most slips, to be joined with that of another column. */
  rough(value: V): string;
  /** The words whose frequency in the column matters, when it does. */
  wordsOf?(value: V): readonly string[];
}

/** Of two records picked blindly in a list of people so many have one employer. */
const COLLEAGUES = 0.02;

/** The kind where what it names is not what is looked at, but what several of these have. */
export function shared(kind: Kind): Kind {
  const [same, ...others] = kind.levels;
  if (same === undefined) return kind;
  return { ...kind, isShared: true, levels: [{ ...same, u: COLLEAGUES }, ...others] };
}

/** A kind with its type of value hidden: values of one kind are only ever given to the same kind. */
export function hidden<V extends Value>(kind: Kind<V>): Kind {
  return kind as unknown as Kind;
}

export function level(agreement: Agreement, words: string, m: number, u: number): Level {
  return { agreement, words, m, u };
}
