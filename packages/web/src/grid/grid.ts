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
import { behaviour } from "./behaviour.ts";
import { GHOST } from "./cells.ts";
import { createColumnRow } from "./column-row.ts";
import { ADD_COLUMN, columnDefs } from "./columns.ts";
import { createCursor, targetOf, type Cursor } from "./cursor.ts";
import { createDrawn } from "./drawn.ts";
import { createEditRequest } from "./edit-request.ts";
import type { EditorDeps } from "./editor/editor.ts";
import { pressHeader } from "./header-keys.ts";
import type { HeaderDeps } from "./header.tsx";
import { makeFillHandle } from "./fill-handle.ts";
import { makeHint } from "./hint.ts";
import { makeKeys } from "./keys.ts";
import type { Layout } from "./layout.ts";
import { framesOf, markRows, type Guest } from "./marks.ts";
import { registerModules } from "./modules.ts";
import { createNewRecord } from "./new-record.ts";
import { createOpening } from "./opening.ts";
import { makeOverlay } from "./overlay.ts";
import { makePointer } from "./pointer.ts";
import { topOf, type GridRow, type GroupLine, type WorkbookRowModel } from "./row-model.ts";
import * as Selection from "./selection.ts";
import type { SheetContext } from "./sheet-context.ts";
import { shortcutsOf, type ShortcutDeps } from "./shortcuts.ts";
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
  const drawn = createDrawn({ host, api: () => api, order });
  const records = createNewRecord({
    api: () => api,
    cursor,
    sheet,
    actions,
    fields: deps.fields,
    onGroup: deps.onGroup,
  });
  const columns = createColumnRow({
    api: () => api,
    fields: deps.fields,
    layout: deps.layout,
    room: () => viewport()?.clientWidth ?? 800,
    onOrder: deps.onOrder,
  });
  const edits = createEditRequest({
    api: () => api,
    cursor,
    sheet,
    actions,
    fields: deps.fields,
    onNew(field, edited) {
      records.write(field, edited);
      api.refreshCells({ force: true, rowNodes: drawn.pinned() });
    },
  });
  const opening = createOpening({ sheet, fields: deps.fields, onOpenLink: deps.onOpenLink });

  const keys = makeKeys({
    api: () => api,
    cursor,
    filled,
    pageRows: () => Math.floor((viewport()?.clientHeight ?? 600) / deps.rowHeight()) - 1,
    pageColumn: columns.page,
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
    onFillSelection: edits.fillSelection,
    onNowInEditor: edits.insertNow,
    announce: deps.announce,
    shortcuts: shortcutsOf({
      sheet,
      cursor,
      actions,
      fields: deps.fields,
      onUndo: deps.onUndo,
      onRedo: deps.onRedo,
      onDeleteRows: deleteRows,
      onInsertRow: records.open,
      onHide: deps.onHide,
      onColumnSettings: deps.onColumnSettings,
    }),
    made: records.made,
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
      ...behaviour,
      context: { attach: (own: WorkbookRowModel) => (model = own) },
      columnDefs: defs(),
      pinnedBottomRowData: bottomRows(),
      rowHeight: deps.rowHeight(),
      // Of pinned rows only: those of the sheet have theirs from the row model.
      getRowHeight: () => Math.min(deps.rowHeight(), PLAIN_HEIGHT),
      onColumnResized: ({ finished, source, columns: resized }) => {
        queueDraw();
        if (!finished || !source.startsWith("ui") || resized === null) return;
        deps.onWidths(Object.fromEntries(resized.map((c) => [c.getColId(), c.getActualWidth()])));
      },
      onDragStopped: () => columns.moved(),
      onColumnMoved: ({ finished }) => {
        queueDraw();
        if (finished) columns.moved();
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
    onGhost: records.begin,
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
      else if (element.closest("[data-group-add]") !== null) records.openIn(line);
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
    if (type === "cellEditRequest") edits.write(event as CellEditRequestEvent<GridRow>);
    else if (type === "cellFocused") {
      const focusedGhost = api?.getFocusedCell()?.rowPinned === "bottom";
      if (!focusedGhost) records.forget();
      cursor.followFocus();
    } else if (type === "cellEditingStopped") {
      queueMicrotask(() => {
        if (!editing()) for (const listener of editingDone) listener();
      });
    } else if (type === "displayedColumnsChanged" || type === "virtualColumnsChanged") queueDraw();
  }

  function filled({ row, column }: Selection.Spot): boolean {
    const field = deps.fields()[column];
    const at = order.rowAt(row);
    return field !== undefined && at >= 0 && sheet.cell(at, field) !== undefined;
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
    columns.fitNumbers(order.count);
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
    api.refreshCells({ force: true, rowNodes: [...stayed, ...drawn.pinned()] });
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

  return {
    api,
    cursor,
    rowsChanged: () => anchors.restore(show),
    questionChanged: showAnew,
    columnsChanged() {
      columns.setting(() => api.setGridOption("columnDefs", defs()));
      api.refreshCells({ force: true });
      cursor.select(cursor.ranges().filter((range) => range.kind === "rows"));
      if (cursor.ranges().length === 0) cursor.followFocus();
    },
    cellsChanged(rows, fields) {
      const nodes = rows === "all" ? undefined : drawn.nodesOf(rows);
      if (nodes?.length === 0) return;
      api.refreshCells({
        force: true,
        ...(nodes === undefined ? {} : { rowNodes: nodes }),
        ...(fields === "all" ? {} : { columns: [...fields] }),
      });
    },
    flash: drawn.flash,
    peopleChanged: queueDraw,
    rowHeightChanged() {
      tellRowHeight();
      api.setGridOption("rowHeight", deps.rowHeight());
      // Pinned rows keep the height they were made with.
      api.setGridOption("pinnedBottomRowData", bottomRows());
      queueDraw();
    },
    summariesChanged() {
      api.refreshCells({ force: true, rowNodes: [...drawn.groups(), ...drawn.pinned()] });
    },
    editing,
    onEditingDone: (listener) => void editingDone.push(listener),
    focus() {
      const spot = cursor.focused() ?? { row: Math.max(0, anchors.resume()), column: 0 };
      if (order.count === 0) cursor.goToGhost(0);
      else cursor.goTo(spot);
    },
    newRow: records.open,
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
}
