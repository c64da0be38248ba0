import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finish } from "../edit/steps.ts";
import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { recordIds } from "../ledger/ids.ts";
import { rows, table } from "../ledger/workbook.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { contextOf } from "./context.ts";
import { distinct, MOST_VALUES } from "./distinct.ts";
import { compile } from "./filter.ts";

const now = Date.UTC(2026, 10, 22, 12);
const companies = recordIds(nodePlatform, 2);
const [acme = "", zurich = ""] = companies;

const fields: readonly Field[] = [
  { key: "place", name: "Place", type: "text" },
  { key: "size", name: "Size", type: "number" },
  { key: "share", name: "Share", type: "percent" },
  { key: "signed", name: "Signed", type: "dateTime" },
  { key: "born", name: "Born", type: "date" },
  { key: "mail", name: "Mail", type: "email" },
  { key: "call", name: "Call", type: "phone" },
  {
    key: "tags",
    name: "Tags",
    type: "multiChoice",
    options: [{ name: "VIP" }, { name: "Old" }],
  },
];

function workbookOf(records: readonly { readonly [field: string]: Cell }[]) {
  const workbook = newWorkbook();
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  commit(workbook, [
    {
      op: "create",
      sheet: "companies",
      ids: companies,
      fields: { name: ["Acme, Inc.", "Zürich AG"], industry: ["Retail", "Banking"] },
    },
    ...fields.map((after) => ({ op: "field" as const, sheet: "deals", after })),
    {
      op: "create",
      sheet: "deals",
      ids: recordIds(nodePlatform, records.length),
      fields: Object.fromEntries(
        keys.map((key) => [key, records.map((record) => record[key] ?? null)]),
      ) as never,
    },
  ]);
  return { deals: table(workbook, "deals"), context: contextOf(workbook, { now }) };
}

const records: readonly { readonly [field: string]: Cell }[] = [
  { place: "Berlin", size: 10, company: [acme], tags: ["VIP", "Old"], value: "123450 USD" },
  { place: "berlin", size: 9, company: [zurich], tags: ["VIP"], value: "900 EUR" },
  { place: "Łódź", size: 10, signed: "2026-11-22T23:30:00Z", mail: "Ana@acme.test" },
  { place: "Aachen", size: { invalid: "many" }, signed: "2026-11-23T03:00:00Z", stage: "Won" },
  { mail: "ana@acme.test", call: "+4930123456", born: "2026-03-01", share: 0.25, stage: "Lead" },
];

const list = (key: string) => {
  const { deals, context } = workbookOf(records);
  return finish(distinct(deals, key, context));
};
const said = (key: string) => list(key).values.map(({ label, count }) => `${label} ${count}`);

describe("the values of a column", () => {
  test("are each once, with their count, in the order people look for them; what blanks and misfits there are", () => {
    expect(said("place")).toEqual(["Aachen 1", "Berlin 2", "Łódź 1"]);
    expect(list("place").blanks).toBe(1);
    expect(said("size")).toEqual(["9 1", "10 2"]);
    expect(list("size")).toMatchObject({ misfits: 1, blanks: 1, isPartial: false });
    expect(said("stage")).toEqual(["Lead 1", "Won 1"]);
    expect(said("mail")).toEqual(["Ana@acme.test 2"]);
  });

  test("count each of several; records by their name, times by their day, linked records through the link", () => {
    expect(said("tags")).toEqual(["VIP 2", "Old 1"]);
    expect(said("company")).toEqual(["Acme, Inc. 1", "Zürich AG 1"]);
    expect(said("company.industry")).toEqual(["Banking 1", "Retail 1"]);
    expect(list("signed").values).toEqual([
      { value: "2026-11-22", label: "Nov 22, 2026", count: 2 },
    ]);
  });

  test("are those of the rows that pass", () => {
    const { deals, context } = workbookOf(records);
    const large = compile({ field: "size", op: "gte", value: 10 }, deals, context);
    expect(finish(distinct(deals, "place", context, large)).values).toHaveLength(2);
  });

  test("are not more than can be listed", () => {
    const { deals, context } = workbookOf(
      Array.from({ length: MOST_VALUES + 2 }, (_, index) => ({ place: `Place ${index}` })),
    );
    const found = finish(distinct(deals, "place", context));
    expect(found.values).toHaveLength(MOST_VALUES);
    expect(found.isPartial).toBe(true);
  });

  test("law: “is any of” a value finds as many rows as it counts, several values those of each, null the blanks", () => {
    const { deals, context } = workbookOf(records);
    const count = (key: string, value: readonly unknown[], op = "anyOf") => {
      const passes = compile({ field: key, op, value: value as never }, deals, context);
      return rows(deals).filter(passes).length;
    };
    for (const { key } of [...fields, ...deals.sheet.fields]) {
      if (deals.sheet.fields.find((field) => field.key === key)?.type === "checkbox") continue;
      const found = finish(distinct(deals, key, context));
      for (const one of found.values)
        expect([key, count(key, [one.value])]).toEqual([key, one.count]);
      expect([key, count(key, [null])]).toEqual([key, found.blanks]);
      expect(count(key, [null], "noneOf")).toBe(records.length - found.blanks);
      const all = [...found.values.map(({ value }) => value), null];
      expect([key, count(key, all)]).toEqual([key, records.length - found.misfits]);
    }
  });

  test("law: for any texts, the counts and the blanks are all rows", () => {
    const text = fc.oneof(fc.constantFrom("a", "A", "á", " a ", "b"), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(fc.array(fc.option(text, { nil: undefined }), { maxLength: 20 }), (texts) => {
        const { deals, context } = workbookOf([
          { name: "first" },
          ...texts.map((place) =>
            place === undefined || place.trim() === "" ? { name: "x" } : { name: "x", place },
          ),
        ]);
        const { values, blanks } = finish(distinct(deals, "place", context));
        expect(values.reduce((sum, { count }) => sum + count, blanks)).toBe(texts.length + 1);
        for (const { value, count } of values) {
          const passes = compile({ field: "place", op: "anyOf", value: [value] }, deals, context);
          expect(rows(deals).filter(passes)).toHaveLength(count);
        }
      }),
      { numRuns: 30 },
    );
  });
});
