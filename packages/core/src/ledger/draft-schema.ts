import { DomainError } from "../error.ts";
import type { Field, FieldType, Sheet } from "../field/field.ts";
import type { Refusal } from "./changeset.ts";
import { isKey } from "./columns.ts";
import { sheetAfter, type Scope } from "./draft-scope.ts";
import type { FieldOperation, Operation, SheetOperation, SheetProperties } from "./operation.ts";
import { readField, readProperties } from "./shape.ts";
import * as Weight from "./weight.ts";
import * as Workbook from "./workbook.ts";

const MAX_OPTIONS = 2000;
/** What a formula may answer. */
export const FORMULA_TYPES: readonly FieldType[] = [
  "text",
  "number",
  "currency",
  "percent",
  "date",
  "dateTime",
  "checkbox",
  "email",
  "url",
];

/** A sheet or field operation that breaks a rule: not an error yet, an undo goes on without it. */
export class SchemaRefusal extends Error {
  readonly index: number;
  readonly refusal: Refusal;
  readonly code: "invalid-values" | "stale";

  constructor(
    index: number,
    refusal: Omit<Refusal, "id">,
    code: "invalid-values" | "stale" = "invalid-values",
  ) {
    super(refusal.reason);
    this.index = index;
    this.refusal = { ...refusal, id: "" };
    this.code = code;
  }

  toDomainError(): DomainError {
    return new DomainError(this.code, this.message, {
      errors: [{ path: `/operations/${this.index}`, message: this.message }],
    });
  }
}

/**
 * Checks the draft's sheet and field operations, one after the other, and puts the sheets they lead to into the scope. Answers
 * them complete, by index; those that change nothing are missing.
 */
export function checkSchema(scope: Scope, asked: readonly Operation[]): Map<number, Operation> {
  const landing = new Map<number, Operation>();
  asked.forEach((operation, index) => {
    if (scope.without.has(index)) return;
    if (operation.op === "sheet") {
      const complete = checkSheet(scope, operation, index);
      if (complete !== undefined) landing.set(index, complete);
    } else if (operation.op === "field") {
      const complete = checkField(scope, operation, index);
      if (complete !== undefined) landing.set(index, complete);
    }
  });
  const last = new Map<string, number>();
  for (const [index, operation] of landing) {
    checkReferences(scope, operation, index);
    last.set(operation.op === "sheet" ? operation.key : (operation as FieldOperation).sheet, index);
  }
  for (const [key, index] of last) checkWeight(scope, key, index);
  return landing;
}

function checkSheet(
  scope: Scope,
  operation: SheetOperation,
  index: number,
): SheetOperation | undefined {
  const { key } = operation;
  if (!isKey(key)) throw new DomainError("malformed", `“${key}” cannot be the key of a sheet.`);
  // What a reader of the log would refuse must never get there.
  const after = readProperties(stated(operation.after), "malformed");
  const found = sheetAfter(scope, key);
  const before = found === undefined ? null : propertiesOf(found);
  if (after.name.trim() === "") {
    throw new SchemaRefusal(index, { sheet: key, reason: "A sheet needs a name." });
  }
  if (before !== null && same(before, after)) return undefined;
  scope.schema.set(key, { ...after, key, fields: found?.fields ?? [] });
  return { op: "sheet", key, after, before };
}

function checkField(
  scope: Scope,
  operation: FieldOperation,
  index: number,
): FieldOperation | undefined {
  const { sheet: key } = operation;
  const sheet = sheetAfter(scope, key);
  if (sheet === undefined) throw new DomainError("not-found", `There is no sheet "${key}".`);
  const at = sheet.fields.findIndex((field) => field.key === operation.after.key);
  const before = sheet.fields[at] ?? null;
  const after = readField(stated(rebase(operation, before)), "malformed");
  const refusal = (reason: string): SchemaRefusal =>
    new SchemaRefusal(index, { sheet: key, field: after.key, reason });
  const others = sheet.fields.filter((field) => field.key !== after.key && field.deleted !== true);
  if (after.name.trim() === "") throw refusal("A column needs a name.");
  if (
    after.deleted !== true &&
    isNew(before, after) &&
    others.some((field) => sameName(field, after))
  ) {
    throw refusal(`${sheet.name} already has a column “${after.name}”.`);
  }
  if (after.deleted === true && before?.deleted !== true && sheet.title.includes(after.key)) {
    const rest = sheet.title.filter((title) => others.some((field) => field.key === title));
    if (rest.length === 0) {
      throw refusal(`“${after.name}” names the records of ${sheet.name} and cannot be deleted.`);
    }
  }
  if (after.type === "link" && after.link === undefined) {
    throw refusal(`“${after.name}” does not say which sheet it links to.`);
  }
  if (before !== null && before.type !== after.type) {
    if (Workbook.isStamped(before.type) || Workbook.isStamped(after.type)) {
      throw refusal(`“${after.name}” is filled in by Gridfolk: its type cannot change.`);
    }
  }
  if (before !== null && (before.formula === undefined) !== (after.formula === undefined)) {
    throw refusal(
      `A column is made with a formula or never has one: make a new column beside “${after.name}”.`,
    );
  }
  if (after.formula !== undefined && (after.required === true || after.unique === true)) {
    throw refusal(`“${after.name}” is computed: it cannot be required or unique.`);
  }
  if (after.formula !== undefined && !FORMULA_TYPES.includes(after.type)) {
    throw refusal(`A formula cannot answer what the type of “${after.name}” holds.`);
  }
  const names = after.options?.map((option) => option.name) ?? [];
  if (names.some((name) => name.trim() === "")) throw refusal("A choice needs a name.");
  if (names.length > MAX_OPTIONS) {
    throw refusal(`“${after.name}” has more than ${MAX_OPTIONS} choices: make it a text column.`);
  }
  if (new Set(names).size < names.length) throw refusal(`“${after.name}” has a choice twice.`);

  const { position: asked } = operation;
  const length = before === null ? sheet.fields.length : sheet.fields.length - 1;
  const position = asked === undefined ? undefined : Math.min(asked, length);
  const moves = position !== undefined && position !== at;
  if (before !== null && same(before, after) && !moves) return undefined;
  scope.schema.set(key, {
    ...sheet,
    fields: Workbook.place(sheet.fields, position === undefined ? { after } : { after, position }),
  });
  return {
    op: "field",
    sheet: key,
    after,
    ...(position === undefined ? {} : { position }),
    before,
    ...(before === null ? {} : { beforePosition: at }),
  };
}

/**
 * The field that is wanted, given what it is by now: a draft that says what the field was (`before`) changes only the
 * properties in which the two differ, and of the choices only those it adds or takes away. Two imports may add choices to
 * one column at the same time.
 */
function rebase({ before: base, after: wanted }: FieldOperation, current: Field | null): Field {
  if (base == null || current === null || same(base, current)) return wanted;
  const was = { ...base } as Named;
  const want = { ...wanted } as Named;
  const merged: { [name: string]: unknown } = { ...current };
  for (const name of new Set([...Object.keys(base), ...Object.keys(wanted)])) {
    if (name === "options" || sameJson(was[name], want[name])) continue;
    if (want[name] === undefined) delete merged[name];
    else merged[name] = want[name];
  }
  if (!sameJson(base.options, wanted.options)) {
    const named = (field: Field): Set<string> => new Set(field.options?.map(({ name }) => name));
    const [before, here, asked] = [named(base), named(current), named(wanted)];
    merged["options"] = [
      ...(wanted.options ?? []).filter(({ name }) => here.has(name) || !before.has(name)),
      ...(current.options ?? []).filter(({ name }) => !before.has(name) && !asked.has(name)),
    ];
  }
  return merged as unknown as Field;
}

type Named = { readonly [name: string]: unknown };

/** Without properties that are there but undefined, which the log does not know. */
function stated(description: object): object {
  return Object.fromEntries(Object.entries(description).filter(([, value]) => value !== undefined));
}

/** What can only be told when all of the draft's sheets and fields are there. */
function checkReferences(scope: Scope, operation: Operation, index: number): void {
  if (operation.op === "sheet") {
    const sheet = sheetAfter(scope, operation.key);
    const unknown = operation.after.title.find(
      (title) => !sheet?.fields.some((field) => field.key === title),
    );
    if (unknown !== undefined) {
      const reason = `The title of ${operation.after.name} names a column “${unknown}” that it does not have.`;
      throw new SchemaRefusal(index, { sheet: operation.key, reason });
    }
  } else if (operation.op === "field" && operation.after.type === "link") {
    const target = operation.after.link?.sheet ?? "";
    if (sheetAfter(scope, target) === undefined) {
      throw new SchemaRefusal(index, {
        sheet: operation.sheet,
        field: operation.after.key,
        reason: `“${operation.after.name}” links to a sheet “${target}” that does not exist.`,
      });
    }
  }
}

/** A sheet that grows has to fit a page afterwards, or there could be no snapshot any more. */
function checkWeight(scope: Scope, key: string, index: number): void {
  const text = JSON.stringify(sheetAfter(scope, key));
  if (!Weight.exceeds([text], Weight.MOST_SHEET)) return;
  const before = JSON.stringify(scope.workbook.sheets.get(key)?.sheet ?? null);
  if (text.length <= before.length) return;
  const reason =
    "A sheet cannot have that many columns and choices. Shorten their names or take another sheet.";
  throw new SchemaRefusal(index, { sheet: key, reason });
}

export function propertiesOf(sheet: Sheet): SheetProperties {
  const { key: _key, fields: _fields, ...properties } = sheet;
  return properties;
}

function isNew(before: Field | null, after: Field): boolean {
  return before === null || before.deleted === true || !sameName(before, after);
}

function sameName(a: Field, b: Field): boolean {
  return a.name.trim().toLowerCase() === b.name.trim().toLowerCase();
}

/** Whether two descriptions say the same; a missing property and `undefined` are one. */
export function same(a: object, b: object): boolean {
  const one = a as { readonly [name: string]: unknown };
  const other = b as { readonly [name: string]: unknown };
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) =>
    sameJson(one[name], other[name]),
  );
}

export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  return same(a, b);
}
