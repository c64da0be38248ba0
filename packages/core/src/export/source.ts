import type { Names } from "../field/behaviour.ts";
import type { Field, Locale, Sheet } from "../field/field.ts";
import type { Table } from "../ledger/workbook.ts";

/** What is exported: a sheet or a view of it, decided by the caller. */
export interface ExportSource {
  readonly table: Table;
  readonly sheet: Sheet;
  /** Columns in order. */
  readonly fields: readonly Field[];
  /** Rows of the table in order. */
  readonly rows: readonly number[];
  readonly names: Names;
  readonly locale: Locale;
  /** Where given, every row says of which record it is in one more column of this name (marker.ts). */
  readonly ids?: string;
}

/** "Contacts 2026-11-22.csv": no character that a file system refuses. */
export function exportFileName(sheet: Sheet, extension: string, now: number): string {
  const name =
    sheet.name
      .replace(/[\\/:*?"<>|\p{Cc}]+/gu, " ")
      .replace(/\s+/g, " ")
      .trim() || "Export";
  return `${name} ${new Date(now).toISOString().slice(0, 10)}.${extension}`;
}
