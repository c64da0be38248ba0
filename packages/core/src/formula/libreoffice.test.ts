import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "./compile.ts";
import { loadParts } from "./library-parts.ts";
import { isError, isList, type Value } from "./value.ts";

type Answer = string | number | boolean;

const { answers } = JSON.parse(
  readFileSync(new URL("testdata/libreoffice.json", import.meta.url), "utf8"),
) as { answers: readonly (readonly [string, Answer])[] };

/** Where we follow Excel and LibreOffice does not, or the file format lost what was asked. */
const OTHERWISE: { readonly [formula: string]: Answer } = {
  // LibreOffice reads TRUE from the file as the number 1.
  '"a"<TRUE': true,
  "TRUE>1": true,
  'TRUE&""': "TRUE",
  'CONCATENATE("a",1,TRUE)': "a1TRUE",
  // It writes all its own errors as #VALUE!.
  "SQRT(-1)": "#NUM!",
  "LN(0)": "#NUM!",
  "LARGE({1,2},3)": "#NUM!",
  // The last days of December are in week 53 of their year in Excel.
  "WEEKNUM(DATE(2025,12,31))": 53,
  "WEEKNUM(DATE(2025,12,31),2)": 53,
  // Seconds are rounded, so that 12:30 stays 12:30 with ten digits.
  "MINUTE(0.5208333333)": 30,
};

const none = (): never => {
  throw new Error("no names here");
};
const environment = {
  mark: "." as const,
  locale: "en-US",
  timeZone: "UTC",
  currency: "USD",
  now: () => 46_353,
  spend: () => {},
};

function answer(formula: string): Answer {
  const { evaluate } = compile(formula, { path: none, column: none, timeText: none }, environment);
  return plain(evaluate(0));
}

function plain(value: Value): Answer {
  if (isList(value)) return plain(value[0]);
  if (isError(value)) return value.error;
  return (value ?? "") as Answer;
}

beforeAll(loadParts);

describe("formula, against LibreOffice", () => {
  it("has 300 expressions and more", () => {
    expect(answers.length).toBeGreaterThan(300);
  });

  it.each(answers)("%s", (formula, expected) => {
    const wanted = OTHERWISE[formula] ?? expected;
    const found = answer(formula);
    if (typeof wanted === "number" && typeof found === "number") {
      expect(Math.abs(found - wanted)).toBeLessThanOrEqual(Math.abs(wanted) * 1e-9 + 1e-12);
    } else expect(found).toBe(wanted);
  });
});
