import { describe, expect, it } from "vitest";
import type { Cell } from "../field/cell.ts";
import type { FieldType, Locale } from "../field/field.ts";
import { carryOn, type SeriesOptions } from "./series.ts";

const english: Locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };

function fill(
  type: FieldType,
  cells: readonly (Cell | undefined)[],
  count: number,
  options: SeriesOptions = {},
  locale = english,
) {
  return carryOn(cells, count, { key: "f", name: "F", type }, locale, options);
}

describe("a filled series", () => {
  it.each<[string, FieldType, (Cell | undefined)[], (Cell | undefined)[], SeriesOptions?]>([
    ["repeats a single number", "number", [5], [5, 5]],
    ["counts on from a single number with Ctrl", "number", [5], [6, 7], { other: true }],
    ["goes on with equal steps", "number", [1, 3], [5, 7, 9]],
    ["goes on with decimals without errors", "number", [0.1, 0.2], [0.3, 0.4, 0.5]],
    ["goes on along the nearest line", "number", [1, 2, 4], [5.33333333333333, 6.83333333333333]],
    ["repeats numbers with Ctrl", "number", [1, 3], [1, 3, 1], { other: true }],
    ["goes back upwards", "number", [3, 5], [1, -1], { backwards: true }],
    ["goes on with percents", "percent", [0.1, 0.15], [0.2, 0.25]],
    ["goes on with amounts", "currency", ["10000 USD", "15000 USD"], ["20000 USD", "25000 USD"]],
    [
      "repeats amounts of several currencies",
      "currency",
      ["100 USD", "100 EUR"],
      ["100 USD", "100 EUR"],
    ],
    ["goes on day by day", "date", ["2026-12-31"], ["2027-01-01", "2027-01-02"]],
    ["repeats a date with Ctrl", "date", ["2026-12-31"], ["2026-12-31"], { other: true }],
    ["goes on by weeks", "date", ["2026-11-27", "2026-12-04"], ["2026-12-11", "2026-12-18"]],
    ["goes on by months", "date", ["2026-01-15", "2026-02-15"], ["2026-03-15", "2026-04-15"]],
    [
      "keeps to the ends of months",
      "date",
      ["2026-01-31", "2026-02-28"],
      ["2026-03-31", "2026-04-30"],
    ],
    [
      "goes on by years",
      "date",
      ["2024-02-29", "2025-02-28"],
      ["2026-02-28", "2027-02-28", "2028-02-29"],
    ],
    ["goes back by days", "date", ["2026-01-01"], ["2025-12-31"], { backwards: true }],
    [
      "goes on with times",
      "dateTime",
      ["2026-01-01T09:00:00Z", "2026-01-01T10:00:00Z"],
      ["2026-01-01T11:00:00Z"],
    ],
    ["goes on with days of the week", "text", ["Friday"], ["Saturday", "Sunday", "Monday"]],
    ["goes on with short names, in their letters", "text", ["MON", "WED"], ["FRI", "SUN", "TUE"]],
    ["goes on with months", "text", ["Nov"], ["Dec", "Jan"]],
    ["goes on with quarters", "text", ["Q3"], ["Q4", "Q1"]],
    ["goes on with quarters of years", "text", ["Q3 2026", "Q4 2026"], ["Q1 2027", "Q2 2027"]],
    ["counts on in texts", "text", ["Invoice 9"], ["Invoice 10", "Invoice 11"]],
    ["keeps leading zeros", "text", ["INV-099"], ["INV-100", "INV-101"]],
    ["counts in steps", "text", ["Row 2", "Row 4"], ["Row 6", "Row 8"]],
    ["counts places", "text", ["1st"], ["2nd", "3rd", "4th"]],
    ["repeats other texts", "text", ["a", "b"], ["a", "b", "a"]],
    ["repeats where a cell is blank", "number", [1, undefined], [1, undefined, 1]],
    ["repeats what does not fit", "number", [{ invalid: "x" }], [{ invalid: "x" }]],
    ["repeats choices", "choice", ["Lead", "Won"], ["Lead", "Won"]],
    ["repeats ticks", "checkbox", [true], [true]],
  ])("%s", (_name, type, cells, expected, options) => {
    expect(fill(type, cells, expected.length, options)).toEqual(expected);
  });

  it("knows the workspace's language", () => {
    const german = { ...english, locale: "de-DE" };
    expect(fill("text", ["Samstag"], 2, {}, german)).toEqual(["Sonntag", "Montag"]);
    expect(fill("text", ["März"], 1, {}, german)).toEqual(["April"]);
    expect(fill("text", ["Monday"], 1, {}, german)).toEqual(["Tuesday"]);
  });

  it("ends where dates end", () => {
    expect(fill("date", ["9999-12-31"], 1)).toEqual([undefined]);
  });
});
