import type { FieldBehaviour, Reading } from "../behaviour.ts";
import * as Calendar from "../calendar.ts";
import { compareText, define, invalid, isBlank, quoted } from "../define.ts";
import type { Locale } from "../field.ts";
import { dates } from "../intl.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";
import * as Zone from "../zone.ts";
import { countDates, LONGEST } from "./date.ts";

const HAS_TIME = /\d[T\s,]+\d{1,2}[:h]\d{2}|\d\s?[ap]\.?\s?m\b/i;
const STORED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;
const TAIL = new RegExp(
  "^(.*?\\d[.,年月日]?|.*?\\p{L}\\.?)(?:[Tt]|[\\s,]+(?:(?:um|at|à|a las|às|@)\\s+)?)" + // the date and what joins them
    "(\\d{1,2})(?:[:.h](\\d{2})(?:[:.](\\d{2})(?:[.,](\\d{1,9}))?)?)?" + // hours, minutes, seconds
    "\\s*(am|pm|[ap]\\.\\s?m\\.)?(?:\\s*(?:uhr|h))?" +
    "\\s*((?:utc|gmt)?[+-]\\d\\d:?\\d\\d|[+-]\\d\\d|z|utc|gmt)?(?:\\s*\\([^()]*\\))?$", // the zone, and its name
  "iu",
);

interface Read {
  readonly at: number;
  readonly proof: Calendar.Proof;
}

/** A date and a time of day, or a date alone, which is its midnight in the workspace's zone. */
function read(text: string, { locale, timeZone }: Locale, reading?: Reading): Read | undefined {
  if (text.length > LONGEST) return undefined;
  const order = reading?.dateOrder ?? Calendar.orderOf(locale);
  const strict = reading?.dateOrder !== undefined;
  const trimmed = text.trim();
  const whole = Calendar.read(trimmed, order, locale, strict);
  if (whole !== undefined) {
    return {
      at: Zone.instantOf(timeZone, Zone.utc(whole.year, whole.month, whole.day)),
      proof: whole.proof,
    };
  }
  const match = TAIL.exec(trimmed);
  if (match === null) return undefined;
  const [, head = "", hours = "", minutes, seconds = "0", fraction = "", half, zone] = match;
  const day = Calendar.read(head.replace(/,$/, ""), order, locale, strict);
  const hour = hourOf(Number(hours), half);
  if (day === undefined || hour === undefined || (minutes === undefined && half === undefined))
    return undefined;
  const minute = Number(minutes ?? 0);
  const second = Number(seconds);
  if (minute > 59 || second > 59) return undefined;
  const ms = Number(fraction.padEnd(3, "0").slice(0, 3));
  const local = Zone.utc(day.year, day.month, day.day, hour, minute, second, ms);
  const offset = zone === undefined ? undefined : offsetOf(zone);
  const at = offset === undefined ? Zone.instantOf(timeZone, local) : local - offset;
  return { at, proof: day.proof };
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
}

function offsetOf(zone: string): number {
  const match = /([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return minutes * 60_000 * (match[1] === "-" ? -1 : 1);
}

/** RFC 3339 in UTC; milliseconds only where there are some. `undefined` outside the years 1 to 9999. */
export function stored(at: number): string | undefined {
  if (!(at >= -62_135_596_800_000 && at < 253_402_300_800_000)) return undefined;
  return new Date(at).toISOString().replace(".000Z", "Z");
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Whether a text is a stored date-time that exists. */
export function isStored(text: string): boolean {
  if (!STORED.test(text)) return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && stored(at) === text;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** For people, in the workspace's zone. */
export function format(value: string, { locale, timeZone }: Locale): string {
  const name = `${locale} ${timeZone}`;
  let prepared = formats.get(name);
  if (prepared === undefined) {
    const style = { dateStyle: "medium", timeStyle: "short" } as const;
    try {
      prepared = dates(locale, { ...style, timeZone });
    } catch {
      prepared = dates(locale, { ...style, timeZone: "UTC" });
    }
    formats.set(name, prepared);
  }
  const at = Date.parse(value);
  return Number.isNaN(at) ? value : prepared.format(at);
}

/** The calendar day of an instant in the workspace's zone, `YYYY-MM-DD`. */
export function dayOf(value: string, timeZone: string): string {
  const at = Date.parse(value);
  if (Number.isNaN(at)) return value;
  return new Date(at + Zone.offsetAt(timeZone, at)).toISOString().slice(0, 10);
}

/** Local date and time as typed; the stored text itself where the local one would be read differently. */
export function edit(value: string, locale: Locale): string {
  const at = Date.parse(value);
  if (Number.isNaN(at)) return value;
  const local = new Date(at + Zone.offsetAt(locale.timeZone, at));
  const year = local.getUTCFullYear();
  if (year < 1 || year > 9999) return value;
  const day = { year, month: local.getUTCMonth() + 1, day: local.getUTCDate() };
  const time = `${Calendar.two(local.getUTCHours())}:${Calendar.two(local.getUTCMinutes())}`;
  const ms = local.getUTCMilliseconds();
  const seconds = local.getUTCSeconds() + ms === 0 ? "" : `:${Calendar.two(local.getUTCSeconds())}`;
  const fraction = ms === 0 ? "" : `.${String(ms).padStart(3, "0")}`;
  const text = `${Calendar.numeric(day, locale.locale)} ${time}${seconds}${fraction}`;
  return read(text, locale)?.at === at ? text : value;
}

/** By time: `…00Z` is before `…00.500Z`. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  const first = a.slice(0, 19);
  const second = b.slice(0, 19);
  if (first !== second) return first < second ? -1 : 1;
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return compareText(a, b);
}

const shared = {
  align: "end",
  operators: Operators.forTimes,
  takes: "a date and time such as 2026-12-31T14:05:00Z",
  is: (cell: unknown): cell is string => typeof cell === "string",
  format: (value: string, _field: unknown, locale: Locale) => format(value, locale),
  edit: (value: string, _field: unknown, locale: Locale) => edit(value, locale),
  compare,
  key: (value: string) => value,
  search: (value: string, _field: unknown, locale: Locale) =>
    `${dayOf(value, locale.timeZone)} ${format(value, locale)}`,
} as const;

function parser(_field: unknown, locale: Locale, reading?: Reading) {
  return (text: string) => {
    if (ISO.test(text) && isStored(text)) return text;
    if (isBlank(text)) return undefined;
    const found = read(text, locale, reading);
    return (found === undefined ? undefined : stored(found.at)) ?? invalid(text);
  };
}

function why(text: string, _field: unknown, locale: Locale): string {
  if (read(text, locale) !== undefined) return "";
  return `${quoted(text.trim())} is not a date and time. One looks like ${edit("2026-12-31T14:05:00Z", locale)}.`;
}

/** An instant, typed and shown in the workspace's time zone. */
export const dateTime: FieldBehaviour = define<string>({
  ...shared,
  type: "dateTime",
  label: "Date and time",
  icon: "calendar-clock",
  parser,
  why,
  check: isStored,
  guess(sample, locale) {
    const { texts, placeholders } = sift(sample);
    const order = Calendar.orderOf(locale.locale);
    const reading: Reading | undefined = order === "ymd" ? { dateOrder: "dmy" } : undefined;
    // Where some have a time, those without one are midnight.
    const some = texts.some((text) => HAS_TIME.test(text));
    const { fits, dates } = countDates(texts, (text) =>
      some || /\d[:.h]\d{2}|\d\s?[ap]\.?\s?m\b/i.test(text)
        ? (read(text, locale) ?? read(text, locale, reading))?.proof
        : undefined,
    );
    return { fits, of: texts.length, placeholders, dates };
  },
});

const stamp = {
  ...shared,
  editable: false,
  parser,
  why,
  check: () => false,
  fromJson: () => undefined,
} as const;

function noGuess(sample: readonly string[]) {
  const { texts, placeholders } = sift(sample);
  return { fits: 0, of: texts.length, placeholders };
}

/** When the record was created; read from its stamp. */
export const createdAt: FieldBehaviour = define<string>({
  ...stamp,
  type: "createdAt",
  label: "Created at",
  icon: "calendar-plus",
  guess: noGuess,
});

/** When the record last changed; read from its stamp. */
export const updatedAt: FieldBehaviour = define<string>({
  ...stamp,
  type: "updatedAt",
  label: "Changed at",
  icon: "history",
  guess: noGuess,
});
