import type { Action } from "@gridfolk/core/edit/bulk";
import type { Extracted } from "@gridfolk/core/edit/extract";
import type { Field } from "@gridfolk/core/field/field";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { SheetContext } from "../sheet-context.ts";

/** What can be opened to change many cells. Columns are named by key. */
export type Tool =
  | {
      readonly kind: "bulk";
      readonly action?: Action["kind"];
      readonly field?: string;
      /** The rows of a menu that said so, also when it is one. */
      readonly scope?: Scope;
    }
  | { readonly kind: "find" }
  | { readonly kind: "split"; readonly field: string }
  | { readonly kind: "join"; readonly field: string }
  | { readonly kind: "extract"; readonly field: string; readonly what: Extracted }
  | { readonly kind: "merge"; readonly field: string };

/** Which rows: those that were selected, those that filters and search leave, all, or those of a saved view, by its id. */
export type Scope = "selected" | "shown" | "all" | `view:${string}`;

/** What a tool works on, as it was when it was opened. */
export interface ToolContext {
  readonly sheet: SheetContext;
  /** Ids of the selected rows, in the order of the screen. */
  readonly selected: readonly string[];
  /** Keys of the selected columns; all where whole rows were selected. */
  readonly columns: readonly string[];
  /** Columns in the order of the screen. */
  readonly fields: () => readonly Field[];
  /** Brings a cell into view and puts the grid's focus there; false when it is not shown. */
  readonly show: (row: number, field: string) => boolean;
  readonly announce: (text: string) => void;
  readonly onSent: (operations: readonly Operation[], outcome: Promise<unknown>) => void;
  readonly onClose: () => void;
}
