import { DomainError } from "@gridfolk/core/error";
import type { Field, FieldType, Sheet } from "@gridfolk/core/field/field";
import { loadFormulas } from "@gridfolk/core/formula/attach";
import { examine, resultField } from "@gridfolk/core/formula/formulas";
import { toKept, toTyped } from "@gridfolk/core/formula/names";
import { FormulaProblem } from "@gridfolk/core/formula/problem";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { localeOf } from "@gridfolk/core/sheet/settings";
import * as v from "valibot";

/** A formula as people write it. */
export const formula = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty("a formula is missing"),
  v.maxLength(8_192),
  v.description(
    "Computes the values, with field names in brackets: [Value] * 10%. See docs/formulas.md",
  ),
);

export { loadFormulas };

/**
 * The field as a formula makes it: the formula as it is kept, and the type of what it answers unless another is asked for. DomainError
 * "invalid-values" says what is wrong with the formula and where.
 */
export function withFormula(
  workbook: Workbook,
  sheet: string,
  base: Omit<Field, "type">,
  typed: string,
  type: FieldType | undefined,
): Field {
  try {
    const locale = localeOf(workbook);
    const { kind } = examine(workbook, sheet, typed, locale, 0);
    const kept = toKept(workbook, sheet, typed);
    return resultField(base, kind, kept, type);
  } catch (error) {
    if (!(error instanceof FormulaProblem)) throw error;
    throw new DomainError("invalid-values", error.message, {
      errors: [{ path: "/formula", message: `${error.message} (at character ${error.at + 1})` }],
      cause: error,
    });
  }
}

/** The field as answers show it: its formula with the names that its columns have now. */
export function shownField(workbook: Workbook, sheet: string, field: Field): Field {
  if (field.formula === undefined) return field;
  return { ...field, formula: toTyped(workbook, sheet, field.formula) };
}

/** The same for every field of a sheet. */
export function shownSheet(workbook: Workbook, sheet: Sheet): Sheet {
  return { ...sheet, fields: sheet.fields.map((field) => shownField(workbook, sheet.key, field)) };
}
