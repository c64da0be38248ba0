import type { FunctionDefinition } from "../function.ts";
import { NUMBER, TEXT, TRUTH } from "../kind.ts";
import { isError, isMoney, single, toNumber, type Scalar } from "../value.ts";

const category = "Information";

function asks(
  name: string,
  summary: string,
  example: readonly [string, string],
  test: (value: Scalar) => boolean,
): FunctionDefinition {
  return {
    name,
    category,
    syntax: `${name}(value)`,
    summary,
    example,
    least: 1,
    most: 1,
    takes: "each",
    errors: true,
    kind: TRUTH,
    call: ([value]) => test(single(value)),
  };
}

export const information: readonly FunctionDefinition[] = [
  asks(
    "ISBLANK",
    "TRUE where nothing is filled in.",
    ['ISBLANK("")', "FALSE"],
    (value) => value === undefined,
  ),
  asks(
    "ISNUMBER",
    "TRUE for numbers, dates and money.",
    ["ISNUMBER(3)", "TRUE"],
    (value) => typeof value === "number" || isMoney(value),
  ),
  asks("ISTEXT", "TRUE for text.", ['ISTEXT("a")', "TRUE"], (value) => typeof value === "string"),
  asks(
    "ISNONTEXT",
    "TRUE for everything but text.",
    ["ISNONTEXT(1)", "TRUE"],
    (value) => typeof value !== "string",
  ),
  asks(
    "ISLOGICAL",
    "TRUE for TRUE and FALSE.",
    ["ISLOGICAL(FALSE)", "TRUE"],
    (value) => typeof value === "boolean",
  ),
  asks("ISERROR", "TRUE for any error.", ["ISERROR(1 / 0)", "TRUE"], isError),
  asks(
    "ISERR",
    "TRUE for any error but #N/A.",
    ["ISERR(NA())", "FALSE"],
    (value) => isError(value) && value.error !== "#N/A",
  ),
  asks(
    "ISNA",
    "TRUE for #N/A.",
    ["ISNA(1)", "FALSE"],
    (value) => isError(value) && value.error === "#N/A",
  ),
  {
    name: "ISEVEN",
    category,
    syntax: "ISEVEN(number)",
    summary: "TRUE for even numbers.",
    example: ["ISEVEN(4)", "TRUE"],
    least: 1,
    most: 1,
    takes: "each",
    kind: TRUTH,
    call([value]) {
      const number = toNumber(value);
      return typeof number === "number" ? Math.trunc(number) % 2 === 0 : number;
    },
  },
  {
    name: "ISODD",
    category,
    syntax: "ISODD(number)",
    summary: "TRUE for odd numbers.",
    example: ["ISODD(4)", "FALSE"],
    least: 1,
    most: 1,
    takes: "each",
    kind: TRUTH,
    call([value]) {
      const number = toNumber(value);
      return typeof number === "number" ? Math.abs(Math.trunc(number) % 2) === 1 : number;
    },
  },
  {
    name: "N",
    category,
    syntax: "N(value)",
    summary: "The value as a number: TRUE is 1, text is 0.",
    example: ["N(TRUE)", "1"],
    least: 1,
    most: 1,
    takes: "each",
    kind: NUMBER,
    call([value]) {
      const one = single(value);
      return typeof one === "string" ? 0 : toNumber(one);
    },
  },
  {
    name: "T",
    category,
    syntax: "T(value)",
    summary: "The value where it is text, else nothing.",
    example: ['T("a")', "a"],
    least: 1,
    most: 1,
    takes: "each",
    kind: TEXT,
    call([value]) {
      const one = single(value);
      return typeof one === "string" ? one : "";
    },
  },
];
