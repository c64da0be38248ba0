import type { Store } from "@gridfolk/core/ledger/store";
import type { Auth } from "../auth.ts";
import type { Settings } from "../services.ts";

/** Accounts and their sessions: much code, loaded by whoever asks first. What failed is tried again by the next. */
export function createAccounts(
  store: Store,
  settings: () => Promise<Pick<Settings, "secret" | "publicUrl">>,
): () => Promise<Auth> {
  let loading: Promise<Auth> | undefined;
  return () => {
    loading ??= load(store, settings).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
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
