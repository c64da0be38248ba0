import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { dictionaryOf } from "./columns.ts";
import { sameJson } from "./draft-schema.ts";
import type { Column, Columns, Operation } from "./operation.ts";
import type { Rules } from "./rules.ts";
import * as Weight from "./weight.ts";

// What a check has to know of values and what depends on nothing else. Columns never change, so it is found once for each: an
// upload asks when a part arrives, and the check before its commit finds the answer.
const fitting = new WeakMap<Column, { readonly rules: Rules; readonly field: Field }>();
const longest = new WeakMap<Column, number>();

/** Whether every value of the column is one that the field takes. */
export function fits(column: Column, field: Field, rules: Rules): boolean {
  const known = fitting.get(column);
  if (known?.rules === rules && sameJson(known.field, field)) return true;
  const fit = (cell: Cell | null | undefined): boolean =>
    cell === null || cell === undefined || rules.check(cell, field);
  if (dictionaryOf(column)?.every(fit) !== true && !column.every(fit)) return false;
  fitting.set(column, { rules, field });
  return true;
}

/** What no record of these columns exceeds in length, see `Weight.lengthOf`. */
export function mostLength(fields: Columns): number {
  let length = 0;
  for (const key in fields) length += longestOf(fields[key] as Column);
  return length;
}

function longestOf(column: Column): number {
  let most = longest.get(column);
  if (most === undefined) {
    most = 0;
    for (const cell of dictionaryOf(column) ?? column) {
      const length = Weight.lengthOf(cell);
      if (length > most) most = length;
    }
    longest.set(column, most);
  }
  return most;
}

/** Finds out ahead of a check what it will ask of the operation; `fieldOf` answers the fields as they will be, where they are known. */
export function prepare(
  operation: Operation,
  fieldOf: (key: string) => Field | undefined,
  rules: Rules,
): void {
  if (operation.op !== "create" && operation.op !== "set") return;
  for (const key in operation.fields) {
    const field = fieldOf(key);
    if (field !== undefined) fits(operation.fields[key] as Column, field, rules);
  }
  if (operation.op === "create") mostLength(operation.fields);
}
