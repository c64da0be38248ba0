import type { Value } from "./kinds/kind.ts";
import type { ReadColumn, Table } from "./table.ts";
import { hash } from "./table.ts";

/** Which records are looked at together. Each block is a list of records that share a key. */
export interface Blocks {
  /** Where the records of each block begin in `records`; one more than there are blocks. */
  readonly starts: Int32Array;
  /** Ascending within a block. */
  readonly records: Int32Array;
  /** Where the blocks of each record begin in `blocks`; one more than there are records. */
  readonly firsts: Int32Array;
  readonly blocks: Int32Array;
}

/** Larger blocks say nothing: a value that everybody has. */
const MOST_IN_BLOCK = 300;
const MOST_JOINED = 16;
const RECORD_LIMIT = 2 ** 21;

/** Pairs that may be compared for so many records: all of them while they are few, then in proportion. */
export function budget(size: number): number {
  return 600_000 + 15 * size;
}

/**
 * Pairs of records that share a key: a value, a part or the sound of it, or rough forms of two columns together. Smaller blocks come first
 * until the budget is used up, so that a common value costs nothing and the time stays in proportion to the number of records. Blocking by
 * several keys: Christen 2012, "Data Matching", chapter 4.
 */
export function block(table: Table): Blocks {
  const entries = entriesOf(table, 2);
  entries.sort();
  const { starts, records } = chosen(entries, budget(table.size));
  return byRecord(starts, records, table.size);
}

/** Whether every pair may be compared. */
export function isSmall(size: number): boolean {
  return (size * (size - 1)) / 2 <= budget(size);
}

/** Keys that at least so many records share, with the records. */
function entriesOf(table: Table, least: number): Float64Array {
  const sources = keySources(table, least > 1);
  const { size } = table;
  // Keys that one record has alone, or too many, are most of them: they are counted first and left out.
  const mask = 2 ** Math.min(24, Math.max(12, Math.ceil(Math.log2(size + 1)) + 5)) - 1;
  const counts = new Uint16Array(mask + 1);
  for (const each of sources) {
    each((_, key) => {
      const at = key & mask;
      if ((counts[at] as number) < 65_535) counts[at] = (counts[at] as number) + 1;
    });
  }
  let entries = new Float64Array(Math.max(1024, size * 8));
  let length = 0;
  for (const each of sources) {
    each((record, key) => {
      const count = counts[key & mask] as number;
      if (count < least || count > MOST_IN_BLOCK * 4) return;
      if (length === entries.length) {
        const larger = new Float64Array(length * 2);
        larger.set(entries);
        entries = larger;
      }
      entries[length] = key * RECORD_LIMIT + record;
      length += 1;
    });
  }
  return entries.subarray(0, length);
}

type Each = (take: (record: number, key: number) => void) => void;

function keySources(table: Table, isJoined: boolean): Each[] {
  const sources: Each[] = [];
  table.columns.forEach((column, at) => {
    const { values, places } = column;
    const { starts, keys } = allKeys(column, at, values);
    sources.push((take) => {
      for (let record = 0; record < table.size; record += 1) {
        const place = places[record] as number;
        if (place < 0) continue;
        const end = starts[place + 1] as number;
        for (let n = starts[place] as number; n < end; n += 1) take(record, keys[n] as number);
      }
    });
  });
  for (const [a, b] of isJoined ? joinedColumns(table) : []) {
    const [roughA, roughB] = [a.hashes, b.hashes];
    sources.push((take) => {
      for (let record = 0; record < table.size; record += 1) {
        const [x, y] = [a.column.places[record] as number, b.column.places[record] as number];
        if (x < 0 || y < 0) continue;
        let key = Math.imul((roughA[x] as number) ^ 0x5bd1e995, 0x85ebca6b) ^ (roughB[y] as number);
        key = Math.imul(key ^ (key >>> 15), 0x2c1b3c6d) ^ (a.at * 64 + b.at);
        take(record, (key ^ (key >>> 13)) >>> 0);
      }
    });
  }
  return sources;
}

/** The keys of all values of a column, those of each value one after the other. */
function allKeys(column: ReadColumn, at: number, values: readonly Value[]) {
  const starts = new Int32Array(values.length + 1);
  let keys = new Uint32Array(Math.max(64, values.length * 8));
  let length = 0;
  values.forEach((value, place) => {
    for (const key of keysOf(column, at, value)) {
      if (length === keys.length) {
        const larger = new Uint32Array(length * 2);
        larger.set(keys);
        keys = larger;
      }
      keys[length] = key;
      length += 1;
    }
    starts[place + 1] = length;
  });
  return { starts, keys };
}

/** The keys of a value in a column, as 32-bit numbers, each once. */
export function keysOf({ kind, words }: ReadColumn, at: number, value: Value): number[] {
  // Given and family names share their keys, so that swapped ones meet.
  const seed = kind.name === "givenName" || kind.name === "familyName" ? 1000 : at + 1;
  const keys: number[] = [];
  for (const text of kind.keys(value, words)) {
    const key = hash(text, seed);
    if (!keys.includes(key)) keys.push(key);
  }
  return keys;
}

/** Finds the records that share keys with values that are not in the table. */
export interface KeyIndex {
  /** Records and how many keys they share, each key counting the more the fewer records have it. */
  find(values: readonly (Value | undefined)[]): Map<number, number>;
}

/** Made once for a table; 100,000 contacts take some 30 MB. Keys that too many records have are left out. */
export function indexKeys(table: Table): KeyIndex {
  const entries = entriesOf(table, 1);
  entries.sort();
  return {
    find(values) {
      const shared = new Map<number, number>();
      table.columns.forEach((column, at) => {
        const value = values[at];
        if (value === undefined) return;
        for (const key of keysOf(column, at, value)) {
          const from = firstAt(entries, key);
          let to = from;
          while (to < entries.length && (entries[to] as number) < (key + 1) * RECORD_LIMIT) to += 1;
          if (to - from > MOST_IN_BLOCK) continue;
          for (let n = from; n < to; n += 1) {
            const record = (entries[n] as number) % RECORD_LIMIT;
            shared.set(record, (shared.get(record) ?? 0) + 1 / (1 + Math.log(to - from)));
          }
        }
      });
      return shared;
    },
  };
}

/** Where the entries of a key begin. */
function firstAt(entries: Float64Array, key: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as number) < key * RECORD_LIMIT) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Rough {
  readonly column: ReadColumn;
  readonly at: number;
  readonly hashes: Uint32Array;
  /** Chance that two records with a value share the rough one. */
  readonly collision: number;
}

/** Pairs of columns whose rough values together single out few records, those that most records have first. */
function joinedColumns({ columns, size }: Table): [Rough, Rough][] {
  const roughs = columns.map((column, at) => roughOf(column, at));
  const pairs: { pair: [Rough, Rough]; worth: number }[] = [];
  for (const a of roughs) {
    for (const b of roughs) {
      if (b.at <= a.at) continue;
      const fill = (a.column.filled / size) * (b.column.filled / size);
      const expected = (a.collision * b.collision * fill * size * size) / 2;
      if (expected > 8 * size + 50_000 || fill < 0.05) continue;
      pairs.push({ pair: [a, b], worth: fill * steady(a) * steady(b) });
    }
  }
  pairs.sort(
    (x, y) => y.worth - x.worth || x.pair[0].at - y.pair[0].at || x.pair[1].at - y.pair[1].at,
  );
  const uses = new Map<number, number>();
  const taken: [Rough, Rough][] = [];
  for (const { pair } of pairs) {
    const [x, y] = [uses.get(pair[0].at) ?? 0, uses.get(pair[1].at) ?? 0];
    if (x >= 5 || y >= 5) continue;
    uses.set(pair[0].at, x + 1);
    uses.set(pair[1].at, y + 1);
    taken.push(pair);
    if (taken.length === MOST_JOINED) break;
  }
  return taken;
}

/** How much of a thing's identity a column holds, so that keys of it are worth their time. */
function steady({ column: { kind, counts, filled } }: Rough): number {
  const m = kind.levels[0]?.m ?? 0.5;
  const different = counts.length / Math.max(1, filled);
  return m * (0.2 + Math.min(1, Math.sqrt(different) * 2));
}

function roughOf(column: ReadColumn, at: number): Rough {
  const hashes = Uint32Array.from(column.values, (value) => hash(column.kind.rough(value), 77));
  const frequency = new Map<number, number>();
  hashes.forEach((one, place) =>
    frequency.set(one, (frequency.get(one) ?? 0) + (column.counts[place] as number)),
  );
  let squares = 0;
  for (const count of frequency.values()) squares += count * count;
  return { column, at, hashes, collision: squares / Math.max(1, column.filled ** 2) };
}

/** The blocks that fit into the budget, smallest first. */
function chosen(entries: Float64Array, most: number): { starts: Int32Array; records: Int32Array } {
  const runs: number[] = [];
  const pairsOfSize = new Float64Array(MOST_IN_BLOCK + 1);
  for (let from = 0; from < entries.length;) {
    const key = Math.floor((entries[from] as number) / RECORD_LIMIT);
    let to = from + 1;
    while (to < entries.length && Math.floor((entries[to] as number) / RECORD_LIMIT) === key)
      to += 1;
    const size = to - from;
    if (size > 1 && size <= MOST_IN_BLOCK) {
      runs.push(from, to);
      pairsOfSize[size] = (pairsOfSize[size] as number) + (size * (size - 1)) / 2;
    }
    from = to;
  }
  let largest = 1;
  let pairs = 0;
  while (largest < MOST_IN_BLOCK && pairs + (pairsOfSize[largest + 1] as number) <= most) {
    largest += 1;
    pairs += pairsOfSize[largest] as number;
  }
  const starts: number[] = [0];
  const records: number[] = [];
  for (let at = 0; at < runs.length; at += 2) {
    const [from, to] = [runs[at] as number, runs[at + 1] as number];
    if (to - from > largest) continue;
    let before = -1;
    for (let n = from; n < to; n += 1) {
      const record = (entries[n] as number) % RECORD_LIMIT;
      if (record !== before) records.push(record);
      before = record;
    }
    if (records.length - (starts.at(-1) as number) > 1) starts.push(records.length);
    else records.length = starts.at(-1) as number;
  }
  return { starts: Int32Array.from(starts), records: Int32Array.from(records) };
}

function byRecord(starts: Int32Array, records: Int32Array, size: number): Blocks {
  const firsts = new Int32Array(size + 1);
  for (const record of records) firsts[record + 1] = (firsts[record + 1] as number) + 1;
  for (let record = 0; record < size; record += 1)
    firsts[record + 1] = (firsts[record + 1] as number) + (firsts[record] as number);
  const next = firsts.slice();
  const blocks = new Int32Array(records.length);
  for (let one = 0; one + 1 < starts.length; one += 1) {
    for (let at = starts[one] as number; at < (starts[one + 1] as number); at += 1) {
      const record = records[at] as number;
      const place = next[record] as number;
      blocks[place] = one;
      next[record] = place + 1;
    }
  }
  return { starts, records, firsts, blocks };
}

/** Every pair of records that share a block, once, the smaller first. */
export function eachPair(
  blocks: Blocks | undefined,
  size: number,
  take: (a: number, b: number) => void,
): void {
  if (blocks === undefined) {
    for (let a = 0; a < size; a += 1) for (let b = a + 1; b < size; b += 1) take(a, b);
    return;
  }
  const seen = new Int32Array(size).fill(-1);
  for (let a = 0; a < size; a += 1) {
    for (let at = blocks.firsts[a] as number; at < (blocks.firsts[a + 1] as number); at += 1) {
      const one = blocks.blocks[at] as number;
      for (
        let n = (blocks.starts[one + 1] as number) - 1;
        n >= (blocks.starts[one] as number);
        n -= 1
      ) {
        const b = blocks.records[n] as number;
        if (b <= a) break;
        if (seen[b] === a) continue;
        seen[b] = a;
        take(a, b);
      }
    }
  }
}
