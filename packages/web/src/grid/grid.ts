import {
  createGrid,
  type CellEditRequestEvent,
  type GridApi,
  type GridParams,
} from "ag-grid-community";
import { must } from "@gridfolk/core/assert";
import type { Field } from "@gridfolk/core/field/field";
import type { Actions } from "./actions.ts";
import { createAnchors } from "./anchors.ts";
import { GHOST } from "./cells.ts";
import { ADD_COLUMN, columnDefs, NUMBER_COLUMN, numberWidth } from "./columns.ts";
import { createCursor, targetOf, type Cursor } from "./cursor.ts";
import type { EditorDeps } from "./editor/editor.ts";
import { EditedValue } from "./editor/value-editor.tsx";
import { pressHeader } from "./header-keys.ts";
import type { HeaderDeps } from "./header.tsx";
import { makeFillHandle } from "./fill-handle.ts";
import { makeHint } from "./hint.ts";
import { makeKeys, type Editor } from "./keys.ts";
import type { Layout } from "./layout.ts";
import { framesOf, markRows, type Guest } from "./marks.ts";
import { registerModules } from "./modules.ts";
import { createOpening } from "./opening.ts";
import { makeOverlay } from "./overlay.ts";
import { makePointer } from "./pointer.ts";
import { topOf, type GridRow, type GroupLine, type WorkbookRowModel } from "./row-model.ts";
import * as Selection from "./selection.ts";
import type { SheetContext } from "./sheet-context.ts";
import { shortcutsOf, type ShortcutDeps } from "./shortcuts.ts";
import { theme } from "./theme.ts";
import { groupValues } from "./view/group-values.ts";
import { pressLine } from "./view/line-keys.ts";
import { FOOTER } from "./view/lines.ts";
import type { ViewCells } from "./view/view-cells.ts";
import { makeTouch } from "./touch.ts";
import { makeTransfer, type Transfer, type TransferDeps } from "./transfer.ts";
import "./grid.css";

export interface GridDeps {
  readonly sheet: SheetContext;
  readonly actions: Actions;
  readonly editor: EditorDeps;
  readonly header: HeaderDeps;
  readonly layout: () => Layout;
  /** Visible fields in the order of the screen. */
  readonly fields: () => readonly Field[];
  readonly rowHeight: () => number;
  /** The workbook is seen as it was: no row comes or goes. */
  readonly isPast: boolean;
  readonly view: ViewCells;
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
  /** Opens or shuts a group. */
  readonly onGroup: (line: GroupLine, isOpen: boolean) => void;
  /** The menu of what a column comes to. */
  readonly onSummary: (field: string, anchor: HTMLElement) => void;
  readonly onHide: ShortcutDeps["onHide"];
  readonly onColumnSettings: ShortcutDeps["onColumnSettings"];
  readonly onBeyond: TransferDeps["onBeyond"];
  readonly announce: (text: string) => void;
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
  /** Header rows and the row of sums are drawn again. */
  summariesChanged(): void;
  readonly editing: () => boolean;
  /** Called when the open editor has been left. */
  onEditingDone(listener: () => void): void;
  focus(): void;
  newRow(): void;
  readonly clipboard: Omit<Transfer, "forget">;
  showLastColumn(): void;
  destroy(): void;
}

/** Rows that hold no texts of people need no more than this. */
const PLAIN_HEIGHT = 32;

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
  /** The editor that is being left writes into every selected cell. */
  let fillingAll = false;
  const editingDone: (() => void)[] = [];
  const stop = new AbortController();

  const cursor = createCursor({
    api: () => api,
    order,
    fields: deps.fields,
    onChange: () => {
      anchors.keep();
      queueDraw();
      deps.onCursor(cursor);
    },
  });

  const anchors = createAnchors({
    cursor: () => cursor,
    order,
    fields: deps.fields,
    editing,
    hasFocus,
    focusCell(row, field) {
      if (row === undefined) api.clearFocusedCell();
      else api.setFocusedCell(row, field);
    },
  });
  const opening = createOpening({ sheet, fields: deps.fields, onOpenLink: deps.onOpenLink });

  const keys = makeKeys({
    api: () => api,
    cursor,
    filled,
    pageRows: () => Math.floor((viewport()?.clientHeight ?? 600) / deps.rowHeight()) - 1,
    pageColumn,
    onToggle: toggle,
    onOpenRecord: (place) => deps.onOpenRecord(order.rowAt(place)),
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
      transfer.forget();
      const spot = cursor.focused();
      if (spot !== undefined) cursor.select([Selection.cellRange(spot)]);
    },
    onFillSelection: fillSelection,
    onNowInEditor: insertNow,
    announce: deps.announce,
    shortcuts: shortcutsOf({
      sheet,
      cursor,
      actions,
      fields: deps.fields,
      onUndo: deps.onUndo,
      onRedo: deps.onRedo,
      onDeleteRows: deleteRows,
      onInsertRow: newRow,
      onHide: deps.onHide,
      onColumnSettings: deps.onColumnSettings,
    }),
    made: () => made,
    onLine: (params) =>
      pressLine(params, {
        api: () => api,
        onToggle: deps.onGroup,
        onParent(line) {
          const above = order.groups.findLast(
            ({ group, from, to }) =>
              group.level < line.group.level && from <= line.from && to >= line.to,
          );
          const column = cursor.focused()?.column ?? 0;
          if (above !== undefined) cursor.goTo({ row: order.indexOf(above.id), column });
        },
        onSummary: openSummary,
      }),
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
      pinnedBottomRowData: bottomRows(),
      rowClassRules: {
        "gf-group": ({ data }) => data?.group !== undefined,
        "gf-footer": ({ data }) => data?.id === FOOTER,
      },
      rowHeight: deps.rowHeight(),
      // Of pinned rows only: those of the sheet have theirs from the row model.
      getRowHeight: () => Math.min(deps.rowHeight(), PLAIN_HEIGHT),
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
    topOf: (index) => topOf(order, index, deps.rowHeight()),
    columns: () => deps.fields().map((field) => field.key),
  });
  const stopPointer = makePointer({
    root,
    cursor,
    editing,
    onOpenRecord: (place) => deps.onOpenRecord(order.rowAt(place)),
    onOpenValue: opening.open,
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
  const touch = makeTouch({
    root,
    cursor,
    onMenu: (event) => deps.onRowMenu(new DOMRect(event.clientX, event.clientY, 0, 0)),
    onChange: queueDraw,
  });
  const fillHandle = makeFillHandle({
    root,
    cursor,
    canFill: () => sheet.canEdit() && !editing(),
    filled,
    byTouch: touch.used,
    onChange: queueDraw,
    onFill(source, target, other) {
      void actions.fillSeries(source, target, deps.fields(), other).then((filledArea) => {
        if (filledArea === undefined || stop.signal.aborted) return;
        const { top, left, bottom, right } = filledArea;
        cursor.select([
          Selection.cellRange({ row: top, column: left }, { row: bottom, column: right }),
        ]);
      });
    },
  });
  root.addEventListener("pointerdown", keys.forget, { capture: true, signal: stop.signal });
  const stopHint = makeHint(root, {
    why: opening.why,
    targetOf: (element) => targetOf(element, deps.fields()),
    opens: opening.opens,
    onOpen: (target) => void opening.open(target),
  });

  must(model).show(order);
  grid.ariaLabel = sheet.sheet().name;

  const { signal } = stop;
  const transfer = makeTransfer(
    root,
    {
      api,
      cursor,
      actions,
      sheet,
      fields: deps.fields,
      editing,
      onCopied(area) {
        copied = area;
        queueDraw();
      },
      onBeyond: deps.onBeyond,
    },
    signal,
  );
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

  root.addEventListener(
    "click",
    (event) => {
      const element = event.target as Element;
      const summary = element.closest<HTMLElement>("[data-summary]");
      if (summary !== null) deps.onSummary(summary.dataset["summary"] ?? "", summary);
      const row = element.closest<HTMLElement>(".gf-group")?.getAttribute("row-index");
      const line = order.groupAt(Number(row ?? -1));
      if (line === undefined) return;
      if (element.closest("[data-group-toggle]") !== null) deps.onGroup(line, line.collapsed);
      else if (element.closest("[data-group-add]") !== null) newIn(line);
    },
    { signal },
  );

  function openSummary(field: string): void {
    const anchor = host.querySelector<HTMLElement>(`[data-summary="${CSS.escape(field)}"]`);
    if (anchor !== null) deps.onSummary(field, anchor);
  }

  function bottomRows(): GridRow[] {
    const ghost = sheet.canEdit() ? [{ id: GHOST, row: -1 }] : [];
    // Of a sheet of the past that was empty there is nothing to sum up, and never will be.
    const isBare = deps.isPast && sheet.table().live === 0;
    return isBare ? ghost : [...ghost, { id: FOOTER, row: -1 }];
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
      view: deps.view,
      onKey: keys.press,
      onHeaderKey: (params) => pressHeader(params, deps.header),
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
      if (event.data === undefined) return;
      if (fillingAll) {
        fillingAll = false;
        actions.fillAll(selected(), field, edited);
      } else actions.write(event.data.row, field, edited);
      return;
    }
    // Nothing typed makes no record.
    if (edited.cell === undefined) return;
    const row = actions.add(field, edited);
    const place = row === undefined ? -1 : order.placeOf(row);
    made = place < 0 ? undefined : place;
    if (made !== undefined) api.ensureIndexVisible(made, "bottom");
    api.refreshCells({ force: true, rowNodes: pinnedRows() });
  }

  function filled({ row, column }: Selection.Spot): boolean {
    const field = deps.fields()[column];
    const at = order.rowAt(row);
    return field !== undefined && at >= 0 && sheet.cell(at, field) !== undefined;
  }

  const selected = () => ({ ranges: cursor.ranges(), size: cursor.size(), fields: deps.fields() });

  function fillSelection(): void {
    const spot = cursor.focused();
    const field = spot && deps.fields()[spot.column];
    const areas = Selection.areasOf(cursor.ranges(), cursor.size());
    fillingAll = areas.length > 1 || (areas[0] !== undefined && !Selection.isSingle(areas[0]));
    api.stopEditing();
    if (spot === undefined || field === undefined) return;
    // Left as it was: what the cell holds goes into the others.
    if (fillingAll) {
      const cell = sheet.cell(order.rowAt(spot.row), field);
      actions.fillAll(selected(), field, { cell, first: [] });
    }
    fillingAll = false;
    cursor.focusWithin(spot);
  }

  /** Today's date or the time, typed for the person. */
  function insertNow(part: "date" | "time", editor: Editor): void {
    const { timeZone, locale } = sheet.workspace.locale();
    const at = editor.selectionStart ?? editor.value.length;
    const style =
      part === "date" ? ({ dateStyle: "short" } as const) : ({ timeStyle: "short" } as const);
    const text = new Intl.DateTimeFormat(locale, { timeZone, ...style }).format(Date.now());
    editor.setRangeText(text, at, editor.selectionEnd ?? at, "end");
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** As many columns on as fit beside the pinned ones. */
  function pageColumn(from: number, side: -1 | 1): number {
    let room = viewport()?.clientWidth ?? 800;
    for (const column of api.getAllDisplayedColumns()) {
      if (column.getPinned() === "left") room -= column.getActualWidth();
    }
    const last = deps.fields().length - 1;
    let at = from;
    while (at + side >= 0 && at + side <= last) {
      room -= api.getColumn(deps.fields()[at]?.key ?? "")?.getActualWidth() ?? 0;
      if (room < 0 && at !== from) break;
      at += side;
    }
    return at;
  }

  function pinnedRows() {
    return [0, 1].flatMap((index) => api.getPinnedBottomRow(index) ?? []);
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
    const row = order.rowAt(spot.row);
    if (sheet.canEdit() && row >= 0) actions.toggle(row, field);
    return true;
  }

  function deleteRows(): void {
    if (!sheet.canEdit()) return;
    const places = Selection.coveredRows(cursor.ranges(), cursor.size());
    actions.remove(places.map((place) => order.rowAt(place)).filter((row) => row >= 0));
  }

  function newRow(): void {
    if (!sheet.canEdit()) return;
    made = undefined;
    const spot = cursor.focused();
    const line = spot === undefined ? undefined : order.groupOver(spot.row);
    if (line !== undefined) newIn(line);
    else edit({ row: 0, column: titleColumn() }, "bottom");
  }

  /** A record of the group, which has what the group's records have in common. */
  function newIn(line: GroupLine): void {
    if (!sheet.canEdit()) return;
    if (line.collapsed) deps.onGroup(line, true);
    const row = actions.addIn(groupValues(line, order.groups, sheet));
    const place = row === undefined ? -1 : order.placeOf(row);
    if (place >= 0) edit({ row: place, column: titleColumn() });
  }

  function titleColumn(): number {
    const title = sheet.sheet().title[0];
    return Math.max(
      0,
      deps.fields().findIndex((field) => field.key === title),
    );
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
    const marked = {
      ranges: cursor.ranges(),
      size: cursor.size(),
      copied,
      guests: deps.people(),
      order,
      fields: deps.fields(),
    };
    overlay.draw([...framesOf(marked), ...fillHandle.frames()]);
    markRows(host, marked);
  }

  function show(): void {
    must(model).show(order);
    fitNumbers();
    copied = undefined;
  }

  /** Other rows: from the top, with nothing selected. */
  function showAnew(): void {
    const focused = cursor.focused();
    const here = hasFocus();
    const before = new Set(api.getRenderedNodes());
    anchors.forget();
    // Before other rows are drawn: those at the top are drawn at once then, and no layout is asked for in between.
    const scrolled = viewport();
    if (scrolled !== null && scrolled.scrollTop !== 0) scrolled.scrollTop = 0;
    cursor.holding(() => {
      show();
      api.clearFocusedCell();
    });
    // Those that stay may look otherwise: what was searched for is marked in them, sums are others. The rest was drawn just now.
    const stayed = api.getRenderedNodes().filter((node) => before.has(node));
    api.refreshCells({ force: true, rowNodes: [...stayed, ...pinnedRows()] });
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
    rowsChanged: () => anchors.restore(show),
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
      const cells: HTMLElement[] = [];
      let again: HTMLElement | undefined;
      for (const place of onScreen(rows)) {
        const line = host.querySelectorAll<HTMLElement>(
          `.ag-grid-scrolling-container .ag-row[row-index="${place}"] .ag-cell`,
        );
        for (const cell of line) {
          if (!fields.includes(cell.getAttribute("col-id") ?? "")) continue;
          cell.style.setProperty("--flash", `var(--${color(order.rowAt(place))})`);
          if (cell.classList.contains("gf-flash")) again = cell;
          cell.classList.remove("gf-flash");
          cells.push(cell);
        }
      }
      // Reading the layout lets the same animation start again; once for all of them.
      void again?.offsetWidth;
      for (const cell of cells) cell.classList.add("gf-flash");
    },
    peopleChanged: queueDraw,
    rowHeightChanged() {
      tellRowHeight();
      api.setGridOption("rowHeight", deps.rowHeight());
      // Pinned rows keep the height they were made with.
      api.setGridOption("pinnedBottomRowData", bottomRows());
      queueDraw();
    },
    summariesChanged() {
      const nodes = onScreenGroups().map((place) => must(api.getDisplayedRowAtIndex(place)));
      api.refreshCells({ force: true, rowNodes: [...nodes, ...pinnedRows()] });
    },
    editing,
    onEditingDone: (listener) => void editingDone.push(listener),
    focus() {
      const spot = cursor.focused() ?? { row: Math.max(0, anchors.resume()), column: 0 };
      if (order.count === 0) cursor.goToGhost(0);
      else cursor.goTo(spot);
    },
    newRow,
    clipboard: transfer,
    showLastColumn: () => api.ensureColumnVisible(ADD_COLUMN),
    destroy() {
      stop.abort();
      stopPointer();
      touch.stop();
      fillHandle.stop();
      stopHint();
      overlay.destroy();
      api.destroy();
    },
  };

  function onScreenGroups(): number[] {
    if (order.groups.length === 0) return [];
    const places: number[] = [];
    const last = Math.min(api.getLastDisplayedRowIndex(), order.count - 1);
    for (let place = Math.max(0, api.getFirstDisplayedRowIndex()); place <= last; place++) {
      if (order.groupAt(place) !== undefined) places.push(place);
    }
    return places;
  }

  /** Places of the rows that are drawn now. */
  function onScreen(rows: readonly number[]): number[] {
    const first = api.getFirstDisplayedRowIndex();
    const last = api.getLastDisplayedRowIndex();
    if (rows.length > 2000) {
      const drawn = new Map<number, number>();
      for (let place = Math.max(0, first); place <= last; place++) {
        drawn.set(order.rowAt(place), place);
      }
      const places = new Set<number>();
      for (const row of rows) {
        const place = drawn.get(row);
        if (place !== undefined) places.add(place);
      }
      return [...places];
    }
    return rows.map((row) => order.placeOf(row)).filter((place) => place >= first && place <= last);
  }
}
