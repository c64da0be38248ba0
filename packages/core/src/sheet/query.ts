import { DomainError } from "../error.ts";
import { rows as liveRows, type Table } from "../ledger/workbook.ts";
import type { Context } from "./context.ts";
import * as Cursor from "./cursor.ts";
import * as Filter from "./filter.ts";
import * as Search from "./search.ts";
import * as Sort from "./sort.ts";

/** What a list request asks for. */
export interface Query {
  readonly filter?: Filter.Filter;
  /** Words to look for in all text. */
  readonly q?: string;
  readonly sort?: readonly Sort.SortKey[];
  /** 1 to 1,000; 100 when absent. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface Page {
  /** In order. */
  readonly rows: readonly number[];
  /** Records that match, on all pages. */
  readonly total: number;
  /** Where to go on; `null` at the end. */
  readonly next: string | null;
}

export const LIMIT = 100;
export const MOST = 1_000;

/** Rows that match, in creation order. DomainError as `Filter.compile`. */
export function matching(
  table: Table,
  { filter, q }: Pick<Query, "filter" | "q">,
  context: Context,
): readonly number[] {
  const passes = filter === undefined ? undefined : Filter.compile(filter, table, context);
  const search = q === undefined ? undefined : Search.compile(q, table, context);
  const rows = liveRows(table);
  const filtered = passes === undefined ? rows : rows.filter(passes);
  return search === undefined ? filtered : search(filtered);
}

/** All matching rows in order: what a view shows and an export writes. */
export function ordered(
  table: Table,
  query: Omit<Query, "limit" | "cursor">,
  context: Context,
): readonly number[] {
  const rows = matching(table, query, context);
  if (query.sort === undefined || query.sort.length === 0) return rows;
  const { compare } = Sort.sorter(query.sort, table, context);
  return rows.toSorted(compare); // stable: ties stay in creation order
}

/**
 * One page of the matching rows. Order: as sorted, ties and unsorted lists by creation. DomainError "malformed" for a bad limit
 * or a cursor of another list, "unknown-field" and "unknown-operator".
 */
export function page(table: Table, query: Query, context: Context): Page {
  const limit = query.limit ?? LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new DomainError("malformed", `“limit” is a whole number from 1 to ${MOST}.`, {
      errors: [{ path: "limit", message: `from 1 to ${MOST}` }],
    });
  }
  const keys = query.sort ?? [];
  const sorter = Sort.sorter(keys, table, context);
  const name = JSON.stringify([table.key, query.filter ?? null, query.q ?? "", Sort.toText(keys)]);
  const cursor =
    query.cursor === undefined ? undefined : Cursor.decode(query.cursor, name, keys.length);
  const matches = matching(table, query, context);
  const compare = byCreation(table, sorter);
  const behind = cursor === undefined ? matches : after(matches, cursor, table, sorter);
  const rows = keys.length === 0 ? behind.slice(0, limit) : smallest(behind, limit, compare);
  const last = rows.at(-1);
  const next =
    last === undefined || behind.length <= rows.length
      ? null
      : Cursor.encode({ id: table.ids[last] ?? "", values: sorter.values(last) }, name);
  return { rows, total: matches.length, next };
}

function byCreation(table: Table, sorter: Sort.Sorter): (a: number, b: number) => number {
  const { ids } = table;
  return (a, b) => sorter.compare(a, b) || ((ids[a] ?? "") < (ids[b] ?? "") ? -1 : 1);
}

function after(
  rows: readonly number[],
  cursor: Cursor.Cursor,
  table: Table,
  sorter: Sort.Sorter,
): readonly number[] {
  const { id } = cursor;
  const here = table.rowById.get(id);
  const values = cursor.values ?? (here === undefined ? [] : sorter.values(here));
  return rows.filter((row) => {
    const order = sorter.compareTo(row, values);
    return order > 0 || (order === 0 && (table.ids[row] ?? "") > id);
  });
}

/** The first `count` rows in order, without sorting the rest. */
function smallest(
  rows: readonly number[],
  count: number,
  compare: (a: number, b: number) => number,
): readonly number[] {
  if (rows.length <= 4 * count) return rows.toSorted(compare).slice(0, count);
  const best = rows.slice(0, count).sort(compare);
  let worst = best[count - 1] ?? 0;
  for (let index = count; index < rows.length; index += 1) {
    const row = rows[index] ?? 0;
    if (compare(row, worst) >= 0) continue;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(row, best[middle] ?? 0) < 0) high = middle;
      else low = middle + 1;
    }
    best.copyWithin(low + 1, low, count - 1);
    best[low] = row;
    worst = best[count - 1] ?? 0;
  }
  return best;
}
