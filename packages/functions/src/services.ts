import type { Blobs } from "@gridfolk/core/blobs";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import type { Store } from "@gridfolk/core/ledger/store";
import type { Platform } from "@gridfolk/core/platform";
import type { Limiter } from "./account/limit.ts";
import type { Memberships } from "./account/membership.ts";
import type { Sessions } from "./account/session.ts";
import type { Auth } from "./auth.ts";
import type { FileReader } from "./import/reader.ts";

/** What the routes stand on, wired once per process. */
export interface Services {
  readonly store: Store;
  readonly platform: Platform;
  readonly ledger: Ledger;
  /** Loaded when first needed. */
  readonly auth: () => Promise<Auth>;
  readonly sessions: Sessions;
  readonly limiter: Limiter;
  readonly memberships: Memberships;
  readonly files: FileReader;
  readonly blobs: Blobs;
  readonly settings: Settings;
}

export interface Settings {
  /** Signs sessions and links. */
  readonly secret: string;
  readonly publicUrl?: string | undefined;
  readonly signUp: "open" | "invite";
  /** What the first account brings along where accounts are by invitation. */
  readonly firstAccountToken?: string | undefined;
}
