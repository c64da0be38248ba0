/** Time zones on nothing but Intl: the offset of an instant, and the instant of a local time. */
const DAY = 86_400_000;

interface Zone {
  readonly format: Intl.DateTimeFormat | undefined;
  /** Offset by UTC day; `null` on days on which it changes. */
  readonly days: Map<number, number | null>;
}

const zones = new Map<string, Zone>();

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    zone = { format: timeZone === "UTC" ? undefined : formatOf(timeZone), days: new Map() };
    zones.set(timeZone, zone);
  }
  return zone;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return undefined; // an unknown zone reads and writes UTC
  }
}

/** Milliseconds since the epoch of a UTC date and time; also before the year 100. */
export function utc(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  ms = 0,
): number {
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, ms));
  if (year !== 2000) {
    date.setTime(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute, second, ms);
  }
  return date.getTime();
}

function measured(format: Intl.DateTimeFormat, at: number): number {
  const field: { [type: string]: string } = {};
  for (const { type, value } of format.formatToParts(at)) field[type] = value;
  const number = (type: string) => Number(field[type]);
  const year = field["era"] === "BC" ? 1 - number("year") : number("year");
  const local = utc(
    year,
    number("month"),
    number("day"),
    number("hour"),
    number("minute"),
    number("second"),
  );
  return local - Math.floor(at / 1000) * 1000;
}

/** Milliseconds to add to UTC to get local time at an instant. */
export function offsetAt(timeZone: string, at: number): number {
  const { format, days } = zoneOf(timeZone);
  if (format === undefined) return 0;
  const day = Math.floor(at / DAY);
  let offset = days.get(day);
  if (offset === undefined) {
    const before = measured(format, day * DAY);
    offset = before === measured(format, (day + 1) * DAY) ? before : null;
    days.set(day, offset);
  }
  return offset ?? measured(format, at);
}

/**
 * The instant of a local time, given as if it were UTC. A time that comes twice is the earlier one; a time that the clocks
 * skip is moved forward by what they skip.
 */
export function instantOf(timeZone: string, local: number): number {
  const before = offsetAt(timeZone, local - DAY);
  const after = offsetAt(timeZone, local + DAY);
  if (before === after && offsetAt(timeZone, local - before) === before) return local - before;
  const candidates = [before, after]
    .map((offset) => ({ at: local - offset, offset }))
    .filter(({ at, offset }) => offsetAt(timeZone, at) === offset)
    .map(({ at }) => at);
  return candidates.length === 0 ? local - before : Math.min(...candidates);
}
