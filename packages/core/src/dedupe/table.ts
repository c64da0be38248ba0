import type { DateOrder } from "../field/behaviour.ts";
import { type Kind, type KindName, shared, type Value, type Words } from "./kinds/kind.ts";
import { kindOf } from "./kinds/kinds.ts";

/** A column as it is given: one text for each row, "" where there is none. */
export interface Column {
  readonly name: string;
  readonly kind: KindName;
  /** Decides dates with two readings. */
  readonly order?: DateOrder;
  readonly values: readonly string[];
}

/** A column ready to be compared: its different values, each read once. */
export interface ReadColumn {
  readonly name: string;
  readonly kind: Kind;
  readonly order: DateOrder;
  /** For each record, the place of its value; -1 where there is none. */
  readonly places: Int32Array;
  readonly values: readonly Value[];
  /** In how many records each value is; parts of one where things are counted (things.ts). */
  readonly counts: Float64Array;
  /** Records with a value. */
  readonly filled: number;
  readonly words: Words;
}

/**
 * Rows brought into a form in which their order does not matter: rows that are equal in everything that is compared are one record, and
 * records stand in an order that their content decides.
 */
export interface Table {
  /** How many records. */
  readonly size: number;
  readonly columns: readonly ReadColumn[];
  /** The rows of each record, in their order. Rows without any value are in none. */
  readonly rows: readonly (readonly number[])[];
}

const NAMES: ReadonlySet<KindName> = new Set(["givenName", "familyName", "personName"]);
/** What colleagues have in common. */
const EMPLOYERS: ReadonlySet<KindName> = new Set(["company", "website"]);

/** Reads every value once. */
export function read(columns: readonly Column[]): Table {
  const rowCount = columns.reduce((most, { values }) => Math.max(most, values.length), 0);
  const ofPeople = columns.some(({ kind }) => NAMES.has(kind));
  const readings = columns.map((column) => readValues(column, rowCount, ofPeople));
  const { rows, order } = recordsOf(readings, rowCount);
  return {
    size: order.length,
    rows,
    columns: readings.map((reading, at) => settle(columns[at] as Column, reading, order)),
  };
}

interface Reading {
  readonly kind: Kind;
  readonly places: Int32Array;
  readonly values: Value[];
  readonly hashes: number[];
}

function readValues(
  { kind: name, order, values }: Column,
  rowCount: number,
  ofPeople: boolean,
): Reading {
  const own = kindOf(name, order);
  const kind = ofPeople && EMPLOYERS.has(name) ? shared(own) : own;
  const places = new Int32Array(rowCount).fill(-1);
  const placeOfText = new Map<string, number>();
  const placeOfKey = new Map<string, number>();
  const found: Value[] = [];
  const hashes: number[] = [];
  for (let row = 0; row < values.length; row += 1) {
    const text = values[row] as string;
    if (text === "") continue;
    let place = placeOfText.get(text);
    if (place === undefined) {
      place = -1;
      const value = isBlank(text) ? undefined : kind.parse(text);
      if (value !== undefined) {
        const known = placeOfKey.get(value.key);
        place = known ?? found.length;
        if (known === undefined) {
          placeOfKey.set(value.key, place);
          found.push(value);
          hashes.push(hash(value.key, 1));
        }
      }
      placeOfText.set(text, place);
    }
    places[row] = place;
  }
  return { kind, places, values: found, hashes };
}

/** What stands for "nothing" in files. */
const BLANK =
  /^\s*(?:[-–—.?*]+|n\/?a|null|none|nil|nan|unknown|#n\/a|keine|k\.a\.|sans|ninguno)?\s*$/i;

function isBlank(text: string): boolean {
  return text.length < 10 && BLANK.test(text);
}

/** FNV-1a, 32 bits. */
export function hash(text: string, seed: number): number {
  let value = (0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1)) | 0;
  for (let at = 0; at < text.length; at += 1)
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value ^= value >>> 15;
  value = Math.imul(value, 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

function recordsOf(readings: readonly Reading[], rowCount: number) {
  const found = new Map<number, number[]>();
  for (let row = 0; row < rowCount; row += 1) {
    let low = 0x2545f491;
    let high = 0x1f83d9ab;
    let filled = false;
    for (const { places, hashes } of readings) {
      const place = places[row] as number;
      const one = place < 0 ? 7 : (hashes[place] as number);
      filled ||= place >= 0;
      low = Math.imul(low ^ one, 0x85ebca6b);
      low ^= low >>> 13;
      high = Math.imul(high + one, 0xc2b2ae35);
      high ^= high >>> 16;
    }
    if (!filled) continue;
    const id = (high & 0x1fffff) * 0x100000000 + (low >>> 0);
    const rows = found.get(id);
    if (rows === undefined) found.set(id, [row]);
    else rows.push(row);
  }
  const sorted = [...found].sort(([a], [b]) => a - b);
  return {
    rows: sorted.map(([, rows]) => rows),
    order: Int32Array.from(sorted, ([, rows]) => rows[0] as number),
  };
}

function settle(
  { name, order = "ymd" }: Column,
  { kind, places, values }: Reading,
  rows: Int32Array,
): ReadColumn {
  const own = new Int32Array(rows.length);
  const counts = new Float64Array(values.length);
  let filled = 0;
  rows.forEach((row, record) => {
    const place = places[row] as number;
    own[record] = place;
    if (place < 0) return;
    filled += 1;
    counts[place] = (counts[place] as number) + 1;
  });
  return {
    name,
    kind,
    order,
    places: own,
    values,
    counts,
    filled,
    words: wordsOf(kind, values, counts, filled),
  };
}

/** Words count by their inverse document frequency (Spärck Jones 1972), brought to 0 to 1. */
function wordsOf(
  kind: Kind,
  values: readonly Value[],
  counts: Float64Array,
  filled: number,
): Words {
  if (kind.wordsOf === undefined) return EVEN;
  const frequency = new Map<string, number>();
  values.forEach((value, at) => {
    for (const word of kind.wordsOf?.(value) ?? [])
      frequency.set(word, (frequency.get(word) ?? 0) + (counts[at] as number));
  });
  return rarity(frequency, filled);
}

/** In how many of so many values each word is. */
export function rarity(frequency: ReadonlyMap<string, number>, of: number): Words {
  // A few values say little about how common a word is: as if there were so many more without it.
  const most = Math.log(of + 50);
  return {
    weightOf: (word) => Math.max(0.05, (most - Math.log((frequency.get(word) ?? 0) + 1)) / most),
  };
}

const EVEN: Words = { weightOf: () => 1 };
