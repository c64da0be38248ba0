import { DomainError, isDomainError } from "../error.ts";
import type { Bytes } from "../platform.ts";
import type { Changes, Manifest, PageReference, Position, WireHead } from "./ledger.ts";
import * as Page from "./page.ts";
import { inLoadOrder } from "./page-order.ts";
import * as Wire from "./wire.ts";
import * as Workbook from "./workbook.ts";

/** How a reader outside the server gets at a workspace's log: over HTTP, already inflated. */
export interface Source {
  manifest(): Promise<Manifest>;
  /** A page. As bytes: its name is their hash, and what `fetch` has made a text of would have to be encoded for it again. */
  page(reference: PageReference): Promise<Uint8Array>;
  /** Text of a body part. */
  readonly part: Wire.FetchPart;
  /** DomainError "reload" when the log does not have that position. */
  changes(after: Position): Promise<Changes>;
}

/** Pages kept between visits (IndexedDB), by hash. What it fails to keep or to find is fetched. */
export interface PageCache {
  get(hash: string): Promise<string | undefined>;
  put(hash: string, text: string): Promise<void>;
  /** Drops every page but these. */
  keep(hashes: readonly string[]): Promise<void>;
}

/** Pages under way at once. */
const PARALLEL = 6;

/**
 * The workbook of a workspace at the end of its log, put together from the newest snapshot and what came after it. A page
 * that is missing or wrong makes it fetch the manifest once more, then fail with "corrupt".
 */
export async function open(
  workspace: string,
  source: Source,
  bytes: Bytes,
  options: OpenOptions = {},
): Promise<Workbook.Workbook> {
  const workbook = await snapshot(workspace, source, bytes, options);
  await catchUp(workbook, source, bytes);
  return workbook;
}

export interface OpenOptions {
  readonly cache?: PageCache;
  /** After each page: for a progress bar, and to let the browser paint. */
  onPage?(done: number, of: number): Promise<void> | void;
}

/** The first half of `open`: the workbook as of the newest snapshot. */
export async function snapshot(
  workspace: string,
  source: Source,
  bytes: Bytes,
  options: OpenOptions = {},
): Promise<Workbook.Workbook> {
  try {
    return await snapshotOnce(workspace, source, bytes, options);
  } catch (error) {
    if (!isDomainError(error, "corrupt") && !isDomainError(error, "not-found")) throw error;
    return snapshotOnce(workspace, source, bytes, options);
  }
}

async function snapshotOnce(
  workspace: string,
  source: Source,
  bytes: Bytes,
  { cache, onPage }: OpenOptions,
): Promise<Workbook.Workbook> {
  const manifest = await source.manifest();
  const workbook = Workbook.empty(workspace, manifest.epoch);
  const pages = inLoadOrder(manifest.pages);
  // Fetched some at a time, loaded in order: the schema comes first.
  const texts: (Promise<string> | undefined)[] = [];
  const begin = (index: number): void => {
    const page = pages[index];
    if (page === undefined) return;
    const text = pageText(page, source, bytes, cache);
    text.catch(() => undefined);
    texts[index] = text;
  };
  for (let index = 0; index < PARALLEL; index += 1) begin(index);
  for (let index = 0; index < pages.length; index += 1) {
    const text = await texts[index];
    texts[index] = undefined;
    begin(index + PARALLEL);
    if (text !== undefined) Page.load(workbook, text);
    await onPage?.(index + 1, pages.length);
  }
  workbook.seq = manifest.seq;
  workbook.hash = manifest.hash;
  await cache?.keep(pages.map((page) => page.hash)).catch(() => undefined);
  return workbook;
}

async function pageText(
  reference: PageReference,
  source: Source,
  bytes: Bytes,
  cache: PageCache | undefined,
): Promise<string> {
  const kept = await cache?.get(reference.hash).catch(() => undefined);
  if (kept !== undefined && (await isPage(kept, reference.hash, bytes))) return kept;
  const text = await Page.pageText(await source.page(reference), reference.hash, bytes);
  await cache?.put(reference.hash, text).catch(() => undefined);
  return text;
}

async function isPage(text: string, hash: string, bytes: Bytes): Promise<boolean> {
  try {
    await Page.pageText(bytes.encode(text), hash, bytes);
    return true;
  } catch {
    return false;
  }
}

/** Fetches and folds what came after the workbook's seq. DomainError "reload" as `advance`. */
export async function catchUp(
  workbook: Workbook.Workbook,
  source: Source,
  bytes: Bytes,
): Promise<Workbook.Touched[]> {
  const touched: Workbook.Touched[] = [];
  for (;;) {
    const changes = await source.changes(workbook);
    touched.push(...(await advance(workbook, changes, source.part, bytes)));
    if (!changes.more) return touched;
  }
}

/**
 * Folds changes as they were fetched or broadcast. Heads the workbook has already are passed over; changes that begin later
 * than its next seq are left alone, and the caller fetches what is between (`catchUp`). DomainError "reload" when they belong to
 * another history: throw the workbook away, keep the outbox, open again.
 *
 * Calls for one workbook must not overlap.
 */
export async function advance(
  workbook: Workbook.Workbook,
  changes: Pick<Changes, "epoch" | "from" | "heads">,
  fetchPart: Wire.FetchPart,
  bytes: Bytes,
): Promise<Workbook.Touched[]> {
  if (changes.epoch !== workbook.epoch) throw replaced();
  const touched: Workbook.Touched[] = [];
  for (const head of changes.heads) {
    if (head.seq < workbook.seq) continue;
    if (head.seq === workbook.seq) {
      if (head.hash !== workbook.hash) throw replaced();
      continue;
    }
    if (head.seq > workbook.seq + 1) break;
    touched.push(Workbook.apply(workbook, await committed(workbook, head, fetchPart, bytes)));
  }
  return touched;
}

function committed(
  workbook: Workbook.Workbook,
  head: WireHead,
  fetchPart: Wire.FetchPart,
  bytes: Bytes,
): Promise<Workbook.Committed> {
  return Wire.toCommitted(bytes, workbook, head, fetchPart);
}

function replaced(): DomainError {
  return new DomainError(
    "reload",
    "This workspace was restored or replaced. It has to be loaded again.",
  );
}
