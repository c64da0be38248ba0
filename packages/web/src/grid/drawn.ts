import type { GridApi, IRowNode } from "ag-grid-community";
import { must } from "@gridfolk/core/assert";
import type { GridRow } from "./row-model.ts";
import type { RowOrder } from "./row-order.ts";

/** More rows than this are looked up among those that are drawn, not the other way round. */
const MANY = 2000;

export interface DrawnDeps {
  readonly host: HTMLElement;
  readonly api: () => GridApi<GridRow>;
  readonly order: RowOrder;
}

/** The rows that the grid has drawn just now. */
export interface Drawn {
  /** Those of these rows of the table. */
  nodesOf(rows: readonly number[]): IRowNode<GridRow>[];
  /** Header rows of groups. */
  groups(): IRowNode<GridRow>[];
  /** The row below the last one and the row of sums. */
  pinned(): IRowNode<GridRow>[];
  /** Lets edits fade in, each in the colour of who made it. */
  flash(rows: readonly number[], fields: readonly string[], color: (row: number) => string): void;
}

export function createDrawn({ host, api, order }: DrawnDeps): Drawn {
  const nodeAt = (place: number) => must(api().getDisplayedRowAtIndex(place));

  /** Their places. */
  function placesOf(rows: readonly number[]): number[] {
    const first = api().getFirstDisplayedRowIndex();
    const last = api().getLastDisplayedRowIndex();
    if (rows.length > MANY) {
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

  return {
    nodesOf: (rows) => placesOf(rows).map(nodeAt),
    groups() {
      if (order.groups.length === 0) return [];
      const places: number[] = [];
      const last = Math.min(api().getLastDisplayedRowIndex(), order.count - 1);
      for (let place = Math.max(0, api().getFirstDisplayedRowIndex()); place <= last; place++) {
        if (order.groupAt(place) !== undefined) places.push(place);
      }
      return places.map(nodeAt);
    },
    pinned: () => [0, 1].flatMap((index) => api().getPinnedBottomRow(index) ?? []),
    flash(rows, fields, color) {
      const cells: HTMLElement[] = [];
      let again: HTMLElement | undefined;
      for (const place of placesOf(rows)) {
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
  };
}
