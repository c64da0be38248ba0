import { DomainError } from "../error.ts";
import type { Platform } from "../platform.ts";
import type { Changeset } from "./changeset.ts";
import * as Keys from "./keys.ts";
import type { WireHead } from "./ledger.ts";
import type { Item, Store } from "./store.ts";

/** Rules stop here: a changeset this far from a person's own triggers nothing more. */
export const MAX_DEPTH = 5;
const MAX_FAILURES = 5;
const LEASE_MS = 30_000;

/** Something that follows a workspace's log and acts on it, by one process at a time. */
export type Reactor = ChangesetReactor | RangeReactor;

interface Named {
  /** Names its cursor: never reuse one for something else. */
  readonly name: string;
  /** After this long its process is taken for dead, and another may run it. Default 30 s. */
  readonly leaseMs?: number;
}

/**
 * Acts on what was changed: sends a mail, calls a webhook. It sees every changeset once, in order; after a crash it may see
 * the last one again, which is why what must happen once is done through `Context.effect`.
 */
export interface ChangesetReactor extends Named {
  /** Import and undo trigger only reactors that ask for them. Default: neither. */
  readonly sources?: { readonly import?: boolean; readonly undo?: boolean };
  react(changeset: Changeset, context: Context): Promise<void>;
}

/**
 * Brings something up to the log: tells browsers, takes a snapshot, keeps a list. It is given ranges of heads, in order and
 * without gaps, and reads of them what it needs; after a crash it may be given the last range again, which must be harmless.
 */
export interface RangeReactor extends Named {
  /** Two ranges begin at least this far apart, whichever processes they fall to; what comes meanwhile is in the next. */
  readonly everyMs?: number;
  /**
   * False: two processes that follow the same range do no harm, so that no lease is taken, which is a write for every run. Then
   * nobody is turned away either, and a run ends without another look at the log: who commits meanwhile wakes the next. Default true.
   */
  readonly leased?: boolean;
  follow(range: Range): Promise<void>;
}

/** The heads `from` to `to`, both included. */
export interface Range {
  readonly workspace: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  /** They, when whoever woke the reactor had read them all. */
  readonly heads?: readonly WireHead[];
}

/** What is known of the log by whoever runs a reactor, read in one go. */
export interface Woken {
  /** A reactor that runs for the first time starts here instead of at the end. */
  readonly from?: number;
  /** The newest heads, oldest first, without gaps. */
  readonly heads?: readonly WireHead[];
  /** Where the log ended when they were read, later than the commit that woke. */
  readonly end?: End;
}

export interface End {
  readonly seq: number;
  readonly epoch: string;
}

export interface Context {
  readonly workspace: string;
  readonly epoch: string;
  /** What a changeset made by this reaction carries, so that chains of rules end. */
  readonly cause: { readonly changeset: string; readonly depth: number };
  /**
   * Runs `act` once for this changeset, rule and record, whoever else tries. Where an earlier try was cut short it runs
   * again if `idempotent`, else the effect is left for a person to look at and the answer is "unclear".
   */
  effect(
    name: { readonly rule: string; readonly record: string; readonly idempotent: boolean },
    act: () => Promise<void>,
  ): Promise<"done" | "before" | "unclear">;
}

/** The part of a ledger a reactor reads. */
export interface Log {
  /** Seq and epoch of the newest head. DomainError "not-found" when there is no such workspace. */
  end(workspace: string): Promise<End>;
  /** The heads `from` to `to` as they travel, oldest first. */
  heads(workspace: string, from: number, to: number): AsyncIterable<WireHead>;
  /** So many heads from `from` on, oldest first, and where the log ends when they reach that far. */
  since(workspace: string, from: number, limit: number): Promise<Since>;
  /** Changesets of the heads after `after`, oldest first, whole heads, as many as fit in memory comfortably. */
  after(workspace: string, after: number): Promise<readonly Changeset[]>;
}

export interface Since {
  readonly heads: readonly WireHead[];
  readonly end?: End;
}

export interface ReactorDeps {
  readonly store: Store;
  readonly platform: Platform;
  readonly log: Log;
  /** No other process runs reactors on this table: a lease found there is a dead one's, and none is taken. Default false. */
  readonly exclusive?: boolean;
  /**
   * What this process has stored last of cursors of reactors without a lease: spares reading them again. Where another process has
   * moved one, storing it fails, and it is read.
   */
  readonly remembered?: Map<string, Item>;
  /** Told of every failure; parking is `attempt` 5. */
  onFailure?(failure: Failure): void;
}

export interface Failure {
  readonly workspace: string;
  readonly reactor: string;
  readonly seq: number;
  readonly attempt: number;
  readonly error: unknown;
}

interface Cursor {
  /** Everything up to here is done. */
  readonly seq: number;
  readonly epoch: string;
  readonly failures: number;
  /** When the last range was begun. */
  readonly at: number;
}

export type Result = "done" | "busy" | "waiting" | "failed";
/** Or another process has stored the cursor of a reactor that takes no lease: then one looks again. */
type Ended = Result | "overtaken";

/**
 * Brings one reactor up to the end of a workspace's log. Answers "busy" when another process holds the lease, "waiting"
 * when the workspace was restored and an operator has to let the reactor go on (`resume`), "failed" when it threw (it is
 * tried again by the next run, five times, then parked), else "done".
 *
 * A reactor that runs for the first time does not react to the past: it starts at `woken.from`, the seq of the head that
 * made the caller run it, or without one at the end.
 *
 * Whoever finds the lease taken may go away if its holder lives: the holder looks at the log once more after giving the
 * lease back, and so sees every head whose wake-up came to nothing.
 */
export async function run(
  deps: ReactorDeps,
  workspace: string,
  reactor: Reactor,
  woken: Woken = {},
): Promise<Result> {
  let known = woken.end;
  for (;;) {
    const end = known ?? (await deps.log.end(workspace));
    known = undefined;
    const lease = await acquire(deps, workspace, reactor, end, woken.from);
    if (typeof lease === "string") return lease;
    const result =
      "follow" in reactor
        ? await followRange(deps, workspace, reactor, lease, end.seq, woken.heads)
        : await reactToAll(deps, workspace, reactor, lease);
    if (result === "overtaken") continue;
    if (result !== "done" || ("follow" in reactor && isLoose(deps, reactor))) return result;
  }
}

/** Whether any number of processes may run it at the same time. */
function isLoose({ exclusive = false }: ReactorDeps, reactor: Reactor): boolean {
  return !exclusive && "follow" in reactor && reactor.leased === false;
}

/** One range, to the end of the log: to `end` at least. */
async function followRange(
  deps: ReactorDeps,
  workspace: string,
  reactor: RangeReactor,
  lease: Lease,
  end: number,
  heads: readonly WireHead[] = [],
): Promise<Ended> {
  const { clock } = deps.platform;
  const { cursor } = lease;
  const { everyMs = 0 } = reactor;
  const early = Math.min(cursor.at + everyMs - clock.now(), everyMs);
  if (early > 0) await clock.sleep(early);
  const at = clock.now();
  const { epoch } = cursor;
  const from = cursor.seq + 1;
  const to = early > 0 ? (await deps.log.end(workspace)).seq : end;
  if (to < from) return lease.release(cursor, "done");
  try {
    const known = heads.filter(({ seq }) => seq >= from && seq <= to);
    const all = known.length === to - from + 1 ? { heads: known } : {};
    await reactor.follow({ workspace, epoch, from, to, ...all });
  } catch (error) {
    const attempt = cursor.failures + 1;
    deps.onFailure?.({ workspace, reactor: reactor.name, seq: from, attempt, error });
    if (attempt < MAX_FAILURES) {
      return lease.release({ ...cursor, at, failures: attempt }, "failed");
    }
    await park(deps, workspace, reactor.name, epoch, { seq: from, id: `${from}-${to}` }, error);
  }
  return lease.release({ epoch, seq: to, failures: 0, at }, "done");
}

/** Changeset by changeset, until there are no more. */
async function reactToAll(
  deps: ReactorDeps,
  workspace: string,
  reactor: ChangesetReactor,
  lease: Lease,
): Promise<Ended> {
  let { cursor } = lease;
  for (;;) {
    const changesets = await deps.log.after(workspace, cursor.seq);
    if (changesets.length === 0) return lease.release(cursor, "done");
    for (const [index, changeset] of changesets.entries()) {
      try {
        await reactTo(deps, workspace, reactor, cursor.epoch, changeset);
      } catch (error) {
        const attempt = cursor.failures + 1;
        deps.onFailure?.({ workspace, reactor: reactor.name, seq: changeset.seq, attempt, error });
        if (attempt < MAX_FAILURES) {
          return lease.release({ ...cursor, failures: attempt }, "failed");
        }
        await park(deps, workspace, reactor.name, cursor.epoch, changeset, error);
      }
      // A head's changesets share a seq: the cursor moves when the last of them is done.
      if (changesets[index + 1]?.seq === changeset.seq) continue;
      cursor = { epoch: cursor.epoch, at: cursor.at, seq: changeset.seq, failures: 0 };
      if (!(await lease.advance(cursor))) return "busy";
    }
  }
}

/**
 * Lets the reactors that wait after a restore go on from the end of the log, and answers which they were. What the log holds
 * up to there is not reacted to. DomainError "busy" while one of them is running.
 */
export async function resume(
  { store, platform, log }: Pick<ReactorDeps, "store" | "platform" | "log">,
  workspace: string,
): Promise<{ readonly reactors: readonly string[]; readonly seq: number }> {
  const end = await log.end(workspace);
  const reactors: string[] = [];
  for await (const stored of store.query(Keys.cursors(workspace))) {
    if (stored["epoch"] === end.epoch) continue;
    const reactor = Keys.reactorOf(stored);
    const free = (stored["until"] as number) <= platform.clock.now();
    const next = { ...stored, ...end, failures: 0, until: 0 };
    if (!free || !(await store.put(next, { equals: heldBy(stored) }))) {
      throw new DomainError(
        "busy",
        `${reactor} is running in another process. Try again in a minute.`,
      );
    }
    reactors.push(reactor);
  }
  return { reactors, seq: end.seq };
}

interface Lease {
  readonly cursor: Cursor;
  /** Stores the cursor and prolongs the lease; false when it was lost. */
  advance(cursor: Cursor): Promise<boolean>;
  /**
   * Stores the cursor and gives the lease back. Answers `result`, or "busy" when the lease was lost meanwhile; of a reactor
   * without one "overtaken" when another process has stored the cursor.
   */
  release(cursor: Cursor, result: Result): Promise<Ended>;
}

/** Or why there is nothing to do now. Costs nothing but reading where the cursor is at the end of the log already. */
async function acquire(
  deps: ReactorDeps,
  workspace: string,
  reactor: Reactor,
  end: End,
  from: number | undefined,
): Promise<Lease | "done" | "busy" | "waiting"> {
  const { store, platform, exclusive = false } = deps;
  const { name, leaseMs = LEASE_MS } = reactor;
  const key = Keys.cursor(workspace, name);
  const loose = isLoose(deps, reactor);
  const known = loose ? deps.remembered?.get(`${workspace} ${name}`) : undefined;
  // Of another log than it was: then an operator may have said something about it.
  const stored = known?.["epoch"] === end.epoch ? known : await store.get(key);
  const cursor = stored === undefined ? firstCursor(end, from) : cursorOf(stored);
  if (cursor.epoch !== end.epoch) return "waiting";
  if (stored !== undefined && cursor.seq >= end.seq) return "done";
  const owner = Math.floor(platform.random.next() * 2 ** 48).toString(36);
  const item = (state: Cursor, until: number): Item => ({ ...key, ...state, owner, until });
  const unchanged = stored === undefined ? ({ absent: true } as const) : { equals: heldBy(stored) };
  if (exclusive) {
    const put = (state: Cursor): Promise<boolean> => store.put(item(state, 0));
    return {
      cursor,
      advance: put,
      async release(state, result) {
        await put(state);
        return result;
      },
    };
  }
  const held = (): Promise<boolean> => store.get(key).then((found) => found?.["owner"] === owner);
  if (loose) {
    const put = async (state: Cursor): Promise<boolean> => {
      const next = item(state, 0);
      const done = (await store.put(next, unchanged)) || (await held());
      remember(deps, `${workspace} ${name}`, done ? next : undefined);
      return done;
    };
    return {
      cursor,
      advance: put,
      release: async (state, result) => ((await put(state)) ? result : "overtaken"),
    };
  }
  if (stored !== undefined && (stored["until"] as number) > platform.clock.now()) return "busy";
  const until = (): number => platform.clock.now() + leaseMs;
  // A write repeated after a time-out finds its own first success: then the owner is already this one.
  const got = (await store.put(item(cursor, until()), unchanged)) || (await held());
  if (!got) return "busy";
  return {
    cursor,
    advance: async (state) =>
      (await store.put(item(state, until()), { equals: { owner } })) || held(),
    async release(state, result) {
      const given = (await store.put(item(state, 0), { equals: { owner } })) || (await held());
      return given ? result : "busy";
    },
  };
}

const REMEMBERED = 1_000;

function remember({ remembered }: ReactorDeps, name: string, item: Item | undefined): void {
  if (remembered === undefined) return;
  if (item === undefined) remembered.delete(name);
  else if (remembered.size < REMEMBERED || remembered.has(name)) remembered.set(name, item);
}

function firstCursor(end: End, from = end.seq + 1): Cursor {
  return { epoch: end.epoch, seq: Math.min(from - 1, end.seq), failures: 0, at: 0 };
}

function cursorOf(item: Item): Cursor {
  return {
    seq: item["seq"] as number,
    epoch: item["epoch"] as string,
    failures: item["failures"] as number,
    at: (item["at"] as number | undefined) ?? 0,
  };
}

function heldBy(stored: Item): { owner: string; until: number } {
  return { owner: stored["owner"] as string, until: stored["until"] as number };
}

async function reactTo(
  deps: ReactorDeps,
  workspace: string,
  reactor: ChangesetReactor,
  epoch: string,
  changeset: Changeset,
): Promise<void> {
  const depth = (changeset.cause?.depth ?? 0) + 1;
  if (depth > MAX_DEPTH) return;
  if (changeset.source === "import" && reactor.sources?.import !== true) return;
  if (changeset.source === "undo" && reactor.sources?.undo !== true) return;
  await reactor.react(changeset, {
    workspace,
    epoch,
    cause: { changeset: changeset.id, depth },
    effect: (effect, act) =>
      once(
        deps,
        Keys.effect(workspace, {
          epoch,
          reactor: reactor.name,
          seq: changeset.seq,
          rule: effect.rule,
          record: effect.record,
        }),
        effect.idempotent,
        act,
      ),
  });
}

async function once(
  { store, platform }: ReactorDeps,
  key: { pk: string; sk: string },
  idempotent: boolean,
  act: () => Promise<void>,
): Promise<"done" | "before" | "unclear"> {
  const claim = Math.floor(platform.random.next() * 2 ** 48).toString(36);
  const item: Item = { ...key, claim, claimed: platform.clock.now() };
  if (!(await store.put(item, { absent: true }))) {
    const found = await store.get(key);
    if (found?.["done"] !== undefined) return "before";
    if (found?.["claim"] !== claim) {
      // Another try claimed it and did not say that it finished. Its lease is over, or this reaction would not run.
      if (!idempotent) {
        await store.put({ ...item, ...found, ...key, unclear: true });
        return "unclear";
      }
      const takenOver = await store.put(item, { equals: { claim: found?.["claim"] as string } });
      if (!takenOver) return "before";
    }
  }
  await act();
  await store.put({ ...item, done: platform.clock.now() });
  return "done";
}

async function park(
  { store, platform }: ReactorDeps,
  workspace: string,
  reactor: string,
  epoch: string,
  changeset: Pick<Changeset, "seq" | "id">,
  error: unknown,
): Promise<void> {
  const key = Keys.effect(workspace, {
    epoch,
    reactor,
    seq: changeset.seq,
    rule: "_parked",
    record: changeset.id,
  });
  await store.put({
    ...key,
    parked: platform.clock.now(),
    changeset: changeset.id,
    reason: String(error instanceof Error ? error.message : error).slice(0, 1000),
  });
}
