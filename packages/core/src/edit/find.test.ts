import { beforeAll, describe, expect, it } from "vitest";
import { recordIds } from "../ledger/ids.ts";
import * as Workbook from "../ledger/workbook.ts";
import { contextOf } from "../sheet/context.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { finding } from "./find.ts";
import { finder, loadPatterns, type Search } from "./pattern.ts";
import { finish } from "./steps.ts";

beforeAll(loadPatterns);

describe("finding", () => {
  it("lists the cells that contain it, row by row, in texts, amounts and what does not fit", () => {
    const workbook = newWorkbook();
    const fields = {
      name: ["Acme 12", "Globex"],
      value: ["120000 USD", { invalid: "about 12" }],
      closeDate: ["2026-12-31", null],
    };
    const ids = recordIds(nodePlatform, 2);
    commit(workbook, [{ op: "create", sheet: "deals", ids, fields }]);
    const table = Workbook.table(workbook, "deals");
    const wanted = ["name", "value", "closeDate"].map((key) => Workbook.field(table, key));
    const of = (search: Omit<Search, "replace">) =>
      finish(finding(table, Workbook.rows(table), wanted, search, contextOf(workbook, { now: 0 })));
    const { found, cells } = of({ find: "12" });
    expect(found.map(({ row, field }) => `${row} ${field}`)).toEqual([
      "0 name",
      "0 value",
      "0 closeDate",
      "1 value",
    ]);
    expect(cells).toBe(4);
    expect(of({ find: "globex", whole: true }).cells).toBe(1);
    expect(of({ find: "globex", matchCase: true }).cells).toBe(0);
  });

  it("says where, by text and by pattern", () => {
    const at = (search: Omit<Search, "replace">, text: string) => finder(search)(text);
    expect(at({ find: "B." }, "a b.c")).toEqual({ from: 2, to: 4 });
    expect(at({ find: "b.$", regex: true }, "😀 bc")).toEqual({ from: 3, to: 5 });
    expect(at({ find: "x*", regex: true }, "abxx")).toEqual({ from: 2, to: 4 });
    expect(at({ find: "ab", whole: true, regex: true }, "abc")).toBeUndefined();
    expect(() => at({ find: "(", regex: true }, "")).toThrow("The pattern cannot be used");
  });
});
