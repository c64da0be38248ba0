import { must } from "../assert.ts";
import type { Cell } from "../field/cell.ts";
import type { Operation, SetOperation } from "./operation.ts";
import * as Workbook from "./workbook.ts";

/**
 * A workbook as it was: a copy from which the newest changesets are taken off, one after the other. Values, columns, sheets and
 * the trash are exactly those of then, and so are the stamps as far as they are known: of a record that was changed since, who
 * had changed it last is known only where another record still tells, or `tell` does.
 */
export interface Past {
  /** Right after `finish`; before that, records made since are still in it. */
  readonly workbook: Workbook.Workbook;
  /** Records that were made since, by sheet. */
  readonly made: Map<string, Set<string>>;
  /** Stamp numbers that are known, by seq: a record's `prev` tells only the seq. */
  readonly stampBySeq: Map<number, number>;
}

/** Begins with everything as it is; the workbook itself is left alone. */
export function begin(now: Workbook.Workbook): Past {
  const stamps = new Map(now.stamps);
  const sheets = new Map<string, Workbook.Table>();
  for (const [key, table] of now.sheets) {
    sheets.set(key, {
      ...table,
      ids: table.ids.slice(),
      rowById: new Map(table.ids.map((id, row) => [id, row])),
      columns: new Map([...table.columns].map(([name, column]) => [name, column.slice()])),
      created: table.created.slice(),
      updated: table.updated.slice(),
      deleted: table.deleted.slice(),
      shared: table.shared.slice(),
      stamps,
    });
  }
  const stampBySeq = new Map<number, number>();
  for (const number of stamps.keys()) stampBySeq.set(Workbook.seqOf(number), number);
  const workbook = { ...now, sheets, stamps, recent: new Map() };
  return { workbook, made: new Map(), stampBySeq };
}

/** Takes a head off, the newest of those that are left. */
export function takeOff(past: Past, head: Workbook.Committed): void {
  const { workbook } = past;
  head.changesets.forEach(({ actor }, place) => {
    const stamp = Workbook.stampNumber(head.seq, place);
    workbook.stamps.set(stamp, { at: head.at, actor });
    past.stampBySeq.set(head.seq, stamp);
  });
  for (const { operations } of head.changesets.toReversed()) takeOperations(past, operations);
  workbook.seq = head.seq - 1;
}

/** Takes operations off that lie on the log's end and are not in it yet. */
export function takeOperations(past: Past, operations: readonly Operation[]): void {
  for (const operation of operations.toReversed()) takeOne(past, operation);
}

function takeOne(past: Past, operation: Operation): void {
  const { workbook } = past;
  if (operation.op === "sheet") {
    const { key, before } = operation;
    const table = workbook.sheets.get(key);
    if (table === undefined) return;
    if (before == null) workbook.sheets.delete(key);
    else table.sheet = { ...before, key, fields: table.sheet.fields };
    return;
  }
  const table = Workbook.table(workbook, operation.sheet);
  switch (operation.op) {
    case "field": {
      const { after, before, beforePosition } = operation;
      const { fields } = table.sheet;
      table.sheet = {
        ...table.sheet,
        fields:
          before == null
            ? fields.filter(({ key }) => key !== after.key)
            : Workbook.place(fields, {
                after: before,
                ...(beforePosition === undefined ? {} : { position: beforePosition }),
              }),
      };
      return;
    }
    case "create": {
      let made = past.made.get(table.key);
      if (made === undefined) past.made.set(table.key, (made = new Set()));
      for (const id of operation.ids) made.add(id);
      return;
    }
    case "set":
      takeCells(past, table, operation);
      return;
    case "delete":
    case "restore":
      operation.ids.forEach((id, at) => {
        const row = must(table.rowById.get(id));
        table.deleted[row] = operation.op === "delete" ? 0 : 1;
        stampAs(past, table, row, operation.prev?.[at]);
      });
  }
}

function takeCells(past: Past, table: Workbook.Table, operation: SetOperation): void {
  const rows = operation.ids.map((id) => must(table.rowById.get(id)));
  for (const key in operation.fields) {
    const before = operation.before?.[key];
    const column = table.columns.get(key);
    if (column === undefined) continue;
    rows.forEach((row, at) => {
      if (row < column.length) column[row] = before?.[at] ?? undefined;
    });
  }
  rows.forEach((row, at) => stampAs(past, table, row, operation.prev?.[at]));
}

function stampAs(past: Past, table: Workbook.Table, row: number, prev: number | undefined): void {
  // 0: it was made by the same changeset, and goes with it.
  if (prev === undefined || prev === 0) return;
  table.updated[row] = past.stampBySeq.get(prev) ?? Workbook.stampNumber(prev, 0);
}

/** Seqs of changes after which nobody knows who made them: the last ones to records that were changed again since. */
export function unknown({ workbook }: Past): number[] {
  const seqs = new Set<number>();
  for (const { updated } of workbook.sheets.values()) {
    for (const stamp of updated) if (!workbook.stamps.has(stamp)) seqs.add(Workbook.seqOf(stamp));
  }
  return [...seqs].sort((a, b) => b - a);
}

/** Says who made a change that `unknown` asked for, and when. */
export function tell({ workbook }: Past, seq: number, stamp: Workbook.Stamp): void {
  workbook.stamps.set(Workbook.stampNumber(seq, 0), stamp);
}

/** The workbook as it was, to be read like any other. What was made since is not in it. */
export function finish({ workbook, made }: Past): Workbook.Workbook {
  for (const [key, gone] of made) {
    const table = workbook.sheets.get(key);
    if (table === undefined) continue;
    const stay = table.ids.flatMap((id, row) => (gone.has(id) ? [] : [row]));
    const pick = <T>(list: readonly T[]): T[] => stay.map((row) => list[row] as T);
    const ids = pick(table.ids);
    const deleted = pick(table.deleted);
    workbook.sheets.set(key, {
      ...table,
      ids,
      rowById: new Map(ids.map((id, row) => [id, row])),
      columns: new Map<string, (Cell | undefined)[]>(
        [...table.columns].map(([name, column]) => [name, pick(column)]),
      ),
      created: pick(table.created),
      updated: pick(table.updated),
      deleted,
      shared: pick(table.shared),
    });
  }
  for (const table of workbook.sheets.values()) {
    table.live = table.deleted.reduce((live, flag) => live + 1 - flag, 0);
  }
  return workbook;
}
