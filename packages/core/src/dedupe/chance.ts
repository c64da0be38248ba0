import { NONE, type Pairs } from "./scan.ts";
import type { ReadColumn, Table } from "./table.ts";
import { type ColumnWeights, probability } from "./weights.ts";

/** Blindly picked pairs. */
const SAMPLE = 40_000;
/** And so many comparisons at most. */
const CELLS = 300_000;
/** As if so many pairs had been seen that come out as a kind's levels expect. */
const PAIRS_BEFORE = 400;

/** Pairs of records picked blindly, by an order that content alone decides, and what came out in each column. */
export function sample(table: Table): Pairs {
  const { size, columns } = table;
  const all = (size * (size - 1)) / 2;
  const count = Math.min(SAMPLE, Math.ceil(CELLS / Math.max(1, columns.length)), all);
  const a = new Int32Array(count);
  const b = new Int32Array(count);
  const levels = new Uint8Array(count * columns.length).fill(NONE);
  let state = 12_345;
  for (let n = 0; n < count; n += 1) {
    if (count === all) {
      const before = n === 0 ? -1 : (b[n - 1] as number);
      const first = n === 0 ? 0 : (a[n - 1] as number);
      [a[n], b[n]] =
        before === size - 1 ? [first + 1, first + 2] : [first, n === 0 ? 1 : before + 1];
    } else {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const one = n % size;
      const other = (one + 1 + Math.floor((state / 2 ** 32) * (size - 1))) % size;
      [a[n], b[n]] = [Math.min(one, other), Math.max(one, other)];
    }
    columns.forEach(({ places, values, kind, words }, index) => {
      const [x, y] = [places[a[n] as number] as number, places[b[n] as number] as number];
      if (x < 0 || y < 0) return;
      levels[n * columns.length + index] =
        x === y ? 0 : kind.compare(values[x]!, values[y]!, words);
    });
  }
  return { count, a, b, levels, swapped: new Uint8Array(count) };
}

/**
 * How often each column comes out at each level for two records picked blindly. Agreement is counted exactly; the other levels from the
 * sample, of which some pairs are of one thing where there are few records: those count less by the `odds` that are known. Not where texts
 * name things, for half alike ones are easily believed to be of one thing, and would prove it in that way.
 */
export function chances(table: Table, sampled: Pairs, odds?: Float64Array): ColumnWeights[] {
  const others = odds?.map((one) => 1 - probability(one));
  return table.columns.map((column, index) => ({
    name: column.name,
    kind: column.kind.name,
    order: column.order,
    m: column.kind.levels.map(({ m }) => m),
    u: chance(
      column,
      sampled,
      index,
      table.columns.length,
      column.kind.name === "text" ? undefined : others,
    ),
    parent: -1,
    shared: [],
    related: [],
  }));
}

function chance(
  { kind, counts, filled }: ReadColumn,
  { count, levels }: Pairs,
  index: number,
  width: number,
  others: Float64Array | undefined,
): number[] {
  const seen = new Float64Array(kind.levels.length);
  for (let n = 0; n < count; n += 1) {
    const level = levels[n * width + index] as number;
    if (level === NONE) continue;
    seen[level] = (seen[level] as number) + (others?.[n] ?? 1);
  }
  let equal = 0;
  for (const one of counts) equal += one * Math.max(0, one - 1);
  const before = kind.levels[0]?.u ?? 0;
  // With few records one pair of one thing would count as chance.
  const same = Math.min(
    0.999,
    (equal + PAIRS_BEFORE * before) / (filled * (filled - 1) + PAIRS_BEFORE),
  );
  const restBefore = kind.levels.slice(1).reduce((sum, { u }) => sum + u, 0);
  const rest = kind.levels
    .slice(1)
    .map(({ u }, at) => (seen[at + 1] as number) + (PAIRS_BEFORE * u) / restBefore);
  const total = rest.reduce((sum, one) => sum + one, 0);
  return [same, ...rest.map((one) => ((1 - same) * one) / total)];
}

/** Pairs that a joint share is shrunk by towards independence. */
const JOINT_BEFORE = 15;
const MOST_SHARED = Math.log(1000);

/**
 * What two columns say twice. Where different things that agree in one column agree in another more often than chance (a town and its
 * postal code, a company and its web site), the second agreement says less. Every column gets at most one other, the one it depends on most
 * (Chow and Liu 1968); `odds` of the sampled pairs keep pairs of one thing out of the count.
 */
export function dependences(
  columns: readonly ColumnWeights[],
  sampled: Pairs,
  odds: Float64Array,
): ColumnWeights[] {
  const width = columns.length;
  const others = odds.map((one) => 1 - probability(one));
  const edges: { a: number; b: number; worth: number; shared: number[] }[] = [];
  for (let a = 0; a < width; a += 1) {
    for (let b = a + 1; b < width; b += 1) {
      const edge = dependence(columns, sampled, others, a, b);
      if (edge.worth > 0) edges.push({ a, b, ...edge });
    }
  }
  edges.sort((x, y) => y.worth - x.worth || x.a - y.a || x.b - y.b);
  const group = columns.map((_, at) => at);
  const parents = new Map<number, { parent: number; shared: number[] }>();
  const tree: { a: number; b: number; shared: number[] }[] = [];
  for (const edge of edges) {
    const [x, y] = [group[edge.a] as number, group[edge.b] as number];
    if (x === y) continue;
    group.forEach((one, at) => {
      if (one === y) group[at] = x;
    });
    tree.push(edge);
  }
  // Rooted anywhere: each column takes the edge towards the root.
  const reached = new Set<number>();
  for (let root = 0; root < width; root += 1) {
    if (reached.has(root)) continue;
    const open = [root];
    reached.add(root);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const { a, b, shared } of tree) {
        const other = a === at ? b : b === at ? a : -1;
        if (other < 0 || reached.has(other)) continue;
        reached.add(other);
        parents.set(other, {
          parent: at,
          shared: other === b ? shared : turned(shared, columns[a]!.m.length),
        });
        open.push(other);
      }
    }
  }
  return columns.map((column, at) => ({
    ...column,
    parent: parents.get(at)?.parent ?? -1,
    shared: parents.get(at)?.shared ?? [],
  }));
}

/** Level of `a` times levels of `b`, the other way round. */
function turned(shared: readonly number[], rows: number): number[] {
  const width = shared.length / rows;
  return shared.map((_, at) => shared[(at % rows) * width + Math.floor(at / rows)] as number);
}

function dependence(
  columns: readonly ColumnWeights[],
  { count, levels }: Pairs,
  others: Float64Array,
  a: number,
  b: number,
): { worth: number; shared: number[] } {
  const [m, n] = [columns[a]!.m.length, columns[b]!.m.length];
  const joint = new Float64Array(m * n);
  const [ofA, ofB] = [new Float64Array(m), new Float64Array(n)];
  let total = 0;
  for (let pair = 0; pair < count; pair += 1) {
    const x = levels[pair * columns.length + a] as number;
    const y = levels[pair * columns.length + b] as number;
    if (x === NONE || y === NONE) continue;
    const one = others[pair] as number;
    joint[x * n + y] = (joint[x * n + y] as number) + one;
    ofA[x] = (ofA[x] as number) + one;
    ofB[y] = (ofB[y] as number) + one;
    total += one;
  }
  const shared: number[] = [];
  let worth = 0;
  for (let x = 0; x < m; x += 1) {
    for (let y = 0; y < n; y += 1) {
      // The last level is no agreement: it says nothing twice.
      if (total === 0 || x === m - 1 || y === n - 1) {
        shared.push(0);
        continue;
      }
      const seen = joint[x * n + y] as number;
      const expected = ((ofA[x] as number) * (ofB[y] as number)) / total;
      const ratio = Math.log((seen + JOINT_BEFORE * 0.2) / (expected + JOINT_BEFORE * 0.2));
      const bounded = Math.max(0, Math.min(MOST_SHARED, ratio));
      shared.push(bounded === 0 ? 0 : -bounded);
      worth += seen * bounded;
    }
  }
  return { worth: worth / Math.max(1, total), shared };
}
