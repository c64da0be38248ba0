import type { ReadColumn } from "./table.ts";

/** As if a pair of values had been seen once, and once was expected. */
const BEFORE = 1;

/**
 * Which values of a column stand for each other in records of one thing: "VLDB" and "Very Large Data Bases", the two lists that a file was
 * put together from. Plain JSON.
 */
export interface Together {
  /** Pairs of one thing that were counted. */
  readonly pairs: number;
  /** Keys of two values, the lesser first, and how often they came together. */
  readonly seen: readonly (readonly [string, string, number])[];
}

/** What two values of a column say beyond how alike they are: whether they stand for each other. */
export interface Counterparts {
  adjust(weight: number, a: number, b: number): number;
}

/** Ready for a table. Undefined where nothing was learnt. */
export function counterparts(
  { values, counts, filled }: ReadColumn,
  learnt: Together | undefined,
): Counterparts | undefined {
  if (learnt === undefined || filled === 0) return undefined;
  const placeOf = new Map(values.map(({ key }, place) => [key, place]));
  const seen = new Map<number, number>();
  for (const [a, b, count] of learnt.seen) {
    const [x, y] = [placeOf.get(a), placeOf.get(b)];
    if (x === undefined || y === undefined) continue;
    seen.set(Math.min(x, y) * values.length + Math.max(x, y), count);
  }
  return {
    adjust(weight, a, b) {
      const of = ((counts[a] as number) / filled) * ((counts[b] as number) / filled);
      const expected = learnt.pairs * (a === b ? of : 2 * of) * Math.exp(weight);
      const count = seen.get(Math.min(a, b) * values.length + Math.max(a, b)) ?? 0;
      return weight + Math.log((count + BEFORE) / (expected + BEFORE));
    },
  };
}
