import { finite, isError, isList, isMoney, mixed, single, toNumber } from "../value.ts";
import type { FormulaError, Money, Value } from "../value.ts";

/** The numbers among arguments, with the currency they share. */
export interface Figures {
  readonly numbers: readonly number[];
  /** Set when any of them is money. */
  readonly currency: string | undefined;
}

/**
 * What SUM and its kin look at: single values as numbers (a text that is none is an error), of lists only what is a number or money
 * already. Blanks do not count. Amounts of different currencies are an error.
 */
export function figures(args: readonly Value[]): Figures | FormulaError {
  const numbers: number[] = [];
  let money: Money | undefined;
  for (const arg of args) {
    const inList = isList(arg);
    for (const item of inList ? arg : [arg]) {
      if (item === undefined) continue;
      if (isError(item)) return item;
      if (isMoney(item)) {
        if (money !== undefined && money.currency !== item.currency) return mixed(money, item);
        money ??= item;
        numbers.push(item.amount);
      } else if (typeof item === "number") {
        numbers.push(item);
      } else if (!inList) {
        const number = toNumber(item);
        if (typeof number !== "number") return number;
        numbers.push(number);
      }
    }
  }
  return { numbers, currency: money?.currency };
}

/** A number, in the currency if there is one. */
export function inCurrency(number: number, currency: string | undefined): Value {
  const sure = finite(number);
  if (typeof sure !== "number" || currency === undefined) return sure;
  return { amount: sure, currency };
}

/** Computes with one number and gives money back for money. */
export function keeping(value: Value, compute: (number: number) => number | FormulaError): Value {
  const one = single(value);
  const number = toNumber(one);
  if (typeof number !== "number") return number;
  const result = compute(number);
  if (typeof result !== "number") return result;
  return inCurrency(result, isMoney(one) ? one.currency : undefined);
}
