// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { fillTarget } from "./fill-handle.ts";
import { fillSeries } from "./series-fill.ts";

const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const fields: Field[] = [
  { key: "n", name: "N", type: "number" },
  { key: "m", name: "M", type: "number" },
  { key: "t", name: "T", type: "text" },
  { key: "d", name: "D", type: "date" },
  { key: "f", name: "F", type: "number", formula: "[n]" },
];

/** Place 2 is the head of a group. */
const rowAt = (place: number) => (place === 2 ? -1 : place > 2 ? place - 1 : place);

function filled(
  cells: readonly (readonly (Cell | undefined)[])[],
  source: [number, number, number, number],
  target: [number, number, number, number],
  other = false,
) {
  const bounds = ([top, left, bottom, right]: [number, number, number, number]) => ({
    top,
    left,
    bottom,
    right,
  });
  return fillSeries(bounds(source), bounds(target), other, {
    fields,
    locale,
    rowAt,
    cell: (row, field) => cells[row]?.[fields.indexOf(field)],
    text: (cell, field) =>
      cell === undefined ? "" : registry[field.type].edit(cell, field, locale),
    read: (field) => registry[field.type].parser(field, locale),
    isWritable: (field) => field.formula === undefined,
  }).map(({ row, field, after }) => [row, field.key, after]);
}

test("down: each column is carried on by itself, over the heads of groups, formulas left alone", () => {
  expect(filled([[1, 5, "a", undefined, 9], [2]], [0, 0, 1, 4], [2, 0, 4, 4])).toEqual([
    [2, "n", 3],
    [3, "n", 4],
    [2, "m", 5],
    [3, "m", undefined],
    [2, "t", "a"],
    [3, "t", undefined],
    [2, "d", undefined],
    [3, "d", undefined],
  ]);
});

test("up: the series goes back, and Ctrl copies", () => {
  const cells = [[], [], [10], [20]];
  expect(filled(cells, [3, 0, 4, 0], [0, 0, 1, 0])).toEqual([
    [1, "n", 0],
    [0, "n", -10],
  ]);
  expect(filled(cells, [3, 0, 4, 0], [0, 0, 1, 0], true)).toEqual([
    [1, "n", 20],
    [0, "n", 10],
  ]);
});

test("sideways: numbers go on across columns, as text where the column is of another type", () => {
  expect(filled([[1, 2]], [0, 0, 0, 1], [0, 2, 0, 3])).toEqual([
    [0, "t", "3"],
    [0, "d", { invalid: "4" }],
  ]);
  expect(filled([[undefined, undefined, "7", undefined]], [0, 2, 0, 2], [0, 0, 0, 1])).toEqual([
    [0, "m", 6],
    [0, "n", 5],
  ]);
});

test("a drag to a corner goes the longer way", () => {
  const source = { top: 2, bottom: 3, left: 2, right: 3 };
  expect(fillTarget(source, { row: 2, column: 3 })).toBeUndefined();
  expect(fillTarget(source, { row: 9, column: 4 })).toEqual({ ...source, top: 4, bottom: 9 });
  expect(fillTarget(source, { row: 4, column: 5 })).toEqual({ ...source, left: 4, right: 5 });
  expect(fillTarget(source, { row: 0, column: 2 })).toEqual({ ...source, top: 0, bottom: 1 });
  expect(fillTarget(source, { row: 3, column: 0 })).toEqual({ ...source, left: 0, right: 1 });
});
