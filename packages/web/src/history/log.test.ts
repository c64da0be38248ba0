import { describe, expect, test } from "vitest";
import { byTarget, undoneBy, type UndoOf } from "./log.ts";
import { countWords, dayWords } from "./words.ts";

const undo = (changeset: string, by: string, more: Partial<UndoOf> = {}): UndoOf => ({
  changeset,
  by,
  at: "2026-11-03T14:05:00Z",
  actor: "ana",
  ...more,
});
const locale = { locale: "en-GB", timeZone: "Europe/Vienna", currency: "EUR", country: "AT" };

describe("what is undone", () => {
  test("is what an undo took back that was not undone itself", () => {
    expect(undoneBy(byTarget([undo("a", "u")]), "a")?.by).toBe("u");
    expect(undoneBy(byTarget([undo("u", "r"), undo("a", "u")]), "a")).toBeUndefined();
    const again = [undo("r", "v"), undo("u", "r"), undo("a", "u")];
    expect(undoneBy(byTarget(again), "a")?.by).toBe("u");
  });

  test("is not what was undone in part", () => {
    expect(undoneBy(byTarget([undo("a", "u", { partial: true })]), "a")).toBeUndefined();
  });

  test("is told once where pages overlap", () => {
    expect(byTarget([undo("a", "u"), undo("a", "u")]).get("a")).toHaveLength(1);
  });
});

describe("the words of the history", () => {
  const entry = {
    id: "c",
    seq: 2,
    at: "2026-11-03T14:05:00Z",
    actor: "ana",
    source: "grid",
    label: "",
    created: 3,
    changed: 1200,
    deleted: 0,
    restored: 0,
    sheets: ["contacts", "_views"],
    undoable: true,
  } as const;

  test("count rows and name sheets", () => {
    expect(countWords({ ...entry, sheets: [...entry.sheets] }, () => "Contacts", locale)).toBe(
      "1,200 rows changed, 3 added in Contacts",
    );
    expect(countWords({ ...entry, changed: 0, created: 1, sheets: [] }, () => "", locale)).toBe(
      "1 row added",
    );
  });

  test("name days in the workspace's time zone", () => {
    const now = Date.parse("2026-11-03T23:30:00Z");
    expect(dayWords(Date.parse("2026-11-03T23:10:00Z"), now, locale)).toBe("Today");
    expect(dayWords(Date.parse("2026-11-03T22:10:00Z"), now, locale)).toBe("Yesterday");
    expect(dayWords(Date.parse("2026-11-01T10:00:00Z"), now, locale)).toMatch(
      /^Sunday,? 1 November 2026$/,
    );
  });
});
