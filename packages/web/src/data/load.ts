import { isDomainError } from "@gridfolk/core/error";
import { isSystemKey } from "@gridfolk/core/field/field";
import type { Changes, Manifest, Position } from "@gridfolk/core/ledger/ledger";
import * as Page from "@gridfolk/core/ledger/page";
import { hasFormulas } from "@gridfolk/core/formula/attach";
import { inLoadOrder, withFirst } from "@gridfolk/core/ledger/page-order";
import * as Wire from "@gridfolk/core/ledger/wire";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Platform } from "@gridfolk/core/platform";
import { call, callBytes, callText } from "./api.ts";
import { type Base, type Kept, partsOf, recording } from "./kept.ts";
import type { Progress } from "./workspace.ts";

/** Where the pieces of a workspace come from. */
export interface Remote {
  manifest(): Promise<Manifest>;
  /** A page, inflated. */
  page(hash: string): Promise<Uint8Array>;
  /** A part of a changeset's body, inflated. */
  part(changeset: string, attempt: string, n: number): Promise<string>;
  changes(after: Position): Promise<Changes>;
  /** The same without knowing the hash of that seq. */
  changesFrom(after: number, epoch: string): Promise<Changes>;
}

export function remoteOf(workspace: string): Remote {
  const path = `/api/workspaces/${encodeURIComponent(workspace)}`;
  return {
    manifest: () => call("GET", `${path}/snapshot`),
    page: (hash) => callBytes(`${path}/pages/${hash}`),
    part: (changeset, attempt, n) => callText(`${path}/parts/${changeset}/${attempt}/${n}`),
    changes: ({ seq, epoch, hash }) =>
      call("GET", `${path}/changes?${new URLSearchParams({ after: `${seq}`, epoch, hash })}`),
    changesFrom: (after, epoch) =>
      call("GET", `${path}/changes?${new URLSearchParams({ after: `${after}`, epoch })}`),
  };
}

/** Somebody who wants to see the first rows of a sheet before all is there. */
export interface Early {
  readonly sheet: string;
  /** The workbook so far. More pages come into the same one. */
  show(workbook: Workbook.Workbook): void;
}

/** Requests under way at once. */
const PARALLEL = 6;
/** Fewer pages than this are here before anybody has looked at the first one. */
const LEAST_AFTER = 3;
const MOST_TO_PAINT_MS = 500;

/** A browser that is no more heads than this behind a newer snapshot fetches them rather than its pages. */
const NEAR_HEADS = 500;

/**
 * The workbook at the end of the log: the pages of a snapshot, then the changes since. What is kept is not fetched, be the server's
 * snapshot newer or not; what is fetched is checked against its name, and kept once the workbook is there. Pages are read one by
 * one with a pause between, so that the window stays alive. `early` is called at most once, where much is still to come after the
 * first rows of its sheet and all that these link to, and nothing in the workbook is computed from rows not yet there.
 */
export async function loadWorkbook(
  workspace: string,
  remote: Remote,
  kept: Kept | undefined,
  platform: Platform,
  onProgress: (progress: Progress) => void,
  early?: Early,
): Promise<Workbook.Workbook> {
  for (let attempt = 0; ; attempt += 1) {
    const newest = await remote.manifest();
    const base = attempt === 0 ? await usable(kept, newest) : undefined;
    const manifest = base?.manifest ?? newest;
    try {
      const first = remote.changes(base?.end ?? manifest);
      first.catch(() => {}); // heard of below, unless the pages fail first
      const { workbook, fresh } = await loadPages(
        workspace,
        manifest,
        remote,
        kept,
        platform,
        onProgress,
        early,
      );
      if (base !== undefined) await foldTail(workbook, base, platform);
      for (let changes = await first; ;) {
        const { part, kept: keptHeads } = recording(remote.part);
        const heads = await prepare(changes, workbook, { part }, platform);
        const wire = changes.heads.filter(({ seq }) => seq > workbook.seq);
        for (const head of heads) Workbook.apply(workbook, head);
        await kept?.follow(changes.epoch, keptHeads(wire)).catch(() => {});
        if (!changes.more || heads.length === 0) break;
        changes = await remote.changes(workbook);
      }
      if (kept && (base === undefined || fresh.size > 0)) {
        // It is a convenience: what it fails to keep is fetched again.
        whenIdle(() => void kept.rebase(manifest, fresh).catch(() => {}));
      }
      return workbook;
    } catch (error) {
      // A page may have been retired between the manifest and now, or what is kept is of no use: once more with the manifest of now.
      if (attempt > 0 || (base === undefined && !isDomainError(error))) throw error;
      if (isDomainError(error, "unauthenticated")) throw error;
    }
  }
}

/** What is kept, when it is of the same log and not far behind it. */
async function usable(kept: Kept | undefined, newest: Manifest): Promise<Base | undefined> {
  const base = await kept?.base().catch(() => undefined);
  if (base === undefined || base.end.epoch !== newest.epoch) return undefined;
  if (base.manifest.seq === newest.seq && base.tail.length === 0) return undefined;
  return newest.seq - base.end.seq > NEAR_HEADS ? undefined : base;
}

async function foldTail(
  workbook: Workbook.Workbook,
  { tail, manifest }: Base,
  platform: Platform,
): Promise<void> {
  const changes = { epoch: manifest.epoch, heads: tail.map(({ head }) => head) };
  const heads = await prepare(changes, workbook, { part: partsOf(tail) }, platform);
  for (const [index, head] of heads.entries()) {
    Workbook.apply(workbook, head);
    if (index % 200 === 199) await breathe();
  }
}

async function loadPages(
  workspace: string,
  manifest: Manifest,
  remote: Remote,
  cache: Kept | undefined,
  platform: Platform,
  onProgress: (progress: Progress) => void,
  early: Early | undefined,
): Promise<{ workbook: Workbook.Workbook; fresh: ReadonlyMap<string, string> }> {
  let pages = inLoadOrder(manifest.pages);
  /** Pages before those of people's sheets: of the schema, and of the system's sheets. */
  const system = pages.filter(({ kind, sheet }) => kind === "schema" || isSystemKey(sheet));
  const workbook = Workbook.empty(workspace, manifest.epoch);
  const fresh = new Map<string, string>();
  let records = 0;

  const text = async (hash: string): Promise<string> => {
    const kept = await cache?.page(hash).catch(() => undefined);
    if (kept !== undefined) return kept;
    const found = await Page.pageText(await remote.page(hash), hash, platform.bytes);
    fresh.set(hash, found);
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
  for (let index = 0; index < pages.length; index += 1) {
    if (index < system.length && early !== undefined) {
      // Which sheets it links to, the schema will say.
      ahead(Math.min(index + PARALLEL, system.length));
    } else ahead(index + PARALLEL);
    Page.load(workbook, await texts[index]!);
    const page = pages[index]!;
    if (page.kind === "records") records += page.count;
    onProgress({ done: index + 1, of: pages.length, records });
    if (early !== undefined && index + 1 === system.length) {
      pages = withFirst(pages, [...linkedFrom(workbook, early.sheet), early.sheet]);
    }
    if (
      page.sheet === early?.sheet &&
      page.kind === "records" &&
      pages.length - index > LEAST_AFTER &&
      !hasFormulas(workbook)
    ) {
      early.show(workbook);
      early = undefined;
      await painted();
    }
    await breathe();
  }
  workbook.seq = manifest.seq;
  workbook.hash = manifest.hash;
  return { workbook, fresh };
}

/** Sheets whose records are shown by name in this one. */
function linkedFrom(workbook: Workbook.Workbook, sheet: string): string[] {
  const fields = workbook.sheets.get(sheet)?.sheet.fields ?? [];
  const linked = fields.flatMap(({ link, deleted }) => (link && !deleted ? [link.sheet] : []));
  return [...new Set(linked)].filter((other) => other !== sheet);
}

function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: 3_000 });
  else setTimeout(work, 500);
}

/** Until what was shown is on screen, or nobody looks. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, MOST_TO_PAINT_MS);
    if (typeof requestAnimationFrame !== "function") resolve();
    // The frame after the one in which rows are drawn.
    else requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
  });
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
