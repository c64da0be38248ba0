import type { GridApi } from "ag-grid-community";
import { must } from "@gridfolk/core/assert";
import type { Field } from "@gridfolk/core/field/field";
import type { Actions } from "./actions.ts";
import { fromHtml, fromTsv, toHtml, toTsv, type Block } from "./clipboard.ts";
import type { Cursor } from "./cursor.ts";
import type { GridRow } from "./row-model.ts";
import * as Selection from "./selection.ts";
import type { SheetContext } from "./sheet-context.ts";

export interface TransferDeps {
  readonly api: GridApi<GridRow>;
  readonly cursor: Cursor;
  readonly actions: Actions;
  readonly sheet: SheetContext;
  readonly fields: () => readonly Field[];
  readonly editing: () => boolean;
  /** Another area is framed as copied, or none. */
  readonly onCopied: (area: Selection.Bounds | undefined) => void;
}

/**
 * Copying, cutting and pasting cells with the system's clipboard, while the focus is in the grid and no editor is open. Ends with
 * the signal.
 */
export function makeTransfer(root: HTMLElement, deps: TransferDeps, signal: AbortSignal): void {
  const { api, cursor, actions, sheet, fields } = deps;
  const isInside = () => root.contains(document.activeElement);
  const columnOf = (id: string | undefined) => fields().findIndex((field) => field.key === id);

  function copy(event: ClipboardEvent, cut: boolean): void {
    const active = cursor.active();
    const area = active && Selection.bounds(active, cursor.size());
    if (!isInside() || deps.editing()) return;
    if (area === undefined || event.clipboardData === null) return;
    const block = actions.copy(area, fields());
    event.clipboardData.setData("text/plain", toTsv(block));
    event.clipboardData.setData("text/html", toHtml(block));
    event.preventDefault();
    deps.onCopied(area);
    if (cut && sheet.canEdit()) actions.clear([must(active)], cursor.size(), fields());
  }

  function paste(event: ClipboardEvent): void {
    if (event.clipboardData === null || !sheet.canEdit()) return;
    const text = event.clipboardData.getData("text/plain");
    const inGhost = () => api.getFocusedCell()?.rowPinned === "bottom";
    if (isInside() && deps.editing() && inGhost() && /[\t\n]/.test(text.trim())) {
      // A block cannot go into one line: it becomes the rows that the person is about to add.
      api.stopEditing(true);
      cursor.goToGhost(columnOf(api.getFocusedCell()?.column.getColId()));
    }
    if (!isInside() || deps.editing()) return;
    const block: Block =
      fromHtml(event.clipboardData.getData("text/html")) ?? (text === "" ? [] : fromTsv(text));
    if (block.length === 0) return;
    event.preventDefault();
    const area = target();
    if (area === undefined) return;
    deps.onCopied(undefined);
    const written = actions.paste(block, area, fields());
    if (written === undefined) return;
    const from = { row: written.top, column: written.left };
    cursor.goTo(from);
    cursor.select([Selection.cellRange(from, { row: written.bottom, column: written.right })]);
  }

  /** The active range; from the row below the last, the rows that come there. */
  function target(): Selection.Bounds | undefined {
    const focused = api.getFocusedCell();
    if (focused?.rowPinned === "bottom") {
      const column = Math.max(0, columnOf(focused.column.getColId()));
      const end = sheet.order.count;
      return { top: end, bottom: end, left: column, right: column };
    }
    const active = cursor.active();
    return active && Selection.bounds(active, cursor.size());
  }

  document.addEventListener("copy", (event) => copy(event, false), { signal });
  document.addEventListener("cut", (event) => copy(event, true), { signal });
  document.addEventListener("paste", paste, { signal });
}
