import { expect, test } from "vitest";
import type { Field } from "@gridfolk/core/field/field";
import type { Leaf } from "@gridfolk/core/sheet/filter";
import type { Cursor } from "./cursor.ts";
import { lookAt } from "./look.ts";
import * as Selection from "./selection.ts";

const fields: Field[] = [
  { key: "a", name: "A", type: "number" },
  { key: "b", name: "B", type: "date" },
];

function look(rows: readonly number[]) {
  const seen: { at?: Selection.Spot; ranges?: readonly Selection.Range[]; leaf?: Leaf } = {};
  const cursor = {
    goTo: (spot: Selection.Spot) => (seen.at = spot),
    select: (ranges: readonly Selection.Range[]) => (seen.ranges = ranges),
  } as unknown as Cursor;
  lookAt(
    rows.map((row) => ({ id: String(row), field: fields[1] as Field, text: "?" })),
    { cursor, order: { indexOf: Number }, fields, onFilter: (leaf) => (seen.leaf = leaf) },
  );
  return seen;
}

test("some cells are selected as stretches, the focus in the first", () => {
  const { at, ranges } = look([7, 3, 4, 5]);
  expect(at).toEqual({ row: 3, column: 1 });
  expect(Selection.areasOf(ranges ?? [], { rows: 10, columns: 2 })).toEqual([
    { top: 7, bottom: 7, left: 1, right: 1 },
    { top: 3, bottom: 5, left: 1, right: 1 },
  ]);
});

test("many apart are filtered", () => {
  const { ranges, leaf } = look(Array.from({ length: 500 }, (_, index) => index * 2));
  expect(ranges).toBeUndefined();
  expect(leaf).toEqual({ field: "b", op: "isInvalid" });
});
