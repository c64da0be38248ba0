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
  const column = Rows.column(table.raw.rows, index);
  const found = new Map<string, { text: string; rows: number; first: number }>();
  for (const [place, count, first] of placesIn(column, rows)) {
    const written = cellText(column.value(place));
    const key = keyOf(written);
    if (key === undefined) continue;
    if (key.length > MAX_OPTION_LENGTH) return undefined;
    const known = found.get(key);
    if (known !== undefined) known.rows += count;
    else {
      if (found.size === MOST_VALUES) return undefined;
      found.set(key, { text: written.replace(/\s+/g, " ").trim(), rows: count, first });
    }
  }
  return [...found.values()].toSorted((a, b) => b.rows - a.rows);
}

/** The values of a column in the order in which they come, with the number of rows and the first of them; each once, where rows share values. */
function* placesIn(
  { size, repeats, code, isBlank }: Rows.Column,
  rows: readonly number[],
): Generator<readonly [place: number, count: number, first: number]> {
  if (!repeats) {
    for (const row of rows) {
      const place = code(row);
      if (place >= 0 && !isBlank(place)) yield [place, 1, row];
    }
    return;
  }
  const counts = new Int32Array(size);
  const firsts = new Map<number, number>();
  for (const row of rows) {
    const place = code(row);
    if (place < 0) continue;
    if (counts[place] === 0) {
      // The rest need not be counted.
      if (firsts.size === MOST_PLACES) break;
      firsts.set(place, row);
    }
    counts[place]! += 1;
  }
  for (const [place, first] of firsts) {
    if (!isBlank(place)) yield [place, counts[place] as number, first];
  }
}

/** The same text in this many spellings is nothing that people write: there are too many texts. */
const MOST_PLACES = 1000;
