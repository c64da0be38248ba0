import type { Changeset } from "./changeset.ts";
import type { HistoryEntry } from "./ledger.ts";
import type { Operation } from "./operation.ts";

export interface Extract {
  readonly entry: HistoryEntry;
  /** Seq of the changeset that touched the record before; 0 when this one created it. */
  readonly prev: number;
}

/**
 * What a changeset did to one record; `undefined` when it did nothing to it. `operations` may be those of the one part that
 * holds the record. Cells whose value did not change are left out.
 */
export declare function extract(
  changeset: Omit<Changeset, "operations" | "answer">,
  operations: readonly Operation[],
  sheet: string,
  record: string,
): Extract | undefined;
