import { DomainError } from "../error.ts";
import type { Platform } from "../platform.ts";
import type { Changeset } from "./changeset.ts";
import * as Keys from "./keys.ts";
import type { Item, Store } from "./store.ts";

/** Rules stop here: a changeset this far from a person's own triggers nothing more. */
export const MAX_DEPTH = 5;
const MAX_FAILURES = 5;
const LEASE_MS = 30_000;

/**
 * Something that follows a workspace's log and acts on it: broadcasts, compacts, sends a mail. It sees every head once,
 * in order, by one process at a time; after a crash it may see the last one again, which is why what must happen once is
 * done through `Context.effect`.
 */
export interface Reactor {
  /** Names its cursor: never reuse one for something else. */
  readonly name: string;
  /** Import and undo trigger only reactors that ask for them. Default: neither. */
  readonly sources?: { readonly import?: boolean; readonly undo?: boolean };
  react(changeset: Changeset, context: Context): Promise<void>;
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
  /** Seq and epoch of the newest head. */
  end(workspace: string): Promise<{ seq: number; epoch: string }>;
  /** Changesets of the heads after `after`, oldest first, whole heads, as many as fit in memory comfortably. */
  after(workspace: string, after: number): Promise<readonly Changeset[]>;
}

export interface ReactorDeps {
  readonly store: Store;
  readonly platform: Platform;
  readonly log: Log;
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
  readonly seq: number;
  readonly epoch: string;
  readonly failures: number;
}

/**
 * Brings one reactor up to the end of a workspace's log. Answers "busy" when another process holds the lease, "waiting"
 * when the workspace was restored and an operator has to let the reactor go on (`resume`), "failed" when a reaction
 * threw (it is tried again by the next run, five times, then parked), else "done". A reactor that runs for the first
 * time starts at the end: it does not react to the past.
 */
export async function run(
  deps: ReactorDeps,
  workspace: string,
  reactor: Reactor,
): Promise<"done" | "busy" | "waiting" | "failed"> {
  const lease = await acquire(deps, workspace, reactor.name);
  if (lease === undefined) return "busy";
  let { cursor } = lease;
  const end = await deps.log.end(workspace);
  if (cursor.epoch !== end.epoch) {
    await lease.release(cursor);
    return "waiting";
  }
  for (;;) {
    const changesets = await deps.log.after(workspace, cursor.seq);
    if (changesets.length === 0) break;
    for (const [index, changeset] of changesets.entries()) {
      try {
        await reactTo(deps, workspace, reactor, cursor.epoch, changeset);
      } catch (error) {
        const attempt = cursor.failures + 1;
        deps.onFailure?.({ workspace, reactor: reactor.name, seq: changeset.seq, attempt, error });
        if (attempt < MAX_FAILURES) {
          await lease.release({ ...cursor, failures: attempt });
          return "failed";
        }
        await park(deps, workspace, reactor.name, cursor.epoch, changeset, error);
      }
      // A head's changesets share a seq: the cursor moves when the last of them is done.
      if (changesets[index + 1]?.seq === changeset.seq) continue;
      cursor = { epoch: cursor.epoch, seq: changeset.seq, failures: 0 };
      if (!(await lease.advance(cursor))) return "busy";
    }
  }
  await lease.release(cursor);
  return "done";
}

/** Lets a reactor that waits after a restore go on from the end of the log. */
export async function resume(deps: ReactorDeps, workspace: string, reactor: string): Promise<void> {
  const lease = await acquire(deps, workspace, reactor);
  if (lease === undefined)
    throw new DomainError("busy", `${reactor} is running in another process.`);
  const end = await deps.log.end(workspace);
  await lease.release({ ...end, failures: 0 });
}

interface Lease {
  readonly cursor: Cursor;
  /** Stores the cursor and prolongs the lease; false when it was lost. */
  advance(cursor: Cursor): Promise<boolean>;
  release(cursor: Cursor): Promise<void>;
}

async function acquire(
  deps: ReactorDeps,
  workspace: string,
  reactor: string,
): Promise<Lease | undefined> {
  const { store, platform } = deps;
  const key = Keys.cursor(workspace, reactor);
  const owner = Math.floor(platform.random.next() * 2 ** 48).toString(36);
  const stored = await store.get(key);
  if (stored !== undefined && (stored["until"] as number) > platform.clock.now()) return undefined;
  const cursor: Cursor =
    stored === undefined
      ? { ...(await deps.log.end(workspace)), failures: 0 }
      : {
          seq: stored["seq"] as number,
          epoch: stored["epoch"] as string,
          failures: stored["failures"] as number,
        };
  const item = (state: Cursor, until: number): Item => ({ ...key, ...state, owner, until });
  const held = (): Promise<boolean> => store.get(key).then((found) => found?.["owner"] === owner);
  // A write repeated after a time-out finds its own first success: then the owner is already this one.
  const got =
    (await store.put(
      item(cursor, platform.clock.now() + LEASE_MS),
      stored === undefined
        ? { absent: true }
        : { equals: { owner: stored["owner"] as string, until: stored["until"] as number } },
    )) || (await held());
  if (!got) return undefined;
  return {
    cursor,
    advance: (state) =>
      store.put(item(state, platform.clock.now() + LEASE_MS), { equals: { owner } }),
    async release(state) {
      await store.put(item(state, 0), { equals: { owner } });
    },
  };
}

async function reactTo(
  deps: ReactorDeps,
  workspace: string,
  reactor: Reactor,
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
  changeset: Changeset,
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
