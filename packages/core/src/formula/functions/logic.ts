import type { Evaluate, FunctionDefinition } from "../function.ts";
import { common, TRUTH, type Kind } from "../kind.ts";
import {
  compare,
  error,
  isError,
  isList,
  NOT_AVAILABLE,
  single,
  toNumber,
  toTruth,
} from "../value.ts";
import type { FormulaError, Value } from "../value.ts";

const category = "Logic";

/** TRUE or FALSE of every value given; blanks and texts in lists do not count, as in spreadsheets. */
function truths(args: readonly Value[]): boolean[] | FormulaError {
  const found: boolean[] = [];
  for (const arg of args) {
    for (const item of isList(arg) ? arg : [arg]) {
      if (item === undefined) continue;
      if (isList(arg) && typeof item === "string") continue;
      const truth = toTruth(item);
      if (typeof truth !== "boolean") return truth;
      found.push(truth);
    }
  }
  return found.length > 0 ? found : error("#VALUE!", "There is nothing that is TRUE or FALSE.");
}

const otherwise = (kinds: readonly Kind[]): Kind => common(kinds);

export const logic: readonly FunctionDefinition[] = [
  {
    name: "IF",
    category,
    syntax: "IF(condition, then, [else])",
    summary: "One value where the condition holds, another where it does not.",
    example: ['IF(2 > 1, "yes", "no")', "yes"],
    least: 2,
    most: 3,
    takes: "lazy",
    kind: ([, then, other]) => common([then, other]),
    plan([condition, then, other]) {
      return (row) => {
        const asked = condition?.(row);
        if (asked !== undefined && isList(asked) && asked.length > 1) {
          const yes = then?.(row);
          const no = other === undefined ? false : other(row);
          return asked.map((item, index) => {
            const truth = toTruth(item);
            if (typeof truth !== "boolean") return truth;
            const branch = truth ? yes : no;
            return isList(branch) ? branch[index] : branch;
          });
        }
        const truth = toTruth(asked);
        if (typeof truth !== "boolean") return truth;
        if (truth) return then?.(row);
        return other === undefined ? false : other(row);
      };
    },
  },
  {
    name: "IFS",
    category,
    syntax: "IFS(condition, then, [condition, then]…)",
    summary: "The value behind the first condition that holds. End with TRUE for everything else.",
    example: ['IFS(1 > 2, "a", TRUE, "b")', "b"],
    least: 2,
    most: 254,
    takes: "lazy",
    kind: (kinds) => common(kinds.filter((_, index) => index % 2 === 1)),
    plan: (args) => (row) => {
      for (let index = 0; index + 1 < args.length; index += 2) {
        const truth = toTruth(args[index]?.(row));
        if (typeof truth !== "boolean") return truth;
        if (truth) return args[index + 1]?.(row);
      }
      return error("#N/A", "None of the conditions of IFS holds.");
    },
  },
  {
    name: "SWITCH",
    category,
    syntax: "SWITCH(value, case, then, [case, then]…, [else])",
    summary: "The value behind the case that equals the value.",
    example: ['SWITCH("b", "a", 1, "b", 2, 0)', "2"],
    least: 3,
    most: 254,
    takes: "lazy",
    kind: ([, ...rest]) =>
      common(rest.filter((_, index) => index % 2 === 1 || index === rest.length - 1)),
    plan:
      ([value, ...rest]) =>
      (row) => {
        const wanted = single(value?.(row));
        if (isError(wanted)) return wanted;
        let index = 0;
        for (; index + 1 < rest.length; index += 2) {
          const order = compare(wanted, single(rest[index]?.(row)));
          if (isError(order)) return order;
          if (order === 0) return rest[index + 1]?.(row);
        }
        return index < rest.length
          ? rest[index]?.(row)
          : error("#N/A", "None of the cases of SWITCH fits.");
      },
  },
  {
    name: "CHOOSE",
    category,
    syntax: "CHOOSE(number, first, [second]…)",
    summary: "The first, second, third … value, as the number says.",
    example: ['CHOOSE(2, "low", "high")', "high"],
    least: 2,
    most: 255,
    takes: "lazy",
    kind: ([, ...rest]) => common(rest),
    plan:
      ([which, ...rest]) =>
      (row) => {
        const number = toNumber(which?.(row));
        if (typeof number !== "number") return number;
        const chosen = rest[Math.floor(number) - 1];
        return chosen === undefined
          ? error("#VALUE!", `CHOOSE has no value number ${Math.floor(number)}.`)
          : chosen(row);
      },
  },
  {
    name: "AND",
    category,
    syntax: "AND(condition, [condition]…)",
    summary: "TRUE where all conditions hold.",
    example: ["AND(TRUE, 1 > 0)", "TRUE"],
    least: 1,
    most: 255,
    takes: "whole",
    kind: TRUTH,
    call(args) {
      const found = truths(args);
      return Array.isArray(found) ? found.every(Boolean) : (found as FormulaError);
    },
  },
  {
    name: "OR",
    category,
    syntax: "OR(condition, [condition]…)",
    summary: "TRUE where at least one condition holds.",
    example: ["OR(FALSE, 1 > 0)", "TRUE"],
    least: 1,
    most: 255,
    takes: "whole",
    kind: TRUTH,
    call(args) {
      const found = truths(args);
      return Array.isArray(found) ? found.some(Boolean) : (found as FormulaError);
    },
  },
  {
    name: "XOR",
    category,
    syntax: "XOR(condition, [condition]…)",
    summary: "TRUE where an odd number of conditions holds.",
    example: ["XOR(TRUE, TRUE)", "FALSE"],
    least: 1,
    most: 255,
    takes: "whole",
    kind: TRUTH,
    call(args) {
      const found = truths(args);
      return Array.isArray(found)
        ? found.filter(Boolean).length % 2 === 1
        : (found as FormulaError);
    },
  },
  {
    name: "NOT",
    category,
    syntax: "NOT(condition)",
    summary: "TRUE where the condition does not hold.",
    example: ["NOT(1 > 2)", "TRUE"],
    least: 1,
    most: 1,
    takes: "each",
    kind: TRUTH,
    call([condition]) {
      const truth = toTruth(condition);
      return typeof truth === "boolean" ? !truth : truth;
    },
  },
  {
    name: "TRUE",
    category,
    syntax: "TRUE()",
    summary: "TRUE.",
    example: ["TRUE()", "TRUE"],
    least: 0,
    most: 0,
    takes: "whole",
    kind: TRUTH,
    call: () => true,
  },
  {
    name: "FALSE",
    category,
    syntax: "FALSE()",
    summary: "FALSE.",
    example: ["FALSE()", "FALSE"],
    least: 0,
    most: 0,
    takes: "whole",
    kind: TRUTH,
    call: () => false,
  },
  {
    name: "IFERROR",
    category,
    syntax: "IFERROR(value, instead)",
    summary: "The value, or another one where it is an error.",
    example: ["IFERROR(1 / 0, 0)", "0"],
    least: 2,
    most: 2,
    takes: "lazy",
    kind: otherwise,
    plan: instead(isError),
  },
  {
    name: "IFNA",
    category,
    syntax: "IFNA(value, instead)",
    summary: "The value, or another one where it is #N/A: nothing was found.",
    example: ['IFNA(NA(), "none")', "none"],
    least: 2,
    most: 2,
    takes: "lazy",
    kind: otherwise,
    plan: instead((value) => isError(value) && value.error === "#N/A"),
  },
  {
    name: "NA",
    category,
    syntax: "NA()",
    summary: "The error #N/A, for “not known”.",
    example: ["ISNA(NA())", "TRUE"],
    least: 0,
    most: 0,
    takes: "whole",
    kind: { type: "any" },
    call: () => NOT_AVAILABLE,
  },
];

function instead(replaces: (value: Value) => boolean) {
  return ([value, other]: readonly Evaluate[]): Evaluate =>
    (row) => {
      const found = value?.(row);
      if (!isList(found)) return replaces(found) ? other?.(row) : found;
      return found.map((item) => (replaces(item) ? single(other?.(row)) : item));
    };
}
