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
export function costOfSecond(pairs: Pairs, odds: Float64Array, size: number): number {
  const partners = new Int32Array(size);
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

/** Marks pairs of which one record has a better double. */
export function outdone(pairs: Pairs, odds: Float64Array, size: number): Uint8Array {
  const best = new Float64Array(size).fill(-Infinity);
  for (let n = 0; n < pairs.count; n += 1) {
    const [a, b, one] = [pairs.a[n] as number, pairs.b[n] as number, odds[n] as number];
    if (one > (best[a] as number)) best[a] = one;
    if (one > (best[b] as number)) best[b] = one;
  }
  return Uint8Array.from(odds, (one, n) =>
    one <
    Math.max(best[pairs.a[n] as number] as number, best[pairs.b[n] as number] as number) - CLOSE
      ? 1
      : 0,
  );
}
