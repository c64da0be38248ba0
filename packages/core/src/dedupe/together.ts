import type { Together } from "./counterparts.ts";
import { NONE, type Pairs } from "./scan.ts";
import type { ReadColumn, Table } from "./table.ts";
import { probability, type Scale, weightOf } from "./weights.ts";

/** Columns with more different values than this have no counterparts to learn. */
const MOST_VALUES = 400;
/** A value must be there so often, on average. */
const LEAST_EACH = 4;
/** Fewer pairs of one thing than this teach nothing. */
const LEAST_PAIRS = 60;
/** For each column what was seen together in pairs that are of one thing as all other columns have it; undefined where nothing is to learn. */
export function together(
  table: Table,
  pairs: Pairs,
  odds: Float64Array,
  scale: Scale,
): (Together | undefined)[] {
  return table.columns.map((column, index) =>
    column.values.length > MOST_VALUES || column.filled < LEAST_EACH * column.values.length
      ? undefined
      : ofColumn(table, column, index, pairs, odds, scale),
  );
}

function ofColumn(
  { columns }: Table,
  { places, values }: ReadColumn,
  index: number,
  pairs: Pairs,
  odds: Float64Array,
  scale: Scale,
): Together | undefined {
  const counts = new Map<number, number>();
  let total = 0;
  for (let n = 0; n < pairs.count; n += 1) {
    const level = pairs.levels[n * columns.length + index] as number;
    if (level === NONE) continue;
    const [x, y] = [places[pairs.a[n] as number] as number, places[pairs.b[n] as number] as number];
    const p = probability((odds[n] as number) - weightOf(scale.columns[index]!, level, x, y));
    if (p < 0.5) continue;
    const key = Math.min(x, y) * values.length + Math.max(x, y);
    counts.set(key, (counts.get(key) ?? 0) + p);
    total += p;
  }
  if (total < LEAST_PAIRS) return undefined;
  const seen = [...counts].map(([key, count]) => {
    const [x, y] = [values[Math.floor(key / values.length)]!.key, values[key % values.length]!.key];
    return [x < y ? x : y, x < y ? y : x, Math.round(count * 10) / 10] as const;
  });
  return {
    pairs: total,
    seen: seen.sort(([a, b], [c, d]) => (a < c || (a === c && b < d) ? -1 : 1)),
  };
}
