import { equals, isInvalid, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import type { Operation } from "../ledger/operation.ts";
import type { Table } from "../ledger/workbook.ts";
import { reader } from "../sheet/reader.ts";
import { isPause, type Steps } from "./steps.ts";

/** Cells that will differ. */
export interface Gathered {
  /** Made when asked for: a dry run does not need them. Nothing is written. */
  readonly operations: readonly Operation[];
  /** Records it changes, cells it changes, and cells that then hold marked text because it does not fit. */
  readonly records: number;
  readonly cells: number;
  readonly misfits: number;
  /** Values that are there and give way to others. */
  readonly replaced: number;
  /** Records that already are as wanted. */
  readonly unchanged: number;
  /** Ten cells, spread over the records that change. */
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly id: string;
  readonly field: string;
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
}

/** What a cell becomes; the same cell where nothing is to be done. `index`: of the row among those worked on. */
export type Change = (cell: Cell | undefined, row: number, index: number) => Cell | undefined;

const SAMPLES = 10;

interface Written {
  readonly key: string;
  readonly rows: number[];
  readonly before: (Cell | undefined)[];
  readonly after: (Cell | undefined)[];
}

/** Asks every change about every row. `first`: operations that have to come before the cells'. */
export function* gather(
  table: Table,
  rows: readonly number[],
  changes: readonly (readonly [Field, Change])[],
  first: readonly Operation[] = [],
): Steps<Gathered> {
  const touched = new Uint8Array(rows.length);
  const written: Written[] = [];
  let [records, misfits, replaced] = [0, 0, 0];
  for (const [field, change] of changes) {
    const at = reader(table, field.key);
    const own: Written = { key: field.key, rows: [], before: [], after: [] };
    for (const [index, row] of rows.entries()) {
      if (isPause(index)) yield;
      const before = at(row);
      const after = change(before, row, index);
      if (equals(before, after)) continue;
      if (isInvalid(after) && !isInvalid(before)) misfits += 1;
      if (before !== undefined) replaced += 1;
      if (touched[index] === 0) records += 1;
      touched[index] = 1;
      own.rows.push(row);
      own.before.push(before);
      own.after.push(after);
    }
    written.push(own);
  }
  let operations: readonly Operation[] | undefined;
  return {
    get operations() {
      operations ??= records === 0 ? [] : [...first, ...sets(table, written)];
      return operations;
    },
    records,
    cells: written.reduce((sum, own) => sum + own.rows.length, 0),
    misfits,
    replaced,
    unchanged: rows.length - records,
    samples: spread(table, written),
  };
}

/** One operation for each group of records that change in the same fields. */
function sets(table: Table, written: readonly Written[]): Operation[] {
  const groups = new Map<string, { columns: number[]; rows: number[] }>();
  const columnsOf = new Map<number, string>();
  written.forEach(({ rows }, column) => {
    for (const row of rows) columnsOf.set(row, `${columnsOf.get(row) ?? ""} ${column}`);
  });
  for (const [row, columns] of columnsOf) {
    const group = groups.get(columns);
    if (group === undefined) {
      groups.set(columns, { columns: columns.trim().split(" ").map(Number), rows: [row] });
    } else group.rows.push(row);
  }
  const cells = written.map(
    ({ rows, after }) => new Map(rows.map((row, index) => [row, after[index] ?? null])),
  );
  const id = (row: number) => table.ids[row] as string;
  return [...groups.values()].map(({ columns, rows }) => {
    rows.sort((a, b) => (id(a) < id(b) ? -1 : 1));
    return {
      op: "set",
      sheet: table.key,
      ids: rows.map(id),
      fields: Object.fromEntries(
        columns.map((column) => [
          (written[column] as Written).key,
          rows.map((row) => cells[column]?.get(row) ?? null),
        ]),
      ),
    };
  });
}

/** What does not fit comes first: it is what a person has to see. */
function spread(table: Table, written: readonly Written[]): readonly Sample[] {
  const all = written.reduce((sum, { rows }) => sum + rows.length, 0);
  const marked: Sample[] = [];
  const rest: Sample[] = [];
  const step = Math.max(1, all / SAMPLES);
  let place = 0;
  for (const { key, rows, before, after } of written) {
    for (const [index, row] of rows.entries()) {
      const isDue = place >= Math.floor(rest.length * step);
      const isMarked = isInvalid(after[index]) && marked.length < SAMPLES / 2;
      place += 1;
      if (!isDue && !isMarked) continue;
      (isMarked ? marked : rest).push({
        id: table.ids[row] as string,
        field: key,
        before: before[index],
        after: after[index],
      });
    }
  }
  return [...marked, ...rest].slice(0, SAMPLES);
}
