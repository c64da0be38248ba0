import { DomainError } from "@gridfolk/core/error";
import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";

/** The sheet people name, when it is there and not in the trash. */
export function sheetOf(workbook: Workbook.Workbook, key: string): Workbook.Table {
  const table = workbook.sheets.get(key);
  if (table === undefined || table.sheet.deleted === true) {
    throw new DomainError("not-found", `There is no sheet "${key.slice(0, 60)}".`);
  }
  return table;
}

/** The field people name by its key; 404 because it is named in an address. */
export function fieldOf(table: Workbook.Table, key: string): Field {
  const field = Workbook.findField(table, key);
  if (field === undefined) {
    throw new DomainError(
      "not-found",
      `There is no field "${key.slice(0, 60)}" in ${table.sheet.name}.`,
    );
  }
  return field;
}
