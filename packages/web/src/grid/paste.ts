import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { count, createOperation, setColumns } from "./change.ts";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Block, BlockCell } from "./clipboard.ts";
import type { Bounds } from "./selection.ts";

/** Cells that need a look, beyond which they are only counted. */
const MOST_MISFITS = 100_000;

export interface PasteDeps {
  readonly sheet: string;
  /** How many places there are on screen, and the row of the table at each; negative where no record stands. */
  readonly places: number;
  readonly rowAt: (place: number) => number;
  readonly idOf: (row: number) => string;
  readonly newIds: (count: number) => string[];
  readonly before: (id: string, field: string) => Cell | undefined;
  readonly isWritable: (field: Field) => boolean;
  readonly read: (field: Field) => (cell: BlockCell) => Cell | undefined;
}

/** A cell whose text does not fit its column. */
export interface Misfit {
  readonly id: string;
  readonly field: Field;
  readonly text: string;
}

export interface Pasted {
  readonly operations: readonly Operation[];
  readonly cells: number;
  readonly added: number;
  readonly misfits: number;
  /** The first of them. */
  readonly look: readonly Misfit[];
  /** Cells of columns that fill themselves. */
  readonly readOnly: number;
  /** Columns of the block beyond the last one. */
  readonly left: number;
  readonly area: Bounds;
}

/**
 * What pasting a placed block comes to. Lines go to the records on screen one by one, over the heads of groups; beyond the last
 * row they become records. Every value is read by its column's type; what does not fit keeps its text.
 */
export function plan(
  placed: Block,
  area: Pick<Bounds, "top" | "left">,
  fields: readonly Field[],
  deps: PasteDeps,
): Pasted {
  const width = placed.reduce((most, line) => Math.max(most, line.length), 0);
  const columns = fields.slice(area.left, area.left + width);
  const writable = columns.map((field) => deps.isWritable(field));
  const readers = columns.map(deps.read);
  const ids: string[] = [];
  const kept = new Map<string, (Cell | undefined)[]>();
  columns.forEach((field, at) => writable[at] && kept.set(field.key, []));
  const created: Map<string, Cell>[] = [];
  const look: { line: number; field: Field; text: string; at: number }[] = [];
  const sparse = placed.some((line) => line.length < width);
  let [cells, misfits, readOnly] = [0, 0, 0];
  let place = area.top;
  placed.forEach((line, lineAt) => {
    while (place < deps.places && deps.rowAt(place) < 0) place++;
    const row = deps.rowAt(place++);
    const id = row < 0 ? undefined : deps.idOf(row);
    const record = id === undefined ? new Map<string, Cell>() : undefined;
    columns.forEach((field, at) => {
      const cell = line[at];
      if (!writable[at]) {
        if (cell !== undefined) readOnly++;
        return;
      }
      // A shorter line leaves alone what it does not reach.
      const after =
        cell === undefined
          ? sparse && id !== undefined
            ? deps.before(id, field.key)
            : undefined
          : readers[at]?.(cell);
      if (cell !== undefined) cells++;
      if (cell !== undefined && isInvalid(after)) {
        misfits++;
        if (look.length < MOST_MISFITS) {
          look.push({
            line: lineAt,
            field,
            text: after.invalid,
            at: id === undefined ? created.length : -1,
          });
        }
      }
      if (record === undefined) kept.get(field.key)?.push(after);
      else if (after !== undefined) record.set(field.key, after);
    });
    if (id !== undefined) ids.push(id);
    else if (record !== undefined) created.push(record);
  });
  const operations: Operation[] = setColumns(deps.sheet, ids, kept, deps.before);
  const newIds = created.length === 0 ? [] : deps.newIds(created.length);
  if (created.length > 0) operations.push(createOperation(deps.sheet, newIds, created));
  // Records on screen come first, new ones after them.
  return {
    operations,
    cells,
    added: created.length,
    misfits,
    look: look.map(({ line, field, text, at }) => ({
      id: (at >= 0 ? newIds[at] : ids[line]) as string,
      field,
      text,
    })),
    readOnly,
    left: width - columns.length,
    area: {
      top: area.top,
      left: area.left,
      bottom: place - 1,
      right: area.left + columns.length - 1,
    },
  };
}

/** What a person should know about it, in words; undefined when all went as it was meant. */
export function remark(pasted: Pasted, locale: string): string | undefined {
  const cells = (number: number) => count(number, "cell", "cells", locale);
  const { misfits, readOnly, left } = pasted;
  const words: string[] = [];
  if (misfits > 0) {
    words.push(
      `${misfits.toLocaleString(locale)} of ${cells(pasted.cells)} ${misfits === 1 ? "needs" : "need"} a look: the text does not fit the column and is marked.`,
    );
  }
  if (readOnly > 0) words.push(`${cells(readOnly)} left alone: the column fills itself.`);
  if (left > 0) words.push(`${count(left, "column")} beyond the last one left out.`);
  return words.length === 0 ? undefined : words.join(" ");
}
