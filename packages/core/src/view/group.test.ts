import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cell } from "../field/cell.ts";
import type { Operation } from "../ledger/operation.ts";
import { rows, table, value } from "../ledger/workbook.ts";
import { contextOf } from "../sheet/context.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import type { GroupKey } from "./definition.ts";
import { arrange, firstDay, grouping, stretchWords, type Group } from "./group.ts";

function deals(columns: Readonly<Record<string, readonly (Cell | null)[]>>) {
  const workbook = newWorkbook({ country: "DE" });
  const count = Math.max(...Object.values(columns).map((column) => column.length));
  const ids = Array.from({ length: count }, (_, index) => `00000000000${10_000 + index}`);
  const create: Operation = { op: "create", sheet: "deals", ids, fields: columns };
  commit(workbook, [create]);
  return { deals: table(workbook, "deals"), context: contextOf(workbook, { now: 0 }) };
}

function keysOf(sheet: ReturnType<typeof deals>, keys: readonly GroupKey[]) {
  const groups = grouping(keys, sheet.deals, sheet.context);
  const { rows: sorted, leaves } = arrange(rows(sheet.deals), groups);
  const shown = Array.from(leaves, (leaf) =>
    Array.from({ length: groups.levels }, (_, level) => groups.groupAt(leaf, level)),
  );
  return { sorted: [...sorted], leaves: [...leaves], shown };
}

const up = (field: string): GroupKey => ({ field, descending: false });
const names = (groups: readonly Group[][]) => [...new Set(groups.map(([first]) => first?.cell))];

test("choices stand as their options do, text that does not fit behind them, blanks last", () => {
  const sheet = deals({ stage: ["Won", null, "Lead", { invalid: "?" }, "Won"] });
  const { sorted, shown } = keysOf(sheet, [up("stage")]);
  expect(names(shown)).toEqual(["Lead", "Won", { invalid: "?" }, undefined]);
  expect(sorted).toEqual([2, 0, 4, 3, 1]);
  const down = keysOf(sheet, [{ field: "stage", descending: true }]);
  expect(names(down.shown)).toEqual(["Won", "Lead", { invalid: "?" }, undefined]);
});

test("dates are grouped by the stretch of time they lie in", () => {
  const sheet = deals({ closeDate: ["2026-03-31", "2026-01-05", null, "2026-03-01"] });
  const by = (unit: GroupKey["unit"]) => names(keysOf(sheet, [{ ...up("closeDate"), unit }]).shown);
  expect(by("month")).toEqual(["2026-01-01", "2026-03-01", undefined]);
  expect(by("quarter")).toEqual(["2026-01-01", undefined]);
  expect(by("year")).toEqual(["2026-01-01", undefined]);
  expect(by("day")).toHaveLength(4);
  expect(by("week")).toEqual(["2026-01-05", "2026-02-23", "2026-03-30", undefined]);
});

test("weeks begin where the country says, and stretches are told in words", () => {
  expect(firstDay("2026-03-01", "week", 0)).toBe("2026-03-01");
  expect(firstDay("2026-03-01", "week", 1)).toBe("2026-02-23");
  expect(stretchWords("2026-03-01", "month", "en-US")).toBe("March 2026");
  expect(stretchWords("2026-07-01", "quarter", "en-US")).toBe("Q3 2026");
  expect(stretchWords("2026-02-23", "week", "en-US")).toBe("week of Feb 23, 2026");
  expect(stretchWords("2026-01-01", "year", "en-US")).toBe("2026");
});

test("every row is in exactly one leaf group, groups are whole, and rows keep their order inside", () => {
  const stage = fc.constantFrom("Lead", "Won", "Lost", null);
  const source = fc.constantFrom("Web", "Partner", null);
  const day = fc.constantFrom("2026-01-01", "2026-01-20", "2026-05-01", null);
  fc.assert(
    fc.property(
      fc.array(fc.record({ stage, source, closeDate: day }), { minLength: 1, maxLength: 40 }),
      fc.subarray([up("stage"), { ...up("closeDate"), unit: "month" as const }, up("source")], {
        minLength: 1,
      }),
      (records, keys) => {
        const sheet = deals({
          stage: records.map((record) => record.stage),
          source: records.map((record) => record.source),
          closeDate: records.map((record) => record.closeDate),
        });
        const { sorted, leaves, shown } = keysOf(sheet, keys);
        expect([...sorted].sort((a, b) => a - b)).toEqual(records.map((_, row) => row));
        // A leaf's rows stand together and in their old order; so do the groups above it.
        leaves.forEach((leaf, at) => {
          if (leaves[at - 1] === leaf) {
            expect(sorted[at - 1]).toBeLessThan(sorted[at] as number);
          }
        });
        for (let level = 0; level < keys.length; level++) {
          const runs = shown
            .map((groups) => groups[level]?.key)
            .filter((key, at, all) => key !== all[at - 1]);
          expect(new Set(runs).size).toBe(runs.length);
        }
        sorted.forEach((row, at) => {
          const at0 = shown[at]?.[0];
          if (at0?.field.key === "stage") {
            expect(value(sheet.deals, row, "stage")).toBe(at0.cell);
          }
        });
      },
    ),
    { numRuns: 40 },
  );
});
