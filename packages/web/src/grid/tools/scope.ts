import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { SheetContext } from "../sheet-context.ts";
import type { Scope, ToolContext } from "./tool.ts";

/** Rows of the table that a scope means now, in the order of the screen where they have one. */
export function rowsOf({ sheet, selected }: ToolContext, scope: Scope): readonly number[] {
  const table = sheet.table();
  if (scope === "all") return Workbook.rows(table);
  if (scope === "shown") return shownRows(sheet);
  return selected.flatMap((id) => {
    const row = table.rowById.get(id);
    return row !== undefined && Workbook.isLive(table, row) ? [row] : [];
  });
}

/** What filters and search leave, without what a colleague deleted just now. */
function shownRows({ order, table }: SheetContext): readonly number[] {
  const now = table();
  return Array.from(order.rows).filter((row) => row >= 0 && Workbook.isLive(now, row));
}

/** The scopes worth a choice, each with its number of rows. */
export function scopesOf(context: ToolContext): readonly { scope: Scope; rows: number }[] {
  const { sheet, selected } = context;
  const all = sheet.table().live;
  const shown = shownRows(sheet).length;
  return [
    ...(selected.length > 0 ? [{ scope: "selected" as const, rows: selected.length }] : []),
    ...(shown === all ? [] : [{ scope: "shown" as const, rows: shown }]),
    { scope: "all" as const, rows: all },
  ];
}

/** Several selected rows were meant; a single cell is only where the person was. */
export function likelyScope(context: ToolContext): Scope {
  if (context.selected.length > 1) return "selected";
  const shown = scopesOf(context).some(({ scope }) => scope === "shown");
  return shown ? "shown" : "all";
}
