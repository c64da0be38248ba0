import { consentFields, stricter } from "@gridfolk/core/consent/consent";
import { equals, type Cell } from "@gridfolk/core/field/cell";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";

/** What writes values of the past into the workbook of now. */
export interface Restoring {
  readonly operations: readonly Operation[];
  /** Records that differ from then. */
  readonly records: number;
  /** Cells that differ. */
  readonly cells: number;
}

/**
 * Puts records back to what they held then, in these columns or all: values that differ, and who is in the trash comes out of it.
 * Only cells that differ are written, so that whatever else somebody writes meanwhile stays. Columns that are gone or have become
 * something else are left alone, and so is an opt-out made since.
 */
export function restoring(
  now: Workbook.Workbook,
  then: Workbook.Workbook,
  sheet: string,
  ids: readonly string[],
  columns?: readonly string[],
): Restoring {
  const past = Workbook.table(then, sheet);
  const table = now.sheets.get(sheet);
  if (table === undefined) return { operations: [], records: 0, cells: 0 };
  const keys = past.sheet.fields.flatMap(({ key, type, deleted }) => {
    const field = Workbook.findField(table, key);
    const isSame = field?.type === type && field.deleted !== true && deleted !== true;
    const isStored = field?.formula === undefined && !Workbook.isStamped(type);
    return isSame && isStored && (columns === undefined || columns.includes(key)) ? [key] : [];
  });
  const consents = new Set(consentFields(table.sheet).map(({ key }) => key));
  const touched = new Set<string>();
  const back: string[] = [];
  const sets = new Map<string, { ids: string[]; values: (Cell | null)[] }>();
  let cells = 0;
  for (const id of ids.toSorted()) {
    const row = table.rowById.get(id);
    const old = past.rowById.get(id);
    if (row === undefined || old === undefined || !Workbook.isLive(past, old)) continue;
    if (!Workbook.isLive(table, row)) {
      back.push(id);
      touched.add(id);
    }
    for (const key of keys) {
      const was = Workbook.value(past, old, key) ?? null;
      const is = Workbook.value(table, row, key) ?? null;
      // Who opted out since then stays opted out.
      const value = consents.has(key) ? stricter(is, was) : was;
      if (equals(value, is)) continue;
      let set = sets.get(key);
      if (set === undefined) sets.set(key, (set = { ids: [], values: [] }));
      set.ids.push(id);
      set.values.push(value);
      touched.add(id);
      cells += 1;
    }
  }
  const restore: Operation[] = back.length === 0 ? [] : [{ op: "restore", sheet, ids: back }];
  const written = [...sets].map(([key, set]): Operation => ({
    op: "set",
    sheet,
    ids: set.ids,
    fields: { [key]: set.values },
  }));
  return { operations: [...restore, ...written], records: touched.size, cells };
}
