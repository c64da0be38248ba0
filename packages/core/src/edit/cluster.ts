import { distance } from "../dedupe/text/edit.ts";
import { fold } from "../field/fold.ts";

/**
 * Values of a column that probably mean the same, found as OpenRefine finds them: by key collision ("fingerprint": the words of a value in
 * any order, without case, accents and punctuation; n-grams for values written with other spaces) and by edit distance within blocks of
 * shared beginnings. Source: the OpenRefine documentation, "Clustering methods in depth".
 */
export type Method = "fingerprint" | "ngram" | "distance";

export interface Cluster {
  /** Most frequent first; of equally frequent ones the one written with most care. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** What all of them could become: the first value. */
  readonly proposal: string;
  readonly rows: number;
}

/** Different values that are looked at; more have to be narrowed by a filter first. */
const MOST_VALUES = 200_000;
/** Pairs compared at most in one block: a beginning that all values share must not explode. */
const MOST_PAIRS = 2_000_000;

/** Clusters of two values and more, those that concern most rows first. `values` are the column's texts, one a row. */
export function clusters(values: Iterable<string>, method: Method): readonly Cluster[] {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value.trim() === "") continue;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size > MOST_VALUES) break;
  }
  const groups =
    method === "distance" ? byDistance([...counts.keys()]) : byKey(counts.keys(), method);
  const found: Cluster[] = [];
  for (const group of groups) {
    if (group.length < 2) continue;
    const members = group
      .map((value) => ({ value, count: counts.get(value) ?? 0 }))
      .sort(
        (a, b) =>
          b.count - a.count || care(b.value) - care(a.value) || (a.value < b.value ? -1 : 1),
      );
    const rows = members.reduce((sum, { count }) => sum + count, 0);
    found.push({ values: members, proposal: members[0]?.value ?? "", rows });
  }
  return found.sort((a, b) => b.rows - a.rows || (a.proposal < b.proposal ? -1 : 1));
}

/** Capital letters at the beginnings of words, no stray spaces: how a person who cares writes. */
function care(value: string): number {
  const words = value.split(" ");
  const capitals = words.filter((word) => /^\p{Lu}\p{Ll}/u.test(word)).length;
  const stray = value !== value.trim() || /\s{2,}/.test(value) ? 1 : 0;
  return capitals / words.length - stray;
}

function byKey(values: Iterable<string>, method: "fingerprint" | "ngram"): Iterable<string[]> {
  const keyOf = method === "ngram" ? ngramFingerprint : fingerprint;
  const groups = new Map<string, string[]>();
  for (const value of values) {
    const key = keyOf(value);
    if (key === "") continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups.values();
}

/** "Acme, Inc." and "inc ACME" have the same: words without case, accents and punctuation, each once, in order. */
export function fingerprint(value: string): string {
  return [...new Set(words(value))].sort().join(" ");
}

/** Pairs of neighbouring letters, each once, in order: "New York" and "NewYork" have the same. */
export function ngramFingerprint(value: string): string {
  const letters = words(value).join("");
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < letters.length; at += 1) pairs.add(letters.slice(at, at + 2));
  return pairs.size === 0 ? letters : [...pairs].sort().join("");
}

function words(value: string): string[] {
  return fold(value)
    .replace(/['’`´]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .split(" ")
    .filter((word) => word !== "");
}

/** Values that differ by a letter in eight or less, joined; digits have to agree, "Room 12" is not "Room 13". */
function byDistance(values: readonly string[]): Iterable<string[]> {
  const keys = values.map((value) => words(value).join(" "));
  const parents = values.map((_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at] as number] as number;
      at = parents[at] as number;
    }
    return at;
  };
  for (const block of blocks(keys)) {
    let pairs = 0;
    for (let i = 0; i < block.length && pairs < MOST_PAIRS; i += 1) {
      const a = keys[block[i] as number] as string;
      for (let j = i + 1; j < block.length && pairs < MOST_PAIRS; j += 1) {
        pairs += 1;
        const b = keys[block[j] as number] as string;
        // Sorted by length within the block: what follows is longer still.
        if (b.length - a.length > Math.max(1, Math.floor(b.length / 8))) break;
        if (near(a, b)) parents[root(block[j] as number)] = root(block[i] as number);
      }
    }
  }
  const groups = new Map<number, string[]>();
  values.forEach((value, index) => {
    const at = root(index);
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [value]);
    else group.push(value);
  });
  return groups.values();
}

/** Values that share three letters at the beginning, or at the end: a slip is seldom in both. */
function blocks(keys: readonly string[]): Iterable<number[]> {
  const found = new Map<string, number[]>();
  keys.forEach((key, index) => {
    const letters = key.replaceAll(" ", "");
    if (letters.length < 4) return;
    for (const name of [`<${letters.slice(0, 3)}`, `>${letters.slice(-3)}`]) {
      const block = found.get(name);
      if (block === undefined) found.set(name, [index]);
      else block.push(index);
    }
  });
  for (const block of found.values()) {
    block.sort((a, b) => (keys[a] as string).length - (keys[b] as string).length || a - b);
  }
  return found.values();
}

function near(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.replace(/\P{N}+/gu, " ").trim() !== b.replace(/\P{N}+/gu, " ").trim()) return false;
  const most = Math.max(1, Math.floor(Math.max(a.length, b.length) / 8));
  return distance(a, b, most) <= most;
}
