import type { Field } from "@gridfolk/core/field/field";
import type { Reason } from "@gridfolk/core/dedupe/reasons";

/** Told and asked of the worker that knows the records of one sheet. Texts stand in the order of `fields`. */
export type TypingRequest =
  | { readonly kind: "begin"; readonly sheet: string; readonly fields: readonly Field[] }
  /** New or changed ones; `texts` by field, then by record. */
  | {
      readonly kind: "records";
      readonly ids: readonly string[];
      readonly texts: readonly (readonly string[])[];
    }
  | { readonly kind: "remove"; readonly ids: readonly string[] }
  | {
      readonly kind: "find";
      readonly ask: number;
      readonly texts: readonly string[];
      readonly least: number;
    };

export interface TypingResponse {
  readonly ask: number;
  readonly found: readonly Found[];
}

/** A record that looks like what is typed. */
export interface Found {
  readonly id: string;
  /** 0 to 1. */
  readonly probability: number;
  readonly reasons: readonly Reason[];
}
