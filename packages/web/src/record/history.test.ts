import { expect, test } from "vitest";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { noNames } from "@gridfolk/core/sheet/names";
import { ago, cellOf } from "./history.ts";

const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const field = (type: Field["type"]): Field => ({
  key: "f",
  name: "F",
  type,
  options: [{ name: "Won" }],
  link: { sheet: "companies", multiple: true },
});

test("a value that the history tells is the cell it was", () => {
  const cells: [Field["type"], Cell][] = [
    ["text", "Ada"],
    ["currency", "123450 USD"],
    ["date", "2026-11-22"],
    ["choice", "Won"],
    ["checkbox", true],
    ["link", ["0abc0000000000de"]],
    ["number", { invalid: "lots" }],
  ];
  for (const [type, cell] of cells) {
    const json = registry[type].toJson(cell, field(type), noNames);
    expect(cellOf(json, field(type), locale)).toEqual(cell);
  }
  expect(cellOf(null, field("text"), locale)).toBeUndefined();
});

test("a value of what the column once was is kept as text", () => {
  expect(cellOf(["a", "b"], field("number"), locale)).toEqual({ invalid: '["a","b"]' });
});

test("times are told as people tell them", () => {
  const now = Date.UTC(2026, 10, 22, 12);
  expect(ago(now - 10_000, now, locale)).toBe("just now");
  expect(ago(now - 300_000, now, locale)).toBe("5 minutes ago");
  expect(ago(now - 86_400_000, now, locale)).toBe("yesterday");
  expect(ago(now - 30 * 86_400_000, now, locale)).toBe("Oct 23, 2026");
});
