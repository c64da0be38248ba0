import { DomainError } from "../error.ts";
import type { Cell } from "../field/cell.ts";
import type { Column, Columns } from "./operation.ts";

/**
 * A column as text in the log and in pages. Three forms, whichever is shortest:
 * the values; `{"c": value}` for the same value everywhere; `{"d": values, "i": text}` for values that repeat, where `i` has
 * one character per row (two when there are more than 64 values) that counts in base 64.
 */
export type EncodedColumn =
  | readonly (Cell | null)[]
  | { readonly c: Cell | null }
  | { readonly d: readonly (Cell | null)[]; readonly i: string };

export type EncodedColumns = { readonly [field: string]: EncodedColumn };

/** What to say about bytes that are not what they should be: the log's own, or a client's. */
export type Damage = "corrupt" | "malformed";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const DIGIT_CODES = new Int16Array(128).fill(-1);
for (let value = 0; value < 64; value += 1) DIGIT_CODES[DIGITS.charCodeAt(value)] = value;
const SAMPLE = 64;

const FIELD_KEY = /^_?[A-Za-z][A-Za-z0-9_]{0,79}$/;

/** Keys of sheets and fields: safe as property names, so none that every object has already. */
export function isKey(text: unknown): text is string {
  return typeof text === "string" && FIELD_KEY.test(text) && !(text in Object.prototype);
}

export function encodeColumn(values: Column): EncodedColumn {
  const length = values.length;
  if (length === 0) return [];
  const first = values[0] ?? null;
  if (values.every((value) => (value ?? null) === first)) return { c: first };
  if (length < 8 || !repeats(values)) return plain(values);
  const limit = Math.min(4096, length >> 1);
  const dictionary: (Cell | null)[] = [];
  // Lists that are one object are found without spelling them out.
  const known = new Map<Cell | null, number>();
  const spelled = new Map<string, number>();
  const indexes = new Uint16Array(length);
  for (let row = 0; row < length; row += 1) {
    const value = values[row] ?? null;
    let index = known.get(value);
    if (index === undefined) {
      const text = typeof value === "object" && value !== null ? JSON.stringify(value) : undefined;
      index = text === undefined ? undefined : spelled.get(text);
      if (index === undefined) {
        index = dictionary.length;
        if (index >= limit) return plain(values);
        dictionary.push(value);
        if (text !== undefined) spelled.set(text, index);
      }
      known.set(value, index);
    }
    indexes[row] = index;
  }
  return { d: dictionary, i: positions(indexes, dictionary.length > 64) };
}

/** Indexes as text, one digit each, or two. */
function positions(indexes: Uint16Array, wide: boolean): string {
  let text = "";
  for (let from = 0; from < indexes.length; from += 4096) {
    const codes: number[] = [];
    for (const index of indexes.subarray(from, from + 4096)) {
      if (wide) codes.push(DIGITS.charCodeAt(index >> 6));
      codes.push(DIGITS.charCodeAt(index & 63));
    }
    text += String.fromCharCode(...codes);
  }
  return text;
}

/** Whether a sample says that values repeat enough for a dictionary to be worth trying. */
function repeats(values: Column): boolean {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const distinct = new Set<unknown>();
  let samples = 0;
  for (let row = 0; row < values.length; row += step) {
    const value = values[row] ?? null;
    distinct.add(typeof value === "object" && value !== null ? JSON.stringify(value) : value);
    samples += 1;
  }
  return distinct.size < samples * 0.9;
}

function plain(values: Column): Column {
  return values.includes(undefined as never) ? values.map((value) => value ?? null) : values;
}

/** The distinct values of columns that were read from a dictionary, so that rules are checked once for each. */
const dictionaries = new WeakMap<Column, readonly (Cell | null)[]>();

/** Values that cover a column, when they are known to be fewer than its rows. */
export function dictionaryOf(column: Column): readonly (Cell | null)[] | undefined {
  return dictionaries.get(column);
}

/** Inverse of `encodeColumn`, for exactly `length` rows of well-formed cells. DomainError `damage` for anything else. */
export function decodeColumn(encoded: unknown, length: number, damage: Damage): Column {
  if (Array.isArray(encoded)) {
    if (encoded.length !== length) fail(damage, "a column has the wrong length");
    checkCells(encoded, damage);
    return encoded;
  }
  if (typeof encoded !== "object" || encoded === null) fail(damage, "a column is missing");
  const {
    c: constant,
    d: dictionary,
    i: text,
  } = encoded as { c?: unknown; d?: unknown; i?: unknown };
  let column: Column;
  if (constant !== undefined) {
    checkCells([constant], damage);
    column = Array.from({ length }, () => constant as Cell | null);
    dictionaries.set(column, [constant as Cell | null]);
    return column;
  }
  if (!Array.isArray(dictionary) || typeof text !== "string" || dictionary.length > 4096) {
    return fail(damage, "a column is neither values nor a dictionary");
  }
  checkCells(dictionary, damage);
  column = look(dictionary, text, length, damage);
  dictionaries.set(column, dictionary);
  return column;
}

function look(
  dictionary: readonly (Cell | null)[],
  text: string,
  length: number,
  damage: Damage,
): Column {
  const width = dictionary.length > 64 ? 2 : 1;
  if (text.length !== length * width) fail(damage, "a column has the wrong length");
  const column: (Cell | null)[] = [];
  for (let at = 0; at < text.length; at += width) {
    let index = DIGIT_CODES[text.charCodeAt(at)] ?? -1;
    if (width === 2 && index >= 0) {
      const low = DIGIT_CODES[text.charCodeAt(at + 1)] ?? -1;
      index = low < 0 ? -1 : index * 64 + low;
    }
    const value = index < 0 ? undefined : dictionary[index];
    if (value === undefined) fail(damage, "a column points outside its dictionary");
    column.push(value as Cell | null);
  }
  return column;
}

/** As many lists are handed over at a time: arguments of a call are not without limit. */
const MOST_ARGUMENTS = 5_000;

/** Lists one behind the other, however many they are. */
export function concat<T>(lists: readonly (readonly T[])[]): T[] {
  if (lists.length <= MOST_ARGUMENTS) return ([] as T[]).concat(...lists);
  const all: T[] = [];
  for (const list of lists) for (const item of list) all.push(item);
  return all;
}

/** Columns of consecutive rows, one below the other. */
export function concatColumns(pieces: readonly Column[]): Column {
  if (pieces.length === 1) return pieces[0] as Column;
  const column = concat(pieces);
  const covering: (Cell | null)[] = [];
  for (const piece of pieces) {
    const dictionary = dictionaries.get(piece);
    if (dictionary === undefined) return column;
    covering.push(...dictionary);
  }
  dictionaries.set(column, covering);
  return column;
}

export function encodeColumns(columns: Columns): EncodedColumns {
  const encoded: { [field: string]: EncodedColumn } = {};
  for (const key in columns) encoded[key] = encodeColumn(columns[key] as Column);
  return encoded;
}

export function decodeColumns(encoded: unknown, length: number, damage: Damage): Columns {
  if (typeof encoded !== "object" || encoded === null || Array.isArray(encoded)) {
    return fail(damage, "columns are missing");
  }
  const columns: { [field: string]: Column } = {};
  for (const [key, column] of Object.entries(encoded)) {
    if (!isKey(key)) fail(damage, "a column has a name that cannot be");
    columns[key] = decodeColumn(column, length, damage);
  }
  return columns;
}

/** Refuses what is not a cell at all; whether it suits its field is for `draft.ts`. */
export function checkCells(values: readonly unknown[], damage: Damage): void {
  for (const value of values) {
    if (typeof value === "string" || value === null || typeof value === "boolean") continue;
    if (typeof value === "number") {
      if (!Number.isFinite(value)) fail(damage, "a number is not finite");
      continue;
    }
    if (typeof value === "object" && isCompound(value)) continue;
    fail(damage, "a cell holds what no cell can hold");
  }
}

function isCompound(value: object): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  const keys = Object.keys(value);
  return (
    keys.length === 1 &&
    keys[0] === "invalid" &&
    typeof (value as { invalid: unknown }).invalid === "string"
  );
}

export function fail(damage: Damage, what: string): never {
  throw new DomainError(
    damage,
    damage === "corrupt"
      ? `Stored data is damaged: ${what}.`
      : `The changes cannot be read: ${what}.`,
  );
}
