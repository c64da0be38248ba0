import { expect, test } from "vitest";
import { areIdentifiers } from "./identifying.ts";

const seven = Array.from({ length: 12 }, (_, n) => String(4_894_831 + n * 37));

test.each([
  ["Customer No.", ["10023", "10024", "9871"]],
  ["Kundennummer", ["10023", "10024"]],
  ["CONTRACT_ID", ["30679", "30680"]],
  ["Código", ["12345"]],
  ["BKG", seven],
])("numbers of “%s” name things", (column, values) => {
  expect(areIdentifiers(values, column)).toBe(true);
});

test.each([
  ["Number of employees", ["12000", "15000", "80"]],
  ["Customer No.", ["10,023", "10,024"]],
  ["Customer No.", ["12", "4711"]],
  ["Revenue", ["120000", "95000.5"]],
  ["Inhabitants", ["120000", "95000", "1250000", "33000", "871000", "12000", "5000", "64000"]],
  ["Deposit", Array.from({ length: 12 }, () => "10000")],
  ["Customer No.", []],
])("numbers of “%s” count things", (column, values) => {
  expect(areIdentifiers(values, column)).toBe(false);
});
