import type { DateOrder } from "./behaviour.ts";
import { fold } from "./fold.ts";
import { dates } from "./intl.ts";

/**
 * Calendar dates as people write them. Where only one reading is possible ("31/12/2026") it is taken, whatever the locale;
 * where two are possible ("03/04/2026") the expected order decides.
 *
 * Two-digit years: 00 to 49 are 2000 to 2049, 50 to 99 are 1950 to 1999, as in Excel on Windows.
 */
const PIVOT = 50;

export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** What the text itself proves about its order. */
export type Proof = "iso" | "named" | "dayFirst" | "monthFirst" | "both" | "same";

export interface ReadDay extends Day {
  readonly proof: Proof;
}

const orders = new Map<string, { order: DateOrder; separator: string }>();

function layoutOf(locale: string): { order: DateOrder; separator: string } {
  let layout = orders.get(locale);
  if (layout === undefined) {
    const parts = dates(locale, {
      numberingSystem: "latn",
      year: "numeric",
      month: "numeric",
      day: "numeric",
    }).formatToParts(0);
    const first = parts.find((part) => part.type !== "literal")?.type;
    const order = first === "year" ? "ymd" : first === "month" ? "mdy" : "dmy";
    const literal =
      parts.find((part, index) => part.type === "literal" && index > 0)?.value.trim() ?? "";
    layout = { order, separator: /^[./-]/.test(literal) ? literal.slice(0, 1) : "/" };
    orders.set(locale, layout);
  }
  return layout;
}

export function orderOf(locale: string): DateOrder {
  return layoutOf(locale).order;
}

const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  if (day > (LENGTHS[month - 1] ?? 0)) return false;
  if (month !== 2 || day < 29) return true;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** `YYYY-MM-DD`. */
export function iso({ year, month, day }: Day): string {
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

export function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** Whether a text is a `YYYY-MM-DD` that exists. */
export function isIsoDay(text: string): boolean {
  if (text.length !== 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  const year = digits(text, 0, 4);
  return isDay(year, digits(text, 5, 7), digits(text, 8, 10));
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** In the locale's order with a four-digit year: `read` gets the same day back. */
export function numeric(day: Day, locale: string): string {
  const { order, separator } = layoutOf(locale);
  if (order === "ymd") return iso(day);
  const year = String(day.year).padStart(4, "0");
  return order === "mdy"
    ? [day.month, day.day, year].join(separator)
    : [two(day.day), two(day.month), year].join(separator);
}

const NUMERIC = /^(\d{1,4})\s*([./\-–\s])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
/** No text is both: a year of ours at the end is no day of a year of ours at the beginning. */
const COMPACT_YEAR_LAST = /^(\d{2})(\d{2})((?:19|20)\d{2})$/;

/** Whether eight figures say a day with the year at the end, 31122026 or 12312026. */
export function endsWithYear(text: string): boolean {
  return COMPACT_YEAR_LAST.test(text.trim());
}

/** Reads a calendar date; with `strict` in the expected order only (year first and month names are never in doubt). */
export function read(
  text: string,
  order: DateOrder,
  locale: string,
  strict = false,
): ReadDay | undefined {
  const match = NUMERIC.exec(text) ?? NUMERIC.exec(withoutWeekday(text));
  if (match !== null)
    return readNumeric(match[1] ?? "", match[3] ?? "", match[4] ?? "", order, strict);
  const compact = COMPACT.exec(text);
  if (compact !== null) {
    const [year, month, day] = [Number(compact[1]), Number(compact[2]), Number(compact[3])];
    const found = year >= 1900 && year < 2100 ? dayOf(year, month, day, "iso") : undefined;
    if (found !== undefined) return found;
    const last = COMPACT_YEAR_LAST.exec(text);
    return last === null
      ? undefined
      : readNumeric(last[1] ?? "", last[2] ?? "", last[3] ?? "", order, strict);
  }
  return /\p{L}{3}|月/u.test(text) ? readNamed(text, locale) : undefined;
}

const WEEKDAY = /^(\p{L}+)\.?,?\s+(?=\d)/u;

/** "Mo, 05.01.2024" without the day of the week. */
function withoutWeekday(text: string): string {
  const before = WEEKDAY.exec(text);
  if (before === null || !WEEKDAYS.has(fold(before[1] ?? ""))) return "";
  return text.slice(before[0].length);
}

function dayOf(year: number, month: number, day: number, proof: Proof): ReadDay | undefined {
  return isDay(year, month, day) ? { year, month, day, proof } : undefined;
}

function yearOf(text: string): number | undefined {
  if (text.length === 4) return Number(text);
  if (text.length !== 2) return undefined;
  return Number(text) + (Number(text) < PIVOT ? 2000 : 1900);
}

function readNumeric(
  first: string,
  second: string,
  third: string,
  order: DateOrder,
  strict: boolean,
): ReadDay | undefined {
  if (first.length === 4)
    return third.length <= 2
      ? dayOf(Number(first), Number(second), Number(third), "iso")
      : undefined;
  if (first.length === 3) return undefined;
  const a = Number(first);
  const b = Number(second);
  const year = yearOf(third);
  const yearFirst = third.length <= 2 ? yearOf(first) : undefined;
  if (order === "ymd" && yearFirst !== undefined && isDay(yearFirst, b, Number(third))) {
    return dayOf(yearFirst, b, Number(third), "iso");
  }
  const dayFirst = year !== undefined && isDay(year, b, a);
  const monthFirst = year !== undefined && isDay(year, a, b);
  if (dayFirst && monthFirst) {
    if (a === b) return dayOf(year, a, b, "same");
    if (order === "dmy") return dayOf(year, b, a, "both");
    return order === "mdy" ? dayOf(year, a, b, "both") : undefined;
  }
  if (dayFirst && !(strict && order !== "dmy")) return dayOf(year, b, a, "dayFirst");
  if (monthFirst && !(strict && order !== "mdy")) return dayOf(year, a, b, "monthFirst");
  if (!dayFirst && !monthFirst && !strict && yearFirst !== undefined) {
    return dayOf(yearFirst, b, Number(third), "iso");
  }
  return undefined;
}

const MONTHS: readonly string[] = [
  "january jan janeiro janvier janv januar janner jaenner enero ene gennaio genn gen januari",
  "february feb fevereiro fev fevrier fevr februar feber febrero febbraio febbr februari",
  "march mar marco mars marz maerz mrz marzo maart mrt",
  "april apr abril abr avril avr aprile",
  "may mai maio mayo maggio magg mag mei",
  "june jun junho juin juni junio giugno giu",
  "july jul julho juillet juil juli julio luglio lug lugl",
  "august aug agosto ago aout augustus",
  "september sept sep setembro set septembre septiembre setiembre settembre sett",
  "october oct outubro out octobre oktober okt octubre ottobre ott",
  "november nov novembro novembre noviembre",
  "december dec dezembro dez decembre dezember diciembre dic dicembre",
];
const SMALL = new Set("de of the le la el den der dem am du do em on del a".split(" "));
const WEEKDAYS = new Set(
  (
    "monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sunday sun " +
    "montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sonnabend sa sonntag so " +
    "lundi lun mardi mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim " +
    "lunes martes miercoles mie jueves jue viernes vie sabado sab domingo dom " +
    "segunda seg terca ter quarta qua quinta qui sexta sex segunda-feira terca-feira quarta-feira quinta-feira sexta-feira " +
    "lunedi martedi mercoledi giovedi venerdi sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
  ).split(" "),
);

const common = new Map<string, number>();
MONTHS.forEach((names, index) => {
  for (const name of names.split(" ")) common.set(name, index + 1);
});
const monthsByLocale = new Map<string, ReadonlyMap<string, number>>();

/** Month names of English, German, French, Spanish, Portuguese, Italian, Dutch and the locale's own language, folded. */
function monthsOf(locale: string): ReadonlyMap<string, number> {
  let months = monthsByLocale.get(locale);
  if (months === undefined) {
    const own = new Map(common);
    for (const style of ["long", "short"] as const) {
      for (const shape of [{ month: style }, { month: style, day: "numeric" }] as const) {
        const format = dates(locale, {
          numberingSystem: "latn",
          ...shape,
          timeZone: "UTC",
        });
        for (let month = 1; month <= 12; month += 1) {
          const part = format
            .formatToParts(Date.UTC(2026, month - 1, 15))
            .find(({ type }) => type === "month");
          const name = fold(part?.value ?? "").replaceAll(".", "");
          if (/^\p{L}+$/u.test(name)) own.set(name, month);
        }
      }
    }
    months = own;
    monthsByLocale.set(locale, months);
  }
  return months;
}

function readNamed(text: string, locale: string): ReadDay | undefined {
  const eastern = /^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日$/.exec(text);
  if (eastern !== null)
    return dayOf(Number(eastern[1]), Number(eastern[2]), Number(eastern[3]), "named");
  const months = monthsOf(locale);
  let words = fold(text)
    .split(/[\s,./\-–]+/)
    .filter((word) => word !== "" && !SMALL.has(word));
  if (words.length > 3 && WEEKDAYS.has(words[0] ?? "")) words = words.slice(1);
  if (words.length > 3 && words.at(-1) === "feira") return undefined;
  if (words.length !== 3) return undefined;
  const at = words.findIndex((word) => months.has(word));
  if (at < 0) return undefined;
  const month = months.get(words[at] ?? "") ?? 0;
  const [first = "", second = ""] = words.filter((_, index) => index !== at);
  if (/^\d{4}$/.test(first)) return named(first, month, second);
  return named(second, month, first);
}

function named(yearText: string, month: number, dayText: string): ReadDay | undefined {
  const day = /^(\d{1,2})(?:st|nd|rd|th|er|re|o|a)?$/.exec(dayText);
  const year = yearOf(yearText.replace(/^['’]/, ""));
  if (day === null || year === undefined || !/^['’]?\d+$/.test(yearText)) return undefined;
  return dayOf(year, month, Number(day[1]), "named");
}
