// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import type { Field } from "@gridfolk/core/field/field";
import { framesOf, markRows } from "./marks.ts";
import * as Selection from "./selection.ts";

const fields: readonly Field[] = [
  { key: "name", name: "Name", type: "text" },
  { key: "city", name: "City", type: "text" },
];
const marked = {
  ranges: [Selection.cellRange({ row: 1, column: 0 })],
  size: { rows: 10, columns: 2 },
  copied: undefined,
  guests: [],
  order: { indexOf: (id: string) => (id === "r4" ? 4 : -1) },
  fields,
};

describe("frames", () => {
  test("are drawn for more than one cell, for what was copied and for people who are in sight", () => {
    expect(framesOf(marked)).toEqual([]);
    const ranges = [Selection.cellRange({ row: 1, column: 0 }, { row: 2, column: 1 })];
    const area = { top: 1, left: 0, bottom: 2, right: 1 };
    expect(framesOf({ ...marked, ranges }).map((frame) => frame.area)).toEqual([area]);
    expect(framesOf({ ...marked, copied: area }).map((frame) => frame.area)).toEqual([area]);
    const carl = { id: "r4", field: "city", name: "Carl", color: "person-3" };
    const guests = [carl, { ...carl, id: "gone" }, { ...carl, field: "gone" }];
    const here = { top: 4, left: 1, bottom: 4, right: 1 };
    expect(framesOf({ ...marked, guests })).toMatchObject([
      { area: here, color: "var(--person-3)" },
      { area: here, color: "var(--person-3)", label: "Carl" },
    ]);
  });
});

test("drawn rows tell whether they are in the selection, and whether they are selected whole", () => {
  const host = document.createElement("div");
  host.innerHTML = `<div class="ag-grid-scrolling-container">${[0, 1, 2]
    .map((row) => `<div class="ag-row" row-index="${row}"></div>`)
    .join("")}</div>`;
  const rows = [...host.querySelectorAll<HTMLElement>(".ag-row")];
  const inSelection = () => rows.map((row) => row.hasAttribute("data-in-selection"));
  markRows(host, { ...marked, ranges: [Selection.rowsRange(1, 2)] });
  expect(inSelection()).toEqual([false, true, true]);
  expect(rows.map((row) => row.ariaSelected)).toEqual([null, "true", "true"]);
  markRows(host, marked);
  expect(inSelection()).toEqual([false, true, false]);
  expect(rows.map((row) => row.ariaSelected)).toEqual([null, null, null]);
});
