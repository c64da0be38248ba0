import { alignment, hasDigit, slips, type Rules, type Word } from "../text/align.ts";
import { plain, words as wordsIn } from "../text/words.ts";
import { type Kind, type Level, level, type Value, type Words } from "./kind.ts";

export interface Text extends Value {
  /** In order of the alphabet, each once. */
  readonly words: readonly string[];
  /** Words that count or number: "2", "ii". */
  readonly numerals: readonly string[];
  /** Words in brackets. */
  readonly aside: readonly string[];
  /** Whether it names several: "A. Smith, B. Jones". */
  readonly isList: boolean;
  /** With what they count, as soon as somebody asked. */
  weighed?: readonly Word[];
}

const LEVELS: readonly Level[] = [
  level("agrees", "is the same", 0.54, 0.0005),
  level("agrees", "is the same but for little", 0.12, 0.0002),
  level("nearly", "is much alike", 0.09, 0.0005),
  level("nearly", "is alike", 0.08, 0.002),
  level("nearly", "is part of the other", 0.04, 0.001),
  level("partly", "is half the same", 0.04, 0.006),
  level("partly", "is a little alike", 0.03, 0.03),
  level("differs", "differs", 0.06, 0.9603),
];
const LEAST = [0.93, 0.82, 0.68, 0.5, 0.3];
const MOST_KEYS = 8;
const PART = 4;
const HALF_THE_SAME = 5;
const LIST = /[,;|]\s*\S/;
const BRACKETS = /\([^()]*\)|\[[^[\]]*\]/g;
const NONE: readonly string[] = [];
const NUMERAL = /^(?:\d{1,4}|i{1,3}|iv|vi{0,3}|ix|x)$/;

/** A title, a description, a list: words that count the more the rarer they are in their column. */
export const text: Kind<Text> = {
  name: "text",
  levels: LEVELS,
  parse(raw) {
    const key = plain(raw);
    if (key === "") return undefined;
    const words = [...new Set(wordsIn(key))].sort();
    return {
      key,
      words,
      numerals: words.filter((word) => NUMERAL.test(word)),
      aside: (raw.match(BRACKETS) ?? NONE).flatMap((part) => wordsIn(plain(part))),
      isList: LIST.test(raw),
    };
  },
  compare(a, b, words) {
    const likeness = likenessOf(a, b, words);
    const best = isNumberedOtherwise(a, b) ? HALF_THE_SAME : 1;
    let found = LEVELS.length - 1;
    for (let at = LEAST.length - 1; at >= 0 && likeness >= (LEAST[at] as number); at -= 1)
      found = at < 3 ? at + 1 : at + 2;
    if (found > PART && isWithin(a, b, words)) found = PART;
    return Math.max(best, found);
  },
  keys(value, words) {
    const rarest = [...value.words]
      .filter((word) => word.length > 1)
      .sort((a, b) => words.weightOf(b) - words.weightOf(a) || (a < b ? -1 : 1))
      .slice(0, MOST_KEYS);
    const pairs: string[] = [];
    for (let i = 0; i < Math.min(5, rarest.length); i += 1) {
      for (let j = i + 1; j < Math.min(5, rarest.length); j += 1) {
        const [a, b] = [rarest[i] as string, rarest[j] as string].sort() as [string, string];
        pairs.push(`${a}+${b}`);
      }
    }
    return [
      value.key,
      ...rarest,
      ...rarest.slice(0, 4).map((word) => `<${word.slice(0, 5)}`),
      ...pairs,
    ];
  },
  rough: ({ words }) =>
    [...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))[0]?.slice(0, 4) ?? "",
  wordsOf: ({ words }) => words,
};

/** Whether each has a number that the other one has not: parts I and II of something are two things, however alike their titles. */
function isNumberedOtherwise({ numerals: a }: Text, { numerals: b }: Text): boolean {
  return (
    a.length > 0 &&
    b.length > 0 &&
    a.some((one) => !b.includes(one)) &&
    b.some((one) => !a.includes(one))
  );
}

/** Words are the same but for a slip, or one is short for the other: "J" for "Jeffrey", "proc" for "proceedings". */
function alike(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length === 1)
    return short !== "a" &&
      short !== "i" &&
      long.length > 1 &&
      long.startsWith(short) &&
      !hasDigit(long)
      ? 0.75
      : 0;
  if (short.length >= 4) {
    const slip = slips(a, b);
    if (slip > 0) return slip;
  }
  return short.length >= 3 && long.length >= 6 && long.startsWith(short) && !hasDigit(long)
    ? 0.8
    : 0;
}

const RULES: Rules = {
  alike,
  additional: 0.7,
  contradicted: 1.3,
};

/** Values of three words and more that share less than this are not compared letter by letter. */
const LEAST_SHARED = 0.2;

/** 0 to 1. */
function likenessOf(a: Text, b: Text, words: Words): number {
  const x = (a.weighed ??= weigh(a, words));
  const y = (b.weighed ??= weigh(b, words));
  if (Math.min(x.length, y.length) > 2) {
    let shared = 0;
    let left = 0;
    let right = 0;
    let i = 0;
    let j = 0;
    while (i < x.length && j < y.length) {
      const [one, other] = [x[i] as Word, y[j] as Word];
      if (one.text === other.text) {
        shared += one.weight;
        left += one.weight;
        right += one.weight;
        i += 1;
        j += 1;
      } else if (one.text < other.text) {
        left += one.weight;
        i += 1;
      } else {
        right += other.weight;
        j += 1;
      }
    }
    for (; i < x.length; i += 1) left += (x[i] as Word).weight;
    for (; j < y.length; j += 1) right += (y[j] as Word).weight;
    const share = shared / Math.min(left, right);
    if (share < LEAST_SHARED) return share / 2;
  }
  return alignment(x, y, RULES);
}

/** What a part must count so that it is more than a word that any value may have. */
const LEAST_PART = 0.5;

/** Longer texts are sentences, which share words without being parts of each other. */
const MOST_IN_NAME = 5;

/**
 * Whether the longer one says the shorter one and something besides, in brackets or in a name of a few words: "Spago" and "Spago (Los
 * Angeles)". Not for lists, where one author of three says little, nor for what has a number more.
 */
function isWithin(a: Text, b: Text, words: Words): boolean {
  const [short, long] = a.words.length < b.words.length ? [a, b] : [b, a];
  return (
    !short.isList &&
    !long.isList &&
    short.words.length < long.words.length &&
    short.numerals.length === long.numerals.length &&
    short.words.every((word) => long.words.includes(word)) &&
    short.words.some((word) => words.weightOf(word) >= LEAST_PART) &&
    (long.words.length <= MOST_IN_NAME ||
      long.words.every((word) => short.words.includes(word) || long.aside.includes(word)))
  );
}

function weigh({ words: all }: Text, words: Words): Word[] {
  return all.map((text) => ({ text, weight: 0.05 + words.weightOf(text) }));
}
