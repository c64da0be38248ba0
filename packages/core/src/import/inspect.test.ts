import { expect, test } from "vitest";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { readyMadeSheets } from "../sheet/templates.ts";
import { contactsCsv } from "../testing/contacts.ts";
import { inspect } from "./inspect.ts";
import { readCsv } from "./read/csv.ts";
import type { RawTable } from "./read/raw.ts";

await loadPhones();
const options = {
  locale: { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" },
  registry,
  sheets: readyMadeSheets(),
};
const csv = (text: string) => ({
  kind: "csv" as const,
  tables: [readCsv(new TextEncoder().encode(text))],
});

test("a list of contacts is read as one", () => {
  const { tables } = inspect(csv(contactsCsv(200)), { ...options, rows: 2 });
  expect(tables).toMatchObject([
    {
      sheet: null,
      headerRow: 0,
      firstDataRow: 1,
      lastDataRow: 200,
      encoding: "utf-8",
      delimiter: ",",
    },
  ]);
  const columns = Object.fromEntries(tables[0]!.columns.map((column) => [column.name, column]));
  expect(columns["Email"]).toEqual({
    name: "Email",
    type: "email",
    dateOrder: null,
    mapsTo: "contacts.email",
  });
  expect(columns["Postal Code"]).toMatchObject({ type: "text", mapsTo: "contacts.postalCode" });
  expect(columns["Created Date"]).toMatchObject({ type: "date", dateOrder: "ymd", mapsTo: null });
  expect(tables[0]!.rows).toHaveLength(2);
});

test("a table of something else is not forced into a sheet", () => {
  const { tables } = inspect(
    csv("sensor,date,source\ns1,31/12/2026,roof\ns2,01/02/2026,roof\n"),
    options,
  );
  expect(tables[0]!.columns.map(({ mapsTo }) => mapsTo)).toEqual([null, null, null]);
  expect(tables[0]!.columns[1]).toMatchObject({ type: "date", dateOrder: "dmy" });
});

test("a column Name alone speaks of people when it holds first and last names", () => {
  const nameOf = (text: string) => inspect(csv(text), options).tables[0]?.columns[0]?.mapsTo;
  expect(nameOf("Name,Age,Gender\nAnn Lee,36,f\nBob de Vries,41,m\n")).toBe("contacts.firstName");
  expect(nameOf("name,population\nFrance,67\nSpain,47\nItaly,59\n")).toBeNull();
  expect(nameOf("Name,Email\nAnn,ann@x.test\nBob,bob@x.test\n")).toBe("contacts.firstName");
});

test("a file without a table says so", () => {
  for (const text of ["\n", " \n \n"]) {
    expect(inspect(csv(text), options)).toEqual({
      tables: [],
      refusedBecause: "There is no table in this file.",
    });
  }
});

test("worksheets without cells are left out, hidden ones unless nothing else is there", () => {
  const sheet = (name: string, rows: RawTable["rows"], hidden?: true): RawTable => ({
    sheet: name,
    encoding: null,
    delimiter: null,
    quote: null,
    rows,
    notes: [],
    ...(hidden === undefined ? {} : { hidden }),
  });
  const rows = [
    ["Name", "Age"],
    ["Ann Lee", 36],
    ["Bob Ray", 41],
  ];
  const names = (tables: RawTable[]) =>
    inspect({ kind: "xlsx", tables }, options).tables.map((table) => table.sheet);
  expect(names([sheet("A", []), sheet("B", rows), sheet("C", rows, true)])).toEqual(["B"]);
  expect(names([sheet("C", rows, true)])).toEqual(["C"]);
});
