import { alignment, slips, type Rules, type Word } from "../text/align.ts";
import { plain, words as wordsIn } from "../text/words.ts";
import { type Kind, type Level, level, type Value, type Words } from "./kind.ts";

export interface Text extends Value {
  /** In order of the alphabet, each once. */
  readonly words: readonly string[];
  /** With what they count, as soon as somebody asked. */
  weighed?: readonly Word[];
}

const LEVELS: readonly Level[] = [
  level("agrees", "is the same", 0.55, 0.0005),
  level("agrees", "is the same but for little", 0.12, 0.0002),
  level("nearly", "is much alike", 0.1, 0.0005),
  level("nearly", "is alike", 0.08, 0.002),
  level("partly", "is half the same", 0.05, 0.006),
  level("partly", "is a little alike", 0.03, 0.03),
  level("differs", "differs", 0.07, 0.9613),
];
const LEAST = [0.93, 0.82, 0.68, 0.5, 0.3];
const MOST_KEYS = 8;

/** A title, a description, a list: words that count the more the rarer they are in their column. */
export const text: Kind<Text> = {
  name: "text",
  levels: LEVELS,
  parse(raw) {
    const key = plain(raw);
    return key === "" ? undefined : { key, words: [...new Set(wordsIn(key))].sort() };
  },
  compare(a, b, words) {
    const likeness = likenessOf(a, b, words);
    for (let at = 0; at < LEAST.length; at += 1)
      if (likeness >= (LEAST[at] as number)) return at + 1;
    return LEVELS.length - 1;
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

const RULES: Rules = {
  alike: (a, b) => (a.length < 4 || b.length < 4 ? 0 : slips(a, b)),
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

function weigh({ words: all }: Text, words: Words): Word[] {
  return all.map((text) => ({ text, weight: 0.05 + words.weightOf(text) }));
}
