import { beforeAll, expect, test } from "vitest";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { describeColumns } from "./column.ts";
import { findings } from "./health.ts";
import { dataRows, findTable } from "./table.ts";

beforeAll(() => loadPhones());
const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };

function report(rows: readonly (readonly string[])[]): string[] {
  const table = findTable({
    sheet: null,
    encoding: "utf-8",
    delimiter: ",",
    quote: '"',
    rows,
    notes: [],
  });
  const facts = describeColumns(table, dataRows(table), locale, registry);
  return findings(table, facts, locale, registry).map(({ column, message }) =>
    column === undefined ? message : `${column}: ${message}`,
  );
}

const clean = [
  ["Name", "Email", "City"],
  ["Ann", "ann@x.example", "Rome"],
  ["Bob", "bob@x.example", "Oslo"],
  ["Cy", "cy@x.example", "Bonn"],
];

test("there is nothing to say about a clean table", () => {
  expect(report(clean)).toEqual([]);
});

test("rows that repeat, empty columns and names that occur twice are told", () => {
  const rows = [
    ["Name", "Email", "City", "Fax", "City"],
    ...clean.slice(1).map((row) => [...row, "", "x"]),
  ];
  expect(report([...rows, rows[1]!])).toEqual([
    "1 row is the same as an earlier row in every cell: Row 5.",
    "1 column is empty: “Fax”.",
    "Several columns have the same name: “City”.",
    "Email: 1 address stands in several rows: “ann@x.example” (2 times). These may be duplicates.",
  ]);
});

test("values that do not fit are shown with their rows", () => {
  const rows = [...clean, ["Di", "di(at)x.example", "Bern"]];
  expect(report(rows)).toEqual([
    "Email: Among these e-mail addresses, 1 value does not fit: “di(at)x.example” (row 5).",
  ]);
});

test("what stands for letters in web pages and in wrongly read texts is shown, and no letter is taken for it", () => {
  const rows = [
    ["Name", "City"],
    ["Fr&eacute;d&#233;ric", "São Paulo & São Luís; SÃO"],
    ["JosÃ© OrdoÃ±ez", "Århus"],
    ["O\u2019Neil", "L\uFFFDbeck"],
    ["Smith & Sons; Co", "Köln"],
  ];
  expect(report(rows)).toEqual([
    "Name: 1 value has signs of a web page in place of letters: “Fr&eacute;d&#233;ric” (row 2).",
    "Name: 1 value has signs that letters turn into when a program takes one encoding for another: “JosÃ© OrdoÃ±ez” (row 3).",
    "City: 1 value has signs that letters turn into when a program takes one encoding for another: “L\uFFFDbeck” (row 4).",
  ]);
});

test("spellings, placeholders and spaces", () => {
  const rows = [
    ["Name", "City"],
    ["Ann", "Berlin"],
    ["Bob", "berlin"],
    ["Cy ", "n/a"],
    ["Di", "Berlin"],
    ["Ed", "Berlin"],
  ];
  expect(report(rows)).toEqual([
    "Name: 1 value has spaces too many.",
    "City: 1 value is written in several ways: “Berlin” (3) and “berlin” (1).",
    "City: 1 cell says that there is nothing: “n/a” (row 4).",
  ]);
});

test("an order of dates that nothing proves is told", () => {
  const rows = [
    ["Task", "Due"],
    ["a", "03/04/2024"],
    ["b", "05/06/2024"],
    ["c", "01/02/2024"],
  ];
  expect(report(rows).join()).toContain(
    "3 dates fit both ways, none proves one. For example 03/04/2024 in row 2.",
  );
});
