import type { GridApi, SuppressKeyboardEventParams } from "ag-grid-community";
import type { Cursor } from "./cursor.ts";
import type { GridRow } from "./row-model.ts";
import * as Selection from "./selection.ts";

export interface KeyDeps {
  readonly api: () => GridApi<GridRow>;
  readonly cursor: Cursor;
  readonly filled: (spot: Selection.Spot) => boolean;
  readonly pageRows: () => number;
  /** The column a screen further to that side. */
  readonly pageColumn: (from: number, side: -1 | 1) => number;
  readonly onToggle: (spot: Selection.Spot) => boolean;
  readonly onOpenRecord: (row: number) => void;
  readonly onMenu: () => void;
  readonly onColumnMenu: (column: number) => void;
  readonly onEscape: () => void;
  /** On a line that is no record; undefined: the key means what it means everywhere. */
  readonly onLine: (params: SuppressKeyboardEventParams<GridRow>) => boolean | undefined;
  /** Leaves the open editor and writes its value into every selected cell. */
  readonly onFillSelection: () => void;
  /** What was typed so far, in the editor: today's date or the time. */
  readonly onNowInEditor: (part: "date" | "time", editor: Editor) => void;
  /** Said to whoever cannot see it. */
  readonly announce: (text: string) => void;
  /** What a combination such as "Ctrl+D" does, of those that move nothing. */
  readonly shortcuts: { readonly [combination: string]: () => void };
  /** The record that was made from the row below the last one since the focus went there, if any. */
  readonly made: () => number | undefined;
}

export type Editor = HTMLInputElement | HTMLTextAreaElement;

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
 * A key with what is held, as "Ctrl+Shift+D": Ctrl is ⌘ as well, Shift is left out where it only chooses the sign (Ctrl+Shift+; is
 * "Ctrl+:").
 */
export function combinationOf(event: KeyboardEvent): string {
  const { key } = event;
  const isSign = key.length === 1 && !/[a-z0-9 ]/i.test(key);
  const name = key === " " ? "Space" : key.length === 1 ? key.toUpperCase() : key;
  return [
    event.ctrlKey || event.metaKey ? "Ctrl+" : "",
    event.altKey ? "Alt+" : "",
    event.shiftKey && !isSign ? "Shift+" : "",
    name,
  ].join("");
}

/**
 * Every key of the grid, as spreadsheets have them. Answers whether the key was dealt with: the grid must then leave it
 * alone. What is not dealt with here is the grid's: plain arrows, type to edit, F2.
 */
export function makeKeys(deps: KeyDeps): Keys {
  const { cursor } = deps;
  /** Column where a run of Tabs began: Enter returns to it, one row down. */
  let tabbedFrom: number | undefined;
  /** F8: moving extends the selection. Shift+F8: moving begins another range beside it. */
  let mode: "extend" | "add" | "adding" | undefined;
  /** The editor was opened by typing: arrows leave it. F2 turns this round. */
  let typed = false;

  const areas = () => Selection.areasOf(cursor.ranges(), cursor.size());
  const columnOf = (params: SuppressKeyboardEventParams<GridRow>) =>
    cursor.fields().findIndex((field) => field.key === params.column.getColId());

  function leave(row: number, column: number): void {
    cursor.goTo({ row, column });
  }

  /** To the next selected cell; false where there is only one. */
  function goOn(spot: Selection.Spot | undefined, direction: "down" | "right", back: boolean) {
    const next = spot && Selection.within(areas(), spot, direction, back);
    if (next === undefined) return false;
    cursor.focusWithin(next);
    return true;
  }

  function tab(params: SuppressKeyboardEventParams<GridRow>, back: boolean): boolean {
    const inGhost = params.node.rowPinned === "bottom";
    const column = columnOf(params);
    const row = params.node.rowIndex ?? 0;
    if (params.editing) deps.api().stopEditing();
    if (!inGhost && goOn({ row, column }, "right", back)) return true;
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
    const column = columnOf(params);
    if (!inGhost && goOn({ row: params.node.rowIndex ?? 0, column }, "down", back)) return true;
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

  const extending = (event: KeyboardEvent) => event.shiftKey || mode === "extend";
  const from = (event: KeyboardEvent) =>
    extending(event) ? (cursor.active()?.head ?? cursor.focused()) : cursor.focused();

  function go(event: KeyboardEvent, to: Selection.Spot): true {
    if (extending(event)) {
      cursor.extendTo(to);
      if (mode === "adding") mode = undefined;
    } else if (mode === "add" || mode === "adding") {
      const before = mode === "add" ? cursor.ranges() : cursor.ranges().slice(0, -1);
      mode = "adding";
      cursor.goTo(to);
      cursor.select([...before, Selection.cellRange(to)]);
    } else cursor.goTo(to);
    return true;
  }

  function move(event: KeyboardEvent, direction: Selection.Direction): boolean {
    const control = event.ctrlKey || event.metaKey;
    if (control && event.altKey) return turn(direction);
    if (event.altKey) return false;
    if (!event.shiftKey && !control && mode === undefined) return false;
    const head = from(event);
    if (head === undefined) return false;
    const size = cursor.size();
    return go(
      event,
      control
        ? Selection.jump(head, direction, size, deps.filled)
        : Selection.step(head, direction, size),
    );
  }

  /** To the next of several ranges. */
  function turn(direction: Selection.Direction): boolean {
    const ranges = cursor.ranges();
    if (direction === "up" || direction === "down" || ranges.length < 2) return false;
    const turned =
      direction === "right"
        ? [...ranges.slice(1), ...ranges.slice(0, 1)]
        : [...ranges.slice(-1), ...ranges.slice(0, -1)];
    cursor.select(turned);
    cursor.focusWithin(turned.at(-1)?.anchor ?? { row: 0, column: 0 });
    return true;
  }

  /** In the row below the last one, which is no record: undefined where the key means there what it means to the grid. */
  function inGhostRow(event: KeyboardEvent, column: number): boolean | undefined {
    const { rows, columns } = cursor.size();
    const control = event.ctrlKey || event.metaKey;
    const last = rows - 1;
    const up = (row: number, to: number): true => {
      if (rows > 0) cursor.goTo({ row: Math.max(0, row), column: to });
      return true;
    };
    if (event.altKey) return undefined;
    switch (event.key) {
      case "Home":
        if (control) return up(0, 0);
        cursor.goToGhost(0);
        return true;
      case "End":
        if (control) return up(last, columns - 1);
        cursor.goToGhost(columns - 1);
        return true;
      case "ArrowLeft":
      case "ArrowRight":
        if (!control) return undefined;
        cursor.goToGhost(event.key === "ArrowLeft" ? 0 : columns - 1);
        return true;
      case "ArrowUp":
        return control ? up(last, column) : undefined;
      case "ArrowDown":
        return control ? true : undefined;
      case "PageUp":
        return up(last - Math.max(1, deps.pageRows() - 1), column);
      case "PageDown":
        return true;
    }
    return undefined;
  }

  function edge(event: KeyboardEvent, end: boolean): boolean {
    const at = from(event);
    if (at === undefined) return false;
    const size = cursor.size();
    const control = event.ctrlKey || event.metaKey;
    return go(event, {
      row: control ? (end ? size.rows - 1 : 0) : at.row,
      column: end ? size.columns - 1 : 0,
    });
  }

  function page(event: KeyboardEvent, side: -1 | 1): boolean {
    const at = from(event);
    if (at === undefined || event.ctrlKey || event.metaKey) return false;
    if (event.altKey) return go(event, { ...at, column: deps.pageColumn(at.column, side) });
    const by = Math.max(1, deps.pageRows() - 1);
    return go(event, Selection.step(at, side < 0 ? "up" : "down", cursor.size(), by));
  }

  /** Combinations that select. */
  const selecting: { readonly [combination: string]: (spot: Selection.Spot) => void } = {
    "Ctrl+A": selectAll,
    "Ctrl+Shift+Space": selectAll,
    "Ctrl+Space": (spot) => {
      const { anchor, head } = cursor.active() ?? Selection.cellRange(spot);
      cursor.select([Selection.columnsRange(anchor.column, head.column)]);
    },
    "Shift+Space": (spot) => {
      const { anchor, head } = cursor.active() ?? Selection.cellRange(spot);
      cursor.select([Selection.rowsRange(anchor.row, head.row)]);
    },
    "Shift+Backspace": (spot) => cursor.select([Selection.cellRange(spot)]),
    "Ctrl+*": (spot) => {
      const area = Selection.region(spot, cursor.size(), deps.filled);
      const first = { row: area.top, column: area.left };
      cursor.select([Selection.cellRange(first, { row: area.bottom, column: area.right })]);
    },
    "Ctrl+.": (spot) => {
      const area = areas().at(-1);
      if (area !== undefined) cursor.focusWithin(Selection.nextCorner(area, spot));
    },
    "Ctrl+Backspace": (spot) => cursor.reveal(spot),
    F8: () => {
      mode = mode === "extend" ? undefined : "extend";
      deps.announce(
        mode === undefined ? "Selection no longer extends" : "Moving extends the selection",
      );
    },
    "Shift+F8": () => {
      mode = mode === "add" || mode === "adding" ? undefined : "add";
      deps.announce(mode === undefined ? "Selection as it is" : "Moving adds to the selection");
    },
  };

  function selectAll(): void {
    const { rows, columns } = cursor.size();
    const anchor = { row: 0, column: 0 };
    cursor.select([Selection.cellRange(anchor, { row: rows - 1, column: columns - 1 })]);
  }

  function inEditor(params: SuppressKeyboardEventParams<GridRow>): boolean {
    const { event } = params;
    const combination = combinationOf(event);
    const editor = document.activeElement;
    const isText = editor instanceof HTMLInputElement || editor instanceof HTMLTextAreaElement;
    const direction = arrows[combination];
    const inGhost = params.node.rowPinned === "bottom";
    if (combination === "F2") {
      typed = !typed;
      return true;
    }
    if (direction !== undefined && typed && !inGhost && isText && "line" in editor.dataset) {
      const spot = { row: params.node.rowIndex ?? 0, column: columnOf(params) };
      deps.api().stopEditing();
      cursor.goTo(Selection.step(spot, direction, cursor.size()));
      return true;
    }
    if (combination === "Ctrl+Enter") {
      deps.onFillSelection();
      return true;
    }
    if (isText && (combination === "Ctrl+;" || combination === "Ctrl+:")) {
      deps.onNowInEditor(combination === "Ctrl+;" ? "date" : "time", editor);
      return true;
    }
    if (isText && combination === "Ctrl+Delete") {
      const at = editor.selectionStart ?? editor.value.length;
      const end = editor.value.indexOf("\n", at);
      editor.setRangeText("", at, end < 0 ? editor.value.length : end, "end");
      editor.dispatchEvent(new Event("input", { bubbles: true }));
      return true;
    }
    if (combination !== "Escape") return false;
    // At once: left to the grid, what is pressed next would still go to the editor.
    deps.api().stopEditing(true);
    if (inGhost) cursor.goToGhost(columnOf(params));
    else if (areas().length === 1 && Selection.cellsOf(areas()[0]!) === 1)
      leave(params.node.rowIndex ?? 0, columnOf(params));
    else cursor.focusWithin({ row: params.node.rowIndex ?? 0, column: columnOf(params) });
    return true;
  }

  function press(params: SuppressKeyboardEventParams<GridRow>): boolean {
    const { event, editing } = params;
    const { key } = event;
    const onLine = editing ? undefined : deps.onLine(params);
    if (onLine !== undefined) return onLine;
    const combination = combinationOf(event);
    if (key === "Tab" && !event.ctrlKey && !event.altKey) return tab(params, event.shiftKey);
    if (combination === "Enter" || combination === "Shift+Enter") {
      return enter(params, event.shiftKey);
    }
    if (editing) return inEditor(params);
    if (leaving.test(key)) tabbedFrom = undefined;
    if (key === "Escape") mode = undefined;
    typed = key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    const spot = cursor.focused();
    if (key === "ContextMenu" || combination === "Shift+F10") {
      deps.onMenu();
      return true;
    }
    if (combination === "Ctrl+U") return startEditing(params);
    const shortcut = deps.shortcuts[combination];
    if (shortcut !== undefined) {
      shortcut();
      return true;
    }
    const select = selecting[combination];
    if (select !== undefined) {
      if (spot !== undefined) select(spot);
      return true;
    }
    if (params.node.rowPinned === "bottom") {
      const done = inGhostRow(event, columnOf(params));
      if (done !== undefined) return done;
    }
    const direction = arrows[key];
    if (direction !== undefined) {
      if (event.altKey && event.shiftKey && direction === "down" && spot !== undefined) {
        deps.onColumnMenu(spot.column);
        return true;
      }
      if (combination === "Alt+ArrowDown") return startEditing(params);
      return move(event, direction);
    }
    switch (key) {
      case "Home":
        return edge(event, false);
      case "End":
        return edge(event, true);
      case "PageUp":
        return page(event, -1);
      case "PageDown":
        return page(event, 1);
      case "Escape":
        deps.onEscape();
        return true;
      case " ":
        if (spot === undefined) return false;
        if (!deps.onToggle(spot)) deps.onOpenRecord(spot.row);
        return true;
    }
    // Copy, cut and paste come as their own events.
    return (event.ctrlKey || event.metaKey) && (key === "Enter" || isNative(event));
  }

  function startEditing(params: SuppressKeyboardEventParams<GridRow>): boolean {
    const { node, column } = params;
    typed = false;
    deps.api().startEditingCell({
      rowIndex: node.rowIndex ?? 0,
      colKey: column,
      ...(node.rowPinned ? { rowPinned: node.rowPinned } : {}),
    });
    return true;
  }

  const forget = () => {
    tabbedFrom = undefined;
    typed = false;
  };
  const onKey: Keys["press"] = (params) => {
    if (params.event.type !== "keydown" || params.event.isComposing) return false;
    const done = press(params);
    // Copy, cut and paste must reach the browser, which raises their own events.
    if (done && !isNative(params.event)) params.event.preventDefault();
    return done;
  };
  return { press: onKey, forget };
}

function isNative(event: KeyboardEvent): boolean {
  return (
    (event.ctrlKey || event.metaKey) && !event.altKey && "cxv".includes(event.key.toLowerCase())
  );
}
