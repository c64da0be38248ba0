import { keyOf } from "../field/fold.ts";
import { MAX_OPTION_LENGTH } from "./cells.ts";
import { cellText } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import type { Table } from "./table.ts";

/** A text that stands in a column, in whatever case and spacing. */
export interface ColumnValue {
  /** As it stands there first. */
  readonly text: string;
  /** Rows that have it. */
  readonly rows: number;
  /** The first of them. */
  readonly first: number;
}

/** More different texts than these are no list that somebody chooses from. */
const MOST_VALUES = 60;

/**
 * The different texts of a column, the most frequent first; undefined where they are too many or too long to be choices. `rows` are those
 * that are looked at.
 */
export function valuesIn(
  table: Table,
  index: number,
  rows: readonly number[],
): ColumnValue[] | undefined {
  const { repeats, code, value, isBlank } = Rows.column(table.raw.rows, index);
  const found = new Map<string, { text: string; rows: number; first: number }>();
  /** Keys by place, where rows share values: each is made once. */
  const keys = new Map<number, string | undefined>();
  for (const row of rows) {
    const place = code(row);
    if (place < 0 || isBlank(place)) continue;
    let key = keys.get(place);
    if (key === undefined && !keys.has(place)) {
      key = keyOf(cellText(value(place)));
      if (repeats) keys.set(place, key);
    }
    if (key === undefined) continue;
    if (key.length > MAX_OPTION_LENGTH) return undefined;
    const known = found.get(key);
    if (known !== undefined) known.rows += 1;
    else {
      if (found.size === MOST_VALUES) return undefined;
      const text = cellText(value(place)).replace(/\s+/g, " ").trim();
      found.set(key, { text, rows: 1, first: row });
    }
  }
  return [...found.values()].toSorted((a, b) => b.rows - a.rows);
}
