import { DomainError, isDomainError } from "../error.ts";
import * as Chain from "./chain.ts";
import type { LedgerContext } from "./context.ts";
import * as Ids from "./ids.ts";
import * as Keys from "./keys.ts";
import type { Manifest, PageReference } from "./ledger.ts";
import * as Page from "./page.ts";
import { inLoadOrder } from "./page-order.ts";
import * as Workbook from "./workbook.ts";

const FORMAT = 1;
const BATCH = 8;

/** The stored manifest: what readers get, and what compaction needs besides. */
export interface StoredManifest extends Manifest {
  /** Time of the head at `seq`. */
  readonly at: number;
  /** Pages that an older manifest listed, with the time at which they left. */
  readonly retired: readonly {
    readonly sheet: string;
    readonly hash: string;
    readonly at: number;
  }[];
}

/** `undefined` when there is no such workspace. */
export async function manifest(
  { store, platform }: LedgerContext,
  workspace: string,
): Promise<StoredManifest | undefined> {
  const item = await store.get(Keys.manifest(workspace));
  if (item === undefined) return undefined;
  if (item["format"] !== FORMAT) {
    throw new DomainError(
      "corrupt",
      `This workspace's snapshot is stored in format ${item["format"] as number}, which this version cannot read.`,
    );
  }
  const lists = platform.bytes.decode(await platform.bytes.gunzip(item["lists"] as Uint8Array));
  return {
    format: FORMAT,
    epoch: item["epoch"] as string,
    seq: item["seq"] as number,
    hash: item["hash"] as string,
    at: item["at"] as number,
    version: item["version"] as number,
    ...(JSON.parse(lists) as Pick<StoredManifest, "pages" | "retired">),
  };
}

/** The manifest of a workspace without a log. Answers the one that is there when another call made it first. */
export async function begin(context: LedgerContext, workspace: string): Promise<StoredManifest> {
  const found = await manifest(context, workspace);
  if (found !== undefined) return found;
  const first: StoredManifest = {
    format: FORMAT,
    epoch: Ids.newId(context.platform),
    seq: 0,
    hash: Chain.ROOT,
    at: 0,
    version: 1,
    pages: [],
    retired: [],
  };
  await put(context, workspace, first, { absent: true });
  return (await manifest(context, workspace)) ?? first;
}

/** Replaces the manifest of version `next.version - 1`, whose seq the caller saw to be less. False: another was faster. */
export async function swap(
  context: LedgerContext,
  workspace: string,
  next: StoredManifest,
): Promise<boolean> {
  return put(context, workspace, next, { equals: { version: next.version - 1 } });
}

async function put(
  { store, platform }: LedgerContext,
  workspace: string,
  next: StoredManifest,
  condition: { absent: true } | { equals: { version: number } },
): Promise<boolean> {
  const { pages, retired, ...rest } = next;
  const writer = Math.floor(platform.random.next() * 2 ** 48).toString(36);
  const lists = await platform.bytes.gzip(
    platform.bytes.encode(JSON.stringify({ pages, retired })),
  );
  const item = { ...Keys.manifest(workspace), ...rest, lists, writer };
  if (await store.put(item, condition)) return true;
  // A put repeated after a time-out finds its own first success.
  return (await store.get(Keys.manifest(workspace)))?.["writer"] === writer;
}

/**
 * The workbook at the newest snapshot. A page that is missing or wrong makes it fetch the manifest once more (the page may
 * have been retired meanwhile), then fail with "corrupt": never a workbook without some of its records.
 */
export async function load(
  context: LedgerContext,
  workspace: string,
): Promise<{ workbook: Workbook.Workbook; manifest: StoredManifest }> {
  try {
    return await loadOnce(context, workspace);
  } catch (error) {
    if (!isDomainError(error, "corrupt")) throw error;
    return loadOnce(context, workspace);
  }
}

async function loadOnce(
  context: LedgerContext,
  workspace: string,
): Promise<{ workbook: Workbook.Workbook; manifest: StoredManifest }> {
  const found = await manifest(context, workspace);
  if (found === undefined) throw new DomainError("not-found", "There is no such workspace.");
  const workbook = Workbook.empty(workspace, found.epoch);
  const wanted = inLoadOrder(found.pages);
  let next = fetchPages(context, workspace, wanted.slice(0, BATCH));
  for (let start = 0; start < wanted.length; start += BATCH) {
    const pages = await next;
    // The next batch travels while this one is decoded.
    next = fetchPages(context, workspace, wanted.slice(start + BATCH, start + 2 * BATCH));
    next.catch(() => undefined);
    for (const { reference, bytes } of pages) {
      Page.load(workbook, await Page.openPage(bytes, reference.hash, context.platform.bytes));
    }
  }
  await next;
  workbook.seq = found.seq;
  workbook.hash = found.hash;
  return { workbook, manifest: found };
}

async function fetchPages(
  { store }: LedgerContext,
  workspace: string,
  references: readonly PageReference[],
): Promise<{ reference: PageReference; bytes: Uint8Array }[]> {
  if (references.length === 0) return [];
  const items = await store.getMany(
    references.map((reference) => Keys.page(workspace, reference.sheet, reference.hash)),
  );
  return references.map((reference, index) => {
    const bytes = items[index]?.["bytes"];
    if (!(bytes instanceof Uint8Array)) {
      throw new DomainError(
        "corrupt",
        `A page of the sheet "${reference.sheet}" is missing from this workspace's snapshot.`,
      );
    }
    return { reference, bytes };
  });
}

/** One page as stored. DomainError "not-found" when it is gone. */
export async function page(
  { store }: LedgerContext,
  workspace: string,
  reference: Pick<PageReference, "sheet" | "hash">,
): Promise<Uint8Array> {
  const item = await store.get(Keys.page(workspace, reference.sheet, reference.hash));
  const bytes = item?.["bytes"];
  if (!(bytes instanceof Uint8Array)) {
    throw new DomainError("not-found", "This page is no longer part of the snapshot.");
  }
  return bytes;
}
