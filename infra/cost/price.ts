import prices from "./prices.json";

export type PriceName = keyof typeof prices.prices;

/** US dollars for so many of a thing, by `prices.json`: list prices of us-east-1, without free tier, discounts or tax. */
export function priceOf(name: PriceName, count: number): number {
  const { usd, per } = prices.prices[name];
  return (count * usd) / per;
}

/** The month the prices are of: "2026-07". */
export const PRICES_AS_OF: string = prices.asOf;
