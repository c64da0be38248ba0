import { unreachable } from "../assert.ts";
import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { fold } from "../field/fold.ts";
import { e164Of } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { column as columnOf, type Table } from "../ledger/workbook.ts";
import type { Context } from "./context.ts";

/**
 * The instant search: every word must occur somewhere in the row, in any order, without regard to case and accents. Words are
 * looked for in the stored cells themselves, column by column with one pattern, which beats any index that would have to be built
 * first: 100,000 rows of 21 columns take about 50 ms.
 */
const MOST_WORDS = 12;
const LONGEST = 1_000;

/** Those of the rows in which all words occur, in the same order. */
export type Search = (rows: readonly number[]) => readonly number[];

/** `undefined` when `q` is blank; what is beyond 1,000 characters is left out. Keep it no longer than the workbook stands still. */
export function compile(q: string, table: Table, context: Context): Search | undefined {
  const words = [...new Set(wordsOf(q))].slice(0, MOST_WORDS);
  if (words.length === 0) return undefined;
  const fields = table.sheet.fields.filter(({ deleted }) => deleted !== true);
  const ordered = words.toSorted((a, b) => b.length - a.length);
  const digits = digitsOf(q);
  return (rows) => {
    let left = rows;
    for (const word of ordered) {
      const pattern = patternOf(word);
      left = withAny(left, table, fields, (field) => cellTest(word, pattern, field, context));
    }
    if (digits === undefined) return left;
    const dialled = withAny(rows, table, fields, (field) =>
      field.type === "phone"
        ? (cell) => typeof cell === "string" && e164Of(cell).includes(digits)
        : undefined,
    );
    return left.length === 0 ? dialled : union(rows, left, dialled);
  };
}

function wordsOf(q: string): string[] {
  return q
    .trim()
    .slice(0, LONGEST)
    .split(/\s+/)
    .filter((word) => word !== "");
}

/**
 * Whether `to` is sure to find no row that `from` does not find, on the same workbook: words of letters that go on, or more of them. Then
 * it is enough to look among what `from` found.
 */
export function narrows(from: string, to: string): boolean {
  const [before, after] = [wordsOf(from), wordsOf(to)];
  if (before.length === 0 || before.length > after.length || after.length > MOST_WORDS)
    return false;
  return before.every((word, at) => goesOn(word, after[at] ?? ""));
}

function goesOn(word: string, longer: string): boolean {
  if (!LETTERS.test(word) || !LETTERS.test(longer)) return false;
  const [short, long] = [fold(word), fold(longer)];
  if (!long.startsWith(short)) return false;
  // Two letters may be one in the text: “ss” is in “ß”, which “s” is not.
  return !variantsOf().has(long.slice(short.length - 1, short.length + 1)) || short === long;
}

const LETTERS = /^\p{L}+$/u;

type CellTest = (cell: Cell) => boolean;

/** Rows with a cell that passes the test of its field. */
function withAny(
  rows: readonly number[],
  table: Table,
  fields: readonly Field[],
  testOf: (field: Field) => RegExp | CellTest | undefined,
): readonly number[] {
  const found = new Uint8Array(table.ids.length);
  for (const field of fields) {
    const test = testOf(field);
    const column = columnOf(table, field.key);
    if (test === undefined || column === undefined) continue;
    if (test instanceof RegExp) scanText(rows, column, test, found);
    else scan(rows, column, test, found);
  }
  return rows.filter((row) => found[row] === 1);
}

function scanText(
  rows: readonly number[],
  column: readonly (Cell | undefined)[],
  pattern: RegExp,
  found: Uint8Array,
): void {
  for (const row of rows) {
    if (found[row] === 1) continue;
    const cell = column[row];
    if (typeof cell === "string") {
      if (pattern.test(cell)) found[row] = 1;
    } else if (isInvalid(cell) && pattern.test(cell.invalid)) found[row] = 1;
  }
}

function scan(
  rows: readonly number[],
  column: readonly (Cell | undefined)[],
  test: CellTest,
  found: Uint8Array,
): void {
  for (const row of rows) {
    const cell = column[row];
    if (cell !== undefined && found[row] === 0 && test(cell)) found[row] = 1;
  }
}

function union(
  rows: readonly number[],
  a: readonly number[],
  b: readonly number[],
): readonly number[] {
  if (b.length === 0) return a;
  const both = new Set([...a, ...b]);
  return rows.filter((row) => both.has(row));
}

/** The digits of a query that is nothing but a phone number, in one piece or several: found however the cell writes it. */
function digitsOf(q: string): string | undefined {
  if (!/^[+\d\s().\-/]+$/.test(q)) return undefined;
  const digits = q.replace(/[^\d]/g, "").replace(/^0+/, "");
  return digits.length < 6 ? undefined : digits;
}

/** How a word is looked for in the cells of a field; `undefined` where it is not. */
function cellTest(
  word: string,
  pattern: RegExp,
  field: Field,
  context: Context,
): RegExp | CellTest | undefined {
  const { locale, names } = context;
  const { search } = registry[field.type];
  const inText: CellTest = (cell) =>
    pattern.test(isInvalid(cell) ? cell.invalid : search(cell, field, locale, names));
  switch (field.type) {
    case "text":
    case "longText":
    case "email":
    case "url":
    case "phone":
    case "choice":
      return pattern;
    case "checkbox":
    case "createdAt":
    case "createdBy":
    case "updatedAt":
    case "updatedBy":
      return undefined;
    case "number":
    case "percent":
      return /\d/.test(word) ? inText : (cell) => isInvalid(cell) && inText(cell);
    case "currency":
      return /\d|^\p{L}{1,3}$/u.test(word) ? inText : (cell) => isInvalid(cell) && inText(cell);
    case "date":
    case "dateTime":
      return timeTest(word, pattern, field, context);
    case "user":
      return remembered((id) => inText(id));
    case "link":
      return remembered((id) => inText([id]));
    case "multiChoice":
      return remembered((name) => pattern.test(name));
    default:
      return unreachable(field.type);
  }
}

/** A date that the word spells, digits of it, or the name of a month. */
function timeTest(
  word: string,
  pattern: RegExp,
  field: Field,
  context: Context,
): RegExp | CellTest {
  const { locale } = context;
  const day = /\d/.test(word) ? registry.date.parse(word, field, locale) : undefined;
  if (typeof day === "string" && field.type === "date") return (cell) => cell === day;
  if (field.type === "date" && !/\p{L}/u.test(word)) return pattern;
  const texts = textsOf(field, context);
  return remembered((cell) => {
    let text = texts.get(cell);
    if (text === undefined) {
      text = registry[field.type].search(cell, field, locale, context.names);
      if (texts.size >= MOST_TEXTS) texts.clear();
      texts.set(cell, text);
    }
    return pattern.test(text);
  });
}

/** Days in words take longest of all, and every letter that is typed asks for all of them again. */
const MOST_TEXTS = 20_000;
const textsByField = new WeakMap<
  Field,
  { readonly as: string; readonly texts: Map<string, string> }
>();

function textsOf(field: Field, { locale }: Context): Map<string, string> {
  const as = `${locale.locale} ${locale.timeZone}`;
  let known = textsByField.get(field);
  if (known?.as !== as) {
    known = { as, texts: new Map() };
    textsByField.set(field, known);
  }
  return known.texts;
}

/** For values that come again and again and take long to put in words. */
function remembered(found: (text: string) => boolean): CellTest {
  const known = new Map<string, boolean>();
  const answer = (text: string): boolean => {
    let passes = known.get(text);
    if (passes === undefined) {
      passes = found(text);
      known.set(text, passes);
    }
    return passes;
  };
  return (cell) => {
    if (typeof cell === "string") return answer(cell);
    return Array.isArray(cell)
      ? (cell as readonly string[]).some(answer)
      : isInvalid(cell) && found(cell.invalid);
  };
}

/** By what a letter folds to: the letters that mean the same, itself aside. */
let variants: ReadonlyMap<string, string> | undefined;

function variantsOf(): ReadonlyMap<string, string> {
  if (variants === undefined) {
    const found = new Map<string, string>();
    for (const [from, to] of [
      [0xc0, 0x24f],
      [0x370, 0x52f],
      [0x1e00, 0x1fff],
    ] as const) {
      for (let code = from; code <= to; code += 1) {
        const letter = String.fromCharCode(code);
        const folded = fold(letter);
        if (folded !== letter && /^\p{L}{1,2}$/u.test(folded)) {
          found.set(folded, (found.get(folded) ?? "") + letter);
        }
      }
    }
    variants = found;
  }
  return variants;
}

/** Matches a text wherever a word occurs, without regard to case and accents, composed or not. */
export function patternOf(word: string): RegExp {
  const letters = variantsOf();
  const folded = fold(word);
  let source = "";
  for (let index = 0; index < folded.length; index += 1) {
    const letter = folded.charAt(index);
    const pair = letters.get(folded.slice(index, index + 2));
    const others = letters.get(letter) ?? "";
    const one = others === "" ? escaped(letter) : `[${letter}${others}]`;
    const marks = /\p{L}/u.test(letter) ? "[\\u0300-\\u036f]*" : "";
    if (pair !== undefined && folded.length > index + 1) {
      const next = folded.charAt(index + 1);
      const second = letters.get(next) ?? "";
      source += `(?:${one}${marks}[${next}${second}]|[${pair}])${marks}`;
      index += 1;
    } else {
      source += one + (index === folded.length - 1 ? "" : marks);
    }
  }
  return new RegExp(source, "i");
}

function escaped(letter: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(letter) ? `\\${letter}` : letter;
}
