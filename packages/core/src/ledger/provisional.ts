import type { Cell } from "../field/cell.ts";
import * as Derived from "./derived.ts";
import type { Operation } from "./operation.ts";
import { apply, stampNumber, type Table, type Touched, type Workbook } from "./workbook.ts";

/**
 * A changeset laid on a workbook before the log has it, so that a person sees at once what they did. It can be lifted
 * off again without a trace, which the fold cannot do; the log's own heads are only ever folded onto a workbook from
 * which every provisional changeset has been lifted.
 */
export interface Provisional {
  readonly id: string;
  readonly actor: string;
  readonly at: number;
  /** Complete: checked against the workbook it lies on. */
  readonly operations: readonly Operation[];
  /** What laying it changed. */
  readonly touched: Touched;
  readonly restore: readonly (() => void)[];
}

/** Lays a checked changeset on top. `seq` and `hash` stay those of the log. */
export function lay(
  workbook: Workbook,
  changeset: Pick<Provisional, "id" | "actor" | "at" | "operations">,
): Provisional {
  const { id, actor, at, operations } = changeset;
  const { seq, hash } = workbook;
  const restore: (() => void)[] = [];
  const touched = new Map<string, Mutable>();
  const number = stampNumber(seq + 1, 0);
  const stamp = workbook.stamps.get(number);
  restore.push(() => {
    if (stamp === undefined) workbook.stamps.delete(number);
    else workbook.stamps.set(number, stamp);
  });
  // One at a time: what an operation replaces may have been written by the one before it.
  for (const operation of operations) {
    restore.push(remember(workbook, operation));
    const step = apply(workbook, {
      seq: seq + 1,
      at,
      hash,
      changesets: [
        {
          id,
          base: seq,
          actor,
          source: "grid",
          label: "",
          operations: [operation],
          seq: seq + 1,
          at,
          answer: {
            seq: seq + 1,
            changeset: id,
            created: 0,
            changed: 0,
            deleted: 0,
            restored: 0,
            refused: [],
          },
        },
      ],
    });
    workbook.seq = seq;
    workbook.hash = hash;
    workbook.recent.delete(id);
    join(touched, step);
  }
  return { id, actor, at, operations, touched, restore };
}

/** Lifts off the changeset that was laid last: the workbook is what it was before. */
export function lift(provisional: Provisional): void {
  for (const undo of provisional.restore.toReversed()) undo();
}

/** What an operation is about to replace, and how to put it back. */
function remember(workbook: Workbook, operation: Operation): () => void {
  if (operation.op === "sheet") {
    const found = workbook.sheets.get(operation.key);
    const sheet = found?.sheet;
    return () => {
      if (found === undefined || sheet === undefined) workbook.sheets.delete(operation.key);
      else found.sheet = sheet;
      Derived.reshaped(workbook.stamps);
    };
  }
  const table = workbook.sheets.get(operation.sheet);
  // The fold refuses it with the right words.
  if (table === undefined) return () => {};
  switch (operation.op) {
    case "field": {
      const { sheet } = table;
      return () => {
        table.sheet = sheet;
        Derived.reshaped(workbook.stamps);
      };
    }
    case "create": {
      const start = table.ids.length;
      return () => shorten(table, start);
    }
    case "set":
    case "delete":
    case "restore":
      return rowsAsTheyAre(table, operation.ids, operation.op === "set" ? operation.fields : {});
  }
}

function rowsAsTheyAre(
  table: Table,
  ids: readonly string[],
  fields: { readonly [field: string]: unknown },
): () => void {
  const rows = ids.flatMap((id) => table.rowById.get(id) ?? []);
  const stamps = rows.map((row) => [table.updated[row], table.shared[row], table.deleted[row]]);
  const cells = Object.keys(fields).map((key): [string, (Cell | undefined)[]] => {
    const column = table.columns.get(key);
    return [key, rows.map((row) => (column && row < column.length ? column[row] : undefined))];
  });
  return () => {
    let moved = false;
    rows.forEach((row, index) => {
      const [updated, shared, deleted] = stamps[index] as [number, number, number];
      table.updated[row] = updated;
      table.shared[row] = shared;
      if (table.deleted[row] !== deleted) {
        table.live += deleted === 1 ? -1 : 1;
        table.deleted[row] = deleted;
        moved = true;
      }
    });
    for (const [key, before] of cells) {
      const column = table.columns.get(key);
      if (column === undefined) continue;
      rows.forEach((row, index) => {
        if (row < column.length) column[row] = before[index];
      });
      Derived.written(table, key, rows);
    }
    if (moved) Derived.moved(table, rows);
  };
}

/** Takes away the rows from `start` on. */
function shorten(table: Table, start: number): void {
  const gone: number[] = [];
  for (let row = start; row < table.ids.length; row += 1) {
    gone.push(row);
    table.rowById.delete(table.ids[row] as string);
    if (table.deleted[row] === 0) table.live -= 1;
  }
  for (const list of [table.ids, table.created, table.updated, table.deleted, table.shared]) {
    list.length = start;
  }
  for (const column of table.columns.values()) {
    if (column.length > start) column.length = start;
  }
  Derived.cut(table, gone);
}

interface Mutable {
  schema: boolean;
  readonly created: number[];
  readonly changed: number[];
  readonly deleted: number[];
  readonly restored: number[];
  readonly fields: Set<string>;
}

/** Adds what `more` touched to `all`. */
export function join(all: Map<string, Mutable>, more: Touched): void {
  for (const [sheet, touched] of more) {
    const found = all.get(sheet);
    if (found === undefined) {
      all.set(sheet, {
        schema: touched.schema,
        created: [...touched.created],
        changed: [...touched.changed],
        deleted: [...touched.deleted],
        restored: [...touched.restored],
        fields: new Set(touched.fields),
      });
      continue;
    }
    found.schema ||= touched.schema;
    for (const list of ["created", "changed", "deleted", "restored"] as const) {
      for (const row of touched[list]) found[list].push(row);
    }
    for (const field of touched.fields) found.fields.add(field);
  }
}
