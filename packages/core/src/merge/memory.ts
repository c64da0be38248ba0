import type { Cell } from "../field/cell.ts";
import {
  isLive,
  record,
  rows,
  seqOf,
  value,
  type Table,
  type Workbook,
} from "../ledger/workbook.ts";

/** The system sheet whose records are the merges in force. An unmerge puts its record into the trash. */
export const SHEET = "_merges";

/** What a merge did to one field of the survivor. */
export type FieldMemory = readonly [
  field: string,
  before: Cell | null,
  after: Cell | null,
  /** The record whose value was taken, where it is not the survivor. */
  from?: string,
];

/** What a merge did to one link to a merged record: ids before and after. */
export type LinkMemory = readonly [
  sheet: string,
  field: string,
  id: string,
  before: readonly string[],
  after: readonly string[],
];

/** All that an unmerge needs to know, as JSON in the record of the merge. */
export interface Memory {
  readonly fields: readonly FieldMemory[];
  readonly links: readonly LinkMemory[];
}

export interface Merge {
  /** Of the record in `_merges`. */
  readonly id: string;
  readonly sheet: string;
  readonly survivor: string;
  readonly merged: readonly string[];
  /** Milliseconds. */
  readonly at: number;
  /** User id of who merged. */
  readonly by: string;
  readonly seq: number;
}

interface Index {
  readonly byMerged: ReadonlyMap<string, Merge>;
  readonly bySurvivor: ReadonlyMap<string, readonly Merge[]>;
}

/** By the list of live rows, which is another one as soon as a merge is added or taken back. */
const indexes = new WeakMap<readonly number[], Index>();

function indexOf(workbook: Workbook): Index | undefined {
  const table = workbook.sheets.get(SHEET);
  if (table === undefined) return undefined;
  const live = rows(table);
  let index = indexes.get(live);
  if (index === undefined) indexes.set(live, (index = build(table, live)));
  return index;
}

function build(table: Table, live: readonly number[]): Index {
  const byMerged = new Map<string, Merge>();
  const bySurvivor = new Map<string, Merge[]>();
  for (const row of live.toSorted((a, b) => (table.created[a] ?? 0) - (table.created[b] ?? 0))) {
    const merge = mergeAt(table, row);
    // Later ones win: a record that came back otherwise may have been merged again.
    for (const id of merge.merged) byMerged.set(nameOf(merge.sheet, id), merge);
    const name = nameOf(merge.sheet, merge.survivor);
    const others = bySurvivor.get(name);
    if (others === undefined) bySurvivor.set(name, [merge]);
    else others.push(merge);
  }
  return { byMerged, bySurvivor };
}

function nameOf(sheet: string, id: string): string {
  return `${sheet}/${id}`;
}

function mergeAt(table: Table, row: number): Merge {
  const stamp = table.created[row] ?? 0;
  const { at = 0, actor = "" } = table.stamps.get(stamp) ?? {};
  return {
    id: table.ids[row] ?? "",
    sheet: textAt(table, row, "sheet"),
    survivor: textAt(table, row, "survivor"),
    merged: textAt(table, row, "merged").split(" "),
    at,
    by: actor,
    seq: seqOf(stamp),
  };
}

function textAt(table: Table, row: number, field: string): string {
  const cell = value(table, row, field);
  return typeof cell === "string" ? cell : "";
}

/** The merges into a record that are in force, oldest first. */
export function mergesInto(workbook: Workbook, sheet: string, survivor: string): readonly Merge[] {
  return indexOf(workbook)?.bySurvivor.get(nameOf(sheet, survivor)) ?? [];
}

/** The merge that took a record away, if it is in force. */
export function mergeOf(workbook: Workbook, sheet: string, id: string): Merge | undefined {
  return indexOf(workbook)?.byMerged.get(nameOf(sheet, id));
}

/** Whether a merge in force speaks of the record: it can then be brought back however long ago it went. */
export function isRemembered(workbook: Workbook, sheet: string, id: string): boolean {
  return mergeOf(workbook, sheet, id) !== undefined || mergesInto(workbook, sheet, id).length > 0;
}

/**
 * The id of the record that stands for this one now: itself while it is there, else the one it was merged into, and so on.
 * `undefined` where that one is not there either, also where merges lead in a circle.
 */
export function resolve(workbook: Workbook, sheet: string, id: string): string | undefined {
  const table = workbook.sheets.get(sheet);
  if (table === undefined) return undefined;
  const seen = new Set<string>();
  for (let at = id; !seen.has(at);) {
    const row = record(table, at)?.row;
    if (row !== undefined && isLive(table, row)) return at;
    seen.add(at);
    const merge = mergeOf(workbook, sheet, at);
    if (merge === undefined) return undefined;
    at = merge.survivor;
  }
  return undefined;
}

/** A merge in force by the id of its record, with all it remembers. What cannot be read of that is left out. */
export function recall(
  workbook: Workbook,
  id: string,
): { readonly merge: Merge; readonly memory: Memory } | undefined {
  const table = workbook.sheets.get(SHEET);
  const row = table && record(table, id)?.row;
  if (table === undefined || row === undefined || !isLive(table, row)) return undefined;
  return { merge: mergeAt(table, row), memory: read(textAt(table, row, "memory")) };
}

export function write(memory: Memory): string {
  return JSON.stringify(memory);
}

function read(text: string): Memory {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { fields: [], links: [] };
  }
  const { fields, links } = Object(json) as { fields?: unknown; links?: unknown };
  return { fields: list(fields).filter(isField), links: list(links).filter(isLink) };
}

function list(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}

function isField(json: unknown): json is FieldMemory {
  return Array.isArray(json) && typeof json[0] === "string" && json.length >= 3;
}

function isLink(json: unknown): json is LinkMemory {
  return (
    Array.isArray(json) &&
    json.slice(0, 3).every((part) => typeof part === "string") &&
    isIds(json[3]) &&
    isIds(json[4])
  );
}

function isIds(json: unknown): json is readonly string[] {
  return Array.isArray(json) && json.every((id) => typeof id === "string");
}
