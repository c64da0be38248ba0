import { expect, test } from "vitest";
import type { RawTable } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { dataRows, findTable, findTables, headerRow, rowsBelow } from "./table.ts";

function raw(rows: RawTable["rows"]): RawTable {
  return { sheet: null, encoding: "utf-8", delimiter: ",", quote: '"', rows, notes: [] };
}
const people = [
  ["Ann", "ann@x.test", "2026-01-02", "12"],
  ["Bob", "bob@x.test", "2026-02-03", "15"],
  ["Cem", "cem@x.test", "2026-03-04", "9"],
];
const header = ["Name", "E-Mail", "Joined", "Age"];

test("the header is the first row when it names what is below", () => {
  const table = findTable(raw([header, ...people]));
  expect(headerRow(table)).toBe(0);
  expect(table.columns.map((column) => column.name)).toEqual(header);
  expect([table.firstDataRow, table.lastDataRow]).toEqual([1, 3]);
});

test("title rows and blank rows may stand above it", () => {
  const table = findTable(
    raw([["Customers 2026"], [""], ["Exported by Ann"], header, [""], ...people]),
  );
  expect(headerRow(table)).toBe(3);
  expect(table.firstDataRow).toBe(5);
  expect(table.reason).toContain("Row 4");
});

test("a file without a header loses no row", () => {
  const table = findTable(raw(people));
  expect(headerRow(table)).toBeNull();
  expect(dataRows(table)).toEqual([0, 1, 2]);
  expect(table.columns.map(({ name, named }) => [name, named])[0]).toEqual(["Column 1", false]);
});

test("a person's choice overrules", () => {
  expect(headerRow(findTable(raw([header, ...people]), { headerRow: null }))).toBeNull();
  expect(findTable(raw([["x"], header, ...people]), { headerRow: 1 }).columns).toHaveLength(4);
});

test("notes above the header, as wide as they may be, are neither the names nor groups of them", () => {
  const names = ["Name", "Profession", "Age", "Has kids", "Born"];
  const rows = [
    ["Lots of people"],
    ["at", "the", "", "top", "of their sheets"],
    ["or", "merging", "", "", "cells"],
    names,
    ["David Bowie", "musician", "69", "yes", "1947-01-08"],
    ["Carrie Fisher", "actor", "60", "yes", "1956-10-21"],
    ["Chuck Berry", "musician", "90", "no", "1926-10-18"],
    ["Some", "", "", "", ""],
    ["", "also write", "at the", "bottom", "too!"],
  ];
  const table = findTable(raw(rows));
  expect(table.headerRows).toEqual([3]);
  expect(table.columns.map((column) => column.name)).toEqual(names);
});

test("of several levels of groups, the nearest joins the names below", () => {
  const table = findTable(
    raw([
      ["", "Now", "", "", ""],
      ["", "Person", "", "Address", ""],
      ["No", "Name", "E-mail", "City", "Zip"],
      ["1", "Ann", "ann@x.test", "Bonn", "53111"],
      ["2", "Bob", "bob@x.test", "Ulm", "89073"],
    ]),
  );
  expect(table.headerRows).toEqual([1, 2]);
});

test("group names above the header join the names below", () => {
  const table = findTable(
    raw([
      ["Person", "", "Address", ""],
      ["Name", "E-mail", "City", "Zip"],
      ["Ann", "ann@x.test", "Bonn", "53111"],
      ["Bob", "bob@x.test", "Ulm", "89073"],
    ]),
  );
  expect(table.headerRows).toEqual([0, 1]);
  expect(table.columns.map((column) => column.name)).toEqual([
    "Person Name",
    "Person E-mail",
    "Address City",
    "Address Zip",
  ]);
});

test("totals, repeated headers and notes below are no data", () => {
  const table = findTable(
    raw([
      header,
      people[0]!,
      header,
      ...people.slice(1),
      ["Total", "", "", "36"],
      [""],
      ["Source: our books"],
    ]),
  );
  expect(dataRows(table)).toEqual([1, 3, 4]);
  expect(table.skipped).toEqual([{ row: 2, reason: "The header again." }]);
  expect(table.lastDataRow).toBe(4);
});

test("a person called Total is data", () => {
  const table = findTable(raw([header, ["Total", "total@x.test", "2026-01-01", "40"], ...people]));
  expect(dataRows(table)).toHaveLength(4);
});

test("cells beyond the header are kept as a column of their own", () => {
  const table = findTable(raw([header, [...people[0]!, "extra"], ...people.slice(1)]));
  expect(table.columns.at(-1)).toEqual({ index: 4, name: "Column 5", named: false });
});

test("a file with nothing in it has no columns", () => {
  expect(findTable(raw([[""], ["", ""]])).columns).toEqual([]);
});

function sheet(rows: RawTable["rows"], more: Partial<RawTable> = {}): RawTable {
  return { ...raw(rows), sheet: "Sheet1", encoding: null, delimiter: null, ...more };
}

test("a row of units below the names belongs to the header", () => {
  const table = findTable(
    raw([
      ["Article", "Length", "Price"],
      ["", "mm", "[EUR]"],
      ["A1", "12.5", "0.30"],
      ["A2", "13.0", "0.45"],
    ]),
  );
  expect(table.headerRows).toEqual([0, 1]);
  expect(table.columns.map(({ name }) => name)).toEqual(["Article", "Length (mm)", "Price [EUR]"]);
  expect(table.firstDataRow).toBe(2);
});

test("a row of codes is no row of units", () => {
  const rows = [
    ["Name", "Country"],
    ["Ann", "USA"],
    ["Bob", "FRA"],
  ];
  expect(findTable(raw(rows)).headerRows).toEqual([0]);
});

test("lines drawn under the names, and what a program says below, are no data", () => {
  const table = findTable(
    raw([
      ["id ", " name", " since"],
      ["----+------+-----------"],
      ["1 ", " Ann", " 2023-01-15"],
      ["2 ", " Bob", " 2023-02-28"],
      ["3 ", " Cy", " 2023-03-01"],
      ["(3 rows)"],
    ]),
  );
  expect([headerRow(table), table.firstDataRow, table.lastDataRow]).toEqual([0, 2, 4]);
});

test("sparse rows at the end are notes only when something says so", () => {
  const sparse = [...people, ["Zoe"], ["Yan"]];
  expect(findTable(raw([header, ...sparse])).lastDataRow).toBe(5);
  const notes = [...people, ["See also"], ["", "", "ask Ann", ""]];
  expect(findTable(raw([header, ...notes])).lastDataRow).toBe(3);
  const said = [...people, ["Note: preliminary, "], [" figures may change."]];
  expect(findTable(raw([header, ...said])).lastDataRow).toBe(3);
});

test("comments between the rows are left out and said", () => {
  const table = findTable(raw([header, people[0]!, ["# check this one"], people[1]!]));
  expect(dataRows(table)).toEqual([1, 3]);
  expect(table.skipped).toEqual([{ row: 2, reason: "A comment." }]);
});

test("two tables of a worksheet are told apart, and the larger one is taken", () => {
  const rows = [
    header,
    ...people,
    [],
    ["Open invoices"],
    ["Number", "Customer", "Amount", "Paid"],
    ["1001", "Ann", "12.50", "no"],
  ];
  const tables = findTables(sheet(rows));
  expect(tables.map((table) => [headerRow(table), table.firstDataRow, table.lastDataRow])).toEqual([
    [0, 1, 3],
    [6, 7, 7],
  ]);
  expect(headerRow(findTable(sheet(rows)))).toBe(0);
  expect(findTable(sheet(rows)).reason).toContain("row 7");
  expect(findTable(sheet(rows), { headerRow: 6 }).lastDataRow).toBe(7);
});

test("a gap in a table, or its header again, begins no other table", () => {
  expect(findTables(sheet([header, ...people, [], ...people]))).toHaveLength(1);
  expect(findTables(sheet([header, ...people, [], header, ...people]))).toHaveLength(1);
});

test("names merged downwards make the header deeper; labels merged over rows are said in each", () => {
  const rows = [
    ["Team", "Person", "Since"],
    [null, null, null],
    ["Sales", "Ann", "2024-01-01"],
    [null, "Bob", "2024-02-01"],
  ];
  const table = findTable(
    sheet(rows, {
      merges: [
        { top: 0, left: 0, bottom: 1, right: 0 },
        { top: 0, left: 1, bottom: 1, right: 1 },
        { top: 2, left: 0, bottom: 3, right: 0 },
      ],
    }),
  );
  expect(headerRow(table)).toBe(1);
  expect(Rows.cell(table.raw.rows, 3, 0)).toBe("Sales");
});

test("a small table beside a worksheet's table is not part of it", () => {
  const rows = people.map((row, at) => [...row, null, at === 0 ? "Legend" : null]);
  const table = findTable(sheet([header, ...rows]));
  expect(table.columns).toHaveLength(4);
  expect(table.aside).toBe(1);
  expect(findTable(sheet([header, ...rows]), { whole: true }).columns).toHaveLength(5);
});

test("what is left out below the names is data all the same when somebody says so", () => {
  const note = ["Source: the register of all people of the town", null, null, null];
  const rows = [header, ...people, [], note];
  const found = findTable(sheet(rows));
  expect(rowsBelow(found)).toBe(1);
  const whole = findTable(sheet(rows), { whole: true });
  expect(rowsBelow(whole)).toBe(0);
  expect(dataRows(whole)).toHaveLength(people.length + 1);
});
