import type { CellPosition, GridApi } from "ag-grid-community";
import type { Field } from "@gridfolk/core/field/field";
import { ADD_COLUMN, NUMBER_COLUMN } from "./columns.ts";
import type { GridRow } from "./row-model.ts";
import type { RowOrder } from "./row-order.ts";
import * as Selection from "./selection.ts";
import { FOOTER } from "./view/lines.ts";

/**
 * Where this person is in the grid and what is selected. The focused cell is the grid's own; ranges are kept here, the
 * last one is the active one and begins at the focused cell.
 */
export interface Cursor {
  readonly ranges: () => readonly Selection.Range[];
  readonly active: () => Selection.Range | undefined;
  readonly size: () => Selection.Size;
  readonly fields: () => readonly Field[];
  /** The focused cell of a record; undefined in the header, in the row below the last and outside the grid. */
  readonly focused: () => Selection.Spot | undefined;
  readonly fieldAt: (column: number) => Field | undefined;
  /** Selects one cell and puts the focus there. */
  goTo(spot: Selection.Spot): void;
  /** Moves the focus within what is selected, which stays so. */
  focusWithin(spot: Selection.Spot): void;
  /** Focus to the row below the last one. */
  goToGhost(column: number): void;
  select(ranges: readonly Selection.Range[]): void;
  /** Moves the end of the active range, and brings it into view unless it is known to be there. */
  extendTo(spot: Selection.Spot, inView?: boolean): void;
  reveal(spot: Selection.Spot): void;
  /** The grid moved its focus by itself: the selection follows. */
  followFocus(): void;
  /** Runs what moves the grid's focus without the selection following. */
  holding(action: () => void): void;
}

export interface CursorDeps {
  readonly api: () => GridApi<GridRow>;
  readonly order: RowOrder;
  readonly fields: () => readonly Field[];
  readonly onChange: () => void;
}

export function createCursor(deps: CursorDeps): Cursor {
  let ranges: readonly Selection.Range[] = [];
  let held = 0;
  /** Where the focus was when it was last moved. */
  let last: Selection.Spot | undefined;

  const size = () => ({ rows: deps.order.count, columns: deps.fields().length });
  const fieldAt = (column: number) => deps.fields()[column];
  const columnOf = (key: string) => deps.fields().findIndex((field) => field.key === key);

  function focused(): Selection.Spot | undefined {
    // None at all before anything was focused.
    const cell = deps.api().getFocusedCell() as CellPosition | null | undefined;
    if (cell === null || cell === undefined || cell.rowPinned) return undefined;
    const column = columnOf(cell.column.getColId());
    if (column < 0 || cell.rowIndex >= deps.order.count) return undefined;
    return { row: cell.rowIndex, column };
  }

  function isWithin(spot: Selection.Spot): boolean {
    return Selection.areasOf(ranges, size()).some((area) => Selection.contains(area, spot));
  }

  function holding(action: () => void): void {
    held++;
    try {
      action();
    } finally {
      held--;
    }
  }

  function select(next: readonly Selection.Range[]): void {
    ranges = next;
    deps.onChange();
  }

  function reveal(spot: Selection.Spot): void {
    const field = fieldAt(spot.column);
    if (field === undefined || spot.row < 0 || spot.row >= deps.order.count) return;
    deps.api().ensureIndexVisible(spot.row);
    showColumn(field.key);
  }

  /** Of a pinned column, which is always in view, those that follow it. */
  function showColumn(key: string): void {
    const pinned = (wanted: string) => deps.api().getColumn(wanted)?.getPinned() === "left";
    const shown = pinned(key) ? deps.fields().find((field) => !pinned(field.key))?.key : key;
    if (shown !== undefined) deps.api().ensureColumnVisible(shown);
  }

  function goTo(to: Selection.Spot): void {
    const spot = Selection.clamp(to, size());
    const field = fieldAt(spot.column);
    if (field === undefined || spot.row < 0) return;
    holding(() => {
      reveal(spot);
      deps.api().setFocusedCell(spot.row, field.key);
    });
    last = spot;
    select([Selection.cellRange(spot)]);
  }

  function focusWithin(spot: Selection.Spot): void {
    const field = fieldAt(spot.column);
    if (field === undefined) return;
    holding(() => {
      reveal(spot);
      deps.api().setFocusedCell(spot.row, field.key);
    });
    last = spot;
    deps.onChange();
  }

  return {
    ranges: () => ranges,
    active: () => ranges.at(-1),
    size,
    fields: deps.fields,
    focused,
    fieldAt,
    goTo,
    focusWithin,
    goToGhost(column) {
      const field = fieldAt(column) ?? fieldAt(0);
      if (field === undefined) return;
      holding(() => {
        showColumn(field.key);
        deps.api().setFocusedCell(0, field.key, "bottom");
      });
      select([]);
    },
    select,
    extendTo(to, inView = false) {
      const spot = Selection.clamp(to, size());
      const active = ranges.at(-1);
      const anchor = active?.anchor ?? focused() ?? spot;
      const next = { ...(active ?? Selection.cellRange(anchor)), anchor, head: spot };
      ranges = [...ranges.slice(0, -1), next];
      if (inView) {
        deps.onChange();
        return;
      }
      if (next.kind === "columns") showColumn(fieldAt(spot.column)?.key ?? "");
      else if (next.kind === "rows") deps.api().ensureIndexVisible(spot.row);
      else reveal(spot);
      deps.onChange();
    },
    reveal,
    followFocus() {
      if (held > 0) return;
      const spot = focused();
      // Opening an editor focuses the cell anew: what is selected around it stays so.
      const stays = spot !== undefined && last !== undefined && Selection.same(spot, last);
      last = spot;
      if (stays && isWithin(spot)) return;
      select(spot === undefined ? [] : [Selection.cellRange(spot)]);
    },
    holding,
  };
}

/** What a pointer is over. */
export interface Target {
  readonly area: "cell" | "number" | "ghost" | "none";
  readonly spot: Selection.Spot;
  readonly element: HTMLElement | undefined;
}

const nowhere: Target = { area: "none", spot: { row: -1, column: -1 }, element: undefined };

export function targetOf(element: Element | null, fields: readonly Field[]): Target {
  const cell = element?.closest<HTMLElement>(".ag-cell");
  const row = cell?.closest<HTMLElement>(".ag-row");
  if (cell === null || cell === undefined || row === null || row === undefined) return nowhere;
  const key = cell.getAttribute("col-id");
  if (key === ADD_COLUMN || row.getAttribute("row-id") === FOOTER) return nowhere;
  const index = row.getAttribute("row-index") ?? "";
  const column = fields.findIndex((field) => field.key === key);
  if (index.startsWith("b-")) return { area: "ghost", spot: { row: -1, column }, element: cell };
  const spot = { row: Number(index), column: Math.max(0, column) };
  return { area: key === NUMBER_COLUMN ? "number" : "cell", spot, element: cell };
}
