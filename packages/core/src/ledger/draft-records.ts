import { DomainError } from "../error.ts";
import { equals, isInvalid, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { isRemembered } from "../merge/memory.ts";
import * as Absent from "./absent.ts";
import type { Draft } from "./changeset.ts";
import { dictionaryOf } from "./columns.ts";
import { SchemaRefusal, sameJson } from "./draft-schema.ts";
import {
  cellBefore,
  isLiveAfter,
  lastChange,
  look,
  quote,
  refuse,
  sheetScope,
  type Entry,
  type Scope,
  type SheetScope,
} from "./draft-scope.ts";
import { checkUnique } from "./draft-unique.ts";
import type { Column, Operation } from "./operation.ts";
import { isRecords } from "./rows.ts";
import * as Trash from "./trash.ts";
import * as Vetted from "./vetted.ts";
import * as Weight from "./weight.ts";
import * as Workbook from "./workbook.ts";

/**
 * Checks the draft's record operations against the sheets it leads to: which rows may land, what they replace. Leaves its
 * findings in the scope.
 */
export function checkRecords(
  scope: Scope,
  asked: readonly Operation[],
  guard: NonNullable<Draft["guard"]>,
  refuses: boolean,
): void {
  asked.forEach((operation, index) => {
    if (!isRecords(operation)) return;
    const sheet = sheetScope(scope, operation.sheet);
    checkTarget(sheet, operation);
    const rows = operation.ids.map((id) => sheet.table?.rowById.get(id) ?? -1);
    const keep = new Uint8Array(rows.length).fill(1);
    const entry: Entry = { index, sheet, operation, rows, keep };
    sheet.entries.push(entry);
    if (operation.op === "create") sheet.creates = true;
    scope.entries.set(index, entry);
  });
  for (const sheet of scope.sheets.values()) sheet.shared = sharedIds(sheet.entries);
  for (const entry of scope.entries.values()) {
    const inTrash = checkPresence(scope, entry);
    checkValues(scope, entry);
    fillBefore(entry);
    for (const at of inTrash) {
      const id = entry.operation.ids[at] as string;
      if (entry.keep[at] === 1)
        refuse(scope, entry.sheet, id, entry.index, "The record is in the trash.");
    }
  }
  for (const entry of scope.entries.values()) checkRestored(scope, entry);
  for (const key of scope.schema.keys()) {
    if (scope.workbook.sheets.has(key)) checkExistingValues(scope, asked, sheetScope(scope, key));
  }
  for (const sheet of scope.sheets.values()) {
    checkRequired(scope, sheet);
    for (const entry of sheet.entries) checkWeight(scope, entry);
  }
  checkGuards(scope, guard);
  // A refused record may have been linked to, or have made room for another: look again until nothing more is refused.
  for (let before = -1; before !== scope.refused.length;) {
    before = scope.refused.length;
    for (const sheet of scope.sheets.values()) {
      for (const entry of sheet.entries) checkLinks(scope, entry);
    }
    for (const sheet of scope.sheets.values()) checkUnique(scope, asked, sheet);
    if (!refuses) break;
  }
}

/** Whether the operation may speak of this sheet and these fields at all. */
function checkTarget(sheet: SheetScope, operation: Entry["operation"]): void {
  if (operation.op !== "create" && operation.op !== "set") return;
  if (sheet.sheet.deleted === true) {
    throw new DomainError("stale", `The sheet ${sheet.sheet.name} is in the trash.`);
  }
  for (const key in operation.fields) {
    const field = sheet.field(key);
    if (field === undefined) {
      throw new DomainError("unknown-field", `${sheet.sheet.name} has no column "${key}".`);
    }
    if (field.deleted === true) {
      throw new DomainError(
        "stale",
        `The column “${field.name}” of ${sheet.sheet.name} is in the trash.`,
      );
    }
    if (field.formula !== undefined) {
      throw new DomainError(
        "invalid-values",
        `“${field.name}” is computed by a formula and cannot be written.`,
      );
    }
    if (Workbook.isStamped(field.type)) {
      throw new DomainError(
        "invalid-values",
        `“${field.name}” is filled in by Gridfolk and cannot be written.`,
      );
    }
  }
}

function sharedIds(entries: readonly Entry[]): Set<string> {
  const shared = new Set<string>();
  const spans = entries
    .map(({ operation: { ids } }) => ({ ids, first: ids[0] ?? "", last: ids.at(-1) ?? "" }))
    .filter(({ ids }) => ids.length > 0)
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  const apart = spans.every((span, at) => at === 0 || (spans[at - 1]?.last ?? "") < span.first);
  if (apart) return shared;
  const seen = new Set<string>();
  for (const { ids } of spans) {
    for (const id of ids) {
      if (seen.has(id)) shared.add(id);
      else seen.add(id);
    }
  }
  return shared;
}

/**
 * Whether the records are there, or not there yet, as the operation needs them. Answers the positions of those in the trash
 * that it must not change.
 */
function checkPresence(scope: Scope, entry: Entry): readonly number[] {
  const { sheet, operation, rows, keep, index } = entry;
  const { table, shared, live } = sheet;
  const { op, ids } = operation;
  const inTrash: number[] = [];
  const converts = op === "set" && convertsFields(sheet, Object.keys(operation.fields));
  for (let at = 0; at < ids.length; at += 1) {
    const id = ids[at] as string;
    const row = rows[at] as number;
    const isShared = shared.size > 0 && shared.has(id);
    const known = isShared ? live.get(id) : undefined;
    if (op === "create") {
      if (row !== -1 || known !== undefined) {
        refuse(scope, sheet, id, index, "A record with this id exists already.");
      }
      if (isShared) live.set(id, true);
      continue;
    }
    if (row === -1 && known === undefined) {
      refuse(scope, sheet, id, index, "The record does not exist.");
      continue;
    }
    const isLive = known ?? table?.deleted[row] === 0;
    if (op === "set") {
      if (!isLive && !converts) inTrash.push(at);
    } else {
      if (isLive === (op === "restore")) keep[at] = 0;
      else if (op === "restore" && table?.deleted[row] === 1) checkKept(scope, entry, id, row);
      if (isShared) live.set(id, op === "restore");
    }
  }
  return inTrash;
}

function checkKept(scope: Scope, { sheet, index }: Entry, id: string, row: number): void {
  const { now } = scope;
  if (now === undefined || sheet.table === undefined || Trash.isKept(sheet.table, row, now)) return;
  // A merge can be taken back at any time.
  if (isRemembered(scope.workbook, sheet.key, id)) return;
  const reason = `It was deleted more than ${Trash.KEPT_DAYS} days ago and cannot be restored any more.`;
  refuse(scope, sheet, id, index, reason);
}

/** Restored records have to suit the fields as they are after the draft, with what the draft writes to them. */
function checkRestored(scope: Scope, entry: Entry): void {
  const { operation, rows, keep } = entry;
  if (operation.op !== "restore") return;
  operation.ids.forEach((id, at) => {
    const row = rows[at] as number;
    if (keep[at] === 1 && row !== -1) checkFits(scope, entry, id, row);
  });
}

function checkFits(scope: Scope, { sheet, index }: Entry, id: string, row: number): void {
  for (const field of sheet.sheet.fields) {
    if (field.deleted === true) continue;
    const written = sheet.shared.has(id) ? sheet.written.get(field.key)?.get(id) : undefined;
    const cell = written === undefined ? cellBefore(sheet, row, field.key) : (written ?? undefined);
    if (cell === undefined || Workbook.isStamped(field.type) || scope.rules.check(cell, field))
      continue;
    const reason = `“${field.name}” does not take ${quote(cell)} any more.`;
    refuse(scope, sheet, id, index, reason, field.key);
    return;
  }
}

/** Values of records in the trash are written only where the same draft changes what their fields hold. */
function convertsFields(sheet: SheetScope, keys: readonly string[]): boolean {
  return keys.length > 0 && keys.every((key) => isConverted(sheet, sheet.field(key)));
}

/** Whether the draft changes which values the field takes. */
function isConverted(sheet: SheetScope, after: Field | undefined): boolean {
  const before =
    sheet.table === undefined ? undefined : Workbook.findField(sheet.table, after?.key ?? "");
  if (before === undefined || after === undefined || before === after) return false;
  return (
    before.type !== after.type ||
    !sameJson(before.options, after.options) ||
    !sameJson(before.link, after.link)
  );
}

function checkValues(scope: Scope, { sheet, operation, index }: Entry): void {
  if (operation.op !== "create" && operation.op !== "set") return;
  for (const key in operation.fields) {
    const field = sheet.field(key) as Field;
    const column = operation.fields[key] as Column;
    if (Vetted.fits(column, field, scope.rules)) continue;
    for (let at = 0; at < column.length; at += 1) {
      const cell = column[at] ?? null;
      if (cell === null || scope.rules.check(cell, field)) continue;
      refuse(scope, sheet, operation.ids[at] as string, index, misfit(field, cell as Cell), key);
    }
  }
}

function misfit(field: Field, cell: Cell): string {
  if ((field.type === "choice" || field.type === "multiChoice") && !isInvalid(cell)) {
    return `${quote(cell)} is not one of the choices of “${field.name}”.`;
  }
  return `“${field.name}” does not take ${quote(cell)}.`;
}

/** What each row replaces, by what the workbook holds and the draft's earlier operations wrote; drops rows that change nothing. */
function fillBefore(entry: Entry): void {
  const { sheet, operation, rows, keep } = entry;
  const { shared, written } = sheet;
  if (operation.op !== "create" && operation.op !== "set") return;
  const { ids } = operation;
  if (operation.op === "set") {
    const before: { [field: string]: Column } = {};
    const differs = new Uint8Array(ids.length);
    for (const key in operation.fields) {
      const column = operation.fields[key] as Column;
      const stored = sheet.table?.columns.get(key) ?? [];
      const earlier = written.get(key);
      const values: (Cell | null)[] = [];
      for (let at = 0; at < ids.length; at += 1) {
        const row = rows[at] as number;
        let cell = row >= 0 && row < stored.length ? (stored[row] ?? null) : null;
        const wrote = earlier?.get(ids[at] as string);
        if (wrote !== undefined) cell = wrote;
        values.push(cell);
        if (differs[at] === 0 && !equals(cell, column[at])) differs[at] = 1;
      }
      before[key] = values;
    }
    for (let at = 0; at < keep.length; at += 1)
      keep[at] = (keep[at] as number) & (differs[at] as number);
    entry.operation = { op: "set", sheet: operation.sheet, ids, fields: operation.fields, before };
  }
  if (shared.size === 0) return;
  for (const key in operation.fields) {
    const column = operation.fields[key] as Column;
    let earlier = written.get(key);
    if (earlier === undefined) written.set(key, (earlier = new Map()));
    ids.forEach((id, at) => {
      if (shared.has(id)) earlier.set(id, column[at] ?? null);
    });
  }
}

/** Values that the draft does not touch have to suit a field that it changes. */
function checkExistingValues(scope: Scope, asked: readonly Operation[], sheet: SheetScope): void {
  const { table } = sheet;
  if (table === undefined) return;
  for (const field of sheet.sheet.fields) {
    if (!isConverted(sheet, field)) continue;
    Absent.whole(table);
    const column = table.columns.get(field.key);
    if (column === undefined) continue;
    const covered = new Set<number>();
    for (const { operation, rows } of sheet.entries) {
      if (operation.op === "set" && field.key in operation.fields)
        for (const row of rows) covered.add(row);
    }
    const fitting = new Set<Cell>();
    let misfits = 0;
    let example: Cell = "";
    column.forEach((cell, row) => {
      if (cell === undefined || covered.has(row) || fitting.has(cell)) return;
      if (scope.rules.check(cell, field)) fitting.add(cell);
      else {
        misfits += 1;
        example = cell;
      }
    });
    if (misfits === 0) continue;
    const before = Workbook.findField(table, field.key);
    const index = lastChange(scope, asked, sheet.key, field.key);
    const values = misfits === 1 ? "1 value" : `${misfits} values`;
    throw new SchemaRefusal(
      index,
      {
        sheet: sheet.key,
        field: field.key,
        reason: `“${field.name}” holds ${values} that it would not take any more, such as ${quote(example)}.`,
      },
      before?.type === field.type ? "invalid-values" : "stale",
    );
  }
}

function checkRequired(scope: Scope, sheet: SheetScope): void {
  const required = sheet.sheet.fields.filter(
    (field) => field.required === true && field.deleted !== true && !Workbook.isStamped(field.type),
  );
  if (required.length === 0) return;
  for (const { operation, index, keep, rows } of sheet.entries) {
    if (operation.op !== "create" && operation.op !== "set") continue;
    for (const field of required) {
      const column = operation.fields[field.key];
      if (column === undefined && operation.op === "set") continue;
      operation.ids.forEach((id, at) => {
        const last = sheet.shared.has(id) ? sheet.written.get(field.key)?.get(id) : undefined;
        if (keep[at] === 0 || (last ?? column?.[at] ?? null) !== null) return;
        if (!isLiveAfter(sheet, id, rows[at] as number)) return;
        // A cell that was blank before the rule came may stay so.
        if (operation.op === "set" && (operation.before?.[field.key]?.[at] ?? null) === null)
          return;
        refuse(scope, sheet, id, index, `“${field.name}” must not be blank.`, field.key);
      });
    }
  }
}

/** What is shorter than this in all is not worth looking at what else its record holds. */
const LIGHT = 24;

/** A record that grows has to fit a page of its own afterwards, or there could be no snapshot any more. */
function checkWeight(scope: Scope, { sheet, operation, rows, keep, index }: Entry): void {
  if (operation.op !== "create" && operation.op !== "set") return;
  const { ids, fields } = operation;
  const isAlone = operation.op === "create" && sheet.shared.size === 0;
  if (isAlone && Weight.isLight(Vetted.mostLength(fields), Weight.MOST_RECORD)) return;
  const written = new Float64Array(ids.length);
  for (const key in fields) {
    const column = fields[key] as Column;
    for (let at = 0; at < column.length; at += 1)
      (written[at] as number) += Weight.lengthOf(column[at]);
  }
  const columns = [...(sheet.table?.columns.values() ?? [])];
  for (let at = 0; at < ids.length; at += 1) {
    let length = written[at] as number;
    if (keep[at] === 0 || length <= LIGHT) continue;
    const id = ids[at] as string;
    const row = rows[at] as number;
    const isShared = sheet.shared.has(id);
    if (row >= 0) for (const column of columns) length += Weight.lengthOf(column[row]);
    if (!isShared && Weight.isLight(length, Weight.MOST_RECORD)) continue;
    const before: string[] = [];
    const after: string[] = [];
    for (const { key } of sheet.sheet.fields) {
      const old = Weight.textOf(cellBefore(sheet, row, key));
      const last = isShared ? sheet.written.get(key)?.get(id) : fields[key]?.[at];
      before.push(old);
      after.push(last === undefined ? old : Weight.textOf(last));
    }
    if (!Weight.exceeds(after, Weight.MOST_RECORD)) continue;
    if (after.join("").length <= before.join("").length) continue;
    refuse(
      scope,
      sheet,
      id,
      index,
      "The texts of this record are too long together. Shorten one of them.",
    );
  }
}

/** Refuses created records that exist by now, as far as the guarded fields tell. */
function checkGuards(scope: Scope, guard: NonNullable<Draft["guard"]>): void {
  for (const { sheet: key, field: fieldKey } of guard) {
    const sheet = sheetScope(scope, key);
    const field = sheet.field(fieldKey);
    if (field === undefined) {
      throw new DomainError("unknown-field", `${sheet.sheet.name} has no column "${fieldKey}".`);
    }
    scope.decidedBy.add(`${key}/${fieldKey}`);
    if (sheet.table === undefined || Workbook.findField(sheet.table, fieldKey) === undefined)
      continue;
    const index = Workbook.keyIndex(scope.workbook, key, fieldKey, scope.rules);
    for (const { operation, index: at } of sheet.entries) {
      const column = operation.op === "create" ? operation.fields[fieldKey] : undefined;
      column?.forEach((cell, row) => {
        const match = cell === null ? undefined : scope.rules.key(cell, field);
        const holder = match === undefined ? undefined : index.get(match)[0];
        if (holder === undefined) return;
        look(scope, key, holder);
        const reason = `A record with the same “${field.name}” (${quote(cell as Cell)}) was added meanwhile.`;
        refuse(scope, sheet, operation.ids[row] as string, at, reason, fieldKey);
      });
    }
  }
}

/** Links lead to records that exist, in the trash or not, or that the draft creates. */
function checkLinks(scope: Scope, { sheet, operation, index }: Entry): void {
  if (operation.op !== "create" && operation.op !== "set") return;
  for (const key in operation.fields) {
    const field = sheet.field(key) as Field;
    if (field.type !== "link") continue;
    const target = sheetScope(scope, field.link?.sheet ?? "");
    const known = new Map<string, boolean>();
    const exists = (id: string): boolean => {
      let answer = known.get(id);
      if (answer === undefined) {
        answer = target.existed(id) || (target.isCreated(id) && !target.refusedIds.has(id));
        known.set(id, answer);
      }
      return answer;
    };
    const column = operation.fields[key] as Column;
    const leads = (cell: Cell | null): boolean => !Array.isArray(cell) || cell.every(exists);
    if (dictionaryOf(column)?.every(leads) === true) continue;
    column.forEach((cell, at) => {
      if (leads(cell)) return;
      const missing = (cell as readonly string[]).find((id) => !exists(id)) as string;
      look(scope, target.key, missing);
      const reason = `“${field.name}” links to a record that does not exist.`;
      refuse(scope, sheet, operation.ids[at] as string, index, reason, key);
    });
  }
}
