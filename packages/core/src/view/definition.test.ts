import fc from "fast-check";
import { expect, test } from "vitest";
import * as Definition from "./definition.ts";

test("what is kept is read back", () => {
  const definition: Definition.Definition = {
    ...Definition.EMPTY,
    filter: { and: [{ field: "city", op: "is", value: "Paris" }] },
    sort: [{ field: "name", descending: true }],
    pinned: [],
    widths: { b: 120, a: 80 },
    group: [{ field: "closeDate", descending: false, unit: "month" }],
    collapsed: ['"2026-03-01"'],
    summaries: { value: "sum" },
    rules: [{ name: "Late", filter: { or: [] }, field: "closeDate", color: "red" }],
    height: "tall",
  };
  expect(Definition.read(Definition.toText(definition))).toEqual(definition);
  expect(Definition.toText(Definition.EMPTY)).toBe("{}");
});

test("equal definitions have equal texts, whatever the order of their keys", () => {
  const [one, other] = [
    { a: 30, b: 40 },
    { b: 40, a: 30 },
  ].map((widths) => Definition.toText({ ...Definition.EMPTY, widths }));
  expect(one).toBe(other);
});

test("a part that cannot be read is left out, the rest stays", () => {
  const read = Definition.fromJson({
    filter: { and: [{ field: 7 }] },
    sort: [{ field: "name", descending: true }],
    group: [1, 2],
    rules: [{ name: "x", filter: { and: [] }, color: "no such colour" }],
    height: "gigantic",
    widths: { a: 1e9 },
    more: "from a later version",
  });
  expect(read).toEqual({ ...Definition.EMPTY, sort: [{ field: "name", descending: true }] });
});

test("more than three groups, or a filter nested without end, is no definition", () => {
  const group = Array.from({ length: 4 }, () => ({ field: "a", descending: false }));
  let filter: unknown = { field: "a", op: "empty" };
  for (let depth = 0; depth < 10_000; depth++) filter = { and: [filter] };
  expect(Definition.fromJson({ group, filter })).toEqual(Definition.EMPTY);
});

test("reading never fails, and reads what it wrote as the same", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const read = Definition.read(text);
      expect(Definition.read(Definition.toText(read))).toEqual(read);
    }),
    { numRuns: 500 },
  );
});
