import { describe, expect, test } from "vitest";
import { registry } from "../field/registry.ts";
import { loadPhones } from "../field/phone.ts";
import { readyMadeSheets } from "../sheet/templates.ts";
import { describeColumns } from "./column.ts";
import { proposeMapping } from "./mapping.ts";
import { readFile } from "./read/file.ts";
import * as Rows from "./read/rows.ts";
import { REASON_COLUMN, refusedCsv, refusedXlsx } from "./refused.ts";
import { dataRows, findTable, type Table } from "./table.ts";

await loadPhones();
const us = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };

function tableOf(bytes: Uint8Array | string): Table {
  return findTable(
    readFile(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes).tables[0]!,
  );
}

const FILE =
  'First name,Postal code,Notes\nAda,01234,"a ""b"", <c> & d\nnext"\nBob,98765,=1+1\nCarl,10115,\u0007bell\n';
const refused = [
  { row: 1, column: "Notes", reason: "Row 2 of the file has the same Notes." },
  { row: 2, column: null, reason: "Somebody else's." },
];

describe.each([
  ["CSV", (table: Table) => new TextEncoder().encode(refusedCsv(table, refused))],
  ["a workbook", (table: Table, rows = refused) => refusedXlsx([{ table, refused: rows }])],
] as const)("refused rows as %s", (_, write) => {
  const original = tableOf(FILE);
  const again = tableOf(write(original, refused));

  test("are just these rows, as they were, with the reason last", () => {
    expect(again.columns.map(({ name }) => name)).toEqual([
      "First name",
      "Postal code",
      "Notes",
      REASON_COLUMN,
    ]);
    expect(dataRows(again).map((row) => Rows.at(again.raw.rows, row))).toEqual([
      ["Ada", "01234", 'a "b", <c> & d\nnext', `Notes: ${refused[0]?.reason}`],
      ["Bob", "98765", "=1+1", refused[1]?.reason],
    ]);
  });

  test("import again with the reasons left out, and refused again have one reason", () => {
    const facts = describeColumns(again, dataRows(again), us, registry);
    const mapping = proposeMapping(facts, readyMadeSheets()[0]!);
    expect(mapping.columns.at(-1)).toMatchObject({ name: REASON_COLUMN, target: { kind: "skip" } });
    const twice = tableOf(write(again, [{ row: 1, column: null, reason: "Still." }]));
    expect(twice.columns.filter(({ name }) => name === REASON_COLUMN)).toHaveLength(1);
  });
});

test("cells of a workbook keep their kinds, and what XML cannot hold is left out", () => {
  const original = tableOf(FILE);
  const rows = [
    ["Name", "Sum", "Paid"],
    ["\u0007\ud800x", 12.5, true],
  ];
  const table = { ...original, raw: { ...original.raw, rows } };
  const rowsOf = [{ table, refused: [{ row: 1, column: null, reason: "-" }] }];
  const [read] = readFile(refusedXlsx(rowsOf)).tables;
  expect(Rows.at(read!.rows, 1).slice(0, 3)).toEqual(["x", 12.5, true]);
});

describe("refused rows of several worksheets", () => {
  const part = (sheet: string, rows: number) => {
    const table = tableOf(FILE);
    return {
      table: { ...table, raw: { ...table.raw, sheet } },
      refused: refused.slice(0, rows),
    };
  };
  const sheetsOf = (...parts: ReturnType<typeof part>[]) =>
    readFile(refusedXlsx(parts)).tables.map(({ sheet, rows }) => [sheet, Rows.count(rows)]);

  test("are in worksheets of the same names, without those that have none", () => {
    const parts = [part("People", 2), part("Firms", 0), part("Deals: 2026?", 1)];
    expect(sheetsOf(...parts)).toEqual([
      ["People", 3],
      ["Deals  2026", 2],
    ]);
    expect(sheetsOf(part("People", 0), part("Firms", 1))).toEqual([["Refused rows", 2]]);
  });

  test("have different names, also where those of the file are alike after what Excel allows", () => {
    const long = "A name of a worksheet that is too long";
    const names = sheetsOf(part(`${long} 1`, 1), part(`${long} 2`, 1)).map(([name]) => name);
    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => String(name).length <= 31)).toBe(true);
  });
});
