import type { Environment, FunctionDefinition } from "../function.ts";
import { ANY, listOf, NUMBER, oneOf, TRUTH, type Kind } from "../kind.ts";
import {
  compare,
  DIVIDED_BY_ZERO,
  error,
  isError,
  isList,
  LONGEST_LIST,
  NOT_AVAILABLE,
  single,
  toNumber,
  toTruth,
  type FormulaError,
  type List,
  type Scalar,
  type Value,
} from "../value.ts";
import { criterion, keyOf, positions } from "./criteria.ts";
import { figures, inCurrency } from "./figures.ts";
import { sameAsFirst, sum } from "./numbers.ts";

const category = "Lists and lookups";

function list(value: Value): List {
  return isList(value) ? value : [value];
}

const first = ([kind]: readonly Kind[]): Kind => oneOf(kind ?? ANY);
const same = ([kind]: readonly Kind[]): Kind => listOf(kind ?? ANY);

/** Positions at which every pair of list and criterion matches. */
function matching(
  pairs: readonly Value[],
  environment: Environment,
): readonly number[] | FormulaError {
  let found: readonly number[] | undefined;
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const values = list(pairs[index]);
    const asked = criterion(pairs[index + 1], environment);
    if (found === undefined) {
      found = positions(values, asked, environment);
    } else {
      if (list(pairs[0]).length !== values.length) {
        return error("#VALUE!", "The lists are not of the same length.");
      }
      found = found.filter((at) => asked.matches(values[at]));
    }
  }
  return found ?? [];
}

type Summary = (numbers: readonly number[]) => number | FormulaError;

/** SUMIF and its kin: a list that is looked at, what it must be, and the list that is added up. */
function conditional(
  name: string,
  summary: string,
  example: readonly [string, string],
  compute: Summary,
): FunctionDefinition {
  return {
    name,
    category,
    syntax: `${name}(list, criterion, [values])`,
    summary,
    example,
    least: 2,
    most: 3,
    takes: "whole",
    kind: (kinds) => sameAsFirst([kinds[2] ?? kinds[0] ?? ANY]),
    call: ([asked, wanted, values], environment) =>
      summarized(matching([asked, wanted], environment), values ?? asked, compute),
  };
}

function conditionals(
  name: string,
  summary: string,
  example: readonly [string, string],
  compute: Summary,
): FunctionDefinition {
  return {
    name,
    category,
    syntax: `${name}(values, list, criterion, [list, criterion]…)`,
    summary,
    example,
    least: 3,
    most: 255,
    takes: "whole",
    kind: sameAsFirst,
    call: ([values, ...pairs], environment) =>
      summarized(matching(pairs, environment), values, compute),
  };
}

function summarized(
  found: readonly number[] | FormulaError,
  values: Value,
  compute: Summary,
): Value {
  if ("error" in found) return found;
  const all = list(values);
  const numbers = figures([found.map((at) => all[at])]);
  if ("error" in numbers) return numbers;
  const result = compute(numbers.numbers);
  return typeof result === "number" ? inCurrency(result, numbers.currency) : result;
}

const average: Summary = (numbers) =>
  numbers.length === 0 ? DIVIDED_BY_ZERO : sum(numbers) / numbers.length;
const least: Summary = (numbers) => numbers.reduce((a, b) => Math.min(a, b), numbers[0] ?? 0);
const most: Summary = (numbers) => numbers.reduce((a, b) => Math.max(a, b), numbers[0] ?? 0);

function ordered(values: List, descending: boolean): List | FormulaError {
  for (const value of values) if (isError(value)) return value;
  let wrong: FormulaError | undefined;
  const sorted = values.toSorted((a, b) => {
    const order = compare(a, b);
    if (typeof order === "number") return descending ? -order : order;
    wrong ??= order;
    return 0;
  });
  return wrong ?? sorted;
}

function distinct(values: List): Scalar[] {
  const seen = new Set<string | undefined>();
  return values.filter((value) => {
    const key = keyOf(value);
    if (key === undefined || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Where a value stands in a list, exactly; or, in a sorted one, the last that is not larger (1) or smaller (-1). */
function place(
  wanted: Scalar,
  values: List,
  how: number,
  environment: Environment,
): number | FormulaError {
  if (isError(wanted)) return wanted;
  if (how === 0) {
    const [at] = positions(values, criterionOf(wanted), environment);
    return at ?? NOT_AVAILABLE;
  }
  environment.spend(values.length);
  let found = -1;
  for (const [index, value] of values.entries()) {
    const order = compare(value, wanted);
    if (typeof order !== "number") return order;
    if (how > 0 ? order <= 0 : order >= 0) found = index;
    else break;
  }
  return found < 0 ? NOT_AVAILABLE : found;
}

/** Equality without the operators of criteria: looking up ">5" looks for that text. */
function criterionOf(wanted: Scalar) {
  return {
    key: keyOf(wanted),
    matches: (value: Scalar) =>
      !isError(value) && value !== undefined && compare(value, wanted) === 0,
  };
}

export const lists: readonly FunctionDefinition[] = [
  {
    name: "COUNTIF",
    category,
    syntax: "COUNTIF(list, criterion)",
    summary: 'How many values match: a value, or text such as ">=100" or "A*".',
    example: ['COUNTIF({1, 5, 9}, ">4")', "2"],
    least: 2,
    most: 2,
    takes: "whole",
    kind: NUMBER,
    call(args, environment) {
      const found = matching(args, environment);
      return "error" in found ? found : found.length;
    },
  },
  {
    name: "COUNTIFS",
    category,
    syntax: "COUNTIFS(list, criterion, [list, criterion]…)",
    summary: "In how many places all lists match.",
    example: ['COUNTIFS({1, 5, 9}, ">4", {"a", "b", "b"}, "b")', "2"],
    least: 2,
    most: 254,
    takes: "whole",
    kind: NUMBER,
    call(args, environment) {
      const found = matching(args, environment);
      return "error" in found ? found : found.length;
    },
  },
  conditional(
    "SUMIF",
    'Adds the values where the list matches: SUMIF([Deals].[Stage], "Won", [Deals].[Value]).',
    ['SUMIF({"a", "b", "a"}, "a", {1, 2, 3})', "4"],
    sum,
  ),
  conditional(
    "AVERAGEIF",
    "The mean of the values where the list matches.",
    ['AVERAGEIF({"a", "b", "a"}, "a", {1, 2, 3})', "2"],
    average,
  ),
  conditionals(
    "SUMIFS",
    "Adds the values where all lists match.",
    ['SUMIFS({1, 2, 3}, {"a", "b", "a"}, "a")', "4"],
    sum,
  ),
  conditionals(
    "AVERAGEIFS",
    "The mean of the values where all lists match.",
    ['AVERAGEIFS({1, 2, 3}, {"a", "b", "a"}, "a")', "2"],
    average,
  ),
  conditionals(
    "MINIFS",
    "The smallest value where all lists match.",
    ['MINIFS({1, 2, 3}, {"a", "b", "a"}, "a")', "1"],
    least,
  ),
  conditionals(
    "MAXIFS",
    "The largest value where all lists match.",
    ['MAXIFS({1, 2, 3}, {"a", "b", "a"}, "a")', "3"],
    most,
  ),
  {
    name: "FILTER",
    category,
    syntax: "FILTER(list, conditions)",
    summary: 'The values whose condition holds: FILTER([Deals].[Name], [Deals].[Stage] = "Won").',
    example: ["SUM(FILTER({1, 2, 3}, {1, 2, 3} > 1))", "5"],
    least: 2,
    most: 2,
    takes: "whole",
    kind: same,
    call([values, conditions]) {
      const kept: Scalar[] = [];
      const tests = list(conditions);
      for (const [index, value] of list(values).entries()) {
        const truth = toTruth(tests.length === 1 ? tests[0] : tests[index]);
        if (typeof truth !== "boolean") return truth;
        if (truth) kept.push(value);
      }
      return kept;
    },
  },
  {
    name: "UNIQUE",
    category,
    syntax: "UNIQUE(list)",
    summary: "Every value once, blanks left out.",
    example: ["COUNT(UNIQUE({1, 2, 2}))", "2"],
    least: 1,
    most: 1,
    takes: "whole",
    kind: same,
    call: ([values]) => distinct(list(values)),
  },
  {
    name: "COUNTUNIQUE",
    category,
    syntax: "COUNTUNIQUE(list)",
    summary: "How many different values there are.",
    example: ['COUNTUNIQUE({"a", "A", "b"})', "2"],
    least: 1,
    most: 1,
    takes: "whole",
    kind: NUMBER,
    call: ([values]) => distinct(list(values)).length,
  },
  {
    name: "SORT",
    category,
    syntax: "SORT(list, [descending])",
    summary: "The values in order.",
    example: ['JOIN(SORT({3, 1, 2}), "")', "123"],
    least: 1,
    most: 2,
    takes: "whole",
    kind: same,
    call([values, descending]) {
      const truth = toTruth(descending);
      return typeof truth === "boolean" ? ordered(list(values), truth) : truth;
    },
  },
  {
    name: "INDEX",
    category,
    syntax: "INDEX(list, place)",
    summary: "The value at a place, counted from 1.",
    example: ['INDEX({"a", "b"}, 2)', "b"],
    least: 2,
    most: 2,
    takes: "whole",
    kind: first,
    call([values, at]) {
      const number = toNumber(at);
      if (typeof number !== "number") return number;
      const all = list(values);
      const index = Math.trunc(number) - 1;
      if (index < 0 || index >= all.length)
        return error("#REF!", `The list has no value number ${index + 1}.`);
      return all[index];
    },
  },
  {
    name: "FIRST",
    category,
    syntax: "FIRST(list)",
    summary: "The first value that is not blank.",
    example: ['FIRST({"a", "b"})', "a"],
    least: 1,
    most: 1,
    takes: "whole",
    kind: first,
    call: ([values]) => list(values).find((value) => value !== undefined),
  },
  {
    name: "LAST",
    category,
    syntax: "LAST(list)",
    summary: "The last value that is not blank.",
    example: ['LAST({"a", "b"})', "b"],
    least: 1,
    most: 1,
    takes: "whole",
    kind: first,
    call: ([values]) => list(values).findLast((value) => value !== undefined),
  },
  {
    name: "MATCH",
    category,
    syntax: "MATCH(value, list, [type])",
    summary:
      "The place of a value in a list, from 1. Type 0 is exact; 1, which is usual, takes a sorted list and the last value that is not larger.",
    example: ['MATCH("b", {"a", "b"}, 0)', "2"],
    least: 2,
    most: 3,
    takes: "whole",
    kind: NUMBER,
    call([wanted, values, type], environment) {
      const how = type === undefined ? 1 : toNumber(type);
      if (typeof how !== "number") return how;
      const at = place(single(wanted), list(values), how, environment);
      return typeof at === "number" ? at + 1 : at;
    },
  },
  {
    name: "XLOOKUP",
    category,
    syntax: "XLOOKUP(value, list, answers, [otherwise])",
    summary:
      "Finds the value in a list and answers what stands in the same place of another: XLOOKUP([Code], [Products!Code], [Products!Price]).",
    example: ['XLOOKUP("b", {"a", "b"}, {1, 2})', "2"],
    least: 3,
    most: 4,
    takes: "whole",
    kind: ([, , answers]) => oneOf(answers ?? ANY),
    call([wanted, values, answers, otherwise], environment) {
      const at = place(single(wanted), list(values), 0, environment);
      if (typeof at === "number") return list(answers)[at];
      return at === NOT_AVAILABLE && otherwise !== undefined ? otherwise : at;
    },
  },
  {
    name: "LOOKUP",
    category,
    syntax: "LOOKUP(value, list, [answers])",
    summary:
      "As XLOOKUP in a sorted list, with the last value that is not larger: for price steps and grades.",
    example: ['LOOKUP(75, {0, 50, 90}, {"low", "fair", "high"})', "fair"],
    least: 2,
    most: 3,
    takes: "whole",
    kind: ([, values, answers]) => oneOf(answers ?? values ?? ANY),
    call([wanted, values, answers], environment) {
      const at = place(single(wanted), list(values), 1, environment);
      return typeof at === "number" ? list(answers ?? values)[at] : at;
    },
  },
  {
    name: "SEQUENCE",
    category,
    syntax: "SEQUENCE(count, [start], [step])",
    summary: "So many numbers in a row.",
    example: ["SUM(SEQUENCE(4))", "10"],
    least: 1,
    most: 3,
    takes: "whole",
    kind: listOf(NUMBER),
    call([count, start, step], environment) {
      const numbers: number[] = [];
      for (const [value, otherwise] of [
        [count, 1],
        [start, 1],
        [step, 1],
      ] as const) {
        const number = value === undefined ? otherwise : toNumber(value);
        if (typeof number !== "number") return number;
        numbers.push(number);
      }
      const [length = 0, from = 1, by = 1] = numbers;
      if (length < 1 || length > LONGEST_LIST) {
        return error(
          "#VALUE!",
          `SEQUENCE makes 1 to ${LONGEST_LIST.toLocaleString("en")} numbers.`,
        );
      }
      environment.spend(length);
      return Array.from({ length: Math.trunc(length) }, (_, index) => from + index * by);
    },
  },
  {
    name: "HAS",
    category,
    syntax: "HAS(list, value)",
    summary: 'TRUE where the value is among those of the list: HAS([Tags], "VIP").',
    example: ['HAS({"a", "b"}, "B")', "TRUE"],
    least: 2,
    most: 2,
    takes: "whole",
    kind: TRUTH,
    call([values, wanted]) {
      const one = single(wanted);
      if (isError(one)) return one;
      return list(values).some(
        (value) => value !== undefined && !isError(value) && compare(value, one) === 0,
      );
    },
  },
];
