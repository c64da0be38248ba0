import type { Answer, Draft } from "./changeset.ts";
import type { Operation } from "./operation.ts";
import type { Rules } from "./rules.ts";
import type { Touches } from "./touches.ts";
import type { Workbook } from "./workbook.ts";

/** A draft that may land on the workbook it was checked against, at its next seq. */
export interface Checked {
  /**
   * Complete: `before` and `prev` filled from the workbook, refused rows and rows that change nothing left out, operations
   * without rows left out.
   */
  readonly operations: readonly Operation[];
  /** For each of `operations`, its index in the draft. */
  readonly sources: readonly number[];
  readonly answer: Omit<Answer, "seq" | "changeset">;
  /** Distinct existing records that change in any way. */
  readonly records: number;
  readonly touches: Touches;
}

export interface CheckOptions {
  /**
   * What becomes of a row that breaks a rule: "throw" fails the whole draft (DomainError "invalid-values" with a path for
   * each), "refuse" leaves the row out and lists it in the answer (imports, undo). Default "throw".
   */
  readonly onInvalid?: "throw" | "refuse";
}

/**
 * Validates a draft against the exact workbook it is to land on; access is checked elsewhere. Whatever `before` and `prev` the
 * draft carries is ignored and filled again. Rules hold for the state after the whole draft: two records may swap a unique
 * value. Never changes the workbook.
 *
 * DomainErrors: "not-found" (no such sheet), "unknown-field", "stale" (sheet or field is in the trash, or existing values no
 * longer fit a changed field), "invalid-values", "malformed" (ids not ascending, columns of different lengths).
 */
export declare function check(
  workbook: Workbook,
  draft: Pick<Draft, "operations" | "guard" | "actor">,
  rules: Rules,
  options?: CheckOptions,
): Checked;
