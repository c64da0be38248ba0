import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import * as Absent from "./absent.ts";
import type { Rules } from "./rules.ts";
import type { Table } from "./workbook.ts";

/**
 * What can be computed from a table and is worth keeping: the order of its rows, indexes over its columns. It lives beside the
 * workbook, never in it: the fold only says which rows changed, and whoever asks next brings the answer up to date.
 */
interface Derived {
  order: { all: number[]; live: number[] | undefined };
  readonly indexes: Map<string, ColumnIndex>;
}

/** One row or several under a key. */
type Rows = number | Set<number>;

/** Rows by the keys their cell in one column has (a normalised value, the ids it links to). */
export interface ColumnIndex {
  readonly type: string;
  readonly rules: Rules | undefined;
  readonly rows: Map<string, Rows>;
  /** The keys each row stands under now. */
  readonly held: (string | readonly string[] | undefined)[];
  /** Rows to look at again; "all" when looking at everything is cheaper. */
  pending: number[] | "all";
}

/** Whoever computes the fields that hold formulas. The ledger only tells it what changed. */
export interface Provider {
  value(table: Table, row: number, field: string): Cell | undefined;
  /** The whole column, every row of it known. */
  column(table: Table, field: string): readonly (Cell | undefined)[];
  written(table: Table, field: string, rows: readonly number[]): void;
  moved(table: Table, rows: readonly number[]): void;
  /** A sheet or a field is new or another. */
  reshaped(): void;
}

/** By the workbook's stamps, which every table of it has. */
const providers = new WeakMap<Table["stamps"], Provider>();

/** Lets a provider compute the formulas of the workbook with these stamps. */
export function provide(stamps: Table["stamps"], provider: Provider): void {
  providers.set(stamps, provider);
}

/** What computes the formulas of this table's workbook; `undefined` until somebody needs them. */
export function providerOf(table: Pick<Table, "stamps">): Provider | undefined {
  return providers.get(table.stamps);
}

/** Says that a sheet or one of its fields is new or another. */
export function reshaped(stamps: Table["stamps"]): void {
  providers.get(stamps)?.reshaped();
}

const derivedByTable = new WeakMap<Table, Derived>();

function derivedOf(table: Table): Derived {
  let derived = derivedByTable.get(table);
  if (derived === undefined) {
    derived = { order: { all: [], live: undefined }, indexes: new Map() };
    derivedByTable.set(table, derived);
  }
  return derived;
}

/** Says that rows came, went to the trash or came back: the order changes, and every index must look at them. */
export function moved(table: Table, rows: readonly number[]): void {
  providerOf(table)?.moved(table, rows);
  const derived = derivedByTable.get(table);
  if (derived === undefined) return;
  derived.order.live = undefined;
  for (const index of derived.indexes.values()) look(table, index, rows);
}

/** Says that cells of one field were written. */
export function written(table: Table, field: string, rows: readonly number[]): void {
  providerOf(table)?.written(table, field, rows);
  const indexes = derivedByTable.get(table)?.indexes;
  if (indexes === undefined) return;
  for (const name of [`key ${field}`, `link ${field}`]) {
    const index = indexes.get(name);
    if (index !== undefined) look(table, index, rows);
  }
}

/** Says that the newest rows were taken away again, which only happens to what the log does not have yet. */
export function cut(table: Table, gone: readonly number[]): void {
  providerOf(table)?.moved(table, gone);
  const derived = derivedByTable.get(table);
  if (derived === undefined || gone.length === 0) return;
  const { length } = table.ids;
  derived.order = { all: derived.order.all.filter((row) => row < length), live: undefined };
  for (const index of derived.indexes.values()) look(table, index, gone);
}

function look(table: Table, index: ColumnIndex, rows: readonly number[]): void {
  if (index.pending === "all") return;
  if (index.pending.length + rows.length > table.ids.length / 2 + 64) index.pending = "all";
  else for (const row of rows) index.pending.push(row);
}

/** Rows of all records, ascending by id. */
export function allRows(table: Table): number[] {
  Absent.whole(table);
  const { order } = derivedOf(table);
  const { ids } = table;
  if (order.all.length === ids.length) return order.all;
  const known = order.all;
  const fresh: number[] = [];
  let ascending = true;
  let last = known.length === 0 ? "" : (ids[known.at(-1) as number] as string);
  for (let row = known.length; row < ids.length; row += 1) {
    const id = ids[row] as string;
    if (id < last) ascending = false;
    last = id;
    fresh.push(row);
  }
  order.live = undefined;
  if (ascending) {
    order.all = known.concat(fresh);
  } else {
    const compare = (a: number, b: number): number =>
      (ids[a] as string) < (ids[b] as string) ? -1 : 1;
    order.all = merge(known, fresh.sort(compare), compare);
  }
  return order.all;
}

/** Rows of the live records, ascending by id. */
export function liveRows(table: Table): number[] {
  const all = allRows(table);
  const { order } = derivedOf(table);
  order.live ??= table.live === all.length ? all : all.filter((row) => table.deleted[row] !== 1);
  return order.live;
}

function merge(a: number[], b: number[], compare: (a: number, b: number) => number): number[] {
  const merged: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    merged.push(
      compare(a[i] as number, b[j] as number) < 0 ? (a[i++] as number) : (b[j++] as number),
    );
  }
  return merged.concat(a.slice(i), b.slice(j));
}

/** The index of a column by normalised value; live records only. */
export function keysOf(table: Table, field: Field, rules: Rules): ColumnIndex {
  Absent.whole(table);
  return keysAtHand(table, field, rules);
}

/** The same of what is in memory of the table. */
export function keysAtHand(table: Table, field: Field, rules: Rules): ColumnIndex {
  return current(table, field, `key ${field.key}`, rules, (cell) => rules.key(cell, field));
}

/** The index of a link column by linked record; live records only. */
export function linksOf(table: Table, field: Field): ColumnIndex {
  Absent.whole(table);
  return linksAtHand(table, field);
}

/** The same of what is in memory of the table. */
export function linksAtHand(table: Table, field: Field): ColumnIndex {
  return current(table, field, `link ${field.key}`, undefined, linked);
}

/** The records a cell of a link column links to. */
export function linked(cell: Cell): readonly string[] | undefined {
  return Array.isArray(cell) ? (cell as readonly string[]) : undefined;
}

/** What a row linked to when the index last looked; nothing when there is no index yet. */
export function heldLinks(table: Table, field: string, row: number): readonly string[] {
  const held = derivedByTable.get(table)?.indexes.get(`link ${field}`)?.held[row];
  return typeof held === "object" ? held : [];
}

function current(
  table: Table,
  field: Field,
  name: string,
  rules: Rules | undefined,
  keys: (cell: Cell) => string | readonly string[] | undefined,
): ColumnIndex {
  const { indexes } = derivedOf(table);
  let index = indexes.get(name);
  if (index === undefined || index.type !== field.type || index.rules !== rules) {
    index = { type: field.type, rules, rows: new Map(), held: [], pending: "all" };
    indexes.set(name, index);
  }
  const column = table.columns.get(field.key) ?? [];
  const at = (row: number): string | readonly string[] | undefined => {
    const cell = table.deleted[row] === 1 || row >= column.length ? undefined : column[row];
    return cell === undefined ? undefined : keys(cell);
  };
  if (index.pending === "all") {
    index.rows.clear();
    index.held.length = 0;
    for (let row = 0; row < table.ids.length; row += 1) {
      const now = at(row);
      index.held.push(now);
      each(now, (key) => add(index.rows, key, row));
    }
  } else {
    for (const row of index.pending) {
      const was = index.held[row];
      const now = at(row);
      if (was === now) {
        // Another record may stand in the row by now.
        each(now, (key) => forgetIds(index.rows.get(key)));
        continue;
      }
      each(was, (key) => remove(index.rows, key, row));
      each(now, (key) => add(index.rows, key, row));
      index.held[row] = now;
    }
  }
  index.pending = [];
  return index;
}

function each(keys: string | readonly string[] | undefined, act: (key: string) => void): void {
  if (keys === undefined) return;
  if (typeof keys === "string") act(keys);
  else for (const key of keys) act(key);
}

function add(rows: Map<string, Rows>, key: string, row: number): void {
  const found = rows.get(key);
  if (found === undefined) rows.set(key, row);
  else if (typeof found === "object") {
    found.add(row);
    forgetIds(found);
  } else if (found !== row) rows.set(key, new Set([found, row]));
}

function remove(rows: Map<string, Rows>, key: string, row: number): void {
  const found = rows.get(key);
  if (found === row) rows.delete(key);
  else if (typeof found === "object") {
    found.delete(row);
    forgetIds(found);
    if (found.size === 0) rows.delete(key);
  }
}

const NONE: readonly string[] = [];

/** Ids under keys with several, for as long as these stay as they are: many ask for the same ones, row by row. */
const sorted = new WeakMap<Set<number>, readonly string[]>();

function forgetIds(rows: Rows | undefined): void {
  if (typeof rows === "object") sorted.delete(rows);
}

/** Ids of the rows under a key, in creation order. */
export function idsAt(table: Table, index: ColumnIndex, key: string): readonly string[] {
  const found = index.rows.get(key);
  if (found === undefined) return NONE;
  if (typeof found === "number") return [table.ids[found] as string];
  let ids = sorted.get(found);
  if (ids === undefined) {
    ids = Array.from(found, (row) => table.ids[row] as string).sort();
    sorted.set(found, ids);
  }
  return ids;
}

/** How many rows are under a key. */
export function countAt(index: ColumnIndex, key: string): number {
  const found = index.rows.get(key);
  return typeof found === "object" ? found.size : found === undefined ? 0 : 1;
}
