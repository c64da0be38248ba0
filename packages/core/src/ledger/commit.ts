import { DomainError, isDomainError } from "../error.ts";
import { Missing } from "./absent.ts";
import type { Landed } from "./changeset.ts";
import type { LedgerContext } from "./context.ts";
import { firstTry, type Follower, type Followers, type Tries } from "./follower.ts";
import * as Head from "./head.ts";
import * as Ids from "./ids.ts";
import type { Job, Prepared } from "./job.ts";
import * as Keys from "./keys.ts";
import * as Log from "./log.ts";
import * as Recall from "./recall.ts";
import * as Touches from "./touches.ts";
import * as Wire from "./wire.ts";

/** How long a commit tries before it answers "busy". */
const PATIENCE_MS = 10_000;
const RETRY_AFTER_MS = 1_000;
/** The pause after a lost race: at random up to 4 ms, then 8, and so on to the most. See docs/decisions/crowded-log.md. */
const LEAST_JITTER_MS = 4;
const JITTER_MS = 800;
const MOST_DOUBLINGS = Math.ceil(Math.log2(JITTER_MS / LEAST_JITTER_MS));
/** How long after a lost race others are taken to be still there. */
const CROWD_MS = 2_000;
/** Changesets that share a head. */
const GROUP = 100;

export interface Committer {
  /** Resolves when the changeset is durable, with what its first commit answered. */
  submit(workspace: string, job: Job): Promise<Landed>;
  /** Waits for what was left to do after commits. */
  flush(): Promise<void>;
}

interface Waiting {
  readonly job: Job;
  deadline: number;
  readonly promise: Promise<Landed>;
  readonly resolve: (answer: Landed) => void;
  readonly reject: (error: unknown) => void;
  /** Whether the follower was caught up after this job arrived: only then is a refusal final. */
  fresh: boolean;
  /** The workbook by which the id was looked up among older ones; from then on its recent ids tell. */
  lookedUp: Follower["workbook"] | undefined;
  readonly tries: Tries;
}

interface Queue {
  readonly jobs: Map<string, Waiting>;
  running: boolean;
  /** Races lost lately, less those won since: how much of a crowd there is. */
  crowd: number;
  lostAt: number;
  lastError: unknown;
}

/**
 * The one way heads get into the log. Jobs of a workspace wait in a queue; each round checks as many as are disjoint
 * against the same workbook and puts them in one head, conditional on the seq being free. Whoever loses the race catches
 * up and prepares again. Whether an unanswered put succeeded is told by looking for the changeset in the log.
 */
export function createCommitter(context: LedgerContext, followers: Followers): Committer {
  const queues = new WeakMap<Follower, Queue>();
  const deferred = new Set<Promise<void>>();
  const { clock, random, bytes } = context.platform;

  async function submit(workspace: string, job: Job): Promise<Landed> {
    if (!Ids.isChangesetId(job.id)) {
      throw new DomainError(
        "malformed",
        "A changeset id has 26 characters, see the API description.",
      );
    }
    const follower = await followers.open(workspace);
    let queue = queues.get(follower);
    if (queue === undefined) {
      queue = {
        jobs: new Map(),
        running: false,
        crowd: 0,
        lostAt: Number.NEGATIVE_INFINITY,
        lastError: undefined,
      };
      queues.set(follower, queue);
    }
    const same = queue.jobs.get(job.id);
    if (same !== undefined) {
      if (same.job.request !== job.request) throw Recall.reused(job.id);
      return same.promise;
    }
    const { promise, resolve, reject } = withResolvers<Landed>();
    const waiting: Waiting = {
      job,
      deadline: 0,
      promise,
      resolve,
      reject,
      fresh: false,
      lookedUp: undefined,
      tries: firstTry(),
    };
    if (job.large) {
      await rehearse(follower, waiting);
      const twin = queue.jobs.get(job.id);
      if (twin !== undefined) {
        if (twin.job.request !== job.request) throw Recall.reused(job.id);
        return twin.promise;
      }
    }
    // What it took to prepare alone is not held against it: the next try would take as long.
    waiting.deadline = clock.now() + PATIENCE_MS;
    queue.jobs.set(job.id, waiting);
    if (!queue.running) void drain(follower, queue);
    return promise;
  }

  /** Prepares a large job outside the queue. What fails here fails again in its turn, on a state known to be current. */
  async function rehearse(follower: Follower, waiting: Waiting): Promise<void> {
    follower.users += 1;
    try {
      if ((await recall(follower, waiting)) !== undefined) return;
      for (;;) {
        try {
          await waiting.job.prepare(follower);
          return;
        } catch (error) {
          if (!(error instanceof Missing)) return;
          await followers.provide(follower, error, waiting.tries);
        }
      }
    } catch {
      // Its turn will tell.
    } finally {
      follower.users -= 1;
    }
  }

  async function recall(follower: Follower, waiting: Waiting): Promise<Landed | undefined> {
    const { workbook } = follower;
    const { id, request } = waiting.job;
    if (waiting.lookedUp === workbook && !workbook.recent.has(id)) return undefined;
    const before = Recall.isFresh(context, follower, id)
      ? undefined
      : await Recall.answer(context, follower, id, request);
    waiting.lookedUp = workbook;
    return before?.answer;
  }

  async function drain(follower: Follower, queue: Queue): Promise<void> {
    queue.running = true;
    follower.users += 1;
    try {
      if (clock.now() - queue.lostAt > CROWD_MS) queue.crowd = 0;
      // Whoever has won and began at once would win again while all others wait.
      if (queue.crowd > 0) await pause(queue);
      while (queue.jobs.size > 0) await round(follower, queue);
    } catch (error) {
      for (const waiting of queue.jobs.values()) waiting.reject(error);
      queue.jobs.clear();
    } finally {
      queue.running = false;
      follower.users -= 1;
    }
  }

  async function round(follower: Follower, queue: Queue): Promise<void> {
    await follower.hold;
    await followers.confirm(follower);
    const group = await assemble(follower, queue);
    if (group.length === 0) return;
    const { workbook } = follower;
    const { head, item } = await Head.encode(bytes, follower.workspace, {
      seq: workbook.seq + 1,
      epoch: workbook.epoch,
      at: Math.max(clock.now(), follower.at),
      previous: workbook.hash,
      changesets: group.map(({ prepared }) => prepared.changeset),
    });
    // Encoding takes a turn of the event loop or two: the log may have moved, or a snapshot may be in the making.
    if (follower.hold !== undefined || workbook !== follower.workbook) return;
    if (workbook.seq + 1 !== head.seq) return;
    let landed = false;
    try {
      landed = await context.store.put(item, { absent: true });
    } catch (error) {
      if (isDomainError(error, "too-large")) {
        for (const { waiting } of group) fail(queue, waiting, error);
        return;
      }
      queue.lastError = error;
      followers.unsure(follower);
    }
    if (!landed) {
      context.onRetry?.(follower.workspace);
      await lost(follower, queue);
      return;
    }
    queue.crowd = Math.max(0, queue.crowd - 1);
    const committed = {
      seq: head.seq,
      at: head.at,
      hash: head.hash,
      changesets: group.map(({ prepared }) =>
        Log.changeset(head, prepared.changeset, prepared.operations),
      ),
    };
    followers.land(follower, head, committed);
    const intents = group.flatMap(({ waiting, prepared }) =>
      prepared.attempts.map((attempt) => Keys.intent(follower.workspace, waiting.job.id, attempt)),
    );
    const cleaned = intents.length === 0 ? undefined : later(context.store.deleteMany(intents));
    if (context.deferred === "await") await cleaned;
    for (const { waiting, prepared } of group) {
      queue.jobs.delete(waiting.job.id);
      const { seq, hash } = head;
      // In the order in which it is recalled: a repetition is answered to the letter.
      waiting.resolve({ seq, changeset: waiting.job.id, ...prepared.answer, hash });
    }
    if (context.onCommit !== undefined) {
      const heads = [Wire.fromHead(head, committed)];
      context.onCommit(follower.workspace, head.seq, head.seq, heads);
    }
  }

  /**
   * The next jobs in order that may share a head on the workbook as it is now. Empty: the round has to begin again, on a
   * newer workbook or with more of it in memory.
   */
  async function assemble(
    follower: Follower,
    queue: Queue,
  ): Promise<{ waiting: Waiting; prepared: Prepared }[]> {
    const { workbook } = follower;
    const { seq } = workbook;
    const group: { waiting: Waiting; prepared: Prepared }[] = [];
    let size = 0;
    for (const waiting of queue.jobs.values()) {
      if (group.length === GROUP) break;
      try {
        const before = await recall(follower, waiting);
        if (before !== undefined) {
          queue.jobs.delete(waiting.job.id);
          waiting.resolve(before);
          continue;
        }
        if (clock.now() > waiting.deadline) throw busy(queue.lastError);
        const prepared = await waiting.job.prepare(follower);
        if (follower.workbook !== workbook || workbook.seq !== seq) return [];
        if (group.length > 0 && size + prepared.bytes > Head.HEAD_BYTES) break;
        if (group.some((other) => Touches.overlaps(other.prepared.touches, prepared.touches)))
          break;
        size += prepared.bytes;
        group.push({ waiting, prepared });
      } catch (error) {
        if (error instanceof Missing) {
          await followers.provide(follower, error, waiting.tries).catch((cause: unknown) => {
            fail(queue, waiting, cause);
          });
          return [];
        }
        if (follower.workbook !== workbook || workbook.seq !== seq) return [];
        if (waiting.fresh || isDomainError(error, "busy")) {
          fail(queue, waiting, error);
          continue;
        }
        // Refused by what may be an old state: look again before saying so.
        waiting.fresh = true;
        if (context.exclusive && clock.now() >= follower.unsureUntil) {
          fail(queue, waiting, error);
          continue;
        }
        await followers.catchUp(follower);
        return [];
      }
    }
    return group;
  }

  /** After a put that failed or was not answered. The pause comes first: what is read after it is worth trying on. */
  async function lost(follower: Follower, queue: Queue): Promise<void> {
    queue.crowd = Math.min(MOST_DOUBLINGS + 1, queue.crowd + 1);
    queue.lostAt = clock.now();
    await pause(queue);
    try {
      await followers.catchUp(follower);
    } catch (error) {
      if (isDomainError(error, "corrupt") || isDomainError(error, "not-found")) throw error;
      queue.lastError = error;
    }
  }

  async function pause({ crowd }: Queue): Promise<void> {
    const most = Math.min(JITTER_MS, LEAST_JITTER_MS * 2 ** (crowd - 1));
    await clock.sleep(random.next() * most);
  }

  function fail(queue: Queue, waiting: Waiting, error: unknown): void {
    queue.jobs.delete(waiting.job.id);
    waiting.reject(error);
  }

  function later(work: Promise<void>): Promise<void> {
    const settled = work.catch(() => undefined).finally(() => deferred.delete(settled));
    deferred.add(settled);
    return settled;
  }

  return {
    submit,
    async flush() {
      while (deferred.size > 0) await Promise.all(deferred);
    },
  };
}

function busy(cause: unknown): DomainError {
  return new DomainError(
    "busy",
    "Too many changes are being made to this workspace at once. Nothing is lost: send the same change again.",
    { retryAfterMs: RETRY_AFTER_MS, ...(cause !== undefined && { cause }) },
  );
}

function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
