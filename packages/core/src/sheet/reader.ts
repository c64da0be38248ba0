import type { Cell } from "../field/cell.ts";
import { column as columnOf, findField, isStamped, value, type Table } from "../ledger/workbook.ts";

/** Reads one field of many rows: the column is looked up once. Keep it no longer than the workbook stands still. */
export function reader(table: Table, key: string): (row: number) => Cell | undefined {
  const column = columnOf(table, key);
  if (column === undefined) return readerOfStamps(table, key) ?? ((row) => value(table, row, key));
  return (row) => column[row];
}

/** Who made or changed records, and when: many rows have one stamp, which is put in words once. */
function readerOfStamps(
  table: Table,
  key: string,
): ((row: number) => Cell | undefined) | undefined {
  const type = findField(table, key)?.type;
  if (type === undefined || !isStamped(type)) return undefined;
  const stamps = type === "createdAt" || type === "createdBy" ? table.created : table.updated;
  const known = new Map<number | undefined, Cell | undefined>();
  return (row) => {
    const stamp = stamps[row];
    let cell = known.get(stamp);
    if (cell === undefined) {
      cell = value(table, row, key);
      known.set(stamp, cell);
    }
    return cell;
  };
}
