import type { Pairs } from "./scan.ts";

/** Pairs that are almost as likely as the best one of a record are no worse. */
const CLOSE = 0.7;
/** From these odds on (99 in 100) a pair counts when it is asked how things are doubled. */
const SURE = Math.log(99);
const MOST = 6;

/**
 * Whether things occur twice at most, as when two lists were put together: then a record that has found its double needs better reasons for
 * another one. Answers what a second double costs, as a logarithm of odds: how much rarer groups of three and more are among what is
 * beyond doubt than groups of two; 0 where they are common or too few to tell.
 */
export function costOfSecond(pairs: Pairs, odds: Float64Array, rows: Rows): number {
  const partners = Int32Array.from(rows, (own) => own.length - 1);
  for (let n = 0; n < pairs.count; n += 1) {
    if ((odds[n] as number) < SURE) continue;
    const [a, b] = [pairs.a[n] as number, pairs.b[n] as number];
    partners[a] = (partners[a] as number) + 1;
    partners[b] = (partners[b] as number) + 1;
  }
  let once = 0;
  let more = 0;
  for (const count of partners) {
    if (count === 1) once += 1;
    else if (count > 1) more += 1;
  }
  return once < 40 ? 0 : Math.max(0, Math.min(MOST, Math.log((once + 1) / (more + 1))));
}

/** The rows of each record. */
type Rows = readonly (readonly number[])[];

/** So many more than two count at most. */
const MOST_EXTRA = 3;

/** How many rows more than two a record of so many rows makes one thing have. */
export function extraOf(rows: number): number {
  return Math.max(0, Math.min(MOST_EXTRA, rows - 2));
}

/** For each pair how many rows more than two it would make one thing have: equal rows, and a better double that one of its records has. */
export function extra(pairs: Pairs, odds: Float64Array, rows: Rows): Uint8Array {
  const best = new Float64Array(rows.length).fill(-Infinity);
  for (let n = 0; n < pairs.count; n += 1) {
    const [a, b, one] = [pairs.a[n] as number, pairs.b[n] as number, odds[n] as number];
    if (one > (best[a] as number)) best[a] = one;
    if (one > (best[b] as number)) best[b] = one;
  }
  return Uint8Array.from(odds, (one, n) => {
    const [a, b] = [pairs.a[n] as number, pairs.b[n] as number];
    const isOutdone = one < Math.max(best[a] as number, best[b] as number) - CLOSE;
    const more = extraOf((rows[a]?.length ?? 1) + (rows[b]?.length ?? 1));
    return Math.max(isOutdone ? 1 : 0, more);
  });
}
