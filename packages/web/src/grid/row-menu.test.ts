import { expect, test } from "vitest";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import type { Leaf } from "@gridfolk/core/sheet/filter";
import { rowMenu, type RowMenuDeps } from "./row-menu.ts";

const none = () => {};
const base: RowMenuDeps = {
  rows: 1,
  noun: "1 row",
  field: undefined,
  cell: undefined,
  canEdit: true,
  newLabel: "New contact",
  tools: () => [],
  history: [{ label: "History of this cell" }],
  onOpen: none,
  onFilter: none,
  onNew: none,
  onDuplicate: none,
  onCut: none,
  onCopy: none,
  onCopyWithHeaders: () => undefined,
  onPaste: none,
  onClear: none,
  onDelete: none,
};
const labels = (deps: RowMenuDeps) =>
  rowMenu(deps).flatMap((item) =>
    typeof item === "object" && "label" in item ? [item.label] : [],
  );

test("of one row, as it is now, one can ask what else is the same", () => {
  expect(labels({ ...base, onDuplicates: none })).toContain("Find duplicates of this");
  expect(labels(base)).not.toContain("Find duplicates of this");
  expect(labels({ ...base, rows: 2, onDuplicates: none })).not.toContain("Find duplicates of this");
});

test("several rows are deleted together but opened one by one; who may only look changes nothing", () => {
  const [open, ...rest] = rowMenu({ ...base, rows: 3, noun: "3 rows" });
  expect(open).toMatchObject({ label: "Open record", disabled: true });
  expect(rest).toContainEqual(expect.objectContaining({ label: "Delete 3 rows", danger: true }));
  expect(labels({ ...base, canEdit: false })).toEqual([
    "Open record",
    "History of this cell",
    "Copy",
    "Copy with headers",
  ]);
});

test("cells are cut, copied and pasted from it, each with its key beside it", () => {
  const done: string[] = [];
  const menu = rowMenu({
    ...base,
    onCut: () => done.push("cut"),
    onCopy: () => done.push("copy"),
    onPaste: () => done.push("paste"),
  });
  for (const [label, keys] of [
    ["Cut", "Ctrl+X"],
    ["Copy", "Ctrl+C"],
    ["Paste", "Ctrl+V"],
  ]) {
    const item = menu.find((one) => typeof one === "object" && "run" in one && one.label === label);
    expect(item).toMatchObject({ keys });
    if (typeof item === "object" && "run" in item) item.run?.();
  }
  expect(done).toEqual(["cut", "copy", "paste"]);
});

test.each<[Field["type"], Cell, Leaf | undefined]>([
  ["text", "Rome", { field: "f", op: "is", value: "Rome" }],
  ["choice", "o1", { field: "f", op: "anyOf", value: ["o1"] }],
  ["link", ["r1", "r2"], { field: "f", op: "anyOf", value: ["r1"] }],
  ["number", 5, undefined],
])("rows like this one, by a value of type %s", (type, cell, leaf) => {
  const chosen: Leaf[] = [];
  const items = rowMenu({
    ...base,
    field: { key: "f", name: "F", type },
    cell,
    onFilter: (one) => chosen.push(one),
  });
  const item = items.find((one) => typeof one === "object" && "detail" in one);
  if (typeof item === "object" && "run" in item) item.run?.();
  expect(chosen).toEqual(leaf === undefined ? [] : [leaf]);
});
