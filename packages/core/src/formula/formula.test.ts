import { beforeAll, describe, expect, it } from "vitest";
import type { Locale } from "../field/field.ts";
import { compile, type Scope } from "./compile.ts";
import type { Environment } from "./function.ts";
import { functions } from "./library.ts";
import { loadParts } from "./library-parts.ts";
import { FormulaProblem } from "./problem.ts";
import { timeText } from "./cells.ts";
import { isError, isList, toText, type Value } from "./value.ts";

const locale: Locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const environment: Environment = {
  mark: ".",
  locale: "en-US",
  timeZone: "UTC",
  currency: "USD",
  now: () => 46_353.5, // 2026-11-27 12:00
  spend: () => {},
};
const scope: Scope = {
  path: ({ names, at }) => {
    throw new FormulaProblem(`There is no [${names[0]?.name ?? ""}].`, at);
  },
  column: ({ at }) => {
    throw new FormulaProblem("There is no such column.", at);
  },
  timeText: (serial, kind) => timeText(serial, kind, locale),
};

function answer(text: string): string {
  return shown(compile(text, scope, environment).evaluate(0));
}

function shown(value: Value): string {
  if (isList(value)) return `{${value.map(shown).join(", ")}}`;
  const text = toText(value);
  return isError(text) ? text.error : (text as string);
}

function problem(text: string): FormulaProblem {
  try {
    compile(text, scope, environment);
  } catch (error) {
    if (error instanceof FormulaProblem) return error;
    throw error;
  }
  throw new Error(`${text} was understood`);
}

beforeAll(loadParts);

describe("formula", () => {
  it.each([
    ["1 + 2 * 3", "7"],
    ["(1 + 2) * 3", "9"],
    ["-2 ^ 2", "4"],
    ["2 ^ 3 ^ 2", "64"],
    ["10% * 50", "5"],
    ["200 * 5%%", "0.1"],
    ["--3", "3"],
    ['"a" & 1 + 1', "a2"],
    ["1 = 1", "TRUE"],
    ['"A" = "a"', "TRUE"],
    ['1 < "a"', "TRUE"],
    ['"a" < TRUE', "TRUE"],
    ["0.1 + 0.2 = 0.3", "TRUE"],
    ["1 - 0.9 - 0.1", "0"],
    ["=1 + 1", "2"],
    ["SUM(1; 2; 3)", "6"],
    ["1 ÷ 4 × 2 − 1", "-0.5"],
    ['"5" + 1', "6"],
    ['"abc" + 1', "#VALUE!"],
    ["1 / 0", "#DIV/0!"],
    ["0 ^ 0", "#NUM!"],
    ["10 ^ 400", "#NUM!"],
    ["#N/A", "#N/A"],
    ["IF(1 / 0, 1, 2)", "#DIV/0!"],
    ["IF(FALSE, 1 / 0, 2)", "2"],
    ["{1, 2, 3} * 2", "{2, 4, 6}"],
    ['UPPER({"a", "b"})', "{A, B}"],
    ["SUM({1, 2, 3} > 1)", "0"],
    ['"say ""hi"""', 'say "hi"'],
    ["“curly”", "curly"],
  ])("computes %s", (text, expected) => {
    expect(answer(text)).toBe(expected);
  });

  it.each(functions.map(({ name, example: [text, expected] }) => [name, text, expected] as const))(
    "%s answers its example",
    (_name, text, expected) => {
      expect(answer(text)).toBe(expected);
    },
  );

  it("says what is wrong and where", () => {
    expect(problem("1 +").message).toBe("The formula ends where a value is missing.");
    expect(problem("SUM(1, 2").message).toBe("A closing parenthesis is missing at the end.");
    expect(problem("1 2").message).toBe("An operator such as + or & is missing before “2”.");
    expect(problem("(1))")).toMatchObject({ message: "This parenthesis closes nothing.", at: 3 });
    expect(problem("SUMM(1)").message).toBe("There is no function SUMM. Did you mean SUM?");
    expect(problem("ROUND()").message).toBe("ROUND takes more values: ROUND(number, [digits]).");
    expect(problem("value * 2").message).toContain("[value]");
    expect(problem('"open').message).toBe("The quotation mark opened here is never closed.");
    expect(problem("1 $ 2").message).toBe("“$” means nothing in a formula.");
    expect(problem("").message).toBe("The formula is empty.");
  });

  it("refuses what nests too deep or is too long, at once", () => {
    expect(problem(`${"(".repeat(10_000)}1${")".repeat(10_000)}`).message).toContain("8,192");
    expect(problem(`${"(".repeat(1_000)}1${")".repeat(1_000)}`).message).toContain(
      "nests at most 64",
    );
    expect(problem(`${"-".repeat(5_000)}1`).message).toMatch(/signs/);
    expect(problem(`1${"+1".repeat(4_000)}`).message).toContain("4000");
  });

  it("computes long sums without running out of stack", () => {
    expect(answer(`1${"+1".repeat(1_900)}`)).toBe("1901");
  });

  it("keeps texts and lists within their limits", () => {
    expect(answer('REPT("x", 10 ^ 9)')).toBe("#VALUE!");
    expect(answer("SEQUENCE(10 ^ 9)")).toBe("#VALUE!");
    expect(answer('REPT(REPT("x", 50000), 3)')).toBe("#VALUE!");
  });

  it("does not take long for patterns that would make a search go back for ever", () => {
    const text = "a".repeat(5_000);
    const started = performance.now();
    expect(answer(`COUNTIF({"${text}"}, "*a*a*a*a*a*a*a*b")`)).toBe("0");
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
