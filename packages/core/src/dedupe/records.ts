import type { Cell } from "../field/cell.ts";
import type { Field, FieldType } from "../field/field.ts";
import { e164Of } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import * as Workbook from "../ledger/workbook.ts";
import type { Context } from "../sheet/context.ts";
import { columnsOf, type Given, type Profile } from "./columns.ts";
import type { Column } from "./table.ts";

const PROFILES: { readonly [sheet: string]: Profile } = {
  contacts: "contact",
  companies: "company",
  deals: "deal",
};

/** What says who works on a record, or when, says nothing about what it is of. */
const NO_EVIDENCE = new Set<FieldType>([
  "user",
  "checkbox",
  "createdAt",
  "createdBy",
  "updatedAt",
  "updatedBy",
]);

/** What records of a sheet are compared by. */
export interface RecordColumns {
  readonly columns: readonly Column[];
  /** Keys of the fields that the columns are of. */
  readonly fields: readonly Field[];
}

/** The columns of these rows of a sheet, in their order, as `find` and `lookup` compare them. Computed fields are left out. */
export function columnsOfRecords(
  table: Workbook.Table,
  rows: readonly number[],
  context: Pick<Context, "locale" | "names">,
): RecordColumns {
  const fields = evidenceOf(table);
  const texts = fields.map((field) =>
    rows.map((row) => textOf(Workbook.value(table, row, field.key), field, context)),
  );
  return columnsOfTexts(table.key, fields, texts);
}

/** The same from texts that `textOf` made, by field: for who has no workbook. */
export function columnsOfTexts(
  sheet: string,
  fields: readonly Field[],
  texts: readonly (readonly string[])[],
): RecordColumns {
  const given = fields.map((field, at): Given => ({
    name: field.name,
    type: field.type,
    field: field.key,
    order: "ymd",
    values: texts[at] ?? [],
  }));
  const columns = columnsOf(given, PROFILES[sheet] ?? "generic");
  const fieldOf = new Map(given.map((one, at) => [one.values, fields[at] as Field]));
  return { columns, fields: columns.flatMap(({ values }) => fieldOf.get(values) ?? []) };
}

/** The fields by which records of the sheet may be told apart. */
export function evidenceOf({ sheet }: Workbook.Table): Field[] {
  return sheet.fields.filter(
    ({ type, deleted, formula }) =>
      deleted !== true && formula === undefined && !NO_EVIDENCE.has(type),
  );
}

/** A value as it is compared and shown in reasons: dates by year, month and day, phones as they are dialled; "" where there is none. */
export function textOf(
  cell: Cell | undefined,
  field: Field,
  { locale, names }: Pick<Context, "locale" | "names">,
): string {
  if (cell === undefined) return "";
  if (typeof cell === "string" && field.type === "date") return cell;
  // What was typed stands behind the number.
  if (typeof cell === "string" && field.type === "phone") return e164Of(cell);
  return registry[field.type].format(cell, field, locale, names);
}
