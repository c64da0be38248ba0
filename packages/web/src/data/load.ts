import { DomainError } from "@gridfolk/core/error";
import type { Changes, Manifest } from "@gridfolk/core/ledger/ledger";
import * as Page from "@gridfolk/core/ledger/page";
import * as Wire from "@gridfolk/core/ledger/wire";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Platform } from "@gridfolk/core/platform";
import { call, callText } from "./api.ts";
import type { Database } from "./cache.ts";
import type { Progress } from "./workspace.ts";

/** Where the pieces of a workspace come from. */
export interface Remote {
  manifest(): Promise<Manifest>;
  /** A page, inflated. */
  page(hash: string): Promise<string>;
  /** A part of a changeset's body, inflated. */
  part(changeset: string, attempt: string, n: number): Promise<string>;
  changes(after: number, epoch: string): Promise<Changes>;
}

export function remoteOf(workspace: string): Remote {
  const path = `/api/workspaces/${encodeURIComponent(workspace)}`;
  return {
    manifest: () => call("GET", `${path}/snapshot`),
    page: (hash) => callText(`${path}/pages/${hash}`),
    part: (changeset, attempt, n) => callText(`${path}/parts/${changeset}/${attempt}/${n}`),
    changes: (after, epoch) =>
      call("GET", `${path}/changes?after=${after}&epoch=${encodeURIComponent(epoch)}`),
  };
}

export interface PageCache {
  get(hash: string): Promise<string | undefined>;
  put(hash: string, text: string): Promise<void>;
  /** Forgets all pages but these. */
  keep(hashes: ReadonlySet<string>): Promise<void>;
}

export function pageCacheOf(database: Database, workspace: string): PageCache {
  return {
    get: (hash) => database.get("pages", [workspace, hash]),
    async put(hash, text) {
      await database.put("pages", text, [workspace, hash]);
    },
    async keep(hashes) {
      const range = IDBKeyRange.bound([workspace], [workspace, []]);
      const transaction = database.transaction("pages", "readwrite");
      for (const key of await transaction.store.getAllKeys(range)) {
        if (!hashes.has(key[1])) void transaction.store.delete(key);
      }
      await transaction.done;
    },
  };
}

/** Requests under way at once. */
const PARALLEL = 6;

/**
 * The workbook as of the newest snapshot. Pages in the cache are not fetched; what is fetched is checked against its
 * name and kept. Pages are read one by one with a pause between, so that the page stays alive.
 */
export async function loadSnapshot(
  workspace: string,
  remote: Remote,
  cache: PageCache | undefined,
  platform: Platform,
  onProgress: (progress: Progress) => void,
): Promise<{ workbook: Workbook.Workbook; fetched: number }> {
  let manifest = await remote.manifest();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await loadPages(workspace, manifest, remote, cache, platform, onProgress);
    } catch (error) {
      // A page may have been retired between the manifest and now: once more with the manifest of now.
      if (attempt > 0 || !(error instanceof DomainError)) throw error;
      manifest = await remote.manifest();
    }
  }
}

async function loadPages(
  workspace: string,
  manifest: Manifest,
  remote: Remote,
  cache: PageCache | undefined,
  platform: Platform,
  onProgress: (progress: Progress) => void,
): Promise<{ workbook: Workbook.Workbook; fetched: number }> {
  const pages = manifest.pages
    .filter(({ kind }) => kind === "schema" || kind === "records")
    .sort((a, b) => Number(a.kind !== "schema") - Number(b.kind !== "schema"));
  const workbook = Workbook.empty(workspace, manifest.epoch);
  let fetched = 0;
  let records = 0;

  const text = async (hash: string): Promise<string> => {
    const kept = await cache?.get(hash);
    if (kept !== undefined) return kept;
    const found = await remote.page(hash);
    await Page.checkPage(found, hash, platform.bytes);
    fetched += 1;
    // Not waited for: the cache is a convenience.
    cache?.put(hash, found).catch(() => {});
    return found;
  };

  const texts: Promise<string>[] = [];
  const ahead = (upTo: number) => {
    for (let index = texts.length; index < Math.min(upTo, pages.length); index += 1) {
      const promise = text(pages[index]!.hash);
      promise.catch(() => {}); // whoever waits for it hears of it
      texts.push(promise);
    }
  };
  onProgress({ done: 0, of: pages.length, records });
  for (const [index, page] of pages.entries()) {
    ahead(index + PARALLEL);
    Page.load(workbook, await texts[index]!);
    if (page.kind === "records") records += page.count;
    onProgress({ done: index + 1, of: pages.length, records });
    await breathe();
  }
  workbook.seq = manifest.seq;
  workbook.hash = manifest.hash;
  cache?.keep(new Set(pages.map(({ hash }) => hash))).catch(() => {});
  return { workbook, fetched };
}

/** Lets the browser paint and take input. */
function breathe(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: { yield?: () => Promise<void> } };
  if (scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => setTimeout(resolve));
}

/** The log's heads after a position, ready to be folded one after the other. */
export async function prepare(
  changes: Pick<Changes, "epoch" | "heads">,
  after: { readonly seq: number; readonly hash: string },
  remote: Pick<Remote, "part">,
  platform: Platform,
): Promise<Workbook.Committed[]> {
  const heads: Workbook.Committed[] = [];
  let { hash } = after;
  for (const head of changes.heads) {
    if (head.seq <= after.seq) continue;
    const committed = await Wire.toCommitted(
      platform.bytes,
      { epoch: changes.epoch, hash },
      head,
      remote.part,
    );
    hash = head.hash;
    heads.push(committed);
  }
  return heads;
}
