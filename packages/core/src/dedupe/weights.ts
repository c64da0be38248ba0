import type { DateOrder } from "../field/behaviour.ts";
import type { KindName } from "./kinds/kind.ts";
import { type Counterparts, counterparts, type Together } from "./counterparts.ts";
import type { ReadColumn } from "./table.ts";

/**
 * What agreement and difference in each column say: the weights of Fellegi and Sunter 1969. Plain JSON, kept with a workspace, so that a
 * record that is being typed is judged like those of the last look at all of them.
 */
export interface Weights {
  /** Chance that two records of the data picked blindly are of one thing. */
  readonly prior: number;
  readonly columns: readonly ColumnWeights[];
}

export interface ColumnWeights {
  readonly name: string;
  readonly kind: KindName;
  readonly order: DateOrder;
  /** Share of pairs of one thing that come out at each level. */
  readonly m: readonly number[];
  /** Share of pairs of different things that come out at each level. */
  readonly u: readonly number[];
  /** Another column that says part of the same, or -1. */
  readonly parent: number;
  /** What to add for each level of the parent times each own level, 0 or less: what was said already. */
  readonly shared: readonly number[];
  /** For each other column what to add at each own level when that one agrees, 0 or less (related.ts); none where nothing. */
  readonly related: readonly (readonly number[])[];
  /** Times what the column says, as decisions had it (refit.ts); 1 where nothing is said. */
  readonly trust?: number;
  /** Which values stand for each other (together.ts); where the column has few enough. */
  readonly together?: Together;
}

/** A pair is beyond doubt at this much; more says nothing and would drown what contradicts. */
const MOST_WEIGHT = 14;
/** As if so many records had been seen besides, each with a value as common as usual. */
const RECORDS_BEFORE = 150;
/** How far values that are nearly the same share in the rarity of the commoner one. */
const SHARE_OF_NEARLY = 0.5;

/** Weights made ready for one table: natural logarithms of likelihood ratios. */
export interface Scale {
  /** Logarithm of the odds before anything is compared. */
  readonly prior: number;
  readonly columns: readonly ScaleColumn[];
}

export interface ScaleColumn {
  /** For each level; of the first only what the agreement says at all, without how rare the value is. */
  readonly weights: Float64Array;
  /** What to add where the values are the same, for each value: how much rarer than usual it is. */
  readonly rare: Float32Array;
  readonly best: number;
  readonly isText: boolean;
  readonly parent: number;
  readonly shared: Float64Array;
  readonly related: readonly (readonly number[])[];
  readonly counterparts: Counterparts | undefined;
  readonly trust: number;
}

export function scaleOf(weights: Weights, columns: readonly ReadColumn[]): Scale {
  return {
    prior: Math.log(weights.prior / (1 - weights.prior)),
    columns: columns.map((column, at) =>
      scaleColumn(column, weights.columns[at] as ColumnWeights, columns.length <= FEW_COLUMNS),
    ),
  };
}

/**
 * As if so many others had a value that a pair alone has. Values that name one thing are seldom shared by different ones; others are, however
 * rare they seem.
 */
const OTHERS = 0.5;
const OTHERS_OF: { readonly [kind in KindName]?: number } = {
  email: 0.03,
  phone: 0.03,
  code: 0.03,
  date: 0.15,
  website: 0.15,
  personName: 0.1,
  company: 0.05,
};

const OTHERS_OF_EMPLOYERS = 2;
/** Where so few columns are known, a value is shared by no more others than values of its column are, but by so many. */
const FEW_COLUMNS = 2;
const FEWEST_OTHERS = 0.05;

/** How many other records have the value of a record, on average. */
function sharedBy({ counts, filled }: ReadColumn): number {
  let pairs = 0;
  for (const count of counts) pairs += count * Math.max(0, count - 1);
  return pairs / Math.max(1, filled);
}

/** The same scale with other shares of pairs of one thing: what chance does stays. */
export function rescaled(scale: Scale, { prior, columns }: Weights): Scale {
  return {
    prior: Math.log(prior / (1 - prior)),
    columns: scale.columns.map((column, at) => {
      const { m, u } = columns[at] as ColumnWeights;
      return { ...column, weights: logRatios(m, u) };
    }),
  };
}

function logRatios(m: readonly number[], u: readonly number[]): Float64Array {
  return Float64Array.from(m, (one, level) => Math.log(one / (u[level] as number)));
}

function scaleColumn(column: ReadColumn, known: ColumnWeights, isOneOfFew: boolean): ScaleColumn {
  const { m, u, parent, shared, related, trust = 1 } = known;
  const weights = logRatios(m, u);
  const { rare, rarest } = rarityOf(column, u[0] as number, isOneOfFew);
  const best = Math.max(0, ...weights, (weights[0] as number) + rarest);
  return {
    weights,
    rare,
    best: Math.min(MOST_WEIGHT, best) * trust,
    isText: column.kind.name === "text",
    parent,
    shared: Float64Array.from(shared),
    related,
    counterparts: counterparts(column, known.together),
    trust,
  };
}

interface Rarity {
  readonly usual: number;
  readonly rare: Float32Array;
  readonly rarest: number;
}

/** The last of each column: the same columns are weighed again and again while they are learnt from. */
const rarities = new WeakMap<ReadColumn, Rarity>();

function rarityOf(column: ReadColumn, usual: number, isOneOfFew: boolean): Rarity {
  const known = rarities.get(column);
  if (known?.usual === usual) return known;
  const { counts, filled, kind } = column;
  const expected = kind.isShared === true ? OTHERS_OF_EMPLOYERS : (OTHERS_OF[kind.name] ?? OTHERS);
  const others = isOneOfFew
    ? Math.min(expected, Math.max(FEWEST_OTHERS, sharedBy(column)))
    : expected;
  const rare = new Float32Array(counts.length);
  let rarest = -Infinity;
  for (let place = 0; place < rare.length; place += 1) {
    const count = Math.max(0, (counts[place] as number) - 1.5) + others;
    const one = Math.log(usual / frequency(count, filled, usual));
    rare[place] = one;
    if (one > rarest) rarest = one;
  }
  const found = { usual, rare, rarest };
  rarities.set(column, found);
  return found;
}

/** How often a value is expected that so many others of the records have, shrunk to what is usual in its column. */
export function frequency(others: number, of: number, usual: number): number {
  return (Math.max(0, others) + RECORDS_BEFORE * usual) / (Math.max(0, of - 2) + RECORDS_BEFORE);
}

/** What a column says about two records: above 0 for the same thing, below against. `a` and `b` are places of values, neither -1. */
export function weightOf(
  { weights, rare, isText, counterparts, trust }: ScaleColumn,
  level: number,
  a: number,
  b: number,
): number {
  let weight = weights[level] as number;
  if (level === 0) weight += rare[a] as number;
  else if (weight > 0) {
    const commoner = Math.min(rare[a] as number, rare[b] as number);
    if (level <= 2) weight += SHARE_OF_NEARLY * Math.min(0, commoner);
    // Texts no more than if both were the commoner of the two.
    const most = isText ? (weights[0] as number) + commoner : weight;
    weight = Math.max(0, Math.min(weight, most));
  }
  if (counterparts !== undefined) weight = counterparts.adjust(weight, a, b);
  if (weight > MOST_WEIGHT) weight = MOST_WEIGHT;
  return trust === 1 ? weight : weight * trust;
}

export function probability(logit: number): number {
  return logit > 0 ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / (1 + Math.exp(logit));
}
