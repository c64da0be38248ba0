import { type Characters, slice } from "./characters.ts";
import { isBlank, type RawCell, type RawRow } from "./raw.ts";

/**
 * The records of a file: row by row, or packed, as delimited text mostly is. Both are plain data and can be sent to another thread.
 */
export type Rows = readonly RawRow[] | PackedRows;

/**
 * Records of delimited text as numbers: a cell is a place among the values of its column, and a value is where it stands in the text. A
 * hundred thousand rows are a few arrays instead of two million texts; a text is made when somebody asks for it.
 */
export interface PackedRows {
  /** The file as valid UTF-8. */
  readonly bytes: Uint8Array;
  readonly characters: Characters;
  /** Where each record begins in `codes`, and at last where they end: one more than there are records. */
  readonly starts: Int32Array;
  /** For each cell, its place among the values of its column. */
  readonly codes: Int32Array;
  readonly columns: readonly PackedColumn[];
}

export interface PackedColumn {
  /** Where each value stands in `bytes`, without quotes around it. */
  readonly begins: Int32Array;
  readonly ends: Int32Array;
  /** See HIGH and what follows. */
  readonly marks: Uint8Array;
  /** Different cells are different values; else every cell is one of its own. */
  readonly repeats: boolean;
}

/** It has other characters than ASCII, */
export const HIGH = 1;
/** quotes in it are doubled, */
export const DOUBLED = 2;
/** it looks blank. */
export const BLANK = 4;

/** One column of all rows. */
export interface Column {
  /** How many values there are. */
  readonly size: number;
  /** Whether rows share values. */
  readonly repeats: boolean;
  /** Place of the row's cell among them; -1 where the record is not that wide. */
  code(row: number): number;
  value(place: number): RawCell;
  isBlank(place: number): boolean;
  /** No text is longer than this. */
  mostLength(place: number): number;
}

function isPacked(rows: Rows): rows is PackedRows {
  return "starts" in rows;
}

export function count(rows: Rows): number {
  return isPacked(rows) ? rows.starts.length - 1 : rows.length;
}

/** How many cells a record has. */
export function width(rows: Rows, row: number): number {
  if (isPacked(rows)) return (rows.starts[row + 1] ?? 0) - (rows.starts[row] ?? 0);
  return rows[row]?.length ?? 0;
}

/** A record; empty beyond the last. */
export function at(rows: Rows, row: number): RawRow {
  if (!isPacked(rows)) return rows[row] ?? [];
  return Array.from({ length: width(rows, row) }, (_, index) => cell(rows, row, index) ?? "");
}

/** Some of them, or all. */
export function list(rows: Rows, from = 0, to = count(rows)): RawRow[] {
  const end = Math.min(to, count(rows));
  return Array.from({ length: Math.max(0, end - from) }, (_, n) => at(rows, from + n));
}

/** A cell; undefined where the record is not that wide. */
export function cell(rows: Rows, row: number, column: number): RawCell | undefined {
  if (!isPacked(rows)) return rows[row]?.[column];
  const place = placeOf(rows, row, column);
  return place < 0 ? undefined : textOf(rows, column, place);
}

export function isBlankRow(rows: Rows, row: number): boolean {
  const length = width(rows, row);
  for (let index = 0; index < length; index += 1) {
    const blank = isPacked(rows)
      ? isBlankAt(rows, index, placeOf(rows, row, index))
      : isBlank(rows[row]?.[index]);
    if (!blank) return false;
  }
  return true;
}

export function column(rows: Rows, index: number): Column {
  if (isPacked(rows)) {
    const { starts, codes } = rows;
    const { begins, ends, repeats } = rows.columns[index] ?? NONE;
    return {
      size: begins.length,
      repeats,
      code(row) {
        const at = (starts[row] as number) + index;
        return at < (starts[row + 1] as number) ? (codes[at] as number) : -1;
      },
      value: (place) => textOf(rows, index, place),
      isBlank: (place) => isBlankAt(rows, index, place),
      mostLength: (place) => (ends[place] as number) - (begins[place] as number),
    };
  }
  const value = (place: number): RawCell => rows[place]?.[index] ?? null;
  return {
    size: rows.length,
    repeats: false,
    code: (row) => (index < (rows[row]?.length ?? 0) ? row : -1),
    value,
    isBlank: (place) => isBlank(value(place)),
    mostLength(place) {
      const cell = value(place);
      return typeof cell === "string" ? cell.length : 0;
    },
  };
}

const NONE: PackedColumn = {
  begins: new Int32Array(),
  ends: new Int32Array(),
  marks: new Uint8Array(),
  repeats: false,
};

function placeOf({ starts, codes }: PackedRows, row: number, index: number): number {
  const at = (starts[row] ?? 0) + index;
  return at < (starts[row + 1] ?? 0) ? (codes[at] as number) : -1;
}

function isBlankAt({ columns }: PackedRows, index: number, place: number): boolean {
  return place < 0 || ((columns[index]?.marks[place] ?? 0) & BLANK) !== 0;
}

/** Texts that rows share are made once; those of one row come and go. */
const shared = new WeakMap<PackedColumn, (string | undefined)[]>();

function textOf(rows: PackedRows, index: number, place: number): string {
  const column = rows.columns[index];
  if (column === undefined) return "";
  if (!column.repeats) return made(rows, column, place);
  let texts = shared.get(column);
  // As long as it will be: places are not asked for in order.
  if (texts === undefined)
    shared.set(column, (texts = Array.from({ length: column.begins.length })));
  return (texts[place] ??= made(rows, column, place));
}

function made(
  { bytes, characters }: PackedRows,
  { begins, ends, marks }: PackedColumn,
  place: number,
): string {
  const begin = begins[place] as number;
  const end = ends[place] as number;
  const mark = marks[place] as number;
  const text =
    (mark & HIGH) === 0 ? slice(characters, begin, end) : mixed(bytes, characters, begin, end);
  // What is doubled is what stands before it.
  if ((mark & DOUBLED) === 0) return text;
  const quote = String.fromCharCode(bytes[begin - 1] as number);
  return text.replaceAll(quote + quote, quote);
}

/** Mostly ASCII with something else here and there, as names and titles are: pieces of what is there already. */
function mixed(bytes: Uint8Array, characters: Characters, from: number, to: number): string {
  let text = "";
  let run = from;
  let runs = 0;
  for (let at = from; at < to;) {
    if ((bytes[at] as number) < 0x80) {
      at += 1;
      continue;
    }
    if ((runs += 1) > MOST_RUNS) return text + utf8(bytes, run, to);
    const start = at;
    while (at < to && (bytes[at] as number) >= 0x80) at += 1;
    text += slice(characters, run, start) + utf8(bytes, start, at);
    run = at;
  }
  return text + slice(characters, run, to);
}

const MOST_RUNS = 4;

/** Valid UTF-8 as text. */
export function utf8(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  let units: number[] = [];
  for (let at = from; at < to;) {
    const byte = bytes[at++] as number;
    if (byte < 0x80) units.push(byte);
    else {
      let code = byte < 0xe0 ? byte & 0x1f : byte < 0xf0 ? byte & 0x0f : byte & 0x07;
      for (let more = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3; more > 0; more -= 1)
        code = (code << 6) | ((bytes[at++] as number) & 0x3f);
      if (code < 0x10000) units.push(code);
      else units.push(0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
    }
    if (units.length < MOST_UNITS) continue;
    text += String.fromCharCode(...units);
    units = [];
  }
  return text + String.fromCharCode(...units);
}

/** Arguments of a call are not without limit. */
const MOST_UNITS = 2000;
