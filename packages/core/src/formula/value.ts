import { markOf, read, type Mark } from "../field/decimal.ts";

/**
 * What formulas compute with. Dates are serial numbers (`serial.ts`), as in every spreadsheet; that a number is a date is known
 * from its kind (`kind.ts`). An amount of money keeps its currency, so that dollars and euros are never added silently.
 */
export type Value = Scalar | List;
export type Scalar = number | string | boolean | Money | FormulaError | undefined;
export type List = readonly Scalar[];

export interface Money {
  /** In major units. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

export interface FormulaError {
  readonly error: ErrorCode;
  /** What happened, in words. */
  readonly message: string;
}

export type ErrorCode =
  | "#DIV/0!"
  | "#VALUE!"
  | "#REF!"
  | "#NAME?"
  | "#NUM!"
  | "#N/A"
  | "#NULL!"
  | "#CYCLE!";

/** Lists longer than this are an error: nothing may eat all memory. */
export const LONGEST_LIST = 1_000_000;
/** Texts longer than this are an error, as in any cell. */
export const LONGEST_TEXT = 100_000;

export function error(code: ErrorCode, message: string): FormulaError {
  return { error: code, message };
}

export const DIVIDED_BY_ZERO = error("#DIV/0!", "Something is divided by zero or by a blank.");
export const NOT_AVAILABLE = error("#N/A", "There is no such value.");
const TOO_LARGE = error("#NUM!", "The result is not a number that can be written.");

export function isError(value: Value): value is FormulaError {
  return typeof value === "object" && "error" in value;
}

export function isMoney(value: Value): value is Money {
  return typeof value === "object" && "currency" in value;
}

export function isList(value: Value): value is List {
  return Array.isArray(value);
}

/** A finite number, or the error that it is none. */
export function finite(number: number): number | FormulaError {
  return Number.isFinite(number) ? number : TOO_LARGE;
}

/** One value of a list of one, nothing of an empty one; a longer list has no single value. */
export function single(value: Value): Scalar {
  if (!isList(value)) return value;
  if (value.length <= 1) return value[0];
  return error(
    "#VALUE!",
    `A single value is needed here, and there are ${value.length}. Put a function such as SUM, JOIN or FIRST around them.`,
  );
}

/**
 * As spreadsheets read values where a number is needed: a blank is 0, TRUE is 1, text that is a number counts, money is its
 * amount.
 */
export function toNumber(value: Value, mark: Mark = "."): number | FormulaError {
  const one = single(value);
  if (typeof one === "number") return one;
  if (one === undefined) return 0;
  if (typeof one === "boolean") return one ? 1 : 0;
  if (typeof one === "string") {
    const text = one.trim();
    const percent = text.endsWith("%");
    const decimal = read(percent ? text.slice(0, -1) : text, mark);
    if (decimal === undefined) {
      return error("#VALUE!", `“${one.slice(0, 40)}” is not a number.`);
    }
    return finite(Number(decimal) / (percent ? 100 : 1));
  }
  return isError(one) ? one : one.amount;
}

/** Blank is "", TRUE is "TRUE", a number has as many digits as are sure. */
export function toText(value: Value, mark: Mark = "."): string | FormulaError {
  const one = single(value);
  if (typeof one === "string") return one;
  if (one === undefined) return "";
  if (typeof one === "number") return numberText(one, mark);
  if (typeof one === "boolean") return one ? "TRUE" : "FALSE";
  return isError(one) ? one : numberText(one.amount, mark);
}

/** 15 significant digits, as spreadsheets show: 0.1 + 0.2 is 0.3. */
export function numberText(number: number, mark: Mark = "."): string {
  const text = String(Number(number.toPrecision(15)));
  return mark === "," ? text.replace(".", ",") : text;
}

/** A number is true unless it is 0, the words TRUE and FALSE count, a blank is FALSE. */
export function toTruth(value: Value): boolean | FormulaError {
  const one = single(value);
  if (typeof one === "boolean") return one;
  if (one === undefined) return false;
  if (typeof one === "number") return one !== 0;
  if (typeof one === "string") {
    const word = one.trim().toUpperCase();
    if (word === "TRUE" || word === "FALSE") return word === "TRUE";
    return error("#VALUE!", `“${one.slice(0, 40)}” is neither TRUE nor FALSE.`);
  }
  return isError(one) ? one : one.amount !== 0;
}

export function markFor(locale: string): Mark {
  return markOf(locale);
}

const RANK = { number: 0, string: 1, boolean: 2 } as const;

/**
 * The order of spreadsheets: numbers before text before FALSE and TRUE; text without regard to case; a blank is what the other
 * side would be if it were blank. Amounts of different currencies have no order.
 */
export function compare(a: Scalar, b: Scalar): number | FormulaError {
  if (isError(a)) return a;
  if (isError(b)) return b;
  if (isMoney(a) && isMoney(b) && a.currency !== b.currency) return mixed(a, b);
  const left = comparable(a, b);
  const right = comparable(b, a);
  if (typeof left === "number" && typeof right === "number") return close(left, right);
  if (typeof left === "string" && typeof right === "string") return textOrder(left, right);
  if (typeof left === typeof right) return Number(left) - Number(right);
  return RANK[typeof left as keyof typeof RANK] - RANK[typeof right as keyof typeof RANK];
}

function comparable(value: Scalar, other: Scalar): number | string | boolean {
  if (value === undefined) {
    if (typeof other === "string") return "";
    return typeof other === "boolean" ? false : 0;
  }
  if (typeof value !== "object") return value;
  return isMoney(value) ? value.amount : 0;
}

/** Numbers that differ by less than the last sure digit are the same. */
function close(a: number, b: number): number {
  const difference = a - b;
  if (difference === 0) return 0;
  const sure = Math.max(Math.abs(a), Math.abs(b)) * 1e-15;
  return Math.abs(difference) <= sure ? 0 : difference;
}

const collator = new Intl.Collator("en", { sensitivity: "accent" });

function textOrder(a: string, b: string): number {
  if (a === b) return 0;
  return collator.compare(a, b);
}

export function mixed(a: Money, b: Money): FormulaError {
  return error(
    "#VALUE!",
    `${a.currency} and ${b.currency} cannot be calculated with each other: no rate is given.`,
  );
}
