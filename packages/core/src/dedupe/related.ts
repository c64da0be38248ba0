import { allOdds, NONE, type Pairs, saidBefore } from "./scan.ts";
import type { KindName } from "./kinds/kind.ts";
import type { ReadColumn, Table } from "./table.ts";
import { type ColumnWeights, probability, scaleOf, type Weights, weightOf } from "./weights.ts";

/** Pairs looked at for each column. */
const SAMPLE = 1500;
/** And so many for all columns together. */
const SAMPLE_OF_ALL = 10_000;
/** As if so many related pairs had been seen that come out as expected. */
const PAIRS_BEFORE = 8;

/** Where one of these is the same, different people and places share more: they live or work together. */
const SHARED_BY: readonly KindName[] = ["phone", "street", "website", "company"];
/** What they share then, which says nothing more about who they are. */
const OF_PLACES: readonly KindName[] = ["phone", "street", "website", "place", "postalCode"];

/** Whether the second says part of what the first said. Never where no column says what a thing is called. */
function isShared(columns: readonly ColumnWeights[], first: KindName, other: KindName): boolean {
  const has = (...kinds: KindName[]): boolean => columns.some(({ kind }) => kinds.includes(kind));
  const ofPeople = has("givenName", "personName");
  if (!ofPeople && (first === "company" || !has("company", "text"))) return false;
  if (!SHARED_BY.includes(first)) return false;
  if (other === "familyName") return ofPeople && (first === "phone" || first === "street");
  return OF_PLACES.includes(other) || (ofPeople && other === "company");
}

/** How often another of these is expected to be the same then. */
const SHARED = 0.3;

/** For each column, pairs of records that agree in it, and what comes out in the others. */
export type Agreeing = readonly Pairs[];

/** Samples records that agree in each column. */
export function agreeing(table: Table): Agreeing {
  const most = Math.min(SAMPLE, Math.ceil(SAMPLE_OF_ALL / table.columns.length));
  return table.columns.map((column) => compared(table, pairsOf(column, most)));
}

/**
 * Different things that have something in common (papers of the same authors, people of one household or company) are alike in other
 * columns more often than blindly picked ones. Answers for each column and each other one what to add to its weight at each level when the
 * first agrees, 0 or less. `weights` are what is known so far.
 */
export function relations(table: Table, weights: Weights, seen: Agreeing): number[][][] {
  const { columns } = weights;
  const scale = scaleOf(weights, table.columns);
  return seen.map((pairs, first) => {
    const odds = allOdds(pairs, table, scale);
    return columns.map((column, index) => {
      if (index === first) return [];
      const others = othersOf(pairs, index, odds, table, scale);
      const counts = levelsOf(pairs, index, table);
      const isFirst =
        comesFirst(columns, first, index) && isShared(columns, columns[first]!.kind, column.kind);
      const expected = expectedOf(column, table.columns[index]!);
      return corrections(
        table.columns[index]!,
        column,
        counts,
        isFirst ? others : undefined,
        expected,
      );
    });
  });
}

/** What two columns say twice is taken from the one that agrees more often by chance. */
function comesFirst(columns: readonly ColumnWeights[], a: number, b: number): boolean {
  const [x, y] = [columns[a]!.u[0] as number, columns[b]!.u[0] as number];
  return x < y || (x === y && a < b);
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

function compared({ columns }: Table, records: readonly number[]): Pairs {
  const count = records.length / 2;
  const levels = new Uint8Array(count * columns.length).fill(NONE);
  const a = Int32Array.from({ length: count }, (_, n) => records[n * 2] as number);
  const b = Int32Array.from({ length: count }, (_, n) => records[n * 2 + 1] as number);
  columns.forEach(({ kind, places, values, words }, index) => {
    for (let n = 0; n < count; n += 1) {
      const [x, y] = [places[a[n] as number] as number, places[b[n] as number] as number];
      if (x < 0 || y < 0) continue;
      levels[n * columns.length + index] =
        x === y ? 0 : kind.compare(values[x]!, values[y]!, words);
    }
  });
  return { count, a, b, levels, swapped: new Uint8Array(count) };
}

function levelsOf({ count, levels }: Pairs, index: number, { columns }: Table): Float64Array {
  const seen = new Float64Array(columns[index]!.kind.levels.length);
  for (let n = 0; n < count; n += 1) {
    const level = levels[n * columns.length + index] as number;
    if (level !== NONE) seen[level] = (seen[level] as number) + 1;
  }
  return seen;
}

/** The levels of pairs that are of different things, as all other columns have it. */
function othersOf(
  pairs: Pairs,
  index: number,
  odds: Float64Array,
  { columns }: Table,
  scale: ReturnType<typeof scaleOf>,
): Float64Array {
  const width = columns.length;
  const { places, kind } = columns[index]!;
  const seen = new Float64Array(kind.levels.length);
  for (let n = 0; n < pairs.count; n += 1) {
    const level = pairs.levels[n * width + index] as number;
    if (level === NONE) continue;
    const [x, y] = [places[pairs.a[n] as number] as number, places[pairs.b[n] as number] as number];
    const own = weightOf(scale.columns[index]!, level, x, y);
    const said = own + saidBefore(scale, pairs.levels, n * width, index, own);
    const other = 1 - 2 * probability((odds[n] as number) - said);
    if (other > 0) seen[level] = (seen[level] as number) + other;
  }
  return seen;
}

function expectedOf({ u, m }: ColumnWeights, { kind }: ReadColumn): number[] {
  const isNear = kind.levels.map(
    ({ agreement }) => agreement === "agrees" || agreement === "nearly",
  );
  return u.map((one, level) => (1 - SHARED) * one + (isNear[level] ? SHARED * m[level]! : 0));
}

function corrections(
  { kind: { levels } }: ReadColumn,
  { u, m: ofSame }: ColumnWeights,
  seen: Float64Array,
  different: Float64Array | undefined,
  expected: readonly number[],
): number[] {
  const isFar = levels.map(({ agreement }) => agreement === "partly" || agreement === "differs");
  let near = 0;
  let nearOfSame = 0;
  seen.forEach((count, level) => {
    if (isFar[level]) return;
    near += count;
    nearOfSame += ofSame[level] as number;
  });
  // Among what is half alike: more than pairs of one thing account for.
  const same = near / nearOfSame;
  const far = Float64Array.from(seen, (count, level) =>
    isFar[level] ? Math.max(0, count - same * (ofSame[level] as number)) : 0,
  );
  const [ofFar, ofDifferent] = [sum(far), different === undefined ? 0 : sum(different)];
  const isSeen = sum(seen) >= LEAST_SEEN;
  return levels.map(({ agreement }, level) => {
    const usual = u[level] as number;
    if (agreement === "differs") return 0;
    if (agreement === "partly") return isSeen ? less(usual, far[level] as number, ofFar, usual) : 0;
    if (different === undefined) return 0;
    // A single pair is no rule.
    const count = Math.max(0, (different[level] as number) - 1);
    const most = ofSame[level] as number;
    return less(usual, count, ofDifferent, expected[level] as number, most);
  });
}

/** Below so many pairs nothing is said about what is half alike. */
const LEAST_SEEN = 40;

/** What to take off; never more than the agreement says. */
function less(usual: number, count: number, total: number, expected: number, most = 1): number {
  const related = (count + PAIRS_BEFORE * expected) / (total + PAIRS_BEFORE);
  return Math.min(0, Math.log(usual / Math.min(related, most)));
}

function sum(counts: Float64Array): number {
  return counts.reduce((all, one) => all + one, 0);
}
