import type { GridApi, SuppressKeyboardEventParams } from "ag-grid-community";
import type { Cursor } from "./cursor.ts";
import type { GridRow } from "./row-model.ts";
import * as Selection from "./selection.ts";

export interface KeyDeps {
  readonly api: () => GridApi<GridRow>;
  readonly cursor: Cursor;
  readonly filled: (spot: Selection.Spot) => boolean;
  readonly pageRows: () => number;
  readonly onClear: () => void;
  readonly onToggle: (spot: Selection.Spot) => boolean;
  readonly onOpenRecord: (row: number) => void;
  readonly onFill: (direction: "down" | "right") => void;
  readonly onToday: () => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onDeleteRows: () => void;
  readonly onInsertRow: () => void;
  readonly onMenu: () => void;
  readonly onColumnMenu: (column: number) => void;
  readonly onEscape: () => void;
  /** On a line that is no record; undefined: the key means what it means everywhere. */
  readonly onLine: (params: SuppressKeyboardEventParams<GridRow>) => boolean | undefined;
  /** The record that was made from the row below the last one since the focus went there, if any. */
  readonly made: () => number | undefined;
}

export interface Keys {
  /** Whether the key was dealt with. */
  readonly press: (params: SuppressKeyboardEventParams<GridRow>) => boolean;
  /** The person went elsewhere by other means: Enter no longer returns to where a run of Tabs began. */
  readonly forget: () => void;
}

/** Keys that end a run of Tabs. */
const leaving = /^(Arrow|Page|Home$|End$|Escape$)/;

const arrows: { readonly [key: string]: Selection.Direction } = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

/**
 * Every key of the grid, as spreadsheets have them. Answers whether the key was dealt with: the grid must then leave it
 * alone. What is not dealt with here is the grid's: plain arrows, type to edit, F2, Escape in an editor.
 */
export function makeKeys(deps: KeyDeps): Keys {
  const { cursor } = deps;
  /** Column where a run of Tabs began: Enter returns to it, one row down. */
  let tabbedFrom: number | undefined;

  function leave(row: number, column: number): void {
    cursor.goTo({ row, column });
  }

  function tab(params: SuppressKeyboardEventParams<GridRow>, back: boolean): boolean {
    const inGhost = params.node.rowPinned === "bottom";
    const column = cursor.fields().findIndex((field) => field.key === params.column.getColId());
    const row = params.node.rowIndex ?? 0;
    if (params.editing) deps.api().stopEditing();
    tabbedFrom ??= column;
    const next = column + (back ? -1 : 1);
    const last = cursor.fields().length - 1;
    if (inGhost) {
      const made = deps.made();
      if (made !== undefined) leave(made, Math.max(0, Math.min(next, last)));
      else if (next >= 0 && next <= last) cursor.goToGhost(next);
      else return false;
      return true;
    }
    if (next >= 0 && next <= last) leave(row, next);
    else if (next > last && row < cursor.size().rows - 1) leave(row + 1, 0);
    else if (next < 0 && row > 0) leave(row - 1, last);
    // At either end of the sheet Tab leaves the grid.
    else return params.editing;
    return true;
  }

  function enter(params: SuppressKeyboardEventParams<GridRow>, back: boolean): boolean {
    const inGhost = params.node.rowPinned === "bottom";
    if (inGhost && !params.editing) return false;
    if (params.editing) deps.api().stopEditing();
    const column = cursor.fields().findIndex((field) => field.key === params.column.getColId());
    const target = tabbedFrom ?? column;
    tabbedFrom = undefined;
    if (inGhost) {
      cursor.goToGhost(target);
      return true;
    }
    const row = (params.node.rowIndex ?? 0) + (back ? -1 : 1);
    if (row >= cursor.size().rows) cursor.goToGhost(target);
    else leave(Math.max(0, row), target);
    return true;
  }

  function move(event: KeyboardEvent, direction: Selection.Direction): boolean {
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey) return false;
    if (!event.shiftKey && !control) return false;
    const head = event.shiftKey ? (cursor.active()?.head ?? cursor.focused()) : cursor.focused();
    if (head === undefined) return false;
    const size = cursor.size();
    const to = control
      ? Selection.jump(head, direction, size, deps.filled)
      : Selection.step(head, direction, size);
    if (event.shiftKey) cursor.extendTo(to);
    else cursor.goTo(to);
    return true;
  }

  function edge(event: KeyboardEvent, end: boolean): boolean {
    const from = event.shiftKey ? (cursor.active()?.head ?? cursor.focused()) : cursor.focused();
    if (from === undefined) return false;
    const size = cursor.size();
    const control = event.ctrlKey || event.metaKey;
    const to = {
      row: control ? (end ? size.rows - 1 : 0) : from.row,
      column: end ? size.columns - 1 : 0,
    };
    if (event.shiftKey) cursor.extendTo(to);
    else cursor.goTo(to);
    return true;
  }

  function page(event: KeyboardEvent, direction: "up" | "down"): boolean {
    if (event.altKey) return false;
    const from = event.shiftKey ? (cursor.active()?.head ?? cursor.focused()) : cursor.focused();
    if (from === undefined) return false;
    const to = Selection.step(from, direction, cursor.size(), Math.max(1, deps.pageRows() - 1));
    if (event.shiftKey) cursor.extendTo(to);
    else cursor.goTo(to);
    return true;
  }

  function withControl(event: KeyboardEvent): boolean {
    const spot = cursor.focused();
    switch (event.key.toLowerCase()) {
      case "z":
        if (event.shiftKey) deps.onRedo();
        else deps.onUndo();
        return true;
      case "y":
        deps.onRedo();
        return true;
      case "a": {
        const { rows, columns } = cursor.size();
        const anchor = { row: 0, column: 0 };
        cursor.select([Selection.cellRange(anchor, { row: rows - 1, column: columns - 1 })]);
        return true;
      }
      case "d":
        deps.onFill("down");
        return true;
      case "r":
        deps.onFill("right");
        return true;
      case ";":
        deps.onToday();
        return true;
      case " ":
        if (spot !== undefined) cursor.select([Selection.columnsRange(spot.column)]);
        return true;
      case "-":
        deps.onDeleteRows();
        return true;
      case "+":
      case "=":
        deps.onInsertRow();
        return true;
      case "enter":
        return true;
      default:
        // Copy, cut and paste come as their own events.
        return "cxv".includes(event.key.toLowerCase());
    }
  }

  function press(params: SuppressKeyboardEventParams<GridRow>): boolean {
    const { event, editing } = params;
    const { key } = event;
    const onLine = editing ? undefined : deps.onLine(params);
    if (onLine !== undefined) return onLine;
    if (key === "Tab" && !event.ctrlKey && !event.altKey) return tab(params, event.shiftKey);
    if (key === "Enter" && !event.ctrlKey && !event.altKey && !event.metaKey) {
      return enter(params, event.shiftKey);
    }
    if (!editing && leaving.test(key)) tabbedFrom = undefined;
    if (editing) {
      if (key !== "Escape") return false;
      // At once: left to the grid, what is pressed next would still go to the editor.
      deps.api().stopEditing(true);
      if (params.node.rowPinned === "bottom") {
        cursor.goToGhost(
          cursor.fields().findIndex((field) => field.key === params.column.getColId()),
        );
      } else {
        const column = cursor.fields().findIndex((field) => field.key === params.column.getColId());
        leave(params.node.rowIndex ?? 0, column);
      }
      return true;
    }
    const spot = cursor.focused();
    if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) {
      deps.onMenu();
      return true;
    }
    const direction = arrows[key];
    if (direction !== undefined) {
      if (event.altKey && event.shiftKey && direction === "down" && spot !== undefined) {
        deps.onColumnMenu(spot.column);
        return true;
      }
      if (event.altKey && direction === "down") return startEditing(params);
      return move(event, direction);
    }
    switch (key) {
      case "Home":
        return edge(event, false);
      case "End":
        return edge(event, true);
      case "PageUp":
        return page(event, "up");
      case "PageDown":
        return page(event, "down");
      case "Delete":
      case "Backspace":
        deps.onClear();
        return true;
      case "Escape":
        deps.onEscape();
        return true;
      case " ":
        if (event.ctrlKey || event.metaKey) return withControl(event);
        if (spot === undefined) return false;
        if (event.shiftKey) {
          const active = cursor.active();
          cursor.select([
            Selection.rowsRange(active?.anchor.row ?? spot.row, active?.head.row ?? spot.row),
          ]);
        } else if (!deps.onToggle(spot)) deps.onOpenRecord(spot.row);
        return true;
    }
    if ((event.ctrlKey || event.metaKey) && !event.altKey) return withControl(event);
    return false;
  }

  function startEditing(params: SuppressKeyboardEventParams<GridRow>): boolean {
    const { node, column } = params;
    deps.api().startEditingCell({
      rowIndex: node.rowIndex ?? 0,
      colKey: column,
      ...(node.rowPinned ? { rowPinned: node.rowPinned } : {}),
    });
    return true;
  }

  const forget = () => (tabbedFrom = undefined);
  const onKey: Keys["press"] = (params) => {
    if (params.event.type !== "keydown" || params.event.isComposing) return false;
    const done = press(params);
    const native = params.event.ctrlKey || params.event.metaKey;
    // Copy, cut and paste must reach the browser, which raises their own events.
    if (done && !(native && "cxv".includes(params.event.key.toLowerCase()))) {
      params.event.preventDefault();
    }
    return done;
  };
  return { press: onKey, forget };
}
