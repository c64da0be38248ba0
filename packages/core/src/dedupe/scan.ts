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

/** Logarithm of the odds below which no closer look is taken: one in 400,000. */
const HOPELESS = -13;

/**
 * Places of values, record by record: what belongs to a record lies together. Values of all columns are counted through, so that one array
 * says what each of them counts; 0 where there is none.
 */
function cellsOf(columns: readonly ReadColumn[], size: number, firsts: Int32Array): Int32Array {
  const cells = new Int32Array(size * columns.length);
  columns.forEach(({ places }, index) => {
    const first = firsts[index] as number;
    for (let record = 0; record < size; record += 1) {
      const place = places[record] as number;
      cells[record * columns.length + index] = place < 0 ? 0 : first + place;
    }
  });
  return cells;
}

/** Where the values of each column begin when all are counted through from 1. */
function firstsOf(columns: readonly ReadColumn[]): Int32Array {
  const firsts = new Int32Array(columns.length + 1);
  firsts[0] = 1;
  columns.forEach(({ counts }, index) => {
    firsts[index + 1] = (firsts[index] as number) + counts.length;
  });
  return firsts;
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
  const firsts = firstsOf(columns);
  const cells = cellsOf(columns, size, firsts);
  const agreeing = new Float32Array(firsts[width] as number);
  scale.columns.forEach(({ weights, rare }, index) => {
    const first = firsts[index] as number;
    for (let place = 0; place < rare.length; place += 1)
      agreeing[first + place] = (weights[0] as number) + (rare[place] as number);
  });
  const differing = Float64Array.from(columns, ({ kind }) =>
    Math.log((1 - kind.levels[0]!.m) / (1 - kind.levels[0]!.u)),
  );
  const own = new Float64Array(width);
  let isSwapped = false;

  /** Whether it can be seen from equal and different values alone that two records have nothing in common. */
  function isHopeless(a: number, b: number): boolean {
    let odds = scale.prior;
    const from = a * width;
    const to = b * width;
    for (let index = 0; index < width; index += 1) {
      const x = cells[from + index] as number;
      const y = cells[to + index] as number;
      if (x === y) odds += agreeing[x] as number;
      else if (x !== 0 && y !== 0) odds += differing[index] as number;
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
    own[given] = scale.columns[given]!.weights[first] as number;
    own[family] = scale.columns[family]!.weights[second] as number;
    isSwapped = true;
    return crossed;
  }

  return {
    swapped: () => isSwapped,
    compare(a, b, levels, at, least) {
      isSwapped = false;
      if (least > -Infinity && isHopeless(a, b)) return -Infinity;
      let odds = scale.prior;
      own.fill(0);
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
          const weight = weightOf(scale.columns[index]!, level, x, y);
          own[index] = weight;
          odds += weight;
        }
        if (isSwappable && n === 1) {
          const straight = odds - scale.prior;
          if (straight < 4) odds = scale.prior + swap(a, b, levels, at, straight);
        }
        if (odds + (remaining[n + 1] as number) < least && !(isSwappable && n < 1))
          return -Infinity;
      }
      for (let index = 0; index < columns.length; index += 1)
        odds += saidBefore(scale, levels, at, index, own[index] as number);
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
    const weight =
      isSwapped && (kind.name === "givenName" || kind.name === "familyName")
        ? (one.weights[level] as number)
        : weightOf(one, level, places[a] as number, places[b] as number);
    odds += weight + saidBefore(scale, pairs.levels, at, index, weight);
  }
  return isSwapped ? odds + SWAPPED : odds;
}

/**
 * What a column's level says that other columns said already, 0 or less. `own` is what it says by itself; no more than that is taken off.
 */
export function saidBefore(
  { columns }: Scale,
  levels: Uint8Array,
  at: number,
  index: number,
  own: number,
): number {
  const level = levels[at + index] as number;
  if (level === NONE || own <= 0) return 0;
  const { parent, shared, weights, related, trust } = columns[index]!;
  let said = 0;
  const other = parent < 0 ? NONE : (levels[at + parent] as number);
  if (other !== NONE) {
    said = shared[other * weights.length + level] as number;
    // No more than the lesser of the two had said.
    const usual = Math.max(0, weights[level] as number);
    if (said < 0)
      said = Math.max(
        said,
        -Math.min(usual, Math.max(0, columns[parent]!.weights[other] as number)),
      );
  }
  for (let first = 0; first < related.length; first += 1) {
    const one = related[first]?.[level] ?? 0;
    if (one < said && (levels[at + first] as number) <= 1) said = one;
  }
  said *= trust;
  // What is half alike may speak against a pair in the end; what agrees never does.
  return level === 0 ? Math.max(said, -own) : said;
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
