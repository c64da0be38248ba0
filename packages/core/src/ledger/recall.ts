import { DomainError } from "../error.ts";
import type { Landed } from "./changeset.ts";
import type { LedgerContext } from "./context.ts";
import type { Follower } from "./follower.ts";
import * as Head from "./head.ts";
import * as Ids from "./ids.ts";
import * as Keys from "./keys.ts";
import * as Log from "./log.ts";
import * as Snapshot from "./snapshot.ts";

/** Ids are minted before they are committed, by clocks that may be off by a time zone and then some. */
const CLOCK_ERROR_MS = 26 * 60 * 60 * 1000;

export interface Place {
  readonly seq: number;
  /** Index among the head's changesets. */
  readonly place: number;
}

/**
 * Whether a changeset is so new that it cannot be among those before memory begins: then nobody needs to look. What was
 * minted by a clock that is days ahead tells nothing.
 */
export function isFresh({ platform }: LedgerContext, follower: Follower, id: string): boolean {
  if (follower.workbook.recent.has(id)) return false;
  const minted = timeOf(id);
  const isPlausible = minted <= platform.clock.now() + CLOCK_ERROR_MS;
  return isPlausible && minted > follower.coveredAt + CLOCK_ERROR_MS;
}

/** Where a changeset is in the log; `undefined` when it was never committed. */
export async function find(
  context: LedgerContext,
  follower: Follower,
  id: string,
): Promise<Place | undefined> {
  const { workbook } = follower;
  const recent = workbook.recent.get(id);
  if (recent !== undefined) return recent;
  if (follower.coveredFrom === 0) return undefined;
  const item = await context.store.get(Keys.id(follower.workspace, id));
  if (item !== undefined) return { seq: item["seq"] as number, place: item["place"] as number };
  // Compaction writes the id items. Where it has fallen behind what memory covers, the log itself answers.
  const gap = { from: follower.manifest.seq + 1, to: follower.coveredFrom };
  if (gap.from > gap.to) return undefined;
  for await (const head of Log.heads(context, follower.workspace, gap)) {
    const place = head.changesets.findIndex((changeset) => changeset.id === id);
    if (place >= 0) return { seq: head.seq, place };
  }
  return undefined;
}

/**
 * Those of the changesets that were committed, by id, asked of the table alone. It reads no bodies, and neither snapshot nor
 * workbook.
 */
export async function landed(
  context: LedgerContext,
  workspace: string,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Head.HeadChangeset>> {
  const found = new Map<string, Head.HeadChangeset>();
  // Read first: what leaves the tail after this is still met in it, and what has left before has its id item.
  const manifest = await Snapshot.manifest(context, workspace);
  if (manifest === undefined) throw new DomainError("not-found", "There is no such workspace.");
  for await (const { changesets } of Log.heads(context, workspace, { from: manifest.seq + 1 })) {
    for (const stored of changesets) if (ids.has(stored.id)) found.set(stored.id, stored);
  }
  const others = [...ids].filter((id) => !found.has(id));
  const items = await context.store.getMany(others.map((id) => Keys.id(workspace, id)));
  for (const item of items) {
    if (item === undefined) continue;
    const { seq, place } = { seq: item["seq"] as number, place: item["place"] as number };
    const stored = (await Log.head(context, workspace, seq))?.changesets[place];
    if (stored === undefined) {
      throw new DomainError("corrupt", `Change ${seq} is missing from the log of this workspace.`);
    }
    found.set(stored.id, stored);
  }
  return found;
}

/** The head at a seq, from memory when it is recent. DomainError "corrupt" when the log has a hole there. */
export async function headAt(
  context: LedgerContext,
  follower: Follower,
  seq: number,
): Promise<Head.Head> {
  const newest = follower.ring.at(-1);
  const offset = newest === undefined ? 0 : newest.head.seq - seq;
  const held = follower.ring.at(-1 - offset)?.head;
  if (held?.seq === seq) return held;
  const head = await Log.head(context, follower.workspace, seq);
  if (head === undefined) {
    throw new DomainError("corrupt", `Change ${seq} is missing from the log of this workspace.`);
  }
  return head;
}

/**
 * The head at a seq; `undefined` where the log begins after it: what was before is no longer kept. A hole within the log is
 * damage: DomainError "corrupt".
 */
export async function headIfKept(
  context: LedgerContext,
  follower: Follower,
  seq: number,
): Promise<Head.Head | undefined> {
  try {
    return await headAt(context, follower, seq);
  } catch (error) {
    const older = { pk: Keys.log(follower.workspace), to: Keys.seqToText(seq), reverse: true };
    for await (const _ of context.store.query({ ...older, limit: 1, only: ["epoch"] })) throw error;
    return undefined;
  }
}

/**
 * What was answered when the changeset was committed; `undefined` when it was not. With `request`, DomainError
 * "changeset-reused" when it was committed with another body.
 */
export async function answer(
  context: LedgerContext,
  follower: Follower,
  id: string,
  request?: string,
): Promise<{ answer: Landed; stored: Head.HeadChangeset } | undefined> {
  const place = await find(context, follower, id);
  if (place === undefined) return undefined;
  const head = await headAt(context, follower, place.seq);
  const stored = head.changesets[place.place];
  if (stored?.id !== id) {
    throw new DomainError("corrupt", `Change ${place.seq} does not hold changeset ${id}.`);
  }
  if (request !== undefined && stored.request !== request) throw reused(id);
  const answer = Head.answerFromStored(stored.answer, place.seq, id);
  return { answer: { ...answer, hash: head.hash }, stored };
}

export function reused(id: string): DomainError {
  return new DomainError(
    "changeset-reused",
    `The changeset id ${id} was used before with other content. Use a new id for a new change.`,
  );
}

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** The millisecond a changeset or attempt id was minted: its first ten digits. */
export function timeOf(id: string): number {
  let time = 0;
  for (let index = 0; index < 10; index += 1) time = time * 32 + DIGITS.indexOf(id.charAt(index));
  return time;
}

/** No changeset of an import with this id was committed before this time; 0 when the id does not tell. */
export function notBefore(id: string): number {
  return Ids.isChangesetId(id) ? timeOf(id) - CLOCK_ERROR_MS : 0;
}
