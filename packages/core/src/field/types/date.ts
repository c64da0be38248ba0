import type { DateEvidence, DateOrder, FieldBehaviour } from "../behaviour.ts";
import * as Calendar from "../calendar.ts";
import { compareText, define, invalid, isBlank, quoted } from "../define.ts";
import { dates } from "../intl.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";

/** Midnight written behind a date by programs that know no plain dates. */
const MIDNIGHT =
  /(?:[T\s,]+(?:0?0:00(?::00(?:[.,]0+)?)?(?:\s*(?:Z|UTC|[+-]00:?00))?|12:00(?::00)?\s?am))$/i;

/** No date that people write is longer. */
export const LONGEST = 100;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string): Intl.DateTimeFormat {
  let format = formats.get(locale);
  if (format === undefined) {
    format = dates(locale, { dateStyle: "medium", timeZone: "UTC" });
    formats.set(locale, format);
  }
  return format;
}

function shown(value: string, locale: string): string {
  const at = Date.parse(value);
  return Number.isNaN(at) ? value : formatOf(locale).format(at);
}

function partsOf(value: string): Calendar.Day {
  return {
    year: Number(value.slice(0, 4)),
    month: Number(value.slice(5, 7)),
    day: Number(value.slice(8, 10)),
  };
}

/** Reads a date, also with midnight behind it. */
function read(text: string, order: DateOrder, locale: string, strict: boolean) {
  if (text.length > LONGEST) return undefined;
  return Calendar.read(text.trim().replace(MIDNIGHT, ""), order, locale, strict);
}

const SERIAL = /^\s*[1-9]\d{4}\s*$/;

/** Excel counts 1 January 1900 as 1, and a 29 February 1900 that never was: from March 1900 on it is a day ahead. */
function ofSerial(text: string): Calendar.Day {
  const day = new Date((Number(text) - 25_569) * 86_400_000);
  return { year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate() };
}

/** `YYYY-MM-DD`. */
export const date: FieldBehaviour = define<string>({
  type: "date",
  label: "Date",
  icon: "calendar",
  align: "end",
  operators: Operators.forTimes,
  takes: "a date such as 2026-12-31",
  is: (cell) => typeof cell === "string",
  parser(_field, { locale }, reading) {
    const order = reading?.dateOrder ?? Calendar.orderOf(locale);
    const strict = reading?.dateOrder !== undefined;
    return (text) => {
      if (Calendar.isIsoDay(text)) return text;
      if (isBlank(text)) return undefined;
      if (reading?.serials === true && SERIAL.test(text)) return Calendar.iso(ofSerial(text));
      const day = read(text, order, locale, strict);
      return day === undefined ? invalid(text) : Calendar.iso(day);
    };
  },
  why(text, _field, { locale }) {
    const order = Calendar.orderOf(locale);
    if (read(text, order, locale, false) !== undefined) return "";
    const example = Calendar.numeric({ year: 2026, month: 12, day: 31 }, locale);
    return `${quoted(text.trim())} is not a date. A date looks like ${example === "2026-12-31" ? example : `${example} or 2026-12-31`}.`;
  },
  format: (value, _field, { locale }) => shown(value, locale),
  edit: (value, _field, { locale }) => Calendar.numeric(partsOf(value), locale),
  compare: compareText,
  check: Calendar.isIsoDay,
  key: (value) => value,
  search: (value, _field, { locale }) => `${value} ${shown(value, locale)}`,
  guess(sample, { locale }) {
    const { texts, placeholders } = sift(sample);
    const { fits, dates } = countDates(texts, (text) => proofOf(text, locale));
    return { fits, of: texts.length, placeholders, dates };
  },
});

/** What a text proves about the order of its date, whatever the locale's own is. */
export function proofOf(text: string, locale: string): Calendar.Proof | undefined {
  const order = Calendar.orderOf(locale);
  return read(text, order === "ymd" ? "dmy" : order, locale, false)?.proof;
}

export function countDates(
  texts: readonly string[],
  proof: (text: string) => Calendar.Proof | undefined,
): { fits: number; dates: DateEvidence } {
  const dates = { iso: 0, named: 0, dayFirst: 0, monthFirst: 0, both: 0, same: 0 };
  let fits = 0;
  for (const text of texts) {
    const found = proof(text);
    if (found === undefined) continue;
    dates[found] += 1;
    fits += 1;
  }
  return { fits, dates };
}
