import Papa from "papaparse";
import { DomainError } from "../../error.ts";
import { type Dialect, detectDialect } from "./dialect.ts";
import { createDecoder } from "./decoder.ts";
import { detectEncoding, type Encoding } from "./encoding.ts";
import { cellsOf, fixedColumns } from "./fixed-width.ts";
import * as Packer from "./packer.ts";
import { type PlainDialect, plainDialect, readPlain } from "./plain.ts";
import type { Note, RawTable } from "./raw.ts";
import * as Rows from "./rows.ts";
import { utf16ToUtf8 } from "./utf16.ts";

export interface CsvOptions {
  /** Overrides what was found. */
  readonly encoding?: string;
  readonly delimiter?: string;
  /** For what was unwrapped already. */
  readonly unwrapped?: boolean;
  /** Called after each piece with the share of the file that has been read, 0 to 1. */
  onProgress?(share: number): void;
}

/** As wide as a worksheet of Excel; wider is not a table for people. */
export const MAX_COLUMNS = 16_384;
/** A single record longer than this is an unclosed quote or no table. */
const MAX_RECORD_CHARS = 4 * 1024 * 1024;
const PIECE_BYTES = 8 * 1024 * 1024;
const SAMPLE_CHARS = 128 * 1024;

const encoder = new TextEncoder();

/**
 * Reads delimited text. Encoding, delimiter and quote are found by evidence; the text is read piece by piece, and packed. Every
 * character of every cell is kept. A quote that is never closed costs one line, not the rest of the file, and is reported. Throws
 * `unsupported-file` for what is no text, `too-large` for absurd widths.
 */
export function readCsv(bytes: Uint8Array, options: CsvOptions = {}): RawTable {
  const encoding: Encoding = options.encoding
    ? { name: new TextDecoder(options.encoding).encoding, skip: 0 }
    : detectEncoding(bytes);
  const sample = sampleText(bytes, encoding);
  const newline = detectNewline(sample);
  refuseAbsurdWidth(sample, newline);
  const found = detectDialect(sample, newline);
  const odd = options.delimiter === undefined && options.unwrapped !== true;
  if (odd && isWrapped(sample, newline)) return readUnwrapped(bytes, encoding, options);
  const columns =
    odd && isApartBySpaces(found, sample) ? fixedColumns(sample.split(newline)) : undefined;
  if (columns !== undefined) return readFixed(bytes, encoding, newline, columns);
  const spaced = isSpaced(found, sample);
  const dialect: Dialect = options.delimiter ? { ...found, delimiter: options.delimiter } : found;
  const notes: Note[] = [];
  const utf8 = encoding.isProven === true ? bytes.subarray(encoding.skip) : toUtf8(bytes, encoding);
  const written = spaced ? { ...dialect, delimiter: `${dialect.delimiter} ` } : dialect;
  const plain = plainDialect(written, newline);
  const progress = (share: number): void => options.onProgress?.(share);
  const rows: Rows.Rows =
    (plain && readPlainly(utf8, plain, progress)) ??
    readOddly(utf8, recordParser(written, newline, notes), progress);
  return {
    sheet: null,
    encoding: encoding.name,
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    rows,
    notes,
  };
}

/** Whether every line is one quoted cell that holds a whole record: what a program makes that takes a CSV for a list of texts. */
function isWrapped(sample: string, newline: string): boolean {
  const lines = sample
    .split(newline)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (lines.length < 2) return false;
  let separators = 0;
  for (const line of lines) {
    const inner = /^"((?:[^"]|"")*)"$/.exec(line)?.[1];
    if (inner === undefined) return false;
    if (/[,;\t]/.test(inner)) separators++;
  }
  return (
    separators === lines.length &&
    lines.some((line) => line.includes('""') || line.split(",").length > 2)
  );
}

function readUnwrapped(bytes: Uint8Array, encoding: Encoding, options: CsvOptions): RawTable {
  const text = createDecoder(encoding.name)
    .decode(bytes.subarray(encoding.skip))
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim().slice(1, -1).replaceAll('""', '"'))
    .join("\n");
  const table = readCsv(encoder.encode(text), { ...options, encoding: "utf-8", unwrapped: true });
  return {
    ...table,
    encoding: encoding.name,
    notes: [
      ...table.notes,
      { message: "Every line stood in quotation marks as a whole; they were taken off." },
    ],
  };
}

/** Whether a space follows every delimiter, and quotes come after it: `1, "two, three"`. */
function isSpaced({ delimiter, quote }: Dialect, sample: string): boolean {
  if (delimiter.length !== 1 || delimiter === " " || !sample.includes(`${delimiter} ${quote}`))
    return false;
  const outside = sample.replaceAll(/"(?:[^"\\]|""|\\.)*"/g, "");
  return !outside
    .split(delimiter)
    .slice(1)
    .some((part) => !part.startsWith(" "));
}

function isApartBySpaces({ delimiter }: Dialect, sample: string): boolean {
  return delimiter === " " || delimiter === ":" || !sample.includes(delimiter);
}

function readFixed(
  bytes: Uint8Array,
  encoding: Encoding,
  newline: string,
  columns: readonly number[],
): RawTable {
  const lines = createDecoder(encoding.name).decode(bytes.subarray(encoding.skip)).split(newline);
  if (lines.at(-1) === "") lines.pop();
  return {
    sheet: null,
    encoding: encoding.name,
    delimiter: " ",
    quote: null,
    rows: lines.map((line) =>
      line.trim() === "" ? [""] : cellsOf(line.replace(/\r$/, ""), columns),
    ),
    notes: [{ message: "The columns are kept apart by spaces: check where they were cut." }],
  };
}

/** Undefined when any record is not as plain as almost all files are. */
function readPlainly(
  bytes: Uint8Array,
  dialect: PlainDialect,
  progress: (share: number) => void,
): Rows.PackedRows | undefined {
  const packer = Packer.createPacker(bytes);
  for (let from = 0; from < bytes.length;) {
    const cut = from + PIECE_BYTES;
    const last = cut >= bytes.length;
    const to = last ? bytes.length : bytes.lastIndexOf(dialect.newline, cut - 1) + 1;
    if (to <= from) return undefined;
    const reading = readPlain({ from, to, last }, dialect, packer, MAX_COLUMNS);
    if (reading === undefined) throw tooWide(packer.count);
    if (reading.odd || reading.end === from) return undefined;
    from = reading.end;
    progress(from / bytes.length);
  }
  const rows = Packer.finish(packer);
  const count = Rows.count(rows);
  return endsBlank(rows) ? Packer.finish(packer, count - 1) : rows;
}

/** Whatever papaparse can make of it. */
function readOddly(
  bytes: Uint8Array,
  parse: ParseRecords,
  progress: (share: number) => void,
): readonly (readonly string[])[] {
  const all: string[][] = [];
  let rest = "";
  for (const { text, share, last } of decode(bytes, { name: "utf-8", skip: 0 })) {
    const input = rest === "" ? text : rest + text;
    const { rows, consumed } = parse(input, last, all.length);
    rest = consumed === input.length ? "" : input.slice(consumed);
    for (const row of rows) all.push(row);
    progress(share);
  }
  if (endsBlank(all)) all.pop();
  return all;
}

/** The line end of the last record is no record of its own. */
function endsBlank(rows: Rows.Rows): boolean {
  const last = Rows.count(rows) - 1;
  return last >= 0 && Rows.width(rows, last) === 1 && Rows.cell(rows, last, 0) === "";
}

/** The same text in UTF-8; what its encoding does not know becomes U+FFFD. */
function toUtf8(bytes: Uint8Array, encoding: Encoding): Uint8Array {
  if (encoding.name.startsWith("utf-16"))
    return utf16ToUtf8(bytes, encoding.skip, encoding.name === "utf-16le");
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (const { text } of decode(bytes, encoding)) {
    const piece = encoder.encode(text);
    pieces.push(piece);
    length += piece.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Decodes in pieces cut after a line feed byte, where every supported encoding but UTF-16 may be cut. */
function* decode(
  bytes: Uint8Array,
  encoding: Encoding,
): Generator<{ text: string; share: number; last: boolean }> {
  const decoder = createDecoder(encoding.name);
  const wide = encoding.name.startsWith("utf-16");
  let from = encoding.skip;
  do {
    let to = Math.min(bytes.length, from + PIECE_BYTES);
    if (to < bytes.length && !wide) {
      const cut = bytes.lastIndexOf(0x0a, to - 1);
      if (cut > from) to = cut + 1;
    }
    const last = to >= bytes.length;
    // Streaming is only needed where a cut may split a character: it costs a slower path.
    const clean = last || (!wide && bytes[to - 1] === 0x0a);
    const text = decoder.decode(bytes.subarray(from, to), { stream: !clean });
    yield { text, share: bytes.length === 0 ? 1 : to / bytes.length, last };
    from = to;
  } while (from < bytes.length);
}

function sampleText(bytes: Uint8Array, encoding: Encoding): string {
  const text = createDecoder(encoding.name).decode(
    bytes.subarray(encoding.skip, encoding.skip + SAMPLE_CHARS * 2),
    { stream: true },
  );
  if (bytes.length <= encoding.skip + SAMPLE_CHARS * 2 && text.length <= SAMPLE_CHARS) return text;
  const cut = Math.max(text.lastIndexOf("\n", SAMPLE_CHARS), text.lastIndexOf("\r", SAMPLE_CHARS));
  return cut > 0 ? text.slice(0, cut) : text;
}

/** "\n" also reads "\r\n": the carriage return is taken off each record's end. */
function detectNewline(sample: string): "\n" | "\r" {
  return sample.includes("\n") ? "\n" : sample.includes("\r") ? "\r" : "\n";
}

function refuseAbsurdWidth(sample: string, newline: string): void {
  const end = sample.indexOf(newline);
  const line = end === -1 ? sample : sample.slice(0, end);
  for (const delimiter of [",", ";", "\t", "|"]) {
    let count = 0;
    for (let at = line.indexOf(delimiter); at !== -1; at = line.indexOf(delimiter, at + 1)) count++;
    if (count > MAX_COLUMNS) throw tooWide(0);
  }
}

function tooWide(row: number): DomainError {
  return new DomainError(
    "too-large",
    `Row ${row + 1} of the file has more than ${MAX_COLUMNS.toLocaleString("en")} columns. A table of people or deals has far fewer: check how the file was made.`,
  );
}

type ParseRecords = (
  input: string,
  last: boolean,
  rowsBefore: number,
) => { rows: string[][]; consumed: number };

function recordParser(dialect: Dialect, newline: "\n" | "\r", notes: Note[]): ParseRecords {
  const config = {
    delimiter: dialect.delimiter,
    newline,
    quoteChar: dialect.quote,
    escapeChar: dialect.escape,
  } as const;
  let mended = 0;
  return (input, last, rowsBefore) => {
    const rows: string[][] = [];
    let consumed = 0;
    for (;;) {
      const rest = consumed === 0 ? input : input.slice(consumed);
      const result = new Papa.Parser(config).parse(rest, 0, !last) as Parsed;
      const broken = mended < MAX_MENDED ? brokenRecord(result, last, newline) : undefined;
      const complete = broken ?? result.data.length;
      for (let index = 0; index < complete; index++) rows.push(tidy(result.data[index]!, newline));
      const end = broken === undefined ? result.meta.cursor : endOfRecords(rest, complete, config);
      const stuck = !last && rest.length - end > MAX_RECORD_CHARS && broken === undefined;
      if (broken === undefined && !stuck) {
        return check(rows, rowsBefore, last ? input.length : consumed + end);
      }
      const lineEnd = rest.indexOf(newline, end);
      const line = lineEnd === -1 ? rest.slice(end) : rest.slice(end, lineEnd);
      if (line.length > MAX_RECORD_CHARS) throw tooLong(rowsBefore + rows.length);
      mended++;
      notes.push({
        row: rowsBefore + rows.length,
        message:
          "A quotation mark is opened here and not closed. The line was read up to its end; check its cells.",
      });
      rows.push(tidy(line.split(dialect.delimiter), newline));
      if (lineEnd === -1) return check(rows, rowsBefore, input.length);
      consumed += lineEnd + newline.length;
    }
  };
}

/** After so many the file is taken as papaparse reads it: mending is for slips, not for another format. */
const MAX_MENDED = 200;

/**
 * Index of the first record that an unclosed quote has run away with: it holds everything to the end of the file, or it swallowed
 * line ends, met a quote in the middle of text and came out with another width than the records before.
 */
function brokenRecord(result: Parsed, last: boolean, newline: string): number | undefined {
  for (const error of result.errors) {
    if (error.code === "MissingQuotes" && last) return result.data.length - 1;
    if (error.code !== "InvalidQuotes" || error.row === undefined) continue;
    const record = result.data[error.row];
    if (!record || !record.some((cell) => cell.includes(newline))) continue;
    const before = result.data[error.row === 0 ? 1 : error.row - 1];
    if (before && before.length !== record.length) return error.row;
  }
  return undefined;
}

interface Parsed {
  readonly data: string[][];
  readonly errors: readonly { readonly code: string; readonly row?: number }[];
  readonly meta: { readonly cursor: number };
}

/** Where the first `count` records end: papaparse tells only the end of all of them. */
function endOfRecords(text: string, count: number, config: Papa.ParseConfig): number {
  if (count === 0) return 0;
  const result = new Papa.Parser({ ...config, preview: count }).parse(text, 0, false) as Parsed;
  return result.meta.cursor;
}

function tooLong(row: number): DomainError {
  return new DomainError(
    "too-large",
    `Row ${row + 1} of the file is longer than ${MAX_RECORD_CHARS.toLocaleString("en")} characters. A table of people or deals has far shorter rows: check how the file was made.`,
  );
}

function tidy(row: string[], newline: string): string[] {
  if (newline === "\n") {
    const index = row.length - 1;
    const lastCell = row[index]!;
    if (lastCell.charCodeAt(lastCell.length - 1) === 13) row[index] = lastCell.slice(0, -1);
  }
  return row;
}

function check(rows: string[][], rowsBefore: number, consumed: number) {
  for (let index = 0; index < rows.length; index++) {
    if (rows[index]!.length > MAX_COLUMNS) throw tooWide(rowsBefore + index);
  }
  return { rows, consumed };
}
