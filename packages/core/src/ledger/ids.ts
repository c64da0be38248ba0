import { assert } from "../assert.ts";
import { DomainError } from "../error.ts";
import type { Platform } from "../platform.ts";

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const CHANGESET_ID = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const RECORD_ID = /^[0-9a-hjkmnp-tv-z]{16}$/;
const RECORD_EPOCH = Date.UTC(2025, 0, 1);
/** Digits of a record id that count; the ones before them are time. */
const COUNTING = 7;
const COUNT_END = 32 ** COUNTING;
/** Every value of two digits, so that counting costs one look-up for most ids. */
const PAIRS = Array.from({ length: 1024 }, (_, n) => digit(n >> 5) + digit(n & 31));

/** A changeset or attempt id: a ULID in lower case, 26 characters, ascending with time. */
export function newId(platform: Pick<Platform, "clock" | "random">): string {
  const time = toDigits(platform.clock.now(), 10);
  let random = "";
  for (let part = 0; part < 4; part += 1) {
    random += toDigits(Math.floor(platform.random.next() * 32 ** 4), 4);
  }
  return time + random;
}

export function isChangesetId(text: unknown): text is string {
  return typeof text === "string" && CHANGESET_ID.test(text);
}

/**
 * Ids for records created together: 16 characters of lower-case Crockford base 32 (9 of milliseconds since 2025, 7 that
 * start at random in their lower half and count up), ascending by one from each to the next.
 */
export function recordIds(platform: Pick<Platform, "clock" | "random">, count: number): string[] {
  assert(count <= COUNT_END / 2, "more ids at once than there is room to count");
  const time = toDigits(Math.max(0, platform.clock.now() - RECORD_EPOCH), 9);
  const start = Math.floor(platform.random.next() * (COUNT_END / 2));
  const ids: string[] = [];
  countUp(time, start, count, ids);
  return ids;
}

export function isRecordId(text: unknown): text is string {
  return typeof text === "string" && RECORD_ID.test(text);
}

/** Ids that count up, as the codec stores them: first id and how many, alternating. */
export type Runs = readonly (string | number)[];

export function toRuns(ids: readonly string[]): Runs {
  const runs: (string | number)[] = [];
  let time = "";
  let next = -1;
  let length = 0;
  for (const id of ids) {
    const counter = counterOf(id);
    if (counter === next && id.startsWith(time)) {
      length += 1;
    } else {
      if (length > 0) runs.push(length);
      runs.push(id);
      time = id.slice(0, -COUNTING);
      length = 1;
    }
    next = counter + 1;
  }
  if (length > 0) runs.push(length);
  return runs;
}

/** DomainError `code` for anything but runs of at most `limit` valid, strictly ascending ids in all. */
export function fromRuns(runs: unknown, limit: number, code: "malformed" | "corrupt"): string[] {
  const fail = (): never => {
    throw new DomainError(code, "The list of record ids is damaged.");
  };
  if (!Array.isArray(runs) || runs.length % 2 !== 0) return fail();
  const ids: string[] = [];
  for (let index = 0; index < runs.length; index += 2) {
    const first: unknown = runs[index];
    const count: unknown = runs[index + 1];
    if (!isRecordId(first) || !isCount(count) || ids.length + count > limit) return fail();
    const last = ids.at(-1);
    if (last !== undefined && last >= first) return fail();
    const start = counterOf(first);
    if (start + count > COUNT_END) return fail();
    if (count === 1) ids.push(first);
    else countUp(first.slice(0, -COUNTING), start, count, ids);
  }
  return ids;
}

function countUp(time: string, start: number, count: number, ids: string[]): void {
  let upper = -1;
  let prefix = "";
  for (let n = start; n < start + count; n += 1) {
    const above = Math.floor(n / 1024);
    if (above !== upper) {
      upper = above;
      prefix = time + toDigits(above, COUNTING - 2);
    }
    ids.push(prefix + PAIRS[n % 1024]);
  }
}

function counterOf(id: string): number {
  let counter = 0;
  for (let index = id.length - COUNTING; index < id.length; index += 1) {
    counter = counter * 32 + valueOf(id.charCodeAt(index));
  }
  return counter;
}

/** Of a character code; Crockford leaves out i, l, o and u. */
function valueOf(code: number): number {
  if (code < 58) return code - 48;
  return (
    code -
    87 -
    (code > 105 ? 1 : 0) -
    (code > 108 ? 1 : 0) -
    (code > 111 ? 1 : 0) -
    (code > 117 ? 1 : 0)
  );
}

function toDigits(value: number, length: number): string {
  let digits = "";
  for (let rest = value; digits.length < length; rest = Math.floor(rest / 32)) {
    digits = digit(rest % 32) + digits;
  }
  return digits;
}

function digit(value: number): string {
  return DIGITS.charAt(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}
