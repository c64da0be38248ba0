import type { Field } from "@gridfolk/core/field/field";
import type { Decided } from "@gridfolk/core/dedupe/learn";
import type { Refitted } from "@gridfolk/core/dedupe/refit";
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
  /** What people merged and kept separate, as it was then. */
  | { readonly kind: "decisions"; readonly decided: readonly Decided[] }
  | { readonly kind: "remove"; readonly ids: readonly string[] }
  | {
      readonly kind: "find";
      readonly ask: number;
      readonly texts: readonly string[];
      readonly least: number;
    }
  /** All that seem to be there twice and more, with how sure that is. */
  | { readonly kind: "review"; readonly ask: number }
  /** Why two records of the last review are taken for one thing. */
  | { readonly kind: "why"; readonly ask: number; readonly pair: readonly [string, string] };

export type LikenessResponse =
  | { readonly ask: number; readonly found: readonly Found[] }
  | ({ readonly ask: number } & Reviewed)
  | { readonly ask: number; readonly reasons: readonly Reason[] };

/** What a look at all records found. */
export interface Reviewed {
  readonly candidates: readonly Candidate[];
  /** What people's decisions moved in it. */
  readonly learned: Refitted | undefined;
}

/** How sure it is that records are of one thing: a merge needs no person; more likely than not; worth a look. */
export type Certainty = "sure" | "likely" | "maybe";

/** Records that may be of one thing. */
export interface Candidate {
  /** Two or more. */
  readonly ids: readonly string[];
  readonly certainty: Certainty;
  /** 0 to 1; of more than two records that of the weakest link that holds them together. */
  readonly probability: number;
}

/** A record that looks like what is typed. */
export interface Found {
  readonly id: string;
  /** 0 to 1. */
  readonly probability: number;
  readonly reasons: readonly Reason[];
}
