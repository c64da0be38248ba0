import type { Operation } from "./operation.ts";
import type { Rules } from "./rules.ts";
import type { Workbook } from "./workbook.ts";

/** What a changeset changes, and what the decision to let it land rested on. */
export interface Touches {
  /** Sheets of which it changes a property or a field. */
  readonly schema: ReadonlySet<string>;
  /** Sheets whose schema it relies on. */
  readonly sheets: ReadonlySet<string>;
  /** Records it writes or looked at, by sheet: lists of ascending ids. */
  readonly records: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Fields whose normalised values decided (unique rules, guards), as `<sheet>/<field>`. */
  readonly decidedBy: ReadonlySet<string>;
  /** Normalised values of a field that it writes, replaces, moves to or from the trash, or looked at. */
  keys(sheet: string, field: string): ReadonlySet<string>;
}

/** Of a changeset in the log, whose operations are complete; `workbook` is caught up with it (later is fine). */
export declare function of(
  workbook: Workbook,
  operations: readonly Operation[],
  rules: Rules,
): Touches;

/**
 * Whether one could change what the other decided or replaced. When false, both checked against one workbook may land in
 * either order as they are: same head again after a lost race, and drafts that share a head.
 */
export declare function overlaps(a: Touches, b: Touches): boolean;
