import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { showToast, type ToastAction } from "../ui/toast.tsx";
import type { Cut } from "./actions.ts";
import { count, setOperations, type Write } from "./change.ts";
import { tile, type Block, type BlockCell } from "./clipboard.ts";
import { exactCell } from "./exact.ts";
import { landing, PASTE_LIMIT } from "./landing.ts";
import { createAndLink, unknownNames, type Unknown } from "./link-names.ts";
import * as Paste from "./paste.ts";
import type * as Selection from "./selection.ts";
import { fillSeries } from "./series-fill.ts";
import { isWritable, type SheetContext } from "./sheet-context.ts";
import { counted } from "./tools/noun.ts";

export interface BlockDeps {
  readonly sheet: SheetContext;
  readonly before: (record: string, field: string) => Cell | undefined;
  readonly commit: (operations: readonly Operation[], label: string) => string | undefined;
  readonly undoToast: (
    text: string,
    changeset: string | undefined,
    detail?: string,
    also?: readonly ToastAction[],
  ) => void;
  /** What a text becomes in a column. */
  readonly reader: (field: Field) => (text: string) => Cell | undefined;
  readonly announce: (text: string) => void;
  readonly onLook: (cells: readonly Paste.Misfit[]) => void;
}

/** What writes blocks of cells; loaded when somebody begins to work in the grid. */
export interface BlockActions {
  paste(
    block: Block,
    area: Selection.Bounds,
    fields: readonly Field[],
    cut?: Cut,
  ): Selection.Bounds | undefined;
  fillSeries(
    source: Selection.Bounds,
    target: Selection.Bounds,
    fields: readonly Field[],
    other: boolean,
  ): Selection.Bounds | undefined;
}

export function createBlockActions(deps: BlockDeps): BlockActions {
  const { sheet, before, commit, undoToast } = deps;
  const { workspace, order, sheetKey } = sheet;
  const id = (row: number) => sheet.table().ids[row] as string;
  const locale = () => workspace.locale();
  const cells = (number: number) => count(number, "cell", "cells", locale().locale);

  /** Told values are exact; texts are read. */
  function readerOf(field: Field): (cell: BlockCell) => Cell | undefined {
    const read = deps.reader(field);
    return (cell) =>
      typeof cell === "string" ? read(cell) : exactCell(cell, field, locale(), read);
  }

  /** Records that names ask for, and the cells that name them. */
  function make(unknown: Unknown): void {
    const table = workspace.workbook.sheets.get(unknown.sheet);
    if (table === undefined) return;
    const text = `Created ${counted(unknown.names.length, table.sheet, locale().locale)}`;
    undoToast(text, commit(createAndLink(unknown, sheet), text));
  }

  function tooMany(number: number, verb: "paste" | "fill"): void {
    const most = PASTE_LIMIT.toLocaleString(locale().locale);
    showToast({
      problem: true,
      text: `${number.toLocaleString(locale().locale)} cells are too many to ${verb}`,
      detail:
        verb === "paste"
          ? `Up to ${most} cells can be pasted. Import the file instead.`
          : `Up to ${most} cells can be filled at once.`,
    });
  }

  /** Takes what was cut out of where it was, as far as it is still there. */
  function cleared({ sheet: key, ids, fields }: Cut): {
    operations: Operation[];
    cells: Set<string>;
  } {
    const table = workspace.workbook.sheets.get(key);
    const writes: Write[] = [];
    const emptied = new Set<string>();
    for (const record of table === undefined ? [] : ids) {
      const row = table?.rowById.get(record);
      if (row === undefined || table?.deleted[row] !== 0) continue;
      for (const field of fields) {
        writes.push({ id: record, field, after: undefined });
        if (key === sheetKey) emptied.add(`${record} ${field}`);
      }
    }
    const held = (record: string, field: string) => {
      const row = table?.rowById.get(record);
      return table === undefined || row === undefined
        ? undefined
        : Workbook.value(table, row, field);
    };
    return { operations: setOperations(key, writes, held), cells: emptied };
  }

  return {
    paste(block, area, fields, cut) {
      const rowAt = (place: number) => order.rowAt(place);
      const { rows, columns } = landing(block, area, fields.length, rowAt);
      if (rows * columns > PASTE_LIMIT) {
        tooMany(rows * columns, "paste");
        return undefined;
      }
      const moved = cut === undefined ? undefined : cleared(cut);
      const placed = tile(block, { rows, columns });
      const pasted = Paste.plan(placed, area, fields, {
        sheet: sheetKey,
        places: order.count,
        rowAt,
        idOf: id,
        newIds: (number) => workspace.newRecordIds(number),
        before: (record, key) =>
          // What is cut is gone before the rest is pasted over it.
          moved?.cells.has(`${record} ${key}`) ? undefined : before(record, key),
        isWritable,
        read: readerOf,
      });
      const added =
        pasted.added === 0
          ? ""
          : `, added ${counted(pasted.added, sheet.sheet(), locale().locale)}`;
      const text = `${cut === undefined ? "Pasted" : "Moved"} ${cells(pasted.cells)}${added}`;
      const done = commit([...(moved?.operations ?? []), ...pasted.operations], text);
      if (done === undefined) return undefined;
      const detail = Paste.remark(pasted, locale().locale);
      const also: ToastAction[] = [];
      const unknown = unknownNames(pasted.look, sheet);
      if (unknown !== undefined) {
        const { sheet: linked } = Workbook.table(workspace.workbook, unknown.sheet);
        also.push({
          label: `Create ${counted(unknown.names.length, linked, locale().locale)}`,
          run: () => make(unknown),
        });
      }
      if (pasted.misfits > 0) also.push({ label: "Show", run: () => deps.onLook(pasted.look) });
      if (pasted.cells > 1 || detail !== undefined) undoToast(text, done, detail, also);
      else deps.announce(text);
      return pasted.area;
    },

    fillSeries(source, target, fields, other) {
      const upright = target.left === source.left && target.right === source.right;
      const lines = upright ? target.bottom - target.top : target.right - target.left;
      const wide = upright ? source.right - source.left : source.bottom - source.top;
      if ((lines + 1) * (wide + 1) > PASTE_LIMIT) {
        tooMany((lines + 1) * (wide + 1), "fill");
        return undefined;
      }
      const filled = fillSeries(source, target, other, {
        fields,
        locale: locale(),
        rowAt: (place) => order.rowAt(place),
        cell: sheet.cell,
        text: (cell, field) =>
          cell === undefined ? "" : registry[field.type].edit(cell, field, locale(), sheet.names),
        read: deps.reader,
        isWritable,
      });
      const writes = filled.map(({ row, field, after }): Write => ({
        id: id(row),
        field: field.key,
        after,
      }));
      const text = `Filled ${cells(writes.length)}`;
      undoToast(text, commit(setOperations(sheetKey, writes, before), text));
      return {
        top: Math.min(source.top, target.top),
        left: Math.min(source.left, target.left),
        bottom: Math.max(source.bottom, target.bottom),
        right: Math.max(source.right, target.right),
      };
    },
  };
}
