import { registry } from "@gridfolk/core/field/registry";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import { createAccounts } from "../account/accounts.ts";
import { createSessions } from "../account/session.ts";
import { createStoredSessions } from "../account/stored-session.ts";
import type { Log } from "../log/log.ts";
import { once } from "../once.ts";
import { nodePlatform as platform } from "../platform.ts";
import { openCarried } from "./carry.ts";
import { cacheBytes, type LiveEnvironment } from "./env.ts";
import { secretOf } from "./secret.ts";
import type { SocketParts } from "./socket.ts";
import { openTable } from "./table.ts";

/** What one instance of `live` stands on: no files, no changes; accounts only to tell whose cookie it is. */
export function openLive(environment: LiveEnvironment, log: Log): SocketParts {
  const store = openTable(environment, log);
  const ledger = createLedger({
    store,
    platform,
    registry,
    deferred: "await",
    cacheBytes: cacheBytes(environment),
  });
  const settings = once(async () => ({
    secret: await secretOf(environment),
    publicUrl: environment.PUBLIC_URL,
  }));
  const sessions = createSessions({
    auth: createAccounts(store, settings),
    stored: createStoredSessions({ store, platform, settings }),
    platform,
    rememberMs: 0,
  });
  return {
    services: { store, platform, ledger, sessions },
    ...openCarried(environment, { store, ledgerLog: ledger.log, log }),
  };
}
