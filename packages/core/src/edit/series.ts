import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field, Locale } from "../field/field.ts";
import { fold } from "../field/fold.ts";
import { dates } from "../field/intl.ts";
import * as Serial from "../formula/serial.ts";

/**
 * What the fill handle writes: the cells of a column (or of a row) carried on. The rules are Excel's: a single number, text or amount is
 * repeated, a single date goes on day by day; two or more numbers go on along their straight line; dates go on by days, months or years, as
 * they lie apart; names of days and months and texts with a number in them count on; anything else comes round again.
 */
export interface SeriesOptions {
  /** Repeat what is there instead of counting on, or count on from a single number: what holding Ctrl does. */
  readonly other?: boolean;
  /** Fill upwards or to the left: the series goes back from its first cell. */
  readonly backwards?: boolean;
}

type Values = readonly (Cell | undefined)[];

/** `count` cells that follow `source`, nearest first. */
export function carryOn(
  source: Values,
  count: number,
  field: Field,
  locale: Locale,
  options: SeriesOptions = {},
): (Cell | undefined)[] {
  const cells = options.backwards === true ? source.toReversed() : source;
  const step = options.backwards === true ? -1 : 1;
  const next =
    options.other === true && cells.length > 1
      ? undefined
      : seriesOf(cells, field, locale, step, options.other === true);
  return Array.from({ length: count }, (_, index) =>
    next === undefined ? cells[index % cells.length] : next(index + 1),
  );
}

/** The cell so many places behind the last one; `undefined` where the cells make no series. */
type Series = (ahead: number) => Cell | undefined;

function seriesOf(
  cells: Values,
  field: Field,
  locale: Locale,
  direction: 1 | -1,
  counting: boolean,
): Series | undefined {
  if (cells.some((cell) => cell === undefined || isInvalid(cell))) return undefined;
  switch (field.type) {
    case "number":
    case "percent":
      return numbers(cells as readonly number[], direction, counting);
    case "currency":
      return amounts(cells as readonly string[], direction, counting);
    case "date":
      if (counting) return undefined;
      return days(cells as readonly string[], direction);
    case "dateTime":
      if (counting) return undefined;
      return moments(cells as readonly string[], direction);
    case "text":
      return texts(cells as readonly string[], locale, direction, counting);
    default:
      return undefined;
  }
}

/** The straight line nearest to two or more numbers, by least squares; a single number only when it shall count. */
function numbers(
  values: readonly number[],
  direction: 1 | -1,
  counting: boolean,
): Series | undefined {
  const [first = 0] = values;
  if (values.length === 1) {
    return counting ? (ahead) => clean(first + ahead * direction) : undefined;
  }
  const n = values.length;
  const meanX = (n - 1) / 2;
  const meanY = values.reduce((sum, value) => sum + value, 0) / n;
  let over = 0;
  let under = 0;
  values.forEach((value, x) => {
    over += (x - meanX) * (value - meanY);
    under += (x - meanX) ** 2;
  });
  const slope = over / under;
  return (ahead) => clean(meanY + slope * (n - 1 + ahead - meanX));
}

/** 15 digits, so that 0.1, 0.2 goes on with 0.3. */
function clean(number: number): number {
  return Number(number.toPrecision(15)) || 0;
}

function amounts(
  stored: readonly string[],
  direction: 1 | -1,
  counting: boolean,
): Series | undefined {
  const currencies = new Set(stored.map((amount) => amount.slice(amount.indexOf(" "))));
  const [currency = ""] = currencies;
  if (currencies.size > 1) return undefined;
  const next = numbers(
    stored.map((amount) => Number(amount.slice(0, amount.indexOf(" ")))),
    direction,
    counting,
  );
  return next && ((ahead) => `${Math.round(next(ahead) as number)}${currency}`);
}

function days(values: readonly string[], direction: 1 | -1): Series | undefined {
  const serials = values.map(Serial.ofDay);
  const last = serials.at(-1) as number;
  if (serials.length === 1) return (ahead) => Serial.toDay(last + ahead * direction);
  const months = evenMonths(serials);
  if (months !== undefined) {
    const [first = 0] = serials;
    const end = isMonthEnd(first) && serials.every(isMonthEnd);
    return (ahead) => {
      const at = Serial.addMonths(first, months * (serials.length - 1 + ahead));
      return Serial.toDay(end ? monthEnd(at) : at);
    };
  }
  const next = even(serials);
  return next && ((ahead) => Serial.toDay(next(ahead)));
}

/** Months between dates on the same day of their months, or on the last days of them; not for what is a step of days as well. */
function evenMonths(serials: readonly number[]): number | undefined {
  const parts = serials.map((serial) => Serial.partsOf(serial));
  const [first, second] = parts;
  if (first === undefined || second === undefined) return undefined;
  const sameDay = parts.every(({ day }) => day === first.day);
  if (!sameDay && !serials.every(isMonthEnd)) return undefined;
  const months = parts.map(({ year, month }) => year * 12 + month);
  const step = (months[1] as number) - (months[0] as number);
  if (step === 0) return undefined;
  const isEven = months.every((month, index) => month === (months[0] as number) + index * step);
  return isEven ? step : undefined;
}

function isMonthEnd(serial: number): boolean {
  return Serial.partsOf(serial + 1).day === 1;
}

function monthEnd(serial: number): number {
  const { year, month } = Serial.partsOf(serial);
  return Serial.ofParts(year, month + 1, 0);
}

/** Equal steps; undefined when the steps differ. */
function even(serials: readonly number[]): ((ahead: number) => number) | undefined {
  const [first = 0, second = 0] = serials;
  const step = second - first;
  if (!serials.every((serial, index) => serial === first + index * step)) return undefined;
  const last = serials.at(-1) as number;
  return (ahead) => last + ahead * step;
}

function moments(values: readonly string[], direction: 1 | -1): Series | undefined {
  const DAY_MS = 86_400_000;
  const times = values.map((value) => Date.parse(value));
  const last = times.at(-1) as number;
  const next =
    times.length === 1 ? (ahead: number) => last + ahead * direction * DAY_MS : even(times);
  const written = (at: number): string | undefined =>
    Serial.isSerial(Serial.ofInstant(at, "UTC"))
      ? `${new Date(at).toISOString().slice(0, 19)}Z`
      : undefined;
  return next && ((ahead) => written(next(ahead)));
}

function texts(
  values: readonly string[],
  locale: Locale,
  direction: 1 | -1,
  counting: boolean,
): Series | undefined {
  if (counting) return undefined;
  return (
    named(values, locale, direction) ?? quarters(values, direction) ?? counted(values, direction)
  );
}

/** Names of days and months in the workspace's language and in English, in full and short. */
function named(
  values: readonly string[],
  { locale }: Locale,
  direction: 1 | -1,
): Series | undefined {
  for (const list of calendarNames(locale)) {
    const folded = list.map((name) => fold(name));
    const places = values.map((value) => folded.indexOf(fold(value.trim()).replace(/\.$/, "")));
    if (places.some((place) => place < 0)) continue;
    const [first = 0, second] = places;
    const { length } = list;
    const step = second === undefined ? direction : (second - first + length) % length;
    if (
      !places.every(
        (place, index) => place === (((first + index * step) % length) + length) % length,
      )
    )
      continue;
    const last = places.at(-1) as number;
    const sample = values.at(-1) ?? "";
    return (ahead) =>
      likeCase(list[(((last + ahead * step) % length) + length) % length] as string, sample);
  }
  return undefined;
}

const calendars = new Map<string, readonly (readonly string[])[]>();

function calendarNames(locale: string): readonly (readonly string[])[] {
  let found = calendars.get(locale);
  if (found === undefined) {
    const lists: string[][] = [];
    for (const language of new Set([locale, "en-US"])) {
      for (const width of ["long", "short"] as const) {
        const month = dates(language, { month: width, timeZone: "UTC" });
        const weekday = dates(language, { weekday: width, timeZone: "UTC" });
        lists.push(
          Array.from({ length: 7 }, (_, index) => weekday.format(Date.UTC(2026, 0, 4 + index))),
          Array.from({ length: 12 }, (_, index) => month.format(Date.UTC(2026, index, 15))),
        );
      }
    }
    found = lists.map((list) => list.map((name) => name.replace(/\.$/, "")));
    calendars.set(locale, found);
  }
  return found;
}

/** "MON" goes on with "TUE", "mon" with "tue". */
function likeCase(name: string, sample: string): string {
  if (sample.length > 1 && sample === sample.toUpperCase()) return name.toUpperCase();
  return sample === sample.toLowerCase() ? name.toLowerCase() : name;
}

/** Q1 to Q4 come round, alone or before a year: "Q4 2026" goes on with "Q1 2027". */
function quarters(values: readonly string[], direction: 1 | -1): Series | undefined {
  const QUARTER = /^(Q|Quarter |Qtr ?)([1-4])(?: (\d{4}))?$/i;
  const read = values.map((value) => QUARTER.exec(value.trim()));
  const [first] = read;
  if (first === null || first === undefined || read.some((match) => match === null))
    return undefined;
  const withYear = first[3] !== undefined;
  if (!read.every((match) => (match?.[3] !== undefined) === withYear)) return undefined;
  const places = read.map((match) => Number(match?.[2]) - 1 + 4 * Number(match?.[3] ?? 0));
  const step = places.length === 1 ? direction : (places[1] as number) - (places[0] as number);
  const last = places.at(-1) as number;
  return (ahead) => {
    const place = last + ahead * step;
    const quarter = (((place % 4) + 4) % 4) + 1;
    const year = withYear ? ` ${String(Math.floor(place / 4)).padStart(4, "0")}` : "";
    return `${first[1]}${quarter}${year}`;
  };
}

const ORDINAL = /^(?:st|nd|rd|th)$/;

/** What stands behind a counted number in English: 1st, 2nd, 3rd, 11th. */
function ordinalOf(number: number): string {
  const tens = number % 100;
  if (tens >= 11 && tens <= 13) return "th";
  return ["th", "st", "nd", "rd"][number % 10] ?? "th";
}

/** "Invoice 007" goes on with "Invoice 008": the last number in the text counts, else the first. */
function counted(values: readonly string[], direction: 1 | -1): Series | undefined {
  const NUMBER = /^(.*?)(\d{1,15})(\D*)$/s;
  const read = values.map((value) => NUMBER.exec(value));
  const [first] = read;
  if (first === null || first === undefined || read.some((match) => match === null))
    return undefined;
  const [, before = "", digits = "", after = ""] = first;
  // Numbers alone are text on purpose: 007 and 00501 are codes, and codes count on as well.
  const ordinal = ORDINAL.test(after);
  const same = (rest: string | undefined) =>
    rest === after || (ordinal && ORDINAL.test(rest ?? ""));
  if (!read.every((match) => match?.[1] === before && same(match[3]))) return undefined;
  const places = read.map((match) => Number(match?.[2]));
  const step = places.length === 1 ? direction : (places[1] as number) - (places[0] as number);
  if (step === 0) return undefined;
  if (!places.every((place, index) => place === (places[0] as number) + index * step))
    return undefined;
  const last = places.at(-1) as number;
  const width = digits.startsWith("0") ? digits.length : 0;
  return (ahead) => {
    const place = last + ahead * step;
    const number = String(Math.max(0, place)).padStart(width, "0");
    return `${before}${number}${ordinal ? ordinalOf(Number(number)) : after}`;
  };
}
