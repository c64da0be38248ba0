import Excel from "exceljs";
import { beforeAll, expect, test } from "vitest";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { attachFormulas, loadFormulas } from "../formula/attach.ts";
import * as Workbook from "../ledger/workbook.ts";
import { localeOf } from "../sheet/settings.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { describeColumns } from "./column.ts";
import { problemOf } from "./computed-check.ts";
import { computedIn } from "./computed.ts";
import { operations } from "./emit.ts";
import { type Mapping, proposeMapping } from "./mapping.ts";
import { plan, type Plan } from "./plan.ts";
import { readFile } from "./read/file.ts";
import { dataRows, findTable, type Table } from "./table.ts";

beforeAll(async () => {
  await Promise.all([loadPhones(), loadFormulas()]);
});

async function orders(): Promise<Table> {
  const book = new Excel.Workbook();
  const sheet = book.addWorksheet("Orders");
  sheet.addRow(["Email", "Gross", "Price", "Quantity", "Total"]);
  for (let row = 2; row <= 6; row++)
    sheet.addRow([
      `c${row}@x.test`,
      { formula: `E${row}*1.5`, result: 15 * row },
      10,
      row,
      { formula: `C${row}*D${row}`, result: 10 * row },
    ]);
  return findTable(readFile(new Uint8Array(await book.xlsx.writeBuffer())).tables[0]!);
}

/** What the workbook computes is to be computed; columns named are left out. */
function mappingOf(
  table: Table,
  workbook: Workbook.Workbook,
  without: readonly string[] = [],
): Mapping {
  const facts = describeColumns(table, dataRows(table), localeOf(workbook), registry);
  const mapping = proposeMapping(facts, Workbook.table(workbook, "contacts").sheet);
  const formulas = new Map(computedIn(table).map(({ column, formula }) => [column, formula]));
  return {
    ...mapping,
    columns: mapping.columns.map((column) => {
      if (without.includes(column.name)) return { ...column, target: { kind: "skip" } };
      const formula = formulas.get(column.column);
      if (formula === undefined || column.target.kind !== "new") return column;
      const field = { ...column.target.field, formula };
      return { ...column, target: { kind: "new", field } };
    }),
  };
}

function planned(table: Table, workbook: Workbook.Workbook, mapping: Mapping): Plan {
  const deps = { workbook, registry, locale: localeOf(workbook), platform: nodePlatform };
  return plan(deps, table, mapping, { mode: "overwrite" });
}

function write(workbook: Workbook.Workbook, made: Plan): void {
  const record = { import: "i", file: "f.xlsx", counts: made.counts, refused: made.refused };
  commit(workbook, operations(made, record, nodePlatform));
}

test("a computed column becomes a formula field that reads the fields the others became", async () => {
  const workbook = newWorkbook();
  const table = await orders();
  const made = planned(table, workbook, mappingOf(table, workbook));
  expect(made.newFields).toMatchObject([
    { key: "price", type: "number" },
    { key: "quantity", type: "number" },
    { key: "gross", name: "Gross", type: "number", formula: "[total]*1.5" },
    { key: "total", name: "Total", type: "number", formula: "[price]*[quantity]" },
  ]);
  expect(made.columns.map(({ field }) => field.key)).not.toContain("total");
  write(workbook, made);
  attachFormulas(workbook, localeOf(workbook), 0);
  const contacts = Workbook.table(workbook, "contacts");
  expect([0, 4].map((row) => Workbook.value(contacts, row, "total"))).toEqual([20, 60]);
  expect(Workbook.value(contacts, 4, "gross")).toBe(90);

  // The same file again makes it no second time.
  const again = planned(table, workbook, mappingOf(table, workbook));
  expect(again.newFields).toEqual([]);
  expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: 5 });
});

test("values are imported where a column is left out that the formula reads", async () => {
  const workbook = newWorkbook();
  const table = await orders();
  const made = planned(table, workbook, mappingOf(table, workbook, ["Quantity"]));
  expect(made.newFields.map(({ key, formula }) => [key, formula])).toEqual([
    ["price", undefined],
    ["total", undefined],
    ["gross", "[total]*1.5"],
  ]);
  write(workbook, made);
  expect(Workbook.value(Workbook.table(workbook, "contacts"), 0, "total")).toBe(20);
});

test("a formula that is none here says why", async () => {
  const workbook = newWorkbook();
  const table = await orders();
  const locale = localeOf(workbook);
  const facts = describeColumns(table, dataRows(table), locale, registry);
  expect(problemOf("[Price]*[Quantity]", facts, workbook, locale, 0)).toBeUndefined();
  expect(problemOf("WEBSERVICE([Email])", facts, workbook, locale, 0)).toBe(
    "There is no function WEBSERVICE.",
  );
});
