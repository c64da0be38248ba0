import { DomainError, isDomainError } from "../error.ts";
import { must } from "../assert.ts";
import * as Absent from "./absent.ts";
import * as Body from "./body.ts";
import type { LedgerContext } from "./context.ts";
import type { Head } from "./head.ts";
import type { PageReference } from "./ledger.ts";
import * as Log from "./log.ts";
import * as Parts from "./parts.ts";
import * as Room from "./room.ts";
import * as Snapshot from "./snapshot.ts";
import * as Workbook from "./workbook.ts";

/** After a write whose outcome is unknown, an exclusive process too asks the table where the log ends. */
const UNSURE_MS = 60_000;
/** A process that shares the table asks where the log ends before it writes after a pause: it may have been restored. */
const CONFIRMED_MS = 30_000;
/** After a head that came from elsewhere others are taken to be writing for as long. */
const ALONE_MS = 5_000;
const RING_HEADS = 1_000;
const RING_BYTES = 4 * 1024 * 1024;
const RING_CELLS = 500_000;
/** Of a cell that is kept in the ring, beside the workbook's own. */
const CELL_BYTES = 24;
/** Heap that a stored byte of the log comes to in the workbook. */
const UNFOLDED = 10;
/** A sheet that another one links to is loaded along with all of that one when it is not larger than this share of it. */
const LINKED_SHARE = 1 / 4;
/** A workbook may have grown by this share of the cache before it is measured again. */
const UNMEASURED = 1 / 32;
/** As many pages may be loaded before it is. */
const MEASURED_PAGES = 4;

/**
 * The workbook of one workspace in this process, with what is known of its log. It advances head by head, in order, and
 * only by heads that are durable. It may hold only parts of its sheets: compute on it through `ask`.
 */
export interface Follower {
  readonly workspace: string;
  workbook: Workbook.Workbook;
  /** Time of the head at `workbook.seq`. */
  at: number;
  /** The newest snapshot this process knows of. */
  manifest: Snapshot.StoredManifest;
  /** `workbook.recent` names every changeset of the heads after this one, … */
  coveredFrom: number;
  /** … which was put at this time. */
  coveredAt: number;
  /** What a reader of `manifest` has to read besides. */
  tail: { heads: number; bytes: number };
  /** What changed since `manifest`. */
  dirty: Dirty;
  /** The newest heads, oldest first, without gaps. */
  ring: RingEntry[];
  /** What they hold together, so that a commit need not count it again. */
  held: { bytes: number; cells: number };
  /** While set, heads wait: a snapshot of exactly this state is being taken. */
  hold: Promise<void> | undefined;
  /** Heads are known to end at `workbook.seq` as of this time. */
  confirmedAt: number;
  unsureUntil: number;
  /** When a head that another process put was last read. */
  foreignAt: number;
  /** Commits and readers that keep it in memory. */
  users: number;
  /** Heap it takes, as last measured; and by how much it has grown since at a guess, infinite when pages were loaded. */
  size: { bytes: number; grown: number };
}

interface RingEntry {
  readonly head: Head;
  /** Without operations when they are many. */
  readonly committed: Workbook.Committed | undefined;
  readonly cells: number;
  /** Stored size with parts. */
  readonly stored: number;
}

/** By sheet key: rows that differ from the snapshot's, fields whose values or whose records' presence differ. */
export interface Dirty {
  schema: boolean;
  readonly rows: Map<string, Set<number>>;
  readonly fields: Map<string, Set<string>>;
  /** Sheets in which records came, went or came back: every field's index is concerned. */
  readonly presence: Set<string>;
}

export function clean(): Dirty {
  return { schema: false, rows: new Map(), fields: new Map(), presence: new Set() };
}

/** What one computation has been given so far. */
export interface Tries {
  /** How often it missed records, by sheet. */
  readonly rounds: Map<string, number>;
  restarted: boolean;
}

export function firstTry(): Tries {
  return { rounds: new Map(), restarted: false };
}

export interface Followers {
  /**
   * The workspace's follower, opened when it is not in memory, by parts. It may be behind the log. DomainError "not-found",
   * "workspace-too-large".
   */
  open(workspace: string): Promise<Follower>;
  /**
   * The same, caught up with every head that was durable when this was called, or as far as `asOf`. "likely": as it is in memory
   * where this process alone has written of late, so that it most likely is current; else caught up.
   */
  current(workspace: string, asOf?: number | "likely"): Promise<Follower>;
  catchUp(follower: Follower): Promise<void>;
  /** Catches up only if too much time has passed to be sure that the log was not replaced. */
  confirm(follower: Follower): Promise<void>;
  /** Folds the head that was just put. Ignored when the follower has read it back already. */
  land(follower: Follower, head: Head, committed: Workbook.Committed): void;
  /** To be called when a put ended without an answer. */
  unsure(follower: Follower): void;
  /**
   * What `look` says about the workbook. It is asked again, from the start, after each part it turns out to need was loaded:
   * it must not await, and have no effects that a repetition would double. DomainError "workspace-too-large" when what it needs
   * has no room.
   */
  ask<T>(follower: Follower, look: (workbook: Workbook.Workbook) => T): Promise<T>;
  /** One step of `ask`: loads what a computation missed. `tries` belongs to the computation. */
  provide(follower: Follower, missing: Absent.Missing, tries: Tries): Promise<void>;
  readonly decoded: Body.DecodedParts;
}

/**
 * Followers of every workspace this process deals with. What they hold together is bounded by `cacheBytes`: the least
 * recently used go first, and one that alone has outgrown it is read by parts again.
 */
export function createFollowers(context: LedgerContext): Followers {
  const followers = new Map<string, Promise<Follower>>();
  const opened = new WeakMap<Promise<Follower>, Follower>();
  const decoded = Body.createDecodedParts(Math.min(32 * 1024 * 1024, context.cacheBytes / 8));
  const { clock } = context.platform;
  const running = new WeakMap<Follower, Promise<void>>();
  const waiting = new WeakMap<Follower, Promise<void>>();
  /** Pages on their way into a workbook, by hash. */
  const coming = new WeakMap<Workbook.Workbook, Map<string, Promise<void>>>();

  async function open(workspace: string): Promise<Follower> {
    const found = followers.get(workspace);
    const there = found && opened.get(found);
    if (found !== undefined && !(there !== undefined && hasOutgrown(there))) {
      followers.delete(workspace);
      followers.set(workspace, found);
      return found;
    }
    const opening = start(workspace);
    followers.set(workspace, opening);
    try {
      const follower = await opening;
      opened.set(opening, follower);
      if (sizeOf(follower) > context.cacheBytes) {
        throw Room.tooLarge(sizeOf(follower), context.cacheBytes);
      }
      trim(follower, 0);
      return follower;
    } catch (error) {
      if (followers.get(workspace) === opening) followers.delete(workspace);
      throw error;
    }
  }

  async function start(workspace: string): Promise<Follower> {
    const { heads, ...state } = await load(workspace);
    const follower: Follower = {
      workspace,
      ...state,
      hold: undefined,
      unsureUntil: 0,
      foreignAt: Number.NEGATIVE_INFINITY,
      users: 0,
    };
    await advance(follower, heads);
    return follower;
  }

  /** The newest snapshot by parts, and the heads after it, which are under way. */
  async function load(workspace: string) {
    try {
      return await loadOnce(workspace);
    } catch (error) {
      // A page may have been retired since the manifest was read.
      if (!isDomainError(error, "corrupt")) throw error;
      return loadOnce(workspace);
    }
  }

  async function loadOnce(workspace: string) {
    const manifest = await Snapshot.manifest(context, workspace);
    if (manifest === undefined) throw new DomainError("not-found", "There is no such workspace.");
    const heads = begun(Log.heads(context, workspace, { from: Math.max(manifest.seq, 1) }));
    return {
      heads,
      workbook: await Parts.open(context, workspace, manifest),
      manifest,
      at: manifest.at,
      coveredFrom: manifest.seq,
      coveredAt: manifest.at,
      tail: { heads: 0, bytes: 0 },
      dirty: clean(),
      ring: [],
      held: { bytes: 0, cells: 0 },
      confirmedAt: 0,
      size: { bytes: 0, grown: Infinity },
    };
  }

  /** Reads the log from the workbook's own head on: when that one is no longer there, the log is another one. */
  async function advance(follower: Follower, first?: AsyncIterable<Head>): Promise<void> {
    const startedAt = clock.now();
    const { seq, hash } = follower.workbook;
    let same = seq === 0;
    const heads = first ?? Log.heads(context, follower.workspace, { from: Math.max(seq, 1) });
    try {
      for await (const head of heads) {
        if (head.seq === seq) {
          if (head.hash !== hash) break;
          same = true;
          continue;
        }
        if (!same) break;
        if (head.seq <= follower.workbook.seq) continue; // landed meanwhile
        const committed = await Log.committed(context, decoded, follower.workspace, head);
        await follower.hold;
        fold(follower, head, committed);
        if (first === undefined) follower.foreignAt = clock.now();
      }
      if (!same) throw diverged(follower.workspace);
      follower.confirmedAt = startedAt;
    } catch (error) {
      // A replaced log is read again from its own snapshot; what contradicts that one as well is damaged.
      if (!isDomainError(error, "corrupt") || first !== undefined) throw error;
      const { heads: next, ...state } = await load(follower.workspace);
      Object.assign(follower, state);
      await advance(follower, next);
    }
  }

  /** Begins again with the newest snapshot, by parts. The follower goes over to it when it has come as far. */
  async function restart(follower: Follower): Promise<void> {
    const next = await start(follower.workspace);
    while (next.workbook.seq < follower.workbook.seq) await advance(next);
    const { users: _, hold: __, unsureUntil: ___, foreignAt: ____, ...state } = next;
    Object.assign(follower, state);
  }

  function fold(follower: Follower, head: Head, committed: Workbook.Committed): void {
    const { workbook } = follower;
    if (head.seq <= workbook.seq) return;
    if (head.seq !== workbook.seq + 1 || head.previous !== workbook.hash) {
      throw diverged(follower.workspace);
    }
    if (head.epoch !== workbook.epoch) throw diverged(follower.workspace);
    let touched: Workbook.Touched;
    try {
      touched = Workbook.apply(workbook, committed);
    } catch (error) {
      // A fold that stopped halfway is nobody's state.
      followers.delete(follower.workspace);
      throw error;
    }
    follower.at = head.at;
    follower.tail.heads += 1;
    follower.tail.bytes += head.bytes + bodyBytes(head, committed);
    remember(follower, head, committed);
    soil(follower.dirty, touched);
    follower.size.grown += UNFOLDED * (head.bytes + mostBytes(head));
    if (isUnmeasured(follower)) trim(follower, 0);
    const oldest = workbook.recent.values().next().value;
    if (
      oldest !== undefined &&
      workbook.recent.size >= 10_000 &&
      oldest.seq > follower.coveredFrom
    ) {
      follower.coveredFrom = oldest.seq;
      follower.coveredAt = head.at;
    }
  }

  function sizeOf(follower: Follower): number {
    const { size, held, workbook } = follower;
    if (isUnmeasured(follower)) {
      size.bytes = Workbook.heapBytes(workbook) + held.cells * CELL_BYTES;
      size.grown = 0;
    }
    return size.bytes + size.grown;
  }

  function isUnmeasured({ size }: Follower): boolean {
    return size.grown > context.cacheBytes * UNMEASURED;
  }

  function isIdle({ users, hold }: Follower): boolean {
    return users === 0 && hold === undefined;
  }

  function hasOutgrown(follower: Follower): boolean {
    return isIdle(follower) && sizeOf(follower) > context.cacheBytes;
  }

  /** Drops followers that nobody uses until what is left, and what is to come, has room; not `kept`. */
  function trim(kept: Follower, coming: number): void {
    let total = coming + sizeOf(kept);
    const others: { workspace: string; follower: Follower }[] = [];
    for (const [workspace, promise] of followers) {
      const follower = opened.get(promise);
      if (follower === undefined || follower === kept) continue;
      total += sizeOf(follower);
      others.push({ workspace, follower });
    }
    for (const { workspace, follower } of others) {
      if (total <= context.cacheBytes) return;
      if (!isIdle(follower)) continue;
      followers.delete(workspace);
      total -= sizeOf(follower);
    }
  }

  async function provide(follower: Follower, missing: Absent.Missing, tries: Tries): Promise<void> {
    const { workbook } = follower;
    const room = context.cacheBytes - sizeOf(follower);
    const pages = widen(workbook, missing, tries, room);
    const need = Room.expected(pages);
    if (need > room) {
      // What was loaded for others may be in the way.
      if (need > context.cacheBytes || tries.restarted) {
        throw Room.tooLarge(need + sizeOf(follower), context.cacheBytes);
      }
      tries.restarted = true;
      await restart(follower);
      return;
    }
    trim(follower, need);
    try {
      await bring(follower, workbook, pages);
    } catch (error) {
      if (!isDomainError(error, "corrupt") || follower.workbook !== workbook) throw error;
      // Retired since, or damaged: the newest snapshot tells.
      if (tries.restarted) {
        followers.delete(follower.workspace);
        throw error;
      }
      tries.restarted = true;
      await restart(follower);
    }
  }

  /** Loads pages into the workbook; what is on its way already is waited for. */
  async function bring(
    follower: Follower,
    workbook: Workbook.Workbook,
    pages: readonly PageReference[],
  ): Promise<void> {
    let underway = coming.get(workbook);
    if (underway === undefined) coming.set(workbook, (underway = new Map()));
    const others = pages.flatMap(({ hash }) => underway.get(hash) ?? []);
    const mine = pages.filter(({ hash }) => !underway.has(hash));
    let left = mine.length;
    const loading = Parts.bring(context, workbook, mine, (touched) => {
      left -= 1;
      if (follower.workbook !== workbook) return;
      soil(follower.dirty, touched);
      follower.size.grown = Infinity;
      if (left % MEASURED_PAGES > 0 || sizeOf(follower) <= context.cacheBytes) return;
      const rest = Room.expected(mine.slice(mine.length - left));
      throw Room.tooLarge(sizeOf(follower) + rest, context.cacheBytes);
    }).finally(() => {
      for (const { hash } of mine) underway.delete(hash);
    });
    for (const { hash } of mine) underway.set(hash, loading);
    await Promise.all([loading, ...others]);
  }

  async function ask<T>(follower: Follower, look: (workbook: Workbook.Workbook) => T): Promise<T> {
    const tries = firstTry();
    follower.users += 1;
    try {
      for (;;) {
        try {
          return Absent.heard(() => look(follower.workbook));
        } catch (error) {
          if (!(error instanceof Absent.Missing)) throw error;
          await provide(follower, error, tries);
        }
      }
    } finally {
      follower.users -= 1;
    }
  }

  /** Whether a put at the next seq is more likely to land than not, without asking first where the log ends. */
  function isAlone({ unsureUntil, confirmedAt, foreignAt }: Follower): boolean {
    const now = clock.now();
    if (now < unsureUntil) return false;
    return now - foreignAt >= ALONE_MS && now - confirmedAt < CONFIRMED_MS;
  }

  function run(follower: Follower): Promise<void> {
    const promise = advance(follower).finally(() => running.delete(follower));
    running.set(follower, promise);
    return promise;
  }

  /** Callers share a read that has not begun; one that has may have missed what they wait for. */
  function catchUp(follower: Follower): Promise<void> {
    const current = running.get(follower);
    if (current === undefined) return run(follower);
    let next = waiting.get(follower);
    if (next === undefined) {
      next = current
        .catch(() => undefined)
        .then(() => {
          waiting.delete(follower);
          return run(follower);
        });
      waiting.set(follower, next);
    }
    return next;
  }

  return {
    open,
    decoded,
    catchUp,
    ask,
    provide,
    async current(workspace, asOf = Infinity) {
      const wasThere = followers.has(workspace);
      const follower = await open(workspace);
      const isSure = context.exclusive && clock.now() >= follower.unsureUntil;
      const isEnough = asOf === "likely" ? isAlone(follower) : follower.workbook.seq >= asOf;
      if (wasThere && !isSure && !isEnough) await catchUp(follower);
      return follower;
    },
    async confirm(follower) {
      if (context.exclusive || clock.now() - follower.confirmedAt < CONFIRMED_MS) return;
      await catchUp(follower);
    },
    land(follower, head, committed) {
      fold(follower, head, committed);
      follower.confirmedAt = clock.now();
    },
    unsure(follower) {
      follower.unsureUntil = clock.now() + UNSURE_MS;
    },
  };
}

/**
 * Pages to load for what a computation missed: each time it misses records of a sheet again, more of its pages come along, and
 * all of them when they are most of it anyway. No more than needed where there is no room for more.
 */
function widen(
  workbook: Workbook.Workbook,
  missing: Absent.Missing,
  { rounds }: Tries,
  room: number,
): readonly PageReference[] {
  const needed: PageReference[] = [];
  const wider: PageReference[] = [];
  for (const [sheet, pages] of missing.pages) {
    const table = workbook.sheets.get(sheet);
    const wanted = pages.filter((page) => table !== undefined && Absent.lacks(table, page));
    needed.push(...wanted);
    wider.push(...wanted);
    const records = wanted.filter(({ kind }) => kind === "records");
    if (records.length === 0) continue;
    const round = rounds.get(sheet) ?? 0;
    rounds.set(sheet, round + 1);
    const others = (table?.absent?.pages ?? []).filter((page) => !records.includes(page));
    const isMost = stored(records) >= stored(others);
    const more = isMost ? others.length : Math.max(0, 4 ** round - records.length);
    wider.push(...others.slice(0, more));
    // Whoever lists a sheet shows what its records link to.
    if (more < others.length || table === undefined) continue;
    const most = stored([...records, ...others]) * LINKED_SHARE;
    for (const { link } of table.sheet.fields) {
      const linked = workbook.sheets.get(link?.sheet ?? "")?.absent?.pages ?? [];
      if (stored(linked) <= most) wider.push(...linked);
    }
  }
  const all = [...new Set(wider)];
  return Room.expected(all) <= room ? all : needed;
}

function stored(pages: readonly PageReference[]): number {
  return pages.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The same iteration, its first step under way before anybody asks. */
function begun<T>(iterable: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = iterable[Symbol.asyncIterator]();
  const first = iterator.next();
  first.catch(() => undefined);
  return (async function* () {
    try {
      for (let step = await first; step.done !== true; step = await iterator.next()) {
        yield step.value;
      }
    } finally {
      await iterator.return?.();
    }
  })();
}

function diverged(workspace: string): DomainError {
  return new DomainError(
    "corrupt",
    `The log of workspace ${workspace} does not continue what was read of it before.`,
  );
}

/** Of a cell in a part, compressed: 3 in columns of contacts, some more where there is much text. */
const PACKED_CELL_BYTES = 6;

/** Stored size of a head's parts, estimated by what is in them: parts are cut at 350 kB, but most are far from full. */
function bodyBytes(head: Head, committed: Workbook.Committed): number {
  return Math.min(mostBytes(head), 1_000 + PACKED_CELL_BYTES * cellsOf(committed));
}

/** As many as a head's parts may have. */
function mostBytes(head: Head): number {
  return head.changesets.reduce(
    (sum, { parts, more }) =>
      sum + 300_000 * ((parts?.list.length ?? 0) + (more?.sha256.length ?? 0)),
    0,
  );
}

function remember(follower: Follower, head: Head, committed: Workbook.Committed): void {
  const { ring, held } = follower;
  const cells = cellsOf(committed);
  const large = cells > RING_CELLS / 4;
  const entry = {
    head,
    committed: large ? undefined : committed,
    cells: large ? 0 : cells,
    stored: head.bytes + bodyBytes(head, committed),
  };
  ring.push(entry);
  held.bytes += head.bytes;
  held.cells += entry.cells;
  while (ring.length > RING_HEADS || held.bytes > RING_BYTES || held.cells > RING_CELLS) {
    const oldest = must(ring.shift());
    held.bytes -= oldest.head.bytes;
    held.cells -= oldest.cells;
  }
}

function cellsOf(committed: Workbook.Committed): number {
  let cells = 0;
  for (const { operations } of committed.changesets) {
    for (const operation of operations) {
      if (!("ids" in operation)) continue;
      const columns = "fields" in operation ? Object.keys(operation.fields).length : 0;
      cells += operation.ids.length * (1 + columns);
    }
  }
  return cells;
}

function soil(dirty: Dirty, touched: Workbook.Touched): void {
  for (const [sheet, what] of touched) {
    if (what.schema) dirty.schema = true;
    const rows = entryOf(dirty.rows, sheet);
    for (const list of [what.created, what.changed, what.deleted, what.restored]) {
      for (const row of list) rows.add(row);
    }
    const fields = entryOf(dirty.fields, sheet);
    for (const field of what.fields) fields.add(field);
    if (what.created.length + what.deleted.length + what.restored.length > 0) {
      dirty.presence.add(sheet);
    }
  }
}

function entryOf<T>(sets: Map<string, Set<T>>, key: string): Set<T> {
  let set = sets.get(key);
  if (set === undefined) sets.set(key, (set = new Set()));
  return set;
}
