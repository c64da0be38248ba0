import {
  alignment,
  alikeInPerson,
  figuresOf,
  haveOtherFigures,
  type Rules,
  type Word,
} from "./align.ts";
import { plain, words } from "./words.ts";

const TITLES = new Set(
  (
    "mr mrs ms miss mx dr prof professor sir madam dame lord lady rev reverend hon capt captain col colonel gen general lt sgt president prasident presidente " +
    "herr frau hr fr dipl ing mag med phd md mba msc bsc esq jr sr ii iii iv monsieur madame mme mlle mademoiselle senor senora senorita don dona sig signor signora dott dottoressa " +
    "dhr mevr mevrouw sra sheikh shaikh sheik haji hajji mullah ayatollah imam pan pani gospodin llc ltd inc gmbh sa"
  ).split(" "),
);

/** Parts of names that carry little by themselves. */
const PARTICLES = new Set(
  "von van der den de del della dello di da dos das do du la le les el al as an ibn bin ben bint abu abd abdul ul zu zum zur ter ten te vom vander af av y e i i und and ad ap mac mc o san st saint oglu ogly ould".split(
    " ",
  ),
);

export interface PersonName {
  /** The words in order of the alphabet. */
  readonly key: string;
  readonly words: readonly Word[];
  readonly figures: string;
}

/** A person's name in one cell: "Dr. Müller, Jörg" and "Joerg Mueller" keep two words each, in any order. Undefined for an empty one. */
export function parse(text: string): PersonName | undefined {
  const all = words(plain(spacedInitials(text)));
  if (all.length === 0) return undefined;
  const kept = all.length > 1 ? all.filter((word) => !TITLES.has(word)) : all;
  const unique = [...new Set(kept.length === 0 ? all : kept)].map(
    (word) => SPELLINGS[word] ?? word,
  );
  const key = [...unique].sort().join(" ");
  return {
    key,
    figures: figuresOf(key),
    words: unique.map((text) => ({ text, weight: weightOf(text, unique.length) })),
  };
}

/** "JC Juncker" is "J C Juncker" beside a name in small letters. */
function spacedInitials(text: string): string {
  const first = /^\s*(\p{Lu}{2})(?=[\s.]+\p{Lu}\p{Ll})/u.exec(text);
  return first?.[1] === undefined
    ? text
    : text.replace(first[1], `${first[1].charAt(0)} ${first[1].charAt(1)}`);
}

const SPELLINGS: { readonly [word: string]: string } = { bin: "ibn", ben: "ibn" };

function weightOf(word: string, of: number): number {
  if (word.length === 1) return 0.45;
  if (of > 1 && (PARTICLES.has(word) || word === "ibn")) return 0.25;
  return word.length <= 2 ? 0.8 : 1;
}

const RULES: Rules = {
  alike: alikeInPerson,
  additional: 0.16,
  additionalToOne: 0.6,
  contradicted: 2,
};

/** How well two names fit one person, 0 to 1. */
export function likeness(a: PersonName, b: PersonName): number {
  if (a.key === b.key) return 1;
  if (haveOtherFigures(a.figures, b.figures)) return 0;
  const together = a.words.length > 1 || b.words.length > 1 ? writtenTogether(a, b) : 0;
  return Math.max(together, alignment(a.words, b.words, RULES));
}

/** "SergeiLavrov" and "Sergei Lavrov". */
function writtenTogether(a: PersonName, b: PersonName): number {
  if (a.words.length === b.words.length) return 0;
  const [x, y] = [joined(a), joined(b)];
  return Math.min(x.length, y.length) >= 6 && Math.abs(x.length - y.length) <= 2
    ? alikeInPerson(x, y)
    : 0;
}

function joined({ words }: PersonName): string {
  return words.map(({ text }) => text).join("");
}
