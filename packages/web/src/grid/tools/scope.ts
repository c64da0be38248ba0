import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import * as Query from "@gridfolk/core/sheet/query";
import { mend } from "@gridfolk/core/view/mend";
import * as Views from "@gridfolk/core/view/views";
import type { SheetContext } from "../sheet-context.ts";
import type { Scope, ToolContext } from "./tool.ts";

const VIEW = "view:";

/** Rows of the table that a scope means now, in the order of the screen where they have one. */
export function rowsOf({ sheet, selected }: ToolContext, scope: Scope): readonly number[] {
  const table = sheet.table();
  if (scope === "all") return allRows(sheet);
  if (scope === "shown") return shownRows(sheet);
  if (scope.startsWith(VIEW)) {
    const view = segments(sheet).find(({ id }) => id === scope.slice(VIEW.length));
    // Of one that somebody deleted meanwhile there are none: never more rows than were meant.
    return view === undefined ? [] : rowsOfView(sheet, view);
  }
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

/** Those on screen as they stand there, then those that filters and search leave out. */
function allRows(sheet: SheetContext): readonly number[] {
  const shown = shownRows(sheet);
  const table = sheet.table();
  if (shown.length === table.live) return shown;
  const seen = new Set(shown);
  return [...shown, ...Workbook.rows(table).filter((row) => !seen.has(row))];
}

/** Saved views that leave rows out. */
function segments({ workspace, sheetKey }: SheetContext): readonly Views.View[] {
  const views = Views.viewsOf(workspace.workbook, workspace.me().id, sheetKey);
  return views.filter(({ definition }) => definition.filter !== undefined);
}

/** Those that pass the view's filter. None where a column that it asks is gone: without that condition it would mean more rows. */
function rowsOfView(sheet: SheetContext, { definition }: Views.View): readonly number[] {
  const { workspace } = sheet;
  const table = sheet.table();
  const context = contextOf(workspace.workbook, { now: Date.now(), me: workspace.me().id });
  const { filter } = definition;
  if (filter === undefined) return [];
  const bare = { ...definition, sort: [], group: [], rules: [], summaries: {} };
  if (mend(bare, table, context).lost.length > 0) return [];
  return Query.matching(table, { filter }, context);
}

export interface ScopeChoice {
  readonly scope: Scope;
  /** Not of views: counting those of each would take longer than opening the list. The dry run says how many they are. */
  readonly rows?: number;
  /** Name of a saved view. */
  readonly view?: string;
}

/** The scopes worth a choice. */
export function scopesOf(context: ToolContext): readonly ScopeChoice[] {
  const { sheet, selected } = context;
  const all = sheet.table().live;
  const shown = shownRows(sheet).length;
  return [
    ...(selected.length > 0 ? [{ scope: "selected" as const, rows: selected.length }] : []),
    ...(shown === all ? [] : [{ scope: "shown" as const, rows: shown }]),
    { scope: "all" as const, rows: all },
    ...segments(sheet).map((view) => ({
      scope: `${VIEW}${view.id}` as const,
      view: view.name,
    })),
  ];
}

/** Several selected rows were meant; a single cell is only where the person was. */
export function likelyScope(context: ToolContext): Scope {
  if (context.selected.length > 1) return "selected";
  const { sheet } = context;
  return shownRows(sheet).length === sheet.table().live ? "all" : "shown";
}
