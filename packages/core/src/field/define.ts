import { DomainError } from "../error.ts";
import type { FieldBehaviour, Json, Names, Parser, Reading } from "./behaviour.ts";
import { TEXT_LIMIT } from "./behaviour.ts";
import { isInvalid, type Cell, type Invalid } from "./cell.ts";
import type { Field, Locale } from "./field.ts";

export type Value = Exclude<Cell, Invalid>;

/** A field type without what is the same for all: invalid text, prepared parsers, cells of a shape the type does not have. */
export interface Definition<V extends Value> extends Omit<
  FieldBehaviour,
  | "editable"
  | "parse"
  | "format"
  | "edit"
  | "compare"
  | "check"
  | "key"
  | "toJson"
  | "fromJson"
  | "search"
  | "operators"
> {
  readonly editable?: boolean;
  readonly operators: FieldBehaviour["operators"];
  /** Whether the cell has this type's shape in memory; cheap. */
  is(cell: Value): cell is V;
  format(value: V, field: Field, locale: Locale, names?: Names): string;
  edit?(value: V, field: Field, locale: Locale, names?: Names): string;
  compare(a: V, b: V, field?: Field): number;
  check(value: V, field: Field): boolean;
  key(value: V): string | undefined;
  toJson?(value: V, field: Field, names?: Names): Json;
  /** JSON that is neither null, text nor `{text, invalid: true}`; undefined: wrong shape. */
  fromJson?(
    json: Exclude<Json, null | string>,
    field: Field,
    locale: Locale,
    reading?: Reading,
  ): Cell | undefined;
  search?(value: V, field: Field, locale: Locale, names?: Names): string;
}

export function define<V extends Value>(definition: Definition<V>): FieldBehaviour {
  const edit = definition.edit ?? definition.format;
  const search = definition.search ?? definition.format;
  const prepared = new WeakMap<Field, { locale: Locale; parser: Parser }>();

  function parserOf(field: Field, locale: Locale, reading?: Reading): Parser {
    if (reading !== undefined) return definition.parser(field, locale, reading);
    const known = prepared.get(field);
    if (known?.locale === locale) return known.parser;
    const parser = definition.parser(field, locale);
    prepared.set(field, { locale, parser });
    return parser;
  }

  return {
    ...definition,
    editable: definition.editable ?? true,
    parser: parserOf,
    parse: (text, field, locale, reading) => parserOf(field, locale, reading)(text),
    why: (text, field, locale) => (isBlank(text) ? "" : definition.why(text, field, locale)),
    format(cell, field, locale, names) {
      if (isInvalid(cell)) return cell.invalid;
      return definition.is(cell) ? definition.format(cell, field, locale, names) : plain(cell);
    },
    edit(cell, field, locale, names) {
      if (isInvalid(cell)) return cell.invalid;
      return definition.is(cell) ? edit(cell, field, locale, names) : plain(cell);
    },
    compare(a, b, field) {
      const aValid = !isInvalid(a) && definition.is(a);
      const bValid = !isInvalid(b) && definition.is(b);
      if (aValid && bValid) return definition.compare(a, b, field);
      if (aValid !== bValid) return aValid ? -1 : 1;
      return compareText(isInvalid(a) ? a.invalid : plain(a), isInvalid(b) ? b.invalid : plain(b));
    },
    check(cell, field) {
      if (isInvalid(cell)) return isMarkedText(cell);
      return definition.is(cell) && definition.check(cell, field);
    },
    key(cell) {
      if (isInvalid(cell) || !definition.is(cell)) return undefined;
      return definition.key(cell);
    },
    toJson(cell, field, names) {
      if (isInvalid(cell)) return { text: cell.invalid, invalid: true };
      if (!definition.is(cell)) return { text: plain(cell), invalid: true };
      return definition.toJson?.(cell, field, names) ?? cell;
    },
    fromJson(json, field, locale, reading) {
      if (json === null) return undefined;
      if (typeof json === "string") return parserOf(field, locale, reading)(json);
      const marked = markedText(json);
      // Marked text that fits after all is the value: no type has both.
      if (marked !== undefined) return parserOf(field, locale, reading)(marked.invalid);
      const cell = definition.fromJson?.(json, field, locale, reading);
      if (cell !== undefined) return cell;
      if (Array.isArray(json) && json.length === 0 && definition.is([])) return undefined;
      throw new DomainError(
        "invalid-values",
        `${field.name} takes ${definition.takes}, not ${shapeOf(json)}.`,
      );
    },
    search(cell, field, locale, names) {
      if (isInvalid(cell)) return cell.invalid;
      return definition.is(cell) ? search(cell, field, locale, names) : plain(cell);
    },
  };
}

export function invalid(text: string): Invalid {
  return { invalid: text };
}

export function isBlank(text: string): boolean {
  if (text.length === 0) return true;
  const first = text.charCodeAt(0);
  return (first <= 32 || first > 127) && text.trim() === "";
}

/** What was typed, for messages: on one line and not too long. */
export function quoted(text: string): string {
  const line = text.slice(0, 200).replace(/\s+/g, " ").trim();
  return `“${line.length > 60 ? `${line.slice(0, 59)}…` : line}”`;
}

// Asked of every text that is written. Not in the language version that core is written for, but in most of what runs it.
const { isWellFormed } = String.prototype as { isWellFormed?: (this: string) => boolean };

function hasHalves(text: string): boolean {
  return isWellFormed === undefined ? /\p{Surrogate}/u.test(text) : !isWellFormed.call(text);
}

/** Text a cell may hold: within the limit and without halves of surrogate pairs, which do not survive UTF-8. */
export function isText(text: string): boolean {
  return text !== "" && text.length <= TEXT_LIMIT && !hasHalves(text);
}

function isMarkedText(cell: Invalid): boolean {
  const keys = Object.keys(cell);
  return keys.length === 1 && typeof cell.invalid === "string" && isText(cell.invalid);
}

function markedText(json: Exclude<Json, null | string>): Invalid | undefined {
  if (typeof json !== "object" || Array.isArray(json)) return undefined;
  const { text, invalid: mark } = json as { readonly [name: string]: Json };
  return typeof text === "string" && mark === true ? { invalid: text } : undefined;
}

function shapeOf(json: Json): string {
  if (Array.isArray(json)) return "a list";
  if (typeof json === "object") return "an object";
  return typeof json === "boolean" ? `${json}` : `the ${typeof json} ${String(json).slice(0, 40)}`;
}

/** Any cell as text, without its field's type. */
export function plain(cell: Cell): string {
  if (isInvalid(cell)) return cell.invalid;
  return typeof cell === "object" ? cell.join(", ") : String(cell);
}

const collator = new Intl.Collator("en", { numeric: true });

/** As people read, then by code units: total, and the same on every machine with the same ICU. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return collator.compare(a, b) || (a < b ? -1 : 1);
}

export function compareNumber(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
