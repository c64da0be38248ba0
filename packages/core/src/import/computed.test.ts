import Excel from "exceljs";
import { expect, test } from "vitest";
import { computedIn } from "./computed.ts";
import { readFile } from "./read/file.ts";
import { patternOf } from "./read/formula-pattern.ts";
import { findTable } from "./table.ts";

/** An order list whose fifth column is computed; `shared`: as Excel writes what was filled down. */
async function computed(formula: (row: number) => string, shared = false) {
  const book = new Excel.Workbook();
  const sheet = book.addWorksheet("Orders");
  sheet.addRow(["Item", "Price [EUR]", "Quantity", "Customer", "Total"]);
  for (let row = 2; row <= 12; row++) {
    sheet.addRow([`Item ${row}`, row * 1.5, row, `C${row}`]);
    if (!shared) sheet.getCell(`E${row}`).value = { formula: formula(row), result: 1 };
  }
  if (shared) sheet.fillFormula("E2:E12", formula(2), () => 1);
  const bytes = new Uint8Array(await book.xlsx.writeBuffer());
  const [found] = computedIn(findTable(readFile(bytes).tables[0]!));
  return found;
}

test("a formula that was filled down is one of the column, whether the file shares it or repeats it", async () => {
  const expected = {
    column: 4,
    name: "Total",
    text: "B2*C2",
    formula: "[Price [EUR]]]*[Quantity]",
  };
  expect(await computed((row) => `B${row}*C${row}`)).toEqual(expected);
  expect(await computed((row) => `B${row}*C${row}`, true)).toEqual(expected);
});

/** `#` is the row's number, `^` the one above. */
test.each([
  ["SUM(B#:C#)", "SUM([Price [EUR]]], [Quantity])"],
  ['IF($C#>5,"A1:B2 {x}",A#)', 'IF([Quantity]>5,"A1:B2 {x}",[Item])'],
  ["B#*1.19", "[Price [EUR]]]*1.19"],
  ["B#*$H$1", undefined],
  ["B^+B#", undefined],
  ["SUM(B$2:B#)", undefined],
  ["Rates!A#*B#", undefined],
  ["B#*Z#", undefined],
])("%s is %s", async (template, formula) => {
  const found = await computed((row) =>
    template.replaceAll("#", String(row)).replaceAll("^", String(row - 1)),
  );
  expect(found).toMatchObject({ name: "Total" });
  expect(found?.formula).toBe(formula);
});

test("a formula that few rows share, or each row has its own of, is none of the column", async () => {
  expect(await computed((row) => (row < 6 ? `B${row}*C${row}` : `B${row}+${row}`))).toBeUndefined();
});

test.each([
  "VLOOKUP(D2,Customers!$A$2:$C$99,3,FALSE)",
  'IFERROR(VLOOKUP($D2, Customers!A:C, 3, 0),"")',
  "_xlfn.XLOOKUP(D2,Customers!$A:$A,Customers!$C:$C)",
  "INDEX(Customers!$C$2:$C$99,MATCH(D2,Customers!$A$2:$A$99,0))",
])("%s says what it joins", async (text) => {
  const found = await computed((row) => text.replace(/D2/, `D${row}`));
  expect(found?.lookup).toEqual({ by: 3, sheet: "Customers", key: 0, result: 2 });
  expect(found?.formula).toBeUndefined();
});

test("a lookup by the nearest value joins nothing", async () => {
  const found = await computed((row) => `VLOOKUP(D${row},Customers!$A$2:$C$99,3,TRUE)`);
  expect(found).toMatchObject({ name: "Total" });
  expect(found?.lookup).toBeUndefined();
});

test("references in texts and the names of worksheets and functions are left alone", () => {
  expect(patternOf(`LOG10(B7)&"B7"&'B7 2024'!C$3&Tab1!D8`, 6)).toBe(
    `LOG10(B{0})&"B7"&'B7 2024'!C$3&Tab1!D{1}`,
  );
});
