import type { Field } from "@gridfolk/core/field/field";
import { runCommand } from "../app/commands.ts";
import { showToast } from "../ui/toast.tsx";
import type { Actions } from "./actions.ts";
import type { Cursor } from "./cursor.ts";
import type { KeyDeps } from "./keys.ts";
import * as Selection from "./selection.ts";
import { isWritable, type SheetContext } from "./sheet-context.ts";

export interface ShortcutDeps {
  readonly sheet: SheetContext;
  readonly cursor: Cursor;
  readonly actions: Actions;
  readonly fields: () => readonly Field[];
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onDeleteRows: () => void;
  readonly onInsertRow: () => void;
  /** Hides the columns, or shows those hidden among and beside them. */
  readonly onHide: (fields: readonly Field[], hide: boolean) => void;
  readonly onColumnSettings: (field: Field) => void;
}

/** What the combinations do that change something or lead elsewhere; those that move and select are in `keys.ts`. */
export function shortcutsOf(deps: ShortcutDeps): KeyDeps["shortcuts"] {
  const { sheet, cursor, actions, fields } = deps;
  const edits = (work: () => void) => () => {
    if (sheet.canEdit()) work();
  };

  /** The focused cell, where a person may type into it. */
  function target(): { place: number; row: number; field: Field } | undefined {
    const spot = cursor.focused();
    const field = spot && fields()[spot.column];
    const row = spot === undefined ? -1 : sheet.order.rowAt(spot.row);
    if (spot === undefined || field === undefined || row < 0 || !isWritable(field))
      return undefined;
    return { place: spot.row, row, field };
  }

  const fill = (direction: "down" | "right") =>
    edits(() => {
      const active = cursor.active();
      const area = active && Selection.bounds(active, cursor.size());
      if (area !== undefined)
        actions.fill(Selection.filledArea(area, direction), direction, fields());
    });
  const now = (part: "date" | "time") =>
    edits(() => {
      const at = target();
      if (at !== undefined) actions.setNow(at.row, at.field, part);
    });
  const above = edits(() => {
    const at = target();
    if (at === undefined) return;
    let place = at.place - 1;
    while (place >= 0 && sheet.order.rowAt(place) < 0) place--;
    if (place < 0) return;
    const cell = sheet.cell(sheet.order.rowAt(place), at.field);
    actions.write(at.row, at.field, { cell, first: [] });
  });
  const clear = edits(() => actions.clear(cursor.ranges(), cursor.size(), fields()));
  const selectedFields = () => {
    const columns = new Set<number>();
    for (const area of Selection.areasOf(cursor.ranges(), cursor.size())) {
      for (let column = area.left; column <= area.right; column++) columns.add(column);
    }
    return fields().filter((_, column) => columns.has(column));
  };
  const saved = () => {
    const { state, waiting } = sheet.workspace.status();
    showToast({
      key: "saved",
      text:
        state === "saved"
          ? "Everything is saved, as always"
          : `${waiting === 1 ? "1 change is" : `${waiting.toLocaleString()} changes are`} on the way`,
    });
  };
  const settings = () => {
    const spot = cursor.focused();
    const field = spot && fields()[spot.column];
    if (field !== undefined && sheet.canEdit()) deps.onColumnSettings(field);
  };

  return {
    "Ctrl+Z": deps.onUndo,
    "Ctrl+Shift+Z": deps.onRedo,
    "Ctrl+Y": deps.onRedo,
    F4: deps.onRedo,
    "Ctrl+D": fill("down"),
    "Ctrl+R": fill("right"),
    "Ctrl+;": now("date"),
    "Ctrl+:": now("time"),
    "Ctrl+'": above,
    'Ctrl+"': above,
    Delete: clear,
    Backspace: clear,
    "Ctrl+-": deps.onDeleteRows,
    "Ctrl++": deps.onInsertRow,
    "Ctrl+=": deps.onInsertRow,
    "Ctrl+0": () => deps.onHide(selectedFields(), true),
    "Ctrl+)": () => deps.onHide(selectedFields(), false),
    "Ctrl+1": settings,
    "Ctrl+S": saved,
    "Ctrl+G": () => runCommand("grid.go-to-row"),
    "Ctrl+H": () => runCommand("find-replace"),
    "Ctrl+PageDown": () => runCommand("next-sheet"),
    "Ctrl+PageUp": () => runCommand("previous-sheet"),
    "Ctrl+Shift+PageDown": () => runCommand("next-sheet"),
    "Ctrl+Shift+PageUp": () => runCommand("previous-sheet"),
    "Shift+F11": () => runCommand("new-sheet"),
    F1: () => runCommand("help"),
  };
}
