import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field, Locale } from "@gridfolk/core/field/field";
import * as Money from "@gridfolk/core/field/money";
import * as Serial from "@gridfolk/core/formula/serial";
import type { Exact } from "./clipboard.ts";

/** A cell as it is copied: its text, and what spreadsheets are told about the value behind it. */
export interface CopiedCell {
  readonly text: string;
  /** Numbers, amounts in major units, fractions for percent, days since 1900 for dates; true and false. */
  readonly value?: number | boolean;
  /** A number format as Excel writes it. */
  readonly format?: string;
}

const TEXT_FORMAT = "@";
/** What Google Sheets calls kinds of number formats. */
export const googleKinds = { number: 2, percent: 3, currency: 4, date: 5, time: 6, dateTime: 7 };

/** A cell with the value behind its text, so that it arrives as a number, a date or an amount. */
export function copiedCell(
  cell: Cell | undefined,
  field: Field,
  text: string,
  locale: Locale,
): CopiedCell {
  if (cell === undefined || isInvalid(cell)) return { text };
  switch (field.type) {
    case "number":
      return { text, value: cell as number, format: digits("General", field.decimals) };
    case "percent":
      return { text, value: cell as number, format: digits("0", field.decimals, "%") };
    case "currency": {
      const stored = cell as string;
      const code = stored.slice(stored.indexOf(" ") + 1);
      const decimals = Money.minorDigits(code);
      const format = `[$${code}] #,##0${decimals === 0 ? "" : `.${"0".repeat(decimals)}`}`;
      return { text, value: Number(Money.amountOf(stored)), format };
    }
    case "date":
      return { text, value: Serial.ofDay(cell as string), format: "yyyy-mm-dd" };
    case "dateTime":
    case "createdAt":
    case "updatedAt": {
      const at = Date.parse(cell as string);
      return { text, value: Serial.ofInstant(at, locale.timeZone), format: "yyyy-mm-dd hh:mm" };
    }
    case "checkbox":
      return { text, value: cell as boolean };
    default:
      return { text, format: TEXT_FORMAT };
  }
}

function digits(plain: string, decimals: number | undefined, unit = ""): string {
  if (decimals === undefined) return plain === "General" ? plain : `${plain}.##${unit}`;
  return `0${decimals === 0 ? "" : `.${"0".repeat(decimals)}`}${unit}`;
}

/** A table that Excel, Google Sheets and LibreOffice read with the types of its cells. */
export function toHtml(
  rows: readonly (readonly CopiedCell[])[],
  headers?: readonly string[],
): string {
  const head =
    headers === undefined
      ? ""
      : `<tr>${headers.map((name) => `<th style="font-weight:bold;text-align:left">${escape(name)}</th>`).join("")}</tr>`;
  const body = rows.map((row) => `<tr>${row.map(cellHtml).join("")}</tr>`).join("");
  return (
    `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body>` +
    `<!--StartFragment--><table data-gridfolk="">${head}${body}</table><!--EndFragment--></body></html>`
  );
}

function cellHtml({ text, value, format }: CopiedCell): string {
  const style = format === undefined ? "" : ` style='mso-number-format:"${msoFormat(format)}"'`;
  if (typeof value === "number") {
    const google = attribute(JSON.stringify({ 1: 3, 3: value }));
    const kind = kindOf(format ?? "");
    const shown = attribute(JSON.stringify({ 1: googleKinds[kind], 2: format }));
    return (
      `<td align="right" x:num="${value}" sdval="${value}" sdnum="1033;0;${attribute(format ?? "General")}" ` +
      `data-sheets-value="${google}" data-sheets-numberformat="${shown}"${style}>${escape(text)}</td>`
    );
  }
  if (typeof value === "boolean") {
    const google = attribute(JSON.stringify({ 1: 4, 4: value ? 1 : 0 }));
    const word = value ? "TRUE" : "FALSE";
    return `<td x:bool="${word}" data-sheets-value="${google}">${word}</td>`;
  }
  if (text === "") return "<td></td>";
  const google = attribute(JSON.stringify({ 1: 2, 2: text }));
  return `<td x:str="" data-sheets-value="${google}"${style}>${escape(text)}</td>`;
}

/** As Excel writes number formats into style sheets. */
function msoFormat(format: string): string {
  return format.replaceAll(/[^A-Za-z0-9]/g, (sign) => (sign === '"' ? "\\0022" : `\\${sign}`));
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/\r?\n/g, "<br>");
}

/** What a number format says that a number is. */
export function kindOf(format: string): Exclude<Exact["as"], "boolean"> {
  if (/^(short|medium|long) date$/i.test(format)) return "date";
  if (/^general date$/i.test(format)) return "dateTime";
  if (/^(short|medium|long) time$/i.test(format)) return "time";
  if (/^currency$/i.test(format)) return "currency";
  if (/^percent$/i.test(format)) return "percent";
  if (/^(general|standard|fixed|scientific)$/i.test(format)) return "number";
  // Words in quotes, colours and conditions say nothing; `[$…]` names a currency or only a language.
  const money = /\[\$[^\]-]/.test(format) || /[$€£¥]/.test(format.replaceAll(/\[[^\]]*\]/g, ""));
  const signs = format.replaceAll(/"[^"]*"|\[[^\]]*\]/g, "");
  if (signs.includes("%")) return "percent";
  if (/[dy]/i.test(signs)) return /[hs]/i.test(signs) ? "dateTime" : "date";
  if (/h|:s|s:|mm:/i.test(signs)) return "time";
  return money ? "currency" : "number";
}
