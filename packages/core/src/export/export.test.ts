import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import Excel from "exceljs";
import { describe, expect, test } from "vitest";
import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { loadPhones } from "../field/phone.ts";
import { readFile } from "../import/read/file.ts";
import { cell } from "../import/read/rows.ts";
import { recordIds } from "../ledger/ids.ts";
import * as Workbook from "../ledger/workbook.ts";
import { namesOf } from "../sheet/names.ts";
import { localeOf } from "../sheet/settings.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { csvPieces, guarded } from "./csv.ts";
import { exportFileName, type ExportSource } from "./source.ts";
import { typedXlsx } from "./typed-xlsx.ts";
import { writeXlsx } from "./xlsx.ts";

await loadPhones();

const fields: readonly Field[] = [
  { key: "name", name: "Name", type: "text" },
  { key: "value", name: "Value", type: "currency", currency: "EUR" },
  { key: "share", name: "Share", type: "percent" },
  { key: "score", name: "Score", type: "number", decimals: 1 },
  { key: "day", name: "Day", type: "date" },
  { key: "seen", name: "Seen", type: "dateTime" },
  { key: "active", name: "Active", type: "checkbox" },
  { key: "phone", name: "Phone", type: "phone" },
  { key: "tags", name: "Tags", type: "multiChoice", options: [{ name: "a" }, { name: "b, c" }] },
  { key: "owner", name: "Owner", type: "user" },
  { key: "firm", name: "Firm", type: "link", link: { sheet: "companies", multiple: false } },
  { key: "created", name: "Created", type: "createdAt" },
];

function source(rows: readonly { readonly [field: string]: Cell }[]): ExportSource {
  const workbook = newWorkbook({ timeZone: "Europe/Berlin" });
  const [firm] = recordIds(nodePlatform, 1);
  commit(workbook, [
    { op: "create", sheet: "companies", ids: [firm!], fields: { name: ["Acme & Söhne"] } },
    { op: "sheet", key: "things", after: { name: "Things / all", title: ["name"], position: 9 } },
    ...fields.map((after) => ({ op: "field", sheet: "things", after }) as const),
  ]);
  const columns = fields.filter((field) => field.key !== "created").map((field) => field.key);
  commit(workbook, [
    {
      op: "create",
      sheet: "things",
      ids: recordIds(nodePlatform, rows.length),
      fields: Object.fromEntries(
        columns.map((key) => [
          key,
          rows.map((row) => (key === "firm" ? [firm!] : (row[key] ?? null))),
        ]),
      ),
    },
  ]);
  const table = Workbook.table(workbook, "things");
  const locale = localeOf(workbook);
  return {
    table,
    sheet: table.sheet,
    fields,
    rows: Workbook.rows(table),
    names: namesOf(workbook, locale),
    locale,
  };
}

const FULL = {
  name: 'Zoë "Z" <Lee>',
  value: "123450 EUR",
  share: 0.125,
  score: -5,
  day: "2026-01-31",
  seen: "2026-07-01T10:00:00Z",
  active: true,
  phone: "+12125550100 +1-212-555-0100",
  tags: ["a", "b, c"],
  owner: "anna",
};

describe("CSV", () => {
  const lines = (rows: readonly { readonly [field: string]: Cell }[]) =>
    [...csvPieces(source(rows))].join("").split("\r\n");

  test("values are written so that any program reads them", () => {
    const [header, row] = lines([FULL]);
    expect(header).toBe(
      "\ufeffName,Value,Share,Score,Day,Seen,Active,Phone,Tags,Owner,Firm,Created",
    );
    expect(row).toBe(
      '"Zoë ""Z"" <Lee>",1234.50,12.5%,-5,2026-01-31,2026-07-01T10:00:00Z,TRUE,+12125550100,"a, ""b, c""",Anna Arendt,Acme & Söhne,2026-11-22T00:02:00Z',
    );
  });

  test("money in another currency names it, text that did not fit stays", () => {
    expect(lines([{ value: "100 JPY", score: { invalid: "a lot" } }])[1]).toMatch(
      /^,100 JPY,,a lot,/,
    );
  });

  test.each([
    ["=1+1", "'=1+1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
    ["-2+3", "'-2+3"],
    ["\tx", "'\tx"],
    ["-5", "-5"],
    ["+33 6 12 34 56 78", "+33 6 12 34 56 78"],
    ["-12.5%", "-12.5%"],
    ["plain", "plain"],
    ["'tis", "'tis"],
    ["'=1", "''=1"],
  ])("%j is written as %j", (text, written) => {
    expect(guarded(text)).toBe(written);
  });
});

describe("XLSX", () => {
  async function written(rows: readonly { readonly [field: string]: Cell }[]): Promise<Uint8Array> {
    const stream = new PassThrough();
    const [bytes] = await Promise.all([buffer(stream), writeXlsx(source(rows), stream)]);
    return new Uint8Array(bytes);
  }

  test("cells are typed, the header is frozen and filtered", async () => {
    const book = new Excel.Workbook();
    await book.xlsx.load((await written([FULL])).buffer as ArrayBuffer);
    const sheet = book.worksheets[0]!;
    expect(sheet.name).toBe("Things all");
    expect(sheet.views[0]).toMatchObject({ state: "frozen", ySplit: 1 });
    expect(sheet.autoFilter).toBe("A1:L2");
    expect(sheet.getRow(1).font).toMatchObject({ bold: true });
    const row = sheet.getRow(2);
    expect(row.getCell(1).value).toBe('Zoë "Z" <Lee>');
    expect(row.getCell(2)).toMatchObject({ value: 1234.5, numFmt: "#,##0.00 [$EUR]" });
    expect(row.getCell(3).value).toBe(0.125);
    expect(row.getCell(4)).toMatchObject({ value: -5, numFmt: "#,##0.0" });
    expect(row.getCell(5).value).toEqual(new Date("2026-01-31"));
    // The clock on the wall in Berlin.
    expect(row.getCell(6).value).toEqual(new Date("2026-07-01T12:00:00Z"));
    expect(row.getCell(7).value).toBe(true);
    expect(row.getCell(11).value).toBe("Acme & Söhne");
    expect(sheet.getColumn(1).width).toBeGreaterThanOrEqual(8);
  });

  test("texts are never formulas, control characters and endless texts do no harm", async () => {
    const [table] = readFile(
      await written([{ name: "=1+1" }, { name: "a\u0007b" }, { name: "x".repeat(40_000) }]),
    ).tables;
    const texts = [1, 2, 3].map((row) => cell(table!.rows, row, 0));
    expect(texts.slice(0, 2)).toEqual(["=1+1", "ab"]);
    expect(texts[2]).toHaveLength(32_767);
  });

  test("a reader that goes away ends the writing", async () => {
    const stream = new PassThrough();
    const writing = writeXlsx(source(Array.from({ length: 5000 }, () => FULL)), stream);
    stream.destroy(new Error("gone"));
    await expect(writing).rejects.toThrow("gone");
  });

  test("others get their turn while it writes", async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await written(Array.from({ length: 3000 }, () => FULL));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });
});

test("a file name that every system takes", () => {
  const { sheet } = source([]);
  expect(exportFileName({ ...sheet, name: 'A/B: "C"' }, "csv", Date.UTC(2026, 10, 22))).toBe(
    "A B C 2026-11-22.csv",
  );
});

describe("XLSX without a library", () => {
  async function opened(rows: readonly { readonly [field: string]: Cell }[]) {
    const bytes = Buffer.concat([...typedXlsx(source(rows))]);
    const book = new Excel.Workbook();
    await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    return { bytes, sheet: book.worksheets[0]! };
  }

  test("has the values and formats that the server's file has", async () => {
    const { sheet } = await opened([FULL]);
    const book = new Excel.Workbook();
    const stream = new PassThrough();
    const [bytes] = await Promise.all([buffer(stream), writeXlsx(source([FULL]), stream)]);
    await book.xlsx.load(new Uint8Array(bytes).buffer);
    const [own, other] = [sheet.getRow(2), book.worksheets[0]!.getRow(2)];
    for (let column = 1; column <= fields.length; column += 1) {
      const [a, b] = [own.getCell(column), other.getCell(column)];
      expect([column, a.value]).toEqual([column, b.value]);
      if (typeof a.value !== "string") expect(a.numFmt).toBe(b.numFmt);
    }
    expect(sheet.getRow(1).values).toEqual(book.worksheets[0]!.getRow(1).values);
  });

  test("names a foreign currency, and keeps text that did not fit", async () => {
    const { sheet } = await opened([{ value: "12345 USD", score: { invalid: "a lot" } }]);
    const row = sheet.getRow(2);
    expect(String(row.getCell(2).value)).toMatch(/123\.45/);
    expect(String(row.getCell(2).value)).toMatch(/USD|\$/);
    expect(row.getCell(4).value).toBe("a lot");
  });

  test("days before March 1900, which Excel counts wrongly, stay the days they are", async () => {
    const { sheet } = await opened([
      { day: "1900-02-28" },
      { day: "1900-03-01" },
      { day: "1850-01-01" },
    ]);
    const raw = (row: number) => sheet.getRow(row).getCell(5).value;
    expect((raw(3) as Date).toISOString().slice(0, 10)).toBe("1900-03-01");
    expect(raw(4)).toBe("1850-01-01");
  });

  test("comes in pieces, and reads back whole", async () => {
    const many = Array.from({ length: 1_000 }, (_, at) => ({ name: `Name ${at}`, score: at }));
    const made = source(many);
    expect([...typedXlsx(made)].length).toBeGreaterThan(2);
    const { sheet } = await opened(many);
    expect(sheet.rowCount).toBe(1_001);
    expect(sheet.getRow(1_001).getCell(1).value).toBe("Name 999");
  });
});
