import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { toastUndone } from "../app/sheet-actions.ts";
import { showProblem } from "../ui/problem.ts";
import { showToast } from "../ui/toast.tsx";
import { words } from "./cell-content.ts";
import { count, createOperation, deleteOperation, setOperations, type Write } from "./change.ts";
import { tile, type Block } from "./clipboard.ts";
import type { Edited } from "./editor/editor.ts";
import { today } from "./editor/month.ts";
import * as Selection from "./selection.ts";
import { isWritable, type SheetContext } from "./sheet-context.ts";

/** Everything that changes records from within the grid. Each is one change that Undo takes back as a whole. */
export interface Actions {
  write(row: number, field: Field, edited: Edited): void;
  /** Makes a record of what was typed below the last row. The row it got, or undefined when it was refused. */
  add(field: Field | undefined, edited: Edited | undefined): number | undefined;
  /** Makes a record with these cells. The row it got, or undefined when it was refused. */
  addIn(cells: ReadonlyMap<string, Cell>): number | undefined;
  toggle(row: number, field: Field): void;
  clear(ranges: readonly Selection.Range[], size: Selection.Size, fields: readonly Field[]): void;
  fill(area: Selection.Bounds, direction: "down" | "right", fields: readonly Field[]): void;
  setToday(row: number, field: Field): void;
  copy(area: Selection.Bounds, fields: readonly Field[]): Block;
  /** The area that was written, so that it can be selected. */
  paste(
    block: Block,
    area: Selection.Bounds,
    fields: readonly Field[],
  ): Selection.Bounds | undefined;
  remove(rows: readonly number[]): void;
  duplicate(rows: readonly number[]): void;
}

export interface ActionDeps {
  readonly sheet: SheetContext;
  readonly announce: (text: string) => void;
  readonly onSent: (operations: readonly Operation[], outcome: Promise<unknown>) => void;
}

/** More than this at once is not pasted: the import is for that. */
export const PASTE_LIMIT = 500_000;

export function createActions({ sheet, announce, onSent }: ActionDeps): Actions {
  const { workspace, order, sheetKey } = sheet;
  const id = (row: number) => sheet.table().ids[row] as string;
  const locale = () => workspace.locale();
  const noun = (number: number) => {
    const one = sheet.sheet().singular ?? "row";
    const many = sheet.sheet().singular === undefined ? "rows" : sheet.sheet().name.toLowerCase();
    return count(number, one, many, locale().locale);
  };
  const cells = (number: number) => count(number, "cell", "cells", locale().locale);
  const before = (record: string, key: string) => {
    const row = sheet.table().rowById.get(record);
    const field = sheet.sheet().fields.find((other) => other.key === key);
    return row === undefined || field === undefined ? undefined : sheet.cell(row, field);
  };

  function commit(operations: readonly Operation[], label: string): string | undefined {
    if (operations.length === 0) return undefined;
    const sent = workspace.commit(operations, label, { source: "grid" });
    if (sent !== undefined) onSent(operations, sent.outcome);
    return sent?.id;
  }

  async function undo(changeset: string): Promise<void> {
    try {
      const undone = await workspace.undoChangeset(changeset);
      if (undone !== undefined) toastUndone(undone);
    } catch (error) {
      showProblem(error);
    }
  }

  function undoToast(text: string, changeset: string | undefined, detail?: string): void {
    if (changeset === undefined) return;
    showToast({
      text,
      detail,
      action: { label: "Undo", run: () => void undo(changeset) },
    });
    announce(text);
  }

  /** What a text becomes in a column; the same text is read once. */
  function reader(field: Field): (text: string) => Cell | undefined {
    const parse = registry[field.type].parser(field, locale(), { names: sheet.names });
    const read = new Map<string, Cell | undefined>();
    return (text) => {
      if (!read.has(text)) read.set(text, parse(text));
      return read.get(text);
    };
  }

  /** Places of that many lines from a place on, header rows passed over; beyond the last there is no end. */
  function recordPlaces(from: number, length: number): number[] {
    const places: number[] = [];
    for (let place = from; places.length < length; place++) {
      if (order.groupAt(place) === undefined) places.push(place);
    }
    return places;
  }

  function editText(row: number, field: Field): string {
    const cell = sheet.cell(row, field);
    if (cell === undefined) return "";
    if (isInvalid(cell)) return cell.invalid;
    return registry[field.type].edit(cell, field, locale(), sheet.names);
  }

  return {
    write(row, field, { cell, first }) {
      const write = { id: id(row), field: field.key, after: cell };
      const operations = [...first, ...setOperations(sheetKey, [write], before)];
      if (commit(operations, `Changed ${field.name}`) === undefined) return;
      const text = words(field, cell, sheet.look());
      announce(
        isInvalid(cell)
          ? `${field.name}: ${cell.invalid}. ${registry[field.type].why(cell.invalid, field, locale())}`
          : `${field.name}: ${text === "" ? "cleared" : text}`,
      );
    },

    add(field, edited) {
      const record = new Map<string, Cell>();
      if (field !== undefined && edited?.cell !== undefined) record.set(field.key, edited.cell);
      const ids = workspace.newRecordIds(1);
      const operations = [...(edited?.first ?? []), createOperation(sheetKey, ids, [record])];
      if (commit(operations, `Added a ${sheet.sheet().singular ?? "row"}`) === undefined)
        return undefined;
      announce(`Added a ${sheet.sheet().singular ?? "row"}`);
      return sheet.table().rowById.get(ids[0] as string);
    },

    addIn(cells) {
      const ids = workspace.newRecordIds(1);
      const text = `Added a ${sheet.sheet().singular ?? "row"}`;
      if (commit([createOperation(sheetKey, ids, [cells])], text) === undefined) return undefined;
      announce(text);
      return sheet.table().rowById.get(ids[0] as string);
    },

    toggle(row, field) {
      const after = sheet.cell(row, field) !== true;
      const operations = setOperations(
        sheetKey,
        [{ id: id(row), field: field.key, after }],
        before,
      );
      if (commit(operations, `Changed ${field.name}`) !== undefined) {
        announce(`${field.name}: ${after ? "yes" : "no"}`);
      }
    },

    clear(ranges, size, fields) {
      const writes: Write[] = [];
      Selection.eachCell(ranges, size, (place, column) => {
        const field = fields[column];
        const row = order.rowAt(place);
        if (field === undefined || row < 0 || !isWritable(field)) return;
        if (sheet.cell(row, field) !== undefined) {
          writes.push({ id: id(row), field: field.key, after: undefined });
        }
      });
      const text = `Cleared ${cells(writes.length)}`;
      const done = commit(setOperations(sheetKey, writes, before), text);
      if (writes.length > 1) undoToast(text, done);
      else if (done !== undefined) announce(text);
    },

    fill(area, direction, fields) {
      const writes: Write[] = [];
      // A header row is nothing to fill from.
      let first = area.top;
      while (first < area.bottom && order.rowAt(first) < 0) first++;
      for (let place = area.top; place <= area.bottom; place++) {
        for (let column = area.left; column <= area.right; column++) {
          const field = fields[column];
          const from = direction === "down" ? field : fields[area.left];
          const source = order.rowAt(direction === "down" ? first : place);
          const row = order.rowAt(place);
          if (field === undefined || from === undefined || row < 0 || !isWritable(field)) continue;
          if (direction === "down" ? place === first : column === area.left) continue;
          const after =
            from === field ? sheet.cell(source, from) : reader(field)(editText(source, from));
          writes.push({ id: id(row), field: field.key, after });
        }
      }
      const text = `Filled ${cells(writes.length)}`;
      undoToast(text, commit(setOperations(sheetKey, writes, before), text));
    },

    setToday(row, field) {
      const { timeZone } = locale();
      const now = Date.now();
      const cell =
        field.type === "date"
          ? today(timeZone, now)
          : field.type === "dateTime"
            ? `${new Date(now).toISOString().slice(0, 16)}:00Z`
            : undefined;
      if (cell !== undefined) this.write(row, field, { cell, first: [] });
    },

    copy(area, fields) {
      const block: string[][] = [];
      for (let place = area.top; place <= area.bottom; place++) {
        const row = order.rowAt(place);
        if (order.groupAt(place) !== undefined) continue;
        const line: string[] = [];
        for (let column = area.left; column <= area.right; column++) {
          const field = fields[column];
          line.push(field === undefined || row < 0 ? "" : editText(row, field));
        }
        block.push(line);
      }
      return block;
    },

    paste(block, area, fields) {
      const placed = tile(block, {
        rows: area.bottom - area.top + 1,
        columns: area.right - area.left + 1,
      });
      const width = Math.max(0, ...placed.map((line) => line.length));
      if (placed.length * width > PASTE_LIMIT) {
        showToast({
          problem: true,
          text: `${(placed.length * width).toLocaleString(locale().locale)} cells are too many to paste`,
          detail: `Up to ${PASTE_LIMIT.toLocaleString(locale().locale)} cells can be pasted. Import the file instead.`,
        });
        return undefined;
      }
      const columns = fields.slice(area.left, area.left + width);
      const readers = columns.map(reader);
      const places = recordPlaces(area.top, placed.length);
      const writes: Write[] = [];
      const created: Map<string, Cell>[] = [];
      let misfits = 0;
      let readOnly = 0;
      let pasted = 0;
      placed.forEach((line, index) => {
        const row = order.rowAt(places[index] as number);
        const record = new Map<string, Cell>();
        columns.forEach((field, column) => {
          const text = line[column];
          if (text === undefined) return;
          if (!isWritable(field)) {
            readOnly++;
            return;
          }
          const after = readers[column]?.(text);
          if (isInvalid(after)) misfits++;
          pasted++;
          if (row >= 0) writes.push({ id: id(row), field: field.key, after });
          else if (after !== undefined) record.set(field.key, after);
        });
        if (row < 0) created.push(record);
      });
      const operations: Operation[] = setOperations(sheetKey, writes, before);
      if (created.length > 0) {
        operations.push(createOperation(sheetKey, workspace.newRecordIds(created.length), created));
      }
      const added = created.length === 0 ? "" : `, added ${noun(created.length)}`;
      const text = `Pasted ${cells(pasted)}${added}`;
      const done = commit(operations, text);
      if (done === undefined) return undefined;
      const look: string[] = [];
      if (misfits > 0)
        look.push(
          `${cells(misfits)} ${misfits === 1 ? "needs" : "need"} a look: the text does not fit the column and is marked.`,
        );
      if (readOnly > 0) look.push(`${cells(readOnly)} left alone: the column fills itself.`);
      const lost = placed.reduce((most, line) => Math.max(most, line.length), 0) - columns.length;
      if (lost > 0) look.push(`${count(lost, "column")} beyond the last one left out.`);
      if (pasted > 1 || look.length > 0) undoToast(text, done, look.join(" ") || undefined);
      else announce(text);
      return {
        top: area.top,
        left: area.left,
        bottom: places.at(-1) ?? area.top,
        right: area.left + columns.length - 1,
      };
    },

    remove(rows) {
      if (rows.length === 0) return;
      const text = `Deleted ${noun(rows.length)}`;
      undoToast(text, commit([deleteOperation(sheetKey, rows.map(id))], text));
    },

    duplicate(rows) {
      const fields = sheet.sheet().fields.filter((field) => !field.deleted && isWritable(field));
      const records = rows.map((row) => {
        const record = new Map<string, Cell>();
        for (const field of fields) {
          const cell = sheet.cell(row, field);
          // A copy would break the rule at once: the person fills these in.
          if (cell !== undefined && !field.unique) record.set(field.key, cell);
        }
        return record;
      });
      const text = `Duplicated ${noun(records.length)}`;
      const ids = workspace.newRecordIds(records.length);
      undoToast(text, commit([createOperation(sheetKey, ids, records)], text));
    },
  };
}
