import type { Names } from "@gridfolk/core/field/behaviour";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field, Sheet } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Workspace } from "../data/workspace.ts";
import type { Look } from "./cell-content.ts";
import { createNames } from "./names.ts";
import { RowOrder } from "./row-order.ts";

/** One sheet as the grid, its editors and its menus see it: read through it, write by `change.ts`. */
export interface SheetContext {
  readonly workspace: Workspace;
  readonly sheetKey: string;
  readonly order: RowOrder;
  readonly names: Names & { forget(): void };
  readonly sheet: () => Sheet;
  readonly table: () => Workbook.Table;
  readonly look: () => Look;
  readonly canEdit: () => boolean;
  cell(row: number, field: Field): Cell | undefined;
}

export function createSheetContext(
  workspace: Workspace,
  sheetKey: string,
  searched: () => readonly string[],
): SheetContext {
  const table = () => Workbook.table(workspace.workbook, sheetKey);
  const names = createNames(() => ({
    workbook: workspace.workbook,
    locale: workspace.locale(),
    members: workspace.members(),
  }));
  return {
    workspace,
    sheetKey,
    order: new RowOrder(table()),
    names,
    sheet: () => table().sheet,
    table,
    look: () => ({ locale: workspace.locale(), names, words: searched() }),
    canEdit: () => workspace.me().role !== "viewer",
    cell: (row, field) => Workbook.value(table(), row, field.key),
  };
}

/** Fields of a sheet that are not in the trash, in the sheet's order. */
export function liveFields(sheet: Sheet): Field[] {
  return sheet.fields.filter((field) => !field.deleted);
}

/** Whether a person may type into the column. */
export function isWritable(field: Field): boolean {
  return !Workbook.isStamped(field.type);
}

