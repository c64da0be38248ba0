import { DomainError } from "../error.ts";
import type { Platform } from "../platform.ts";
import * as Ids from "./ids.ts";
import * as Keys from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import * as Snapshot from "./snapshot.ts";
import type { Store } from "./store.ts";

export interface EpochDeps {
  readonly store: Store;
  readonly platform: Platform;
  /** Shares the table and has opened no workspace since it was restored. */
  readonly ledger: Pick<Ledger, "compact" | "log">;
}

/**
 * Begins a new epoch in a workspace whose table was brought back from a backup: from then on its log is another one than that which
 * went on after the backup. Every client loads the workspace again and keeps what it has not sent; no effect of the lost
 * history is mistaken for one of the new. Reads the whole workspace, and fails with "corrupt" where the backup does.
 *
 * Reactors go on from here: what was committed before counts as reacted to. Nobody else may write meanwhile. Repeating it is harmless.
 */
export async function begin(
  { store, platform, ledger }: EpochDeps,
  workspace: string,
): Promise<{ epoch: string; seq: number }> {
  // What is in the log after the snapshot carries the old epoch: it has to be in the snapshot.
  await ledger.compact(workspace, { force: true });
  const manifest = await Snapshot.manifest({ store, platform }, workspace);
  const { seq } = await ledger.log.end(workspace);
  if (manifest === undefined) throw new DomainError("not-found", "There is no such workspace.");
  if (manifest.seq !== seq) throw stillWritten();
  const epoch = Ids.newId(platform);
  const next = { ...manifest, epoch, version: manifest.version + 1 };
  if (!(await Snapshot.swap({ store, platform }, workspace, next))) throw stillWritten();
  for await (const cursor of store.query(Keys.cursors(workspace))) {
    await store.put({ ...cursor, epoch, seq, failures: 0, until: 0 });
  }
  return { epoch, seq };
}

function stillWritten(): DomainError {
  return new DomainError(
    "busy",
    "Somebody writes to this workspace: stop the functions or the server first.",
  );
}
