import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Change } from "../data/workspace.ts";
import { personColor } from "../data/person.ts";
import type { SheetGrid } from "./grid.ts";
import type { SheetContext } from "./sheet-context.ts";

/** More edited rows than this are not looked at one by one: the order is taken to be out of date. */
const FEW = 200;
/** More rows than this are not put in their places, or shown to be new, one by one. */
const MANY = 2000;

export interface FollowDeps {
  readonly sheet: SheetContext;
  readonly grid: () => SheetGrid | undefined;
  /** Visible fields. */
  readonly fields: () => readonly Field[];
  /** Keys of the fields that rows are sorted or chosen by. */
  readonly asked: () => readonly string[];
  /** Puts the question again: chooses and sorts all rows. */
  readonly ask: () => void;
  /** The sheet itself changed: its name, its fields. */
  readonly onSchema: () => void;
  /** The number of rows may have changed. */
  readonly onCount: () => void;
  /** Some row no longer stands where it should. */
  readonly onMisplaced: () => void;
  readonly onSettled: () => void;
  /** Cells changed: what is told of columns and groups is out of date. True: other cells of the row may look otherwise, too. */
  readonly onCells: (fields: ReadonlySet<string> | "all") => boolean;
}

/** Carries changes of the workbook into the order of the rows and onto the screen. */
export interface Follow {
  change(change: Change): void;
  /** The open editor has been left: what waited for that comes now. */
  settle(): void;
}

export function createFollow(deps: FollowDeps): Follow {
  const { sheet } = deps;
  const { order } = sheet;
  /** Rows that came or went while an editor was open: nothing moves under anybody's hands. */
  let queued: Change[] = [];

  function change(changed: Change): void {
    const grid = deps.grid();
    sheet.forgetNames();
    if (changed.kind === "all") {
      deps.onSchema();
      deps.ask();
      grid?.columnsChanged();
      grid?.questionChanged();
      return;
    }
    refreshLinks(changed.touched);
    const touched = changed.touched.get(sheet.sheetKey);
    if (touched === undefined) return;
    const { created, restored, deleted, changed: edited } = touched;
    const moves = created.length + restored.length + deleted.length;
    if (moves > 0 && changed.origin !== "local" && grid?.editing() === true) {
      queued.push(changed);
      return;
    }
    if (touched.schema) deps.onSchema();
    if (moveRows(touched, changed.origin === "local")) grid?.rowsChanged();
    deps.onCount();
    const fields = deps.onCells(moves > 0 ? "all" : touched.fields) ? "all" : [...touched.fields];
    grid?.cellsChanged(edited, fields);
    if (isMisplaced(edited, touched.fields)) deps.onMisplaced();
    if (changed.origin === "remote" && edited.length + created.length < MANY) {
      const { updated, stamps } = sheet.table();
      grid?.flash([...edited, ...created], [...touched.fields], (row) =>
        personColor(stamps.get(updated[row] ?? 0)?.actor ?? ""),
      );
    }
    deps.onSettled();
  }

  /** Whether any row stands elsewhere than before. */
  function moveRows(touched: Workbook.TouchedSheet, isOwn: boolean): boolean {
    const { created, restored, deleted } = touched;
    let moved = order.settle();
    if (created.length + restored.length + deleted.length > MANY) {
      deps.ask();
      return true;
    }
    if (deleted.length > 0) moved = order.remove(new Set(deleted)) || moved;
    if (isOwn && created.length > 0) {
      order.append(created);
      moved = true;
    }
    const more = [...created, ...restored].filter((row) => Workbook.isLive(sheet.table(), row));
    if (more.length > 0) moved = order.insert(more) || moved;
    return moved;
  }

  /** Whether an edit touched what rows are sorted or chosen by, and some row no longer stands where it should. */
  function isMisplaced(rows: readonly number[], touched: ReadonlySet<string>): boolean {
    if (rows.length === 0 || !deps.asked().some((field) => touched.has(field))) return false;
    return rows.length > FEW || rows.some((row) => order.misplaced(row));
  }

  /** Links and people are shown by name: when a name changes, so do the cells that show it. */
  function refreshLinks(touched: Workbook.Touched): void {
    const affected = deps.fields().filter((field) => {
      const other = field.link && touched.get(field.link.sheet);
      return (
        other !== undefined &&
        other.changed.length + other.deleted.length + other.restored.length > 0
      );
    });
    if (affected.length === 0) return;
    deps.grid()?.cellsChanged(
      "all",
      affected.map((field) => field.key),
    );
  }

  return {
    change,
    settle() {
      const changes = queued;
      queued = [];
      for (const each of changes) change(each);
    },
  };
}
