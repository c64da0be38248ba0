import type { FunctionDefinition } from "../function.ts";
import * as Calendar from "../../field/calendar.ts";
import { DATE, DATE_TIME, NUMBER, type Kind } from "../kind.ts";
import * as Serial from "../serial.ts";
import {
  error,
  finite,
  isList,
  toNumber,
  toText,
  type FormulaError,
  type List,
  type Value,
} from "../value.ts";

const category = "Dates";
const NO_DATE = error("#NUM!", "This is not a date from the years 1 to 9999.");

/** A date given as a date, a number or a text such as 2026-12-31. */
function serial(value: Value, locale: string): number | FormulaError {
  if (typeof value === "string") {
    const trimmed = value.trim();
    const day = Calendar.read(trimmed, Calendar.orderOf(locale), locale, false);
    if (day !== undefined) return Serial.ofDay(Calendar.iso(day));
  }
  const number = toNumber(value);
  if (typeof number !== "number") {
    return typeof value === "string"
      ? error("#VALUE!", `“${value.slice(0, 40)}” is not a date.`)
      : number;
  }
  return Serial.isSerial(number) ? number : NO_DATE;
}

type Compute = (...args: readonly number[]) => Value;

/** A function of dates ("d") and numbers ("n", or what is taken when left out). */
function of(
  name: string,
  parameters: string,
  shape: string,
  summary: string,
  example: readonly [string, string],
  compute: Compute,
  kind: Kind = NUMBER,
): FunctionDefinition {
  const shapes = shape === "" ? [] : shape.split(" ");
  return {
    name,
    category,
    syntax: `${name}(${parameters})`,
    summary,
    example,
    least: shapes.filter((each) => each === "d" || each === "n").length,
    most: shapes.length,
    takes: "each",
    kind,
    call(args, { locale, mark }) {
      const read: number[] = [];
      for (const [index, each] of shapes.entries()) {
        const number =
          index >= args.length
            ? Number(each)
            : each === "d"
              ? serial(args[index], locale)
              : toNumber(args[index], mark);
        if (typeof number !== "number") return number;
        read.push(number);
      }
      return compute(...read);
    },
  };
}

function part(
  name: string,
  summary: string,
  example: readonly [string, string],
  pick: (parts: Serial.Parts) => number,
) {
  return of(name, "date", "d", summary, example, (at) => pick(Serial.partsOf(at as number)));
}

function dated(day: number): Value {
  return Serial.isSerial(day) ? day : NO_DATE;
}

/** By the ISO 8601 rule: the week of the year's first Thursday is week 1. */
function isoWeek(at: number): number {
  const day = Math.floor(at);
  const monday = day - ((Serial.partsOf(day).weekday + 6) % 7);
  const { year } = Serial.partsOf(monday + 3);
  const fourth = Serial.ofParts(year, 1, 4);
  const first = fourth - ((Serial.partsOf(fourth).weekday + 6) % 7);
  return Math.round((monday - first) / 7) + 1;
}

function weekOf(at: number, type: number): Value {
  if (type === 21) return isoWeek(at);
  const begins =
    type === 1 || type === 17
      ? 0
      : type === 2 || type === 11
        ? 1
        : type >= 12 && type <= 16
          ? type - 10
          : -1;
  if (begins < 0) return error("#NUM!", "WEEKNUM knows the types 1, 2, 11 to 17 and 21.");
  const first = Serial.ofParts(Serial.partsOf(at).year, 1, 1);
  const offset = (Serial.partsOf(first).weekday - begins + 7) % 7;
  return Math.floor((Math.floor(at) - first + offset) / 7) + 1;
}

/** Whole years, months or days between two dates, as Excel's DATEDIF counts them. */
function datedif(from: number, to: number, unit: string): Value {
  const [start, end] = [Math.floor(from), Math.floor(to)];
  if (start > end) return error("#NUM!", "DATEDIF needs the earlier date first.");
  const [a, b] = [Serial.partsOf(start), Serial.partsOf(end)];
  const months = (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day ? 1 : 0);
  switch (unit.toUpperCase()) {
    case "D":
      return end - start;
    case "M":
      return months;
    case "Y":
      return Math.floor(months / 12);
    case "YM":
      return months % 12;
    case "MD":
      return b.day >= a.day ? b.day - a.day : end - Serial.ofParts(b.year, b.month - 1, a.day);
    case "YD": {
      const same = Serial.ofParts(
        b.year - (months % 12 === 0 && months === (b.year - a.year) * 12 ? 0 : 0),
        a.month,
        a.day,
      );
      return same <= end ? end - same : end - Serial.ofParts(b.year - 1, a.month, a.day);
    }
    default:
      return error("#NUM!", 'DATEDIF counts in "Y", "M", "D", "YM", "MD" or "YD".');
  }
}

function holidays(value: Value, locale: string): ReadonlySet<number> | FormulaError {
  const days = new Set<number>();
  for (const item of isList(value) ? (value as List) : value === undefined ? [] : [value]) {
    if (item === undefined) continue;
    const day = serial(item, locale);
    if (typeof day !== "number") return day;
    days.add(Math.floor(day));
  }
  return days;
}

function isWorkday(day: number, free: ReadonlySet<number>): boolean {
  const { weekday } = Serial.partsOf(day);
  return weekday !== 0 && weekday !== 6 && !free.has(day);
}

/** Working days from one date to another, both included; whole weeks are counted at once. */
function networkdays(from: number, to: number, free: ReadonlySet<number>): number {
  const [first, last] = from <= to ? [from, to] : [to, from];
  const weeks = Math.floor((last - first + 1) / 7);
  let count = weeks * 5;
  for (let day = first + weeks * 7; day <= last; day += 1)
    count += isWorkday(day, new Set()) ? 1 : 0;
  for (const day of free) {
    if (day >= first && day <= last && isWorkday(day, new Set())) count -= 1;
  }
  return from <= to ? count : -count;
}

function workday(from: number, days: number, free: ReadonlySet<number>): Value {
  const step = days < 0 ? -1 : 1;
  let left = Math.abs(Math.trunc(days));
  let day = Math.floor(from);
  // Whole weeks at once as long as no holiday can be among them.
  if (free.size === 0 && left > 10) {
    const weeks = Math.floor(left / 5) - 1;
    if (isWorkday(day, free)) {
      day += step * weeks * 7;
      left -= weeks * 5;
    }
  }
  if (left > 100_000) return error("#NUM!", "WORKDAY counts at most 100,000 days beside holidays.");
  while (left > 0) {
    day += step;
    if (isWorkday(day, free)) left -= 1;
  }
  return dated(day);
}

/** Share of a year between two dates, by the conventions of bonds (as in Excel: 0 US 30/360, 1 actual, 2 /360, 3 /365, 4 EU 30/360). */
function yearfrac(a: number, b: number, basis: number): Value {
  const [start, end] = a <= b ? [Math.floor(a), Math.floor(b)] : [Math.floor(b), Math.floor(a)];
  const [from, to] = [Serial.partsOf(start), Serial.partsOf(end)];
  const days = end - start;
  switch (Math.trunc(basis)) {
    case 0:
    case 4: {
      let [d1, d2] = [from.day, to.day];
      if (basis === 4) {
        d1 = Math.min(d1, 30);
        d2 = Math.min(d2, 30);
      } else {
        const last = (p: Serial.Parts) => p.month === 2 && p.day === Serial.daysInMonth(p.year, 2);
        if (last(from) && last(to)) d2 = 30;
        if (last(from)) d1 = 30;
        if (d2 === 31 && d1 >= 30) d2 = 30;
        if (d1 === 31) d1 = 30;
      }
      return ((to.year - from.year) * 360 + (to.month - from.month) * 30 + d2 - d1) / 360;
    }
    case 1: {
      const years = to.year - from.year + 1;
      const sameYear = Serial.addMonths(start, 12) >= end;
      if (sameYear) {
        const leap = [from.year, to.year].some((year) => {
          const day = Serial.daysInMonth(year, 2) === 29 ? Serial.ofParts(year, 2, 29) : undefined;
          return day !== undefined && day >= start && day <= end;
        });
        const inLeapYear = from.year === to.year && Serial.daysInMonth(from.year, 2) === 29;
        return days / (leap || inLeapYear ? 366 : 365);
      }
      const span = Serial.ofParts(to.year + 1, 1, 1) - Serial.ofParts(from.year, 1, 1);
      return days / (span / years);
    }
    case 2:
      return days / 360;
    case 3:
      return days / 365;
    default:
      return error("#NUM!", "YEARFRAC knows the bases 0 to 4.");
  }
}

export const dates: readonly FunctionDefinition[] = [
  {
    name: "TODAY",
    category,
    syntax: "TODAY()",
    summary: "Today, in the workspace's time zone.",
    example: ["TODAY() - TODAY()", "0"],
    least: 0,
    most: 0,
    takes: "whole",
    volatile: true,
    kind: DATE,
    call: (_args, environment) => Math.floor(environment.now()),
  },
  {
    name: "NOW",
    category,
    syntax: "NOW()",
    summary: "This moment.",
    example: ["INT(NOW()) - TODAY()", "0"],
    least: 0,
    most: 0,
    takes: "whole",
    volatile: true,
    kind: DATE_TIME,
    call: (_args, environment) => environment.now(),
  },
  of(
    "DATE",
    "year, month, day",
    "n n n",
    "The date of a year, a month and a day; month 13 is the next January.",
    ['TEXT(DATE(2026, 12, 31), "yyyy-mm-dd")', "2026-12-31"],
    (year, month, day) => {
      const whole = Math.trunc(year as number);
      return dated(
        Serial.ofParts(
          whole < 1900 && whole >= 0 ? whole + 1900 : whole,
          Math.trunc(month as number),
          Math.trunc(day as number),
        ),
      );
    },
    DATE,
  ),
  {
    name: "DATEVALUE",
    category,
    syntax: "DATEVALUE(text)",
    summary: "The date a text stands for.",
    example: ['TEXT(DATEVALUE("2026-12-31"), "d mmm yyyy")', "31 Dec 2026"],
    least: 1,
    most: 1,
    takes: "each",
    kind: DATE,
    call([value], { locale, mark }) {
      const text = toText(value, mark);
      if (typeof text !== "string") return text;
      const day = serial(text, locale);
      return typeof day === "number" ? Math.floor(day) : day;
    },
  },
  of(
    "TIME",
    "hour, minute, second",
    "n n n",
    "A time of day as part of a day.",
    ["TIME(12, 0, 0)", "0.5"],
    (hour, minute, second) => {
      const seconds =
        Math.trunc(hour as number) * 3600 +
        Math.trunc(minute as number) * 60 +
        Math.trunc(second as number);
      return seconds < 0
        ? error("#NUM!", "A time of day cannot be negative.")
        : (seconds % 86_400) / 86_400;
    },
  ),
  part("YEAR", "The year of a date.", ["YEAR(DATE(2026, 12, 31))", "2026"], ({ year }) => year),
  part(
    "MONTH",
    "The month of a date, from 1.",
    ["MONTH(DATE(2026, 12, 31))", "12"],
    ({ month }) => month,
  ),
  part("DAY", "The day of the month.", ["DAY(DATE(2026, 12, 31))", "31"], ({ day }) => day),
  part("HOUR", "The hour of a time.", ["HOUR(TIME(9, 30, 0))", "9"], ({ hour }) => hour),
  part("MINUTE", "The minute of a time.", ["MINUTE(TIME(9, 30, 0))", "30"], ({ minute }) => minute),
  part(
    "SECOND",
    "The second of a time.",
    ["SECOND(TIME(9, 30, 15))", "15"],
    ({ second }) => second,
  ),
  part(
    "QUARTER",
    "The quarter of the year, from 1 to 4.",
    ["QUARTER(DATE(2026, 5, 1))", "2"],
    ({ month }) => Math.ceil(month / 3),
  ),
  of(
    "WEEKDAY",
    "date, [type]",
    "d 1",
    "The day of the week: 1 for Sunday; with type 2, 1 for Monday; with type 3, 0 for Monday.",
    ["WEEKDAY(DATE(2026, 12, 31), 2)", "4"],
    (at, type) => {
      const { weekday } = Serial.partsOf(at as number);
      const kind = Math.trunc(type as number);
      if (kind === 1) return weekday + 1;
      if (kind === 2) return ((weekday + 6) % 7) + 1;
      if (kind === 3) return (weekday + 6) % 7;
      if (kind >= 11 && kind <= 17) return ((weekday - (kind - 10) + 7) % 7) + 1;
      return error("#NUM!", "WEEKDAY knows the types 1, 2, 3 and 11 to 17.");
    },
  ),
  of(
    "WEEKNUM",
    "date, [type]",
    "d 1",
    "The week of the year; type 21 counts as ISO 8601 does.",
    ["WEEKNUM(DATE(2026, 1, 8))", "2"],
    (at, type) => weekOf(at as number, Math.trunc(type as number)),
  ),
  of(
    "ISOWEEKNUM",
    "date",
    "d",
    "The week of the year by ISO 8601.",
    ["ISOWEEKNUM(DATE(2027, 1, 1))", "53"],
    (at) => isoWeek(at as number),
  ),
  of(
    "EDATE",
    "date, months",
    "d n",
    "So many months later, or earlier.",
    ['TEXT(EDATE(DATE(2026, 1, 31), 1), "yyyy-mm-dd")', "2026-02-28"],
    (at, months) => dated(Serial.addMonths(at as number, Math.trunc(months as number))),
    DATE,
  ),
  of(
    "EOMONTH",
    "date, months",
    "d n",
    "The last day of the month so many months later.",
    ['TEXT(EOMONTH(DATE(2026, 1, 15), 1), "yyyy-mm-dd")', "2026-02-28"],
    (at, months) => {
      const { year, month } = Serial.partsOf(at as number);
      return dated(Serial.ofParts(year, month + Math.trunc(months as number) + 1, 0));
    },
    DATE,
  ),
  of(
    "DAYS",
    "end, start",
    "d d",
    "The days between two dates.",
    ["DAYS(DATE(2026, 2, 1), DATE(2026, 1, 1))", "31"],
    (end, start) => Math.floor(end as number) - Math.floor(start as number),
  ),
  {
    name: "DATEDIF",
    category,
    syntax: "DATEDIF(start, end, unit)",
    summary:
      'Whole years "Y", months "M" or days "D" between two dates; "YM" and "MD" what is left over.',
    example: ['DATEDIF(DATE(2020, 5, 1), DATE(2026, 4, 30), "Y")', "5"],
    least: 3,
    most: 3,
    takes: "each",
    kind: NUMBER,
    call([start, end, unit], { locale, mark }) {
      const from = serial(start, locale);
      if (typeof from !== "number") return from;
      const to = serial(end, locale);
      if (typeof to !== "number") return to;
      const text = toText(unit, mark);
      return typeof text === "string" ? datedif(from, to, text) : text;
    },
  },
  {
    name: "NETWORKDAYS",
    category,
    syntax: "NETWORKDAYS(start, end, [holidays])",
    summary:
      "The working days from one date to another, both included, without weekends and holidays.",
    example: ["NETWORKDAYS(DATE(2026, 12, 28), DATE(2027, 1, 3))", "5"],
    least: 2,
    most: 3,
    takes: "whole",
    kind: NUMBER,
    call([start, end, free], { locale }) {
      const from = serial(start, locale);
      if (typeof from !== "number") return from;
      const to = serial(end, locale);
      if (typeof to !== "number") return to;
      const days = holidays(free, locale);
      return "error" in days ? days : networkdays(Math.floor(from), Math.floor(to), days);
    },
  },
  {
    name: "WORKDAY",
    category,
    syntax: "WORKDAY(start, days, [holidays])",
    summary: "The date so many working days later.",
    example: ['TEXT(WORKDAY(DATE(2026, 12, 31), 1), "yyyy-mm-dd")', "2027-01-01"],
    least: 2,
    most: 3,
    takes: "whole",
    kind: DATE,
    call([start, count, free], { locale, mark }) {
      const from = serial(start, locale);
      if (typeof from !== "number") return from;
      const number = toNumber(count, mark);
      if (typeof number !== "number") return number;
      const days = holidays(free, locale);
      return "error" in days ? days : workday(from, number, days);
    },
  },
  of(
    "YEARFRAC",
    "start, end, [basis]",
    "d d 0",
    "The share of a year between two dates.",
    ["YEARFRAC(DATE(2026, 1, 1), DATE(2026, 7, 1))", "0.5"],
    (a, b, basis) => {
      const share = yearfrac(a as number, b as number, basis as number);
      return typeof share === "number" ? finite(share) : share;
    },
  ),
];
