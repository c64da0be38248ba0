import type { GridApi } from "ag-grid-community";
import type { Field } from "@gridfolk/core/field/field";
import type { Actions } from "./actions.ts";
import type { Cursor } from "./cursor.ts";
import type { EditedValue } from "./editor/value-editor.tsx";
import type { GridRow, GroupLine } from "./row-model.ts";
import * as Selection from "./selection.ts";
import type { SheetContext } from "./sheet-context.ts";
import { groupValues } from "./view/group-values.ts";

export interface NewRecordDeps {
  readonly api: () => GridApi<GridRow>;
  readonly cursor: Cursor;
  readonly sheet: SheetContext;
  readonly actions: Actions;
  /** Visible fields in the order of the screen. */
  readonly fields: () => readonly Field[];
  /** Opens a group. */
  readonly onGroup: (line: GroupLine, isOpen: boolean) => void;
}

/** Records that begin in the row below the last one, or in a group. */
export interface NewRecord {
  /** Place of the record that was made since the focus went to the row below the last one. */
  readonly made: () => number | undefined;
  /** The focus is elsewhere: what is typed next below the last row is another record. */
  forget(): void;
  /** What was typed below the last row becomes a record. */
  write(field: Field, edited: EditedValue): void;
  /** Opens an editor below the last row. */
  begin(column: number): void;
  /** Opens an editor for a record of the group where the person is, else below the last row. */
  open(): void;
  /** A record of the group, which has what the group's records have in common. */
  openIn(line: GroupLine): void;
}

export function createNewRecord(deps: NewRecordDeps): NewRecord {
  const { cursor, sheet, actions } = deps;
  const { order } = sheet;
  let made: number | undefined;

  function edit(spot: Selection.Spot, pinned?: "bottom"): void {
    const field = deps.fields()[spot.column];
    if (field === undefined || !sheet.canEdit()) return;
    const api = deps.api();
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

  function titleColumn(): number {
    const title = sheet.sheet().title[0];
    const at = deps.fields().findIndex((field) => field.key === title);
    return Math.max(0, at);
  }

  function begin(column: number): void {
    made = undefined;
    edit({ row: 0, column }, "bottom");
  }

  function openIn(line: GroupLine): void {
    if (!sheet.canEdit()) return;
    if (line.collapsed) deps.onGroup(line, true);
    const row = actions.addIn(groupValues(line, order.groups, sheet));
    const place = row === undefined ? -1 : order.placeOf(row);
    if (place >= 0) edit({ row: place, column: titleColumn() });
  }

  return {
    made: () => made,
    forget: () => (made = undefined),
    write(field, edited) {
      // Nothing typed makes no record.
      if (edited.cell === undefined) return;
      const row = actions.add(field, edited);
      const place = row === undefined ? -1 : order.placeOf(row);
      made = place < 0 ? undefined : place;
      if (made !== undefined) deps.api().ensureIndexVisible(made, "bottom");
    },
    begin,
    open() {
      if (!sheet.canEdit()) return;
      made = undefined;
      const spot = cursor.focused();
      const line = spot === undefined ? undefined : order.groupOver(spot.row);
      if (line !== undefined) openIn(line);
      else begin(titleColumn());
    },
    openIn,
  };
}
