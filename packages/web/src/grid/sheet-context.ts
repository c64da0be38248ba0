import type { Names } from "@gridfolk/core/field/behaviour";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field, Sheet } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { namesOf } from "@gridfolk/core/sheet/names";
import type { Workspace } from "../data/workspace.ts";
import type { Look } from "./cell-content.ts";
import { RowOrder } from "./row-order.ts";

/** One sheet as the grid, its editors and its menus see it. */
export interface SheetContext {
  readonly workspace: Workspace;
  readonly sheetKey: string;
  readonly order: RowOrder;
  readonly names: Names;
  readonly sheet: () => Sheet;
  readonly table: () => Workbook.Table;
  readonly look: () => Look;
  readonly canEdit: () => boolean;
  /** Undefined also for lines that are no records (row -1). */
  cell(row: number, field: Field): Cell | undefined;
  /** The server has not confirmed the cell for a while. */
  isWaiting(id: string, field: string): boolean;
  /** Names may have changed: they are looked up again. */
  forgetNames(): void;
}

export function createSheetContext(
  workspace: Workspace,
  sheetKey: string,
  searched: () => readonly RegExp[],
  isWaiting: (id: string, field: string) => boolean,
): SheetContext {
  const table = () => Workbook.table(workspace.workbook, sheetKey);
  const names = currentNames(workspace);
  return {
    workspace,
    sheetKey,
    order: new RowOrder(table()),
    names,
    sheet: () => table().sheet,
    table,
    look: () => ({ locale: workspace.locale(), names, searched: searched() }),
    canEdit: () => workspace.me().role !== "viewer",
    cell: (row, field) => (row < 0 ? undefined : Workbook.value(table(), row, field.key)),
    isWaiting,
    forgetNames: names.forget,
  };
}

/** The workspace's names, always those of now. */
export function currentNames(workspace: Workspace): Names & { forget(): void } {
  let names: Names | undefined;
  const current = () => (names ??= namesOf(workspace.workbook, workspace.locale()));
  return {
    nameOf: (field, id) => current().nameOf(field, id),
    idOf: (field, name) => current().idOf(field, name),
    forget: () => (names = undefined),
  };
}

/** Fields of a sheet that are not in the trash, in the sheet's order. */
export function liveFields(sheet: Sheet): Field[] {
  return sheet.fields.filter((field) => !field.deleted);
}

/** Whether a person may type into the column. */
export function isWritable(field: Field): boolean {
  return field.formula === undefined && !Workbook.isStamped(field.type);
}
