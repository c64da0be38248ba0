import { isSystemKey } from "../field/field.ts";
import * as Codec from "./codec.ts";
import type { Answer, Source } from "./changeset.ts";
import type { LedgerContext } from "./context.ts";
import type { Follower } from "./follower.ts";
import * as Head from "./head.ts";
import * as History from "./history.ts";
import type { Sampled } from "./ledger.ts";
import * as Log from "./log.ts";
import type { FieldOperation, Operation, SheetOperation } from "./operation.ts";
import * as Recall from "./recall.ts";
import { isRecords, type RecordOperation } from "./rows.ts";

/**
 * A changeset as a list of the log shows it: without what it wrote. Counted are people's records, without those of system sheets
 * (views, settings) where its head tells them apart.
 */
export interface Listed extends Pick<Answer, "created" | "changed" | "deleted" | "restored"> {
  readonly seq: number;
  /** Index among the changesets of its head. */
  readonly place: number;
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  readonly source: Source;
  readonly label: string;
  readonly import?: string;
  /** Keys of the sheets it touched. */
  readonly sheets: readonly string[];
  /** What it did, where that is so little that its head says it. */
  readonly operations?: readonly Operation[];
  /** What it undid. */
  readonly undoes?: Target;
  /** Only what that did to some records. */
  readonly partial?: true;
}

/** What an undo undid; `actor` and the rest are missing where the log does not go back that far. */
export interface Target {
  readonly changeset: string;
  readonly seq?: number;
  readonly actor?: string;
  readonly source?: Source;
  readonly label?: string;
}

/** Somebody undid `changeset`, by the changeset `by`. */
export interface UndoOf extends Pick<Listed, "seq" | "at" | "actor" | "partial"> {
  readonly changeset: string;
  readonly by: string;
}

export interface Listing {
  /** Newest first. */
  readonly changesets: readonly Listed[];
  /**
   * Every undo met on the way, listed or not: with those of the pages before, what of the listed is undone. The first page of a list
   * that ends at a time has those since that time as well, as far as `undosCut` does not say otherwise.
   */
  readonly undos: readonly UndoOf[];
  /** Where to go on; null at the beginning of the log. A page may be empty and have a next. */
  readonly next: Spot | null;
  /** More happened since the time where the list begins than one call reads: undos of then may be missing. */
  readonly undosCut: boolean;
  /** What came before was cut off: the list does not end at the beginning of the workspace. */
  readonly cut: boolean;
}

/** A changeset's place in the log. */
export interface Spot {
  readonly seq: number;
  readonly place: number;
}

export interface ListOptions {
  /** The list goes on below this. */
  readonly before?: Spot | undefined;
  readonly limit: number;
  /** Milliseconds, both inclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly match?: (changeset: Listed) => boolean;
}

/** One answer reads at most this many heads, */
const SCANNED_HEADS = 2_000;
/** and this many bytes of them. */
const SCANNED_BYTES = 4 * 1024 * 1024;

/** The log, newest first. However few changesets match, one call reads a bounded stretch of it. */
export async function list(
  context: LedgerContext,
  follower: Follower,
  options: ListOptions,
): Promise<Listing> {
  const { before, limit, from = 0, to, match = () => true } = options;
  const end = before?.seq ?? follower.workbook.seq;
  const start = to === undefined ? end : Math.min(end, await seqAt(context, follower, to));
  const found: Listed[] = [];
  const since =
    before === undefined && start < end
      ? await undosSince(context, follower, { end, start })
      : { undos: [], cut: false };
  const undos: UndoOf[] = [...since.undos];
  let expected = start;
  let heads = 0;
  let bytes = 0;
  let next: Spot | null = null;
  scan: for await (const head of headsDown(context, follower, start)) {
    // Whatever is missing, nothing below it is told: it would look as if nothing had happened between.
    if (head.seq !== expected) break;
    if (head.at < from) {
      expected = 0;
      break;
    }
    if (heads > SCANNED_HEADS || bytes > SCANNED_BYTES) {
      next = { seq: head.seq, place: head.changesets.length };
      break;
    }
    heads += 1;
    bytes += head.bytes;
    for (let place = head.changesets.length - 1; place >= 0; place -= 1) {
      if (head.seq === before?.seq && place >= before.place) continue;
      if (found.length === limit) {
        next = { seq: head.seq, place: place + 1 };
        break scan;
      }
      const listed = listedFrom(head, place);
      undos.push(...undoOf(head, place));
      if (match(listed)) found.push(listed);
    }
    expected = head.seq - 1;
  }
  const changesets = await withTargets(context, follower, found);
  return { changesets, undos, undosCut: since.cut, next, cut: next === null && expected > 0 };
}

/** Undos of the heads from `end` down to above `start`, newest first; `cut` when these were too many to read. */
async function undosSince(
  context: LedgerContext,
  follower: Follower,
  { end, start }: { readonly end: number; readonly start: number },
): Promise<{ readonly undos: readonly UndoOf[]; readonly cut: boolean }> {
  const undos: UndoOf[] = [];
  let heads = 0;
  let bytes = 0;
  for await (const head of headsDown(context, follower, end)) {
    if (head.seq <= start) break;
    if (heads > SCANNED_HEADS || bytes > SCANNED_BYTES) return { undos, cut: true };
    heads += 1;
    bytes += head.bytes;
    for (let place = head.changesets.length - 1; place >= 0; place -= 1) {
      undos.push(...undoOf(head, place));
    }
  }
  return { undos, cut: false };
}

/** What a changeset undid, if it did. */
function undoOf(head: Head.Head, place: number): readonly UndoOf[] {
  const { undoes, id: by, actor, partial } = head.changesets[place] as Head.HeadChangeset;
  if (undoes === undefined) return [];
  const { seq, at } = head;
  return [{ changeset: undoes, by, seq, at, actor, ...(partial === true && { partial }) }];
}

function listedFrom(head: Head.Head, place: number): Listed {
  const stored = head.changesets[place] as Head.HeadChangeset;
  const operations = operationsIn(stored);
  const counts =
    operations === undefined
      ? Head.answerFromStored(stored.answer, 0, "")
      : countsOf(operations.filter(isRecords).filter(({ sheet }) => !isSystemKey(sheet)));
  const { created, changed, deleted, restored } = counts;
  return {
    seq: head.seq,
    place,
    id: stored.id,
    at: head.at,
    actor: stored.actor,
    source: stored.source,
    label: stored.label,
    ...(stored.import !== undefined && { import: stored.import }),
    created,
    changed,
    deleted,
    restored,
    sheets: operations === undefined ? sheetsOfParts(stored) : sheetsOf(operations),
    ...(operations !== undefined && { operations }),
    ...(stored.undoes !== undefined && { undoes: { changeset: stored.undoes } }),
    ...(stored.partial === true && { partial: true as const }),
  };
}

function countsOf(
  operations: readonly RecordOperation[],
): Pick<Answer, "created" | "changed" | "deleted" | "restored"> {
  const ids = { create: new Set(), set: new Set(), delete: new Set(), restore: new Set() };
  for (const { op, sheet, ids: own } of operations) {
    for (const id of own) {
      // Made and then filled is made.
      if (op !== "set" || !ids.create.has(`${sheet}/${id}`)) ids[op].add(`${sheet}/${id}`);
    }
  }
  return {
    created: ids.create.size,
    changed: ids.set.size,
    deleted: ids.delete.size,
    restored: ids.restore.size,
  };
}

function operationsIn({ body, parts }: Head.HeadChangeset): readonly Operation[] | undefined {
  if (parts !== undefined) return undefined;
  return body === undefined ? [] : Codec.unpack(body, "log");
}

function sheetsOfParts({ parts }: Head.HeadChangeset): readonly string[] {
  if (parts?.sheets !== undefined) return parts.sheets;
  // Heads of before they said so: each part names its first record.
  const keys = (parts?.list ?? []).map(({ first }) =>
    first.slice(0, Math.max(0, first.indexOf("/"))),
  );
  return [...new Set(keys)].filter((key) => key !== "");
}

/** Keys of the sheets that operations touch, in the order they come. */
export function sheetsOf(operations: readonly Operation[]): string[] {
  return [
    ...new Set(
      operations.map((operation) => (operation.op === "sheet" ? operation.key : operation.sheet)),
    ),
  ];
}

/** What the operations, which may be the first of a changeset, did to the first records they name. */
export function sample(
  head: Head.Head,
  stored: Head.HeadChangeset,
  { operations, whole }: { readonly operations: readonly Operation[]; readonly whole: boolean },
  limit: number,
): Sampled {
  const changeset = Log.changeset(head, stored, []);
  const seen = new Set<string>();
  const records: Sampled["records"][number][] = [];
  let more = !whole;
  for (const operation of operations.filter(isRecords)) {
    const { sheet } = operation;
    for (const id of operation.ids) {
      if (seen.has(`${sheet}/${id}`)) continue;
      if (records.length === limit) {
        more = true;
        break;
      }
      seen.add(`${sheet}/${id}`);
      const entry = History.extract(changeset, operations, sheet, id)?.entry;
      if (entry !== undefined) records.push({ sheet, id, kind: entry.kind, cells: entry.cells });
    }
  }
  const schema = operations.filter(isSchema);
  return { changeset: listedFrom(head, head.changesets.indexOf(stored)), records, schema, more };
}

function isSchema(operation: Operation): operation is SheetOperation | FieldOperation {
  return operation.op === "sheet" || operation.op === "field";
}

/** Says of each undo what it undid. */
async function withTargets(
  context: LedgerContext,
  follower: Follower,
  found: readonly Listed[],
): Promise<Listed[]> {
  const here = new Map(found.map((listed) => [listed.id, listed]));
  return Promise.all(
    found.map(async (listed) => {
      if (listed.undoes === undefined) return listed;
      const { changeset } = listed.undoes;
      const target = here.get(changeset) ?? (await find(context, follower, changeset));
      if (target === undefined) return listed;
      const { seq, actor, source, label } = target;
      return { ...listed, undoes: { changeset, seq, actor, source, label } };
    }),
  );
}

async function find(
  context: LedgerContext,
  follower: Follower,
  id: string,
): Promise<Listed | undefined> {
  const spot = await Recall.find(context, follower, id);
  if (spot === undefined) return undefined;
  const newest = follower.ring.at(-1);
  const held =
    newest === undefined
      ? undefined
      : follower.ring.at(-1 - Math.max(0, newest.head.seq - spot.seq))?.head;
  const head =
    held?.seq === spot.seq ? held : await Log.head(context, follower.workspace, spot.seq);
  return head?.changesets[spot.place]?.id === id ? listedFrom(head, spot.place) : undefined;
}

/** Heads from `from` on downwards, from memory as far as that goes. */
async function* headsDown(
  context: LedgerContext,
  { ring, workspace }: Follower,
  from: number,
): AsyncGenerator<Head.Head> {
  let next = from;
  for (const { head } of ring.toReversed()) {
    if (head.seq !== next) continue;
    yield head;
    next -= 1;
  }
  if (next < 1) return;
  yield* Log.heads(context, workspace, { to: next, reverse: true });
}

/** Seq of the last head not later than a time; 0 when all are. */
async function seqAt(context: LedgerContext, follower: Follower, time: number): Promise<number> {
  let low = 0;
  let high = follower.workbook.seq;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const head = await Log.head(context, follower.workspace, middle);
    // What was cut off is older than all that is left.
    if (head === undefined || head.at <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}
