import type { Pairs } from "./scan.ts";
import type { ReadColumn, Table } from "./table.ts";

/** From these odds on (9 in 10) two records count as one thing when it is counted how common a value is. */
const SAME = Math.log(9);

/**
 * The table with its values counted by things instead of records: a rare name is not common because one person is in the list eight
 * times. `odds` belong to `pairs`.
 */
export function countedByThings(table: Table, pairs: Pairs, odds: Float64Array): Table {
  const parents = Int32Array.from({ length: table.size }, (_, record) => record);
  function root(one: number): number {
    let at = one;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at] as number] as number;
      at = parents[at] as number;
    }
    return at;
  }
  for (let n = 0; n < pairs.count; n += 1) {
    if ((odds[n] as number) < SAME) continue;
    const [a, b] = [root(pairs.a[n] as number), root(pairs.b[n] as number)];
    parents[Math.max(a, b)] = Math.min(a, b);
  }
  const things = Int32Array.from(parents, (_, record) => root(record));
  return { ...table, columns: table.columns.map((column) => recounted(column, things)) };
}

/** Every thing counts once, in equal parts of its records: one with two spellings of a name counts half for each. */
function recounted(column: ReadColumn, things: Int32Array): ReadColumn {
  const records = new Int32Array(things.length);
  column.places.forEach((place, record) => {
    if (place < 0) return;
    const thing = things[record] as number;
    records[thing] = (records[thing] as number) + 1;
  });
  const counts = new Float64Array(column.values.length);
  column.places.forEach((place, record) => {
    if (place < 0) return;
    counts[place] = (counts[place] as number) + 1 / (records[things[record] as number] as number);
  });
  return { ...column, counts, filled: records.reduce((sum, one) => sum + (one > 0 ? 1 : 0), 0) };
}
