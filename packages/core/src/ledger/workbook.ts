import { DomainError } from "../error.ts";
import { unreachable } from "../assert.ts";
import type { Cell } from "../field/cell.ts";
import type { Field, FieldType, Sheet } from "../field/field.ts";
import * as Absent from "./absent.ts";
import type { Changeset } from "./changeset.ts";
import * as Derived from "./derived.ts";
import type {
  Columns,
  CreateOperation,
  FieldOperation,
  Operation,
  SetOperation,
  SheetOperation,
} from "./operation.ts";
import type { PageReference } from "./ledger.ts";
import type { Rules } from "./rules.ts";

/** The state of a workspace at a seq: a fold of its log, held by columns. Only `apply` and the page reader change it. */
export interface Workbook {
  readonly workspace: string;
  readonly epoch: string;
  seq: number;
  /** Chain hash of the head at `seq`; "" at 0. */
  hash: string;
  readonly sheets: Map<string, Table>;
  /** Who wrote when, by stamp number: every stamp a record refers to is in it. */
  readonly stamps: Map<number, Stamp>;
  /** The last 10,000 changesets folded here (a snapshot carries none), oldest first, by id. */
  readonly recent: Map<string, Recent>;
}

export interface Stamp {
  readonly at: number;
  readonly actor: string;
}

export interface Recent {
  readonly seq: number;
  /** Index of the changeset among those of its head. */
  readonly place: number;
  readonly requestHash: string | undefined;
}

/**
 * One sheet. A row is a position in every array and never moves; rows stand in the order in which records arrived, which
 * need not be the order of ids. `rows` gives the order people see.
 */
export interface Table {
  readonly key: string;
  sheet: Sheet;
  readonly ids: string[];
  rowById: Absent.RowsById;
  /**
   * What of the sheet is not in memory. `undefined`: it is whole, as everywhere but in functions. What is read by rows that
   * `rowById`, `rows` or `allRows` answered is right either way; nothing else may be.
   */
  absent: Absent.Absent | undefined;
  /** By field key. May be shorter than `ids`: what is beyond the end is unset. */
  readonly columns: Map<string, (Cell | undefined)[]>;
  /** Stamp numbers, see `seqOf`. */
  readonly created: number[];
  readonly updated: number[];
  /** 1 for records in the trash. */
  readonly deleted: number[];
  /** 1 for records of which somebody else than their creator has written a cell. */
  readonly shared: number[];
  /** Records not in the trash, of those in memory. */
  live: number;
  /** The workbook's. */
  readonly stamps: Map<number, Stamp>;
}

/** One head of the log as readers fold it: all of it or nothing. */
export interface Committed {
  readonly seq: number;
  /** Milliseconds, monotonic within the workspace. */
  readonly at: number;
  /** Chain hash. */
  readonly hash: string;
  /** In order. Only what a server folds carries request hashes. */
  readonly changesets: readonly (Changeset & { readonly requestHash?: string })[];
}

/** What a fold step changed, by sheet key. */
export type Touched = ReadonlyMap<string, TouchedSheet>;

export interface TouchedSheet {
  /** The sheet or one of its fields is new or changed. */
  schema: boolean;
  /** Rows in the order of the operations; one may stand in a list twice and in more than one list. */
  readonly created: number[];
  readonly changed: number[];
  readonly deleted: number[];
  readonly restored: number[];
  /** Fields written by creates and sets. */
  readonly fields: Set<string>;
}

const RECENT_LIMIT = 10_000;
/** Changesets that may share a head. */
const PLACES = 1024;

/** A stamp number joins the seq of a head with the place of a changeset in it. */
export function stampNumber(seq: number, place: number): number {
  return seq * PLACES + place;
}

export function seqOf(stamp: number): number {
  return Math.floor(stamp / PLACES);
}

export function empty(workspace: string, epoch: string): Workbook {
  return {
    workspace,
    epoch,
    seq: 0,
    hash: "",
    sheets: new Map(),
    stamps: new Map(),
    recent: new Map(),
  };
}

/** Adds a sheet without records. Only for the fold and the page reader. */
export function addTable(workbook: Workbook, sheet: Sheet): Table {
  const table: Table = {
    key: sheet.key,
    sheet,
    ids: [],
    rowById: new Map(),
    absent: undefined,
    columns: new Map(),
    created: [],
    updated: [],
    deleted: [],
    shared: [],
    live: 0,
    stamps: workbook.stamps,
  };
  workbook.sheets.set(sheet.key, table);
  return table;
}

/** Records as a page holds them. */
export interface Records {
  readonly ids: readonly string[];
  readonly created: readonly number[];
  readonly updated: readonly number[];
  readonly deleted: readonly number[];
  readonly shared: readonly number[];
  readonly fields: Columns;
}

/** Adds records as they are. Only for the page reader. DomainError "corrupt" when one is there already. */
export function addRecords(table: Table, records: Records): void {
  const start = table.ids.length;
  const rows = addIds(table, records.ids);
  for (let index = 0; index < rows.length; index += 1) {
    const deleted = records.deleted[index] ?? 0;
    table.created.push(records.created[index] as number);
    table.updated.push(records.updated[index] as number);
    table.deleted.push(deleted);
    table.shared.push(records.shared[index] ?? 0);
    table.live += 1 - deleted;
  }
  addValues(table, start, [records]);
  Derived.moved(table, rows);
}

/** The new rows. Ids are there already: "corrupt", and the table has to be thrown away. */
function addIds(table: Table, added: readonly string[]): number[] {
  const { ids } = table;
  const rowById = table.absent?.rows ?? table.rowById;
  const rows: number[] = [];
  for (const id of added) {
    const row = ids.length;
    rowById.set(id, row);
    // Cheaper than asking before.
    if (rowById.size !== row + 1) {
      throw new DomainError("corrupt", `Record ${id} of ${table.key} is there twice.`);
    }
    ids.push(id);
    rows.push(row);
  }
  return rows;
}

/** Below this many rows, pushing them costs less than copying what is there. */
const FEW_ROWS = 500;

/** Puts the values of new rows below what the columns hold up to `start`, one piece after the other. */
function addValues(
  table: Table,
  start: number,
  pieces: readonly { readonly ids: readonly string[]; readonly fields: Columns }[],
): void {
  const rows = pieces.reduce((sum, { ids }) => sum + ids.length, 0);
  const keys = new Set<string>();
  for (const { fields } of pieces) for (const key in fields) keys.add(key);
  for (const key of keys) {
    const column = columnOf(table, key, start);
    if (rows <= FEW_ROWS || rows * 4 < start) {
      for (const { ids, fields } of pieces) {
        const values = fields[key];
        for (let at = 0; at < ids.length; at += 1) column.push(values?.[at] ?? undefined);
      }
      continue;
    }
    // Pushing a hundred thousand values makes room again and again; joined, they are copied once.
    const joined = (column as (Cell | null | undefined)[]).concat(
      ...pieces.map(({ ids, fields }) => fields[key] ?? new Array<null>(ids.length).fill(null)),
    );
    for (let row = start; row < joined.length; row += 1) joined[row] ??= undefined;
    table.columns.set(key, joined as (Cell | undefined)[]);
  }
}

/** DomainError "not-found" when there is no such sheet. Sheets in the trash are found. */
export function table(workbook: Workbook, sheet: string): Table {
  const found = workbook.sheets.get(sheet);
  if (found === undefined) throw new DomainError("not-found", `There is no sheet "${sheet}".`);
  return found;
}

/** DomainError "unknown-field". Fields in the trash are found. */
export function field(table: Table, key: string): Field {
  const found = findField(table, key);
  if (found === undefined) {
    throw new DomainError("unknown-field", `${table.sheet.name} has no column "${key}".`);
  }
  return found;
}

export function findField(table: Table, key: string): Field | undefined {
  return table.sheet.fields.find((candidate) => candidate.key === key);
}

/** Rows of the records not in the trash, in creation order (that of ids). The array is kept until that order changes. */
export function rows(table: Table): readonly number[] {
  return Derived.liveRows(table);
}

/** Rows of every record, in creation order. */
export function allRows(table: Table): readonly number[] {
  return Derived.allRows(table);
}

/** Where the record is, in the trash or not. */
export function record(table: Table, id: string): { id: string; row: number } | undefined {
  const row = table.rowById.get(id);
  return row === undefined ? undefined : { id, row };
}

/** Says that these records are going to be looked at: those that are not in memory are then loaded in one go. */
export function expect(table: Table, ids: Iterable<string>): void {
  const wants = Absent.wants();
  Absent.want(wants, table, ids);
  Absent.settle(wants);
}

export function isLive(table: Table, row: number): boolean {
  return table.deleted[row] === 0;
}

/** Types whose values are read from the record's stamps and are never written. */
export function isStamped(type: FieldType): boolean {
  return (
    type === "createdAt" || type === "createdBy" || type === "updatedAt" || type === "updatedBy"
  );
}

/**
 * What a cell holds; `undefined` when unset. createdAt and updatedAt answer RFC 3339 in UTC to the second, createdBy and
 * updatedBy a user id.
 */
export function value(table: Table, row: number, fieldKey: string): Cell | undefined {
  const column = table.columns.get(fieldKey);
  if (column !== undefined) return row < column.length ? column[row] : undefined;
  const found = findField(table, fieldKey);
  if (found?.formula !== undefined) return Derived.providerOf(table)?.value(table, row, fieldKey);
  const type = found?.type;
  if (type === "createdAt" || type === "createdBy") return stamped(table, table.created[row], type);
  if (type === "updatedAt" || type === "updatedBy") return stamped(table, table.updated[row], type);
  return undefined;
}

/** A field's cells by row, computed ones included; `undefined` where there are none. May be shorter than the table. */
export function column(table: Table, fieldKey: string): readonly (Cell | undefined)[] | undefined {
  const stored = table.columns.get(fieldKey);
  if (stored !== undefined || findField(table, fieldKey)?.formula === undefined) return stored;
  return Derived.providerOf(table)?.column(table, fieldKey);
}

function stamped(table: Table, stamp: number | undefined, type: FieldType): Cell | undefined {
  const found = stamp === undefined ? undefined : table.stamps.get(stamp);
  if (found === undefined) return undefined;
  if (type === "createdBy" || type === "updatedBy") return found.actor;
  return `${new Date(found.at).toISOString().slice(0, 19)}Z`;
}

/** The seq of the changeset that last touched the record. */
export function lastSeq(table: Table, row: number): number {
  return seqOf(table.updated[row] ?? 0);
}

/**
 * Records of a sheet by the normalised value of a field, without those in the trash. Built on first use, then kept current.
 * The index belongs to the workbook: ask again after `apply`.
 */
export interface KeyIndex {
  /** Ids in creation order; empty when there is none. */
  get(key: string): readonly string[];
}

export function keyIndex(
  workbook: Workbook,
  sheet: string,
  fieldKey: string,
  rules: Rules,
): KeyIndex {
  const target = table(workbook, sheet);
  const by = field(target, fieldKey);
  const far = Absent.far(target, "unique", by, (cell) => rules.key(cell, by));
  const near = Derived.keysAtHand(target, by, rules);
  return { get: (key) => both(far.get(key), Derived.idsAt(target, near, key)) };
}

/** Adds to `wants` what `keyIndex` needs to know who holds these keys. */
export function wantKeys(
  wants: Absent.Wants,
  table: Table,
  field: Field,
  rules: Rules,
  keys: Iterable<string>,
): void {
  Absent.far(table, "unique", field, (cell) => rules.key(cell, field)).want(wants, keys);
}

function both(far: readonly string[], near: readonly string[]): readonly string[] {
  return far.length === 0 ? near : [...far, ...near].sort();
}

export interface BackLink {
  readonly sheet: string;
  readonly field: string;
  readonly id: string;
}

/** The live records that link to a record (itself live or not), through fields and sheets that are not in the trash. */
export function backLinks(workbook: Workbook, sheet: string, id: string): readonly BackLink[] {
  return backLinksTo(workbook, sheet)(id);
}

/** `backLinks` prepared for many records of one sheet. Valid until the next `apply`. */
export function backLinksTo(
  workbook: Workbook,
  sheet: string,
): (id: string) => readonly BackLink[] {
  const columns: { linking: string; field: string; get(id: string): readonly string[] }[] = [];
  for (const linking of workbook.sheets.values()) {
    if (linking.sheet.deleted === true) continue;
    for (const candidate of linking.sheet.fields) {
      if (candidate.type !== "link" || candidate.link?.sheet !== sheet) continue;
      if (candidate.deleted === true) continue;
      const far = Absent.far(linking, "links", candidate, Derived.linked);
      const near = Derived.linksAtHand(linking, candidate);
      columns.push({
        linking: linking.key,
        field: candidate.key,
        get: (id) => both(far.get(id), Derived.idsAt(linking, near, id)),
      });
    }
  }
  return (id) =>
    columns.flatMap(({ linking, field: key, get }) =>
      get(id).map((from) => ({ sheet: linking, field: key, id: from })),
    );
}

/**
 * The fold: advances the workbook in place by the head that follows it. Only moves stored values. DomainError "corrupt" when
 * the head is not the next one or its operations contradict the workbook; the workbook must then be thrown away.
 */
export function apply(workbook: Workbook, head: Committed): Touched {
  if (head.seq !== workbook.seq + 1) {
    throw new DomainError("corrupt", `Change ${head.seq} does not follow ${workbook.seq}.`);
  }
  const touched = new Map<string, TouchedSheet>();
  head.changesets.forEach((changeset, place) => {
    const stamp = stampNumber(head.seq, place);
    workbook.stamps.set(stamp, { at: head.at, actor: changeset.actor });
    const { operations } = changeset;
    for (let at = 0; at < operations.length; at += 1) {
      const operation = operations[at] as Operation;
      if (operation.op !== "create") {
        applyOperation(workbook, operation, stamp, changeset.actor, touched);
        continue;
      }
      // An import is a row of them.
      const creates = [operation];
      for (let next = operations[at + 1]; isMore(next, operation); next = operations[at + 1]) {
        creates.push(next);
        at += 1;
      }
      applyCreates(workbook, creates, stamp, touched);
    }
    workbook.recent.set(changeset.id, {
      seq: head.seq,
      place,
      requestHash: changeset.requestHash,
    });
  });
  workbook.seq = head.seq;
  workbook.hash = head.hash;
  forgetOld(workbook);
  return touched;
}

function isMore(next: Operation | undefined, { sheet }: CreateOperation): next is CreateOperation {
  return next?.op === "create" && next.sheet === sheet;
}

function applyOperation(
  workbook: Workbook,
  operation: Exclude<Operation, CreateOperation>,
  stamp: number,
  actor: string,
  touched: Map<string, TouchedSheet>,
): void {
  if (operation.op === "sheet") {
    applySheet(workbook, operation);
    touch(touched, operation.key).schema = true;
    return;
  }
  const target = written(workbook, operation.sheet);
  const seen = touch(touched, operation.sheet);
  switch (operation.op) {
    case "field":
      applyField(target, operation);
      seen.schema = true;
      return;
    case "set":
    case "delete":
    case "restore": {
      const atHand = Absent.split(target, operation, stamp, actor);
      if (atHand !== undefined) applyLater(target, atHand, stamp, actor, seen);
      return;
    }
    default:
      unreachable(operation);
  }
}

function written(workbook: Workbook, sheet: string): Table {
  const found = workbook.sheets.get(sheet);
  if (found !== undefined) return found;
  throw new DomainError("corrupt", `The log writes to a sheet "${sheet}" that is not there.`);
}

function applyLater(
  target: Table,
  operation: Absent.Later,
  stamp: number,
  actor: string,
  seen: TouchedSheet,
): void {
  if (operation.op === "set") {
    append(seen.changed, applySet(target, operation, stamp, actor));
    for (const key in operation.fields) seen.fields.add(key);
  } else if (operation.op === "delete") {
    append(seen.deleted, applyTrash(target, operation.ids, 1, stamp));
  } else {
    append(seen.restored, applyTrash(target, operation.ids, 0, stamp));
  }
}

/**
 * To be called when the records of a page were added to a table that is not whole: does to them what the log has done since
 * the snapshot. Answers what that changed. DomainError "corrupt" as `apply`.
 */
export function arrive(target: Table, page: PageReference): Touched {
  const touched = new Map<string, TouchedSheet>();
  for (const { operation, stamp, actor } of Absent.arrive(target, page)) {
    applyLater(target, operation, stamp, actor, touch(touched, target.key));
  }
  return touched;
}

function touch(touched: Map<string, TouchedSheet>, sheet: string): TouchedSheet {
  let found = touched.get(sheet);
  if (found === undefined) {
    found = {
      schema: false,
      created: [],
      changed: [],
      deleted: [],
      restored: [],
      fields: new Set(),
    };
    touched.set(sheet, found);
  }
  return found;
}

function append(list: number[], more: readonly number[]): void {
  for (const row of more) list.push(row);
}

function applySheet(workbook: Workbook, operation: SheetOperation): void {
  const found = workbook.sheets.get(operation.key);
  const sheet: Sheet = {
    ...operation.after,
    key: operation.key,
    fields: found?.sheet.fields ?? [],
  };
  const table = found ?? addTable(workbook, sheet);
  table.sheet = sheet;
  Derived.reshaped(table.stamps);
}

function applyField(table: Table, operation: FieldOperation): void {
  table.sheet = { ...table.sheet, fields: place(table.sheet.fields, operation) };
  Derived.reshaped(table.stamps);
}

/** A sheet's fields after a field operation. */
export function place(
  fields: readonly Field[],
  operation: Pick<FieldOperation, "after" | "position">,
): Field[] {
  const { after, position } = operation;
  const index = fields.findIndex((candidate) => candidate.key === after.key);
  const placed = fields.filter((candidate) => candidate.key !== after.key);
  placed.splice(position ?? (index === -1 ? placed.length : index), 0, after);
  return placed;
}

/** Creates of one sheet, one after the other. */
function applyCreates(
  workbook: Workbook,
  creates: readonly CreateOperation[],
  stamp: number,
  touched: Map<string, TouchedSheet>,
): void {
  const { sheet } = creates[0] as CreateOperation;
  const table = written(workbook, sheet);
  const seen = touch(touched, sheet);
  const start = table.ids.length;
  const rows: number[] = [];
  for (const { ids, fields } of creates) {
    append(rows, addIds(table, ids));
    for (const key in fields) seen.fields.add(key);
  }
  for (const row of rows) {
    seen.created.push(row);
    table.created.push(stamp);
    table.updated.push(stamp);
    table.deleted.push(0);
    table.shared.push(0);
  }
  table.live += rows.length;
  addValues(table, start, creates);
  Derived.moved(table, rows);
}

function applySet(table: Table, operation: SetOperation, stamp: number, actor: string): number[] {
  const rows = operation.ids.map((id) => stampRow(table, id, stamp));
  for (const row of rows) {
    if (table.shared[row] === 1) continue;
    if (table.stamps.get(table.created[row] as number)?.actor !== actor) table.shared[row] = 1;
  }
  for (const key in operation.fields) {
    const values = operation.fields[key] ?? [];
    const column = columnOf(table, key, 0);
    for (let index = 0; index < rows.length; index += 1) {
      const row = rows[index] as number;
      const cell = values[index] ?? undefined;
      if (row >= column.length) {
        if (cell === undefined) continue;
        while (column.length < row) column.push(undefined);
      }
      column[row] = cell;
    }
    Derived.written(table, key, rows);
  }
  return rows;
}

function applyTrash(table: Table, ids: readonly string[], deleted: 0 | 1, stamp: number): number[] {
  const rows = ids.map((id) => stampRow(table, id, stamp));
  for (const row of rows) {
    if (table.deleted[row] === deleted) continue;
    table.deleted[row] = deleted;
    table.live += deleted === 1 ? -1 : 1;
  }
  Derived.moved(table, rows);
  return rows;
}

function stampRow(table: Table, id: string, stamp: number): number {
  const row = table.rowById.get(id);
  if (row === undefined) {
    throw new DomainError(
      "corrupt",
      `The log changes record ${id} of ${table.key}, which is not there.`,
    );
  }
  table.updated[row] = stamp;
  return row;
}

/** The column, filled up to `length` where it is shorter. */
function columnOf(table: Table, key: string, length: number): (Cell | undefined)[] {
  let column = table.columns.get(key);
  if (column === undefined) {
    column = [];
    table.columns.set(key, column);
  }
  while (column.length < length) column.push(undefined);
  return column;
}

function forgetOld(workbook: Workbook): void {
  const { recent, stamps } = workbook;
  for (const id of recent.keys()) {
    if (recent.size <= RECENT_LIMIT) break;
    recent.delete(id);
  }
  let records = 0;
  for (const { ids } of workbook.sheets.values()) records += ids.length;
  // A record refers to two stamps at most, so what this leaves is at most half of what made it due.
  if (stamps.size <= 4 * records + RECENT_LIMIT) return;
  const used = new Set<number>();
  for (const { created, updated, absent } of workbook.sheets.values()) {
    for (const stamp of created) used.add(stamp);
    for (const stamp of updated) used.add(stamp);
    for (const { stamp } of absent?.waiting ?? []) used.add(stamp);
  }
  for (const stamp of stamps.keys()) if (!used.has(stamp)) stamps.delete(stamp);
}

/** A rough measure of the heap it takes, for bounding caches. */
export function heapBytes(workbook: Workbook): number {
  let total = 100_000;
  for (const { ids, columns, absent } of workbook.sheets.values()) {
    total += ids.length * 160;
    for (const column of columns.values()) total += column.length * (8 + cellBytes(column));
    if (absent !== undefined) total += Absent.heapBytes(absent);
  }
  return total;
}

/** Average beyond the pointer, from a sample: repeated values are shared. */
function cellBytes(column: readonly (Cell | undefined)[]): number {
  const step = Math.max(1, Math.floor(column.length / 128));
  const distinct = new Set<Cell>();
  let size = 0;
  let samples = 0;
  for (let row = 0; row < column.length; row += step) {
    const cell = column[row];
    samples += 1;
    if (cell === undefined || distinct.has(cell)) continue;
    distinct.add(cell);
    if (typeof cell === "string") size += 16 + cell.length * 1.05;
    else if (typeof cell === "object") size += 96;
    else if (typeof cell === "number") size += 8;
  }
  return samples === 0 ? 0 : size / samples;
}

/** One text for one state, however it was reached: hash it to compare replays. */
export function canonical(workbook: Workbook): string {
  const stamp = (number: number | undefined): unknown => {
    const found = workbook.stamps.get(number ?? -1);
    return [number, found?.at, found?.actor];
  };
  const sheets = [...workbook.sheets.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const state = sheets.map((table) => {
    const fields = [...table.columns.keys()].sort();
    return [
      sorted(table.sheet),
      Derived.allRows(table).map((row) => [
        table.ids[row],
        stamp(table.created[row]),
        stamp(table.updated[row]),
        table.deleted[row],
        table.shared[row],
        fields.flatMap((key) => {
          const cell = table.columns.get(key)?.[row];
          return cell === undefined ? [] : [[key, cell]];
        }),
      ]),
    ];
  });
  return JSON.stringify([workbook.epoch, workbook.seq, workbook.hash, state]);
}

/** The same JSON whatever the order in which properties were written. */
function sorted(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sorted);
  if (typeof json !== "object" || json === null) return json;
  const entries = Object.entries(json).filter(([, property]) => property !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, property]) => [key, sorted(property)]),
  );
}
