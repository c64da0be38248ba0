import type { Names } from "../field/behaviour.ts";
import { type Cell, isInvalid } from "../field/cell.ts";
import { plain } from "../field/define.ts";
import type { Field, Locale } from "../field/field.ts";
import * as List from "../field/list.ts";
import * as Money from "../field/money.ts";
import * as Phone from "../field/phone.ts";
import { value } from "../ledger/workbook.ts";
import { csvLine } from "./csv-line.ts";
import type { ExportSource } from "./source.ts";

/** Rows in one piece. */
const PIECE = 500;

/**
 * A CSV file after RFC 4180, UTF-8 with byte order mark (Excel needs it), some hundred rows at a time. Values are written so that the
 * importer reads them back, in whatever locale: ISO dates, decimal points, currency codes where they differ from the
 * column's. Texts that a spreadsheet program would run as a formula begin with an apostrophe.
 */
export function* csvPieces(source: ExportSource): Generator<string> {
  const { table, fields, rows, names, locale, ids } = source;
  const mark = ids === undefined ? [] : [ids];
  const header = csvLine([...fields.map((field) => guarded(field.name)), ...mark]);
  let piece = `\ufeff${header}\r\n`;
  for (let at = 0; at < rows.length; at++) {
    const cells = fields.map((field) => {
      const cell = value(table, rows[at]!, field.key);
      return cell === undefined ? "" : csvText(cell, field, locale, names);
    });
    if (ids !== undefined) cells.push(table.ids[rows[at]!]!);
    piece += `${csvLine(cells)}\r\n`;
    if (at % PIECE === PIECE - 1) {
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

/** One value as text, safe to open in a spreadsheet program. */
export function csvText(cell: Cell, field: Field, locale: Locale, names: Names): string {
  if (isInvalid(cell)) return guarded(cell.invalid);
  switch (field.type) {
    case "number":
      return plain(cell);
    case "percent":
      return typeof cell === "number" ? `${Number((cell * 100).toPrecision(15))}%` : plain(cell);
    case "currency": {
      if (typeof cell !== "string") return plain(cell);
      const { currency } = Money.fromStored(cell);
      const amount = Money.amountOf(cell);
      return currency === (field.currency ?? locale.currency) ? amount : `${amount} ${currency}`;
    }
    case "checkbox":
      return cell === true ? "TRUE" : "FALSE";
    case "phone": {
      if (typeof cell !== "string") return plain(cell);
      const typed = Phone.typedOf(cell);
      // "+1-202-555-0143" would be subtracted; the same number in plain digits is not.
      return isRisky(typed) ? Phone.e164Of(cell) : typed;
    }
    case "user":
    case "createdBy":
    case "updatedBy":
      return guarded(typeof cell === "string" ? (names.nameOf(field, cell) ?? cell) : plain(cell));
    case "link": {
      if (typeof cell !== "object") return plain(cell);
      return guarded(cell.map((id) => names.nameOf(field, id) ?? id).join("; "));
    }
    case "multiChoice":
      return guarded(typeof cell === "object" ? List.join(cell) : plain(cell));
    default:
      return guarded(plain(cell));
  }
}

/** Begins like a formula and is no plain number. */
function isRisky(text: string): boolean {
  if (!/^[=+\-@\t\r]/.test(text)) return false;
  return !/^[+-]?\d+(?:[.,]\d+)*\s?%?$/.test(text) && !/^\+\d[\d ]*$/.test(text);
}

/** An apostrophe before what would run; before another apostrophe as well, so that reading can take exactly one off. */
export function guarded(text: string): string {
  return isRisky(text) || /^'+[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
