import type { CellEditRequestEvent, GridApi } from "ag-grid-community";
import type { Field } from "@gridfolk/core/field/field";
import type { Actions } from "./actions.ts";
import type { Cursor } from "./cursor.ts";
import { EditedValue } from "./editor/value-editor.tsx";
import type { Editor } from "./keys.ts";
import type { GridRow } from "./row-model.ts";
import * as Selection from "./selection.ts";
import type { SheetContext } from "./sheet-context.ts";

export interface EditRequestDeps {
  readonly api: () => GridApi<GridRow>;
  readonly cursor: Cursor;
  readonly sheet: SheetContext;
  readonly actions: Actions;
  readonly fields: () => readonly Field[];
  /** What was typed into the row below the last one. */
  readonly onNew: (field: Field, edited: EditedValue) => void;
}

/** What becomes of the value that an editor is left with. */
export interface EditRequest {
  /** The grid asks for it to be written. */
  write(event: CellEditRequestEvent<GridRow>): void;
  /** Leaves the open editor and writes its value into every selected cell. */
  fillSelection(): void;
  /** Today's date or the time, typed for the person. */
  insertNow(part: "date" | "time", editor: Editor): void;
}

export function createEditRequest(deps: EditRequestDeps): EditRequest {
  const { cursor, sheet, actions } = deps;
  /** The editor that is being left writes into every selected cell. */
  let fillingAll = false;
  const selected = () => ({ ranges: cursor.ranges(), size: cursor.size(), fields: deps.fields() });

  return {
    write(event) {
      const edited: unknown = event.newValue;
      if (!(edited instanceof EditedValue)) return;
      const field = deps.fields().find((other) => other.key === event.column.getColId());
      if (field === undefined) return;
      if (event.rowPinned === "bottom") return deps.onNew(field, edited);
      if (event.data === undefined) return;
      if (fillingAll) {
        fillingAll = false;
        actions.fillAll(selected(), field, edited);
      } else actions.write(event.data.row, field, edited);
    },
    fillSelection() {
      const spot = cursor.focused();
      const field = spot && deps.fields()[spot.column];
      const areas = Selection.areasOf(cursor.ranges(), cursor.size());
      fillingAll = areas.length > 1 || (areas[0] !== undefined && !Selection.isSingle(areas[0]));
      deps.api().stopEditing();
      if (spot === undefined || field === undefined) return;
      // Left as it was: what the cell holds goes into the others.
      if (fillingAll) {
        const cell = sheet.cell(sheet.order.rowAt(spot.row), field);
        actions.fillAll(selected(), field, { cell, first: [] });
      }
      fillingAll = false;
      cursor.focusWithin(spot);
    },
    insertNow(part, editor) {
      const { timeZone, locale } = sheet.workspace.locale();
      const at = editor.selectionStart ?? editor.value.length;
      const style =
        part === "date" ? ({ dateStyle: "short" } as const) : ({ timeStyle: "short" } as const);
      const text = new Intl.DateTimeFormat(locale, { timeZone, ...style }).format(Date.now());
      editor.setRangeText(text, at, editor.selectionEnd ?? at, "end");
      editor.dispatchEvent(new Event("input", { bubbles: true }));
    },
  };
}
