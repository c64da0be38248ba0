import type { Locale } from "../field/field.ts";
import type { Table, Workbook } from "../ledger/workbook.ts";
import type * as Formulas from "./formulas.ts";

/**
 * Formulas are large and many workbooks have none: this small module is what everybody loads. Await `loadFormulas` wherever a
 * workbook with formula fields is read; until then these are blank.
 */
type Module = typeof Formulas;

let module: Module | undefined;
let loading: Promise<void> | undefined;

/** Loads what computes formulas, once. A lost connection can be tried again. */
export function loadFormulas(): Promise<void> {
  loading ??= Promise.all([
    import("./formulas.ts"),
    import("./library-parts.ts").then(({ loadParts }) => loadParts()),
  ]).then(
    ([formulas]) => {
      module = formulas;
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

export function hasFormulas(workbook: Workbook): boolean {
  for (const { sheet } of workbook.sheets.values()) {
    if (sheet.deleted === true) continue;
    if (sheet.fields.some((field) => field.formula !== undefined && field.deleted !== true))
      return true;
  }
  return false;
}

/** Lets the workbook's formula fields have values from now on. Nothing happens where it has none, or before `loadFormulas`. */
export function attachFormulas(workbook: Workbook, locale: Locale, now: number): void {
  if (module !== undefined && hasFormulas(workbook)) module.formulasOf(workbook, locale, now);
}

/** Computed cells that changed with their sources since this was asked last, by sheet: what a screen has to draw again. */
export function changedFormulas(workbook: Workbook): ReturnType<Formulas.Formulas["takeChanged"]> {
  return module?.knownFormulas(workbook)?.takeChanged() ?? NOTHING;
}

const NOTHING: ReturnType<Formulas.Formulas["takeChanged"]> = new Map();

/** Why a computed cell is an error, in words. */
export function whyFormula(
  workbook: Workbook,
  table: Table,
  row: number,
  field: string,
): string | undefined {
  return module?.knownFormulas(workbook)?.why(table, row, field);
}
