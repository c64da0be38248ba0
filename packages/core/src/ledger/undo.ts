import type { Changeset, Refusal } from "./changeset.ts";
import type { Operation } from "./operation.ts";
import type { Rules } from "./rules.ts";
import type { Workbook } from "./workbook.ts";

export interface Inverse {
  /** A draft's operations; check them with `onInvalid: "refuse"`: what would break a rule is skipped too. */
  readonly operations: Operation[];
  /** What is left alone because it changed since, and why, for people. */
  readonly skipped: Refusal[];
}

/**
 * What undoes the changesets (newest first) on the workbook as it is now, as one changeset. A cell is reverted only if it
 * holds what was written; a created record goes to the trash only if nobody else has changed it and nothing links to it.
 * The inverse of an inverse is a redo.
 */
export declare function inverse(
  workbook: Workbook,
  changesets: readonly Changeset[],
  rules: Rules,
): Inverse;
