import { unreachable } from "../assert.ts";
import type { Names } from "../field/behaviour.ts";
import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field, Locale } from "../field/field.ts";
import { registry } from "../field/registry.ts";
import { dayOf } from "../field/types/date-time.ts";
import type { Table } from "../ledger/workbook.ts";
import { reader } from "../sheet/reader.ts";
import type { SummaryKind } from "./definition.ts";
import { isTime } from "./group.ts";

/** What a column of some rows comes to. */
export type Figure =
  /** A value of the column's own kind, to be written as such. */
  | { readonly kind: "cell"; readonly cell: Cell }
  | { readonly kind: "count"; readonly count: number }
  /** 0 to 1. */
  | { readonly kind: "share"; readonly share: number }
  | { readonly kind: "days"; readonly days: number }
  /** Amounts in more than one currency have no sum. */
  | { readonly kind: "mixed" };

const labels: { readonly [kind in SummaryKind]: string } = {
  count: "Count",
  filled: "Filled",
  percentFilled: "Filled %",
  blank: "Blank",
  unique: "Unique",
  sum: "Sum",
  average: "Average",
  median: "Median",
  min: "Min",
  max: "Max",
  range: "Range",
};

/** "Sum"; of dates "Earliest" and "Latest". */
export function label(kind: SummaryKind, field: Field): string {
  if (isTime(field) && kind === "min") return "Earliest";
  if (isTime(field) && kind === "max") return "Latest";
  return labels[kind];
}

const forAll = ["count", "filled", "percentFilled", "blank", "unique"] as const;
const forSizes = ["min", "max", "range"] as const;

/** What may be asked of a field, figures first. */
export function offered(field: Field): readonly SummaryKind[] {
  if (isNumber(field)) return ["sum", "average", "median", ...forSizes, ...forAll];
  return isTime(field) ? [...forSizes, ...forAll] : forAll;
}

function isNumber({ type }: Field): boolean {
  return type === "number" || type === "percent" || type === "currency";
}

/**
 * What the field of these rows comes to. Text that does not fit counts as filled and is no figure; an unticked checkbox is blank.
 * `undefined` where there is nothing to tell: an average of nothing, a kind that the field does not know.
 */
export function summarize(
  kind: SummaryKind,
  rows: ArrayLike<number>,
  field: Field,
  table: Table,
  locale: Locale,
): Figure | undefined {
  const read = reader(table, field.key);
  switch (kind) {
    case "count":
      return { kind: "count", count: rows.length };
    case "filled":
    case "blank":
    case "percentFilled": {
      let filled = 0;
      for (let at = 0; at < rows.length; at++) if (isFilled(read(rows[at] as number))) filled++;
      if (kind === "percentFilled") {
        return rows.length === 0 ? undefined : { kind: "share", share: filled / rows.length };
      }
      return { kind: "count", count: kind === "filled" ? filled : rows.length - filled };
    }
    case "unique": {
      const seen = new Set<unknown>();
      for (let at = 0; at < rows.length; at++) {
        const cell = read(rows[at] as number);
        if (isFilled(cell)) seen.add(typeof cell === "object" ? JSON.stringify(cell) : cell);
      }
      return { kind: "count", count: seen.size };
    }
    case "sum":
    case "average":
    case "median":
    case "min":
    case "max":
    case "range":
      if (isTime(field)) return ofTimes(kind, rows, field, read, locale);
      return isNumber(field) ? ofNumbers(kind, rows, field, read) : undefined;
    default:
      return unreachable(kind);
  }
}

function isFilled(cell: Cell | undefined): cell is Cell {
  return (
    cell !== undefined &&
    cell !== "" &&
    cell !== false &&
    !(Array.isArray(cell) && cell.length === 0)
  );
}

type Sized = "sum" | "average" | "median" | "min" | "max" | "range";

function ofNumbers(
  kind: Sized,
  rows: ArrayLike<number>,
  field: Field,
  read: (row: number) => Cell | undefined,
): Figure | undefined {
  const isMoney = field.type === "currency";
  const values = new Float64Array(rows.length);
  let count = 0;
  let unit = "";
  for (let at = 0; at < rows.length; at++) {
    const cell = read(rows[at] as number);
    if (typeof cell === "number") values[count++] = cell;
    else if (isMoney && typeof cell === "string") {
      // Minor units, a space, the code.
      const own = cell.slice(-3);
      if (unit !== own) {
        if (unit !== "") return { kind: "mixed" };
        unit = own;
      }
      values[count++] = minorOf(cell);
    }
  }
  const write = (value: number): Figure => ({
    kind: "cell",
    cell: isMoney ? `${Math.round(value)} ${unit}` : Number(value.toPrecision(12)),
  });
  if (count === 0) return kind === "sum" && !isMoney ? write(0) : undefined;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let at = 0; at < count; at++) {
    const value = values[at] as number;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  switch (kind) {
    case "sum":
      return write(sum);
    case "average":
      return write(sum / count);
    case "median": {
      const middle = count >> 1;
      const upper = smallest(values.subarray(0, count), middle);
      if (count % 2 === 1) return write(upper);
      // Those before the middle are no greater than it by now.
      let lower = -Infinity;
      for (let at = 0; at < middle; at++) lower = Math.max(lower, values[at] as number);
      return write((lower + upper) / 2);
    }
    case "min":
      return write(min);
    case "max":
      return write(max);
    default:
      return write(max - min);
  }
}

/** What stands at a place when the values are sorted; moves them so that smaller ones stand before it. Faster than sorting all. */
function smallest(values: Float64Array, place: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let [left, right] = [low, high];
    while (left <= right) {
      while ((values[left] as number) < pivot) left++;
      while ((values[right] as number) > pivot) right--;
      if (left > right) break;
      const moved = values[left] as number;
      values[left++] = values[right] as number;
      values[right--] = moved;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return values[place] as number;
}

/** The minor units of a stored amount. Read digit by digit: 100,000 of them at every sum. */
function minorOf(stored: string): number {
  const isNegative = stored.charCodeAt(0) === 45;
  let minor = 0;
  for (let at = isNegative ? 1 : 0; at < stored.length - 4; at++) {
    minor = minor * 10 + stored.charCodeAt(at) - 48;
  }
  return isNegative ? -minor : minor;
}

function ofTimes(
  kind: Sized,
  rows: ArrayLike<number>,
  field: Field,
  read: (row: number) => Cell | undefined,
  locale: Locale,
): Figure | undefined {
  // Days sort as they are written; times have a fraction only where there is one.
  const compare = (a: string, b: string) =>
    a.length === b.length
      ? a < b
        ? -1
        : a > b
          ? 1
          : 0
      : registry[field.type].compare(a, b, field);
  let min: string | undefined;
  let max: string | undefined;
  for (let at = 0; at < rows.length; at++) {
    const cell = read(rows[at] as number);
    if (typeof cell !== "string" || cell === "") continue;
    if (min === undefined || compare(cell, min) < 0) min = cell;
    if (max === undefined || compare(cell, max) > 0) max = cell;
  }
  if (min === undefined || max === undefined) return undefined;
  if (kind === "min") return { kind: "cell", cell: min };
  if (kind === "max") return { kind: "cell", cell: max };
  if (kind !== "range") return undefined;
  const day = (text: string) =>
    Date.parse(field.type === "date" ? text : dayOf(text, locale.timeZone));
  return { kind: "days", days: Math.round((day(max) - day(min)) / 86_400_000) };
}

/** For people: "$4,310.00", "128", "97 %", "12 days". */
export function words(
  figure: Figure | undefined,
  field: Field,
  locale: Locale,
  names?: Names,
): string {
  switch (figure?.kind) {
    case undefined:
      return "–";
    case "cell": {
      if (isInvalid(figure.cell)) return figure.cell.invalid;
      // Averages have more digits than the values: the column's own number of digits would hide them.
      const fitting =
        typeof figure.cell === "number" && field.type === "number"
          ? { ...field, decimals: digitsOf(figure.cell, field) }
          : field;
      return registry[field.type].format(figure.cell, fitting, locale, names);
    }
    case "count":
      return figure.count.toLocaleString(locale.locale);
    case "share":
      return figure.share.toLocaleString(locale.locale, {
        style: "percent",
        maximumFractionDigits: 1,
      });
    case "days":
      return `${figure.days.toLocaleString(locale.locale)} ${figure.days === 1 ? "day" : "days"}`;
    case "mixed":
      return "several currencies";
    default:
      return unreachable(figure);
  }
}

/** As many as the column shows, and two where the figure has more. */
function digitsOf(value: number, field: Field): number {
  const own = field.decimals ?? 0;
  return Number(value.toFixed(own)) === value ? own : Math.max(own, 2);
}
