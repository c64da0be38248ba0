import type { Manifest } from "@gridfolk/core/ledger/ledger";
import { call } from "./api.ts";
import { openCache, type Database } from "./cache.ts";
import { user } from "./session.ts";

/**
 * The first things an open workspace needs are its manifest and what this browser keeps of it. When the page is entered at a
 * workspace's address, both are asked for before the code that reads them has arrived.
 */
interface Asked {
  readonly workspace: string;
  readonly user: string;
  readonly manifest: Promise<Manifest>;
  readonly cache: Promise<Database>;
}

const asked = ask();

function ask(): Asked | undefined {
  const workspace = /^\/w\/([^/]+)/.exec(location.pathname)?.[1];
  const id = user()?.id;
  if (workspace === undefined || id === undefined) return undefined;
  const manifest = call<Manifest>("GET", `/api/workspaces/${workspace}/snapshot`);
  const cache = openCache(id);
  // Whoever takes them hears of it.
  manifest.catch(() => {});
  cache.catch(() => {});
  return { workspace, user: id, manifest, cache };
}

const taken = new Set<keyof Asked>();

/** The answer under way, once. */
export function takeEarly(workspace: string): Promise<Manifest> | undefined {
  return take("manifest", asked?.workspace === workspace);
}

/** The database that is being opened, once. */
export function takeEarlyCache(person: string): Promise<Database> | undefined {
  return take("cache", asked?.user === person);
}

function take<Key extends keyof Asked>(key: Key, isMeant: boolean): Asked[Key] | undefined {
  if (taken.has(key) || !isMeant) return undefined;
  taken.add(key);
  return asked?.[key];
}
