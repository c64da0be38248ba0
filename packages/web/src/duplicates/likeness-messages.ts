import type { Field } from "@gridfolk/core/field/field";
import type { Reason } from "@gridfolk/core/dedupe/reasons";

/** Told and asked of the worker that knows the records of one sheet. Texts stand in the order of `fields`. */
export type LikenessRequest =
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
    }
  /** All that are there twice and more. */
  | { readonly kind: "groups"; readonly ask: number };

export type LikenessResponse =
  | { readonly ask: number; readonly found: readonly Found[] }
  /** Ids of records that seem to be of one thing, the largest groups first. */
  | { readonly ask: number; readonly groups: readonly (readonly string[])[] };

/** A record that looks like what is typed. */
export interface Found {
  readonly id: string;
  /** 0 to 1. */
  readonly probability: number;
  readonly reasons: readonly Reason[];
}
