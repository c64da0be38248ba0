import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDomainError } from "../../error.ts";
import { csvLine } from "../../export/csv-line.ts";
import { readCsv } from "./csv.ts";
import { detectKind } from "./kind.ts";
import { at, cell, count, list } from "./rows.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const sample = (name: string) =>
  readFileSync(new URL(`../../../testdata/csv/${name}`, import.meta.url));

function failure(run: () => unknown) {
  try {
    run();
  } catch (error) {
    return isDomainError(error) ? { code: error.code, message: error.message } : error;
  }
  return undefined;
}

describe("encoding", () => {
  test.each([
    ["test_latin1.csv", "windows-1252", "©"],
    ["test_utf16_little.csv", "utf-16le", "ʤ"],
    ["table-infer-iso-8859-7.csv", "windows-1253", "Λεωνιδας"],
  ])("of %s is %s", (file, encoding, text) => {
    const table = readCsv(sample(file));
    expect(table.encoding).toBe(encoding);
    expect(JSON.stringify(list(table.rows))).toContain(text);
  });

  test.each([
    ["windows-1251", "Имя,Город\nИван Петров,Санкт-Петербург\nОльга Иванова,Нижний Новгород\n"],
    ["shift_jis", "名前,会社\n山田太郎,株式会社サクラ\n佐藤花子,トヨタ自動車\n"],
  ])("%s is told by the words it makes", (encoding, text) => {
    const encoded = encode(text, encoding);
    const table = readCsv(encoded);
    expect(table.encoding).toBe(encoding);
    expect(cell(table.rows, 1, 0)).toBe(text.split("\n")[1]!.split(",")[0]);
  });

  test("a byte order mark decides and is no part of the first cell", () => {
    const table = readCsv(Uint8Array.from([0xef, 0xbb, 0xbf, ...bytes("name\nZoë")]));
    expect(table.encoding).toBe("utf-8");
    expect(list(table.rows)).toEqual([["name"], ["Zoë"]]);
  });

  test("UTF-16 without a mark is found by its zero bytes", () => {
    const text = "name,city\nZoë,Köln\n";
    const wide = new Uint8Array(text.length * 2);
    [...text].forEach((letter, at) =>
      new DataView(wide.buffer).setUint16(at * 2, letter.charCodeAt(0), true),
    );
    const table = readCsv(wide);
    expect(table.encoding).toBe("utf-16le");
    expect(list(table.rows)).toEqual([
      ["name", "city"],
      ["Zoë", "Köln"],
    ]);
  });
});

describe("dialect", () => {
  test.each([
    ["delimiter.csv", ";"],
    ["mac_newlines.csv", ","],
  ])("of %s", (file, delimiter) => {
    expect(readCsv(sample(file)).delimiter).toBe(delimiter);
  });

  test.each([",", ";", "\t", "|"])("a file separated by %j", (delimiter) => {
    const rows = [
      ["Name", "Amount, EUR", "Date"],
      ["Müller; Söhne", "1.234,50", "31.12.2026"],
      ["O'Brien | Co", "12,00", "01.02.2026"],
    ];
    const text = rows.map((row) => row.map((cell) => `"${cell}"`).join(delimiter)).join("\n");
    const table = readCsv(bytes(text));
    expect(table.delimiter).toBe(delimiter);
    expect(list(table.rows)).toEqual(rows);
  });

  test("a backslash before a quote escapes it where that explains the file", () => {
    const text = 'name,note\n"Ann","said \\"hi\\", left"\n"Bob","said \\"no\\", stayed"\n';
    expect(at(readCsv(bytes(text)).rows, 1)).toEqual(["Ann", 'said "hi", left']);
  });

  test("carriage returns of mixed line ends are no part of a cell", () => {
    expect(list(readCsv(bytes("a,b\r\n1,2\n3,4\r\n")).rows)).toEqual([
      ["a", "b"],
      ["1", "2"],
      ["3", "4"],
    ]);
  });
});

describe("records", () => {
  test("whatever is written comes back cell by cell", () => {
    const cell = fc.oneof(
      fc.string({ unit: "grapheme-ascii" }),
      fc.constantFrom('a "quoted" word', "two\nlines", "=1+1", "é", "☕", "a,b;c"),
    );
    const rows = fc.integer({ min: 2, max: 5 }).chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
        minLength: 2,
        maxLength: 8,
      }),
    );
    fc.assert(
      fc.property(rows, (given) => {
        // A letter in every row keeps a row from looking blank; what is tested is the cells.
        const table = [["first", ...given[0]!], ...given.map((row) => ["x", ...row])].map((row) =>
          row.slice(0, given[0]!.length + 1),
        );
        const text = table.map((row) => `${csvLine(row)}\n`).join("");
        expect(list(readCsv(bytes(text), { delimiter: "," }).rows)).toEqual(table);
      }),
      { numRuns: 300 },
    );
  });

  test("an unclosed quote costs one line, and says so", () => {
    const table = readCsv(bytes('name,city\n"Ann,Bonn\nBob,Ulm\nCem,Köln\n'));
    expect(list(table.rows)).toEqual([
      ["name", "city"],
      ['"Ann', "Bonn"],
      ["Bob", "Ulm"],
      ["Cem", "Köln"],
    ]);
    expect(table.notes).toEqual([expect.objectContaining({ row: 1 })]);
  });

  test("an unclosed quote that meets a later one swallows no rows", () => {
    const lines = ["name,city,note"];
    for (let n = 0; n < 50; n++) lines.push(n === 10 ? `Ann,"Bonn,x` : `"B, ${n}",Ulm,y`);
    const table = readCsv(bytes(`${lines.join("\n")}\n`));
    expect(list(table.rows)).toHaveLength(51);
    expect(table.notes).toHaveLength(1);
  });

  test("pieces give the same rows as the whole", () => {
    const lines: string[] = ["id,name,note"];
    for (let n = 0; n < 300_000; n++) lines.push(`${n},Zoë ${n},"line one\nline ""two"" of ${n}"`);
    const { rows } = readCsv(bytes(lines.join("\r\n")));
    expect(count(rows)).toBe(300_001);
    expect(at(rows, 300_000)).toEqual(["299999", "Zoë 299999", 'line one\nline "two" of 299999']);
  });
});

describe("what is no table", () => {
  test("an empty file", () => {
    expect(failure(() => detectKind(new Uint8Array()))).toMatchObject({
      code: "unsupported-file",
      message: /empty/,
    });
  });

  test("binary data", () => {
    const noise = Uint8Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251);
    expect(failure(() => readCsv(noise))).toMatchObject({ code: "unsupported-file" });
  });

  test.each([
    ["%PDF-1.7", /PDF/],
    ["<html><table>", /web page/],
    ["\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", /XLS/],
    ["\u001f\u008b", /gzip/],
  ])("%j is named and told what to do about", (head, message) => {
    const start = Uint8Array.from([...head].map((letter) => letter.charCodeAt(0)));
    expect(failure(() => detectKind(start))).toMatchObject({ code: "unsupported-file", message });
  });

  test("one row of ten million columns is refused at once", () => {
    const wide = new Uint8Array(10_000_000).fill(0x2c);
    const start = performance.now();
    expect(failure(() => readCsv(wide))).toMatchObject({ code: "too-large" });
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

/** Encodes by asking the decoder for every byte and pair of bytes. */
function encode(text: string, encoding: string): Uint8Array {
  const decoder = new TextDecoder(encoding);
  const map = new Map<string, number[]>();
  for (let first = 0; first < 256; first++) {
    map.set(decoder.decode(Uint8Array.of(first)), [first]);
    if (encoding !== "shift_jis" || first < 0x81) continue;
    for (let second = 0x40; second < 0xfd; second++) {
      const letter = decoder.decode(Uint8Array.of(first, second));
      if ([...letter].length === 1 && !map.has(letter)) map.set(letter, [first, second]);
    }
  }
  return Uint8Array.from([...text].flatMap((letter) => map.get(letter) ?? [63]));
}
