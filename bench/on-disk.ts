import { registry } from "@gridfolk/core/field/registry";
import type { Transport } from "@gridfolk/core/import/send";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import type { Store } from "@gridfolk/core/ledger/store";
import { openStore } from "@gridfolk/functions/engine";
import { nodePlatform } from "@gridfolk/functions/platform";

export interface OnDisk {
  readonly store: Store;
  readonly ledger: Ledger;
  stop(): Promise<void>;
}

/** The ledger as the local server runs it, in this process: what the engine reports can be read from `store.consumed`. */
export async function openLedger(dataDir: string): Promise<OnDisk> {
  const { store, stop } = await openStore({
    dataDir,
    durability: "fsync",
    tableName: "gridfolk",
    platform: nodePlatform,
  });
  const ledger = createLedger({ store, platform: nodePlatform, registry, exclusive: true });
  return {
    store,
    ledger,
    async stop() {
      await ledger.flush();
      await stop();
    },
  };
}

/** An import's way to the ledger without HTTP between them. */
export function transportTo(ledger: Ledger, workspace: string, actor: string): Transport {
  const { upload } = ledger;
  return {
    open: (id, parts) => upload.open(workspace, { id, parts }),
    part: (id, attempt, n, bytes) => upload.part(workspace, id, attempt, n, bytes),
    commit: (id, attempt, { parts, draft }) =>
      upload.commit(workspace, id, attempt, { parts, draft: { ...draft, id, actor } }),
    abandon: (id, attempt) => upload.abandon(workspace, id, attempt),
  };
}
