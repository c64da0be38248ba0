import type { Writable } from "node:stream";
import Excel from "exceljs";
import { DomainError } from "../error.ts";
import { type Cell, isInvalid } from "../field/cell.ts";
import { plain } from "../field/define.ts";
import type { Field, Locale } from "../field/field.ts";
import * as Money from "../field/money.ts";
import { registry } from "../field/registry.ts";
import { value } from "../ledger/workbook.ts";
import type { ExportSource } from "./source.ts";

/** Rows written before others get their turn: about ten milliseconds. */
const TURN = 150;
/** Excel's limits. */
const MAX_TEXT = 32_767;
const MAX_SHEET_ROWS = 1_048_576;

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
  switch (field.type) {
    case "number":
      return {
        numFmt: field.decimals === undefined ? "General" : `#,##0${decimals(field.decimals)}`,
      };
    case "percent":
      return { numFmt: field.decimals === undefined ? "0.##%" : `0${decimals(field.decimals)}%` };
    case "currency":
      return { numFmt: moneyFormat(field.currency ?? locale.currency) };
    case "date":
      return { numFmt: "yyyy-mm-dd" };
    case "dateTime":
    case "createdAt":
    case "updatedAt":
      return { numFmt: "yyyy-mm-dd hh:mm" };
    case "text":
    case "phone":
    case "email":
      // "@" keeps Excel from making numbers of leading zeros when somebody edits the cell.
      return { numFmt: "@" };
    case "longText":
      return { alignment: { wrapText: true, vertical: "top" } };
    default:
      return {};
  }
}

function decimals(count: number): string {
  return count === 0 ? "" : `.${"0".repeat(count)}`;
}

function moneyFormat(currency: string): string {
  return `#,##0${decimals(Money.minorDigits(currency))} [$${currency}]`;
}

/** Money in another currency than the column's has a format of its own. */
function foreignFormat(cell: Cell | undefined, field: Field, locale: Locale): string | undefined {
  if (typeof cell !== "string") return undefined;
  const { currency } = Money.fromStored(cell);
  return currency === (field.currency ?? locale.currency) ? undefined : moneyFormat(currency);
}

type CellWriter = (cell: Cell) => Excel.CellValue;

function cellWriter(field: Field, { locale, names }: ExportSource): CellWriter {
  const shown = (cell: Cell) => clip(registry[field.type].format(cell, field, locale, names));
  const typed =
    (write: (cell: Exclude<Cell, { invalid: string }>) => Excel.CellValue): CellWriter =>
    (cell) =>
      isInvalid(cell) ? clip(cell.invalid) : write(cell);
  switch (field.type) {
    case "number":
    case "percent":
      return typed((cell) => (typeof cell === "number" ? cell : plain(cell)));
    case "checkbox":
      return typed((cell) => cell === true);
    case "currency":
      return typed((cell) =>
        typeof cell === "string" ? Number(Money.amountOf(cell)) : plain(cell),
      );
    case "date":
      return typed((cell) =>
        typeof cell === "string" ? (dateOf(`${cell}T00:00:00Z`) ?? cell) : plain(cell),
      );
    case "dateTime":
    case "createdAt":
    case "updatedAt": {
      const wall = wallClock(locale.timeZone);
      return typed((cell) => (typeof cell === "string" ? (wall(cell) ?? cell) : plain(cell)));
    }
    case "text":
    case "longText":
    case "email":
    case "url":
    case "choice":
      return typed((cell) => clip(plain(cell)));
    default:
      return shown;
  }
}

/** Excel has no days before 1900. */
function dateOf(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ||
    date.getUTCFullYear() < 1900 ||
    date.getUTCFullYear() > 9999
    ? undefined
    : date;
}

/** An instant as the clock on the wall shows it: Excel knows no zones. */
function wallClock(timeZone: string): (text: string) => Date | undefined {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return (text) => {
    const instant = new Date(text);
    if (Number.isNaN(instant.getTime())) return undefined;
    const by = Object.fromEntries(
      parts.formatToParts(instant).map(({ type, value: part }) => [type, part]),
    );
    return dateOf(
      `${by["year"]}-${by["month"]}-${by["day"]}T${by["hour"]}:${by["minute"]}:${by["second"]}Z`,
    );
  };
}

function clip(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}

/** Wide enough for most values of the first rows, between 8 and 60 characters. */
function widthOf({ table, rows, names, locale }: ExportSource, field: Field): number {
  const lengths = [field.name.length + 3];
  for (const row of rows.slice(0, 200)) {
    const cell = value(table, row, field.key);
    if (cell === undefined) continue;
    const text = registry[field.type].format(cell, field, locale, names);
    lengths.push(Math.max(...text.split("\n").map((line) => line.length)));
  }
  lengths.sort((a, b) => a - b);
  const most = lengths[Math.floor((lengths.length - 1) * 0.95)]!;
  return Math.min(60, Math.max(8, field.name.length + 3, most + 2));
}
