import { consentFields, stricter } from "@gridfolk/core/consent/consent";
import { equals } from "@gridfolk/core/field/cell";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";

/**
 * What it takes to go on with a record that was there instead of one just begun: what was typed fills its blanks, and the new one goes into
 * the trash. Nothing that was there is changed, but what either refuses is refused. One change, which undo takes back whole.
 */
export function useInstead(table: Workbook.Table, fresh: string, there: string): Operation[] {
  const [from, to] = [table.rowById.get(fresh), table.rowById.get(there)];
  if (from === undefined || to === undefined) return [];
  const consents = new Set(consentFields(table.sheet).map((field) => field.key));
  const filled = table.sheet.fields.flatMap(({ key, type, deleted, formula }) => {
    if (deleted === true || formula !== undefined || Workbook.isStamped(type)) return [];
    const typed = Workbook.value(table, from, key);
    const there = Workbook.value(table, to, key);
    if (typed === undefined) return [];
    if (consents.has(key)) {
      const both = stricter(there, typed);
      return equals(both, there) ? [] : [[key, [both]] as const];
    }
    return there === undefined ? [[key, [typed]] as const] : [];
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
