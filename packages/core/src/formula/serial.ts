import { iso } from "../field/calendar.ts";
import * as Zone from "../field/zone.ts";

/**
 * Dates as spreadsheets count them: days since 30 December 1899, the time of day as a fraction. That is Excel's 1900 system from
 * 1 March 1900 on (ECMA-376 part 1, 18.17.4.1), and LibreOffice's for every date.
 */
const DAY_MS = 86_400_000;
const ZERO = Date.UTC(1899, 11, 30);
/** 31 December 9999, the last day a date can be. */
export const LAST_SERIAL = 2_958_465;
/** 1 January of the year 1. */
const FIRST_SERIAL = -693_593;

/** Of a `YYYY-MM-DD`. */
export function ofDay(day: string): number {
  return (
    Zone.utc(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))) / DAY_MS -
    ZERO / DAY_MS
  );
}

/** Of parts that may lie outside their range: month 13 is the next January, day 0 the last of the month before. */
export function ofParts(year: number, month: number, day: number): number {
  return Math.round((Zone.utc(year, month, day) - ZERO) / DAY_MS);
}

/** Of an instant, as clocks show it in the zone. */
export function ofInstant(at: number, timeZone: string): number {
  return (at + Zone.offsetAt(timeZone, at) - ZERO) / DAY_MS;
}

export function isSerial(serial: number): boolean {
  return serial >= FIRST_SERIAL && serial < LAST_SERIAL + 1;
}

export interface Parts {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** From 0 for Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export function partsOf(serial: number): Parts {
  // Half a millisecond of a day is lost in the fraction: seconds are rounded, never cut.
  const date = new Date(ZERO + Math.round(serial * 86_400) * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** `YYYY-MM-DD`; `undefined` where a date cannot be written. */
export function toDay(serial: number): string | undefined {
  const whole = Math.floor(serial);
  return isSerial(whole) ? iso(partsOf(whole)) : undefined;
}

/** RFC 3339 in UTC to the second. */
export function toInstant(serial: number, timeZone: string): string | undefined {
  if (!isSerial(serial)) return undefined;
  const local = ZERO + Math.round(serial * 86_400) * 1000;
  return `${new Date(Zone.instantOf(timeZone, local)).toISOString().slice(0, 19)}Z`;
}

export function daysInMonth(year: number, month: number): number {
  return ofParts(year, month + 1, 1) - ofParts(year, month, 1);
}

/** The day some months later, in a shorter month its last day. */
export function addMonths(serial: number, months: number): number {
  const { year, month, day } = partsOf(Math.floor(serial));
  const target = year * 12 + (month - 1) + months;
  const [y, m] = [Math.floor(target / 12), (((target % 12) + 12) % 12) + 1];
  return ofParts(y, m, Math.min(day, daysInMonth(y, m)));
}
