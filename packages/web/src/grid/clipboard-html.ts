import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field, Locale } from "@gridfolk/core/field/field";
import * as Money from "@gridfolk/core/field/money";
import * as Serial from "@gridfolk/core/formula/serial";
import type { Block, BlockCell, Exact } from "./clipboard.ts";

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
const googleKinds = { number: 2, percent: 3, currency: 4, date: 5, time: 6, dateTime: 7 };

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

/**
 * The first table of a page, spans spread out into blank cells, hidden rows left out; undefined when there is none, and for
 * what Gridfolk itself copied, whose text says more. Where Excel, Google Sheets or LibreOffice tell the value behind a text,
 * the cell has it.
 */
export function fromHtml(html: string): Block | undefined {
  if (!/<table[\s>]/i.test(html)) return undefined;
  const page = new DOMParser().parseFromString(html, "text/html");
  const table = page.querySelector("table");
  if (table === null || table.hasAttribute("data-gridfolk")) return undefined;
  const formats = classFormats(page);
  const lines = [...table.rows].filter((line) => line.style.display !== "none");
  const rows: (BlockCell | undefined)[][] = [];
  lines.forEach((line, index) => {
    const row = (rows[index] ??= []);
    let column = 0;
    for (const cell of line.cells) {
      while (row[column] !== undefined) column++;
      for (let down = 0; down < Math.min(cell.rowSpan, 1000); down++) {
        const target = (rows[index + down] ??= []);
        for (let right = 0; right < Math.min(cell.colSpan, 1000); right++) {
          target[column + right] = down === 0 && right === 0 ? read(cell, formats) : "";
        }
      }
      column += cell.colSpan;
    }
  });
  return rows.slice(0, lines.length).map((row) => Array.from(row, (cell) => cell ?? ""));
}

function read(cell: HTMLTableCellElement, formats: ReadonlyMap<string, string>): BlockCell {
  const text = textOf(cell);
  return fromGoogle(cell, text) ?? fromCalc(cell, text) ?? fromExcel(cell, text, formats) ?? text;
}

/** `data-sheets-value='{"1":3,"3":46387}'`, and the format beside it. */
function fromGoogle(cell: Element, text: string): Exact | string | undefined {
  const told = jsonOf(cell.getAttribute("data-sheets-value"));
  if (told === undefined) return undefined;
  if (told["1"] === 3 && typeof told["3"] === "number") {
    const format = jsonOf(cell.getAttribute("data-sheets-numberformat"));
    const kind = Object.entries(googleKinds).find(([, code]) => code === format?.["1"])?.[0];
    const as = (kind ?? kindOf(String(format?.["2"] ?? ""))) as Exact["as"];
    return { text, value: told["3"], as };
  }
  if (told["1"] === 4) return { text, value: told["4"] === 1, as: "boolean" };
  return typeof told["2"] === "string" ? told["2"] : undefined;
}

/** `sdval="46387" sdnum="1033;0;MM/DD/YY"`. */
function fromCalc(cell: Element, text: string): Exact | undefined {
  const value = Number(cell.getAttribute("sdval") || Number.NaN);
  if (!Number.isFinite(value)) return undefined;
  const format = (cell.getAttribute("sdnum") ?? "").split(";").slice(2).join(";");
  return { text, value, as: /BOOLEAN/i.test(format) ? "boolean" : kindOf(format) };
}

/** `x:num="1234.5"`, with `mso-number-format` in the cell's own style or in that of its class. */
function fromExcel(
  cell: HTMLElement,
  text: string,
  formats: ReadonlyMap<string, string>,
): Exact | undefined {
  const bool = cell.getAttribute("x:bool");
  if (bool !== null) return { text, value: /true/i.test(bool || text), as: "boolean" };
  const told = cell.getAttribute("x:num");
  const value = Number(told || Number.NaN);
  if (!Number.isFinite(value)) return undefined;
  const own = /mso-number-format:\s*("[^"]*"|[^;]*)/i.exec(cell.getAttribute("style") ?? "")?.[1];
  const format = own ?? formats.get(cell.className) ?? "";
  return { text, value, as: kindOf(plainFormat(format)) };
}

/** Number formats by class, out of the page's style sheet: the browser itself drops what it does not know. */
function classFormats(page: Document): Map<string, string> {
  const formats = new Map<string, string>();
  for (const { textContent } of page.querySelectorAll("style")) {
    for (const [, name, body] of (textContent ?? "").matchAll(/\.(\w+)\s*\{([^}]*)\}/g)) {
      const format = /mso-number-format:\s*("(?:[^"\\]|\\.)*"|[^;]*)/i.exec(body ?? "")?.[1];
      if (name !== undefined && format !== undefined) formats.set(name, format.trim());
    }
  }
  return formats;
}

/** `"\#\,\#\#0\.00"` without its quotes and escapes. */
function plainFormat(format: string): string {
  return format.replace(/^"|"$/g, "").replaceAll("\\0022", '"').replaceAll(/\\(.)/g, "$1");
}

/** What a number format says that a number is. */
function kindOf(format: string): Exclude<Exact["as"], "boolean"> {
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

function jsonOf(text: string | null): { readonly [key: string]: unknown } | undefined {
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function textOf(cell: Element): string {
  let text = "";
  for (const node of cell.childNodes) {
    if (node.nodeName === "BR") text += "\n";
    else if (node.nodeType === 3) text += (node.textContent ?? "").replaceAll(/[\n\r\t ]+/g, " ");
    else if (node.nodeType === 1) {
      const inner = textOf(node as Element);
      text += /^(P|DIV|LI)$/.test(node.nodeName) && text !== "" ? `\n${inner}` : inner;
    }
  }
  return text
    .replaceAll("\u00a0", " ")
    .replaceAll(/ ?\n ?/g, "\n")
    .trim();
}
