import { describe, expect, test } from "vitest";
import * as Selection from "./selection.ts";

const size = { rows: 5, columns: 4 };

describe("bounds", () => {
  test("are the same whichever corner a selection began at", () => {
    const down = Selection.cellRange({ row: 1, column: 1 }, { row: 3, column: 2 });
    const up = Selection.cellRange({ row: 3, column: 2 }, { row: 1, column: 1 });
    expect(Selection.bounds(down, size)).toEqual({ top: 1, left: 1, bottom: 3, right: 2 });
    expect(Selection.bounds(up, size)).toEqual(Selection.bounds(down, size));
  });

  test("of rows and columns reach over the whole sheet", () => {
    expect(Selection.bounds(Selection.rowsRange(3, 2), size)).toEqual({
      top: 2,
      left: 0,
      bottom: 3,
      right: 3,
    });
    expect(Selection.bounds(Selection.columnsRange(1), size)).toEqual({
      top: 0,
      left: 1,
      bottom: 4,
      right: 1,
    });
  });

  test("end where the sheet ends, and are nothing beyond it", () => {
    const range = Selection.cellRange({ row: 3, column: 3 }, { row: 9, column: 9 });
    expect(Selection.bounds(range, size)).toEqual({ top: 3, left: 3, bottom: 4, right: 3 });
    expect(Selection.bounds(Selection.rowsRange(5), size)).toBeUndefined();
  });
});

test("cells of overlapping ranges are visited once", () => {
  const seen: string[] = [];
  Selection.eachCell(
    [
      Selection.cellRange({ row: 0, column: 0 }, { row: 1, column: 1 }),
      Selection.cellRange({ row: 1, column: 1 }, { row: 1, column: 2 }),
    ],
    size,
    (row, column) => seen.push(`${row}:${column}`),
  );
  expect(seen).toEqual(["0:0", "0:1", "1:0", "1:1", "1:2"]);
});

test("covered rows are ascending and distinct", () => {
  expect(
    Selection.coveredRows(
      [Selection.rowsRange(3, 4), Selection.rowsRange(0), Selection.rowsRange(4)],
      size,
    ),
  ).toEqual([0, 3, 4]);
});

describe("jump", () => {
  // rows:       0    1    2     3     4
  const column = ["a", "b", "", "", "c"];
  const filled = (spot: Selection.Spot) => column[spot.row] !== "";
  const at = (row: number) => ({ row, column: 0 });

  test("goes to the end of a filled stretch", () => {
    expect(Selection.jump(at(0), "down", size, filled)).toEqual(at(1));
  });

  test("goes over blanks to the next filled cell", () => {
    expect(Selection.jump(at(1), "down", size, filled)).toEqual(at(4));
    expect(Selection.jump(at(2), "up", size, filled)).toEqual(at(1));
  });

  test("stops at the edge", () => {
    expect(Selection.jump(at(4), "down", size, filled)).toEqual(at(4));
    expect(Selection.jump(at(4), "right", size, () => false)).toEqual({ row: 4, column: 3 });
  });
});

test("one line is filled from what stands before it, an area from its own first line", () => {
  const cell = { top: 2, bottom: 2, left: 1, right: 1 };
  expect(Selection.filledArea(cell, "down")).toEqual({ ...cell, top: 1 });
  expect(Selection.filledArea(cell, "right")).toEqual({ ...cell, left: 0 });
  const first = { top: 0, bottom: 0, left: 0, right: 3 };
  expect(Selection.filledArea(first, "down")).toEqual(first);
  expect(Selection.filledArea(first, "right")).toEqual(first);
});

test("Enter and Tab go through what is selected, area by area, and round", () => {
  const areas = [
    { top: 1, bottom: 2, left: 0, right: 1 },
    { top: 5, bottom: 5, left: 3, right: 3 },
  ];
  const walk = (direction: "down" | "right", back: boolean) => {
    let spot = { row: 1, column: 0 };
    return Array.from({ length: 5 }, () => {
      spot = Selection.within(areas, spot, direction, back) ?? spot;
      return [spot.row, spot.column];
    });
  };
  expect(walk("down", false)).toEqual([
    [2, 0],
    [1, 1],
    [2, 1],
    [5, 3],
    [1, 0],
  ]);
  expect(walk("right", false)).toEqual([
    [1, 1],
    [2, 0],
    [2, 1],
    [5, 3],
    [1, 0],
  ]);
  expect(walk("down", true)).toEqual([
    [5, 3],
    [2, 1],
    [1, 1],
    [2, 0],
    [1, 0],
  ]);
  const single = [{ top: 1, bottom: 1, left: 1, right: 1 }];
  expect(Selection.within(single, { row: 1, column: 1 }, "down", false)).toBeUndefined();
});

test("corners go clockwise, and a line has two", () => {
  const area = { top: 1, bottom: 3, left: 1, right: 2 };
  const walk = (from: Selection.Spot, bounds: Selection.Bounds, steps: number) => {
    let spot = from;
    return Array.from({ length: steps }, () => {
      spot = Selection.nextCorner(bounds, spot);
      return [spot.row, spot.column];
    });
  };
  expect(walk({ row: 1, column: 1 }, area, 4)).toEqual([
    [1, 2],
    [3, 2],
    [3, 1],
    [1, 1],
  ]);
  expect(walk({ row: 1, column: 1 }, { ...area, right: 1 }, 3)).toEqual([
    [3, 1],
    [1, 1],
    [3, 1],
  ]);
});

test("the region around a cell ends at blank rows and columns", () => {
  const map = ["##..#", "#...#", ".#...", ".....", "#####"];
  const filled = ({ row, column }: Selection.Spot) => map[row]?.[column] === "#";
  const size = { rows: 5, columns: 5 };
  const expected = { top: 0, bottom: 2, left: 0, right: 1 };
  expect(Selection.region({ row: 0, column: 0 }, size, filled)).toEqual(expected);
  expect(Selection.region({ row: 2, column: 1 }, size, filled)).toEqual(expected);
});
