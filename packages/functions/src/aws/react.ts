import { registry } from "@gridfolk/core/field/registry";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import { createMemberships } from "../account/membership.ts";
import type { Log } from "../log/log.ts";
import { nodePlatform as platform } from "../platform.ts";
import { broadcast } from "../reactors/broadcast.ts";
import { compaction } from "../reactors/compaction.ts";
import { createDriver } from "../reactors/driver.ts";
import { memberships } from "../reactors/memberships.ts";
import { openCarried } from "./carry.ts";
import { cacheBytes, type ReactEnvironment } from "./env.ts";
import type { StreamParts } from "./stream.ts";
import { openTable } from "./table.ts";

/** At least this long lies between two broadcasts to a workspace. */
const BROADCAST_MS = 250;
/** Another process that holds a lease is most often done within this; else the records come again. */
const PATIENCE_MS = 20_000;

/** What one instance of `react` stands on: no accounts, no secret. */
export function openReact(environment: ReactEnvironment, log: Log): StreamParts {
  const store = openTable(environment, log);
  const ledger = createLedger({
    store,
    platform,
    registry,
    deferred: "await",
    cacheBytes: cacheBytes(environment),
  });
  const { connections, hub } = openCarried(environment, { store, ledgerLog: ledger.log, log });
  const driver = createDriver({
    store,
    platform,
    log: ledger.log,
    journal: log,
    patienceMs: PATIENCE_MS,
    remembered: new Map(),
    driven: [
      broadcast({ ledger, connections, hub, everyMs: BROADCAST_MS, note: log.note }),
      memberships(createMemberships({ store, ledger })),
      compaction(ledger),
    ],
  });
  return { log: ledger.log, driver };
}
