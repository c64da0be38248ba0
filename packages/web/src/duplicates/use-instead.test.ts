import { expect, test } from "vitest";
import type { Sheet } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { useInstead } from "./use-instead.ts";

const SHEET: Sheet = {
  key: "contacts",
  name: "Contacts",
  title: ["name"],
  position: 1,
  fields: [
    { key: "name", name: "Name", type: "text" },
    { key: "email", name: "Email", type: "email" },
    { key: "phone", name: "Phone", type: "phone" },
    { key: "old", name: "Old", type: "text", deleted: true },
  ],
};

function table(records: readonly { readonly [field: string]: string }[]): Workbook.Table {
  const made = Workbook.addTable(Workbook.empty("w", "e"), SHEET);
  const fields: { [key: string]: (string | null)[] } = {};
  for (const key of ["name", "email", "phone", "old"])
    fields[key] = records.map((record) => record[key] ?? null);
  const zeros = records.map(() => 0);
  Workbook.addRecords(made, {
    ids: records.map((_, at) => `r${at}`),
    created: zeros,
    updated: zeros,
    deleted: zeros,
    shared: zeros,
    fields,
  });
  return made;
}

test("what was typed fills blanks, changes nothing, and the new record goes", () => {
  const here = table([
    { name: "Ana Silva", email: "ana@acme.test" },
    { name: "Ana S.", phone: "+14155552671", old: "x" },
  ]);
  expect(useInstead(here, "r1", "r0")).toEqual([
    { op: "set", sheet: "contacts", ids: ["r0"], fields: { phone: ["+14155552671"] } },
    { op: "delete", sheet: "contacts", ids: ["r1"] },
  ]);
});

test("where nothing is blank the new record just goes", () => {
  const here = table([{ name: "Ana Silva" }, { name: "Ana S." }]);
  expect(useInstead(here, "r1", "r0")).toEqual([{ op: "delete", sheet: "contacts", ids: ["r1"] }]);
});

test("a record that is no longer there leaves all as it is", () => {
  expect(useInstead(table([{ name: "Ana" }]), "r9", "r0")).toEqual([]);
});
