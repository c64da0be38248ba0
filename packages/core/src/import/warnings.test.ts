import ExcelJS from "exceljs";
import { expect, test } from "vitest";
import { registry } from "../field/registry.ts";
import * as Workbook from "../ledger/workbook.ts";
import { localeOf } from "../sheet/settings.ts";
import { nodePlatform } from "../testing/platform.ts";
import { newWorkbook } from "../testing/workbooks.ts";
import { withBeside, type BesideChoice } from "./beside.ts";
import { describeColumns } from "./column.ts";
import { proposeMapping } from "./mapping.ts";
import { plan } from "./plan.ts";
import { readFile } from "./read/file.ts";
import { dataRows, findTable } from "./table.ts";
import { warnings } from "./warnings.ts";

/** Deals with two hidden rows, and a hidden column that is imported and one that holds nothing. */
async function book(): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet("Deals");
  sheet.addRows([
    ["Deal", "Deal value", "Deal stage", "Margin", "Spare", "Owner"],
    ["A", 1, "Won", 10, null, "Cy"],
    ["B", 2, "Parked", 20, null, "Cy"],
    ["C", 3, "Demo booked", 30, null, "Di"],
  ]);
  sheet.getColumn(4).hidden = true;
  sheet.getColumn(5).hidden = true;
  sheet.getRow(2).hidden = true;
  sheet.getRow(3).hidden = true;
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

const raw = readFile(await book()).tables[0]!;

function said(choice: BesideChoice, stages = true): string[] {
  const workbook = newWorkbook();
  const locale = localeOf(workbook);
  const table = withBeside(findTable(raw), choice);
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const mapping = proposeMapping(facts, Workbook.table(workbook, "deals").sheet);
  const columns = mapping.columns.map((column) =>
    stages ? column : { ...column, meant: { Parked: null, "Demo booked": "Lead" } },
  );
  const deps = { workbook, registry, locale, platform: nodePlatform };
  const made = plan(deps, table, { ...mapping, columns }, { mode: "overwrite" });
  return warnings(table, [{ plan: made, rowOf: (row) => row }]);
}

test("warnings name what is hidden and imported, stages that are added, and who is no member", () => {
  expect(said({})).toEqual([
    "2 rows hidden in the workbook are imported like the others.",
    "1 column hidden in the workbook is imported like the others: Margin.",
    "Stage gets 2 new choices: “Parked”, “Demo booked”.",
    "Owner: nobody in this workspace is “Cy” (2 times, first in row 2), “Di” (row 4); that is kept as marked text.",
  ]);
});

test("warnings say nothing of what is left out or was said", () => {
  expect(said({ leaveOut: { rows: true, columns: true } })).toEqual([
    "Stage gets 1 new choice: “Demo booked”.",
    "Owner: nobody in this workspace is “Di” (row 4); that is kept as marked text.",
  ]);
  expect(said({ leaveOut: { rows: true, columns: true } }, false)).toHaveLength(1);
});
