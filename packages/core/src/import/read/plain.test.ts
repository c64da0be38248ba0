import * as fc from "fast-check";
import Papa from "papaparse";
import { expect, test } from "vitest";
import { readCsv } from "./csv.ts";
import * as Packer from "./packer.ts";
import { plainDialect, type PlainDialect, readPlain } from "./plain.ts";
import * as Rows from "./rows.ts";

const encoder = new TextEncoder();

function read(text: string, newline: "\n" | "\r", cuts: readonly number[] = []) {
  const dialect = plainDialect({ delimiter: ",", quote: '"', escape: '"' }, newline)!;
  const bytes = encoder.encode(text);
  const packer = Packer.createPacker(bytes);
  const odd = inPieces(bytes, cuts, dialect, packer);
  return { odd, rows: Rows.list(Packer.finish(packer)) };
}

/** The file handed over in pieces that end anywhere: what is not complete comes again with the next one. */
function inPieces(
  bytes: Uint8Array,
  cuts: readonly number[],
  dialect: PlainDialect,
  packer: Packer.Packer,
): boolean {
  let from = 0;
  const ends = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  for (const to of [...ends, bytes.length]) {
    const last = to === bytes.length;
    const reading = readPlain({ from, to, last }, dialect, packer, 100)!;
    if (reading.odd) return true;
    from = reading.end;
    if (last) break;
  }
  expect(from).toBe(bytes.length);
  return false;
}

/** As papaparse reads it, without the carriage return at the end of a record. */
function byPapa(text: string, newline: "\n" | "\r") {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: ",", newline });
  const rows = data.map((row) =>
    row.map((cell, at) =>
      newline === "\n" && at === row.length - 1 ? cell.replace(/\r$/, "") : cell,
    ),
  );
  return { rows, errors };
}

const marks = ["a", "bc", ",", "\n", "\r\n", "\r", '"', '""', ',"', '",', '"\n', '"\r\n'];
const words = ["é", "名", "😀", " ", "x".repeat(70), "ü".repeat(60), "a longer text than most"];
const piece = fc.constantFrom(...marks, ",", "\n", ...words);
const texts = fc.array(piece, { minLength: 1, maxLength: 30 }).map((pieces) => pieces.join(""));

test("what is read plainly is what papaparse reads, however it is cut", () => {
  let plain = 0;
  let quoted = 0;
  fc.assert(
    fc.property(
      texts,
      fc.constantFrom("\n", "\r"),
      fc.array(fc.nat(200)),
      (text, newline, cuts) => {
        const { odd, rows } = read(text, newline, cuts);
        if (odd) return;
        plain += 1;
        if (text.includes('"')) quoted += 1;
        const papa = byPapa(text, newline);
        expect(papa.errors).toEqual([]);
        expect(rows).toEqual(papa.rows);
      },
    ),
    { numRuns: 5000 },
  );
  expect(plain).toBeGreaterThan(1500);
  expect(quoted).toBeGreaterThan(500);
});

test("values that a column repeats are there once, and every row has its own", () => {
  const lines = Array.from({ length: 20_000 }, (_, n) =>
    [n, `same ${n % 7}`, `"quoted, ${n % 11}"`, n < 10_000 ? `early ${n}` : "late", "é"].join(","),
  );
  const { rows } = readCsv(encoder.encode(lines.join("\n")));
  const expected = lines.map((line) => line.replaceAll('"', "").split(/,(?! )/));
  expect(Rows.list(rows)).toEqual(expected);
  if (!("starts" in rows)) throw new Error("Delimited text is packed.");
  const sizes = rows.columns.map(({ begins }) => begins.length);
  expect(sizes[0]).toBe(20_000);
  expect(sizes.slice(1, 3)).toEqual([7, 11]);
  expect(sizes[4]).toBe(1);
});

test("records of any width stand beside each other", () => {
  const wide = Array.from({ length: 3000 }, (_, n) => `c${n}`).join(",");
  const { rows } = readCsv(encoder.encode(`a,b\n${wide}\nc\n`), { delimiter: "," });
  expect([0, 1, 2].map((row) => Rows.width(rows, row))).toEqual([2, 3000, 1]);
  expect(Rows.cell(rows, 1, 2999)).toBe("c2999");
  expect(Rows.cell(rows, 2, 1)).toBeUndefined();
  const { code, value } = Rows.column(rows, 1);
  expect([0, 1].map((row) => value(code(row)))).toEqual(["b", "c1"]);
  expect(code(2)).toBe(-1);
});

test("what is odd in the middle of a file is read as if the file were read by papaparse alone", () => {
  const before = Array.from({ length: 500 }, (_, n) => `${n},plain,"quo""ted ${n}"`);
  const after = ['7,"odd" tail,x', "8,y,z", '9,"open,z', "10,y,z"];
  const { rows, notes } = readCsv(encoder.encode([...before, ...after, ""].join("\n")));
  expect(Rows.count(rows)).toBe(504);
  expect(Rows.at(rows, 499)).toEqual(["499", "plain", 'quo"ted 499']);
  expect(Rows.list(rows, 501)).toEqual([
    ["8", "y", "z"],
    ["9", '"open', "z"],
    ["10", "y", "z"],
  ]);
  expect(notes.map(({ row }) => row)).toContain(502);
});

test("a cell is whole wherever it stands in a large file", () => {
  const cells = Array.from({ length: 12_000 }, (_, n) => `${"x".repeat(n % 90)}é“${n}”`);
  const text = Papa.unparse(cells.map((cell, n) => [String(n), cell, cell.repeat(3)]));
  const { odd, rows } = read(text, "\n");
  expect(odd).toBe(false);
  expect(rows).toEqual(cells.map((cell, n) => [String(n), cell, cell.repeat(3)]));
  expect(encoder.encode(text).length).toBeGreaterThan(2_000_000);
});
