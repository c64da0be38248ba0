import type { Field, Locale } from "../field/field.ts";
import { examine } from "../formula/formulas.ts";
import { FormulaProblem } from "../formula/problem.ts";
import type { Workbook } from "../ledger/workbook.ts";
import type { ColumnFacts } from "./column.ts";

const SHEET = "_file";

/**
 * Why a formula in names of a file's columns cannot be one of ours, in words; undefined when it can. Loads the formula functions: import
 * it only when there is a formula, and await `loadFormulas` before.
 */
export function problemOf(
  formula: string,
  facts: readonly ColumnFacts[],
  workbook: Workbook,
  locale: Locale,
  now: number,
): string | undefined {
  const [table] = workbook.sheets.values();
  if (table === undefined) return undefined;
  const fields = facts.map(({ column, type }): Field => ({
    key: `c${column.index}`,
    name: column.name,
    type,
  }));
  const sheet = { ...table.sheet, key: SHEET, name: SHEET, fields };
  const sheets = new Map(workbook.sheets).set(SHEET, { ...table, key: SHEET, sheet });
  try {
    examine({ ...workbook, sheets }, SHEET, formula, locale, now);
    return undefined;
  } catch (error) {
    if (error instanceof FormulaProblem) return error.message;
    throw error;
  }
}
