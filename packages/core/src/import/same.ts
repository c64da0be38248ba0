import * as Workbook from "../ledger/workbook.ts";

/**
 * What somebody said of rows of a file: which record each is of, by id, or which other row of the file, by `rowName`. Rows are positions in
 * the file, from 0.
 */
export type Same = ReadonlyMap<number, string>;

/** How another row of the file is named in `Same`; no id looks like that. */
export function rowName(row: number): string {
  return `row ${row}`;
}

/** Before the id of a record that is there, and before a row: no key begins so. */
const OF_RECORD = "\u0000";
const OF_ROW = "\u0001";

/** Those of it that still hold: a record that went meanwhile is none. */
export function holding(said: Same | undefined, table: Workbook.Table): Same {
  return new Map(
    [...(said ?? [])].filter(([own, name]) => {
      const other = rowIn(name);
      if (other !== undefined) return other !== own;
      const row = Workbook.record(table, name)?.row;
      return row !== undefined && Workbook.isLive(table, row);
    }),
  );
}

/**
 * Keys by which rows are one record that are said to be, or have one key: `keyOf` answers the key of a row by itself, `there` the id of
 * the record that has it.
 */
export function keysBySameness(
  rows: readonly number[],
  same: Same,
  keyOf: (at: number) => string | undefined,
  there: (key: string) => string | undefined,
): (string | undefined)[] {
  const placeOf = new Map(rows.map((row, at) => [row, at]));
  const named = new Set([...same.values()].map(rowIn));
  const keyAt = (at: number, seen: ReadonlySet<number>): string | undefined => {
    const row = rows[at] as number;
    const said = same.get(row);
    const other = said === undefined ? undefined : rowIn(said);
    if (said !== undefined && other === undefined) return ofRecord(said);
    const place = other === undefined ? undefined : placeOf.get(other);
    if (place !== undefined && !seen.has(place)) return keyAt(place, new Set([...seen, at]));
    const key = keyOf(at);
    const id = key === undefined ? undefined : there(key);
    if (id !== undefined) return ofRecord(id);
    return key ?? (named.has(row) ? OF_ROW + row : undefined);
  };
  return rows.map((_, at) => keyAt(at, new Set([at])));
}

/** A key that says itself which record it is of. */
export function ofRecord(id: string): string {
  return OF_RECORD + id;
}

/** The id of the record that such a key is of. */
export function recordOf(key: string): string | undefined {
  return key.startsWith(OF_RECORD) ? key.slice(OF_RECORD.length) : undefined;
}

function rowIn(name: string): number | undefined {
  const found = /^row (\d+)$/.exec(name)?.[1];
  return found === undefined ? undefined : Number(found);
}
