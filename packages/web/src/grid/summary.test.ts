import { expect, test } from "vitest";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import * as Selection from "./selection.ts";
import { summarize } from "./summary.ts";

const fields: Field[] = [
  { key: "name", name: "Name", type: "text" },
  { key: "value", name: "Value", type: "currency" },
  { key: "score", name: "Score", type: "number" },
];
const rows: (Cell | undefined)[][] = [
  ["A", "10000 USD", 0.1],
  ["B", undefined, 0.2],
  ["C", "30050 USD", { invalid: "lots" }],
];
const size = { rows: 3, columns: 3 };
const read = (place: number, field: Field) => rows[place]?.[fields.indexOf(field)];

test("amounts of one currency are added in minor units", () => {
  const summary = summarize([Selection.columnsRange(1)], size, fields, read);
  expect(summary).toMatchObject({ rows: 3, cells: 3, filled: 2 });
  expect(summary.figures).toMatchObject({
    count: 2,
    sum: "40050 USD",
    average: "20025 USD",
    min: "10000 USD",
    max: "30050 USD",
  });
});

test("text that does not fit counts as filled and not as a figure; sums carry no binary noise", () => {
  const summary = summarize([Selection.columnsRange(2)], size, fields, read);
  expect(summary.filled).toBe(3);
  expect(summary.figures?.sum).toBe(0.3);
});

test("figures of different kinds are not added", () => {
  const summary = summarize([Selection.rowsRange(0, 2)], size, fields, read);
  expect([summary.figures, summary.mixedCurrencies]).toEqual([undefined, undefined]);
});

test("amounts of several currencies are not added, which is said", () => {
  const cells = ["10000 USD", "5000 EUR", undefined];
  const summary = summarize([Selection.columnsRange(1)], size, fields, (place) => cells[place]);
  expect(summary).toEqual({ rows: 3, cells: 3, filled: 2, mixedCurrencies: true });
});
