import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { whyFormula } from "@gridfolk/core/formula/attach";
import { openAddress } from "./address.ts";
import type { Target } from "./cursor.ts";
import type { SheetContext } from "./sheet-context.ts";

/** What opens when a value is opened. */
export type Opens = "record" | "email" | "phone" | "url";

export interface OpeningDeps {
  readonly sheet: SheetContext;
  readonly fields: () => readonly Field[];
  readonly onOpenLink: (sheet: string, id: string) => void;
}

/** Following values to what they name: a linked record, an address, a number; and why a marked text does not fit. */
export interface Opening {
  opens(target: Target): Opens | undefined;
  /** Whether there was something to open. */
  open(target: Target): boolean;
  why(target: Target): string | undefined;
}

export function createOpening({ sheet, fields, onOpenLink }: OpeningDeps): Opening {
  function at({ spot }: Target): { row: number; field: Field; cell: Cell | undefined } | undefined {
    const field = fields()[spot.column];
    const row = sheet.order.rowAt(spot.row);
    if (field === undefined || row < 0) return undefined;
    return { row, field, cell: sheet.cell(row, field) };
  }

  return {
    opens(target) {
      const found = at(target);
      if (found?.cell === undefined || isInvalid(found.cell)) return undefined;
      const { field, cell } = found;
      if (field.type === "link") {
        return Array.isArray(cell) && cell.length > 0 ? "record" : undefined;
      }
      return field.type === "email" || field.type === "phone" || field.type === "url"
        ? field.type
        : undefined;
    },
    open(target) {
      const found = at(target);
      if (found?.cell === undefined || isInvalid(found.cell)) return false;
      const { field, cell } = found;
      if (field.type === "link" && field.link !== undefined && Array.isArray(cell)) {
        const chip = document.querySelector<HTMLElement>("[data-record]:hover")?.dataset["record"];
        const id = chip ?? (cell[0] as string | undefined);
        if (id !== undefined) onOpenLink(field.link.sheet, id);
        return id !== undefined;
      }
      return openAddress(field, cell);
    },
    why(target) {
      const found = at(target);
      if (found === undefined || !isInvalid(found.cell)) return undefined;
      const { row, field, cell } = found;
      if (field.formula !== undefined) {
        return whyFormula(sheet.workspace.workbook, sheet.table(), row, field.key);
      }
      return registry[field.type].why(cell.invalid, field, sheet.look().locale);
    },
  };
}
