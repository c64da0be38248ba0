import { DomainError } from "../error.ts";
import type { Bytes } from "../platform.ts";
import type { Changes, Position } from "./ledger.ts";
import * as Past from "./past.ts";
import * as Wire from "./wire.ts";
import type { Committed, Workbook } from "./workbook.ts";

/** How the log is read backwards from outside the server. */
export interface Log {
  changes(after: Position): Promise<Changes>;
  /** The same without knowing the hash of that seq. */
  changesFrom(after: number, epoch: string): Promise<Changes>;
  /** Text of a body part. */
  readonly part: Wire.FetchPart;
}

/** Heads in memory at a time. */
const WINDOW = 500;

/** A moment of the past: when the change at its seq was made, and the chain hash of that seq. */
export interface Moment {
  readonly at: number;
  readonly hash: string;
}

/**
 * Takes off a past that was begun what came after `seq`, newest first. `pause` lets others have their turn between stretches of the log.
 * DomainErrors "not-found" when the log does not go back that far, "reload" when it has another history.
 */
export async function rewind(
  past: Past.Past,
  seq: number,
  log: Log,
  bytes: Bytes,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<Moment> {
  const { workbook } = past;
  if (seq < 1 || seq > workbook.seq) {
    throw new DomainError("not-found", "There is no such moment in this workspace.");
  }
  for (;;) {
    const low = Math.max(seq, workbook.seq - WINDOW);
    const { base, heads } = await headsAfter(log, bytes, low, workbook);
    for (const head of heads.toReversed()) Past.takeOff(past, head);
    workbook.hash = base.hash;
    if (low === seq) return { at: base.at, hash: base.hash };
    await pause();
  }
}

/** Looks into the log for stamps, at most. */
const LOOKS = 40;

/**
 * Asks the log who made the changes that were the last ones of their records then, newest first. It gives up after a bounded number of
 * looks, and where the log does not go back that far: such records say neither when nor by whom they were changed.
 */
export async function stampAll(
  past: Past.Past,
  log: Pick<Log, "changesFrom">,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { epoch } = past.workbook;
  const missing = Past.unknown(past);
  for (let looks = 0; looks < LOOKS && missing.length > 0; looks += 1) {
    // What one answer holds goes upwards from where it begins: the next one down begins as far below as one answer reached.
    const low = Math.max(1, (missing[0] as number) - STAMPED + 1);
    const wanted = missing.filter((seq) => seq >= low);
    const lowest = wanted.at(-1) as number;
    const { heads, to } = await log.changesFrom(lowest - 1, epoch);
    const bySeq = new Map(heads.map((head) => [head.seq, head]));
    const told = wanted.filter((seq) => seq === lowest || seq <= to);
    for (const seq of told) {
      const head = bySeq.get(seq);
      const actor = head?.changesets[0]?.actor;
      if (head !== undefined && actor !== undefined) Past.tell(past, seq, { at: head.at, actor });
    }
    const done = new Set(told);
    missing.splice(0, missing.length, ...missing.filter((seq) => !done.has(seq)));
    await pause();
  }
}

/** Seqs that one look for stamps spans. */
const STAMPED = 200;

/** The heads after `low` up to where the workbook is, checked to lead there, and the head at `low` itself. */
async function headsAfter(log: Log, bytes: Bytes, low: number, { seq, epoch, hash }: Workbook) {
  let changes = await log.changesFrom(low - 1, epoch);
  const [base] = changes.heads;
  if (base?.seq !== low) {
    throw new DomainError("not-found", "What was done that long ago is no longer kept.");
  }
  let position: Position = { seq: low, epoch, hash: base.hash };
  const heads: Committed[] = [];
  for (;;) {
    for (const head of changes.heads) {
      if (head.seq <= position.seq || head.seq > seq) continue;
      const after = { epoch: changes.epoch, hash: position.hash };
      heads.push(await Wire.toCommitted(bytes, after, head, log.part));
      position = { seq: head.seq, epoch, hash: head.hash };
    }
    if (position.seq >= seq || !changes.more) break;
    changes = await log.changes(position);
  }
  if (position.seq !== seq || position.hash !== hash) {
    throw new DomainError(
      "reload",
      "This workspace was restored or replaced. Load the page again, then look once more.",
    );
  }
  return { base, heads };
}
