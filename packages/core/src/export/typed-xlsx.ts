import { value } from "../ledger/workbook.ts";
import { xlsxPieces } from "./plain-xlsx.ts";
import type { ExportSource } from "./source.ts";
import {
  cellWriter,
  foreignFormat,
  formatOf,
  type TypedCell,
  widthOf,
  wordWriter,
} from "./typed-cell.ts";

/**
 * A sheet as an Excel workbook, in pieces, anywhere and without a library: typed cells with number formats, column widths, a frozen
 * header. Money in another currency than its column's is text that names it. Throws RangeError for more rows than Excel holds.
 */
export function typedXlsx(source: ExportSource): Generator<Uint8Array> {
  const { table, sheet, fields, rows, locale } = source;
  const writers = fields.map((field) => cellWriter(field, source));
  const shown = fields.map((field) => wordWriter(field, source));
  const typed = (row: number): (TypedCell | undefined)[] =>
    fields.map((field, column) => {
      const cell = value(table, row, field.key);
      if (cell === undefined) return undefined;
      const isForeign =
        field.type === "currency" && foreignFormat(cell, field, locale) !== undefined;
      return (isForeign ? shown[column] : writers[column])!(cell);
    });
  return xlsxPieces({
    name: sheet.name,
    header: fields.map(({ name }) => name),
    rows: {
      length: rows.length,
      *[Symbol.iterator]() {
        for (const row of rows) yield typed(row);
      },
    },
    widths: fields.map((field) => widthOf(source, field)),
    formats: fields.map((field) => formatOf(field, locale)),
  });
}
