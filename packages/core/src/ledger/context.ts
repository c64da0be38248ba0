import type { Platform } from "../platform.ts";
import type { WireHead } from "./ledger.ts";
import type { Draft } from "./changeset.ts";
import type { Rules } from "./rules.ts";
import type { Store } from "./store.ts";
import type { Workbook } from "./workbook.ts";

/**
 * Throws when a draft's actor may not do this on this workbook. Asked of every draft, undo included, on exactly the state
 * it is to land on.
 */
export type Access = (
  workbook: Workbook,
  draft: Pick<Draft, "actor" | "source" | "operations">,
) => void;

/** What every part of a ledger works with. */
export interface LedgerContext {
  readonly store: Store;
  readonly platform: Platform;
  readonly rules: Rules;
  readonly access: Access;
  /** No other process writes to the table: what this process knows is the end of the log. */
  readonly exclusive: boolean;
  /** Whether cleaning up after a commit may outlive its answer. Lambda does nothing after the response. */
  readonly deferred: "after" | "await";
  readonly cacheBytes: number;
  onCommit?(workspace: string, from: number, to: number, heads: readonly WireHead[]): void;
  onRetry?(workspace: string): void;
}
