import type { PageReference } from "./ledger.ts";
import type { LedgerContext } from "./context.ts";
import { clean, type Dirty, type Follower } from "./follower.ts";
import * as Keys from "./keys.ts";
import * as Log from "./log.ts";
import * as Page from "./page.ts";
import { KEYS } from "./rules.ts";
import * as Snapshot from "./snapshot.ts";
import type { Item } from "./store.ts";
import * as Workbook from "./workbook.ts";

export const DUE_HEADS = 2_000;
export const DUE_BYTES = 2 * 1024 * 1024;
/** Below this a tail costs a reader less than a page or two. */
export const SMALL_TAIL_BYTES = 64 * 1024;
/** Retired pages stay this long for readers of an older manifest. */
const RETIRED_MS = 24 * 60 * 60 * 1000;
/**
 * Pages a manifest lists, retired ones included: it is one item. Of the retired, the oldest go before their time; whoever
 * misses one reads the manifest again.
 */
const LISTED = 4_000;
/** Rounds of catching up with concurrent commits before they are made to wait. */
const FREE_ROUNDS = 3;
const BATCH = 16;

/** Whether reading the tail costs more than rewriting the pages it touches, or it has grown long. */
export function isDue(follower: Follower): boolean {
  const { heads, bytes } = follower.tail;
  if (heads >= DUE_HEADS || bytes >= DUE_BYTES) return true;
  return bytes >= SMALL_TAIL_BYTES && bytes > touchedBytes(follower);
}

function touchedBytes({ manifest, dirty, workbook }: Follower): number {
  let total = 0;
  for (const [sheet, rows] of dirty.rows) {
    const pages = recordPagesOf(manifest.pages, sheet);
    const table = workbook.sheets.get(sheet);
    if (table === undefined) continue;
    const touched = new Set<number>();
    for (const row of rows) touched.add(segmentOf(pages, table.ids[row] ?? ""));
    for (const { operation } of table.absent?.waiting ?? []) {
      for (const id of operation.ids) touched.add(segmentOf(pages, id));
    }
    for (const index of touched) total += pages[index]?.bytes ?? 0;
  }
  for (const page of manifest.pages) {
    if (page.kind === "schema" ? dirty.schema : isIndexTouched(dirty, page)) total += page.bytes;
  }
  return total;
}

/** Whether an index page is written again: they are, all of a field, when one of its values has changed. */
function isIndexTouched(dirty: Dirty, { kind, sheet: name }: PageReference): boolean {
  if (kind !== "unique" && kind !== "links") return false;
  const [sheet = "", field = ""] = name.split("/");
  return dirty.schema || dirty.presence.has(sheet) || dirty.fields.get(sheet)?.has(field) === true;
}

/**
 * Brings the snapshot up to the workbook: rewrites the pages whose records changed, keeps the others, swaps the manifest.
 * Commits go on meanwhile; pages they touch are taken again until all are of one seq. False when nothing was due, or
 * another process was faster. `follower` is caught up and whole, unless nothing is due.
 */
export async function compact(
  context: LedgerContext,
  follower: Follower,
  force: boolean,
): Promise<boolean> {
  if (!force && !isDue(follower)) return false;
  const { workspace, workbook } = follower;
  const base = await Snapshot.manifest(context, workspace);
  if (base === undefined || follower.workbook !== workbook) return false;
  if (base.version !== follower.manifest.version) {
    adopt(follower, base);
    if (!force && !isDue(follower)) return false;
  }
  if (base.seq >= workbook.seq || base.epoch !== workbook.epoch) return false;
  const taken = clean();
  try {
    const { pages, fresh, end } = await take(context, follower, base, taken);
    await putPages(context, workspace, fresh, new Set(base.pages.map(({ hash }) => hash)));
    await putIds(context, follower, base.seq, end.seq);
    const { retired, expired } = retire(context, base, pages);
    const next = { ...base, ...end, keys: KEYS, version: base.version + 1, pages, retired };
    if (await Snapshot.swap(context, workspace, next)) {
      adopt(follower, next);
      await deleteExpired(context, workspace, expired);
      return true;
    }
  } catch (error) {
    giveBack(follower, workbook, taken);
    throw error;
  }
  giveBack(follower, workbook, taken);
  return false;
}

/** What no snapshot holds yet is dirty still, unless the log was replaced: then none of it is there any more. */
function giveBack(follower: Follower, workbook: Workbook.Workbook, taken: Dirty): void {
  if (follower.workbook === workbook) merge(follower.dirty, taken);
}

interface Taken {
  readonly pages: PageReference[];
  /** Pages made now; some of them may be in the table already. */
  readonly fresh: ReadonlyMap<string, Page.Page>;
  readonly end: { readonly seq: number; readonly hash: string; readonly at: number };
}

/** Pages of exactly one state of the workbook. What was dirty is moved to `taken`. */
async function take(
  context: LedgerContext,
  follower: Follower,
  base: Snapshot.StoredManifest,
  taken: Dirty,
): Promise<Taken> {
  const { workbook } = follower;
  const lists = new Map<string, PageReference[]>();
  for (const page of base.pages) listOf(lists, page.kind, page.sheet).push(page);
  const fresh = new Map<string, Page.Page>();
  let release: (() => void) | undefined;
  try {
    for (let round = 0; ; round += 1) {
      const work = follower.dirty;
      follower.dirty = clean();
      merge(taken, work);
      if (round === FREE_ROUNDS) {
        follower.hold = new Promise((resolve) => {
          release = resolve;
        });
      }
      await takeSchema(context, workbook, lists, fresh, work);
      await takeRecords(context, workbook, lists, fresh, work);
      await takeIndexes(context, workbook, lists, fresh, work, round === 0 && base.keys !== KEYS);
      if (follower.workbook !== workbook) throw new Error("The workbook was replaced meanwhile.");
      if (isClean(follower.dirty)) {
        const end = { seq: workbook.seq, hash: workbook.hash, at: follower.at };
        return { pages: [...lists.values()].flat(), fresh, end };
      }
    }
  } finally {
    follower.hold = undefined;
    release?.();
  }
}

type Lists = Map<string, PageReference[]>;

function listOf(lists: Lists, kind: PageReference["kind"], sheet: string): PageReference[] {
  const key = `${kind} ${sheet}`;
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}

function setList(
  lists: Lists,
  kind: PageReference["kind"],
  sheet: string,
  pages: readonly Page.Page[],
  fresh: Map<string, Page.Page>,
): void {
  for (const page of pages) fresh.set(page.reference.hash, page);
  lists.set(
    `${kind} ${sheet}`,
    pages.map((page) => page.reference),
  );
}

async function takeSchema(
  { platform }: LedgerContext,
  workbook: Workbook.Workbook,
  lists: Lists,
  fresh: Map<string, Page.Page>,
  work: Dirty,
): Promise<void> {
  const stored = [...lists.values()].some(([page]) => page?.kind === "schema");
  if (!work.schema && stored) return;
  setList(lists, "schema", "", await Page.schemaPages(workbook, platform.bytes), fresh);
}

async function takeRecords(
  { platform }: LedgerContext,
  workbook: Workbook.Workbook,
  lists: Lists,
  fresh: Map<string, Page.Page>,
  work: Dirty,
): Promise<void> {
  for (const [sheet, rows] of work.rows) {
    if (rows.size === 0) continue;
    const table = Workbook.table(workbook, sheet);
    const pages = recordPagesOf(listOf(lists, "records", sheet), sheet);
    const touched = new Set<number>();
    for (const row of rows) touched.add(segmentOf(pages, table.ids[row] ?? ""));
    const next: PageReference[] = [];
    for (let index = 0; index < Math.max(1, pages.length); index += 1) {
      const page = pages[index];
      if (page !== undefined && !touched.has(index)) {
        next.push(page);
        continue;
      }
      const to = pages[index + 1]?.first;
      const made = await Page.recordPages(table, platform.bytes, {
        ...(index > 0 && page !== undefined && { from: page.first }),
        ...(to !== undefined && { to }),
      });
      for (const each of made) {
        fresh.set(each.reference.hash, each);
        next.push(each.reference);
      }
    }
    lists.set(`records ${sheet}`, next);
  }
}

/** Index pages of the unique and link fields whose entries may have changed. */
async function takeIndexes(
  { platform, rules }: LedgerContext,
  workbook: Workbook.Workbook,
  lists: Lists,
  fresh: Map<string, Page.Page>,
  work: Dirty,
  all: boolean,
): Promise<void> {
  for (const [sheet, table] of workbook.sheets) {
    for (const { key, unique, type } of table.sheet.fields) {
      const name = `${sheet}/${key}`;
      const touched =
        all || work.schema || work.presence.has(sheet) || work.fields.get(sheet)?.has(key) === true;
      if (!touched) continue;
      if (unique === true) {
        const pages = await Page.uniquePages(workbook, sheet, key, rules, platform.bytes);
        setList(lists, "unique", name, pages, fresh);
      } else {
        lists.delete(`unique ${name}`);
      }
      if (type === "link") {
        const pages = await Page.linkPages(workbook, sheet, key, platform.bytes);
        setList(lists, "links", name, pages, fresh);
      } else {
        lists.delete(`links ${name}`);
      }
    }
  }
}

function recordPagesOf(pages: readonly PageReference[], sheet: string): PageReference[] {
  return pages
    .filter((page) => page.kind === "records" && page.sheet === sheet)
    .sort((a, b) => (a.first < b.first ? -1 : 1));
}

/** The page a record belongs to: the last that does not begin after it; the first is open downwards. */
function segmentOf(pages: readonly PageReference[], id: string): number {
  let low = 0;
  let high = pages.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pages[middle]?.first ?? "") <= id) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}

/** Pages are written with the time, also when they are there already: sweeping spares what was written lately. */
async function putPages(
  { store, platform }: LedgerContext,
  workspace: string,
  fresh: ReadonlyMap<string, Page.Page>,
  live: ReadonlySet<string>,
): Promise<void> {
  const at = platform.clock.now();
  const items: Item[] = [];
  for (const { reference, bytes } of fresh.values()) {
    if (live.has(reference.hash)) continue;
    items.push({ ...Keys.page(workspace, reference.sheet, reference.hash), at, bytes });
  }
  for (let start = 0; start < items.length; start += BATCH) {
    await store.putMany(items.slice(start, start + BATCH));
  }
}

/**
 * Id items of every changeset that leaves the tail: whoever reads from this snapshot on no longer meets their heads. They
 * are durable before the manifest that makes them necessary.
 */
async function putIds(
  context: LedgerContext,
  { workspace }: Follower,
  after: number,
  to: number,
): Promise<void> {
  let items: Item[] = [];
  for await (const head of Log.heads(context, workspace, { from: after + 1, to })) {
    for (const [place, { id }] of head.changesets.entries()) {
      items.push({ ...Keys.id(workspace, id), seq: head.seq, place });
    }
    if (items.length < 200) continue;
    await context.store.putMany(items);
    items = [];
  }
  await context.store.putMany(items);
}

/** What leaves the manifest, and what left it long enough ago to be deleted. */
function retire(
  { platform }: LedgerContext,
  base: Snapshot.StoredManifest,
  pages: readonly PageReference[],
): Record<"retired" | "expired", Snapshot.StoredManifest["retired"][number][]> {
  const now = platform.clock.now();
  const live = new Set(pages.map(({ hash }) => hash));
  const left = base.pages
    .filter(({ hash }) => !live.has(hash))
    .map(({ sheet, hash }) => ({ sheet, hash, at: now }));
  const retired: Snapshot.StoredManifest["retired"][number][] = left;
  const expired: Snapshot.StoredManifest["retired"][number][] = [];
  const older = base.retired.filter(({ hash }) => !live.has(hash)).toSorted((a, b) => b.at - a.at);
  for (const page of older) {
    if (page.at < now - RETIRED_MS || retired.length + pages.length >= LISTED) expired.push(page);
    else retired.push(page);
  }
  return { retired, expired };
}

async function deleteExpired(
  { store, platform }: LedgerContext,
  workspace: string,
  expired: Snapshot.StoredManifest["retired"],
): Promise<void> {
  const before = platform.clock.now() - RETIRED_MS;
  for (const { sheet, hash, at } of expired) {
    // Not if a compaction that is about to list it has written it again.
    const condition = { absentOrLess: { at: Math.max(at, before) } };
    await store.delete(Keys.page(workspace, sheet, hash), condition);
  }
}

function adopt(follower: Follower, manifest: Snapshot.StoredManifest): void {
  const tail = follower.ring.filter(({ head }) => head.seq > manifest.seq);
  const heads = Math.max(0, follower.workbook.seq - manifest.seq);
  follower.manifest = manifest;
  follower.tail = {
    heads,
    // Heads that memory no longer holds are taken to be like those before them.
    bytes:
      tail.length === heads
        ? tail.reduce((sum, entry) => sum + entry.stored, 0)
        : (follower.tail.bytes * heads) / Math.max(1, follower.tail.heads),
  };
}

function isClean(dirty: Dirty): boolean {
  return !dirty.schema && [...dirty.rows.values()].every((rows) => rows.size === 0);
}

function merge(into: Dirty, from: Dirty): void {
  if (from.schema) into.schema = true;
  for (const sheet of from.presence) into.presence.add(sheet);
  mergeSets(into.rows, from.rows);
  mergeSets(into.fields, from.fields);
}

function mergeSets<T>(into: Map<string, Set<T>>, from: ReadonlyMap<string, Set<T>>): void {
  for (const [key, values] of from) {
    const set = into.get(key);
    if (set === undefined) into.set(key, new Set(values));
    else for (const value of values) set.add(value);
  }
}
