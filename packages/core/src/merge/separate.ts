import { DomainError } from "../error.ts";
import { equals, isInvalid, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { registry } from "../field/registry.ts";
import { recordIds } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import {
  expect,
  isLive,
  record,
  rows,
  seqOf,
  table as tableOf,
  value,
  type Table,
  type Workbook,
} from "../ledger/workbook.ts";
import type { Platform } from "../platform.ts";
import { localeOf } from "../sheet/settings.ts";
import { prepare } from "../sheet/templates.ts";
import { labelOf } from "../sheet/title.ts";
import * as Memory from "./memory.ts";

/** The system sheet whose records are pairs that are to be kept separate. */
export const SHEET = "_separate";

/** Types by which a record is known, beside the fields that name it. */
const KEY_TYPES = ["email", "phone", "url"];

export interface SeparatePlan {
  readonly operations: readonly Operation[];
  readonly label: string;
}

/**
 * Remembers of two records, or of each two of more, that they are not the same, as what they are now known by. DomainError
 * "not-found" where one is not there.
 */
export function planSeparate(
  workbook: Workbook,
  sheet: string,
  ids: readonly string[],
  platform: Pick<Platform, "clock" | "random">,
): SeparatePlan {
  const table = tableOf(workbook, sheet);
  const sorted = [...new Set(ids)].sort();
  if (sorted.length < 2 || sorted.length < ids.length) {
    throw new DomainError("malformed", "Two different records are needed.");
  }
  expect(table, sorted);
  const rowOf = new Map(sorted.map((id) => [id, liveRow(table, id)]));
  const index = indexOf(workbook);
  const pairs = sorted.flatMap((a, at) =>
    sorted.slice(at + 1).map((b) => ({
      a,
      b,
      keys: keysOf(table, [rowOf.get(a) as number, rowOf.get(b) as number]),
      known: index?.get(nameOf(sheet, a, b))?.find((pair) => pair.a === a && pair.b === b)?.id,
    })),
  );
  const fresh = pairs.filter(({ known }) => known === undefined);
  const again = pairs
    .filter(({ known }) => known !== undefined)
    .sort((x, y) => ((x.known as string) < (y.known as string) ? -1 : 1));
  const operations: Operation[] = [...prepare(workbook, SHEET)];
  if (fresh.length > 0) {
    operations.push({
      op: "create",
      sheet: SHEET,
      ids: recordIds(platform, fresh.length),
      fields: {
        sheet: fresh.map(() => sheet),
        a: fresh.map(({ a }) => a),
        b: fresh.map(({ b }) => b),
        keys: fresh.map(({ keys }) => keys),
      },
    });
  }
  if (again.length > 0) {
    operations.push({
      op: "set",
      sheet: SHEET,
      ids: again.map(({ known }) => known as string),
      fields: { keys: again.map(({ keys }) => keys) },
    });
  }
  const locale = localeOf(workbook);
  const names = sorted.map((id) => labelOf(table, rowOf.get(id) as number, locale));
  const whom =
    names.length === 2
      ? `${names[0]} and ${names[1]}`
      : `${names.length} ${table.sheet.name.toLowerCase()}`;
  return { operations, label: `Kept ${whom} separate` };
}

/**
 * Whether somebody said that they are not the same, and what they are known by has not changed since. What was said of a record holds for
 * the one that it was merged into, too, while that merge is in force; a merge is no change.
 */
export function isSeparate(workbook: Workbook, sheet: string, a: string, b: string): boolean {
  const index = indexOf(workbook);
  const table = workbook.sheets.get(sheet);
  if (index === undefined || index.size === 0 || table === undefined) return false;
  const pairs = index.get(nameOf(sheet, ...ordered(a, b))) ?? [];
  return pairs.some((pair) => isInForce(workbook, table, pair));
}

/** A pair as it was said. */
export interface Separation {
  readonly a: string;
  readonly b: string;
  /** Seq of when it was said, or said again. */
  readonly seq: number;
}

/** The pairs of a sheet that are kept separate and have not changed since. */
export function separations(workbook: Workbook, sheet: string): readonly Separation[] {
  const table = workbook.sheets.get(sheet);
  if (table === undefined) return [];
  const pairs = new Set([...(indexOf(workbook)?.values() ?? [])].flat());
  const stamps = workbook.sheets.get(SHEET)?.updated ?? [];
  return [...pairs]
    .filter((pair) => pair.sheet === sheet && isInForce(workbook, table, pair))
    .map(({ a, b, row }) => ({ a, b, seq: seqOf(stamps[row] ?? 0) }));
}

function isInForce(workbook: Workbook, table: Table, { a, b, row }: Pair): boolean {
  const stored = workbook.sheets.get(SHEET);
  const said = partsOf(String((stored && value(stored, row, "keys")) ?? ""));
  return (
    said !== undefined &&
    isKnownBy(workbook, table, a, said[0]) &&
    isKnownBy(workbook, table, b, said[1])
  );
}

function partsOf(keys: string): readonly [string, string] | undefined {
  try {
    const [a, b] = JSON.parse(keys) as readonly unknown[];
    return [JSON.stringify(a), JSON.stringify(b)];
  } catch {
    return undefined;
  }
}

/** Whether the record is known by that now, or was before merges into it after which nobody changed it. */
function isKnownBy(workbook: Workbook, table: Table, id: string, said: string): boolean {
  const row = record(table, id)?.row;
  if (row === undefined) return false;
  const fields = keyFields(table);
  const cells = new Map(fields.map(({ key }) => [key, value(table, row, key) ?? null] as const));
  if (partOf(fields, cells) === said) return true;
  for (const merge of Memory.mergesInto(workbook, table.key, id).toReversed()) {
    const memory = Memory.recall(workbook, merge.id)?.memory.fields ?? [];
    for (const [key, before, after] of memory) {
      if (!cells.has(key)) continue;
      if (!equals(cells.get(key), after)) return false;
      cells.set(key, before);
    }
    if (partOf(fields, cells) === said) return true;
  }
  return false;
}

function liveRow(table: Table, id: string): number {
  const row = record(table, id)?.row;
  if (row !== undefined && isLive(table, row)) return row;
  throw new DomainError(
    "not-found",
    `There is no record ${id.slice(0, 40)} in ${table.sheet.name}.`,
  );
}

interface Pair {
  /** Of the record in `_separate`. */
  readonly id: string;
  readonly row: number;
  readonly sheet: string;
  readonly a: string;
  readonly b: string;
}

/** By the names of the two, and of the records that stand for them now. */
type Index = ReadonlyMap<string, readonly Pair[]>;

/** By the list of live rows, which is another one as soon as a pair is added or goes; `merges` likewise. */
const indexes = new WeakMap<
  readonly number[],
  { readonly merges: readonly number[] | undefined; readonly index: Index }
>();

function indexOf(workbook: Workbook): Index | undefined {
  const table = workbook.sheets.get(SHEET);
  if (table === undefined) return undefined;
  const live = rows(table);
  const mergeTable = workbook.sheets.get(Memory.SHEET);
  const merges = mergeTable && rows(mergeTable);
  const known = indexes.get(live);
  if (known !== undefined && known.merges === merges) return known.index;
  const index = build(workbook, table, live);
  indexes.set(live, { merges, index });
  return index;
}

function build(workbook: Workbook, table: Table, live: readonly number[]): Index {
  const text = (row: number, key: string): string => String(value(table, row, key) ?? "");
  const index = new Map<string, Pair[]>();
  const put = (name: string, pair: Pair): void => {
    const known = index.get(name);
    if (known === undefined) index.set(name, [pair]);
    else if (!known.includes(pair)) known.push(pair);
  };
  for (const row of live) {
    const [sheet, a, b] = [text(row, "sheet"), text(row, "a"), text(row, "b")];
    const pair = { id: table.ids[row] ?? "", row, sheet, a, b };
    put(nameOf(sheet, a, b), pair);
    const [x, y] = [a, b].map((id) => Memory.resolve(workbook, sheet, id) ?? id) as [
      string,
      string,
    ];
    if (x !== y) put(nameOf(sheet, ...ordered(x, y)), pair);
  }
  return index;
}

function ordered(a: string, b: string): [string, string] {
  return a < b ? [a, b] : [b, a];
}

function nameOf(sheet: string, a: string, b: string): string {
  return `${sheet}/${a}/${b}`;
}

function keyFields(table: Table): readonly Field[] {
  return table.sheet.fields.filter(
    ({ key, type, deleted, formula }) =>
      deleted !== true &&
      formula === undefined &&
      (table.sheet.title.includes(key) || KEY_TYPES.includes(type)),
  );
}

/** What both are known by, normalised: letters of another case, spaces, another spelling of a number change nothing. */
function keysOf(table: Table, at: readonly [number, number]): string {
  const fields = keyFields(table);
  const parts = at.map((row) =>
    partOf(fields, new Map(fields.map(({ key }) => [key, value(table, row, key) ?? null]))),
  );
  return `[${parts.join(",")}]`;
}

function partOf(fields: readonly Field[], cells: ReadonlyMap<string, Cell | null>): string {
  return JSON.stringify(
    fields.flatMap((field) => {
      const cell = cells.get(field.key);
      if (cell === undefined || cell === null) return [];
      const key = isInvalid(cell) ? cell.invalid : registry[field.type].key(cell);
      return key === undefined ? [] : [[field.key, key.trim().toLowerCase()]];
    }),
  );
}
