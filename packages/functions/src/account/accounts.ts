import type { Store } from "@gridfolk/core/ledger/store";
import type { Auth } from "../auth.ts";
import { once } from "../once.ts";
import type { Settings } from "../services.ts";

/** Accounts and their sessions: much code, loaded by whoever asks first. */
export function createAccounts(
  store: Store,
  settings: () => Promise<Pick<Settings, "secret" | "publicUrl">>,
): () => Promise<Auth> {
  return once(() => load(store, settings));
}

async function load(
  store: Store,
  settings: () => Promise<Pick<Settings, "secret" | "publicUrl">>,
): Promise<Auth> {
  const [{ createAuth }, { storeAdapter }, { secret, publicUrl }] = await Promise.all([
    import("../auth.ts"),
    import("../auth-adapter.ts"),
    settings(),
  ]);
  return createAuth({ database: storeAdapter(store), secret, publicUrl });
}
