import { expect, test } from "vitest";
import type { Sheet } from "@gridfolk/core/field/field";
import { columnsFor } from "./paste-columns.ts";

const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const sheet: Sheet = {
  key: "s",
  name: "S",
  title: ["name"],
  position: 1,
  fields: [
    { key: "name", name: "Name", type: "text" },
    { key: "new", name: "New column", type: "text" },
  ],
};

test("pasted columns get the type of their values and a name that is free", () => {
  const block = [
    ["12/31/2026", "1,204.50", "€ 12.00", "ada@example.com", "Hello there", ""],
    ["11/30/2026", "7", "€ 9.50", "bob@example.com", "007 is not a number", ""],
    [
      "10/05/2026",
      { text: "8", value: 8, as: "number" as const },
      "€ 1.00",
      "c@example.com",
      "Bye",
      "",
    ],
  ];
  const fields = columnsFor(block, sheet, locale).map((operation) =>
    operation.op === "field" ? operation.after : undefined,
  );
  expect(fields.map((field) => [field?.name, field?.type])).toEqual([
    ["New column 2", "date"],
    ["New column 3", "number"],
    ["New column 4", "currency"],
    ["New column 5", "email"],
    ["New column 6", "text"],
    ["New column 7", "text"],
  ]);
  expect(fields[2]?.currency).toBe("EUR");
  expect(new Set(fields.map((field) => field?.key)).size).toBe(6);
});
