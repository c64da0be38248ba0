import type { Field } from "../field/field.ts";
import type { Operation } from "../ledger/operation.ts";
import { findField, rows, value, type Workbook } from "../ledger/workbook.ts";
import { settingsOf } from "../sheet/settings.ts";

/** How long imported files are kept where a workspace wants that: as long as their imports can be undone. */
export const KEPT_DAYS = 90;
/** A larger file is imported all the same, but not kept. */
export const MOST_KEPT_BYTES = 32 * 1024 * 1024;
/** They are sent and kept as gzip, in one request. */
export const MOST_PACKED_BYTES = 4 * 1024 * 1024 - 1024;

const SETTING: Field = { key: "keepFiles", name: "Keep imported files", type: "checkbox" };

/** Whether the workspace keeps the files that are imported; they are not kept unless somebody who may said so. */
export function keepsFiles(workbook: Workbook): boolean {
  const table = workbook.sheets.get("_workspace");
  const row = table === undefined ? undefined : rows(table)[0];
  return table !== undefined && row !== undefined && value(table, row, SETTING.key) === true;
}

/** Changes that setting. */
export function setKeepsFiles(workbook: Workbook, keeps: boolean): Operation[] {
  const { id } = settingsOf(workbook);
  const table = workbook.sheets.get("_workspace");
  if (id === undefined || table === undefined) return [];
  return [
    ...(findField(table, SETTING.key) === undefined
      ? [{ op: "field", sheet: "_workspace", after: SETTING } as const]
      : []),
    { op: "set", sheet: "_workspace", ids: [id], fields: { [SETTING.key]: [keeps ? true : null] } },
  ];
}
