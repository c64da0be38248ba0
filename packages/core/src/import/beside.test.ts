import Excel from "exceljs";
import { expect, test } from "vitest";
import { registry } from "../field/registry.ts";
import { recordIds } from "../ledger/ids.ts";
import * as Workbook from "../ledger/workbook.ts";
import { localeOf } from "../sheet/settings.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { type BesideChoice, withBeside } from "./beside.ts";
import { describeColumns } from "./column.ts";
import { hiddenIn } from "./hidden.ts";
import { proposeMapping } from "./mapping.ts";
import { readFile } from "./read/file.ts";
import * as Saved from "./saved.ts";
import { rulesOf } from "./saved-rules.ts";
import { dataRows, findTable, type Table } from "./table.ts";

/** Ten people; those of these rows are yellow. The column with salaries is hidden, and so is the last person. */
async function monthly(yellow: readonly number[]): Promise<Table> {
  const book = new Excel.Workbook();
  const sheet = book.addWorksheet("People");
  sheet.addRow(["Last name", "Email", "Salary"]);
  for (let index = 0; index < 10; index++) {
    const row = sheet.addRow([`Ray${index}`, `r${index}@x.test`, 100 + index]);
    if (!yellow.includes(index)) continue;
    row.eachCell((cell) => {
      cell.fill = { type: "pattern", pattern: "solid", fgColor: { argb: "FFFFFF00" } };
    });
  }
  sheet.getColumn(3).hidden = true;
  sheet.getRow(11).hidden = true;
  return findTable(readFile(new Uint8Array(await book.xlsx.writeBuffer())).tables[0]!);
}

test("a saved import takes and leaves the same of the next file, which is known by what is written in it", async () => {
  const workbook = newWorkbook();
  const facts = (table: Table) =>
    describeColumns(table, dataRows(table), localeOf(workbook), registry);
  const { sheet } = Workbook.table(workbook, "contacts");
  const beside: BesideChoice = {
    leaveOut: { rows: true, columns: true },
    looks: [{ id: "fill", name: "Standing", names: { "#ffff00": "Key customer" } }],
  };
  const november = withBeside(await monthly([2, 3]), beside);
  const mapping = proposeMapping(facts(november), sheet);
  const rules = rulesOf(mapping, { key: "email", mode: "fill", beside });
  const [id = ""] = recordIds(nodePlatform, 1);
  commit(workbook, Saved.prepare(workbook));
  commit(workbook, [Saved.create(workbook, id, { name: "People", sheet: "contacts", rules })]);

  const [saved] = Saved.savedImports(workbook);
  expect(saved?.rules.beside).toEqual(beside);
  const december = await monthly([5]);
  const fit = (hidden: readonly string[]) =>
    Saved.fitting([saved!], facts(december), undefined, hidden).map(({ name }) => name);
  expect(fit(hiddenIn(december).columns)).toEqual(["People"]);
  expect(fit([])).toEqual([]);
  const read = withBeside(december, saved?.rules.beside);
  expect(read.columns.map(({ name }) => name)).toEqual(["Last name", "Email", "Standing"]);
  expect(dataRows(read)).toHaveLength(9);
  expect(Saved.apply(saved!, facts(read), sheet)).toMatchObject({ missing: [], added: [] });

  // Without a yellow row there is no such column, and that is said.
  const january = withBeside(await monthly([]), saved?.rules.beside);
  expect(Saved.apply(saved!, facts(january), sheet).missing).toEqual(["Standing"]);
});
