import type { ExportSource } from "@gridfolk/core/export/source";
import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { namesOf } from "@gridfolk/core/sheet/names";
import type { Workspace } from "../data/workspace.ts";

/** Where rows to be exported are at hand. */
export type Exported = Pick<Workspace, "workbook" | "locale">;

/** Rows and columns that are at hand, as exports want them. */
export function exported(
  workspace: Exported,
  sheet: string,
  { rows, fields }: { readonly rows: readonly number[]; readonly fields: readonly Field[] },
): ExportSource {
  const table = Workbook.table(workspace.workbook, sheet);
  const locale = workspace.locale();
  const names = namesOf(workspace.workbook, locale);
  return { sheet: table.sheet, table, fields, rows, names, locale };
}
