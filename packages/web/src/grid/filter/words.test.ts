import { expect, test } from "vitest";
import type { Field, Locale } from "@gridfolk/core/field/field";
import { describeFilter } from "./words.ts";

const locale: Locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const names = { nameOf: (_: Field, id: string) => id, idOf: () => undefined };
const fields: Readonly<Record<string, Field>> = {
  stage: { key: "stage", name: "Stage", type: "choice" },
  value: { key: "value", name: "Value", type: "currency" },
  owner: { key: "owner", name: "Owner", type: "user" },
  closeDate: { key: "closeDate", name: "Expected close", type: "date" },
};
const told = (filter: Parameters<typeof describeFilter>[0]) =>
  describeFilter(filter, (key) => fields[key], { locale, names });

test("a filter with groups reads in words", () => {
  expect(
    told({
      and: [
        { field: "stage", op: "anyOf", value: ["Won", "Lost"] },
        {
          or: [
            { field: "value", op: "gt", value: 5000 },
            { field: "owner", op: "anyOf", value: ["me"] },
          ],
        },
        { field: "closeDate", op: "during", value: "last 30 days" },
      ],
    }),
  ).toBe(
    "Stage is any of Won, Lost and (Value > 5,000 or Owner is any of me) and Expected close is in the last 30 days",
  );
  expect(told({ field: "gone", op: "is", value: 1 })).toBe("a column that is gone");
  expect(told({ and: [] })).toBe("every row");
});

test("of many values the first are named and the others counted; blank and amounts are in words", () => {
  const value = ["Lead", "Won", "Lost", "New", "Old", "Any", "Own", null];
  expect(told({ field: "stage", op: "anyOf", value })).toBe(
    "Stage is any of Lead, Won, Lost, New, Old and 3 more",
  );
  expect(told({ field: "stage", op: "noneOf", value: ["Won", null] })).toBe(
    "Stage is none of Won, blank",
  );
  const amount = { amount: "1234.50", currency: "EUR" };
  expect(told({ field: "value", op: "anyOf", value: [amount] })).toBe("Value is any of €1,234.50");
  expect(told({ field: "closeDate", op: "anyOf", value: ["2026-03-01"] })).toBe(
    "Expected close is any of Mar 1, 2026",
  );
});
