import type { Registry } from "../field/behaviour.ts";
import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { fromRegistry } from "../ledger/rules.ts";
import * as Workbook from "../ledger/workbook.ts";

/** Which rows of a file are the same record, in the order of the records' first rows. Numbers count data rows from 0. */
export interface Matches {
  /** First data row of each record. */
  readonly first: Int32Array;
  /** For each data row the next one of the same record; -1 at the end. */
  readonly next: Int32Array;
  /** Id of the existing record that each record is; `undefined` for new ones. */
  readonly existing: (string | undefined)[];
  /** Records without an id. */
  readonly fresh: number;
}

/**
 * Groups rows by their normalised key: rows with the same key are one record, the existing one where there is one. Rows without a
 * key are a record each. `keys` holds the key field's cells; `left` marks rows that are not written.
 */
export function matchRows(
  count: number,
  left: (row: number) => boolean,
  by:
    | {
        cells: readonly (Cell | undefined)[];
        existing(key: string): string | undefined;
        key(cell: Cell): string | undefined;
      }
    | undefined,
): Matches {
  const first = new Int32Array(count);
  const next = new Int32Array(count).fill(-1);
  const existing: (string | undefined)[] = [];
  const recordByKey = new Map<string, number>();
  const last = new Int32Array(by === undefined ? 0 : count);
  let records = 0;
  let fresh = 0;
  for (let row = 0; row < count; row++) {
    if (left(row)) continue;
    const cell = by?.cells[row];
    const key = cell === undefined ? undefined : by!.key(cell);
    if (key !== undefined) {
      const record = recordByKey.get(key);
      if (record !== undefined) {
        next[last[record]!] = row;
        last[record] = row;
        continue;
      }
      recordByKey.set(key, records);
      last[records] = row;
    }
    first[records] = row;
    const id = key === undefined ? undefined : by!.existing(key);
    existing.push(id);
    if (id === undefined) fresh++;
    records++;
  }
  return { first: first.subarray(0, records), next, existing, fresh };
}

/** Looks up existing records by a field's normalised value; the oldest when several share it. */
export function existingBy(
  workbook: Workbook.Workbook,
  sheet: string,
  field: Field,
  registry: Registry,
): (key: string) => string | undefined {
  const table = Workbook.table(workbook, sheet);
  const isEmpty = Workbook.rows(table).length === 0;
  if (isEmpty || Workbook.findField(table, field.key) === undefined) return () => undefined;
  const index = Workbook.keyIndex(workbook, sheet, field.key, fromRegistry(registry));
  return (key) => index.get(key)[0];
}
