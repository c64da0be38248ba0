import { expect, test } from "vitest";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { bringBack, formerAt } from "./bring-back.ts";
import type { HistoryEntry } from "./history.ts";

const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const name: Field = { key: "name", name: "Name", type: "text", required: true };
const stage: Field = {
  key: "stage",
  name: "Stage",
  type: "choice",
  options: [{ name: "Won", color: "green" }],
};
const size: Field = { key: "size", name: "Size", type: "number" };
const sum: Field = { key: "sum", name: "Sum", type: "number", formula: "[Size]" };

const entry = (seq: number, ...cells: HistoryEntry["cells"]): HistoryEntry => ({
  seq,
  changeset: `c${seq}`,
  at: "2026-05-03T10:00:00Z",
  actor: "ann",
  source: "grid",
  label: "Edited",
  kind: "changed",
  cells,
});

test("a row as it was then has what every later change replaced first", () => {
  const entries = [
    entry(9, { field: "name", before: "B", after: "C" }),
    entry(7, { field: "stage", before: null, after: "Won" }),
    entry(5, { field: "name", before: "A", after: "B" }),
    entry(3, { field: "size", before: 1, after: 2 }),
  ];
  expect([...formerAt(entries, entries[3] as HistoryEntry)]).toEqual([
    ["name", "A"],
    ["stage", null],
  ]);
  expect([...formerAt(entries, entries[0] as HistoryEntry)]).toEqual([]);
});

test("former values go back as one change, leaving out what is so already and what is computed", () => {
  const now = new Map<Field, Cell>([
    [name, "C"],
    [size, 2],
    [sum, 2],
  ]);
  const back = bringBack(
    "s",
    "r",
    [
      { field: name, value: "A" },
      { field: size, value: 2 },
      { field: sum, value: 7 },
    ],
    (field) => now.get(field),
    locale,
  );
  expect(back).toEqual({
    operations: [{ op: "set", sheet: "s", ids: ["r"], fields: { name: ["A"] } }],
    values: 1,
    left: [],
  });
});

test("a choice that was removed comes back with its value", () => {
  const { operations } = bringBack(
    "s",
    "r",
    [{ field: stage, value: "Lead" }],
    () => "Won",
    locale,
  );
  expect(operations).toMatchObject([
    { op: "field", after: { options: [{ name: "Won" }, { name: "Lead" }] } },
    { op: "set", fields: { stage: ["Lead"] } },
  ]);
});

test("what does not fit the column any more stays text, marked; a blank where none may be is left out", () => {
  const back = bringBack(
    "s",
    "r",
    [
      { field: size, value: { text: "many", invalid: true } },
      { field: stage, value: { text: "odd", invalid: true } },
      { field: name, value: null },
    ],
    (field) => (field === name ? "C" : undefined),
    locale,
  );
  expect(back.operations).toEqual([
    {
      op: "set",
      sheet: "s",
      ids: ["r"],
      fields: { size: [{ invalid: "many" }], stage: [{ invalid: "odd" }] },
    },
  ]);
  expect(back.left).toEqual(["“Name” must not be blank"]);
});
