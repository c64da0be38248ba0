import type { Platform } from "../platform.ts";
import type { WireHead } from "./ledger.ts";
import type { Rules } from "./rules.ts";
import type { Store } from "./store.ts";

/** What every part of a ledger works with. */
export interface LedgerContext {
  readonly store: Store;
  readonly platform: Platform;
  readonly rules: Rules;
  /** No other process writes to the table: what this process knows is the end of the log. */
  readonly exclusive: boolean;
  /** Whether cleaning up after a commit may outlive its answer. Lambda does nothing after the response. */
  readonly deferred: "after" | "await";
  readonly cacheBytes: number;
  onCommit?(workspace: string, from: number, to: number, heads: readonly WireHead[]): void;
}
