import { distance, jaroWinkler } from "./edit.ts";
import { areForms } from "./nicknames.ts";
import { sound } from "./sound.ts";

/** A word of a value and how much it counts beside the others of the value, above 0. */
export interface Word {
  readonly text: string;
  readonly weight: number;
}

/** How strict words are compared, and how much it costs when words stay without a partner. */
export interface Rules {
  /** How alike two words are, 0 to 1; below LEAST they are not partners. */
  readonly alike: (a: string, b: string) => number;
  /** Part of its weight that an additional word of the longer value costs. */
  readonly additional: number;
  /** Times its weight that a word costs for which the other value has another word instead. */
  readonly contradicted: number;
  /** Part of its weight that an additional word costs when the other value has not even two words that agree; default `additional`. */
  readonly additionalToOne?: number;
}

export const LEAST = 0.72;
/** Words without an equal partner that are compared letter by letter, a side. */
const MOST_REST = 10;

interface Partners {
  readonly alike: number;
  readonly a: number;
  readonly b: number;
}

/**
 * How well two sets of words fit together, 0 to 1: every word seeks its partner in the other value, in any order; words written together
 * or apart are the same. Symmetric. In the manner of Monge and Elkan 1996 and the "soft TF-IDF" of Cohen, Ravikumar and Fienberg 2003.
 */
export function alignment(a: readonly Word[], b: readonly Word[], rules: Rules): number {
  let matched = 0;
  let pairs = 0;
  let restA: Word[] = [];
  let restB: Word[] = [...b];
  for (const word of a) {
    let at = 0;
    while (at < restB.length && (restB[at] as Word).text !== word.text) at += 1;
    if (at === restB.length) restA.push(word);
    else {
      matched += (word.weight + (restB[at] as Word).weight) / 2;
      pairs += 1;
      restB.splice(at, 1);
    }
  }
  let whole = matched;
  if (restA.length > 0 && restB.length > 0) {
    const joined = joinWritten(restA, restB);
    matched += joined.weight;
    whole += joined.weight;
    pairs += joined.weight > 0 ? 1 : 0;
    restA = joined.a;
    restB = joined.b;
  }
  if (restA.length > 0 && restB.length > 0) {
    const candidates: Partners[] = [];
    for (let i = 0; i < Math.min(MOST_REST, restA.length); i += 1) {
      for (let j = 0; j < Math.min(MOST_REST, restB.length); j += 1) {
        const alike = rules.alike((restA[i] as Word).text, (restB[j] as Word).text);
        if (alike >= LEAST) candidates.push({ alike, a: i, b: j });
      }
    }
    candidates.sort((x, y) => y.alike - x.alike || weightOf(y) - weightOf(x));
    const usedA = new Set<number>();
    const usedB = new Set<number>();
    function weightOf({ a, b }: Partners): number {
      return (restA[a] as Word).weight + (restB[b] as Word).weight;
    }
    for (const one of candidates) {
      if (usedA.has(one.a) || usedB.has(one.b)) continue;
      usedA.add(one.a);
      usedB.add(one.b);
      const weight = weightOf(one) / 2;
      matched += weight * one.alike;
      whole += weight;
      pairs += 1;
    }
    restA = restA.filter((_, at) => !usedA.has(at));
    restB = restB.filter((_, at) => !usedB.has(at));
  }
  if (matched === 0) return 0;
  const left = sum(restA);
  const right = sum(restB);
  const contradicted = Math.min(left, right);
  const additional = Math.max(left, right) - contradicted;
  const part = pairs < 2 ? (rules.additionalToOne ?? rules.additional) : rules.additional;
  return matched / (whole + contradicted * rules.contradicted + additional * part);
}

function sum(words: readonly Word[]): number {
  let total = 0;
  for (const { weight } of words) total += weight;
  return total;
}

/** Takes off what is written together on one side and apart on the other: "vanderbilt" and "van der bilt". */
function joinWritten(
  a: readonly Word[],
  b: readonly Word[],
): { a: Word[]; b: Word[]; weight: number } {
  let restA = [...a];
  let restB = [...b];
  let weight = 0;
  for (let turn = 0; turn < 2; turn += 1) {
    for (const word of restA) {
      if (word.text.length < 4) continue;
      const span = spanOf(word.text, restB);
      if (span === undefined) continue;
      weight += word.weight;
      restA = restA.filter((one) => one !== word);
      restB = [...restB.slice(0, span.from), ...restB.slice(span.to)];
    }
    [restA, restB] = [restB, restA];
  }
  return { a: restA, b: restB, weight };
}

function spanOf(joined: string, parts: readonly Word[]): { from: number; to: number } | undefined {
  for (let from = 0; from < parts.length - 1; from += 1) {
    let text = (parts[from] as Word).text;
    for (let to = from + 1; to < parts.length && text.length < joined.length + 2; to += 1) {
      text += (parts[to] as Word).text;
      if (Math.abs(text.length - joined.length) > 1) continue;
      if (text === joined || (joined.length >= 7 && distance(text, joined, 1) <= 1))
        return { from, to: to + 1 };
    }
  }
  return undefined;
}

/** Slips of the pen in a word that may count as the same word, the more the longer it is. */
export function slips(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  if (shorter < 3) return 0;
  const most = shorter >= 10 ? 3 : shorter >= 6 ? 2 : 1;
  if (Math.abs(a.length - b.length) > most) return 0;
  if (hasDigit(a) || hasDigit(b)) return shorter > 6 && distance(a, b, 1) === 1 ? 0.8 : 0;
  const steps = distance(a, b, most);
  if (steps > most) return 0;
  const first = a.charCodeAt(0) === b.charCodeAt(0) ? 0 : 0.06;
  if (steps === 1)
    return (shorter >= 7 ? 0.96 : shorter >= 5 ? 0.93 : shorter === 4 ? 0.87 : 0.76) - first;
  if (steps === 2) return (shorter >= 9 ? 0.92 : shorter >= 7 ? 0.86 : 0.78) - first;
  return 0.84 - first;
}

export function hasDigit(word: string): boolean {
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at);
    if (code >= 48 && code <= 57) return true;
  }
  return false;
}

/** The figures in a text, "" mostly. */
export function figuresOf(text: string): string {
  return hasDigit(text) ? text.replace(/\D+/g, "") : "";
}

/** Whether both have figures, and others: "Person1" and "Person2" are two. */
export function haveOtherFigures(a: string, b: string): boolean {
  return a !== b && a !== "" && b !== "";
}

/** Two words of a person's name. */
export function alikeInPerson(a: string, b: string): number {
  if (a === b) return 1;
  if (a.length === 1 || b.length === 1) return a.charCodeAt(0) === b.charCodeAt(0) ? 0.86 : 0;
  if (areForms(a, b)) return 0.95;
  let alike = slips(a, b);
  const shorter = Math.min(a.length, b.length);
  if (alike < 0.9 && shorter >= 3 && sound(a) === sound(b))
    alike = Math.max(alike, shorter >= 4 ? 0.9 : 0.84);
  if (alike < 0.8 && shorter >= 5) {
    const jaro = jaroWinkler(a, b);
    if (jaro >= 0.9) alike = Math.max(alike, 0.8 + (jaro - 0.9) / 2);
  }
  return alike;
}

/** Two words of a company's or a thing's name: a word that is no slip of the other is another word. */
export function alikeInName(a: string, b: string): number {
  if (a === b) return 1;
  if (a.length <= 3 || b.length <= 3) return 0;
  const alike = slips(a, b);
  if (alike > 0) return alike;
  const shorter = a.length < b.length ? a : b;
  const longer = shorter === a ? b : a;
  return shorter.length >= 5 && longer.startsWith(shorter) && longer.length - shorter.length <= 3
    ? 0.82
    : 0;
}
