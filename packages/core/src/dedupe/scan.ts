import { type Blocks, eachPair } from "./blocks.ts";
import type { ReadColumn, Table } from "./table.ts";
import { type Scale, weightOf } from "./weights.ts";

/** No value on one side. */
export const NONE = 255;
/** What given and family name in each other's place cost: one pair in thirty. */
const SWAPPED = Math.log(1 / 30);

/** Pairs that may be of one thing, with what came out in each column. */
export interface Pairs {
  readonly count: number;
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** `count` times as many as there are columns. */
  readonly levels: Uint8Array;
  /** 1 where given and family name stand in each other's place. */
  readonly swapped: Uint8Array;
}

/** Logarithm of the odds below which no closer look is taken: one in nine million. */
const HOPELESS = -16;

/** Places of values, record by record: what belongs to a record lies together. */
function cellsOf(columns: readonly ReadColumn[], size: number): Int32Array {
  const cells = new Int32Array(size * columns.length);
  columns.forEach(({ places }, index) => {
    for (let record = 0; record < size; record += 1)
      cells[record * columns.length + index] = places[record] as number;
  });
  return cells;
}

/** Compares pairs of one table, column by column. */
export interface Comparer {
  /** Fills `levels` at `at` and answers the logarithm of the odds, or -Infinity as soon as `least` cannot be reached. */
  compare(a: number, b: number, levels: Uint8Array, at: number, least: number): number;
  /** Whether the last comparison found given and family name swapped. */
  swapped(): boolean;
}

export function comparer({ columns, size }: Table, scale: Scale): Comparer {
  const given = columns.findIndex(({ kind }) => kind.name === "givenName");
  const family = columns.findIndex(({ kind }) => kind.name === "familyName");
  const isSwappable = given >= 0 && family >= 0;
  // What can say most comes first, so that most pairs are given up after a look or two.
  const order = columns
    .map((_, at) => at)
    .sort((x, y) => bestOf(scale, y) - bestOf(scale, x) || x - y);
  if (isSwappable) {
    const pair = [given, family];
    order.sort((x, y) => Number(pair.includes(y)) - Number(pair.includes(x)));
  }
  const remaining = new Float64Array(order.length + 1);
  for (let n = order.length - 1; n >= 0; n -= 1)
    remaining[n] = (remaining[n + 1] as number) + bestOf(scale, order[n] as number);
  const width = columns.length;
  const cells = cellsOf(columns, size);
  const differing = Float64Array.from(columns, ({ kind }) =>
    Math.log((1 - kind.levels[0]!.m) / (1 - kind.levels[0]!.u)),
  );
  let isSwapped = false;

  /** Whether it can be seen from equal and different values alone that two records have nothing in common. */
  function isHopeless(a: number, b: number): boolean {
    let odds = scale.prior;
    const from = a * width;
    const to = b * width;
    for (let index = 0; index < width; index += 1) {
      const x = cells[from + index] as number;
      const y = cells[to + index] as number;
      if (x < 0 || y < 0) continue;
      const { weights, rare } = scale.columns[index]!;
      odds += x === y ? (weights[0] as number) + (rare[x] as number) : (differing[index] as number);
    }
    return odds < HOPELESS;
  }

  function swap(a: number, b: number, levels: Uint8Array, at: number, straight: number): number {
    const [g, f] = [columns[given] as ReadColumn, columns[family] as ReadColumn];
    const [ga, gb, fa, fb] = [g.places[a]!, g.places[b]!, f.places[a]!, f.places[b]!];
    if (ga < 0 || gb < 0 || fa < 0 || fb < 0) return straight;
    const first = levelOf(g, g.values[ga], f.values[fb]);
    if (first > 4) return straight;
    const second = levelOf(f, f.values[fa], g.values[gb]);
    if (second > 4) return straight;
    const crossed =
      (scale.columns[given]!.weights[first] as number) +
      (scale.columns[family]!.weights[second] as number) +
      SWAPPED;
    if (crossed <= straight) return straight;
    levels[at + given] = first;
    levels[at + family] = second;
    isSwapped = true;
    return crossed;
  }

  return {
    swapped: () => isSwapped,
    compare(a, b, levels, at, least) {
      isSwapped = false;
      if (least > -Infinity && isHopeless(a, b)) return -Infinity;
      let odds = scale.prior;
      for (let n = 0; n < order.length; n += 1) {
        const index = order[n] as number;
        const column = columns[index] as ReadColumn;
        const x = column.places[a] as number;
        const y = column.places[b] as number;
        if (x < 0 || y < 0) {
          levels[at + index] = NONE;
        } else {
          const level =
            x === y ? 0 : column.kind.compare(column.values[x]!, column.values[y]!, column.words);
          levels[at + index] = level;
          odds += weightOf(scale.columns[index]!, level, x, y);
        }
        if (isSwappable && n === 1) {
          const straight = odds - scale.prior;
          if (straight < 4) odds = scale.prior + swap(a, b, levels, at, straight);
        }
        if (odds + (remaining[n + 1] as number) < least && !(isSwappable && n < 1))
          return -Infinity;
      }
      for (let index = 0; index < columns.length; index += 1)
        odds += saidBefore(scale, levels, at, index);
      return odds;
    },
  };
}

function levelOf(
  column: ReadColumn,
  a: ReadColumn["values"][number] | undefined,
  b: ReadColumn["values"][number] | undefined,
): number {
  if (a === undefined || b === undefined) return NONE;
  return a.key === b.key ? 0 : column.kind.compare(a, b, column.words);
}

function bestOf(scale: Scale, at: number): number {
  return scale.columns[at]?.best ?? 0;
}

/** The logarithm of the odds of every pair. */
export function allOdds(pairs: Pairs, table: Table, scale: Scale): Float64Array {
  const odds = new Float64Array(pairs.count);
  for (let n = 0; n < pairs.count; n += 1) odds[n] = oddsOf(pairs, n, table, scale);
  return odds;
}

/** Logarithm of a pair's odds from what came out before: the same as comparing again. */
function oddsOf(pairs: Pairs, n: number, { columns }: Table, scale: Scale): number {
  let odds = scale.prior;
  const [a, b] = [pairs.a[n] as number, pairs.b[n] as number];
  const at = n * columns.length;
  const isSwapped = pairs.swapped[n] === 1;
  for (let index = 0; index < columns.length; index += 1) {
    const level = pairs.levels[at + index] as number;
    if (level === NONE) continue;
    const { places, kind } = columns[index] as ReadColumn;
    const one = scale.columns[index]!;
    odds +=
      isSwapped && (kind.name === "givenName" || kind.name === "familyName")
        ? (one.weights[level] as number)
        : weightOf(one, level, places[a] as number, places[b] as number);
  }
  for (let index = 0; index < columns.length; index += 1)
    odds += saidBefore(scale, pairs.levels, at, index);
  return isSwapped ? odds + SWAPPED : odds;
}

/** What a column's level says that other columns said already, 0 or less. */
export function saidBefore(
  { columns }: Scale,
  levels: Uint8Array,
  at: number,
  index: number,
): number {
  const level = levels[at + index] as number;
  if (level === NONE) return 0;
  const { parent, shared, weights, related } = columns[index]!;
  const own = weights[level] as number;
  if (own <= 0) return 0;
  let said = 0;
  const other = parent < 0 ? NONE : (levels[at + parent] as number);
  if (other !== NONE) {
    said = shared[other * weights.length + level] as number;
    // No more than the lesser of the two had said.
    if (said < 0)
      said = Math.max(said, -Math.min(own, Math.max(0, columns[parent]!.weights[other] as number)));
  }
  if (level > 0) {
    for (let first = 0; first < related.length; first += 1) {
      const one = related[first]?.[level] ?? 0;
      if (one < said && (levels[at + first] as number) <= 1) said = one;
    }
  }
  return said;
}

/** Most pairs that are kept; where more could be of one thing, the likelier ones are. */
const MOST_KEPT = 1_500_000;

/** Looks at all pairs of the blocks (of all records when there are none) and keeps those whose odds may reach `least`. */
export function scan(table: Table, scale: Scale, blocks: Blocks | undefined, least: number): Pairs {
  const width = table.columns.length;
  const { compare, swapped } = comparer(table, scale);
  const row = new Uint8Array(width);
  let room = 4096;
  let a = new Int32Array(room);
  let b = new Int32Array(room);
  let odds = new Float32Array(room);
  let flags = new Uint8Array(room);
  let levels = new Uint8Array(room * width);
  let count = 0;
  let bar = least;
  eachPair(blocks, table.size, (x, y) => {
    const one = compare(x, y, row, 0, bar);
    if (one < bar) return;
    if (count === MOST_KEPT) {
      bar = odds.slice(0, count).sort()[count >> 1] as number;
      let kept = 0;
      for (let n = 0; n < count; n += 1) {
        if ((odds[n] as number) <= bar) continue;
        a[kept] = a[n] as number;
        b[kept] = b[n] as number;
        odds[kept] = odds[n] as number;
        flags[kept] = flags[n] as number;
        levels.copyWithin(kept * width, n * width, (n + 1) * width);
        kept += 1;
      }
      count = kept;
      if (one <= bar) return;
    }
    if (count === room) {
      room = Math.min(MOST_KEPT, room * 2);
      a = grown(a, new Int32Array(room));
      b = grown(b, new Int32Array(room));
      odds = grown(odds, new Float32Array(room));
      flags = grown(flags, new Uint8Array(room));
      levels = grown(levels, new Uint8Array(room * width));
    }
    a[count] = x;
    b[count] = y;
    odds[count] = one;
    flags[count] = swapped() ? 1 : 0;
    levels.set(row, count * width);
    count += 1;
  });
  return { count, a, b, levels, swapped: flags };
}

function grown<A extends Int32Array | Float32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
