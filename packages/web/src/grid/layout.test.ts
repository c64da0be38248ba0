import { expect, test } from "vitest";
import type { Sheet } from "@gridfolk/core/field/field";
import * as Layout from "./layout.ts";

const sheet: Sheet = {
  key: "contacts",
  name: "Contacts",
  title: ["first", "last"],
  position: 0,
  fields: ["first", "last", "email", "city", "gone", "notes"].map((key) => ({
    key,
    name: key,
    type: "text",
    ...(key === "gone" ? { deleted: true } : {}),
  })),
};
const keys = (layout: Layout.Layout) => Layout.visible(sheet, layout).map((field) => field.key);
const base = Layout.initial(sheet);

test("a new sheet stands in its own order, without the trash", () => {
  expect(keys(base)).toEqual(["first", "last", "email", "city", "notes"]);
});

test("a column added since stands behind the one it follows in the sheet", () => {
  expect(keys({ ...base, order: ["notes", "email", "last", "first"] })).toEqual([
    "last",
    "first",
    "notes",
    "email",
    "city",
  ]);
});

test("pinned columns come first and hidden ones not at all", () => {
  expect(keys({ ...base, pinned: ["city"], hidden: ["last"] })).toEqual([
    "city",
    "first",
    "email",
    "notes",
  ]);
});

test("what is kept is read back, also as it was kept before, and anything unreadable says nothing", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const layout = { ...base, widths: { first: 200 }, sort: [{ field: "city", descending: true }] };
  Layout.save(storage, "k", layout);
  expect(Layout.load(storage, "k", sheet)).toEqual(layout);
  kept.set("k", '{"order":5}');
  expect(Layout.load(storage, "k", sheet)).toEqual(base);
  kept.set("k", "{");
  expect(Layout.load(storage, "k", sheet)).toBeUndefined();
  const before = { order: [], hidden: ["city"], pinned: [], widths: {}, sort: [] };
  kept.set("k", JSON.stringify({ ...before, filters: [{ field: "city", op: "empty" }] }));
  expect(Layout.load(storage, "k", sheet)).toEqual({
    ...base,
    pinned: [],
    hidden: ["city"],
    filters: [{ field: "city", op: "empty" }],
  });
  Layout.save(storage, "k", undefined);
  expect(Layout.load(storage, "k", sheet)).toBeUndefined();
});

test("clicking a header sorts upwards, downwards, then not; with Shift it joins the others", () => {
  const up = [{ field: "name", descending: false }];
  const down = [{ field: "name", descending: true }];
  expect(Layout.nextSort([], "name", false)).toEqual(up);
  expect(Layout.nextSort(up, "name", false)).toEqual(down);
  expect(Layout.nextSort(down, "name", false)).toEqual([]);
  expect(Layout.nextSort(down, "city", false)).toEqual([{ field: "city", descending: false }]);
  const both = [...down, { field: "city", descending: false }];
  expect(Layout.nextSort(down, "city", true)).toEqual(both);
  expect(Layout.nextSort(both, "name", true)).toEqual([{ field: "city", descending: false }]);
});
