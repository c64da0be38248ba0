import fc from "fast-check";
import { expect, test } from "vitest";
import * as Clipboard from "./clipboard.ts";

test("a block read back from its own text is the same block", () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('"', "\t", "a\nb", '5" pipe', ""));
  const block = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
    .chain(([rows, columns]) =>
      fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
  fc.assert(
    fc.property(block, (cells) => {
      // One blank cell is an empty clipboard.
      fc.pre(cells.at(-1)?.join("") !== "" || (cells.at(-1)?.length ?? 0) > 1);
      expect(Clipboard.fromTsv(Clipboard.toTsv(cells))).toEqual(cells);
    }),
    { numRuns: 500 },
  );
});

test("quotes inside a text are part of it", () => {
  expect(Clipboard.fromTsv('5" pipe\t"hi" she said\n"unclosed\tb')).toEqual([
    ['5" pipe', '"hi" she said'],
    ['"unclosed', "b"],
  ]);
});

test("the last line break of a copied block adds no row", () => {
  expect(Clipboard.fromTsv("a\tb\r\nc\td\r\n")).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});

test("a block fills an area that is a multiple of it", () => {
  expect(Clipboard.tile([["a"], ["b"]], { rows: 4, columns: 2 })).toEqual([
    ["a", "a"],
    ["b", "b"],
    ["a", "a"],
    ["b", "b"],
  ]);
  expect(Clipboard.tile([["a", "b"]], { rows: 1, columns: 1 })).toEqual([["a", "b"]]);
});

test("cells are counted without taking the text apart", () => {
  expect(Clipboard.cellsIn("a\tb\r\nc\td\r\n")).toBe(4);
  expect(Clipboard.cellsIn("a")).toBe(1);
});
