import { clusters, type Link } from "./clusters.ts";
import { explain } from "./explain.ts";
import { type Decided, learn } from "./learn.ts";
import type { Reason } from "./reasons.ts";
import type { Refit, Refitted } from "./refit.ts";
import { extraOf } from "./rivals.ts";
import { comparer, type Pairs } from "./scan.ts";
import { type Column, read, type Table } from "./table.ts";
import { bestThreshold } from "./threshold.ts";
import { probability, type Weights } from "./weights.ts";

/** Two rows, the smaller first, and how likely they are of one thing, 0 to 1. */
export interface Pair {
  readonly a: number;
  readonly b: number;
  readonly probability: number;
}

/** What was found in rows, and on what grounds. */
export interface Duplicates {
  /** Likeliest first; none below LEAST. */
  readonly pairs: readonly Pair[];
  /** Rows, ascending; disjoint, two or more; those with the smallest row first. */
  readonly clusters: readonly (readonly number[])[];
  /** From this probability on pairs are taken for one thing: where the expected F1 is highest. */
  readonly threshold: number;
  /** From this probability on a merge needs no person: of a thousand such pairs at most two are wrong. */
  readonly automatic: number;
  /** Plain JSON; with it a record that is being typed is judged in the same way (lookup.ts). */
  readonly weights: Weights;
  /** What decisions moved, where some were given. */
  readonly refitted: Refitted | undefined;
  /** Why two rows are taken for one thing, or not; what counts most first. */
  explain(a: number, b: number): Reason[];
}

/** See `Duplicates.automatic`; measured in bench/RESULTS.md. */
const AUTOMATIC = 0.995;
/** Things that are named in free words (titles, places, articles) come in series that differ by a word, which nobody can learn from the rows. */
const AUTOMATIC_OF_TITLES = 0.999;

function automaticFor(columns: readonly Column[]): number {
  const isNamed = columns.some(({ kind }) => kind === "givenName" || kind === "personName");
  return !isNamed && columns.some(({ kind }) => kind === "text") ? AUTOMATIC_OF_TITLES : AUTOMATIC;
}

/** Pairs below this are nobody's concern. */
export const LEAST = 0.2;

/**
 * Finds which rows are of one thing. Needs no examples: what agreement and difference in each column say is learnt from the rows themselves.
 * `refit` is what decisions moved (refit.ts), or the decisions themselves, which then move it if they make it foretell better. The order of the rows changes nothing. Time grows a little faster than the number of rows; a value that all rows share costs nothing.
 */
export function find(columns: readonly Column[], refit?: Refit | readonly Decided[]): Duplicates {
  const table = read(columns);
  const { weights, scale, pairs, odds, refitted, second } = learn(table, refit);
  const likely = Array.from(odds, probability).filter((p) => p >= 0.01);
  const threshold = bestThreshold(likely);
  const bar = Math.log(threshold / (1 - threshold));
  const { compare } = comparer(table, scale);
  const levels = new Uint8Array(table.columns.length);
  const equals = Float64Array.from(table.rows, (rows, record) =>
    rows.length > 1
      ? compare(record, record, levels, 0, -Infinity) - second * extraOf(rows.length)
      : -Infinity,
  );
  const groups = clusters(
    linksOf(pairs, odds, bar),
    (a, b) => compare(a, b, levels, 0, -Infinity) - bar,
  );
  let recordOf: ReadonlyMap<number, number> | undefined;
  return {
    pairs: pairsOf(pairs, odds, table, equals),
    clusters: rowClusters(groups, table, equals, bar),
    threshold,
    automatic: automaticFor(columns),
    weights,
    refitted,
    explain(a, b) {
      recordOf ??= recordsByRow(table);
      const [x, y] = [recordOf.get(a), recordOf.get(b)];
      if (x === undefined || y === undefined) return [];
      return explain(
        table,
        scale,
        x,
        y,
        (at, side) => columns[at]?.values[side === "a" ? a : b] ?? "",
      );
    },
  };
}

/** Odds below this say only that two records are not the same. */
const LEAST_ODDS = -6;

function linksOf({ count, a, b }: Pairs, odds: Float64Array, bar: number): Link[] {
  const links: Link[] = [];
  for (let n = 0; n < count; n += 1) {
    const one = odds[n] as number;
    if (one >= LEAST_ODDS) links.push({ a: a[n] as number, b: b[n] as number, odds: one - bar });
  }
  return links;
}

function recordsByRow({ rows }: Table): Map<number, number> {
  return new Map(rows.flatMap((own, record) => own.map((row) => [row, record] as const)));
}

function rowClusters(
  groups: readonly (readonly number[])[],
  { rows }: Table,
  equals: Float64Array,
  bar: number,
): number[][] {
  const grouped = new Set(groups.flat());
  const alone = rows.flatMap((own, record) =>
    own.length > 1 && !grouped.has(record) && (equals[record] as number) >= bar ? [own] : [],
  );
  return [...groups.map((group) => group.flatMap((record) => rows[record] ?? [])), ...alone]
    .map((one) => [...one].sort((a, b) => a - b))
    .sort((a, b) => (a[0] as number) - (b[0] as number));
}

/** Of rows without any difference so many are paired with each other; the others with the first alone. */
const MOST_EQUAL = 40;

function pairsOf(pairs: Pairs, odds: Float64Array, { rows }: Table, equals: Float64Array): Pair[] {
  const found: Pair[] = [];
  function add(x: number, y: number, probability: number): void {
    found.push({ a: Math.min(x, y), b: Math.max(x, y), probability });
  }
  for (let n = 0; n < pairs.count; n += 1) {
    const p = probability(odds[n] as number);
    if (p < LEAST) continue;
    const own = rows[pairs.a[n] as number] ?? [];
    const other = rows[pairs.b[n] as number] ?? [];
    for (const x of own.slice(0, MOST_EQUAL))
      for (const y of other.slice(0, MOST_EQUAL)) add(x, y, p);
  }
  rows.forEach((own, record) => {
    const p = probability(equals[record] as number);
    if (own.length < 2 || p < LEAST) return;
    own.forEach((x, at) => {
      const end = at === 0 ? own.length : Math.min(own.length, MOST_EQUAL);
      for (let n = at + 1; n < end; n += 1) add(x, own[n] as number, p);
    });
  });
  return found.sort((x, y) => y.probability - x.probability || x.a - y.a || x.b - y.b);
}
