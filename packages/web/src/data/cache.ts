import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { OutboxEntry } from "./outbox.ts";

/**
 * What this browser keeps of a person's workspaces, one database per person: pages as stored (named by their content, so
 * a page that is here is never fetched again), what came after them (kept.ts), and the outbox. All of it is
 * removed at sign-out and when the person is removed from the workspace.
 */
interface Schema extends DBSchema {
  pages: { key: [workspace: string, hash: string]; value: string };
  outbox: {
    key: [workspace: string, order: string];
    value: OutboxEntry;
  };
}

export type Database = IDBPDatabase<Schema>;

const name = (user: string) => `gridfolk:${user}`;

export async function openCache(user: string): Promise<Database> {
  return openDB<Schema>(name(user), 1, {
    upgrade(database) {
      database.createObjectStore("pages");
      database.createObjectStore("outbox");
    },
    blocking(_current, _blocked, event) {
      // Another tab wipes or upgrades: do not stand in its way.
      (event.target as IDBDatabase).close();
    },
  });
}

/** Removes everything kept for a person. */
export async function wipe(user: string): Promise<void> {
  if (typeof indexedDB === "undefined") return;
  await deleteDB(name(user));
}

/** Removes what is kept of one workspace, the outbox as well. */
export async function wipeWorkspace(database: Database, workspace: string): Promise<void> {
  const range = IDBKeyRange.bound([workspace], [workspace, []]);
  const transaction = database.transaction(["pages", "outbox"], "readwrite");
  await Promise.all([
    transaction.objectStore("pages").delete(range),
    transaction.objectStore("outbox").delete(range),
    transaction.done,
  ]);
}
