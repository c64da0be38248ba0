import type { Manifest } from "@gridfolk/core/ledger/ledger";
import { call } from "./api.ts";
import { user } from "./session.ts";

/**
 * The first thing an open workspace needs is its manifest. When the page is entered at a workspace's address, it is asked
 * for before the code that reads it has arrived.
 */
const asked = ask();

function ask(): { workspace: string; manifest: Promise<Manifest> } | undefined {
  const workspace = /^\/w\/([^/]+)/.exec(location.pathname)?.[1];
  if (workspace === undefined || user() === undefined) return undefined;
  const manifest = call<Manifest>("GET", `/api/workspaces/${workspace}/snapshot`);
  manifest.catch(() => {}); // whoever takes it hears of it
  return { workspace, manifest };
}

let taken = false;

/** The answer under way, once. */
export function takeEarly(workspace: string): Promise<Manifest> | undefined {
  if (taken || asked?.workspace !== workspace) return undefined;
  taken = true;
  return asked.manifest;
}
