import { DomainError } from "../../error.ts";
import { formatNumber, type NumberFormat } from "./number-format.ts";
import type { Merge } from "../merge.ts";
import { type Formatting, LOOK_BITS } from "./formatting.ts";
import { formulaCollector } from "./formula-pattern.ts";
import type { RawCell, RawRow } from "./raw.ts";
import { type ListRule, listRules } from "./validation.ts";
import { elements, itemText, unescapeText } from "./xml.ts";
import { endless } from "./zip.ts";

export interface SheetContext {
  readonly strings: readonly string[];
  /** By cell style. */
  readonly formats: readonly NumberFormat[];
  /** By cell style: the number of its look, 0 for plain ones. */
  readonly lookOf: Uint16Array;
  readonly base1904: boolean;
  readonly maxCells: number;
  /** Characters of one row. */
  readonly maxText: number;
}

const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;
const EMPTY: RawRow = [];
const MERGED =
  /<(?:[\w.-]+:)?mergeCell\s[^>]*?ref\s*=\s*["']\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})["']/g;
const MOST_MERGES = 20_000;
/** Of what stands behind the rows, merged cells come early. */
const MOST_TAIL = 2 * 1024 * 1024;
const MOST_HEAD = 1024 * 1024;
/** Cells that are not plain: more of them are a design. 32 MB at most. */
const MOST_MARKS = 4 * 1024 * 1024;

/** What a worksheet's own XML says beside its values. */
export type Told = Pick<
  Formatting,
  "marks" | "hiddenRows" | "hiddenColumns" | "filtered" | "formulas"
> & { readonly lists: readonly ListRule[] };

export interface SheetReader {
  /** XML text cut anywhere between tags. */
  push(text: string): void;
  /** The rows, blank ones in between included, none at the end. */
  end(): RawRow[];
  /** After the end. */
  merges(): Merge[];
  /** After the end. */
  told(): Told;
}

/** Reads the rows of a worksheet from its XML as it comes out of the archive. Formulas give their last value. */
export function sheetReader(context: SheetContext): SheetReader {
  const rows: RawRow[] = [];
  let rest = "";
  let prefix: string | undefined;
  let inside = false;
  let done = false;
  let tail = "";
  let head = "";
  const hiddenRows: number[] = [];
  const formulas = formulaCollector();
  let markRows = new Int32Array(256);
  let markCells = new Int32Array(256);
  let marked = 0;
  let slots = 0;
  let next = 0;

  function push(text: string): void {
    if (inside && done && tail.length < MOST_TAIL) tail += text;
    if (done) return;
    let xml = rest === "" ? text : rest + text;
    if (prefix === undefined) {
      const root = /<([\w.-]+:)?(worksheet|dialogsheet|chartsheet|macrosheet)[\s>]/.exec(xml);
      if (root === null) {
        if (xml.length > 100_000) done = true;
        rest = xml;
        return;
      }
      if (root[2] !== "worksheet") {
        done = true;
        return;
      }
      prefix = root[1] ?? "";
    }
    if (!inside) {
      const start = xml.search(new RegExp(`<${prefix}sheetData[\\s/>]`));
      if (start === -1) {
        if (head.length < MOST_HEAD) head += xml.slice(0, -200);
        rest = xml.slice(-200);
        return;
      }
      inside = true;
      if (head.length < MOST_HEAD) head += xml.slice(0, start);
      xml = xml.slice(start);
    }
    const close = `</${prefix}row>`;
    const last = xml.lastIndexOf(close);
    const finish = xml.indexOf(`</${prefix}sheetData`);
    const end = finish !== -1 ? finish : last === -1 ? 0 : last + close.length;
    readRows(xml, end, close);
    if (finish !== -1) {
      done = true;
      tail = xml.slice(finish);
      rest = "";
    } else rest = end === 0 ? xml : xml.slice(end);
    // A row that does not end would be searched again and again.
    if (rest.length > context.maxText) throw endless();
  }

  function readRows(xml: string, end: number, close: string): void {
    const open = `<${prefix!}row`;
    let at = xml.indexOf(open);
    while (at !== -1 && at < end) {
      let tagEnd = xml.indexOf(">", at);
      if (tagEnd === -1) return;
      const after = xml.charCodeAt(at + open.length);
      // <rowBreaks> begins the same way.
      if (after !== 32 && after !== 62 && after !== 47 && after > 32) {
        at = xml.indexOf(open, tagEnd);
        continue;
      }
      const tag = xml.slice(at + open.length, tagEnd);
      const index = rowIndex(tag) ?? next;
      next = index + 1;
      if (xml.charCodeAt(tagEnd - 1) === 47) {
        at = xml.indexOf(open, tagEnd);
        continue;
      }
      let rowEnd = xml.indexOf(close, tagEnd);
      if (rowEnd === -1 || rowEnd > end) rowEnd = end;
      const row = readCells(xml, tagEnd + 1, rowEnd, index);
      if (row.length > 0) {
        place(index, row);
        if (tag.includes("hidden") && HIDDEN.test(tag)) hiddenRows.push(index);
      }
      tagEnd = rowEnd;
      at = xml.indexOf(open, tagEnd);
    }
  }

  function place(index: number, row: RawCell[]): void {
    if (index >= MAX_ROWS || index < 0) return;
    slots += row.length;
    if (slots > context.maxCells) {
      throw new DomainError(
        "too-large",
        `The worksheet has more than ${(context.maxCells / 1e6).toLocaleString("en")} million cells. Save it as CSV and import that.`,
      );
    }
    while (rows.length < index) rows.push(EMPTY);
    rows[index] = row;
  }

  function mark(row: number, column: number, look: number): void {
    if (marked === MOST_MARKS || column >= MAX_COLUMNS) return;
    if (marked === markRows.length) {
      markRows = grown(markRows);
      markCells = grown(markCells);
    }
    markRows[marked] = row;
    markCells[marked] = (column << LOOK_BITS) | look;
    marked += 1;
  }

  function readCells(xml: string, from: number, to: number, index: number): RawCell[] {
    const row: RawCell[] = [];
    const open = `<${prefix!}c`;
    const formula = `<${prefix!}f`;
    let column = -1;
    let at = xml.indexOf(open, from);
    while (at !== -1 && at < to) {
      const after = xml.charCodeAt(at + open.length);
      if (after !== 32 && after !== 62 && after !== 47 && after > 32) {
        at = xml.indexOf(open, at + 2);
        continue;
      }
      // Attributes of <c>: r, s and t in any order.
      let reference = -1;
      let style = 0;
      let type = "";
      let cursor = at + open.length;
      for (;;) {
        let code = xml.charCodeAt(cursor);
        while (code <= 32) code = xml.charCodeAt(++cursor);
        if (code === 62 || code === 47 || cursor >= to) break;
        const equals = xml.indexOf("=", cursor);
        let quoteAt = equals + 1;
        while (xml.charCodeAt(quoteAt) <= 32) quoteAt++;
        const quote = xml[quoteAt]!;
        const valueEnd = xml.indexOf(quote, quoteAt + 1);
        if (equals === -1 || valueEnd === -1 || valueEnd > to) {
          cursor = to;
          break;
        }
        if (equals === cursor + 1) {
          if (code === 114) reference = columnOf(xml, quoteAt + 1, valueEnd);
          else if (code === 115) style = Number(xml.slice(quoteAt + 1, valueEnd));
          else if (code === 116) type = xml.slice(quoteAt + 1, valueEnd);
        }
        cursor = valueEnd + 1;
      }
      column = reference === -1 ? column + 1 : reference;
      const look = context.lookOf[style] ?? 0;
      if (look !== 0) mark(index, column, look);
      if (xml.charCodeAt(cursor) === 47) {
        at = xml.indexOf(open, cursor);
        continue;
      }
      const close = `</${prefix!}c>`;
      let end = xml.indexOf(close, cursor);
      if (end === -1 || end > to) end = to;
      if (xml.startsWith(formula, cursor + 1) && column < MAX_COLUMNS)
        formulas.add(index, column, xml.slice(cursor + 1, end));
      const value = readValue(xml, cursor + 1, end, type, style);
      if (value !== null && column < MAX_COLUMNS) {
        while (row.length < column) row.push(null);
        row[column] = value;
      }
      at = xml.indexOf(open, end);
    }
    return row;
  }

  function readValue(xml: string, from: number, to: number, type: string, style: number): RawCell {
    if (type === "inlineStr") {
      const inner = xml.slice(from, to);
      if (inner.includes("<is") || inner.includes(":is")) return textOr(itemText(inner));
    }
    const open = xml.indexOf(`<${prefix!}v`, from);
    if (open === -1 || open >= to) return null;
    const start = xml.indexOf(">", open) + 1;
    if (start === 0 || xml.charCodeAt(start - 2) === 47) return null;
    const end = xml.indexOf(`</${prefix!}v`, start);
    if (end === -1 || end > to) return null;
    const text = xml.slice(start, end);
    switch (type) {
      case "s":
        return textOr(context.strings[Number(text)] ?? "");
      case "str":
      case "inlineStr":
        return textOr(unescapeText(text));
      case "b":
        return text === "1" || text === "true";
      case "e":
        return { as: "error", value: unescapeText(text), text: unescapeText(text) };
      case "d":
        return isoDate(text);
      default:
        return numeric(text, style);
    }
  }

  function numeric(text: string, style: number): RawCell {
    const value = Number(text);
    if (text.trim() === "") return null;
    if (!Number.isFinite(value)) return textOr(unescapeText(text));
    // Excel shows fifteen digits; what is stored beyond them is noise of binary fractions.
    const exact =
      text.length > 16 && !Number.isInteger(value) ? Number(value.toPrecision(15)) : value;
    return formatNumber(exact, context.formats[style] ?? GENERAL, context.base1904);
  }

  /** Merged cells are listed behind the rows. */
  function merges(): Merge[] {
    const found: Merge[] = [];
    for (const match of tail.matchAll(MERGED)) {
      const [, left = "", top, right = "", bottom] = match;
      found.push({
        top: Number(top) - 1,
        left: columnOf(left, 0, left.length),
        bottom: Number(bottom) - 1,
        right: columnOf(right, 0, right.length),
      });
      if (found.length === MOST_MERGES) break;
    }
    return found;
  }

  function told(): Told {
    const isHidden = new Uint8Array(MAX_COLUMNS);
    for (const { attributes } of elements(head, "col")) {
      if (!/^(?:1|true)$/.test(attributes["hidden"] ?? "")) continue;
      isHidden.fill(1, Math.max(0, Number(attributes["min"]) - 1), Number(attributes["max"]) || 0);
    }
    const hiddenColumns = Array.from(isHidden.keys()).filter((column) => isHidden[column] === 1);
    return {
      marks:
        marked === MOST_MARKS
          ? undefined
          : { rows: markRows.slice(0, marked), cells: markCells.slice(0, marked) },
      hiddenRows,
      hiddenColumns,
      filtered: FILTER.test(tail),
      formulas: formulas.end(),
      lists: listRules(tail),
    };
  }

  return { push, end: () => rows, merges, told };
}

const HIDDEN = /\shidden\s*=\s*["'](?:1|true)["']/;
const FILTER = /<(?:[\w.-]+:)?filterColumn[\s>]/;

function grown(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return to;
}

const GENERAL: NumberFormat = { as: "general" };

function textOr(text: string): RawCell {
  return text === "" ? null : text;
}

function isoDate(text: string): RawCell {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?Z?)?$/.exec(text);
  if (match === null) {
    const time = /^T?(\d{2}:\d{2}:\d{2})/.exec(text)?.[1];
    return time === undefined ? textOr(text) : { as: "time", value: time, text: time };
  }
  const [, date = "", time] = match;
  if (time === undefined || /^00:00(?::00)?$/.test(time))
    return { as: "date", value: date, text: date };
  const full = time.length === 5 ? `${time}:00` : time;
  return { as: "dateTime", value: `${date}T${full}`, text: `${date} ${full}` };
}

/** Column of a reference such as AB12, from 0; -1 when there is none. */
function columnOf(xml: string, from: number, to: number): number {
  let column = 0;
  for (let at = from; at < to; at++) {
    const code = xml.charCodeAt(at);
    if (code >= 65 && code <= 90) column = column * 26 + code - 64;
    else if (code >= 97 && code <= 122) column = column * 26 + code - 96;
    else break;
  }
  return column - 1;
}

function rowIndex(tag: string): number | undefined {
  const match = /\sr\s*=\s*["'](\d+)["']/.exec(tag);
  return match === null ? undefined : Number(match[1]) - 1;
}
