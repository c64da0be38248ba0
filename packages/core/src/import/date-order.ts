import type { DateEvidence, DateOrder, Registry } from "../field/behaviour.ts";
import type { Locale } from "../field/field.ts";
import { isBlank } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import type { Table } from "./table.ts";
import { exampleOf, examplesIn, waysOf, type Writing } from "./writing.ts";

/** What the dates of a column say about the order of day and month. */
export interface OrderFacts {
  readonly reading: { readonly dateOrder?: "dmy" | "mdy" };
  /** "ymd" also for dates with a written month; null: nothing proves the order. */
  readonly dateOrder: "dmy" | "mdy" | "ymd" | null;
  readonly reason: string;
  readonly doubt?: string;
  readonly writing?: Writing;
}

/** Weighs the dates of all rows, not only of a sample. */
export function orderOf(
  table: Table,
  index: number,
  rows: readonly number[],
  type: "date" | "dateTime",
  locale: Locale,
  registry: Registry,
): OrderFacts {
  const texts = undecidedDates(table, index, rows);
  const dates = registry[type].guess(texts, locale).dates;
  if (dates === undefined) return { reading: {}, dateOrder: null, reason: "" };
  const decided = seriesOrder(texts, dates) ?? dateOrder(dates, locale);
  const { order, assumed, reason, doubt } = decided;
  const use = order ?? assumed;
  if (use === undefined) return { reading: {}, dateOrder: "ymd", reason };
  const examples = examplesIn(table, index, rows, proofOf);
  return {
    reading: { dateOrder: use },
    dateOrder: order ?? null,
    reason,
    ...(doubt === undefined ? {} : { doubt: `${doubt}${inRow(dates, examples)}` }),
    writing: {
      about: "dateOrder",
      used: use,
      asks: doubt !== undefined,
      ways: waysOf(examples, ["dmy", "mdy", "ymd"], type, undefined, locale, registry),
      examples,
    },
  };
}

function inRow(dates: DateEvidence, examples: Writing["examples"]): string {
  const example = exampleOf(examples);
  if (example === undefined || dates.dayFirst + dates.monthFirst > 0) return "";
  return ` For example ${example.text} in row ${example.row + 1}.`;
}

/** Values that are not plainly ISO dates, from every row: they alone can prove or disprove an order. */
function undecidedDates(table: Table, index: number, rows: readonly number[]): string[] {
  const texts: string[] = [];
  let iso: string | undefined;
  for (const row of rows) {
    const cell = Rows.cell(table.raw.rows, row, index);
    if (typeof cell !== "string" || isBlank(cell)) continue;
    if (cell.length >= 10 && cell.charCodeAt(4) === 45 && cell.charCodeAt(7) === 45) iso = cell;
    else texts.push(cell);
  }
  if (iso !== undefined) texts.push(iso);
  return texts;
}

/** 31122026: eight figures with the year at the end. */
const COMPACT = /^\s*(\d{2})(\d{2})(?:19|20)\d{2}\s*$/;
const NUMERIC =
  /^\s*(?:\p{L}+\.?,?\s+)?(\d{1,2})\s*[./\-–\s]\s*(\d{1,2})\s*[./\-–\s]\s*\d{2,4}(?!\d)/u;

/** What a date in figures proves; null where day and month may be either. */
function proofOf(text: string): DateOrder | null | undefined {
  const match = NUMERIC.exec(text) ?? COMPACT.exec(text);
  if (match === null) return undefined;
  const [first, second] = [Number(match[1]), Number(match[2])];
  if (first === second || first > 31 || second > 31) return undefined;
  if (first > 12) return second > 12 ? undefined : "dmy";
  return second > 12 ? "mdy" : null;
}

interface Decided {
  readonly order?: "dmy" | "mdy";
  /** Used although nothing proves it. */
  readonly assumed?: "dmy" | "mdy";
  readonly reason: string;
  readonly doubt?: string;
}

const LEAST_OF_SERIES = 24;

/**
 * A list of months proves its order without a day beyond the 12th: one place holds the same day in every date, and the other all twelve
 * months. `undefined` when it is no such list, or the dates prove their order themselves.
 */
function seriesOrder(texts: readonly string[], dates: DateEvidence): Decided | undefined {
  const { dayFirst, monthFirst, both, same } = dates;
  if (dayFirst + monthFirst > 0 || both + same < LEAST_OF_SERIES) return undefined;
  const first = new Set<number>();
  const second = new Set<number>();
  for (const text of texts) {
    const match = NUMERIC.exec(text) ?? COMPACT.exec(text);
    if (match === null) continue;
    first.add(Number(match[1]));
    second.add(Number(match[2]));
  }
  const isDmy = first.size === 1 && second.size >= 10;
  if (!isDmy && !(second.size === 1 && first.size >= 10)) return undefined;
  const [day, months] = isDmy ? [first, second] : [second, first];
  return {
    order: isDmy ? "dmy" : "mdy",
    reason: `In all ${both + same} dates the ${isDmy ? "first" : "second"} number is ${[...day][0]!}, and the other takes ${months.size} values: that one is the month.`,
  };
}

/** The evidence of a column's dates weighed: proved, contradictory, or left to the locale and said so. */
export function dateOrder(dates: DateEvidence, locale: Locale): Decided {
  const { dayFirst, monthFirst, both, same } = dates;
  const order = localeOrder(locale);
  if (dayFirst === 0 && monthFirst === 0) {
    if (both + same === 0)
      return { reason: "All dates are written with the year first or the month as a word." };
    const reason = `Nothing proves whether day or month comes first in ${both + same} dates`;
    // Read either way, they are the same days.
    if (both === 0) return { assumed: order, reason: `${reason}, and it makes no difference.` };
    return {
      assumed: order,
      reason: `${reason}.`,
      doubt: `${count(both, "date fits", "dates fit")} both ways, none proves one.`,
    };
  }
  if (dayFirst > 0 && monthFirst > 0) {
    const majority = dayFirst >= monthFirst ? "dmy" : "mdy";
    const counts = `${count(dayFirst, "date proves", "dates prove")} day first, ${monthFirst} month first${both > 0 ? `, ${both} fit both` : ""}`;
    return {
      assumed: majority,
      reason: `${counts}.`,
      doubt: `${counts}. Those that do not fit what you choose are kept as text.`,
    };
  }
  const proved = dayFirst > 0 ? "dmy" : "mdy";
  return {
    order: proved,
    reason: `${count(dayFirst || monthFirst, "date proves", "dates prove")} ${inWords(proved)}, none ${inWords(proved === "dmy" ? "mdy" : "dmy")}${both > 0 ? `, ${both} fit both` : ""}.`,
  };
}

/** "day first". */
export function inWords(order: DateOrder): string {
  return { dmy: "day first", mdy: "month first", ymd: "year first" }[order];
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

function localeOrder(locale: Locale): "dmy" | "mdy" {
  const parts = new Intl.DateTimeFormat(locale.locale).formatToParts(0).map((part) => part.type);
  return parts.indexOf("month") < parts.indexOf("day") && parts.indexOf("year") > 0 ? "mdy" : "dmy";
}
