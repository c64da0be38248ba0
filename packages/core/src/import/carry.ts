import type { Mapping } from "./mapping.ts";
import { isBlank } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { dataRows, type Table } from "./table.ts";

/** Below so many rows it may be chance that a name stands above blanks. */
const LEAST_BELOW = 2;

/** Records that stand once, with rows below that leave their columns blank. */
export interface Carried {
  /** Rows that belong to the record above. */
  readonly below: number;
}

/**
 * Whether the records of a companion stand once above the rows that belong to them, as a company does above its people: all its columns
 * are blank together below, they stand left of the others, the first row has one, and none is said twice. Where names repeat on every row, a blank is a blank.
 */
export function carriedIn(table: Table, mapping: Mapping, sheet: string): Carried | undefined {
  const own = mapping.columns.filter(
    ({ of, block, target }) => of === sheet && block === undefined && target.kind !== "skip",
  );
  const others = mapping.columns.filter(({ of, target }) => of !== sheet && target.kind !== "skip");
  if (own.length === 0 || others.length === 0) return undefined;
  // What stands once above others stands left of them.
  const leftmost = Math.min(...others.map(({ column }) => column));
  if (!own.some(({ column }) => column < leftmost)) return undefined;
  const hasAny = (row: number, columns: Mapping["columns"]): boolean =>
    columns.some(({ column }) => !isBlank(Rows.cell(table.raw.rows, row, column)));
  const said = new Set<string>();
  let below = 0;
  let parents = 0;
  let isFirst = true;
  for (const row of dataRows(table)) {
    if (hasAny(row, own)) {
      const key = JSON.stringify(own.map(({ column }) => Rows.cell(table.raw.rows, row, column)));
      if (said.has(key)) return undefined;
      said.add(key);
      parents += 1;
    } else {
      if (isFirst) return undefined;
      if (hasAny(row, others)) below += 1;
    }
    isFirst = false;
  }
  // A single column with gaps may just have gaps.
  const least = own.length === 1 ? parents : parents / 2;
  return below >= Math.max(LEAST_BELOW, least) ? { below } : undefined;
}
