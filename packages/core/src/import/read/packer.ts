import { type Characters, PIECE } from "./characters.ts";
import { createDecoder } from "./decoder.ts";
import { isBlank } from "./raw.ts";
import { BLANK, type PackedColumn, type PackedRows, utf8 } from "./rows.ts";

/** Packs records of delimited text, one after the other. */
export interface Packer {
  readonly bytes: Uint8Array;
  /** Records so far. */
  count: number;
  /** Their cells; those of a record that is not complete stand behind them in `codes`. */
  cells: number;
  starts: Int32Array;
  codes: Int32Array;
  readonly columns: OpenColumn[];
}

interface OpenColumn {
  /** How many values there are. */
  size: number;
  begins: Int32Array;
  ends: Int32Array;
  marks: Uint8Array;
  hashes: Int32Array;
  /** Place of a value plus one, by hash. Empty once values rarely repeat: looking each up would cost more than it saves. */
  slots: Int32Array;
}

const FIRST = 32;
/** Values after which a column has shown whether they repeat. */
const TRIAL = 16_384;

export function createPacker(bytes: Uint8Array): Packer {
  return {
    bytes,
    count: 0,
    cells: 0,
    starts: new Int32Array(1024),
    codes: new Int32Array(16 * 1024),
    columns: [],
  };
}

/** Adds a cell to the record under way: what stands from `begin` to `end`, of this hash and with these marks. */
export function addCell(
  packer: Packer,
  index: number,
  begin: number,
  end: number,
  hash: number,
  mark: number,
): void {
  const column = packer.columns[index] ?? openColumn(packer, index);
  const at = packer.cells + index;
  if (at >= packer.codes.length) packer.codes = grown(packer, packer.codes, begin);
  packer.codes[at] = placeOf(packer, column, begin, end, hash, mark);
}

function placeOf(
  packer: Packer,
  column: OpenColumn,
  begin: number,
  end: number,
  hash: number,
  mark: number,
): number {
  const { bytes } = packer;
  const { slots, hashes, begins, ends, marks } = column;
  if (slots.length === 0) return addValue(packer, column, begin, end, hash, mark);
  const length = end - begin;
  const mask = slots.length - 1;
  for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
    const place = (slots[slot] as number) - 1;
    if (place < 0) {
      slots[slot] = column.size + 1;
      return addValue(packer, column, begin, end, hash, mark);
    }
    if (hashes[place] !== hash || ((marks[place] as number) & ~BLANK) !== mark) continue;
    const start = begins[place] as number;
    if ((ends[place] as number) - start !== length) continue;
    let same = 0;
    while (same < length && bytes[start + same] === bytes[begin + same]) same += 1;
    if (same === length) return place;
  }
}

function addValue(
  packer: Packer,
  column: OpenColumn,
  begin: number,
  end: number,
  hash: number,
  mark: number,
): number {
  const place = column.size;
  if (place === column.begins.length) {
    column.begins = grown(packer, column.begins, begin);
    column.ends = grown(packer, column.ends, begin);
    column.marks = grown(packer, column.marks, begin);
    if (column.slots.length > 0) column.hashes = grown(packer, column.hashes, begin);
  }
  const first = packer.bytes[begin] as number;
  // Most values are told by their first character.
  const mayBeBlank = end === begin || first <= 32 || first >= 0x80;
  const blank = mayBeBlank && isBlank(utf8(packer.bytes, begin, end)) ? BLANK : 0;
  column.begins[place] = begin;
  column.ends[place] = end;
  column.marks[place] = mark | blank;
  column.size = place + 1;
  if (column.slots.length === 0) return place;
  column.hashes[place] = hash;
  if (place >= TRIAL && place * 2 > packer.count) {
    column.slots = new Int32Array();
    column.hashes = column.slots;
  } else if (2 * column.size > column.slots.length) rehash(column);
  return place;
}

function rehash(column: OpenColumn): void {
  const slots = new Int32Array(2 * column.slots.length);
  const mask = slots.length - 1;
  for (let place = 0; place < column.size; place += 1) {
    const hash = column.hashes[place] as number;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = place + 1;
  }
  column.slots = slots;
}

function openColumn(packer: Packer, index: number): OpenColumn {
  const column: OpenColumn = {
    size: 0,
    begins: new Int32Array(FIRST),
    ends: new Int32Array(FIRST),
    marks: new Uint8Array(FIRST),
    hashes: new Int32Array(FIRST),
    slots: new Int32Array(2 * FIRST),
  };
  packer.columns[index] = column;
  return column;
}

/** Ends the record under way, which has so many cells and ends there. */
export function endRecord(packer: Packer, width: number, end: number): void {
  packer.cells += width;
  packer.count += 1;
  if (packer.count >= packer.starts.length) packer.starts = grown(packer, packer.starts, end);
  packer.starts[packer.count] = packer.cells;
}

/** The records so far, or fewer of them. */
export function finish(packer: Packer, count = packer.count): PackedRows {
  const starts = fitted(packer.starts, count + 1);
  return {
    bytes: packer.bytes,
    characters: charactersOf(packer.bytes),
    starts,
    codes: fitted(packer.codes, starts.at(-1) ?? 0),
    columns: packer.columns.map(({ size, begins, ends, marks, slots }): PackedColumn => ({
      begins: fitted(begins, size),
      ends: fitted(ends, size),
      marks: fitted(marks, size),
      repeats: slots.length > 0,
    })),
  };
}

/** Takes bytes for Latin-1, which no decoder of browsers does. */
const buffer = globalThis.process?.getBuiltinModule?.("node:buffer")?.Buffer;
const decoder = createDecoder("utf-8");

function charactersOf(bytes: Uint8Array): Characters {
  const pieces: string[] = [];
  const masked = new Uint8Array(buffer === undefined ? PIECE : 0);
  for (let from = 0; from < bytes.length; from += PIECE) {
    const length = Math.min(PIECE, bytes.length - from);
    if (buffer !== undefined) {
      pieces.push(buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString("latin1"));
      continue;
    }
    for (let at = 0; at < length; at += 1) masked[at] = (bytes[from + at] as number) & 0x7f;
    pieces.push(decoder.decode(masked.subarray(0, length)));
  }
  return pieces;
}

/** A copy where much of the room was not needed. */
function fitted<Numbers extends Int32Array | Uint8Array>(from: Numbers, length: number): Numbers {
  const few = length > 0.9 * from.length;
  return (few ? from.subarray(0, length) : from.slice(0, length)) as Numbers;
}

/** With room for as many more as the rest of the file will have, should it go on as it began. */
function grown<Numbers extends Int32Array | Uint8Array>(
  { bytes }: Packer,
  from: Numbers,
  read: number,
): Numbers {
  const { length } = from;
  const expected = read < SHOWN_BYTES ? 0 : (length * bytes.length) / read;
  const room = Math.max(1.2 * length, expected === 0 ? 2 * length : 1.03 * expected);
  const to = new (from.constructor as new (length: number) => Numbers)(Math.ceil(room));
  to.set(from);
  return to;
}

/** Of a file's beginning that shows how it goes on. */
const SHOWN_BYTES = 1_000_000;
