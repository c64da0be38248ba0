import { csvPieces } from "@gridfolk/core/export/csv";
import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { namesOf } from "@gridfolk/core/sheet/names";
import type { Workspace } from "../data/workspace.ts";

/** Gives the person a CSV file of rows that are at hand, as exports are written: formula-safe, in the workspace's language. */
export function saveCsv(
  workspace: Pick<Workspace, "workbook" | "locale">,
  sheet: string,
  { rows, fields }: { readonly rows: readonly number[]; readonly fields: readonly Field[] },
  name: string,
): void {
  const table = Workbook.table(workspace.workbook, sheet);
  const locale = workspace.locale();
  const names = namesOf(workspace.workbook, locale);
  const pieces = csvPieces({ sheet: table.sheet, table, fields, rows, names, locale });
  const url = URL.createObjectURL(new Blob([...pieces], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
