import type { Writable } from "node:stream";
import Excel from "exceljs";
import { DomainError } from "../error.ts";
import type { Field, Locale } from "../field/field.ts";
import { value } from "../ledger/workbook.ts";
import type { ExportSource } from "./source.ts";
import { cellWriter, foreignFormat, formatOf, MAX_SHEET_ROWS, widthOf } from "./typed-cell.ts";

/** Rows written before others get their turn: about ten milliseconds. */
const TURN = 150;

/**
 * Writes an Excel workbook row by row: typed cells with number formats, column widths, a frozen header and a filter. Takes turns
 * with other work and waits for a slow reader, so that an export of any size stalls nothing. Resolves when all is handed to
 * the stream; rejects when the stream fails.
 */
export async function writeXlsx(source: ExportSource, stream: Writable): Promise<void> {
  const { table, sheet, fields, rows, locale, ids } = source;
  if (rows.length >= MAX_SHEET_ROWS) {
    throw new DomainError(
      "too-large",
      "An Excel sheet holds 1,048,576 rows. Export as CSV, or a view with fewer rows.",
    );
  }
  const failure = new Promise<never>((_resolve, reject) => {
    stream.once("error", reject);
    stream.once("close", () => {
      if (!stream.writableFinished) reject(new Error("The reader of the export went away."));
    });
  });
  failure.catch(() => undefined);
  const writer = new Excel.stream.xlsx.WorkbookWriter({
    stream: stream as never,
    useStyles: true,
    useSharedStrings: false,
  });
  const target = writer.addWorksheet(sheetName(sheet.name), {
    views: [{ state: "frozen", ySplit: 1 }],
  });
  const columns: Partial<Excel.Column>[] = fields.map((field) => ({
    header: field.name,
    width: widthOf(source, field),
    style: styleOf(field, locale),
  }));
  // Beside the others and filtered with them: it goes along when rows are sorted.
  if (ids !== undefined) columns.push({ header: ids, width: 22, hidden: true });
  target.columns = columns;
  target.autoFilter = {
    from: { row: 1, column: 1 },
    to: { row: rows.length + 1, column: Math.max(1, columns.length) },
  };
  const header = target.getRow(1);
  header.font = { bold: true };
  header.commit();
  const writers = fields.map((field) => cellWriter(field, source));
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    const cells = fields.map((field, column) => {
      const cell = value(table, row, field.key);
      return cell === undefined ? null : writers[column]!(cell);
    });
    if (ids !== undefined) cells.push(table.ids[row]!);
    const added = target.addRow(cells);
    fields.forEach((field, column) => {
      if (field.type !== "currency") return;
      const format = foreignFormat(value(table, row, field.key), field, locale);
      if (format !== undefined) added.getCell(column + 1).numFmt = format;
    });
    added.commit();
    if (at % TURN === TURN - 1) {
      await Promise.race([new Promise<void>((resolve) => setImmediate(resolve)), failure]);
      if (stream.writableNeedDrain) {
        await Promise.race([
          new Promise<void>((resolve) => stream.once("drain", () => resolve())),
          failure,
        ]);
      }
    }
  }
  target.commit();
  await Promise.race([writer.commit(), failure]);
}

function sheetName(name: string): string {
  const allowed = name.replace(/[[\]:*?/\\\s]+/g, " ").replace(/^[' ]+|[' ]+$/g, "");
  return allowed.slice(0, 31).trimEnd() || "Sheet";
}

function styleOf(field: Field, locale: Locale): Partial<Excel.Style> {
  if (field.type === "longText") return { alignment: { wrapText: true, vertical: "top" } };
  const numFmt = formatOf(field, locale);
  return numFmt === undefined ? {} : { numFmt };
}
