import type { Cell } from "../field/cell.ts";
import { column as columnOf, value, type Table } from "../ledger/workbook.ts";

/** Reads one field of many rows: the column is looked up once. Keep it no longer than the workbook stands still. */
export function reader(table: Table, key: string): (row: number) => Cell | undefined {
  const column = columnOf(table, key);
  if (column === undefined) return (row) => value(table, row, key);
  return (row) => column[row];
}
