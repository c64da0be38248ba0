import { expect, test } from "vitest";
import type { RawTable } from "./read/raw.ts";
import { dataRows, findTable, headerRow } from "./table.ts";

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
