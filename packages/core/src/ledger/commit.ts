import { DomainError, isDomainError } from "../error.ts";
import * as Body from "./body.ts";
import type { Answer, Draft, Refusal } from "./changeset.ts";
import * as Codec from "./codec.ts";
import type { LedgerContext } from "./context.ts";
import * as DraftCheck from "./draft.ts";
import type { Follower, Followers } from "./follower.ts";
import * as Head from "./head.ts";
import * as Ids from "./ids.ts";
import * as Keys from "./keys.ts";
import * as Log from "./log.ts";
import type { Operation } from "./operation.ts";
import * as Patch from "./patch.ts";
import * as Recall from "./recall.ts";
import * as Touches from "./touches.ts";
import * as Wire from "./wire.ts";

/** How long a commit tries before it answers "busy". */
const PATIENCE_MS = 10_000;
const RETRY_AFTER_MS = 1_000;
const JITTER_MS = 200;
/** Changesets that share a head. */
const GROUP = 100;
/** Text up to this size is small whatever it compresses to. */
const SMALL_TEXT = 4 * 1024;
/** What does not fit a head beside the others goes into pieces of its own. */
const ENTRY_BYTES = 48 * 1024;

/** A changeset that wants to land. Called again, on the newer workbook, whenever the log moved. */
export interface Job {
  readonly id: string;
  /** Digest of what was asked; absent when any body under this id is the same request. */
  readonly request: string | undefined;
  /** Takes long to prepare: done once before it queues, so that small changes need not wait for it. */
  readonly large: boolean;
  /** What would land on the follower's workbook as it is now. DomainErrors refuse the job. */
  prepare(follower: Follower): Promise<Prepared>;
}

export interface Prepared {
  readonly changeset: Head.HeadChangeset;
  /** In full, also where the head only says where the refusals are. */
  readonly answer: Omit<Answer, "seq" | "changeset">;
  readonly operations: readonly Operation[];
  readonly touches: Touches.Touches;
  /** What it adds to the head, stored. */
  readonly bytes: number;
  /** Attempts whose intents go once the head is durable; what is lost of that, `sweep` makes good. */
  readonly attempts: readonly string[];
}

export interface Committer {
  /** Resolves when the changeset is durable, with what its first commit answered. */
  submit(workspace: string, job: Job): Promise<Answer>;
  /** Waits for what was left to do after commits. */
  flush(): Promise<void>;
}

interface Waiting {
  readonly job: Job;
  readonly deadline: number;
  readonly promise: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  /** Whether the follower was caught up after this job arrived: only then is a refusal final. */
  fresh: boolean;
  /** The workbook by which the id was looked up among older ones; from then on its recent ids tell. */
  lookedUp: Follower["workbook"] | undefined;
}

interface Queue {
  readonly jobs: Map<string, Waiting>;
  running: boolean;
  tries: number;
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

  async function submit(workspace: string, job: Job): Promise<Answer> {
    if (!Ids.isChangesetId(job.id)) {
      throw new DomainError("malformed", "A changeset id has 26 characters, see the API description.");
    }
    const follower = await followers.open(workspace);
    let queue = queues.get(follower);
    if (queue === undefined) {
      queue = { jobs: new Map(), running: false, tries: 0, lastError: undefined };
      queues.set(follower, queue);
    }
    const same = queue.jobs.get(job.id);
    if (same !== undefined) {
      if (same.job.request !== job.request) throw Recall.reused(job.id);
      return same.promise;
    }
    const { promise, resolve, reject } = withResolvers<Answer>();
    const waiting: Waiting = {
      job,
      deadline: clock.now() + PATIENCE_MS,
      promise,
      resolve,
      reject,
      fresh: false,
      lookedUp: undefined,
    };
    if (job.large) {
      await rehearse(follower, waiting);
      const twin = queue.jobs.get(job.id);
      if (twin !== undefined) return twin.promise;
    }
    queue.jobs.set(job.id, waiting);
    if (!queue.running) void drain(follower, queue);
    return promise;
  }

  /** Prepares a large job outside the queue. What fails here fails again in its turn, on a state known to be current. */
  async function rehearse(follower: Follower, waiting: Waiting): Promise<void> {
    follower.users += 1;
    try {
      if ((await recall(follower, waiting)) === undefined) await waiting.job.prepare(follower);
    } catch {
      // Its turn will tell.
    } finally {
      follower.users -= 1;
    }
  }

  async function recall(follower: Follower, waiting: Waiting): Promise<Answer | undefined> {
    const { workbook } = follower;
    const { id, request } = waiting.job;
    if (waiting.lookedUp === workbook && !workbook.recent.has(id)) return undefined;
    const before = await Recall.answer(context, follower, id, request);
    waiting.lookedUp = workbook;
    return before?.answer;
  }

  async function drain(follower: Follower, queue: Queue): Promise<void> {
    queue.running = true;
    follower.users += 1;
    try {
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
      await lost(follower, queue);
      return;
    }
    queue.tries = 0;
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
      waiting.resolve({ ...prepared.answer, seq: head.seq, changeset: waiting.job.id });
    }
    if (context.onCommit !== undefined) {
      const heads = [Wire.fromHead(head, committed)];
      context.onCommit(follower.workspace, head.seq, head.seq, heads);
    }
  }

  /** The next jobs in order that may share a head on the workbook as it is now. Empty: the round has to begin again. */
  async function assemble(
    follower: Follower,
    queue: Queue,
  ): Promise<{ waiting: Waiting; prepared: Prepared }[]> {
    const { workbook } = follower;
    const { seq } = workbook;
    const group: { waiting: Waiting; prepared: Prepared }[] = [];
    let size = 0;
    for (const waiting of [...queue.jobs.values()]) {
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
        if (group.some((other) => Touches.overlaps(other.prepared.touches, prepared.touches))) break;
        size += prepared.bytes;
        group.push({ waiting, prepared });
      } catch (error) {
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
    const most = Math.min(JITTER_MS, 4 * 2 ** Math.min(queue.tries, 8));
    queue.tries += 1;
    await clock.sleep(random.next() * most);
    try {
      await followers.catchUp(follower);
    } catch (error) {
      if (isDomainError(error, "corrupt") || isDomainError(error, "not-found")) throw error;
      queue.lastError = error;
    }
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

/** What a draft asks for, in one digest: the same for a repetition, whatever base and label say. */
export async function requestOf(
  { platform }: LedgerContext,
  draft: Pick<Draft, "source" | "operations" | "undoes" | "import" | "guard">,
): Promise<string> {
  const { source, operations, undoes, import: group, guard } = draft;
  return digest({ platform }, { source, operations, undoes, import: group, guard });
}

export async function digest(
  { platform }: Pick<LedgerContext, "platform">,
  value: unknown,
): Promise<string> {
  const { bytes } = platform;
  return (await bytes.sha256(bytes.encode(JSON.stringify(value)))).slice(0, 32);
}

/** Drafts that refuse single rows instead of failing whole. */
export function onInvalid(draft: Pick<Draft, "source">): "throw" | "refuse" {
  return draft.source === "import" || draft.source === "undo" ? "refuse" : "throw";
}

/** What a decision, a draft or an upload carries into the head besides its operations. */
export function describe(
  id: string,
  draft: Omit<Draft, "id" | "operations" | "guard">,
  request: string,
): Omit<Head.HeadChangeset, "answer"> {
  return {
    id,
    base: draft.base,
    actor: draft.actor,
    source: draft.source,
    label: draft.label,
    ...(draft.undoes !== undefined && { undoes: draft.undoes }),
    ...(draft.import !== undefined && { import: draft.import }),
    ...(draft.cause !== undefined && { cause: draft.cause }),
    request,
  };
}

/** Whether what landed since `seq` could change what was checked then. */
export function movedUnder(
  context: LedgerContext,
  follower: Follower,
  seq: number,
  touches: Touches.Touches,
): boolean {
  const between = follower.ring.filter((entry) => entry.head.seq > seq);
  if (between.length !== follower.workbook.seq - seq) return true;
  return between.some(
    ({ committed }) =>
      committed === undefined ||
      committed.changesets.some((changeset) =>
        Touches.overlaps(
          touches,
          Touches.of(follower.workbook, changeset.operations, context.rules),
        ),
      ),
  );
}

/** What is decided on the workbook at hand; `skipped` joins the refusals of the answer. */
export interface Decision {
  readonly draft: Omit<Draft, "id">;
  readonly skipped?: readonly Refusal[];
}

/** Operations written as parts. */
interface Stage {
  readonly attempt: string;
  readonly list: readonly Head.PartReference[];
  readonly stored: readonly Operation[];
  /** Digest of the draft they came from. */
  readonly drafted: string;
  /** Whether a patch can make of them whatever the draft comes to on another workbook: no row was left out. */
  readonly whole: boolean;
}

/**
 * A job for operations that this process holds: a client's draft, or a decision made here, which is made again whenever
 * the log moved. Small bodies go into the head. Large ones are staged as parts once; when the log moves, the difference
 * goes into the head as a patch. Parts that a head may name already are never written again: another decision gets a fresh
 * attempt.
 */
export function jobOf(
  context: LedgerContext,
  id: string,
  options: {
    request: string | undefined;
    large: boolean;
    /** Decides the same whatever the workbook. */
    fixed: boolean;
  },
  decide: (workbook: Follower["workbook"]) => Decision,
): Job {
  let stage: Stage | undefined;
  let last: { workbook: Follower["workbook"]; seq: number; prepared: Prepared } | undefined;

  async function prepare(follower: Follower): Promise<Prepared> {
    const { workbook } = follower;
    const { seq } = workbook;
    if (last?.workbook === workbook && last.seq === seq) return last.prepared;
    const { draft, skipped = [] } = decide(workbook);
    context.access(workbook, draft);
    if (options.fixed && last?.workbook === workbook) {
      if (!movedUnder(context, follower, last.seq, last.prepared.touches)) {
        last = { ...last, seq };
        return last.prepared;
      }
    }
    const checked = DraftCheck.check(workbook, draft, context.rules, {
      onInvalid: onInvalid(draft),
    });
    const answer = { ...checked.answer, refused: [...skipped, ...checked.answer.refused] };
    const stored: Head.StoredAnswer = {
      ...Head.answerToStored(answer),
      ...(draft.undoes !== undefined && { records: checked.records }),
    };
    const described = describe(id, draft, options.request ?? "");
    const common = { answer, operations: checked.operations, touches: checked.touches };
    const inline = stage === undefined ? await pack(context, checked.operations) : undefined;
    let prepared: Prepared;
    if (inline !== undefined) {
      const placed = await place(context, follower.workspace, id, { answer: stored });
      prepared = {
        ...common,
        changeset: { ...described, ...placed.fields, body: inline.text },
        bytes: inline.bytes + placed.bytes,
        attempts: placed.attempts,
      };
    } else {
      const drafted = await digest(context, draft.operations);
      if (stage?.drafted !== drafted || (stage.stored !== checked.operations && !stage.whole)) {
        const whole = isWhole(draft.operations, checked.operations);
        stage = await writeParts(context, follower.workspace, id, checked.operations, drafted, whole);
      }
      const { attempt, list } = stage;
      const patch =
        stage.stored === checked.operations ? undefined : Patch.make(stage.stored, checked);
      const placed = await place(context, follower.workspace, id, {
        answer: stored,
        ...(patch !== undefined && { patch: Patch.encode(patch) }),
      });
      prepared = {
        ...common,
        changeset: { ...described, ...placed.fields, parts: { attempt, list } },
        bytes: placed.bytes + 100 * list.length,
        attempts: [attempt, ...placed.attempts],
      };
    }
    last = { workbook, seq, prepared };
    return prepared;
  }

  return { id, request: options.request, large: options.large, prepare };
}

function isWhole(drafted: readonly Operation[], checked: readonly Operation[]): boolean {
  const rows = (operation: Operation): number => ("ids" in operation ? operation.ids.length : 1);
  return (
    drafted.length === checked.length &&
    drafted.every((operation, index) => {
      const landed = checked[index];
      return landed !== undefined && landed.op === operation.op && rows(landed) === rows(operation);
    })
  );
}

async function writeParts(
  context: LedgerContext,
  workspace: string,
  id: string,
  operations: readonly Operation[],
  drafted: string,
  whole: boolean,
): Promise<Stage> {
  const attempt = Ids.newId(context.platform);
  const parts = await Codec.encodeParts(operations, context.platform.bytes);
  await Body.stage(context, workspace, id, attempt, parts);
  const list = parts.map(({ first, sha256 }) => ({ first, sha256 }));
  return { attempt, list, stored: operations, drafted, whole };
}

/** Where answer and patch go: into the head while they are small, else into pieces under an attempt of their own. */
export async function place(
  context: LedgerContext,
  workspace: string,
  id: string,
  content: { answer: Head.StoredAnswer; patch?: string },
): Promise<{
  fields: Pick<Head.HeadChangeset, "answer" | "patch" | "more">;
  bytes: number;
  attempts: readonly string[];
}> {
  const text = JSON.stringify(content);
  const size = text.length < SMALL_TEXT ? text.length : await zipped(context, text);
  const bytes = 600; // of what describes a changeset
  if (size <= ENTRY_BYTES) return { fields: content, bytes: bytes + size, attempts: [] };
  const { refused, ...counts } = content.answer;
  const attempt = Ids.newId(context.platform);
  const pieces = await Body.overflow(context, {
    ...(content.patch !== undefined && { patch: content.patch }),
    ...(refused !== undefined && { refused }),
  });
  await Body.stage(context, workspace, id, attempt, pieces);
  const more = { attempt, sha256: pieces.map((piece) => piece.sha256) };
  return {
    fields: { answer: counts, more },
    bytes: bytes + 100 * pieces.length,
    attempts: [attempt],
  };
}

/** The operations as text for the head; `undefined` when they are too large for it. */
async function pack(
  context: LedgerContext,
  operations: readonly Operation[],
): Promise<{ text: string; bytes: number } | undefined> {
  if (cellsOf(operations) > INLINE_CELLS) return undefined;
  const text = Codec.pack(operations);
  if (text.length <= SMALL_TEXT) return { text, bytes: text.length };
  const bytes = await zipped(context, text);
  return bytes <= Head.INLINE_BYTES ? { text, bytes } : undefined;
}

/** Values written: more than this never fit a head, and are not tried. */
const INLINE_CELLS = 16_000;

/** Drafts with more values than this are prepared before they queue. */
const LARGE_CELLS = 2_000;

export function isLarge(operations: readonly Operation[]): boolean {
  return cellsOf(operations) > LARGE_CELLS;
}

function cellsOf(operations: readonly Operation[]): number {
  let cells = 0;
  for (const operation of operations) {
    if (!("fields" in operation) || !("ids" in operation)) continue;
    cells += operation.ids.length * Object.keys(operation.fields).length;
  }
  return cells;
}

async function zipped({ platform }: LedgerContext, text: string): Promise<number> {
  return (await platform.bytes.gzip(platform.bytes.encode(text))).length;
}
