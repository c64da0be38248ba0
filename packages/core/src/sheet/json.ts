import { DomainError, isDomainError, type ErrorDetail } from "../error.ts";
import type { Json } from "../field/behaviour.ts";
import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { registry } from "../field/registry.ts";
import * as Absent from "../ledger/absent.ts";
import { linked } from "../ledger/derived.ts";
import type { Column, Columns } from "../ledger/operation.ts";
import { value, type Table, type Workbook } from "../ledger/workbook.ts";
import type { Context } from "./context.ts";
import { fieldOf } from "./filter.ts";

/** A record as the API answers it. Unset fields are absent. */
export interface RecordJson {
  readonly id: string;
  readonly fields: { readonly [key: string]: Json };
}

/** The fields a list answers: those asked for, else all that are not in the trash. DomainError "unknown-field". */
export function fieldsOf(table: Table, keys?: readonly string[]): readonly Field[] {
  if (keys === undefined) return table.sheet.fields.filter(({ deleted }) => deleted !== true);
  return keys.map((key) => fieldOf(table, key, "fields"));
}

export function toJson(
  table: Table,
  row: number,
  context: Context,
  fields: readonly Field[] = fieldsOf(table),
): RecordJson {
  const values: { [key: string]: Json } = {};
  for (const field of fields) {
    const cell = value(table, row, field.key);
    if (cell !== undefined) values[field.key] = cellToJson(cell, field, context);
  }
  return { id: table.ids[row] ?? "", fields: values };
}

export function cellToJson(cell: Cell, field: Field, { names }: Context): Json {
  return registry[field.type].toJson(cell, field, names);
}

/** Says that these rows are going to be answered: the records they link to are then loaded in one go. */
export function expectLinked(
  workbook: Workbook,
  table: Table,
  rows: readonly number[],
  fields: readonly Field[],
): void {
  const wants = Absent.wants();
  for (const field of fields) {
    if (field.type !== "link") continue;
    const cells = rows.map((row) => value(table, row, field.key));
    const ids = cells.flatMap((cell) => (cell === undefined ? [] : (linked(cell) ?? [])));
    Absent.want(wants, workbook.sheets.get(field.link?.sheet ?? ""), ids);
  }
  Absent.settle(wants);
}

/**
 * Values of records as JSON, read into columns for a create or set operation. All that is wrong is found before anything is
 * refused: DomainError "unknown-field" for keys that are no field, else "invalid-values" for values of a wrong shape, text that
 * does not fit (unless it is sent as `{text, invalid: true}`) and fields that are not set by hand. Paths are
 * `<path>/<index>/<key>`.
 */
export function columnsFrom(
  records: readonly { readonly [key: string]: Json }[],
  table: Table,
  context: Context,
  path = "records",
): Columns {
  const fields = new Map<string, Field>();
  const unknown: ErrorDetail[] = [];
  for (const [index, values] of records.entries()) {
    for (const key of Object.keys(values)) {
      if (fields.has(key)) continue;
      const field = table.sheet.fields.find((candidate) => candidate.key === key);
      if (field === undefined || field.deleted === true) {
        unknown.push({
          path: `${path}/${index}/${key}`,
          message: `${table.sheet.name} has no field “${key}”`,
        });
      } else fields.set(key, field);
    }
  }
  if (unknown.length > 0) {
    throw new DomainError("unknown-field", summary(unknown), { errors: unknown.slice(0, 100) });
  }
  const wrong: ErrorDetail[] = [];
  const columns: { [key: string]: Column } = {};
  for (const [key, field] of fields) {
    columns[key] = records.map((values, index) => {
      const json = Object.hasOwn(values, key) ? values[key] : undefined;
      return json === undefined
        ? null
        : (cellFrom(json, field, context, (message) =>
            wrong.push({ path: `${path}/${index}/${key}`, message }),
          ) ?? null);
    });
  }
  if (wrong.length > 0) {
    throw new DomainError("invalid-values", summary(wrong), { errors: wrong.slice(0, 100) });
  }
  return columns;
}

/** One set of values, for the same change to many records. Null unsets. Paths are `<path>/<key>`. */
export function cellsFrom(
  values: { readonly [key: string]: Json },
  table: Table,
  context: Context,
  path = "set",
): { readonly [key: string]: Cell | null } {
  try {
    const columns = columnsFrom([values], table, context, path);
    return Object.fromEntries(
      Object.entries(columns).map(([key, column]) => [key, column[0] ?? null]),
    );
  } catch (error) {
    if (!isDomainError(error)) throw error;
    throw new DomainError(error.code, error.message, {
      errors: error.errors.map(({ path: place, message }) => ({
        path: place.replace(`${path}/0/`, `${path}/`),
        message,
      })),
    });
  }
}

function cellFrom(
  json: Json,
  field: Field,
  { locale, names }: Context,
  refuse: (message: string) => void,
): Cell | undefined {
  const behaviour = registry[field.type];
  if (!behaviour.editable) {
    refuse(`${field.name} is filled in by itself.`);
    return undefined;
  }
  try {
    const cell = behaviour.fromJson(json, field, locale, { names });
    if (isInvalid(cell) && !isMarked(json)) {
      refuse(
        behaviour.why(cell.invalid, field, locale) ||
          `“${cell.invalid}” does not fit ${field.name}.`,
      );
      return undefined;
    }
    if (cell !== undefined && !behaviour.check(cell, field)) {
      refuse(`This does not fit ${field.name}.`);
      return undefined;
    }
    return cell;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    refuse(error.message);
    return undefined;
  }
}

function isMarked(json: Json): boolean {
  return typeof json === "object" && json !== null && !Array.isArray(json) && "invalid" in json;
}

function summary(errors: readonly ErrorDetail[]): string {
  const [first] = errors;
  const rest = errors.length - 1;
  return `${first?.message ?? ""}${rest > 0 ? ` And ${rest} more.` : ""}`;
}
