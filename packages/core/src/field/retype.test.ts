import { describe, expect, test } from "vitest";
import type { Cell } from "./cell.ts";
import type { Field, FieldType, Locale } from "./field.ts";
import { optionsFor, retype, textOf } from "./retype.ts";

const us: Locale = {
  locale: "en-US",
  timeZone: "America/New_York",
  currency: "USD",
  country: "US",
};
const field = (type: FieldType, more: Partial<Field> = {}): Field => ({
  key: "f",
  name: "F",
  type,
  ...more,
});

describe("retype", () => {
  test.each<[FieldType, Cell, FieldType, Cell]>([
    ["text", "1,234.50", "number", 1234.5],
    ["text", "about 5", "number", { invalid: "about 5" }],
    ["text", "$5", "currency", "500 USD"],
    ["text", "5 EUR", "currency", "500 EUR"],
    ["number", 12.5, "currency", "1250 USD"],
    ["number", 0.123, "percent", 0.123],
    ["number", 1e21, "text", "1e+21"],
    ["percent", 0.12, "text", "12%"],
    ["currency", "500 EUR", "text", "5.00 EUR"],
    ["currency", "500 USD", "number", 5],
    ["currency", "500 EUR", "number", { invalid: "5.00 EUR" }],
    ["date", "2026-12-31", "text", "12/31/2026"],
    ["date", "2026-12-31", "dateTime", "2026-12-31T05:00:00Z"],
    ["dateTime", "2026-12-31T03:00:00Z", "date", "2026-12-30"],
    ["checkbox", true, "text", "Yes"],
    ["number", 1, "checkbox", true],
    ["phone", "+14155552671 (415) 555-2671", "text", "(415) 555-2671"],
    ["text", "(415) 555-2671", "phone", "+14155552671 (415) 555-2671"],
    ["email", "a@b.co", "url", { invalid: "a@b.co" }],
    ["email", { invalid: "3/4/2026" }, "date", "2026-03-04"],
    ["user", "u1", "text", "u1"],
  ])("%s %j to %s is %j", (from, cell, to, expected) => {
    expect(retype([cell, null, undefined], field(from), field(to), us).cells).toEqual([
      expected,
      null,
      null,
    ]);
  });

  test("counts what no longer fits, not what never did", () => {
    const { cells, misfits } = retype(
      ["7", "x", { invalid: "y" }],
      field("email"),
      field("number"),
      us,
    );
    expect(cells).toEqual([7, { invalid: "x" }, { invalid: "y" }]);
    expect(misfits).toBe(1);
  });

  test("keeps a choice with a comma in its name whole", () => {
    const options = [{ name: "won, lost" }, { name: "new" }];
    const one = field("choice", { options });
    const many = field("multiChoice", { options });
    expect(retype(["won, lost"], one, many, us).cells).toEqual([["won, lost"]]);
    expect(retype([["won, lost"], ["new", "won, lost"]], many, one, us).cells).toEqual([
      "won, lost",
      { invalid: 'new, "won, lost"' },
    ]);
  });

  test("makes options of what is in the column, the most frequent first", () => {
    const cells = ["b", "a", "b", null, "A, c", "  b "];
    expect(optionsFor(cells, field("text"), "multiChoice", us).map(({ name }) => name)).toEqual([
      "b",
      "a",
      "c",
    ]);
    const options = optionsFor(cells, field("text"), "choice", us);
    expect(options.map(({ name }) => name)).toEqual(["b", "a", "A, c"]);
    expect(retype(cells, field("text"), field("choice", { options }), us).misfits).toBe(0);
  });

  test("names what links point to", () => {
    const names = { nameOf: () => "Acme, Inc.", idOf: () => "0000000000000001" };
    const link = field("link", { link: { sheet: "companies", multiple: true } });
    expect(textOf(["0000000000000001"], link, us, names)).toBe('"Acme, Inc."');
    expect(retype(["Acme, Inc."], field("text"), link, us, names).cells).toEqual([
      ["0000000000000001"],
    ]);
  });
});
