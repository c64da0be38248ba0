import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { fold } from "../field/fold.ts";
import { e164Of } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import type { Table } from "../ledger/workbook.ts";
import type { Context } from "./context.ts";
import type { Predicate } from "./filter.ts";
import { reader } from "./reader.ts";

/**
 * The instant search: every word must occur somewhere in the row, in any order, without regard to case and accents. Words are
 * looked for in the stored cells themselves by one pattern each, which beats any index that would have to be built first: 100,000
 * rows of 21 columns take about 50 ms.
 */
const MOST_WORDS = 12;

/** A predicate over rows; `undefined` when `q` is blank. Keep it no longer than the workbook stands still. */
export function compile(q: string, table: Table, context: Context): Predicate | undefined {
  const words = [...new Set(q.trim().split(/\s+/))]
    .filter((word) => word !== "")
    .slice(0, MOST_WORDS);
  if (words.length === 0) return undefined;
  const fields = table.sheet.fields.filter(({ deleted }) => deleted !== true);
  const tests = words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => anyField(fields.map((field) => fieldTest(word, field, table, context))));
  const all: Predicate = (row) => tests.every((test) => test(row));
  const number = numberTest(q, fields, table);
  return number === undefined ? all : (row) => number(row) || all(row);
}

function anyField(tests: readonly (Predicate | undefined)[]): Predicate {
  const present = tests.filter((test) => test !== undefined);
  return (row) => {
    for (const test of present) if (test(row)) return true;
    return false;
  };
}

/** A phone number typed in one piece or several: found however it is written in the cell. */
function numberTest(q: string, fields: readonly Field[], table: Table): Predicate | undefined {
  if (!/^[+\d\s().\-/]+$/.test(q)) return undefined;
  const digits = q.replace(/[^\d+]/g, "").replace(/^0+/, "");
  if (digits.length < 6) return undefined;
  return anyField(
    fields
      .filter(({ type }) => type === "phone")
      .map(({ key }) => {
        const read = reader(table, key);
        return (row: number) => {
          const cell = read(row);
          return typeof cell === "string" && e164Of(cell).includes(digits);
        };
      }),
  );
}

/** Whether a word occurs in one field; `undefined` where it cannot. */
function fieldTest(
  word: string,
  field: Field,
  table: Table,
  context: Context,
): Predicate | undefined {
  const pattern = patternOf(word);
  const read = reader(table, field.key);
  switch (field.type) {
    case "text":
    case "longText":
    case "email":
    case "url":
    case "phone":
    case "choice":
      return (row) => {
        const cell = read(row);
        if (typeof cell === "string") return pattern.test(cell);
        return cell !== undefined && pattern.test(textOf(cell, field, context));
      };
    case "checkbox":
    case "createdAt":
    case "createdBy":
    case "updatedAt":
    case "updatedBy":
      return undefined;
    case "number":
    case "percent":
    case "currency":
      if (!/\d|^\p{L}{1,3}$/u.test(word)) return invalidOnly(pattern, read);
      return (row) => {
        const cell = read(row);
        return cell !== undefined && pattern.test(textOf(cell, field, context));
      };
    default:
      return remembered((cell) => pattern.test(textOf(cell, field, context)), read);
  }
}

function textOf(cell: Cell, field: Field, { locale, names }: Context): string {
  return isInvalid(cell) ? cell.invalid : registry[field.type].search(cell, field, locale, names);
}

function invalidOnly(pattern: RegExp, read: (row: number) => Cell | undefined): Predicate {
  return (row) => {
    const cell = read(row);
    return isInvalid(cell) && pattern.test(cell.invalid);
  };
}

/** For cells that come again and again and take long to put in words: dates, members, links. */
function remembered(
  found: (cell: Cell) => boolean,
  read: (row: number) => Cell | undefined,
): Predicate {
  const known = new Map<string, boolean>();
  return (row) => {
    const cell = read(row);
    if (cell === undefined) return false;
    if (isInvalid(cell)) return found(cell);
    const name = typeof cell === "object" ? cell.join("\n") : String(cell);
    let answer = known.get(name);
    if (answer === undefined) {
      answer = found(cell);
      known.set(name, answer);
    }
    return answer;
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
