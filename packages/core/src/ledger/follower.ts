import { DomainError, isDomainError } from "../error.ts";
import { must } from "../assert.ts";
import * as Body from "./body.ts";
import type { LedgerContext } from "./context.ts";
import type { Head } from "./head.ts";
import * as Log from "./log.ts";
import * as Snapshot from "./snapshot.ts";
import * as Workbook from "./workbook.ts";

/** After a write whose outcome is unknown, an exclusive process too asks the table where the log ends. */
const UNSURE_MS = 60_000;
/** A process that shares the table asks where the log ends before it writes after a pause: it may have been restored. */
const CONFIRMED_MS = 30_000;
const RING_HEADS = 1_000;
const RING_BYTES = 4 * 1024 * 1024;
const RING_CELLS = 500_000;

/**
 * The workbook of one workspace in this process, with what is known of its log. It advances head by head, in order, and
 * only by heads that are durable.
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
  /** Commits and readers that keep it in memory. */
  users: number;
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

export interface Followers {
  /** The workspace's follower, opened when it is not in memory. It may be behind the log. DomainError "not-found". */
  open(workspace: string): Promise<Follower>;
  /** The same, caught up with every head that was durable when this was called. */
  current(workspace: string): Promise<Follower>;
  catchUp(follower: Follower): Promise<void>;
  /** Catches up only if too much time has passed to be sure that the log was not replaced. */
  confirm(follower: Follower): Promise<void>;
  /** Folds the head that was just put. Ignored when the follower has read it back already. */
  land(follower: Follower, head: Head, committed: Workbook.Committed): void;
  /** To be called when a put ended without an answer. */
  unsure(follower: Follower): void;
  readonly decoded: Body.DecodedParts;
}

/** Followers of every workspace this process deals with, the least recently used dropped beyond `cacheBytes`. */
export function createFollowers(context: LedgerContext): Followers {
  const followers = new Map<string, Promise<Follower>>();
  const opened = new WeakMap<Promise<Follower>, Follower>();
  const sizes = new WeakMap<Follower, { seq: number; bytes: number }>();
  const decoded = Body.createDecodedParts(Math.min(32 * 1024 * 1024, context.cacheBytes / 8));
  const { clock } = context.platform;
  const running = new WeakMap<Follower, Promise<void>>();
  const waiting = new WeakMap<Follower, Promise<void>>();

  async function open(workspace: string): Promise<Follower> {
    const found = followers.get(workspace);
    if (found !== undefined) {
      followers.delete(workspace);
      followers.set(workspace, found);
      return found;
    }
    const opening = start(workspace);
    followers.set(workspace, opening);
    try {
      const follower = await opening;
      opened.set(opening, follower);
      evict();
      return follower;
    } catch (error) {
      if (followers.get(workspace) === opening) followers.delete(workspace);
      throw error;
    }
  }

  async function start(workspace: string): Promise<Follower> {
    const follower: Follower = {
      workspace,
      ...(await load(workspace)),
      ring: [],
      held: { bytes: 0, cells: 0 },
      hold: undefined,
      unsureUntil: 0,
      users: 0,
    };
    await advance(follower, true);
    return follower;
  }

  async function load(workspace: string) {
    const { workbook, manifest } = await Snapshot.load(context, workspace);
    return {
      workbook,
      manifest,
      at: manifest.at,
      coveredFrom: manifest.seq,
      coveredAt: manifest.at,
      tail: { heads: 0, bytes: 0 },
      dirty: clean(),
      confirmedAt: 0,
    };
  }

  /** Reads the log from the workbook's own head on: when that one is no longer there, the log is another one. */
  async function advance(follower: Follower, fresh: boolean): Promise<void> {
    const startedAt = clock.now();
    const { seq, hash } = follower.workbook;
    let same = seq === 0;
    try {
      for await (const head of Log.heads(context, follower.workspace, { from: Math.max(seq, 1) })) {
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
      }
      if (!same) throw diverged(follower.workspace);
      follower.confirmedAt = startedAt;
    } catch (error) {
      // A replaced log is read again from its own snapshot; what contradicts that one as well is damaged.
      if (!isDomainError(error, "corrupt") || fresh) throw error;
      const begun = { ring: [], held: { bytes: 0, cells: 0 } };
      Object.assign(follower, await load(follower.workspace), begun);
      await advance(follower, true);
    }
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
    follower.tail.bytes += head.bytes + bodyBytes(head);
    remember(follower, head, committed);
    soil(follower.dirty, touched);
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

  function evict(): void {
    let total = 0;
    const known: { workspace: string; follower: Follower; bytes: number }[] = [];
    for (const [workspace, promise] of followers) {
      const follower = opened.get(promise);
      if (follower === undefined) continue;
      let size = sizes.get(follower);
      if (size === undefined || follower.workbook.seq - size.seq > 1_000) {
        size = { seq: follower.workbook.seq, bytes: Workbook.heapBytes(follower.workbook) };
        sizes.set(follower, size);
      }
      total += size.bytes;
      known.push({ workspace, follower, bytes: size.bytes });
    }
    known.pop(); // the one just opened stays
    for (const { workspace, follower, bytes } of known) {
      if (total <= context.cacheBytes) return;
      if (follower.users > 0 || follower.hold !== undefined) continue;
      followers.delete(workspace);
      total -= bytes;
    }
  }

  function run(follower: Follower): Promise<void> {
    const promise = advance(follower, false).finally(() => running.delete(follower));
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
    async current(workspace) {
      const wasThere = followers.has(workspace);
      const follower = await open(workspace);
      const sure = context.exclusive && clock.now() >= follower.unsureUntil;
      if (wasThere && !sure) await catchUp(follower);
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

function diverged(workspace: string): DomainError {
  return new DomainError(
    "corrupt",
    `The log of workspace ${workspace} does not continue what was read of it before.`,
  );
}

/** Stored size of a head's parts, estimated: parts are cut at 350 kB. */
function bodyBytes(head: Head): number {
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
    stored: head.bytes + bodyBytes(head),
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
