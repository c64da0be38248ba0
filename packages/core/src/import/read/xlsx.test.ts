import { readFileSync } from "node:fs";
import Excel from "exceljs";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { isDomainError } from "../../error.ts";
import { readFile } from "./file.ts";
import { fromCode, fromSerial } from "./number-format.ts";
import { at, cell } from "./rows.ts";
import { readXlsx } from "./xlsx.ts";

const sample = (name: string) =>
  readFileSync(new URL(`../../../testdata/xlsx/${name}`, import.meta.url));

function failure(run: () => unknown) {
  try {
    run();
  } catch (error) {
    return isDomainError(error) ? { code: error.code, message: error.message } : error;
  }
  return undefined;
}

async function workbook(
  fill: (sheet: Excel.Worksheet, book: Excel.Workbook) => void,
): Promise<Uint8Array> {
  const book = new Excel.Workbook();
  fill(book.addWorksheet("Contacts"), book);
  return new Uint8Array(await book.xlsx.writeBuffer());
}

/** A workbook of one sheet, from its XML. */
function minimal(sheetXml: string, more: { readonly [name: string]: string } = {}): Uint8Array {
  const others = Object.entries(more).map(([name, text]) => [name, strToU8(text)] as const);
  return zipSync({
    ...Object.fromEntries(others),
    "xl/workbook.xml": strToU8('<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>'),
    "xl/_rels/workbook.xml.rels": strToU8(
      '<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
    "xl/worksheets/sheet1.xml": strToU8(sheetXml),
  });
}

describe("cells", () => {
  test("values keep their types", async () => {
    const bytes = await workbook((sheet) => {
      sheet.addRow(["Name", "Born", "Seen", "Share", "Price", "Zip", "Active", "Age"]);
      const row = sheet.addRow([
        "Zoë & Co <x>",
        new Date("1990-05-17"),
        new Date("2026-01-31T14:05:00Z"),
        0.125,
        12.5,
        1234,
        true,
        36,
      ]);
      row.getCell(2).numFmt = "dd.mm.yyyy";
      row.getCell(3).numFmt = "yyyy-mm-dd hh:mm";
      row.getCell(4).numFmt = "0.0%";
      row.getCell(5).numFmt = "#,##0.00 [$€-407]";
      row.getCell(6).numFmt = "00000";
    });
    expect(at(readXlsx(bytes)[0]!.rows, 1)).toEqual([
      "Zoë & Co <x>",
      { as: "date", value: "1990-05-17", text: "1990-05-17" },
      { as: "dateTime", value: "2026-01-31T14:05:00", text: "2026-01-31 14:05:00" },
      { as: "percent", value: 0.125, text: "12.5%" },
      { as: "currency", value: 12.5, text: "12.5 EUR", currency: "EUR" },
      { as: "number", value: 1234, text: "01234" },
      true,
      36,
    ]);
  });

  test("formulas give their last value, errors their name, links their text", async () => {
    const bytes = await workbook((sheet) => {
      sheet.addRow([
        { formula: "1+1", result: 2 },
        { error: "#N/A" },
        { text: "Acme", hyperlink: "https://acme.test" },
      ]);
    });
    expect(at(readXlsx(bytes)[0]!.rows, 0)).toEqual([
      2,
      { as: "error", value: "#N/A", text: "#N/A" },
      "Acme",
    ]);
  });

  test("blank rows and columns keep their places", async () => {
    const bytes = await workbook((sheet) => {
      sheet.getCell("B2").value = "x";
      sheet.getCell("D5").value = "y";
    });
    expect(readXlsx(bytes)[0]!.rows).toEqual([[], [null, "x"], [], [], [null, null, null, "y"]]);
  });

  test.each([
    ["date.xlsx", 0, "2021-01-01"],
    ["date_1904.xlsx", 0, "2021-01-01"],
  ])("dates of %s", (file, row, date) => {
    expect(cell(readXlsx(sample(file))[0]!.rows, row, 0)).toMatchObject({
      as: "date",
      value: date,
    });
  });

  test.each([
    ["inlineStr_cdata.xlsx", "Hello CDATA"],
    ["strict_iso_paths.xlsx", "Item"],
    ["nonstandard-xml-ns-prefix.xlsx", "a"],
    ["richtext-namespaced.xlsx", "inline string\nLine 2\nLine 3"],
    ["rph.xlsx", "課きく　毛こ"],
  ])("%s begins with %j", (file, text) => {
    expect(cell(readXlsx(sample(file))[0]!.rows, 0, 0)).toBe(text);
  });

  test("every worksheet is read, hidden ones marked", async () => {
    const bytes = await workbook((sheet, book) => {
      sheet.addRow(["a"]);
      book.addWorksheet("Old", { state: "hidden" }).addRow(["b"]);
    });
    expect(readXlsx(bytes).map(({ sheet, hidden }) => [sheet, hidden])).toEqual([
      ["Contacts", undefined],
      ["Old", true],
    ]);
  });
});

describe("formats", () => {
  test.each([
    ["yyyy-mm-dd", "date"],
    ["[$-409]d-mmm-yy;@", "date"],
    ["mmm yyyy", "date"],
    ["h:mm AM/PM", "time"],
    ["[h]:mm:ss", "time"],
    ["mm:ss", "time"],
    ["dd/mm/yyyy hh:mm", "dateTime"],
    ["0.00%", "percent"],
    ['_("$"* #,##0.00_)', "currency"],
    ["#,##0.00 [$€-407]", "currency"],
    ["00000", "digits"],
    ["(000) 000-0000", "digits"],
    ["#,##0.00", "general"],
    ["General", "general"],
    ['"Day "0', "general"],
  ])("%s is %s", (code, as) => {
    expect(fromCode(code).as).toBe(as);
  });

  test("Excel's 29 February 1900 is allowed for", () => {
    expect(fromSerial(59, "date", false)?.value).toBe("1900-02-28");
    expect(fromSerial(61, "date", false)?.value).toBe("1900-03-01");
    expect(fromSerial(0, "date", true)?.value).toBe("1904-01-01");
    expect(fromSerial(-1, "date", false)).toBeUndefined();
  });
});

describe("what cannot be read says why", () => {
  test("a password", () => {
    expect(failure(() => readFile(sample("pass_protected.xlsx")))).toMatchObject({
      code: "unsupported-file",
      message: /password/,
    });
  });

  test("a zip bomb is stopped by what comes out of it, not by what it declares", () => {
    const bytes = minimal(
      `<worksheet><sheetData>${" ".repeat(50_000_000)}</sheetData></worksheet>`,
    );
    expect(bytes.length).toBeLessThan(100_000);
    expect(failure(() => readXlsx(bytes, { maxInflatedBytes: 10_000_000 }))).toMatchObject({
      code: "too-large",
      message: /unpacks/,
    });
  });

  test("a sheet, a text or a style without an end is not waited for", () => {
    const long = "A".repeat(300_000);
    const sheet = (inner: string) => `<worksheet><sheetData>${inner}</sheetData></worksheet>`;
    const fine = sheet('<row r="1"><c r="A1"><v>1</v></c></row>');
    const cut = '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>';
    for (const bytes of [
      minimal(cut + long),
      minimal(cut + "<b/>".repeat(75_000)),
      minimal(fine, { "xl/sharedStrings.xml": `<sst><si><t>${long}` }),
      minimal(fine, { "xl/styles.xml": `<styleSheet><cellXfs>${long}` }),
    ]) {
      expect(failure(() => readXlsx(bytes, { maxText: 200_000 }))).toMatchObject({
        code: "unsupported-file",
        message: /without an end/,
      });
    }
    const rows = Array.from({ length: 9_000 }, (_, n) => `<row><c><v>${n}</v></c></row>`);
    const large = minimal(sheet(rows.join("")));
    expect(readXlsx(large, { maxText: 200_000 })[0]!.rows).toHaveLength(9_000);
  });

  test("more than the limit", () => {
    expect(failure(() => readXlsx(new Uint8Array(21 * 1024 * 1024)))).toMatchObject({
      code: "too-large",
      message: /20 MB/,
    });
  });

  test("a cut off file", () => {
    const whole = sample("date.xlsx");
    expect(failure(() => readFile(whole.subarray(0, whole.length / 2)))).toMatchObject({
      code: "unsupported-file",
      message: /damaged/,
    });
  });

  test("a row number beyond the end of the sheet is no reason to fill memory", () => {
    const xml =
      '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="99999999"><c r="A99999999"><v>2</v></c></row></sheetData></worksheet>';
    expect(readXlsx(minimal(xml))[0]!.rows).toEqual([[1]]);
  });

  test("too many cells", () => {
    const row = (n: number) => `<row r="${n}"><c r="XFD${n}"><v>1</v></c></row>`;
    const xml = `<worksheet><sheetData>${Array.from({ length: 100 }, (_, n) => row(n + 1)).join("")}</sheetData></worksheet>`;
    expect(failure(() => readXlsx(minimal(xml), { maxCells: 1_000_000 }))).toMatchObject({
      code: "too-large",
    });
  });
});
