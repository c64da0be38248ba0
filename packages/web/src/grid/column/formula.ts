import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { toCell } from "@gridfolk/core/formula/cells";
import { examine, resultField } from "@gridfolk/core/formula/formulas";
import type { FunctionDefinition } from "@gridfolk/core/formula/function";
import { functions } from "@gridfolk/core/formula/library";
import { toKept, toTyped } from "@gridfolk/core/formula/names";
import { FormulaProblem } from "@gridfolk/core/formula/problem";
import type { SheetContext } from "../sheet-context.ts";

/** What a written formula comes to, or what is wrong with it. */
export type Examined = (
  | { readonly field: Field; readonly compute: (row: number) => Cell | undefined }
  | { readonly problem: string }
) & {
  /** Functions by category, for the menu. */
  readonly categories: ReadonlyMap<string, readonly FunctionDefinition[]>;
};

const categories = new Map<string, FunctionDefinition[]>();
for (const definition of functions) {
  const found = categories.get(definition.category);
  if (found === undefined) categories.set(definition.category, [definition]);
  else found.push(definition);
}

/** Looks at a formula as a person typed it. `base`: the field without what the formula decides. */
export function examined(
  context: SheetContext,
  base: Omit<Field, "type">,
  typed: string,
): Examined {
  const { workbook } = context.workspace;
  const { locale } = context.look();
  try {
    const { kind, evaluate } = examine(workbook, context.sheetKey, typed, locale, Date.now());
    const field = resultField(base, kind, toKept(workbook, context.sheetKey, typed));
    return { field, categories, compute: (row) => toCell(evaluate(row), kind, locale) };
  } catch (error) {
    if (!(error instanceof FormulaProblem)) throw error;
    return { problem: error.message, categories };
  }
}

/** A kept formula as people read it. */
export function written(context: SheetContext, formula: string): string {
  return toTyped(context.workspace.workbook, context.sheetKey, formula);
}
