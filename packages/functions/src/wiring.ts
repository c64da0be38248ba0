import type { Blobs } from "@gridfolk/core/blobs";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { createLedger, type LedgerDeps } from "@gridfolk/core/ledger/create-ledger";
import type { Store } from "@gridfolk/core/ledger/store";
import type { Platform } from "@gridfolk/core/platform";
import { access } from "./account/access.ts";
import { createAccounts } from "./account/accounts.ts";
import { createLimiter } from "./account/limit.ts";
import { createMemberships } from "./account/membership.ts";
import { createSessions } from "./account/session.ts";
import { createStoredSessions } from "./account/stored-session.ts";
import { versionOf } from "./auth-adapter/rows.ts";
import { createFileReader, type FileLimits } from "./import/reader.ts";
import type { Services, Settings } from "./services.ts";

// Parsing is synchronous: what it needs to know of the world's telephone numbers is here before the first request.
await loadPhones();

export interface WiringOptions {
  readonly store: Store;
  readonly platform: Platform;
  readonly settings: Settings;
  readonly blobs: Blobs;
  /** The built worker that reads files. */
  readonly workerFile: string;
  /** What reading one file may take, when that is less than usual. */
  readonly fileLimits?: FileLimits;
  /** How long a session may be remembered without asking the table; see createSessions. */
  readonly rememberSessionsMs: number;
  /** How the ledger works in this process. */
  readonly ledger: Pick<
    LedgerDeps,
    "exclusive" | "deferred" | "cacheBytes" | "onCommit" | "onRetry"
  >;
}

/** Puts the services of one process together. Accounts are loaded when a request first needs them. */
export function createServices(options: WiringOptions): Services {
  const { store, platform, settings } = options;
  const auth = createAccounts(store, async () => settings);
  const ledger = createLedger({ store, platform, registry, access, ...options.ledger });
  return {
    store,
    platform,
    settings,
    blobs: options.blobs,
    files: createFileReader(options.workerFile, options.fileLimits),
    auth,
    ledger,
    memberships: createMemberships({ store, ledger }),
    sessions: createSessions({
      auth,
      stored: createStoredSessions({ store, platform, settings: async () => settings }),
      platform,
      rememberMs: options.rememberSessionsMs,
      ...(options.ledger.exclusive === true
        ? {}
        : {
            version: ({ id, user }) =>
              versionOf(store, [
                { model: "session", id },
                { model: "user", id: user.id },
              ]),
          }),
    }),
    limiter: createLimiter({ store, platform }),
  };
}
