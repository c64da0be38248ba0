import {
  createGrid,
  type CellEditRequestEvent,
  type Column,
  type GridApi,
  type GridParams,
} from "ag-grid-community";
import { must } from "@gridfolk/core/assert";
import { isInvalid } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { whyFormula } from "@gridfolk/core/formula/attach";
import type { Actions } from "./actions.ts";
import { openAddress } from "./address.ts";
import { GHOST } from "./cells.ts";
import { fromHtml, fromTsv, toHtml, toTsv, type Block } from "./clipboard.ts";
import { ADD_COLUMN, columnDefs, NUMBER_COLUMN, numberWidth } from "./columns.ts";
import { createCursor, targetOf, type Cursor, type Target } from "./cursor.ts";
import type { EditorDeps } from "./editor/editor.ts";
import { EditedValue } from "./editor/value-editor.tsx";
import type { HeaderDeps } from "./header.tsx";
import { makeHint } from "./hint.ts";
import { makeKeys } from "./keys.ts";
import type { Layout } from "./layout.ts";
import { registerModules } from "./modules.ts";
import { makeOverlay, type Frame } from "./overlay.ts";
import { makePointer } from "./pointer.ts";
import type { GridRow, WorkbookRowModel } from "./row-model.ts";
import * as Selection from "./selection.ts";
import { isWritable, type SheetContext } from "./sheet-context.ts";
import { theme } from "./theme.ts";
import "./grid.css";
import overlayStyles from "./overlay.module.css";

export interface GridDeps {
  readonly sheet: SheetContext;
  readonly actions: Actions;
  readonly editor: EditorDeps;
  readonly header: HeaderDeps;
  readonly layout: () => Layout;
  /** Visible fields in the order of the screen. */
  readonly fields: () => readonly Field[];
  readonly rowHeight: () => number;
  /** Where other people are, to be framed. */
  readonly people: () => readonly Guest[];
  /** The focus or the selection moved. */
  readonly onCursor: (cursor: Cursor) => void;
  readonly onWidths: (widths: Readonly<Record<string, number>>) => void;
  /** Field keys in their new order, and those that now stay at the left. */
  readonly onOrder: (keys: readonly string[], pinned: readonly string[]) => void;
  readonly onOpenRecord: (row: number) => void;
  readonly onOpenLink: (sheet: string, id: string) => void;
  readonly onRowMenu: (anchor: DOMRect) => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
}

export interface Guest {
  readonly id: string;
  readonly field: string;
  readonly name: string;
  /** A token: "person-3". */
  readonly color: string;
}

export interface SheetGrid {
  readonly api: GridApi<GridRow>;
  readonly cursor: Cursor;
  /** The order of rows changed. The focus and the selection stay with their records. */
  rowsChanged(): void;
  /** Every row may be another: the question changed. */
  questionChanged(): void;
  columnsChanged(): void;
  /** Draws cells again, those that are on screen. */
  cellsChanged(rows: readonly number[] | "all", fields: readonly string[] | "all"): void;
  /** Lets other people's edits fade in. */
  flash(rows: readonly number[], fields: readonly string[], color: (row: number) => string): void;
  peopleChanged(): void;
  rowHeightChanged(): void;
  readonly editing: () => boolean;
  /** Called when the open editor has been left. */
  onEditingDone(listener: () => void): void;
  focus(): void;
  newRow(): void;
  showLastColumn(): void;
  destroy(): void;
}

interface Anchors {
  readonly focus: { readonly id: string | undefined; readonly column: number } | undefined;
  readonly ranges: readonly {
    readonly range: Selection.Range;
    readonly anchor: string | undefined;
    readonly head: string | undefined;
  }[];
}

let registered = false;

/** The grid of one sheet in an element. AG Grid draws, scrolls and opens editors; everything else is decided here. */
export function makeSheetGrid(host: HTMLElement, deps: GridDeps): SheetGrid {
  if (!registered) {
    registerModules();
    registered = true;
  }
  const { sheet, actions } = deps;
  const { order } = sheet;
  let model: WorkbookRowModel | undefined;
  tellRowHeight();
  let drawQueued = false;
  let copied: Selection.Bounds | undefined;
  /** The record made below the last row since the focus went there. */
  let made: number | undefined;
  let settingColumns = false;
  /** The record that had the focus before it went elsewhere. */
  let resume: string | undefined;
  let kept: Anchors = { focus: undefined, ranges: [] };
  const editingDone: (() => void)[] = [];
  const stop = new AbortController();

  const cursor = createCursor({
    api: () => api,
    order,
    fields: deps.fields,
    onChange: () => {
      kept = anchors();
      queueDraw();
      deps.onCursor(cursor);
    },
  });

  const keys = makeKeys({
    api: () => api,
    cursor,
    filled: ({ row, column }) => {
      const field = deps.fields()[column];
      const at = order.rowAt(row);
      return field !== undefined && at >= 0 && sheet.cell(at, field) !== undefined;
    },
    pageRows: () => Math.floor((viewport()?.clientHeight ?? 600) / deps.rowHeight()) - 1,
    onClear: () => {
      if (sheet.canEdit()) actions.clear(cursor.ranges(), cursor.size(), deps.fields());
    },
    onToggle: toggle,
    onOpenRecord: (place) => deps.onOpenRecord(order.rowAt(place)),
    onFill: (direction) => {
      const active = cursor.active();
      const area = active && Selection.bounds(active, cursor.size());
      if (area === undefined || !sheet.canEdit()) return;
      // One cell takes what stands above it, or before it.
      const single = direction === "down" ? area.top === area.bottom : area.left === area.right;
      const from = !single
        ? area
        : direction === "down"
          ? { ...area, top: Math.max(0, area.top - 1) }
          : { ...area, left: Math.max(0, area.left - 1) };
      actions.fill(from, direction, deps.fields());
    },
    onToday: () => {
      const spot = cursor.focused();
      const field = spot && deps.fields()[spot.column];
      if (spot === undefined || field === undefined || !isWritable(field) || !sheet.canEdit())
        return;
      actions.setToday(order.rowAt(spot.row), field);
    },
    onUndo: deps.onUndo,
    onRedo: deps.onRedo,
    onDeleteRows: deleteRows,
    onInsertRow: newRow,
    onMenu: () => {
      const cell = host.querySelector(".ag-cell-focus");
      if (cell !== null) deps.onRowMenu(cell.getBoundingClientRect());
    },
    onColumnMenu: (column) => {
      const field = deps.fields()[column];
      const button =
        field && host.querySelector<HTMLElement>(`[data-column-menu="${CSS.escape(field.key)}"]`);
      if (field && button) deps.header.onMenu(field.key, button);
    },
    onEscape: () => {
      copied = undefined;
      const spot = cursor.focused();
      if (spot !== undefined) cursor.select([Selection.cellRange(spot)]);
    },
    made: () => made,
  });

  const api: GridApi<GridRow> = createGrid<GridRow>(
    host,
    {
      theme,
      rowModelType: "viewport",
      context: { attach: (own: WorkbookRowModel) => (model = own) },
      getRowId: ({ data }) => data.id,
      columnDefs: defs(),
      defaultColDef: { sortable: false, resizable: true, cellDataType: false },
      pinnedBottomRowData: ghostRows(),
      rowHeight: deps.rowHeight(),
      headerHeight: 34,
      animateRows: false,
      readOnlyEdit: true,
      suppressFocusAfterRefresh: true,
      enterNavigatesVertically: true,
      enterNavigatesVerticallyAfterEdit: true,
      stopEditingWhenCellsLoseFocus: true,
      suppressRowTransform: true,
      suppressDragLeaveHidesColumns: true,
      suppressMaintainUnsortedOrder: true,
      suppressCellFocus: false,
      suppressColumnMoveAnimation: true,
      suppressScrollOnNewData: true,
      preventDefaultOnContextMenu: false,
      rowBuffer: 8,
      onColumnResized: ({ finished, source, columns }) => {
        queueDraw();
        if (!finished || !source.startsWith("ui") || columns === null) return;
        deps.onWidths(Object.fromEntries(columns.map((c) => [c.getColId(), c.getActualWidth()])));
      },
      onDragStopped: () => columnsMoved(),
      onColumnMoved: ({ finished }) => {
        queueDraw();
        if (finished) columnsMoved();
      },
    },
    { globalSyncListener: onEvent } satisfies GridParams as object,
  );
  const root = must(host.querySelector<HTMLElement>(".ag-root-wrapper"));
  const grid = must(host.querySelector<HTMLElement>("[role=grid]"));
  const overlay = makeOverlay(root, api, {
    rowHeight: deps.rowHeight,
    columns: () => deps.fields().map((field) => field.key),
  });
  const stopPointer = makePointer({
    root,
    cursor,
    editing,
    onOpenRecord: (place) => deps.onOpenRecord(order.rowAt(place)),
    onOpenValue: (target) => openValue(target),
    onToggle: toggle,
    onGhost: (column) => {
      made = undefined;
      edit({ row: 0, column }, "bottom");
    },
    onMenu: (event, target) => {
      const inside = Selection.areasOf(cursor.ranges(), cursor.size()).some((area) =>
        Selection.contains(area, target.spot),
      );
      if (!inside) cursor.goTo(target.spot);
      deps.onRowMenu(new DOMRect(event.clientX, event.clientY, 0, 0));
    },
  });
  root.addEventListener("pointerdown", keys.forget, { capture: true, signal: stop.signal });
  const stopHint = makeHint(root, {
    why: (target) => {
      const field = deps.fields()[target.spot.column];
      const row = order.rowAt(target.spot.row);
      if (field === undefined || row < 0) return undefined;
      const cell = sheet.cell(row, field);
      if (!isInvalid(cell)) return undefined;
      if (field.formula !== undefined) {
        return whyFormula(sheet.workspace.workbook, sheet.table(), row, field.key);
      }
      return registry[field.type].why(cell.invalid, field, sheet.look().locale);
    },
    targetOf: (element) => targetOf(element, deps.fields()),
    opens: (target) => {
      const field = deps.fields()[target.spot.column];
      const row = order.rowAt(target.spot.row);
      if (field === undefined || row < 0) return undefined;
      const cell = sheet.cell(row, field);
      if (cell === undefined || isInvalid(cell)) return undefined;
      if (field.type === "link")
        return Array.isArray(cell) && cell.length > 0 ? "record" : undefined;
      return field.type === "email" || field.type === "phone" || field.type === "url"
        ? field.type
        : undefined;
    },
    onOpen: (target) => void openValue(target),
  });

  must(model).show(order);
  grid.ariaLabel = sheet.sheet().name;

  const { signal } = stop;
  document.addEventListener("copy", (event) => onCopy(event, false), { signal });
  document.addEventListener("cut", (event) => onCopy(event, true), { signal });
  document.addEventListener("paste", onPaste, { signal });
  root.addEventListener(
    "focusin",
    () => {
      if (cursor.ranges().length === 0) queueDraw();
      root.dataset["active"] = "";
    },
    { signal },
  );
  root.addEventListener(
    "focusout",
    (event) => {
      if (!root.contains(event.relatedTarget as Node | null)) delete root.dataset["active"];
    },
    { signal },
  );

  function ghostRows(): GridRow[] {
    return sheet.canEdit() ? [{ id: GHOST, row: -1 }] : [];
  }

  /** For the style sheet: text stands in the middle of the row. */
  function tellRowHeight(): void {
    host.style.setProperty("--grid-row-height", `${deps.rowHeight()}px`);
  }

  function defs() {
    return columnDefs(deps.fields(), deps.layout(), order.count, {
      sheet,
      header: deps.header,
      editor: deps.editor,
      onKey: keys.press,
      onHeaderKey: ({ event, column }) => {
        if (event.type !== "keydown") return false;
        const key = (column as Column<GridRow>).getColId();
        const cell = (event.target as Element).closest(".ag-header-cell");
        if (key === ADD_COLUMN) {
          if (event.key !== "Enter" && event.key !== " ") return false;
          cell?.querySelector<HTMLElement>("[data-add-column]")?.click();
        } else if (
          event.key === "ContextMenu" ||
          (event.key === "F10" && event.shiftKey) ||
          (event.key === "ArrowDown" && event.altKey) ||
          event.key === " "
        ) {
          cell?.querySelector<HTMLElement>("[data-column-menu]")?.click();
        } else if (event.key === "Enter") {
          deps.header.onSort(key, event.shiftKey);
        } else return false;
        event.preventDefault();
        return true;
      },
    });
  }

  /** Synchronous, unlike the grid's `on…` options: an answer that comes late loses keys. */
  function onEvent(type: string, event: unknown): void {
    if (type === "cellEditRequest") write(event as CellEditRequestEvent<GridRow>);
    else if (type === "cellFocused") {
      const focusedGhost = api?.getFocusedCell()?.rowPinned === "bottom";
      if (!focusedGhost) made = undefined;
      cursor.followFocus();
    } else if (type === "cellEditingStopped") {
      queueMicrotask(() => {
        if (!editing()) for (const listener of editingDone) listener();
      });
    } else if (type === "displayedColumnsChanged" || type === "virtualColumnsChanged") queueDraw();
  }

  function write(event: CellEditRequestEvent<GridRow>): void {
    const edited: unknown = event.newValue;
    if (!(edited instanceof EditedValue)) return;
    const field = deps.fields().find((other) => other.key === event.column.getColId());
    if (field === undefined) return;
    if (event.rowPinned !== "bottom") {
      if (event.data !== undefined) actions.write(event.data.row, field, edited);
      return;
    }
    // Nothing typed makes no record.
    if (edited.cell === undefined) return;
    const row = actions.add(field, edited);
    made = row === undefined ? undefined : order.placeOf(row);
    if (made !== undefined && made >= 0) api.ensureIndexVisible(made, "bottom");
    api.refreshCells({ force: true, rowNodes: pinnedRows() });
  }

  function pinnedRows() {
    const node = api.getPinnedBottomRow(0);
    return node === undefined ? [] : [node];
  }

  function edit(spot: Selection.Spot, pinned?: "bottom"): void {
    const field = deps.fields()[spot.column];
    if (field === undefined || !sheet.canEdit()) return;
    cursor.holding(() => {
      api.ensureColumnVisible(field.key);
      api.setFocusedCell(spot.row, field.key, pinned ?? null);
      api.startEditingCell({
        rowIndex: spot.row,
        colKey: field.key,
        ...(pinned === undefined ? {} : { rowPinned: pinned }),
      });
    });
    cursor.select(pinned === undefined ? [Selection.cellRange(spot)] : []);
  }

  function editing(): boolean {
    return api.getEditingCells().length > 0;
  }

  function toggle(spot: Selection.Spot): boolean {
    const field = deps.fields()[spot.column];
    if (field?.type !== "checkbox") return false;
    if (sheet.canEdit()) actions.toggle(order.rowAt(spot.row), field);
    return true;
  }

  function deleteRows(): void {
    if (!sheet.canEdit()) return;
    const places = Selection.coveredRows(cursor.ranges(), cursor.size());
    actions.remove(places.map((place) => order.rowAt(place)));
  }

  function newRow(): void {
    if (!sheet.canEdit()) return;
    made = undefined;
    const title = sheet.sheet().title[0];
    const column = deps.fields().findIndex((field) => field.key === title);
    edit({ row: 0, column: Math.max(0, column) }, "bottom");
  }

  function openValue(target: Target): boolean {
    const field = deps.fields()[target.spot.column];
    const row = order.rowAt(target.spot.row);
    if (field === undefined || row < 0) return false;
    const cell = sheet.cell(row, field);
    if (cell === undefined || isInvalid(cell)) return false;
    if (field.type === "link" && field.link !== undefined && Array.isArray(cell)) {
      const chip = document.querySelector<HTMLElement>("[data-record]:hover")?.dataset["record"];
      const id = chip ?? (cell[0] as string | undefined);
      if (id !== undefined) deps.onOpenLink(field.link.sheet, id);
      return id !== undefined;
    }
    return openAddress(field, cell);
  }

  function isHere(): boolean {
    return root.contains(document.activeElement) && !editing();
  }

  function isTyping(): boolean {
    return root.contains(document.activeElement) && editing();
  }

  function onCopy(event: ClipboardEvent, cut: boolean): void {
    const active = cursor.active();
    const area = active && Selection.bounds(active, cursor.size());
    if (!isHere() || area === undefined || event.clipboardData === null) return;
    const block = actions.copy(area, deps.fields());
    event.clipboardData.setData("text/plain", toTsv(block));
    event.clipboardData.setData("text/html", toHtml(block));
    event.preventDefault();
    copied = area;
    if (cut && sheet.canEdit()) actions.clear([must(active)], cursor.size(), deps.fields());
    queueDraw();
  }

  function onPaste(event: ClipboardEvent): void {
    if (event.clipboardData === null || !sheet.canEdit()) return;
    const text = event.clipboardData.getData("text/plain");
    if (isTyping() && api.getFocusedCell()?.rowPinned === "bottom" && /[\t\n]/.test(text.trim())) {
      // A block cannot go into one line: it becomes the rows that the person is about to add.
      api.stopEditing(true);
      cursor.goToGhost(
        deps.fields().findIndex((f) => f.key === api.getFocusedCell()?.column.getColId()),
      );
    }
    if (!isHere()) return;
    const block: Block =
      fromHtml(event.clipboardData.getData("text/html")) ?? (text === "" ? [] : fromTsv(text));
    if (block.length === 0) return;
    event.preventDefault();
    const focusedCell = api.getFocusedCell();
    const active = cursor.active();
    const atEnd = focusedCell?.rowPinned === "bottom";
    const column = deps.fields().findIndex((f) => f.key === focusedCell?.column.getColId());
    const area = atEnd
      ? {
          top: order.count,
          bottom: order.count,
          left: Math.max(0, column),
          right: Math.max(0, column),
        }
      : active && Selection.bounds(active, cursor.size());
    if (area === undefined) return;
    copied = undefined;
    const written = actions.paste(block, area, deps.fields());
    if (written === undefined) return;
    const from = { row: written.top, column: written.left };
    cursor.goTo(from);
    cursor.select([Selection.cellRange(from, { row: written.bottom, column: written.right })]);
  }

  function columnsMoved(): void {
    if (settingColumns) return;
    const columns = api.getAllDisplayedColumns();
    const isField = (id: string) => id !== NUMBER_COLUMN && id !== ADD_COLUMN;
    const keys = columns.map((column) => column.getColId()).filter(isField);
    const pinned = columns
      .filter((column) => column.getPinned() === "left" && isField(column.getColId()))
      .map((column) => column.getColId());
    const before = deps.fields().map((field) => field.key);
    const layout = deps.layout();
    const samePins =
      pinned.length === layout.pinned.length && pinned.every((key) => layout.pinned.includes(key));
    if (keys.join() !== before.join() || !samePins) deps.onOrder(keys, pinned);
  }

  function viewport(): HTMLElement | null {
    return host.querySelector<HTMLElement>(".ag-grid-viewport");
  }

  function queueDraw(): void {
    if (drawQueued) return;
    drawQueued = true;
    queueMicrotask(() => {
      drawQueued = false;
      if (!signal.aborted) draw();
    });
  }

  function draw(): void {
    const size = cursor.size();
    const areas = Selection.areasOf(cursor.ranges(), size);
    const frames: Frame[] = [];
    if (areas.length > 1 || (areas[0] !== undefined && !Selection.isSingle(areas[0]))) {
      for (const area of areas) frames.push({ area, className: overlayStyles.range as string });
    }
    const edge = areas.at(-1);
    if (copied !== undefined && edge !== undefined) {
      frames.push({ area: copied, className: overlayStyles.copied as string });
    }
    for (const guest of deps.people()) {
      const row = order.indexOf(guest.id);
      const column = deps.fields().findIndex((field) => field.key === guest.field);
      if (row < 0 || column < 0) continue;
      const area = { top: row, bottom: row, left: column, right: column };
      const color = `var(--${guest.color})`;
      frames.push({ area, className: overlayStyles.person as string, color });
      frames.push({ area, className: overlayStyles.tag as string, color, label: guest.name });
    }
    overlay.draw(frames);
    const rows = new Set<number>();
    for (const range of cursor.ranges()) {
      const area = range.kind === "rows" ? Selection.bounds(range, size) : undefined;
      if (area === undefined) continue;
      if (area.bottom - area.top > 5000) continue;
      for (let row = area.top; row <= area.bottom; row++) rows.add(row);
    }
    for (const row of host.querySelectorAll<HTMLElement>(".ag-grid-scrolling-container .ag-row")) {
      const index = Number(row.getAttribute("row-index"));
      const selected = areas.some((area) => index >= area.top && index <= area.bottom);
      row.toggleAttribute("data-in-selection", selected);
      if (rows.has(index)) row.ariaSelected = "true";
      else if (row.ariaSelected !== null) row.ariaSelected = null;
    }
  }

  /** Records of what the focus and the selection are on: they stay there when the order changes. */
  function anchors(): Anchors {
    const focused = cursor.focused();
    return {
      focus: focused && { id: order.at(focused.row)?.id, column: focused.column },
      ranges: cursor.ranges().map((range) => ({
        range,
        anchor: order.at(range.anchor.row)?.id,
        head: order.at(range.head.row)?.id,
      })),
    };
  }
  function showRows(): void {
    const before = kept;
    const here = hasFocus();
    cursor.holding(() => must(model).show(order));
    fitNumbers();
    copied = undefined;
    const { focus } = before;
    const field = deps.fields()[focus?.column ?? -1];
    if (focus !== undefined && field !== undefined && !editing()) {
      const place = focus.id === undefined ? -1 : order.indexOf(focus.id);
      const row = place >= 0 ? place : Math.min(cursor.focused()?.row ?? 0, order.count - 1);
      resume = place < 0 ? undefined : focus.id;
      cursor.holding(() => {
        if (row < 0 || !here) api.clearFocusedCell();
        else api.setFocusedCell(row, field.key);
      });
    }
    const ranges = before.ranges.flatMap(({ range, anchor, head }): Selection.Range[] => {
      if (range.kind === "columns") return [range];
      const from = anchor === undefined ? -1 : order.indexOf(anchor);
      const to = head === undefined ? -1 : order.indexOf(head);
      if (from < 0 || to < 0) return [];
      return [
        { ...range, anchor: { ...range.anchor, row: from }, head: { ...range.head, row: to } },
      ];
    });
    const focused = cursor.focused();
    cursor.select(
      ranges.length > 0 || focused === undefined ? ranges : [Selection.cellRange(focused)],
    );
  }

  /** Other rows: from the top, with nothing selected. */
  function showAnew(): void {
    const focused = cursor.focused();
    const here = hasFocus();
    resume = undefined;
    cursor.holding(() => {
      must(model).show(order);
      api.clearFocusedCell();
    });
    fitNumbers();
    copied = undefined;
    viewport()?.scrollTo({ top: 0 });
    if (!here) cursor.select([]);
    else if (order.count === 0) cursor.goToGhost(focused?.column ?? 0);
    else cursor.goTo({ row: 0, column: focused?.column ?? 0 });
  }

  /** In a cell, or nowhere because what had it has gone. */
  function hasFocus(): boolean {
    const active = document.activeElement;
    if (active === null || active === document.body) return true;
    return root.contains(active) && active.closest(".ag-cell") !== null;
  }

  function fitNumbers(): void {
    const width = numberWidth(order.count);
    if (api.getColumn(NUMBER_COLUMN)?.getActualWidth() !== width) {
      api.setColumnWidths([{ key: NUMBER_COLUMN, newWidth: width }]);
    }
    api.refreshCells({ columns: [NUMBER_COLUMN], force: true });
  }

  return {
    api,
    cursor,
    rowsChanged: showRows,
    questionChanged: showAnew,
    columnsChanged() {
      settingColumns = true;
      api.setGridOption("columnDefs", defs());
      settingColumns = false;
      api.refreshCells({ force: true });
      cursor.select(cursor.ranges().filter((range) => range.kind === "rows"));
      if (cursor.ranges().length === 0) cursor.followFocus();
    },
    cellsChanged(rows, fields) {
      const nodes =
        rows === "all"
          ? undefined
          : onScreen(rows).map((place) => must(api.getDisplayedRowAtIndex(place)));
      if (nodes?.length === 0) return;
      api.refreshCells({
        force: true,
        ...(nodes === undefined ? {} : { rowNodes: nodes }),
        ...(fields === "all" ? {} : { columns: [...fields] }),
      });
    },
    flash(rows, fields, color) {
      for (const place of onScreen(rows)) {
        const row = order.rowAt(place);
        for (const field of fields) {
          const selector = `.ag-row[row-index="${place}"] [col-id="${CSS.escape(field)}"]`;
          const cell = host.querySelector<HTMLElement>(`.ag-grid-scrolling-container ${selector}`);
          if (cell === null) continue;
          cell.style.setProperty("--flash", `var(--${color(row)})`);
          cell.classList.remove("gf-flash");
          // Reading the layout lets the same animation start again.
          void cell.offsetWidth;
          cell.classList.add("gf-flash");
        }
      }
    },
    peopleChanged: queueDraw,
    rowHeightChanged() {
      tellRowHeight();
      api.setGridOption("rowHeight", deps.rowHeight());
      // Pinned rows keep the height they were made with.
      api.setGridOption("pinnedBottomRowData", ghostRows());
      queueDraw();
    },
    editing,
    onEditingDone: (listener) => void editingDone.push(listener),
    focus() {
      const back = resume === undefined ? -1 : order.indexOf(resume);
      const spot = cursor.focused() ?? { row: Math.max(0, back), column: 0 };
      if (order.count === 0) cursor.goToGhost(0);
      else cursor.goTo(spot);
    },
    newRow,
    showLastColumn: () => api.ensureColumnVisible(ADD_COLUMN),
    destroy() {
      stop.abort();
      stopPointer();
      stopHint();
      overlay.destroy();
      api.destroy();
    },
  };

  /** Places of the rows that are drawn now. */
  function onScreen(rows: readonly number[]): number[] {
    const first = api.getFirstDisplayedRowIndex();
    const last = api.getLastDisplayedRowIndex();
    if (rows.length > 2000) {
      const wanted = new Set(rows);
      const places: number[] = [];
      for (let place = Math.max(0, first); place <= last; place++) {
        if (wanted.has(order.rowAt(place))) places.push(place);
      }
      return places;
    }
    return rows.map((row) => order.placeOf(row)).filter((place) => place >= first && place <= last);
  }
}
