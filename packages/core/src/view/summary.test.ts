import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cell } from "../field/cell.ts";
import { findField, rows, table } from "../ledger/workbook.ts";
import { must } from "../assert.ts";
import { localeOf } from "../sheet/settings.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import type { SummaryKind } from "./definition.ts";
import { label, offered, summarize, words } from "./summary.ts";

function figures(key: string, cells: readonly (Cell | null)[], sheet = "deals") {
  const workbook = newWorkbook();
  const ids = cells.map((_, index) => `00000000000${10_000 + index}`);
  commit(workbook, [{ op: "create", sheet, ids, fields: { [key]: cells } }]);
  const deals = table(workbook, sheet);
  const field = must(findField(deals, key));
  const locale = localeOf(workbook);
  return (kind: SummaryKind) =>
    words(summarize(kind, rows(deals), field, deals, locale), field, locale);
}

test("amounts", () => {
  const of = figures("value", ["1000 USD", null, "3000 USD", { invalid: "a lot" }, "9000 USD"]);
  expect(of("sum")).toBe("$130.00");
  expect(of("average")).toBe("$43.33");
  expect(of("median")).toBe("$30.00");
  expect(of("min")).toBe("$10.00");
  expect(of("max")).toBe("$90.00");
  expect(of("range")).toBe("$80.00");
  expect(of("count")).toBe("5");
  expect(of("filled")).toBe("4");
  expect(of("blank")).toBe("1");
  expect(of("percentFilled")).toBe("80%");
  expect(of("unique")).toBe("4");
});

test("the median is what stands in the middle of the sorted amounts", () => {
  const amounts = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(amounts, (cents) => {
      const sorted = cents.toSorted((a, b) => a - b);
      const [low, high] = [sorted[(cents.length - 1) >> 1] ?? 0, sorted[cents.length >> 1] ?? 0];
      const write = (values: readonly number[], kind: SummaryKind) =>
        figures(
          "value",
          values.map((value) => `${value} USD`),
        )(kind);
      const expected = write([Math.round((low + high) / 2)], "sum");
      expect(write(cents, "median")).toBe(expected);
    }),
    { numRuns: 40 },
  );
});

test("amounts below nothing", () => {
  expect(figures("value", ["-1050 USD", "-5 USD", "0 USD"])("sum")).toBe("-$10.55");
});

test("amounts in several currencies have no sum, and nothing has no average", () => {
  expect(figures("value", ["1000 USD", "1000 EUR"])("sum")).toBe("several currencies");
  expect(figures("value", [null])("average")).toBe("–");
});

test("dates have an earliest, a latest and the days between", () => {
  const of = figures("closeDate", ["2026-03-10", null, "2026-03-01", { invalid: "soon" }]);
  expect(of("min")).toBe("Mar 1, 2026");
  expect(of("max")).toBe("Mar 10, 2026");
  expect(of("range")).toBe("9 days");
  expect(of("sum")).toBe("–");
});

test("lists are the same when they hold the same", () => {
  expect(figures("tags", [["VIP"], ["VIP"], ["VIP", "Partner"], null], "contacts")("unique")).toBe(
    "2",
  );
});

test("a column is offered what it can answer", () => {
  const deals = table(newWorkbook(), "deals");
  const field = (key: string) => must(findField(deals, key));
  expect(offered(field("value"))).toContain("median");
  expect(offered(field("closeDate"))).not.toContain("sum");
  expect(offered(field("name"))).toEqual(["count", "filled", "percentFilled", "blank", "unique"]);
  expect(label("min", field("closeDate"))).toBe("Earliest");
  expect(label("min", field("value"))).toBe("Min");
});
