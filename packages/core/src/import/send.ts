import { DomainError } from "../error.ts";
import type { Draft, Landed, Refusal } from "../ledger/changeset.ts";
import { encodeParts } from "../ledger/codec.ts";
import { newId } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import type { Position } from "../ledger/ledger.ts";
import type { Platform } from "../platform.ts";
import { changesets, type PlannedChangeset } from "./emit.ts";
import type { Plan } from "./plan.ts";
import { plansOf } from "./plans.ts";

/**
 * The server as an import needs it (`POST …/uploads` and what follows). Every call may be repeated with the same arguments: the
 * transport retries by itself, within bounds.
 */
export interface Transport {
  open(changeset: string, parts: number): Promise<{ attempt: string }>;
  part(changeset: string, attempt: string, n: number, bytes: Uint8Array): Promise<void>;
  commit(
    changeset: string,
    attempt: string,
    end: { parts: number; draft: SentDraft },
  ): Promise<Landed>;
  abandon(changeset: string, attempt: string): Promise<void>;
}

/** What a changeset of an import says of itself, and of which history its plan was made. */
export type SentDraft = Omit<Draft, "id" | "actor" | "operations"> &
  Required<Pick<Draft, "epoch" | "hash">>;

export interface Sending {
  /** Groups the changesets; what undo of the import names. */
  readonly import: string;
  /** Name of the file. */
  readonly file: string;
  /** See ImportRecord. */
  readonly fields?: readonly Operation[];
  readonly kept?: boolean;
  /** The workbook the plan was made on, as it was then. */
  readonly base: Position;
  /** Called with the number of records on the server so far. */
  readonly onProgress?: (records: number) => void;
}

export interface Sent {
  readonly changesets: readonly string[];
  readonly answers: readonly Landed[];
  /** Rows the server refused because of what somebody changed since the plan was made. */
  readonly refused: readonly Refusal[];
}

/** Requests under way at once. */
const PARALLEL = 3;
/** Batches being compressed, beside this thread, while the next one is made. */
const AHEAD = 2;
/** What an upload is opened for when its length is not known yet. */
const MOST_PARTS = 700;
/** So few records are made into parts all at once, which are fewer then. */
const SMALL = 1_000;

/**
 * Writes a plan: each changeset invisible until it is complete. When one fails after others have
 * landed, PartlySent says which; the failed one is abandoned and leaves nothing.
 */
export async function send(
  plan: Plan,
  sending: Sending,
  transport: Transport,
  platform: Platform,
): Promise<Sent> {
  const record = {
    import: sending.import,
    file: sending.file,
    counts: plan.counts,
    refused: plan.refused,
    ...(sending.fields === undefined ? {} : { fields: sending.fields }),
    ...(sending.kept === undefined ? {} : { kept: sending.kept }),
  };
  const done: Landed[] = [];
  const planned = changesets(plan, record, platform);
  const guard = plansOf(plan).flatMap(({ key, counts, sheet }) =>
    key !== undefined && counts.created > 0 ? [{ sheet: sheet.key, field: key.key }] : [],
  );
  let before = 0;
  for (const [index, changeset] of planned.entries()) {
    const id = newId(platform);
    // The second stands on the first: a restore in between must not leave the second alone.
    const base = { ...sending.base, ...done.at(-1) };
    try {
      const answer = await sendOne(
        changeset,
        id,
        {
          base: base.seq,
          epoch: base.epoch,
          hash: base.hash,
          source: "import",
          label: label(plan, planned.length, index),
          import: sending.import,
          ...(guard.length === 0 ? {} : { guard }),
        },
        transport,
        platform,
        (share) => sending.onProgress?.(before + Math.round(share * changeset.records)),
      );
      done.push(answer);
    } catch (error) {
      throw done.length === 0 ? error : new PartlySent(error, done);
    }
    before += changeset.records;
    sending.onProgress?.(before);
  }
  return {
    changesets: done.map((answer) => answer.changeset),
    answers: done,
    refused: done.flatMap((answer) => answer.refused),
  };
}

/** Some changesets of an import landed, then one failed. Undo the import or send the rest again. */
export class PartlySent extends DomainError {
  readonly answers: readonly Landed[];

  constructor(cause: unknown, answers: readonly Landed[]) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super("busy", `The import stopped half way. ${why}`, { cause });
    this.answers = answers;
  }
}

async function sendOne(
  changeset: PlannedChangeset,
  id: string,
  draft: SentDraft,
  transport: Transport,
  platform: Platform,
  onProgress: (share: number) => void,
): Promise<Landed> {
  // The first parts are made while the upload is opened.
  const opening = transport.open(id, MOST_PARTS);
  opening.catch(() => undefined);
  const under = new Set<Promise<void>>();
  let parts = 0;
  let rows = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const made of encoded(changeset, platform)) {
      const { attempt } = await opening;
      for (const part of made) {
        if (failure !== undefined) throw failure.error;
        while (under.size >= PARALLEL) await Promise.race(under);
        const sent: Promise<void> = transport
          .part(id, attempt, parts, part.bytes)
          .then(() => {
            rows += part.rows;
            onProgress(Math.min(1, rows / Math.max(1, changeset.records)));
          })
          .catch((error: unknown) => {
            failure ??= { error };
          })
          .finally(() => under.delete(sent));
        under.add(sent);
        parts += 1;
      }
    }
    await Promise.all(under);
    if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
    return await transport.commit(id, (await opening).attempt, { parts, draft });
  } catch (error) {
    await Promise.allSettled(under);
    const { attempt } = await opening;
    // A commit that may have landed is not taken back: the answer tells, or the same import is looked up.
    await transport.abandon(id, attempt).catch(() => undefined);
    throw error;
  }
}

/** The parts of each batch, in order. */
async function* encoded(
  changeset: PlannedChangeset,
  platform: Platform,
): AsyncGenerator<Awaited<ReturnType<typeof encodeParts>>> {
  if (changeset.records <= SMALL) {
    yield await encodeParts([...changeset.batches()].flat(), platform.bytes);
    return;
  }
  const under: ReturnType<typeof encodeParts>[] = [];
  let index = 0;
  for (const operations of changeset.batches()) {
    const made = encodeParts(operations, platform.bytes, index);
    // A failure is met when its turn comes; until then it is not unhandled.
    made.catch(() => undefined);
    under.push(made);
    index += operations.length;
    if (under.length > AHEAD) yield await under.shift()!;
  }
  for (const made of under) yield await made;
}

function label(plan: Plan, of: number, index: number): string {
  const part = of > 1 ? ` (part ${index + 1} of ${of})` : "";
  const all = [plan, ...plansOf(plan).filter((one) => one !== plan)];
  return `Imported ${all.map(inWords).join("; ")}${part}`;
}

/** "contacts: 812 new, 3 changed". */
export function inWords({ counts: { created, updated }, sheet }: Plan): string {
  const words = [
    ...(created > 0 ? [`${created.toLocaleString("en-US")} new`] : []),
    ...(updated > 0 ? [`${updated.toLocaleString("en-US")} changed`] : []),
  ].join(", ");
  return `${sheet.name.toLowerCase()}: ${words || "nothing new"}`;
}
