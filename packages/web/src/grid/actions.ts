import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { toastUndone } from "../app/undone.ts";
import { makePart } from "../ui/part.ts";
import { showProblem } from "../ui/problem.ts";
import { CHANGE, showToast, type ToastAction } from "../ui/toast.tsx";
import { words } from "./cell-content.ts";
import {
  count,
  createOperation,
  deleteOperation,
  onLive,
  recordsIn,
  setOperations,
  type Write,
} from "./change.ts";
import { copiedCell, type CopiedCell } from "./clipboard-html.ts";
import type { BlockActions } from "./block-actions.ts";
import type { Block } from "./clipboard.ts";
import type { Edited } from "./editor/editor.ts";
import { today } from "./editor/month.ts";
import type { Misfit } from "./paste.ts";
import * as Selection from "./selection.ts";
import { isWritable, type SheetContext } from "./sheet-context.ts";
import { counted } from "./tools/noun.ts";

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
  /** Carries the source on over the target beside it. The cells of both as one area, so that it can be selected. */
  fillSeries(
    source: Selection.Bounds,
    target: Selection.Bounds,
    fields: readonly Field[],
    other: boolean,
  ): Promise<Selection.Bounds | undefined>;
  /** One value into every selected cell, read anew where a column is of another type than `field`. */
  fillAll(selected: Selected, field: Field, edited: Edited): void;
  /** Today's date, or the time of now, as far as the column holds such. */
  setNow(row: number, field: Field, part: "date" | "time"): void;
  /** The rows of the areas, one under the other or side by side; heads of groups are no rows. */
  copy(areas: readonly Selection.Bounds[], fields: readonly Field[]): CopiedCell[][];
  /** The area that was written, so that it can be selected. */
  paste(
    block: Block,
    area: Selection.Bounds,
    fields: readonly Field[],
    cut?: Cut,
  ): Promise<Selection.Bounds | undefined>;
  /**
   * Begins to load what pasting and filling need. From then on they work at once, and without a connection too; before,
   * they wait for it.
   */
  prepare(): void;
  remove(rows: readonly number[]): void;
  duplicate(rows: readonly number[]): void;
}

export interface Selected {
  readonly ranges: readonly Selection.Range[];
  readonly size: Selection.Size;
  readonly fields: readonly Field[];
}

/** Cells that were cut: they move when they are pasted. */
export interface Cut {
  readonly sheet: string;
  readonly ids: readonly string[];
  readonly fields: readonly string[];
}

export interface ActionDeps {
  readonly sheet: SheetContext;
  readonly announce: (text: string) => void;
  readonly onSent: (operations: readonly Operation[], outcome: Promise<unknown>) => void;
  /** Shows the cells that do not fit, by selecting or filtering them. */
  readonly onLook: (cells: readonly Misfit[]) => void;
}

/** Bytes that nobody needs who only reads. */
const blocks = makePart(() => import("./block-actions.ts"));

export function createActions({ sheet, announce, onSent, onLook }: ActionDeps): Actions {
  const { workspace, order, sheetKey } = sheet;
  const id = (row: number) => sheet.table().ids[row] as string;
  const locale = () => workspace.locale();
  const noun = (number: number) => counted(number, sheet.sheet(), locale().locale);
  const cells = (number: number) => count(number, "cell", "cells", locale().locale);
  const before = (record: string, key: string) => {
    const row = sheet.table().rowById.get(record);
    return row === undefined ? undefined : Workbook.value(sheet.table(), row, key);
  };

  function commit(
    operations: readonly Operation[],
    label: string,
    again = true,
  ): string | undefined {
    if (operations.length === 0) return undefined;
    const sent = workspace.commit(operations, label, { source: "grid" });
    if (sent === undefined) return undefined;
    onSent(operations, sent.outcome);
    if (again && recordsIn(operations) > 1) {
      void sent.outcome.then(async (outcome) => {
        if (!outcome.ok) await withoutDeleted(operations, label);
      });
    }
    return sent.id;
  }

  /** Of a refused change to many records, some of which somebody deleted meanwhile: what concerns the others. */
  async function withoutDeleted(operations: readonly Operation[], label: string): Promise<void> {
    await workspace.refresh();
    const rest = onLive(operations, workspace.workbook);
    const gone = recordsIn(operations) - recordsIn(rest);
    if (gone === 0) return;
    const done = commit(rest, label, false);
    const rows = noun(gone);
    const text = done === undefined ? `Not done: ${label}` : label;
    showToast({
      text,
      detail: `${rows} left out: somebody deleted ${gone === 1 ? "it" : "them"} meanwhile.`,
      durationMs: 12_000,
      ...(done === undefined ? {} : { action: { label: "Undo", run: () => void undo(done) } }),
    });
    announce(`${text}. ${rows} left out.`);
  }

  async function undo(changeset: string): Promise<void> {
    try {
      const undone = await workspace.undoChangeset(changeset);
      if (undone !== undefined) toastUndone(workspace, undone);
    } catch (error) {
      showProblem(error);
    }
  }

  function undoToast(
    text: string,
    changeset: string | undefined,
    detail?: string,
    also: readonly ToastAction[] = [],
  ): void {
    if (changeset === undefined) return;
    showToast({
      text,
      detail,
      key: CHANGE,
      ...(also.length === 0 ? {} : { also }),
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

  function editText(row: number, field: Field): string {
    const cell = sheet.cell(row, field);
    if (cell === undefined) return "";
    if (isInvalid(cell)) return cell.invalid;
    return registry[field.type].edit(cell, field, locale(), sheet.names);
  }

  /** Undefined when they cannot be had, which is said. */
  async function blockActions(): Promise<BlockActions | undefined> {
    try {
      const { createBlockActions } = blocks.now() ?? (await blocks.load());
      return createBlockActions({ sheet, before, commit, undoToast, reader, announce, onLook });
    } catch (error) {
      showProblem(error);
      return undefined;
    }
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

    async fillSeries(...given) {
      return (await blockActions())?.fillSeries(...given);
    },

    fillAll({ ranges, size, fields }, field, { cell, first }) {
      const text =
        cell === undefined
          ? ""
          : isInvalid(cell)
            ? cell.invalid
            : registry[field.type].edit(cell, field, locale(), sheet.names);
      const values = new Map<string, Cell | undefined>([[field.key, cell]]);
      const writes: Write[] = [];
      Selection.eachCell(ranges, size, (place, column) => {
        const to = fields[column];
        const row = order.rowAt(place);
        if (to === undefined || row < 0 || !isWritable(to)) return;
        if (!values.has(to.key)) values.set(to.key, reader(to)(text));
        writes.push({ id: id(row), field: to.key, after: values.get(to.key) });
      });
      const label = `Filled ${cells(writes.length)}`;
      const operations = [...first, ...setOperations(sheetKey, writes, before)];
      undoToast(label, commit(operations, label));
    },

    setNow(row, field, part) {
      const { timeZone } = locale();
      const now = Date.now();
      const moment = `${new Date(now).toISOString().slice(0, 16)}:00Z`;
      const asText = () =>
        part === "date"
          ? registry.date.edit(today(timeZone, now), { ...field, type: "date" }, locale())
          : new Intl.DateTimeFormat(locale().locale, { timeZone, timeStyle: "short" }).format(now);
      const cell =
        field.type === "date"
          ? part === "date"
            ? today(timeZone, now)
            : undefined
          : field.type === "dateTime"
            ? moment
            : field.type === "text" || field.type === "longText"
              ? asText()
              : undefined;
      if (cell !== undefined) this.write(row, field, { cell, first: [] });
    },

    copy(areas, fields) {
      const [one] = areas;
      const sideBySide = areas.every(
        ({ top, bottom }) => top === one?.top && bottom === one.bottom,
      );
      const blocks = areas.map((area) => {
        const rows: CopiedCell[][] = [];
        for (let place = area.top; place <= area.bottom; place++) {
          const row = order.rowAt(place);
          if (row < 0) continue;
          const line = fields
            .slice(area.left, area.right + 1)
            .map((field) =>
              copiedCell(sheet.cell(row, field), field, editText(row, field), locale()),
            );
          rows.push(line);
        }
        return rows;
      });
      if (!sideBySide) return blocks.flat();
      return (blocks[0] ?? []).map((_, row) => blocks.flatMap((block) => block[row] ?? []));
    },

    async paste(...given) {
      return (await blockActions())?.paste(...given);
    },

    prepare: () => blocks.preload(),

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
