import fc from "fast-check";
import { expect, test } from "vitest";
import { nodePlatform } from "@gridfolk/core/testing/platform";
import type { Cell } from "@gridfolk/core/field/cell";
import { recordIds } from "@gridfolk/core/ledger/ids";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { noNames } from "@gridfolk/core/sheet/names";
import { sorter } from "@gridfolk/core/sheet/sort";
import { arrange } from "./arrange.ts";

const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };

function tableOf(names: (Cell | undefined)[], scores: (Cell | undefined)[]): Workbook.Table {
  const table = Workbook.addTable(Workbook.empty("w", "e"), {
    key: "things",
    name: "Things",
    title: ["name"],
    position: 1,
    fields: [
      { key: "name", name: "Name", type: "text" },
      { key: "score", name: "Score", type: "number" },
    ],
  });
  table.ids.push(...recordIds(nodePlatform, names.length));
  table.columns.set("name", names);
  table.columns.set("score", scores);
  return table;
}

test("rows stand as a stable sort by comparing them would put them", () => {
  const name = fc.option(fc.constantFrom("b", "B", "a", "ä", "a10", "a9", ""), { nil: undefined });
  const score = fc.option(
    fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant({ invalid: "lots" })),
    { nil: undefined },
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, score), { maxLength: 40 }),
      fc.boolean(),
      fc.boolean(),
      (values, first, second) => {
        const table = tableOf(
          values.map(([text]) => text),
          values.map(([, number]) => number),
        );
        const keys = [
          { field: "name", descending: first },
          { field: "score", descending: second },
        ];
        const context = { locale, names: noNames };
        const rows = values.map((_, row) => row);
        const expected = rows.toSorted(sorter(keys, table, context).compare);
        const actual = arrange(
          rows,
          keys.map((key) => sorter([key], table, context)),
        );
        expect([...actual]).toEqual(expected);
      },
    ),
  );
});
