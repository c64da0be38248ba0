import type { Cell } from "../field/cell.ts";
import type { Field, FieldType } from "../field/field.ts";
import type { PageReference } from "./ledger.ts";
import type { DeleteOperation, RestoreOperation, SetOperation } from "./operation.ts";
import { pickRows } from "./rows.ts";
import type { Table } from "./workbook.ts";

/**
 * What of a sheet's snapshot is not in memory; a table that is whole has no such thing. Whoever asks for what is not there gets
 * `Missing` thrown, never a wrong answer: by id through `rowById`, by order through `rows` and `allRows`, by key and link
 * through the stored indexes. See docs/decisions/reading-by-parts.md.
 */
export interface Absent {
  /** Record pages that are not in memory, ascending; no two overlap. */
  pages: readonly PageReference[];
  /** Rows at hand, by id. */
  readonly rows: Map<string, number>;
  /** What the log has done since the snapshot to records of those pages, oldest first. */
  waiting: Waiting[];
  /** The snapshot's indexes, by kind and field key: `unique email`. */
  readonly indexes: ReadonlyMap<string, StoredIndex>;
}

export type Later = SetOperation | DeleteOperation | RestoreOperation;

/** The rows of a committed operation that a page has to come in for. */
export interface Waiting {
  readonly operation: Later;
  readonly stamp: number;
  readonly actor: string;
}

export interface StoredIndex {
  /** Of the field when the snapshot was taken. */
  readonly type: FieldType;
  /** Ascending by key; one key may stand on neighbours. */
  readonly pages: readonly PageReference[];
  /** Of pages at hand, by hash: ids by key. */
  readonly entries: Map<string, ReadonlyMap<string, readonly string[]>>;
}

export type IndexKind = "unique" | "links";

/** Ids of records, as a table is asked for them. */
export type RowsById = Pick<Map<string, number>, "get" | "has" | "set" | "delete" | "size">;

/**
 * Thrown where something needs pages that are not in memory. Not a failure: whoever runs the computation loads them and runs
 * it again from the start.
 */
export class Missing extends Error {
  /** By sheet key. Records and indexes. */
  readonly pages: ReadonlyMap<string, readonly PageReference[]>;

  constructor(pages: ReadonlyMap<string, readonly PageReference[]>) {
    super(`Not in memory: pages of ${[...pages.keys()].join(", ")}.`);
    this.pages = pages;
  }
}

/** What was missed and has not reached whoever computes. */
let unheard: Missing | undefined;

/** To be thrown at once. */
export function missing(pages: Missing["pages"]): Missing {
  unheard = new Missing(pages);
  return unheard;
}

/** What `look` answers, unless something was missing on the way, also where somebody caught that as if it were a failure. */
export function heard<T>(look: () => T): T {
  unheard = undefined;
  let answer: T;
  try {
    answer = look();
  } catch (error) {
    throw unheard ?? error;
  }
  if (unheard !== undefined) throw unheard as Missing;
  return answer;
}

/** Makes the table one whose records are in these pages, none of them in memory. */
export function begin(
  table: Table,
  pages: readonly PageReference[],
  indexes: ReadonlyMap<string, StoredIndex>,
): void {
  if (pages.length === 0) return;
  const rows = new Map<string, number>();
  const absent: Absent = {
    pages: pages.toSorted((a, b) => (a.first < b.first ? -1 : 1)),
    rows,
    waiting: [],
    indexes,
  };
  table.absent = absent;
  table.rowById = {
    get(id) {
      const row = rows.get(id);
      if (row === undefined) demand(table, pageOf(absent, id));
      return row;
    },
    has(id) {
      const has = rows.has(id);
      if (!has) demand(table, pageOf(absent, id));
      return has;
    },
    set: (id, row) => rows.set(id, row),
    delete: (id) => rows.delete(id),
    get size() {
      whole(table);
      return rows.size;
    },
  };
}

/** Says that everything about the sheet's records matters, not only some of them. */
export function whole(table: Table): void {
  if (table.absent !== undefined) throw rest(table, table.absent);
}

function rest(table: Table, { pages }: Absent): Missing {
  return missing(new Map([[table.key, pages]]));
}

function demand(table: Table, page: PageReference | undefined): void {
  if (page !== undefined) throw missing(new Map([[table.key, [page]]]));
}

/** The page not in memory on which the record is, if there is such a record in the snapshot. */
function pageOf({ pages }: Absent, id: string): PageReference | undefined {
  let low = 0;
  let high = pages.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pages[middle] as PageReference).first <= id) low = middle;
    else high = middle - 1;
  }
  const page = pages[low];
  return page !== undefined && page.first <= id && id <= page.last ? page : undefined;
}

/** What a computation is about to look at, so that all of it is fetched at once. */
export interface Wants {
  readonly pages: Map<string, Set<PageReference>>;
}

export function wants(): Wants {
  return { pages: new Map() };
}

/** Records that are going to be looked at. */
export function want(list: Wants, table: Table | undefined, ids: Iterable<string>): void {
  const absent = table?.absent;
  if (table === undefined || absent === undefined) return;
  for (const id of ids) {
    if (!absent.rows.has(id)) add(list, table, pageOf(absent, id));
  }
}

function add(list: Wants, table: Table, page: PageReference | undefined): void {
  if (page === undefined) return;
  const pages = list.pages.get(table.key);
  if (pages === undefined) list.pages.set(table.key, new Set([page]));
  else pages.add(page);
}

/** Throws `Missing` when something wanted is not in memory. */
export function settle({ pages }: Wants): void {
  if (pages.size === 0) return;
  throw missing(new Map([...pages].map(([sheet, set]) => [sheet, [...set]])));
}

/** The rows of a committed operation that are at hand; the others wait for their pages. `undefined`: none is. */
export function split<Operation extends Later>(
  table: Table,
  operation: Operation,
  stamp: number,
  actor: string,
): Operation | undefined {
  const { absent } = table;
  if (absent === undefined) return operation;
  const later: number[] = [];
  operation.ids.forEach((id, at) => {
    if (!absent.rows.has(id) && pageOf(absent, id) !== undefined) later.push(at);
  });
  if (later.length === 0) return operation;
  const waits = new Uint8Array(operation.ids.length);
  for (const at of later) waits[at] = 1;
  const rows = pickRows<Later>(operation, (list) => list.filter((_, at) => waits[at] === 1));
  // What they replaced is of no use to the fold.
  const { op, sheet, ids } = rows;
  absent.waiting.push({
    operation:
      rows.op === "set"
        ? { op: rows.op, sheet, ids, fields: rows.fields }
        : ({ op, sheet, ids } as Later),
    stamp,
    actor,
  });
  if (later.length === operation.ids.length) return undefined;
  return pickRows(operation, (list) => list.filter((_, at) => waits[at] === 0));
}

/**
 * Takes note that the records of a page were added. Answers what waited for them, oldest first; the table is whole when this
 * was its last page.
 */
export function arrive(table: Table, page: PageReference): Waiting[] {
  const { absent } = table;
  if (absent === undefined) return [];
  const due: Waiting[] = [];
  const left: Waiting[] = [];
  for (const each of absent.waiting) {
    const { ids } = each.operation;
    const isHere = (at: number): boolean => {
      const id = ids[at] as string;
      return id >= page.first && id <= page.last;
    };
    const here = ids.filter((_, at) => isHere(at)).length;
    if (here === 0) left.push(each);
    else if (here === ids.length) due.push(each);
    else {
      const pick = (side: boolean): Later =>
        pickRows(each.operation, (list) => list.filter((_, at) => isHere(at) === side));
      due.push({ ...each, operation: pick(true) });
      left.push({ ...each, operation: pick(false) });
    }
  }
  absent.waiting = left;
  absent.pages = absent.pages.filter(({ hash }) => hash !== page.hash);
  if (absent.pages.length === 0) {
    table.rowById = absent.rows;
    table.absent = undefined;
  }
  return due;
}

/** Whether the page's records, or an index page's entries, are still to come. */
export function lacks(table: Table, page: PageReference): boolean {
  const { absent } = table;
  if (absent === undefined) return false;
  if (page.kind === "records") return absent.pages.some(({ hash }) => hash === page.hash);
  const index = indexOfPage(absent, page);
  return index !== undefined && !index.entries.has(page.hash);
}

/** Takes the entries of an index page in. */
export function index(
  table: Table,
  page: PageReference,
  entries: ReadonlyMap<string, readonly string[]>,
): void {
  if (table.absent !== undefined) indexOfPage(table.absent, page)?.entries.set(page.hash, entries);
}

function indexOfPage({ indexes }: Absent, page: PageReference): StoredIndex | undefined {
  return indexes.get(`${page.kind} ${page.sheet.split("/")[1] ?? ""}`);
}

/** Looks up records that are not at hand by what stands in one of their cells. */
export interface FarIndex {
  /** Makes sure of these keys in one go. */
  want(list: Wants, keys: Iterable<string>): void;
  /** Ids of the live records under a key that are not in memory; they are as the snapshot has them. */
  get(key: string): readonly string[];
}

/**
 * Of records not at hand: by the snapshot's index, as long as nothing has happened to them since. Those to which something did,
 * and which stand under the key or may, are missed. Without such an index for the field as it is now, the whole table is.
 */
export function far(
  table: Table,
  kind: IndexKind,
  field: Field,
  keysOf: (cell: Cell) => string | readonly string[] | undefined,
): FarIndex {
  const { absent } = table;
  if (absent === undefined) return { want() {}, get: () => [] };
  const stored = absent.indexes.get(`${kind} ${field.key}`);
  if (stored === undefined || stored.type !== field.type) throw rest(table, absent);
  const { pages, entries } = stored;
  let unsure: Unsure | undefined;

  function pagesOf(key: string): PageReference[] {
    return pages.filter(({ first, last }) => first <= key && key <= last);
  }

  return {
    want(list, keys) {
      for (const key of keys) {
        for (const page of pagesOf(key)) if (!entries.has(page.hash)) add(list, table, page);
      }
    },
    get(key) {
      const list = wants();
      const there = pagesOf(key);
      for (const page of there) if (!entries.has(page.hash)) add(list, table, page);
      settle(list);
      unsure ??= unsureOf(absent, field.key, keysOf);
      const ids = there
        .flatMap((page) => entries.get(page.hash)?.get(key) ?? [])
        .filter((id) => !absent.rows.has(id));
      want(list, table, unsure.moved);
      want(list, table, unsure.written.get(key) ?? []);
      const { touched } = unsure;
      want(
        list,
        table,
        ids.filter((id) => touched.has(id)),
      );
      settle(list);
      return ids;
    },
  };
}

/** Records not at hand of which the snapshot's index may no longer tell the truth. */
interface Unsure {
  /** Came out of the trash, with whatever they hold. */
  readonly moved: ReadonlySet<string>;
  /** By the keys written to them. */
  readonly written: ReadonlyMap<string, readonly string[]>;
  /** Everybody to whom something happened. */
  readonly touched: ReadonlySet<string>;
}

function unsureOf(
  { waiting }: Absent,
  field: string,
  keysOf: (cell: Cell) => string | readonly string[] | undefined,
): Unsure {
  const moved = new Set<string>();
  const touched = new Set<string>();
  const written = new Map<string, string[]>();
  const note = (key: string, id: string): void => {
    const ids = written.get(key);
    if (ids === undefined) written.set(key, [id]);
    else ids.push(id);
  };
  for (const { operation } of waiting) {
    const column = operation.op === "set" ? operation.fields[field] : undefined;
    if (operation.op === "set" && column === undefined) continue;
    operation.ids.forEach((id, at) => {
      touched.add(id);
      if (operation.op === "restore") moved.add(id);
      const cell = column?.[at];
      const keys = cell === null || cell === undefined ? undefined : keysOf(cell);
      if (typeof keys === "string") note(keys, id);
      else for (const key of keys ?? []) note(key, id);
    });
  }
  return { moved, written, touched };
}

/** A rough measure of the heap it takes: what waits, and index pages. */
export function heapBytes({ waiting, pages, indexes }: Absent): number {
  let total = pages.length * 300;
  for (const { operation } of waiting) {
    const columns = operation.op === "set" ? Object.keys(operation.fields).length : 0;
    total += 200 + operation.ids.length * 40 * (1 + columns);
  }
  for (const index of indexes.values()) {
    for (const page of index.pages) total += index.entries.has(page.hash) ? page.bytes * 12 : 300;
  }
  return total;
}
