import { csvLine } from "../export/csv-line.ts";
import { cellText } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import type { Table } from "./table.ts";
import type { RefusedRow } from "./plan.ts";

/** Name of the column that says why a row was refused; the importer leaves it out when the mended file comes back. */
export const REASON_COLUMN = "Why it was refused";

/**
 * Refused rows as a CSV file with the reason in the last column. Mended and imported again, it reads like the file it came from:
 * cells are written exactly as they were.
 */
export function refusedCsv(table: Table, refused: readonly RefusedRow[]): string {
  const header = table.columns.map((column) => column.name);
  const lines = [csvLine([...header, REASON_COLUMN])];
  for (const { row, column, reason } of refused) {
    const cells = Rows.at(table.raw.rows, row);
    const texts = table.columns.map(({ index }) => cellText(cells[index]));
    lines.push(csvLine([...texts, column === null ? reason : `${column}: ${reason}`]));
  }
  return `\ufeff${lines.join("\r\n")}\r\n`;
}
