import type { ReadColumn, Table } from "./table.ts";
import type { ColumnWeights } from "./weights.ts";

/** Pairs looked at for each column. */
const SAMPLE = 1500;
/** And so many for all columns together. */
const SAMPLE_OF_ALL = 10_000;
/** As if so many related pairs had been seen that come out as chance has it. */
const PAIRS_BEFORE = 8;

/** For each column and each other one: how often that comes out at each of its levels when the first agrees. */
export type Agreeing = readonly (readonly Float64Array[])[];

/** Samples records that agree in each column. */
export function agreeing(table: Table): Agreeing {
  return table.columns.map((column, at) => {
    const pairs = pairsOf(
      column,
      Math.min(SAMPLE, Math.ceil(SAMPLE_OF_ALL / table.columns.length)),
    );
    return table.columns.map((other, index) =>
      index === at || pairs.length < 40 ? new Float64Array() : levelsOf(other, pairs),
    );
  });
}

/**
 * Different things that have something in common (papers of the same authors, people of one household or company) are alike in other
 * columns more often than blindly picked ones. Where records that agree in one column come out half alike in another more often than both
 * chance and pairs of one thing account for, that says nothing. Answers for each column and each other one what to add to its weight at each
 * level when the first agrees, 0 or less.
 */
export function relations(
  table: Table,
  columns: readonly ColumnWeights[],
  seen: Agreeing,
): number[][][] {
  return seen.map((ofColumn) =>
    ofColumn.map((counts, index) =>
      counts.length === 0
        ? []
        : corrections(table.columns[index]!, columns[index] as ColumnWeights, counts),
    ),
  );
}

/** Pairs of records with the same value in a column, first and second in turn. */
function pairsOf({ places, counts, filled }: ReadColumn, most: number): number[] {
  // Columns of few values: that two records agree in them relates nobody.
  let equal = 0;
  for (const count of counts) equal += count * (count - 1);
  if (filled < 2 || equal / (filled * (filled - 1)) > 0.05) return [];
  const last = new Int32Array(counts.length).fill(-1);
  const pairs: number[] = [];
  places.forEach((place, record) => {
    if (place < 0) return;
    const before = last[place] as number;
    if (before >= 0) pairs.push(before, record);
    last[place] = record;
  });
  if (pairs.length <= most * 2) return pairs;
  const step = pairs.length / 2 / most;
  return Array.from(
    { length: most * 2 },
    (_, n) => pairs[Math.floor((n >> 1) * step) * 2 + (n & 1)] as number,
  );
}

function levelsOf(
  { kind, places, values, words }: ReadColumn,
  pairs: readonly number[],
): Float64Array {
  const seen = new Float64Array(kind.levels.length);
  for (let at = 0; at < pairs.length; at += 2) {
    const x = places[pairs[at] as number] as number;
    const y = places[pairs[at + 1] as number] as number;
    if (x < 0 || y < 0) continue;
    const level = x === y ? 0 : kind.compare(values[x]!, values[y]!, words);
    seen[level] = (seen[level] as number) + 1;
  }
  return seen;
}

function corrections(
  { kind: { levels } }: ReadColumn,
  { u, m: ofSame }: ColumnWeights,
  seen: Float64Array,
): number[] {
  let near = 0;
  let nearOfSame = 0;
  levels.forEach(({ agreement }, level) => {
    const m = ofSame[level] as number;
    if (agreement === "partly" || agreement === "differs") return;
    near += seen[level] as number;
    nearOfSame += m;
  });
  const same = near / nearOfSame;
  const others = levels.map(({ agreement }, level) =>
    agreement === "partly" || agreement === "differs"
      ? Math.max(0, (seen[level] as number) - same * (ofSame[level] as number))
      : 0,
  );
  const total = others.reduce((sum, one) => sum + one, 0);
  return levels.map(({ agreement }, level) => {
    if (agreement !== "partly") return 0;
    const usual = u[level] as number;
    const related = ((others[level] as number) + PAIRS_BEFORE * usual) / (total + PAIRS_BEFORE);
    return Math.min(0, Math.log(usual / related));
  });
}
