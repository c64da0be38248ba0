import type { Column } from "./operation.ts";
import type { Field } from "../field/field.ts";
import type { Operation, SheetProperties } from "./operation.ts";
import type { Checked } from "./draft.ts";
import type { Origin } from "./codec.ts";

/**
 * How the operations that landed differ from those in the stored parts: what they replace and the chain as of the seq they
 * landed at, rows that were refused by then. Goes into the head, so that parts are never rewritten.
 */
export interface Patch {
  readonly format: number;
  readonly operations: readonly OperationPatch[];
}

export interface OperationPatch {
  /** Index in the stored operations. */
  readonly index: number;
  /** The operation did not land at all. */
  readonly dropped?: true;
  /** Rows that did not land: first position and how many, alternating. */
  readonly rows?: readonly number[];
  /** New before-values, by field: positions among the rows that landed, and the value for each. Positions absent: all. */
  readonly before?: {
    readonly [field: string]: { readonly at?: readonly number[]; readonly values: Column };
  };
  /** New chain, likewise. */
  readonly prev?: { readonly at?: readonly number[]; readonly values: readonly number[] };
  /** Of a sheet or field operation. */
  readonly replaced?: {
    readonly before: SheetProperties | Field | null;
    readonly position?: number;
  };
}

/** The patch that turns the stored operations into the checked ones; undefined when they are the same. */
export declare function make(stored: readonly Operation[], checked: Checked): Patch | undefined;
/** `apply(stored, make(stored, checked))` is `checked.operations`. DomainError "corrupt" when it does not fit. */
export declare function apply(stored: readonly Operation[], patch: Patch | undefined): Operation[];
/** Compact JSON text, and back. DomainError "corrupt" or "malformed" by origin. */
export declare function encode(patch: Patch): string;
export declare function decode(text: string, origin: Origin): Patch;
