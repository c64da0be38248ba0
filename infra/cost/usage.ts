import { priceOf, type PriceName } from "./price.ts";

/** How much was used of what, by the names and in the units of prices.json: requests, GB, GB-seconds, units. */
export type Usage = Readonly<Partial<Record<PriceName, number>>>;

export function plus(one: Usage, other: Usage): Usage {
  return combined(one, other, (a, b) => a + b);
}

export function minus(one: Usage, other: Usage): Usage {
  return combined(one, other, (a, b) => a - b);
}

export function times(usage: Usage, factor: number): Usage {
  return Object.fromEntries(Object.entries(usage).map(([name, count]) => [name, count * factor]));
}

/** US dollars of all of it. */
export function priceOfAll(usage: Usage): number {
  return Object.entries(usage).reduce(
    (sum, [name, count]) => sum + priceOf(name as PriceName, count),
    0,
  );
}

function combined(one: Usage, other: Usage, by: (a: number, b: number) => number): Usage {
  const sum: Record<string, number> = {};
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)]) as Set<PriceName>)
    sum[name] = by(one[name] ?? 0, other[name] ?? 0);
  return sum;
}
