import { describe, expect, test } from "vitest";
import type { Cell } from "../field/cell.ts";
import type { Sheet } from "../field/field.ts";
import * as Workbook from "../ledger/workbook.ts";
import { noNames } from "../sheet/names.ts";
import { columnsOfRecords, evidenceOf } from "./records.ts";

const SHEET: Sheet = {
  key: "contacts",
  name: "Contacts",
  title: ["firstName"],
  position: 1,
  fields: [
    { key: "firstName", name: "First name", type: "text" },
    { key: "phone", name: "Phone", type: "phone" },
    { key: "born", name: "Born", type: "date" },
    { key: "owner", name: "Owner", type: "user" },
    { key: "score", name: "Score", type: "number", formula: "1 + 1" },
    { key: "gone", name: "Gone", type: "text", deleted: true },
    { key: "paid", name: "Paid", type: "currency" },
  ],
};
const LOCALE = { locale: "de-DE", timeZone: "UTC", currency: "EUR", country: "DE" };

function table(records: readonly { readonly [field: string]: Cell }[]): Workbook.Table {
  const made = Workbook.addTable(Workbook.empty("w", "e"), SHEET);
  const zeros = records.map(() => 0);
  Workbook.addRecords(made, {
    ids: records.map((_, at) => `r${at}`),
    created: zeros,
    updated: zeros,
    deleted: zeros,
    shared: zeros,
    fields: Object.fromEntries(
      SHEET.fields.map(({ key }) => [key, records.map((record) => record[key] ?? null)]),
    ),
  });
  return made;
}

describe("what records are compared by", () => {
  const here = table([
    {
      firstName: "Ana",
      phone: "+493099887766 030 / 99 88 77 66",
      born: "1990-12-31",
      paid: "1250 EUR",
    },
    { firstName: "Bob", phone: "+14155552671", born: { invalid: "around 1970" }, paid: "900 EUR" },
  ]);

  test("are columns that people fill, not who works on a record, nor what is computed or gone", () => {
    expect(evidenceOf(here).map(({ key }) => key)).toEqual(["firstName", "phone", "born", "paid"]);
  });

  test("phones as they are dialled, dates by year, texts that do not fit as they are", () => {
    const { columns, fields } = columnsOfRecords(here, [0, 1], { locale: LOCALE, names: noNames });
    expect(fields.map(({ key }) => key)).toEqual(["firstName", "phone", "born", "paid"]);
    expect(columns.map(({ kind }) => kind)).toEqual(["givenName", "phone", "date", "number"]);
    expect(columns[1]?.values).toEqual(["+493099887766", "+14155552671"]);
    expect(columns[2]?.values).toEqual(["1990-12-31", "around 1970"]);
  });

  test("rows in the order they are given", () => {
    const { columns } = columnsOfRecords(here, [1, 0], { locale: LOCALE, names: noNames });
    expect(columns[0]?.values).toEqual(["Bob", "Ana"]);
  });
});
