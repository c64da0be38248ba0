import type { GridApi } from "ag-grid-community";
import type { Field } from "@gridfolk/core/field/field";
import { ADD_COLUMN, NUMBER_COLUMN, numberWidth } from "./columns.ts";
import type { Layout } from "./layout.ts";
import type { GridRow } from "./row-model.ts";

export interface ColumnRowDeps {
  readonly api: () => GridApi<GridRow>;
  readonly fields: () => readonly Field[];
  readonly layout: () => Layout;
  /** Width of what is scrolled. */
  readonly room: () => number;
  /** Field keys in their new order, and those that now stay at the left. */
  readonly onOrder: (keys: readonly string[], pinned: readonly string[]) => void;
}

/** The columns as they stand beside each other on screen. */
export interface ColumnRow {
  /** The person may have moved one. */
  moved(): void;
  /** What the columns are set to is no move of a person. */
  setting(set: () => void): void;
  /** As many columns on as fit beside the pinned ones. */
  page(from: number, side: -1 | 1): number;
  /** Row numbers have room for as many rows, and are drawn again. */
  fitNumbers(rows: number): void;
}

export function createColumnRow(deps: ColumnRowDeps): ColumnRow {
  const { api } = deps;
  let isSetting = false;
  return {
    moved() {
      if (isSetting) return;
      const columns = api().getAllDisplayedColumns();
      const isField = (id: string) => id !== NUMBER_COLUMN && id !== ADD_COLUMN;
      const keys = columns.map((column) => column.getColId()).filter(isField);
      const pinned = columns
        .filter((column) => column.getPinned() === "left" && isField(column.getColId()))
        .map((column) => column.getColId());
      const before = deps.fields().map((field) => field.key);
      const now = deps.layout().pinned;
      const samePins = pinned.length === now.length && pinned.every((key) => now.includes(key));
      if (keys.join() !== before.join() || !samePins) deps.onOrder(keys, pinned);
    },
    setting(set) {
      isSetting = true;
      set();
      isSetting = false;
    },
    page(from, side) {
      let room = deps.room();
      for (const column of api().getAllDisplayedColumns()) {
        if (column.getPinned() === "left") room -= column.getActualWidth();
      }
      const last = deps.fields().length - 1;
      let at = from;
      while (at + side >= 0 && at + side <= last) {
        room -=
          api()
            .getColumn(deps.fields()[at]?.key ?? "")
            ?.getActualWidth() ?? 0;
        if (room < 0 && at !== from) break;
        at += side;
      }
      return at;
    },
    fitNumbers(rows) {
      const width = numberWidth(rows);
      if (api().getColumn(NUMBER_COLUMN)?.getActualWidth() !== width) {
        api().setColumnWidths([{ key: NUMBER_COLUMN, newWidth: width }]);
      }
      api().refreshCells({ columns: [NUMBER_COLUMN], force: true });
    },
  };
}
