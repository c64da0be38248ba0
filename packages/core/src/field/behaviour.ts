import type { Cell } from "./cell.ts";
import type { Field, FieldType, Locale } from "./field.ts";

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** Raised whenever `key` answers differently for some stored cell: stored keys of an older version are rebuilt. */
export const KEY_VERSION = 1;

/** The longest text a cell may hold, in UTF-16 units. */
export const TEXT_LIMIT = 100_000;

/** Everything a filter leaf can ask. Which of them a type answers is in its `operators`. */
export type Operator =
  | "is"
  | "isNot"
  | "contains"
  | "notContains"
  | "startsWith"
  | "endsWith"
  | "empty"
  | "notEmpty"
  | "gt"
  | "gte"
  | "lt"
  | "lte"
  | "between"
  | "before"
  | "after"
  | "on"
  /** In a period by its words: "this week", "last 30 days". */
  | "during"
  | "anyOf"
  | "noneOf"
  | "allOf"
  | "isInvalid";

/** People and records by name. user and link cells hold ids; only the caller knows whose. */
export interface Names {
  /** What people call this member or record; `undefined` when there is none. */
  nameOf(field: Field, id: string): string | undefined;
  /** The one id with this name or the id itself, trimmed and case-insensitive; `undefined` when none or several have it. */
  idOf(field: Field, name: string): string | undefined;
}

/** "dmy" 31.12.2026, "mdy" 12/31/2026, "ymd" 2026-12-31. */
export type DateOrder = "dmy" | "mdy" | "ymd";

/** What the caller knows beyond the locale: an import that counted evidence in a column says how to read it. */
export interface Reading {
  readonly names?: Names;
  /** Dates are read in this order only. Absent: the locale's, or the other where only that one is possible. */
  readonly dateOrder?: DateOrder;
  /** Numbers of five digits are days as Excel counts them, from 1900. */
  readonly serials?: boolean;
  /** Numbers have this decimal mark only. Absent: the locale's, or the other where only that one is possible. */
  readonly decimal?: "." | ",";
}

export type Parser = (text: string) => Cell | undefined;

/** How well a column of raw text fits a type. Counts, so that a person can be told why. */
export interface Fit {
  /** Texts that fit. */
  readonly fits: number;
  /** Texts that say something: neither blank nor a placeholder. */
  readonly of: number;
  /** Texts such as "n/a" or "-". */
  readonly placeholders: number;
  /** date, dateTime: what the texts prove about their order. The counts add up to `fits`. */
  readonly dates?: DateEvidence;
  /** number, currency, percent. */
  readonly numbers?: NumberEvidence;
  /** choice, multiChoice: distinct names in the order of first occurrence. */
  readonly options?: readonly string[];
  /** Why the column is something else although every text fits, in plain words. */
  readonly against?: string;
}

export interface DateEvidence {
  /** Year first. */
  readonly iso: number;
  /** The month is a word. */
  readonly named: number;
  /** Only day first is possible: 31/12/2026. */
  readonly dayFirst: number;
  /** Only month first is possible: 12/31/2026. */
  readonly monthFirst: number;
  /** Both are possible and differ: 03/04/2026. */
  readonly both: number;
  /** Both are possible and mean the same day: 03/03/2026. */
  readonly same: number;
}

export interface NumberEvidence {
  /** 007: digits that a number would lose. */
  readonly leadingZero: number;
  /** More than 15 digits: a number would round them. */
  readonly tooLong: number;
  /** Only a decimal comma is possible: 1.234,50 or 12,5. */
  readonly decimalComma: number;
  /** Only a decimal point is possible: 1,234.50 or 12.5. */
  readonly decimalPoint: number;
  /** One mark before exactly three digits: 1,234 or 1.234. */
  readonly either: number;
  /** With a currency symbol or code. */
  readonly currency: number;
  /** With a percent sign. */
  readonly percent: number;
}

/**
 * One field type. Pure, never throws (but `fromJson`), and the same for every type:
 * `parse(edit(c)) = c`, `fromJson(toJson(c)) = c` (a phone keeps its number, not its spelling), `compare` is a total order with
 * invalid text last, `key(c)` is the same for cells that mean the same.
 */
export interface FieldBehaviour {
  readonly type: FieldType;
  /** For menus: "Single choice". */
  readonly label: string;
  /** A lucide icon name. */
  readonly icon: string;
  /** False for values read from the record's stamps. */
  readonly editable: boolean;
  /** Figures stand at the end of the line. */
  readonly align: "start" | "end" | "center";
  /** What fits, for messages: "a number". */
  readonly takes: string;
  readonly operators: readonly Operator[];
  /** Typed or pasted text to a cell: `undefined` when blank, `{invalid: text}` when it does not fit. */
  parse(text: string, field: Field, locale: Locale, reading?: Reading): Cell | undefined;
  /** `parse` prepared for many texts of one column. */
  parser(field: Field, locale: Locale, reading?: Reading): Parser;
  /** Why this text does not fit, for people: what is wrong with it and what would fit. */
  why(text: string, field: Field, locale: Locale): string;
  /** For people. */
  format(cell: Cell, field: Field, locale: Locale, names?: Names): string;
  /** Text that `parse` reads back to the same cell. */
  edit(cell: Cell, field: Field, locale: Locale, names?: Names): string;
  /** Total order; blanks are the caller's. Choices in the order of the field's options. */
  compare(a: Cell, b: Cell, field?: Field): number;
  /** Whether this is a well-formed stored value of the field, `{invalid}` included. */
  check(cell: Cell, field: Field): boolean;
  /** Normalised for unique rules and matching; `undefined` where there is nothing to match by. */
  key(cell: Cell): string | undefined;
  toJson(cell: Cell, field: Field, names?: Names): Json;
  /** `{invalid}` for text that does not fit; DomainError "invalid-values" for JSON of another shape. */
  fromJson(json: Json, field: Field, locale: Locale, reading?: Reading): Cell | undefined;
  guess(sample: readonly string[], locale: Locale): Fit;
  /** The text that the instant search looks into. */
  search(cell: Cell, field: Field, locale: Locale, names?: Names): string;
}

export type Registry = { readonly [type in FieldType]: FieldBehaviour };
