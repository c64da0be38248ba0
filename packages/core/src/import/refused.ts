import { csvLine } from "../export/csv-line.ts";
import { plainXlsx } from "../export/plain-xlsx.ts";
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
  const lines = [csvLine(headerOf(table))];
  for (const one of refused)
    lines.push(csvLine([...cellsOf(table, one).map(cellText), reasonOf(one)]));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

/** Refused rows of one worksheet. */
export interface RefusedOf {
  readonly table: Table;
  readonly refused: readonly RefusedRow[];
}

/** The same as an Excel workbook, a worksheet for each that has refused rows, called as in the file it came from. */
export function refusedXlsx(all: readonly RefusedOf[]): Uint8Array {
  const parts = all.filter(({ refused }, at) => at === 0 || refused.length > 0);
  const shown = parts.length > 1 && parts[0]?.refused.length === 0 ? parts.slice(1) : parts;
  return plainXlsx(
    ...shown.map(({ table, refused }) => {
      const header = headerOf(table);
      return {
        name: (shown.length > 1 && table.raw.sheet) || "Refused rows",
        header,
        rows: refused.map((one) => [...cellsOf(table, one), reasonOf(one)]),
        widths: header.map((name, index) =>
          index === header.length - 1 ? 60 : Math.min(40, Math.max(12, name.length + 2)),
        ),
      };
    }),
  );
}

/** A column of reasons that the file has from before says nothing any more. */
function columnsOf(table: Table) {
  return table.columns.filter(({ name }) => name !== REASON_COLUMN);
}

function headerOf(table: Table): string[] {
  return [...columnsOf(table).map(({ name }) => name), REASON_COLUMN];
}

function cellsOf(table: Table, { row }: RefusedRow) {
  const cells = Rows.at(table.raw.rows, row);
  return columnsOf(table).map(({ index }) => cells[index]);
}

function reasonOf({ column, reason }: RefusedRow): string {
  return column === null ? reason : `${column}: ${reason}`;
}
