import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";

/**
 * What it takes to go on with a record that was there instead of one just begun: what was typed fills its blanks, and the new one goes into
 * the trash. Nothing that was there is changed. One change, which undo takes back whole.
 */
export function useInstead(table: Workbook.Table, fresh: string, there: string): Operation[] {
  const [from, to] = [table.rowById.get(fresh), table.rowById.get(there)];
  if (from === undefined || to === undefined) return [];
  const filled = table.sheet.fields.flatMap(({ key, type, deleted, formula }) => {
    if (deleted === true || formula !== undefined || Workbook.isStamped(type)) return [];
    const typed = Workbook.value(table, from, key);
    return typed === undefined || Workbook.value(table, to, key) !== undefined
      ? []
      : [[key, [typed]] as const];
  });
  return [
    ...(filled.length === 0
      ? []
      : [
          {
            op: "set",
            sheet: table.key,
            ids: [there],
            fields: Object.fromEntries(filled),
          } satisfies Operation,
        ]),
    { op: "delete", sheet: table.key, ids: [fresh] },
  ];
}
