import { googleKinds, kindOf } from "./clipboard-html.ts";
import type { Block, BlockCell, Exact } from "./clipboard.ts";

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
