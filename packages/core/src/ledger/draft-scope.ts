import type { Cell } from "../field/cell.ts";
import { DomainError } from "../error.ts";
import { plain } from "../field/define.ts";
import type { Field, Sheet } from "../field/field.ts";
import type { Refusal } from "./changeset.ts";
import type { Operation } from "./operation.ts";
import type { RecordOperation } from "./rows.ts";
import type { Rules } from "./rules.ts";
import * as Workbook from "./workbook.ts";

/** What a check knows while it runs: the workbook, and what the draft makes of it. */
export interface Scope {
  readonly workbook: Workbook.Workbook;
  readonly rules: Rules;
  /** Milliseconds; absent: what is in the trash can be brought back however old it is. */
  readonly now: number | undefined;
  /** Sheet and field operations that are refused, by index in the draft. */
  readonly without: ReadonlyMap<number, Refusal>;
  /** Sheets as they are after the draft, where the draft changes them. */
  readonly schema: Map<string, Sheet>;
  readonly sheets: Map<string, SheetScope>;
  /** Record operations by their index in the draft. */
  readonly entries: Map<number, Entry>;
  /** In the order in which they were found, with the index of the operation. */
  readonly refused: { readonly refusal: Refusal; readonly index: number }[];
  /** Records that the draft does not write but that decided, by sheet. */
  readonly looked: Map<string, Set<string>>;
  /** Fields whose normalised values decided, as `<sheet>/<field>`. */
  readonly decidedBy: Set<string>;
}

export interface SheetScope {
  readonly key: string;
  /** As it is after the draft. */
  readonly sheet: Sheet;
  /** Absent for a sheet that the draft creates. */
  readonly table: Workbook.Table | undefined;
  readonly entries: Entry[];
  /** Whether the draft creates records here. */
  creates: boolean;
  /** Ids that stand in more than one operation of the draft. */
  shared: ReadonlySet<string>;
  readonly refusedIds: Set<string>;
  /** Of shared ids: whether the record is live after the operations looked at so far. */
  readonly live: Map<string, boolean>;
  /** Of shared ids, by field: what the operations looked at so far wrote. */
  readonly written: Map<string, Map<string, Cell | null>>;
  field(key: string): Field | undefined;
  existed(id: string): boolean;
  /** Whether the draft creates the record (refused or not). */
  isCreated(id: string): boolean;
  prevOf(row: number): number;
}

/** One record operation of the draft. */
export interface Entry {
  readonly index: number;
  readonly sheet: SheetScope;
  operation: RecordOperation;
  /** Where the records are in the table; -1 for those that are not in it. */
  readonly rows: readonly number[];
  /** 1 for rows that land. */
  readonly keep: Uint8Array;
}

export function createScope(
  workbook: Workbook.Workbook,
  rules: Rules,
  without: ReadonlyMap<number, Refusal>,
  now?: number,
): Scope {
  return {
    workbook,
    rules,
    now,
    without,
    schema: new Map(),
    sheets: new Map(),
    entries: new Map(),
    refused: [],
    looked: new Map(),
    decidedBy: new Set(),
  };
}

/** A sheet as it is after the draft. */
export function sheetAfter(scope: Scope, key: string): Sheet | undefined {
  return scope.schema.get(key) ?? scope.workbook.sheets.get(key)?.sheet;
}

/** DomainError "not-found". */
export function sheetScope(scope: Scope, key: string): SheetScope {
  const known = scope.sheets.get(key);
  if (known !== undefined) return known;
  const sheet = sheetAfter(scope, key);
  if (sheet === undefined) throw new DomainError("not-found", `There is no sheet "${key}".`);
  const table = scope.workbook.sheets.get(key);
  const fields = new Map(sheet.fields.map((field) => [field.key, field]));
  const entries: Entry[] = [];
  let created: Set<string> | undefined;
  const made: SheetScope = {
    key,
    sheet,
    table,
    entries,
    creates: false,
    shared: new Set(),
    refusedIds: new Set(),
    live: new Map(),
    written: new Map(),
    field: (name) => fields.get(name),
    existed: (id) => table?.rowById.has(id) === true,
    isCreated(id) {
      if (!made.creates) return false;
      if (created === undefined) {
        created = new Set();
        for (const { operation } of entries) {
          if (operation.op === "create") for (const each of operation.ids) created.add(each);
        }
      }
      return created.has(id);
    },
    prevOf: (row) => (table === undefined || row < 0 ? 0 : Workbook.lastSeq(table, row)),
  };
  scope.sheets.set(key, made);
  return made;
}

/** Refuses a record in every operation of the draft. The first reason is the one that is told. */
export function refuse(
  scope: Scope,
  sheet: SheetScope,
  id: string,
  index: number,
  reason: string,
  field?: string,
): void {
  if (sheet.refusedIds.has(id)) return;
  sheet.refusedIds.add(id);
  scope.refused.push({
    refusal: { sheet: sheet.key, id, ...(field === undefined ? {} : { field }), reason },
    index,
  });
}

/** Says that a record decided something although the draft does not write it. */
export function look(scope: Scope, sheet: string, id: string): void {
  const ids = scope.looked.get(sheet);
  if (ids === undefined) scope.looked.set(sheet, new Set([id]));
  else ids.add(id);
}

/** What a record of the sheet holds before the draft. */
export function cellBefore(sheet: SheetScope, row: number, field: string): Cell | undefined {
  return sheet.table === undefined || row < 0 ? undefined : Workbook.value(sheet.table, row, field);
}

/** Whether a record that the draft writes to is out of the trash after the draft. */
export function isLiveAfter(sheet: SheetScope, id: string, row: number): boolean {
  return sheet.live.get(id) ?? (row < 0 || sheet.table?.deleted[row] === 0);
}

/** Index of the operation that made a field what it is after the draft. */
export function lastChange(
  scope: Scope,
  asked: readonly Operation[],
  sheet: string,
  field: string,
): number {
  return asked.findLastIndex(
    (operation, index) =>
      operation.op === "field" &&
      operation.sheet === sheet &&
      operation.after.key === field &&
      !scope.without.has(index),
  );
}

/** A value in a message. */
export function quote(cell: Cell): string {
  const text = plain(cell);
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
}
