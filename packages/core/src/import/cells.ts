import type { Names, Parser, Reading, Registry } from "../field/behaviour.ts";
import { TEXT_LIMIT } from "../field/behaviour.ts";
import type { Cell } from "../field/cell.ts";
import type { Field, Locale } from "../field/field.ts";
import { keyOf } from "../field/fold.ts";
import * as List from "../field/list.ts";
import { cellText, type Formatted, type RawCell } from "./read/raw.ts";

/** Turns one raw cell of a column into the value to store; `undefined` when blank, marked text when it does not fit. */
export type Read = (cell: RawCell | undefined) => Cell | undefined;

/** The reader of a column for any type but choices and links, which may have to add what they do not know. */
export function valueReader(
  field: Field,
  locale: Locale,
  registry: Registry,
  options: { reading?: Reading; names?: Names; sample: readonly RawCell[] },
): Read {
  const reading: Reading = {
    ...options.reading,
    ...(options.names ? { names: options.names } : {}),
  };
  const behaviour = registry[field.type];
  const parser = behaviour.parser(field, locale, reading);
  const read = repeats(options.sample) ? remembered(parser) : parser;
  const typed = (cell: number | boolean | Formatted): Cell | undefined => {
    if (typeof cell === "boolean") {
      return field.type === "checkbox" ? cell : parser(cell ? "TRUE" : "FALSE");
    }
    if (typeof cell === "number")
      return readNumber(cell, String(cell), field, locale, registry, parser);
    switch (cell.as) {
      case "date":
        return field.type === "date" ? cell.value : parser(cell.text);
      case "percent":
        if (field.type === "percent" || field.type === "number") return cell.value;
        return parser(cell.text);
      case "currency":
        if (field.type === "currency" && typeof cell.value === "number") {
          const own = cell.currency === undefined ? field : { ...field, currency: cell.currency };
          return readNumber(cell.value, cell.text, own, locale, registry, parser);
        }
        return typeof cell.value === "number"
          ? readNumber(cell.value, cell.text, field, locale, registry, parser)
          : parser(cell.text);
      case "number":
        return typeof cell.value === "number"
          ? readNumber(cell.value, cell.text, field, locale, registry, parser)
          : parser(cell.text);
      default:
        return parser(cell.text);
    }
  };
  return (cell) => {
    if (typeof cell === "string") return cell === "" ? undefined : read(unguarded(cell));
    return cell === null || cell === undefined ? undefined : typed(cell);
  };
}

/** Formula-safe exports, ours and others', write an apostrophe before texts that a spreadsheet would run; see export/csv.ts. */
function unguarded(text: string): string {
  return text.charCodeAt(0) === 39 && /^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

/** A number of a spreadsheet: exact where the field takes numbers, else as text the way it is shown. */
function readNumber(
  value: number,
  text: string,
  field: Field,
  locale: Locale,
  registry: Registry,
  parser: Parser,
): Cell | undefined {
  if (field.type === "number") return value;
  if (field.type === "currency") return registry.currency.fromJson(value, field, locale);
  return parser(text);
}

/** Whether a column's values come back often enough for remembering them to pay. */
function repeats(sample: readonly RawCell[]): boolean {
  const seen = new Set<RawCell>();
  for (const cell of sample) seen.add(cell);
  return sample.length > 20 && seen.size < sample.length * 0.8;
}

const REMEMBERED = 20_000;

function remembered(parser: Parser): Parser {
  const known = new Map<string, Cell | undefined>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const cell = parser(text);
    if (known.size < REMEMBERED) known.set(text, cell);
    return cell;
  };
}

/** More new choices than this are no choices: what comes after is kept as marked text. */
const MAX_NEW_OPTIONS = 250;
/** Longer texts are no names of choices. */
export const MAX_OPTION_LENGTH = 120;

/**
 * The reader of a choice or multiple-choice column, and the options it had to add, in the order they occurred. `adds`: options that are
 * added in any case; `said`: by key of a text the option it means, null: none.
 */
export function choiceReader(
  field: Field,
  adds: readonly string[] = [],
  said: ReadonlyMap<string, string | null> = new Map(),
): { read: Read; added: string[] } {
  const names = new Map<string, string>();
  for (const option of field.options ?? []) {
    const key = keyOf(option.name);
    if (key !== undefined && !names.has(key)) names.set(key, option.name);
  }
  const added: string[] = [];
  /** Null: it says nothing. */
  const name = (own: string): string | null | undefined => {
    const means = names.has(keyOf(own) ?? "") ? undefined : said.get(keyOf(own) ?? "");
    if (means === null) return null;
    const text = means ?? own;
    const key = keyOf(text);
    if (key === undefined) return undefined;
    const known = names.get(key);
    if (known !== undefined) return known;
    if (added.length >= MAX_NEW_OPTIONS || text.length > MAX_OPTION_LENGTH) return undefined;
    names.set(key, text);
    added.push(text);
    return text;
  };
  for (const option of adds) name(option);
  const parse = (text: string): Cell | undefined => {
    if (text.trim() === "") return undefined;
    if (field.type === "choice") {
      const option = name(text.trim().replace(/\s+/g, " "));
      return option === null ? undefined : (option ?? { invalid: text });
    }
    const whole = names.get(keyOf(text) ?? "");
    if (whole !== undefined) return [whole];
    const chosen = new Set<string>();
    for (const item of List.split(text)) {
      const option = name(item.trim().replace(/\s+/g, " "));
      if (option === undefined) return { invalid: text };
      if (option !== null) chosen.add(option);
    }
    return chosen.size === 0 ? undefined : [...chosen];
  };
  const read = remembered(parse);
  return {
    read: (cell) => (cell === undefined || cell === null ? undefined : read(cellText(cell))),
    added,
  };
}

/** Longer texts cannot be stored: the row is refused. */
export function isTooLong(cell: RawCell | undefined): boolean {
  return typeof cell === "string" && cell.length > TEXT_LIMIT;
}
