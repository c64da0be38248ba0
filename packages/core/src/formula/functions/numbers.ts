import type { FunctionDefinition } from "../function.ts";
import { NUMBER, oneOf, type Kind } from "../kind.ts";
import { error, finite, isList, toNumber, type FormulaError, type Value } from "../value.ts";
import { figures, inCurrency, keeping } from "./figures.ts";

const category = "Numbers";

/** Functions of money answer money, of percents percents. */
export const sameAsFirst = ([first]: readonly Kind[]): Kind =>
  first === undefined || first.type === "text" || first.type === "any" || first.type === "checkbox"
    ? NUMBER
    : oneOf(first);

type Compute = (...numbers: readonly number[]) => number | FormulaError;

/** A function of one to three numbers. */
function of(
  name: string,
  parameters: string,
  summary: string,
  example: readonly [string, string],
  compute: Compute,
  optional: readonly number[] = [],
): FunctionDefinition {
  const most = parameters === "" ? 0 : parameters.split(",").length;
  return {
    name,
    category,
    syntax: `${name}(${parameters})`,
    summary,
    example,
    least: most - optional.length,
    most,
    takes: "each",
    kind: NUMBER,
    call(args) {
      const numbers: number[] = [];
      for (let index = 0; index < most; index += 1) {
        const number =
          index < args.length
            ? toNumber(args[index])
            : (optional[index - (most - optional.length)] as number);
        if (typeof number !== "number") return number;
        numbers.push(number);
      }
      const result = compute(...numbers);
      return typeof result === "number" ? finite(result) : result;
    },
  };
}

/** A function that rounds: money stays money. */
function rounding(
  name: string,
  parameters: string,
  summary: string,
  example: readonly [string, string],
  compute: (number: number, by: number) => number | FormulaError,
  least: number,
  otherwise: number,
): FunctionDefinition {
  return {
    name,
    category,
    syntax: `${name}(${parameters})`,
    summary,
    example,
    least,
    most: parameters.split(",").length,
    takes: "each",
    kind: sameAsFirst,
    call([value, by]) {
      const step = by === undefined ? otherwise : toNumber(by);
      if (typeof step !== "number") return step;
      return keeping(value, (number) => compute(number, step));
    },
  };
}

/** Away from zero at the half, in decimal: 2.675 to two digits is 2.68, although its nearest double is below. */
export function round(number: number, digits: number): number {
  return scaled(number, digits, (shifted) => Math.sign(shifted) * Math.round(Math.abs(shifted)));
}

function scaled(number: number, digits: number, compute: (shifted: number) => number): number {
  const places = Math.trunc(digits);
  if (places > 15 || !Number.isFinite(number)) return number;
  if (places < -308) return 0;
  // Shifting the decimal point in text loses nothing; 15 digits are what is sure.
  const [mantissa = "0", power = "0"] = number.toExponential().split("e");
  const shifted = Number(`${mantissa}e${Number(power) + places}`);
  const result = compute(Number(shifted.toPrecision(15)));
  const [back = "0", exponent = "0"] = result.toExponential().split("e");
  return Number(`${back}e${Number(exponent) - places}`) || 0;
}

/** The whole multiple; tiny errors of division do not count. */
function multiple(number: number, step: number, to: (ratio: number) => number): number {
  if (step === 0) return 0;
  return Number((to(Number((number / step).toPrecision(15))) * step).toPrecision(15));
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(Math.trunc(a)), Math.abs(Math.trunc(b))];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function factorial(number: number): number | FormulaError {
  const whole = Math.trunc(number);
  if (whole < 0 || whole > 170) return error("#NUM!", "FACT takes numbers from 0 to 170.");
  let product = 1;
  for (let factor = 2; factor <= whole; factor += 1) product *= factor;
  return product;
}

function combinations(n: number, k: number): number | FormulaError {
  const [all, chosen] = [Math.trunc(n), Math.trunc(k)];
  if (all < 0 || chosen < 0 || chosen > all) {
    return error("#NUM!", "COMBIN chooses at most as many as there are.");
  }
  let product = 1;
  for (let index = 1; index <= Math.min(chosen, all - chosen); index += 1) {
    product = (product * (all - index + 1)) / index;
  }
  return Math.round(product);
}

function positive(number: number, compute: (number: number) => number, what: string) {
  return number > 0 ? compute(number) : error("#NUM!", `${what} needs a number above 0.`);
}

function overAll(
  name: string,
  summary: string,
  example: readonly [string, string],
  compute: (numbers: readonly number[]) => number,
  money: boolean,
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
    kind: money ? sameAsFirst : NUMBER,
    call(args) {
      const found = figures(args);
      if ("error" in found) return found;
      return inCurrency(compute(found.numbers), money ? found.currency : undefined);
    },
  };
}

/** Adds without losing small amounts beside large ones (Kahan 1965, in Neumaier's form). */
export function sum(numbers: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const number of numbers) {
    const next = total + number;
    lost += Math.abs(total) >= Math.abs(number) ? total - next + number : number - next + total;
    total = next;
  }
  return total + lost;
}

export const numbers: readonly FunctionDefinition[] = [
  overAll("SUM", "All numbers added.", ["SUM({1, 2, 3})", "6"], sum, true),
  overAll(
    "PRODUCT",
    "All numbers multiplied.",
    ["PRODUCT({2, 3, 4})", "24"],
    (all) => (all.length === 0 ? 0 : all.reduce((product, number) => product * number, 1)),
    false,
  ),
  overAll(
    "SUMSQ",
    "The squares of all numbers added.",
    ["SUMSQ({3, 4})", "25"],
    (all) => sum(all.map((number) => number * number)),
    false,
  ),
  {
    name: "SUMPRODUCT",
    category,
    syntax: "SUMPRODUCT(list, [list]…)",
    summary: "Multiplies lists value by value and adds the products.",
    example: ["SUMPRODUCT({1, 2}, {10, 20})", "50"],
    least: 1,
    most: 30,
    takes: "whole",
    kind: NUMBER,
    call(args) {
      const lists = args.map((arg): Value[] => (isList(arg) ? [...arg] : [arg]));
      const length = lists[0]?.length ?? 0;
      if (lists.some((list) => list.length !== length)) {
        return error("#VALUE!", "The lists of SUMPRODUCT are not of the same length.");
      }
      const products: number[] = [];
      for (let index = 0; index < length; index += 1) {
        let product = 1;
        for (const list of lists) {
          const item = list[index];
          const number = typeof item === "string" ? 0 : toNumber(item);
          if (typeof number !== "number") return number;
          product *= number;
        }
        products.push(product);
      }
      return finite(sum(products));
    },
  },
  rounding(
    "ROUND",
    "number, [digits]",
    "Rounded to so many digits after the point; negative: before it.",
    ["ROUND(2.675, 2)", "2.68"],
    round,
    1,
    0,
  ),
  rounding(
    "ROUNDUP",
    "number, [digits]",
    "Rounded away from zero.",
    ["ROUNDUP(2.1, 0)", "3"],
    (number, digits) =>
      scaled(number, digits, (shifted) => Math.sign(shifted) * Math.ceil(Math.abs(shifted))),
    1,
    0,
  ),
  rounding(
    "ROUNDDOWN",
    "number, [digits]",
    "Rounded towards zero.",
    ["ROUNDDOWN(-2.9, 0)", "-2"],
    (number, digits) => scaled(number, digits, Math.trunc),
    1,
    0,
  ),
  rounding(
    "TRUNC",
    "number, [digits]",
    "Cut off after so many digits.",
    ["TRUNC(8.99)", "8"],
    (number, digits) => scaled(number, digits, Math.trunc),
    1,
    0,
  ),
  rounding(
    "INT",
    "number",
    "The next whole number below.",
    ["INT(-1.5)", "-2"],
    (number) => Math.floor(number),
    1,
    0,
  ),
  rounding(
    "MROUND",
    "number, multiple",
    "The nearest multiple.",
    ["MROUND(10, 3)", "9"],
    (number, step) =>
      number * step < 0
        ? error("#NUM!", "MROUND needs two numbers of the same sign.")
        : multiple(number, step, (ratio) => Math.sign(ratio) * Math.round(Math.abs(ratio))),
    2,
    1,
  ),
  rounding(
    "CEILING",
    "number, [multiple]",
    "The next multiple above.",
    ["CEILING(4.2, 0.5)", "4.5"],
    (number, step) =>
      number > 0 && step < 0
        ? error("#NUM!", "CEILING needs a multiple of the same sign.")
        : multiple(number, step, Math.ceil),
    1,
    1,
  ),
  rounding(
    "FLOOR",
    "number, [multiple]",
    "The next multiple below.",
    ["FLOOR(4.7, 0.5)", "4.5"],
    (number, step) =>
      number > 0 && step < 0
        ? error("#NUM!", "FLOOR needs a multiple of the same sign.")
        : step === 0 && number !== 0
          ? error("#DIV/0!", "FLOOR needs a multiple that is not 0.")
          : multiple(number, step, Math.floor),
    1,
    1,
  ),
  rounding(
    "EVEN",
    "number",
    "The next even number away from zero.",
    ["EVEN(1.5)", "2"],
    (number) => Math.sign(number) * 2 * Math.ceil(Math.abs(number) / 2),
    1,
    0,
  ),
  rounding(
    "ODD",
    "number",
    "The next odd number away from zero.",
    ["ODD(1.5)", "3"],
    (number) => (number < 0 ? -1 : 1) * (2 * Math.ceil((Math.abs(number) + 1) / 2) - 1),
    1,
    0,
  ),
  rounding(
    "ABS",
    "number",
    "Without its sign.",
    ["ABS(-3)", "3"],
    (number) => Math.abs(number),
    1,
    0,
  ),
  of(
    "SIGN",
    "number",
    "1, 0 or -1 for numbers above, at and below zero.",
    ["SIGN(-3)", "-1"],
    (x) => Math.sign(x),
  ),
  of(
    "MOD",
    "number, divisor",
    "What division leaves over, with the sign of the divisor.",
    ["MOD(-3, 2)", "1"],
    (x, by) =>
      by === 0
        ? error("#DIV/0!", "MOD divides by zero.")
        : Number((x - by * Math.floor(x / by)).toPrecision(15)),
  ),
  of(
    "QUOTIENT",
    "number, divisor",
    "The whole part of a division.",
    ["QUOTIENT(-10, 3)", "-3"],
    (x, by) => (by === 0 ? error("#DIV/0!", "QUOTIENT divides by zero.") : Math.trunc(x / by)),
  ),
  of("POWER", "number, exponent", "The number raised to a power.", ["POWER(2, 10)", "1024"], power),
  of("SQRT", "number", "The square root.", ["SQRT(16)", "4"], (x) =>
    x < 0 ? error("#NUM!", "A negative number has no square root.") : Math.sqrt(x),
  ),
  of("EXP", "number", "e raised to the number.", ["EXP(0)", "1"], (x) => Math.exp(x)),
  of("LN", "number", "The natural logarithm.", ["LN(1)", "0"], (x) => positive(x, Math.log, "LN")),
  of("LOG10", "number", "The logarithm to base 10.", ["LOG10(1000)", "3"], (x) =>
    positive(x, Math.log10, "LOG10"),
  ),
  of(
    "LOG",
    "number, [base]",
    "The logarithm, to base 10 unless another is given.",
    ["LOG(8, 2)", "3"],
    (x, base) =>
      x <= 0 || base <= 0
        ? error("#NUM!", "LOG needs numbers above 0.")
        : base === 1
          ? error("#DIV/0!", "There is no logarithm to base 1.")
          : base === 10
            ? Math.log10(x)
            : base === 2
              ? Math.log2(x)
              : Math.log(x) / Math.log(base),
    [10],
  ),
  of("PI", "", "3.14159265358979.", ["ROUND(PI(), 4)", "3.1416"], () => Math.PI),
  of("SIN", "angle", "The sine; angles are in radians.", ["SIN(0)", "0"], (x) => Math.sin(x)),
  of("COS", "angle", "The cosine.", ["COS(0)", "1"], (x) => Math.cos(x)),
  of("TAN", "angle", "The tangent.", ["TAN(0)", "0"], (x) => Math.tan(x)),
  of("ASIN", "number", "The angle with this sine.", ["ASIN(0)", "0"], (x) =>
    Math.abs(x) > 1 ? error("#NUM!", "ASIN takes numbers from -1 to 1.") : Math.asin(x),
  ),
  of("ACOS", "number", "The angle with this cosine.", ["ACOS(1)", "0"], (x) =>
    Math.abs(x) > 1 ? error("#NUM!", "ACOS takes numbers from -1 to 1.") : Math.acos(x),
  ),
  of("ATAN", "number", "The angle with this tangent.", ["ATAN(0)", "0"], (x) => Math.atan(x)),
  of("ATAN2", "x, y", "The angle of a point.", ["ATAN2(1, 0)", "0"], (x, y) =>
    x === 0 && y === 0 ? error("#DIV/0!", "The point 0, 0 has no angle.") : Math.atan2(y, x),
  ),
  of(
    "DEGREES",
    "angle",
    "Radians as degrees.",
    ["DEGREES(PI())", "180"],
    (x) => (x * 180) / Math.PI,
  ),
  of(
    "RADIANS",
    "degrees",
    "Degrees as radians.",
    ["ROUND(RADIANS(180), 4)", "3.1416"],
    (x) => (x * Math.PI) / 180,
  ),
  of(
    "GCD",
    "number, other",
    "The largest number that divides both.",
    ["GCD(12, 18)", "6"],
    (a, b) => (a < 0 || b < 0 ? error("#NUM!", "GCD takes no negative numbers.") : gcd(a, b)),
  ),
  of(
    "LCM",
    "number, other",
    "The smallest number that both divide.",
    ["LCM(4, 6)", "12"],
    (a, b) => {
      if (a < 0 || b < 0) return error("#NUM!", "LCM takes no negative numbers.");
      const common = gcd(a, b);
      return common === 0 ? 0 : Math.trunc(a) * (Math.trunc(b) / common);
    },
  ),
  of("FACT", "number", "The factorial.", ["FACT(5)", "120"], factorial),
  of(
    "COMBIN",
    "number, chosen",
    "In how many ways so many can be chosen.",
    ["COMBIN(5, 2)", "10"],
    combinations,
  ),
  of(
    "BETWEEN",
    "number, from, to",
    "1 where the number lies between the two, else 0.",
    ["BETWEEN(5, 1, 10)", "1"],
    (x, from, to) => (x >= from && x <= to ? 1 : 0),
  ),
];

export function power(base: number, exponent: number): number | FormulaError {
  if (base === 0 && exponent === 0) return error("#NUM!", "0 to the power of 0 is not defined.");
  if (base === 0 && exponent < 0) return error("#DIV/0!", "0 to a negative power divides by zero.");
  return finite(base ** exponent);
}
