import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { SchemaRefusal } from "./draft-schema.ts";
import {
  cellBefore,
  isLiveAfter,
  lastChange,
  look,
  quote,
  refuse,
  type Scope,
  type SheetScope,
} from "./draft-scope.ts";
import type { Operation } from "./operation.ts";
import * as Workbook from "./workbook.ts";

/** A record that wants to hold a key after the draft. */
interface Claim {
  readonly id: string;
  readonly key: string;
  readonly cell: Cell;
  readonly index: number;
}

/** Unique rules, for the state after the whole draft. A record that takes a value another one holds is refused. */
export function checkUnique(scope: Scope, asked: readonly Operation[], sheet: SheetScope): void {
  for (const field of sheet.sheet.fields) {
    if (field.unique !== true || field.deleted === true || Workbook.isStamped(field.type)) continue;
    const before = sheet.table && Workbook.findField(sheet.table, field.key);
    const isNew =
      before !== undefined &&
      (before.unique !== true || before.deleted === true || before.type !== field.type);
    const { claims, released } = claimsOn(scope, sheet, field, isNew);
    if (isNew) checkAll(scope, asked, sheet, field, claims, released);
    if (claims.length === 0) continue;
    scope.decidedBy.add(`${sheet.key}/${field.key}`);
    const index =
      before === undefined || isNew
        ? undefined
        : Workbook.keyIndex(scope.workbook, sheet.key, field.key, scope.rules);
    const taken = new Map<string, string>();
    for (const { id, key, cell, index: at } of claims) {
      const holder = index?.get(key).find((other) => other !== id && !released.has(other));
      if (holder !== undefined) look(scope, sheet.key, holder);
      const other = holder ?? taken.get(key);
      if (other === undefined || other === id) {
        taken.set(key, id);
        continue;
      }
      const reason = `“${field.name}” must be unique, and another record holds ${quote(cell)}.`;
      refuse(scope, sheet, id, at, reason, field.key);
    }
  }
}

/** Who takes which key, and which existing records let go of theirs, refused records left out. */
function claimsOn(
  scope: Scope,
  sheet: SheetScope,
  field: Field,
  isNew: boolean,
): { claims: Claim[]; released: Set<string> } {
  const claims: Claim[] = [];
  const released = new Set<string>();
  const writes = sheet.entries.some(
    ({ operation }) =>
      operation.op === "restore" ||
      ((operation.op === "create" || operation.op === "set") && field.key in operation.fields),
  );
  // Who only leaves makes room, which matters to nobody unless someone comes or all are looked at.
  if (!writes && !isNew) return { claims, released };
  const claim = (id: string, cell: Cell | null | undefined, index: number): void => {
    const key = cell === null || cell === undefined ? undefined : scope.rules.key(cell, field);
    if (key !== undefined) claims.push({ id, key, cell: cell as Cell, index });
  };
  const done = new Set<string>();
  for (const { operation, rows, index } of sheet.entries) {
    const column =
      operation.op === "create" || operation.op === "set" ? operation.fields[field.key] : undefined;
    operation.ids.forEach((id, at) => {
      if (sheet.refusedIds.has(id)) return;
      const row = rows[at] as number;
      if (sheet.shared.has(id)) {
        if (done.has(id)) return;
        done.add(id);
        const written = sheet.written.get(field.key);
        const cell =
          written?.has(id) === true ? written.get(id) : cellBefore(sheet, row, field.key);
        released.add(id);
        if (isLiveAfter(sheet, id, row)) claim(id, cell, index);
      } else if (operation.op === "delete") {
        released.add(id);
      } else if (operation.op === "restore") {
        claim(id, cellBefore(sheet, row, field.key), index);
      } else if (column !== undefined) {
        if (operation.op === "set") released.add(id);
        if (isLiveAfter(sheet, id, row)) claim(id, column[at], index);
      }
    });
  }
  return { claims, released };
}

/** For a field that becomes unique: all records count, not only those the draft writes. */
function checkAll(
  scope: Scope,
  asked: readonly Operation[],
  sheet: SheetScope,
  field: Field,
  claims: readonly Claim[],
  released: ReadonlySet<string>,
): void {
  const { table } = sheet;
  if (table === undefined) return;
  const taken = new Map<string, number>();
  let example: Cell | undefined;
  const take = (key: string | undefined, cell: Cell): void => {
    if (key === undefined) return;
    const count = (taken.get(key) ?? 0) + 1;
    taken.set(key, count);
    if (count === 2) example ??= cell;
  };
  for (const row of Workbook.rows(table)) {
    if (released.has(table.ids[row] as string)) continue;
    const cell = Workbook.value(table, row, field.key);
    if (cell !== undefined) take(scope.rules.key(cell, field), cell);
  }
  for (const { key, cell } of claims) take(key, cell);
  if (example === undefined) return;
  const repeated = [...taken.values()].filter((count) => count > 1).length;
  const index = lastChange(scope, asked, sheet.key, field.key);
  throw new SchemaRefusal(index, {
    sheet: sheet.key,
    field: field.key,
    reason: `“${field.name}” cannot be unique: ${repeated === 1 ? "one value stands" : `${repeated} values stand`} more than once, such as ${quote(example)}.`,
  });
}
