import { expect, test } from "vitest";
import { isArranged } from "./layout-key.ts";

test("a sheet is arranged when rows are chosen, sorted or grouped, not by its widths", () => {
  const kept = (parts: object) => isArranged(JSON.stringify(parts));
  expect(isArranged(null)).toBe(false);
  expect(isArranged("{broken")).toBe(false);
  expect(kept({ widths: { a: 1 }, hidden: ["b"], sort: [], group: [], filters: [] })).toBe(false);
  expect(kept({ sort: [{ field: "a", descending: false }] })).toBe(true);
  expect(kept({ group: [{ field: "a", descending: false }] })).toBe(true);
  expect(kept({ filters: [{ field: "a", op: "empty" }] })).toBe(true);
  expect(kept({ filter: { and: [] } })).toBe(true);
});
