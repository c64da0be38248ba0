import Excel from "exceljs";
import { expect, test } from "vitest";
import { registry } from "../field/registry.ts";
import { describeColumns } from "./column.ts";
import { colourName } from "./colour-name.ts";
import { hiddenIn, withoutHidden } from "./hidden.ts";
import { type LookOffer, looksIn, withLooks } from "./looks.ts";
import { proposeMapping } from "./mapping.ts";
import { readFile } from "./read/file.ts";
import { cell } from "./read/rows.ts";
import { dataRows, findTable, type Table } from "./table.ts";
import { readyMadeSheets } from "../sheet/templates.ts";

const US = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const NAMES = ["First name", "Last name", "Email", "City"];

/** A worksheet of 40 contacts below a coloured, bold header; rows are numbered from 0. */
async function contacts(
  dress: (sheet: Excel.Worksheet, row: (index: number) => Excel.Row, book: Excel.Workbook) => void,
  count = 40,
): Promise<Table> {
  const book = new Excel.Workbook();
  const sheet = book.addWorksheet("Contacts");
  const header = sheet.addRow(NAMES);
  header.eachCell((one) => {
    one.font = { bold: true, color: { argb: "FFFFFFFF" } };
    one.fill = solid({ argb: "FF305496" });
  });
  for (let index = 0; index < count; index++)
    sheet.addRow([
      `Ann${index}`,
      `Ray${index}`,
      `ann${index}@example.org`,
      index % 3 ? "Rome" : "Oslo",
    ]);
  dress(sheet, (index) => sheet.getRow(index + 2), book);
  const bytes = new Uint8Array(await book.xlsx.writeBuffer());
  return findTable(readFile(bytes).tables.find((one) => one.sheet === "Contacts")!);
}

function solid(fgColor: Partial<Excel.Color> & { tint?: number }): Excel.Fill {
  return { type: "pattern", pattern: "solid", fgColor };
}

function paint(row: Excel.Row, fgColor: Partial<Excel.Color> & { tint?: number }): void {
  row.eachCell((one) => (one.fill = solid(fgColor)));
}

function offers(table: Table): readonly LookOffer[] {
  return looksIn(table).map(({ offer }) => offer);
}

test("fills of whole rows are one offer, named by colour and counted", async () => {
  const table = await contacts((_sheet, row) => {
    for (const index of [1, 4, 5, 19, 33]) paint(row(index), { argb: "FFFFFF00" });
    for (const index of [2, 22]) paint(row(index), { theme: 9, tint: 0.6 });
  });
  expect(offers(table)).toEqual([
    {
      id: "fill",
      about: "fill",
      name: "Row colour",
      rows: 7,
      looks: [
        { key: "#ffff00", name: "Yellow", rows: 5 },
        { key: "#fcd5b5", name: "Light orange", rows: 2 },
      ],
    },
  ]);
});

test("cells of one column, struck rows, colours of text and bold rows are offers of their own", async () => {
  const table = await contacts((_sheet, row) => {
    for (const index of [3, 9, 14]) row(index).getCell(3).fill = solid({ argb: "FFFFC7CE" });
    for (const index of [7, 8, 30]) row(index).eachCell((one) => (one.font = { strike: true }));
    for (const index of [11, 17]) row(index).eachCell((one) => (one.font = { bold: true }));
    for (const index of [12, 15, 25])
      row(index).eachCell((one) => (one.font = { color: { argb: "FFFF0000" } }));
  });
  expect(offers(table).map(({ id, name, rows }) => [id, name, rows])).toEqual([
    ["strike", "Struck through", 3],
    ["font", "Text colour", 3],
    ["bold", "Bold rows", 2],
    ["fill:Email", "Colour of Email", 3],
  ]);
});

test("what helps the eye along says nothing", async () => {
  const every = (n: number) => (_: unknown, row: (index: number) => Excel.Row) => {
    for (let index = 0; index < 40; index += n) paint(row(index), { argb: "FFDDEBF7" });
  };
  expect(offers(await contacts(every(2)))).toEqual([]);
  expect(offers(await contacts(every(4)))).toEqual([]);
  const all = await contacts((sheet, row) => {
    for (let index = 0; index < 40; index++) paint(row(index), { argb: "FFF2F2F2" });
    sheet.getColumn(1).eachCell((one) => (one.font = { bold: true, color: { argb: "FF1F4E78" } }));
    sheet.getColumn(3).eachCell((one) => {
      one.font = { underline: true, color: { theme: 10 } };
    });
  });
  expect(offers(all)).toEqual([]);
  const groups = await contacts((_sheet, row) => {
    for (let index = 0, group = 0, left = 1; index < 40; index++) {
      if (left === 0) {
        group += 1;
        left = 1 + ((group * 7) % 4);
      }
      left -= 1;
      row(index).getCell(4).value = `Town ${group}`;
      if (group % 2 === 1) paint(row(index), { argb: "FFDDEBF7" });
    }
  });
  expect(offers(groups)).toEqual([]);
});

test("a chosen look is a column like any other: a choice by the names it was given", async () => {
  const table = await contacts((_sheet, row) => {
    for (const index of [1, 5]) paint(row(index), { argb: "FFFFFF00" });
    paint(row(9), { indexed: 10 } as Partial<Excel.Color>);
  });
  const joined = withLooks(table, looksIn(table), [
    { id: "fill", name: "Standing", names: { "#ffff00": "Key customer", "#ff0000": " " } },
  ]);
  const rows = dataRows(joined);
  const { index } = joined.columns.at(-1)!;
  const values = rows.map((row) => cell(joined.raw.rows, row, index) ?? null);
  expect(values.filter((value) => value !== null)).toEqual(["Key customer", "Key customer"]);
  expect([values[1], values[5]]).toEqual(["Key customer", "Key customer"]);
  const facts = describeColumns(joined, rows, US, registry);
  const sheet = readyMadeSheets().find(({ key }) => key === "contacts")!;
  expect(proposeMapping(facts, sheet).columns.at(-1)).toMatchObject({
    name: "Standing",
    target: { kind: "new", field: { name: "Standing", type: "choice" } },
  });
  // The table that was read stays as it is.
  expect(table.columns).toHaveLength(4);
  expect(withLooks(table, looksIn(table), [])).toBe(table);
});

test("notes on cells are a text of their row, by the column they are on where there are several", async () => {
  const table = await contacts((_sheet, row) => {
    row(2).getCell(1).note = "Called twice";
    row(2).getCell(3).note = { texts: [{ text: "Bounces" }] };
    row(8).getCell(3).note = "Old & unused";
  });
  const found = looksIn(table);
  expect(found.map(({ offer }) => offer)).toEqual([
    { id: "notes", about: "notes", name: "Notes on cells", rows: 2, looks: [] },
  ]);
  const joined = withLooks(table, found, [{ id: "notes", name: "", names: {} }]);
  const column = joined.columns.at(-1)!;
  expect(column.name).toBe("Notes on cells");
  expect(cell(joined.raw.rows, 3, column.index)).toBe("First name: Called twice\nEmail: Bounces");
  expect(cell(joined.raw.rows, 9, column.index)).toBe("Email: Old & unused");
});

test("hidden rows and columns are told, and left out when somebody wants that", async () => {
  const table = await contacts((sheet, row) => {
    for (const index of [0, 3, 39]) row(index).hidden = true;
    sheet.getColumn(4).hidden = true;
    sheet.getColumn(9).hidden = true;
  });
  expect(hiddenIn(table)).toEqual({ rows: 3, filtered: false, columns: ["City"] });
  expect(withoutHidden(table, {})).toBe(table);
  const kept = withoutHidden(table, { rows: true, columns: true });
  expect(dataRows(kept)).toHaveLength(37);
  expect(kept.columns.map(({ name }) => name)).toEqual(["First name", "Last name", "Email"]);
  expect(kept.skipped.map(({ row }) => row)).toEqual([1, 4, 40]);
});

test("lists that cells choose from become choices with all of their options", async () => {
  const list = (formula: string): Excel.DataValidation => ({
    type: "list",
    allowBlank: true,
    formulae: [formula],
  });
  const table = await contacts((sheet, row, book) => {
    const lists = book.addWorksheet("Lists", { state: "hidden" });
    lists.getColumn(1).values = ["New", "Won", "Lost"];
    book.definedNames.add("Lists!$A$1:$A$3", "Outcomes");
    sheet.getRow(1).getCell(5).value = "Rating";
    sheet.getRow(1).getCell(6).value = "Result";
    sheet.getRow(1).getCell(7).value = "Outcome";
    for (let index = 0; index < 40; index++) {
      row(index).getCell(5).value = index % 2 ? "Hot" : "Cold";
      row(index).getCell(6).value = "New";
      row(index).getCell(7).value = index % 2 ? "Won" : "New";
      row(index).getCell(5).dataValidation = list('"Hot,Warm,Cold"');
      row(index).getCell(6).dataValidation = list("Lists!$A$1:$A$3");
      row(index).getCell(7).dataValidation = list("Outcomes");
    }
  });
  const facts = describeColumns(table, dataRows(table), US, registry).slice(4);
  expect(facts.map(({ type, options }) => [type, options])).toEqual([
    ["choice", ["Hot", "Warm", "Cold"]],
    ["choice", ["New", "Won", "Lost"]],
    ["choice", ["New", "Won", "Lost"]],
  ]);
});

test.each([
  ["#ffff00", "Yellow"],
  ["#ffc000", "Gold"],
  ["#c6efce", "Light green"],
  ["#ffc7ce", "Light red"],
  ["#7f6000", "Brown"],
  ["#002060", "Dark blue"],
  ["#a6a6a6", "Grey"],
])("%s is called %s", (colour, name) => {
  expect(colourName(colour)).toBe(name);
});
