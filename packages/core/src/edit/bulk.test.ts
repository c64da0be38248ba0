import { beforeAll, describe, expect, it } from "vitest";
import type { Cell } from "../field/cell.ts";
import { loadPhones } from "../field/phone.ts";
import { loadParts } from "../formula/library-parts.ts";
import { recordIds } from "../ledger/ids.ts";
import * as Workbook from "../ledger/workbook.ts";
import { contextOf } from "../sheet/context.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { amountTyped, plan, planning, type Action } from "./bulk.ts";
import { loadPatterns } from "./pattern.ts";

const now = Date.UTC(2026, 10, 27, 12);

beforeAll(async () => {
  await Promise.all([loadPhones(), loadPatterns(), loadParts()]);
});

function setUp(sheet: string, fields: { [key: string]: readonly (Cell | null)[] }) {
  const workbook = newWorkbook();
  const { length } = Object.values(fields)[0] ?? [];
  commit(workbook, [{ op: "create", sheet, ids: recordIds(nodePlatform, length), fields }]);
  const table = Workbook.table(workbook, sheet);
  const of = (action: Action) =>
    plan(workbook, table, Workbook.rows(table), action, { ...contextOf(workbook, { now }), now });
  /** What the fields hold afterwards. */
  const after = (action: Action, key: string) => {
    const { operations } = of(action);
    commit(workbook, operations);
    return Workbook.rows(table).map((row) => Workbook.value(table, row, key));
  };
  return { workbook, table, of, after };
}

describe("a bulk edit", () => {
  it("sets one value, read as the column reads it, and says how many records change", () => {
    const { of, after } = setUp("deals", { closeDate: ["2026-12-31", null, "2026-01-01"] });
    const action: Action = { kind: "set", field: "closeDate", text: "12/31/2026" };
    expect(of(action)).toMatchObject({ records: 2, cells: 2, unchanged: 1, misfits: 0 });
    expect(of(action).samples).toHaveLength(2);
    expect(of({ ...action, text: "soon" })).toMatchObject({ records: 3, misfits: 3 });
    expect(after(action, "closeDate")).toEqual(["2026-12-31", "2026-12-31", "2026-12-31"]);
  });

  it("clears columns", () => {
    const { after } = setUp("contacts", { title: ["CEO", null], city: ["Bonn", "Rome"] });
    expect(after({ kind: "clear", fields: ["title", "city"] }, "city")).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("replaces text, without regard to case unless asked, everywhere or in whole cells", () => {
    const { after } = setUp("contacts", { title: ["Sales Manager", "sales", "Presales", null] });
    const search = { find: "sales", replace: "Market$1" };
    expect(
      after({ kind: "replace", fields: ["title"], search: { ...search, whole: true } }, "title"),
    ).toEqual(["Sales Manager", "Market$1", "Presales", undefined]);
    expect(
      after(
        { kind: "replace", fields: ["title"], search: { ...search, matchCase: true } },
        "title",
      )[2],
    ).toBe("PreMarket$1");
    expect(after({ kind: "replace", fields: ["title"], search }, "title")[0]).toBe(
      "Market$1 Manager",
    );
  });

  it("replaces by patterns, whatever pattern a person thinks of, in bounded time", () => {
    const { after, of } = setUp("contacts", { title: ["Doe, John", `${"a".repeat(20_000)}!`] });
    const search = { find: "(\\w+), (\\w+)", replace: "$2 $1", regex: true };
    expect(after({ kind: "replace", fields: ["title"], search }, "title")[0]).toBe("John Doe");
    const started = performance.now();
    of({
      kind: "replace",
      fields: ["title"],
      search: { find: "(a+)+$", replace: "", regex: true },
    });
    expect(performance.now() - started).toBeLessThan(5_000);
    const wrong = (find: string) => () =>
      of({ kind: "replace", fields: ["title"], search: { find, replace: "", regex: true } });
    expect(wrong("(")).toThrow("The pattern cannot be used: missing closing )");
    expect(wrong("(a)\\1")).toThrow("cannot be used");
    expect(wrong("")).toThrow("nothing to find");
  });

  it("reads a replaced number, amount or date again, and marks what does not fit then", () => {
    const { after, of } = setUp("deals", { value: ["120000 USD", "5000 EUR"] });
    const search = { find: "1,?200", replace: "1300", regex: true };
    expect(after({ kind: "replace", fields: ["value"], search }, "value")).toEqual([
      "130000 USD",
      "5000 EUR",
    ]);
    expect(
      of({ kind: "replace", fields: ["value"], search: { find: "50", replace: "x" } }),
    ).toMatchObject({ misfits: 1 });
  });

  it("adds and removes tags, new ones with an option of their own", () => {
    const { after, table } = setUp("contacts", { tags: [["VIP"], null, ["Prospect", "VIP"]] });
    expect(after({ kind: "addTags", field: "tags", names: ["vip", "Trade fair"] }, "tags")).toEqual(
      [
        ["VIP", "Trade fair"],
        ["VIP", "Trade fair"],
        ["Prospect", "VIP", "Trade fair"],
      ],
    );
    expect(Workbook.field(table, "tags").options?.some(({ name }) => name === "Trade fair")).toBe(
      true,
    );
    expect(
      after({ kind: "removeTags", field: "tags", names: ["VIP", "Trade fair"] }, "tags"),
    ).toEqual([undefined, undefined, ["Prospect"]]);
  });

  it("increases by a number or by percent", () => {
    const { after, of } = setUp("deals", { value: ["10000 USD", "1999 EUR", null] });
    expect(after({ kind: "increase", field: "value", by: 10, as: "percent" }, "value")).toEqual([
      "11000 USD",
      "2199 EUR",
      undefined,
    ]);
    expect(after({ kind: "increase", field: "value", by: -10.5, as: "number" }, "value")).toEqual([
      "9950 USD",
      "1149 EUR",
      undefined,
    ]);
    expect(() => of({ kind: "increase", field: "name", by: 1, as: "number" })).toThrow(
      "does not hold numbers",
    );
  });

  it("moves dates", () => {
    const { after } = setUp("deals", { closeDate: ["2026-12-31", null] });
    expect(after({ kind: "shift", field: "closeDate", days: 60 }, "closeDate")).toEqual([
      "2027-03-01",
      undefined,
    ]);
  });

  it("changes letters and trims", () => {
    const { after } = setUp("contacts", {
      lastName: ["  MCDONALD ", "van der berg", "o'neil", "MacLeod", null],
    });
    expect(after({ kind: "trim", fields: ["lastName"] }, "lastName")[0]).toBe("MCDONALD");
    expect(after({ kind: "letters", fields: ["lastName"], letters: "name" }, "lastName")).toEqual([
      "McDonald",
      "Van der Berg",
      "O'Neil",
      "MacLeod",
      undefined,
    ]);
    expect(after({ kind: "letters", fields: ["lastName"], letters: "upper" }, "lastName")[1]).toBe(
      "VAN DER BERG",
    );
  });

  it("formats addresses and numbers", () => {
    const { after } = setUp("contacts", {
      email: ["Anna@Example.COM", { invalid: "mailto:ben@x.io" }],
      phone: ["+14155552671 415.555.2671", { invalid: "call me" }],
    });
    expect(after({ kind: "format", fields: ["email"] }, "email")).toEqual([
      "anna@example.com",
      "ben@x.io",
    ]);
    const [phone, kept] = after({ kind: "format", fields: ["phone"] }, "phone");
    expect(phone).toBe("+14155552671");
    expect(kept).toEqual({ invalid: "call me" });
  });

  it("fills from another column or a formula", () => {
    const { after } = setUp("contacts", { title: ["12/31/2026", "soon"], city: ["Bonn", "Rome"] });
    expect(after({ kind: "copy", field: "state", from: "city" }, "state")).toEqual([
      "Bonn",
      "Rome",
    ]);
    expect(
      after({ kind: "formula", field: "notes", formula: 'UPPER([City]) & "!"' }, "notes"),
    ).toEqual(["BONN!", "ROME!"]);
  });

  it("assigns people in turn", () => {
    const { after, of, workbook } = setUp("contacts", { city: ["a", "b", "c"] });
    const [user, name, email] = [["ben"], ["Ben Brook"], ["ben@acme.test"]];
    const fields = { user, name, email, role: ["member"], active: [true] };
    commit(workbook, [
      { op: "create", sheet: "_members", ids: recordIds(nodePlatform, 1), fields },
    ]);
    const action: Action = { kind: "assign", field: "owner", users: ["anna", "ben@acme.test"] };
    expect(after(action, "owner")).toEqual(["anna", "ben", "anna"]);
    expect(() => of({ ...action, users: ["Nobody Here"] })).toThrow("is no member");
  });

  it("makes values that mean the same one", () => {
    const { after, of } = setUp("contacts", { city: ["NYC", "New York", "new york ", "Rome"] });
    const groups = [{ values: ["NYC", "new york "], into: "New York" }];
    const action: Action = { kind: "unify", field: "city", groups };
    expect(of(action)).toMatchObject({ records: 2, replaced: 2, unchanged: 2 });
    expect(after(action, "city")).toEqual(["New York", "New York", "New York", "Rome"]);
  });

  it("is worked out in steps that a page can pause between", () => {
    const { workbook, table } = setUp("contacts", {
      city: Array.from({ length: 5_000 }, () => "x"),
    });
    const action: Action = { kind: "set", field: "city", text: "y" };
    const context = { ...contextOf(workbook, { now }), now };
    const steps = planning(workbook, table, Workbook.rows(table), action, context);
    let pauses = 0;
    while (steps.next().done !== true) pauses += 1;
    expect(pauses).toBeGreaterThan(5);
  });

  it("puts records into the trash", () => {
    const { of, workbook, table } = setUp("contacts", { city: ["a", "b"] });
    const { operations, records } = of({ kind: "delete" });
    expect(records).toBe(2);
    commit(workbook, operations);
    expect(table.live).toBe(0);
  });

  it("leaves alone what fills itself and what is not there", () => {
    const { of } = setUp("contacts", { city: ["a"] });
    expect(() => of({ kind: "clear", fields: ["nothing"] })).toThrow("no column");
    expect(() => of({ kind: "formula", field: "city", formula: "[Nothing]" })).toThrow(
      "has no column “Nothing”",
    );
  });

  it("shows ten samples, what does not fit among the first", () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `n${index}`);
    const { of } = setUp("deals", { name: names, closeDate: names.map(() => "2026-01-01") });
    const { samples } = of({ kind: "letters", fields: ["name"], letters: "upper" });
    expect(samples).toHaveLength(10);
    expect(new Set(samples.map(({ id }) => id)).size).toBe(10);
  });

  it("reads amounts as they are typed", () => {
    expect(amountTyped("12,5 %", "de-DE")).toBe(12.5);
    expect(amountTyped("x", "de-DE")).toBeUndefined();
  });
});
