import { type Cell, isInvalid } from "../field/cell.ts";
import { plain } from "../field/define.ts";
import type { Field, Locale } from "../field/field.ts";
import * as Money from "../field/money.ts";
import { registry } from "../field/registry.ts";
import { value } from "../ledger/workbook.ts";
import type { ExportSource } from "./source.ts";

/** Excel's limit. */
export const MAX_TEXT = 32_767;
export const MAX_SHEET_ROWS = 1_048_576;

/** What a spreadsheet holds in a cell; a Date is an instant whose UTC parts are what the person sees. */
export type TypedCell = string | number | boolean | Date;

/** Excel's number format for a column; undefined: as the program likes. */
export function formatOf(field: Field, locale: Locale): string | undefined {
  switch (field.type) {
    case "number":
      if (field.decimals === undefined) return field.ungrouped === true ? "0" : "General";
      return `${field.ungrouped === true ? "0" : "#,##0"}${decimals(field.decimals)}`;
    case "percent":
      return field.decimals === undefined ? "0.##%" : `0${decimals(field.decimals)}%`;
    case "currency":
      return moneyFormat(field.currency ?? locale.currency);
    case "date":
      return "yyyy-mm-dd";
    case "dateTime":
    case "createdAt":
    case "updatedAt":
      return "yyyy-mm-dd hh:mm";
    case "text":
    case "phone":
    case "email":
      // "@" keeps Excel from making numbers of leading zeros when somebody edits the cell.
      return "@";
    default:
      return undefined;
  }
}

function decimals(count: number): string {
  return count === 0 ? "" : `.${"0".repeat(count)}`;
}

function moneyFormat(currency: string): string {
  return `#,##0${decimals(Money.minorDigits(currency))} [$${currency}]`;
}

/** Money in another currency than the column's has a format of its own. */
export function foreignFormat(
  cell: Cell | undefined,
  field: Field,
  locale: Locale,
): string | undefined {
  if (typeof cell !== "string") return undefined;
  const { currency } = Money.fromStored(cell);
  return currency === (field.currency ?? locale.currency) ? undefined : moneyFormat(currency);
}

/** A stored cell as a spreadsheet holds it. */
export type CellWriter = (cell: Cell) => TypedCell;

export function cellWriter(field: Field, source: ExportSource): CellWriter {
  const { locale } = source;
  const shown = wordWriter(field, source);
  const typed =
    (write: (cell: Exclude<Cell, { invalid: string }>) => TypedCell): CellWriter =>
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

/** A stored cell as a person reads it. */
export function wordWriter(field: Field, { locale, names }: ExportSource): (cell: Cell) => string {
  return (cell) => clip(registry[field.type].format(cell, field, locale, names));
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
export function widthOf({ table, rows, names, locale }: ExportSource, field: Field): number {
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
