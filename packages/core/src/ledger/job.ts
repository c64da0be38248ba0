import * as Absent from "./absent.ts";
import * as Base from "./base.ts";
import * as Body from "./body.ts";
import type { Answer, Draft, Refusal } from "./changeset.ts";
import * as Codec from "./codec.ts";
import type { LedgerContext } from "./context.ts";
import * as DraftCheck from "./draft.ts";
import type { Follower } from "./follower.ts";
import * as Head from "./head.ts";
import * as Ids from "./ids.ts";
import type { Columns, Operation } from "./operation.ts";
import { sheetsOf } from "./listing.ts";
import * as Patch from "./patch.ts";
import * as Touches from "./touches.ts";

/** Text up to this size is small whatever it compresses to. */
const SMALL_TEXT = 4 * 1024;
/** What does not fit a head beside the others goes into pieces of its own. */
const ENTRY_BYTES = 48 * 1024;
/** Values written, and records touched: more than this never go into a head, however short they are written there. */
const INLINE_CELLS = 16_000;
/** Characters of a body in a head as readers get it, with every value spelled out. */
const INLINE_TEXT = 800_000;
/** A head unfolds to at most this many times what its changesets are counted as in it: 2.4 million characters. */
const UNFOLDING = 8;
/** Drafts with more values than this are prepared before they queue. */
const LARGE_CELLS = 2_000;

/** A changeset that wants to land. */
export interface Job {
  readonly id: string;
  /** Digest of what was asked; absent when any body under this id is the same request. */
  readonly request: string | undefined;
  /** Takes long to prepare: done once before it queues, so that small changes need not wait for it. */
  readonly large: boolean;
  /**
   * What would land on the follower's workbook as it is now. Asked again whenever the log moved, and when more of the workbook
   * was loaded after it threw `Missing`; that comes before anything is written. DomainErrors refuse the job.
   */
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
  draft: Omit<Draft, "id" | "operations" | "guard" | "epoch" | "hash">,
  request: string,
): Omit<Head.HeadChangeset, "answer"> {
  return {
    id,
    base: draft.base,
    actor: draft.actor,
    source: draft.source,
    label: draft.label,
    ...(draft.undoes !== undefined && { undoes: draft.undoes }),
    ...(draft.partial === true && { partial: true as const }),
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
    /** Where its client stood. */
    base?: Base.Base;
  },
  decide: (workbook: Follower["workbook"]) => Decision,
): Job {
  let stage: Stage | undefined;
  let last: { workbook: Follower["workbook"]; seq: number; prepared: Prepared } | undefined;
  const onBase = Base.once(context, options.base);

  async function prepare(follower: Follower): Promise<Prepared> {
    await onBase(follower);
    const { workbook } = follower;
    const { seq } = workbook;
    if (last?.workbook === workbook && last.seq === seq) return last.prepared;
    const { draft, skipped = [] } = Absent.heard(() => decide(workbook));
    context.access(workbook, draft);
    if (options.fixed && last?.workbook === workbook) {
      if (!movedUnder(context, follower, last.seq, last.prepared.touches)) {
        last = { ...last, seq };
        return last.prepared;
      }
    }
    const checked = DraftCheck.check(workbook, draft, context.rules, {
      onInvalid: onInvalid(draft),
      now: context.platform.clock.now(),
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
        stage = await writeParts(
          context,
          follower.workspace,
          id,
          checked.operations,
          drafted,
          whole,
        );
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
        changeset: {
          ...described,
          ...placed.fields,
          parts: { attempt, list, sheets: sheetsOf(checked.operations) },
        },
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
  if (cellsOf(operations) > INLINE_CELLS || rowsOf(operations) > INLINE_CELLS) return undefined;
  const length = unfolded(operations);
  if (length > INLINE_TEXT) return undefined;
  const text = Codec.pack(operations);
  const size = text.length <= SMALL_TEXT ? text.length : await zipped(context, text);
  if (size > Head.INLINE_BYTES) return undefined;
  return { text, bytes: Math.max(size, Math.ceil(length / UNFOLDING)) };
}

/** Characters of the operations as JSON for a reader, roughly: every id and every value spelled out. */
function unfolded(operations: readonly Operation[]): number {
  let length = 0;
  const add = (columns: Columns | undefined): void => {
    for (const key in columns) {
      for (const cell of columns[key] ?? []) {
        if (typeof cell === "string") length += cell.length + 3;
        else length += typeof cell === "object" ? JSON.stringify(cell).length + 1 : 8;
      }
    }
  };
  for (const operation of operations) {
    if ("ids" in operation) length += 27 * operation.ids.length;
    else length += JSON.stringify(operation).length;
    if (operation.op === "create" || operation.op === "set") add(operation.fields);
    if (operation.op === "set") add(operation.before);
  }
  return length;
}

export function isLarge(operations: readonly Operation[]): boolean {
  return cellsOf(operations) > LARGE_CELLS || rowsOf(operations) > LARGE_CELLS;
}

function rowsOf(operations: readonly Operation[]): number {
  return operations.reduce(
    (rows, operation) => rows + ("ids" in operation ? operation.ids.length : 0),
    0,
  );
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
