import type { FunctionDefinition } from "../function.ts";
import { NUMBER, type Kind } from "../kind.ts";
import { DIVIDED_BY_ZERO, error, isError, isList, toNumber } from "../value.ts";
import type { FormulaError, Value } from "../value.ts";
import { figures, inCurrency } from "./figures.ts";
import { sameAsFirst, sum } from "./numbers.ts";

const category = "Statistics";

/** A figure of all numbers given. */
function over(
  name: string,
  summary: string,
  example: readonly [string, string],
  compute: (numbers: readonly number[]) => number | FormulaError,
  kind: (args: readonly Kind[]) => Kind = sameAsFirst,
): FunctionDefinition {
  return {
    name,
    category,
    syntax: `${name}(value, [value]…)`,
    summary,
    example,
    least: 1,
    most: 255,
    takes: "whole",
    kind,
    call(args) {
      const found = figures(args);
      if ("error" in found) return found;
      const result = compute(found.numbers);
      return typeof result === "number" ? inCurrency(result, found.currency) : result;
    },
  };
}

/** A figure of a list that a number chooses: the second largest, the 90th percentile. */
function at(
  name: string,
  parameters: string,
  summary: string,
  example: readonly [string, string],
  compute: (sorted: readonly number[], by: number) => number | FormulaError,
): FunctionDefinition {
  return {
    name,
    category,
    syntax: `${name}(${parameters})`,
    summary,
    example,
    least: 2,
    most: 2,
    takes: "whole",
    kind: sameAsFirst,
    call([list, by]) {
      const found = figures([isList(list) ? list : [list as Exclude<Value, readonly unknown[]>]]);
      if ("error" in found) return found;
      const number = toNumber(by);
      if (typeof number !== "number") return number;
      const result = compute(
        found.numbers.toSorted((a, b) => a - b),
        number,
      );
      return typeof result === "number" ? inCurrency(result, found.currency) : result;
    },
  };
}

function spread(numbers: readonly number[], sample: boolean): number | FormulaError {
  const count = sample ? numbers.length - 1 : numbers.length;
  if (count < 1) return DIVIDED_BY_ZERO;
  const mean = sum(numbers) / numbers.length;
  return sum(numbers.map((number) => (number - mean) ** 2)) / count;
}

function root(value: number | FormulaError): number | FormulaError {
  return typeof value === "number" ? Math.sqrt(value) : value;
}

/** Linear between the two neighbours, the way PERCENTILE.INC does it (Hyndman and Fan 1996, type 7). */
function percentile(sorted: readonly number[], share: number): number | FormulaError {
  if (sorted.length === 0 || !(share >= 0 && share <= 1)) {
    return error("#NUM!", "A percentile needs numbers and a share from 0 to 1.");
  }
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

function counting(
  name: string,
  summary: string,
  example: readonly [string, string],
  counts: (value: Value, inList: boolean) => boolean,
): FunctionDefinition {
  return {
    name,
    category,
    syntax: `${name}(value, [value]…)`,
    summary,
    example,
    least: 1,
    most: 255,
    takes: "whole",
    errors: true,
    kind: NUMBER,
    call(args) {
      let count = 0;
      for (const arg of args) {
        if (isList(arg)) for (const item of arg) count += counts(item, true) ? 1 : 0;
        else count += counts(arg, false) ? 1 : 0;
      }
      return count;
    },
  };
}

const NO_NUMBERS = error("#NUM!", "There are no numbers.");

export const statistics: readonly FunctionDefinition[] = [
  over("AVERAGE", "The arithmetic mean.", ["AVERAGE({1, 2, 6})", "3"], (all) =>
    all.length === 0 ? DIVIDED_BY_ZERO : sum(all) / all.length,
  ),
  over("MIN", "The smallest number or the earliest date.", ["MIN({3, 1, 2})", "1"], (all) =>
    all.reduce((least, each) => Math.min(least, each), all[0] ?? 0),
  ),
  over("MAX", "The largest number or the latest date.", ["MAX({3, 1, 2})", "3"], (all) =>
    all.reduce((most, each) => Math.max(most, each), all[0] ?? 0),
  ),
  over("MEDIAN", "The number in the middle.", ["MEDIAN({1, 9, 3})", "3"], (all) =>
    all.length === 0
      ? NO_NUMBERS
      : percentile(
          all.toSorted((a, b) => a - b),
          0.5,
        ),
  ),
  over(
    "MODE",
    "The number that comes most often, of several the first.",
    ["MODE({1, 2, 2})", "2"],
    (all) => {
      const counts = new Map<number, number>();
      for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1);
      const most = Math.max(...counts.values());
      if (!(most > 1)) return error("#N/A", "No number comes twice.");
      return [...counts].find(([, count]) => count === most)?.[0] ?? NO_NUMBERS;
    },
  ),
  over("STDEV", "The standard deviation of a sample.", ["ROUND(STDEV({1, 2, 3}), 2)", "1"], (all) =>
    root(spread(all, true)),
  ),
  over("STDEVP", "The standard deviation of everything there is.", ["STDEVP({2, 4})", "1"], (all) =>
    root(spread(all, false)),
  ),
  over(
    "VAR",
    "The variance of a sample.",
    ["VAR({1, 2, 3})", "1"],
    (all) => spread(all, true),
    () => NUMBER,
  ),
  over(
    "VARP",
    "The variance of everything there is.",
    ["VARP({2, 4})", "1"],
    (all) => spread(all, false),
    () => NUMBER,
  ),
  over("GEOMEAN", "The geometric mean.", ["GEOMEAN({2, 8})", "4"], (all) =>
    all.length === 0 || all.some((each) => each <= 0)
      ? error("#NUM!", "GEOMEAN needs numbers above 0.")
      : Number(Math.exp(sum(all.map(Math.log)) / all.length).toPrecision(15)),
  ),
  over("HARMEAN", "The harmonic mean.", ["HARMEAN({2, 6})", "3"], (all) =>
    all.length === 0 || all.some((each) => each <= 0)
      ? error("#NUM!", "HARMEAN needs numbers above 0.")
      : all.length / sum(all.map((each) => 1 / each)),
  ),
  over("AVEDEV", "The mean distance from the mean.", ["AVEDEV({1, 3})", "1"], (all) => {
    if (all.length === 0) return NO_NUMBERS;
    const mean = sum(all) / all.length;
    return sum(all.map((each) => Math.abs(each - mean))) / all.length;
  }),
  at(
    "LARGE",
    "list, place",
    "The largest, second largest … number.",
    ["LARGE({5, 9, 7}, 2)", "7"],
    (sorted, place) =>
      sorted[sorted.length - Math.ceil(place)] ?? error("#NUM!", "There are not so many numbers."),
  ),
  at(
    "SMALL",
    "list, place",
    "The smallest, second smallest … number.",
    ["SMALL({5, 9, 7}, 2)", "7"],
    (sorted, place) =>
      sorted[Math.ceil(place) - 1] ?? error("#NUM!", "There are not so many numbers."),
  ),
  at(
    "PERCENTILE",
    "list, share",
    "The number below which that share lies; 0.9 for nine in ten.",
    ["PERCENTILE({1, 2, 3, 4, 5}, 0.5)", "3"],
    percentile,
  ),
  at(
    "QUARTILE",
    "list, quarter",
    "The number below which so many quarters lie.",
    ["QUARTILE({1, 2, 3, 4, 5}, 1)", "2"],
    (sorted, quarter) => percentile(sorted, Math.trunc(quarter) / 4),
  ),
  counting(
    "COUNT",
    "How many numbers, dates and amounts there are.",
    ['COUNT({1, "a", 3})', "2"],
    (value, inList) => {
      if (typeof value === "number") return true;
      if (typeof value === "object") return !isError(value);
      return !inList && value !== undefined && typeof toNumber(value) === "number";
    },
  ),
  counting(
    "COUNTA",
    "How many values there are, blanks aside.",
    ['COUNTA({1, "a"})', "2"],
    (value) => value !== undefined,
  ),
  counting(
    "COUNTBLANK",
    "How many blanks there are.",
    ['COUNTBLANK({"", 1})', "1"],
    (value) => value === undefined || value === "",
  ),
];
