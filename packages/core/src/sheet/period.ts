import { DomainError } from "../error.ts";
import * as Calendar from "../field/calendar.ts";
import { utc } from "../field/zone.ts";

/** Days from the first to the last, both included, as `YYYY-MM-DD`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const UNITS = ["day", "week", "month", "quarter", "year"] as const;
type Unit = (typeof UNITS)[number];

const DAY_MS = 86_400_000;
const NAMED = /^(this|last|next) (day|week|month|quarter|year)$/;
const COUNTED = /^(last|next) (\d{1,4}) (days?|weeks?|months?|quarters?|years?)$/;

/** The periods that menus offer; every other count of days, weeks, months, quarters or years is understood as well. */
export const OFFERED_PERIODS = [
  "today",
  "yesterday",
  "tomorrow",
  "this week",
  "last week",
  "next week",
  "this month",
  "last month",
  "next month",
  "this quarter",
  "last quarter",
  "this year",
  "last year",
  "last 7 days",
  "last 30 days",
  "last 90 days",
  "next 7 days",
  "next 30 days",
  "past",
  "future",
] as const;

/**
 * The days that words such as "this week" or "last 30 days" stand for on a day. Weeks begin on Monday (ISO 8601) or, where the
 * workspace's country counts so, on Sunday. "last 7 days" ends today, "next 7 days" begins tomorrow; "last week" is the whole week before.
 * DomainError "malformed" for other words.
 */
export function periodOf(words: string, today: string, weekBegins: 0 | 1): Period {
  const at = Date.parse(today);
  switch (words) {
    case "today":
      return { from: today, to: today };
    case "yesterday":
      return one(at - DAY_MS);
    case "tomorrow":
      return one(at + DAY_MS);
    case "past":
      return { from: "0001-01-01", to: text(at - DAY_MS) };
    case "future":
      return { from: text(at + DAY_MS), to: "9999-12-31" };
    default:
  }
  const named = NAMED.exec(words);
  if (named !== null) {
    const shift = named[1] === "this" ? 0 : named[1] === "last" ? -1 : 1;
    return whole(at, named[2] as Unit, shift, weekBegins);
  }
  const counted = COUNTED.exec(words);
  if (counted !== null && Number(counted[2]) > 0) {
    const unit = (counted[3] as string).replace(/s$/, "") as Unit;
    const count = Number(counted[2]);
    return counted[1] === "last"
      ? { from: text(moved(at, unit, -count) + DAY_MS), to: today }
      : { from: text(at + DAY_MS), to: text(moved(at, unit, count)) };
  }
  throw new DomainError(
    "malformed",
    `“${words.slice(0, 40)}” is no period. Periods are ${OFFERED_PERIODS.slice(0, 5).join(", ")}, … last 30 days.`,
  );
}

function one(at: number): Period {
  return { from: text(at), to: text(at) };
}

/** The day, week, month … in which the day lies, or one before or after. */
function whole(at: number, unit: Unit, shift: number, weekBegins: 0 | 1): Period {
  if (unit === "day") return one(at + shift * DAY_MS);
  if (unit === "week") {
    const offset = (new Date(at).getUTCDay() - weekBegins + 7) % 7;
    const from = at - offset * DAY_MS + shift * 7 * DAY_MS;
    return { from: text(from), to: text(from + 6 * DAY_MS) };
  }
  const { year, month } = partsOf(at);
  const months = unit === "month" ? 1 : unit === "quarter" ? 3 : 12;
  const first = Math.floor((month - 1) / months) * months + shift * months;
  const from = utc(year, first + 1, 1);
  return { from: text(from), to: text(utc(year, first + months + 1, 1) - DAY_MS) };
}

function moved(at: number, unit: Unit, count: number): number {
  if (unit === "day") return at + count * DAY_MS;
  if (unit === "week") return at + count * 7 * DAY_MS;
  const months = count * (unit === "month" ? 1 : unit === "quarter" ? 3 : 12);
  const { year, month, day } = partsOf(at);
  const last = new Date(utc(year, month + months + 1, 1) - DAY_MS).getUTCDate();
  return utc(year, month + months, Math.min(day, last));
}

function partsOf(at: number): Calendar.Day {
  const date = new Date(at);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function text(at: number): string {
  const parts = partsOf(at);
  if (parts.year < 1) return "0001-01-01";
  return parts.year > 9999 ? "9999-12-31" : Calendar.iso(parts);
}

/** Countries in which weeks begin on Sunday (CLDR supplemental week data, those with most users). */
const SUNDAY = new Set(
  "AG AS AU BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW".split(
    " ",
  ),
);

export function weekBegins(country: string): 0 | 1 {
  return SUNDAY.has(country) ? 0 : 1;
}
