import type { Cell } from "../field/cell.ts";
import type { Field, Sheet } from "../field/field.ts";

/** One value per id, in the order of `ids`; `null` is unset. */
export type Column = readonly (Cell | null)[];
export type Columns = { readonly [field: string]: Column };

/**
 * The only ways a workbook changes. Columnar: `ids` and every column have one length. `ids` are distinct and ascending.
 *
 * A draft (what a client sends) leaves `before` and `prev` out; commit fills them from the exact workbook it lands on:
 * `before` is what the operation replaced, `prev` the seq of the changeset that last touched each record (0: none), which
 * chains a record's history.
 */
export type Operation =
  | CreateOperation
  | SetOperation
  | DeleteOperation
  | RestoreOperation
  | SheetOperation
  | FieldOperation;

export interface CreateOperation {
  readonly op: "create";
  readonly sheet: string;
  readonly ids: readonly string[];
  readonly fields: Columns;
}

export interface SetOperation {
  readonly op: "set";
  readonly sheet: string;
  readonly ids: readonly string[];
  readonly fields: Columns;
  readonly before?: Columns;
  readonly prev?: readonly number[];
}

/** To the trash: values and links are kept. */
export interface DeleteOperation {
  readonly op: "delete";
  readonly sheet: string;
  readonly ids: readonly string[];
  readonly prev?: readonly number[];
}

export interface RestoreOperation {
  readonly op: "restore";
  readonly sheet: string;
  readonly ids: readonly string[];
  readonly prev?: readonly number[];
}

/** Creates, changes, deletes (`after.deleted`) or restores a sheet. Its fields change by field operations only. */
export interface SheetOperation {
  readonly op: "sheet";
  readonly key: string;
  readonly after: SheetProperties;
  readonly before?: SheetProperties | null;
}

/**
 * Creates, changes, moves, deletes (`after.deleted`) or restores a field. A retype is this plus `set` operations with
 * the new values in the same changeset.
 */
export interface FieldOperation {
  readonly op: "field";
  readonly sheet: string;
  readonly after: Field;
  /** Index among the sheet's fields where the field stands afterwards; absent: stays, or last when new. */
  readonly position?: number;
  readonly before?: Field | null;
  readonly beforePosition?: number;
}

export type SheetProperties = Omit<Sheet, "key" | "fields">;
