import type { FunctionDefinition } from "../function.ts";
import { finances } from "../library-parts.ts";
import { error, finite, isList, toNumber, type Value } from "../value.ts";
import { figures } from "./figures.ts";

const category = "Finance";

/** A function of formulajs over numbers ("n"), numbers that may be left out ("o") and lists ("l"). */
function of(
  name: string,
  parameters: string,
  shape: string,
  summary: string,
  example: readonly [string, string],
): FunctionDefinition {
  const shapes = shape.split(" ");
  return {
    name,
    category,
    syntax: `${name}(${parameters})`,
    summary,
    example,
    least: shapes.filter((each) => each !== "o").length,
    most: shapes.length,
    takes: "whole",
    kind: { type: "number" },
    call(args) {
      const read: (number | readonly number[])[] = [];
      for (const [index, value] of args.entries()) {
        if (shapes[index] === "l") {
          const list = figures([
            isList(value) ? value : [value as Exclude<Value, readonly unknown[]>],
          ]);
          if ("error" in list) return list;
          read.push(list.numbers);
          continue;
        }
        const number = toNumber(value);
        if (typeof number !== "number") return number;
        read.push(number);
      }
      const result = finances()[name]?.(...read);
      return typeof result === "number"
        ? finite(result)
        : error("#NUM!", `${name} finds no answer for these numbers.`);
    },
  };
}

export const finance: readonly FunctionDefinition[] = [
  of("PMT", "rate, periods, present, [future], [due]", "n n n o o", "The instalment of a loan.", [
    "ROUND(PMT(5% / 12, 12, -1000), 2)",
    "85.61",
  ]),
  of(
    "PV",
    "rate, periods, payment, [future], [due]",
    "n n n o o",
    "What regular payments are worth today.",
    ["ROUND(PV(5%, 10, -100), 2)", "772.17"],
  ),
  of(
    "FV",
    "rate, periods, payment, [present], [due]",
    "n n n o o",
    "What regular payments grow to.",
    ["ROUND(FV(5%, 10, -100), 2)", "1257.79"],
  ),
  of(
    "NPER",
    "rate, payment, present, [future], [due]",
    "n n n o o",
    "How many periods a loan runs.",
    ["ROUND(NPER(1%, -100, 1000), 2)", "10.59"],
  ),
  of(
    "RATE",
    "periods, payment, present, [future], [due], [guess]",
    "n n n o o o",
    "The interest rate of a loan.",
    ["ROUND(RATE(12, -90, 1000), 4)", "0.012"],
  ),
  of(
    "IPMT",
    "rate, period, periods, present, [future], [due]",
    "n n n n o o",
    "The interest in one instalment.",
    ["ROUND(IPMT(5%, 1, 10, -1000), 2)", "50"],
  ),
  of(
    "PPMT",
    "rate, period, periods, present, [future], [due]",
    "n n n n o o",
    "The repayment in one instalment.",
    ["ROUND(PPMT(5%, 1, 10, -1000), 2)", "79.5"],
  ),
  of("NPV", "rate, payments", "n l", "What future payments are worth today.", [
    "ROUND(NPV(10%, {100, 100}), 2)",
    "173.55",
  ]),
  of("IRR", "payments, [guess]", "l o", "The interest at which payments balance.", [
    "ROUND(IRR({-100, 60, 60}), 4)",
    "0.1307",
  ]),
  of("SLN", "cost, salvage, life", "n n n", "Straight-line depreciation of a period.", [
    "SLN(1000, 100, 9)",
    "100",
  ]),
  of("SYD", "cost, salvage, life, period", "n n n n", "Sum-of-years depreciation of a period.", [
    "SYD(1000, 100, 4, 1)",
    "360",
  ]),
  of(
    "DB",
    "cost, salvage, life, period, [months]",
    "n n n n o",
    "Declining-balance depreciation of a period.",
    ["ROUND(DB(1000, 100, 5, 1), 2)", "369"],
  ),
  of(
    "DDB",
    "cost, salvage, life, period, [factor]",
    "n n n n o",
    "Double-declining depreciation of a period.",
    ["DDB(1000, 100, 5, 1)", "400"],
  ),
  of("EFFECT", "nominal, periods", "n n", "The yearly rate of a nominal one.", [
    "ROUND(EFFECT(5%, 12), 4)",
    "0.0512",
  ]),
  of("NOMINAL", "effective, periods", "n n", "The nominal rate of a yearly one.", [
    "ROUND(NOMINAL(5%, 12), 4)",
    "0.0489",
  ]),
];
