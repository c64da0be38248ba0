import { DomainError } from "../error.ts";
import type { Changeset } from "./changeset.ts";
import * as Body from "./body.ts";
import type { LedgerContext } from "./context.ts";
import * as Head from "./head.ts";
import * as Keys from "./keys.ts";
import type { Operation } from "./operation.ts";
import * as Snapshot from "./snapshot.ts";
import type { Committed } from "./workbook.ts";

/** Heads with a seq of at least `from`, in order, or in reverse order below `to`. */
export async function* heads(
  { store, platform }: LedgerContext,
  workspace: string,
  range: { from?: number; to?: number; reverse?: boolean; limit?: number },
): AsyncGenerator<Head.Head> {
  const items = store.query({
    pk: Keys.log(workspace),
    from: Keys.seqToText(range.from ?? 1),
    ...(range.to !== undefined && { to: Keys.seqToText(range.to) }),
    ...(range.reverse === true && { reverse: true }),
    ...(range.limit !== undefined && { limit: range.limit }),
  });
  for await (const item of items) yield await Head.decode(platform.bytes, item);
}

export async function head(
  { store, platform }: LedgerContext,
  workspace: string,
  seq: number,
): Promise<Head.Head | undefined> {
  const item = await store.get(Keys.head(workspace, seq));
  return item === undefined ? undefined : Head.decode(platform.bytes, item);
}

/** Seq and epoch of the newest head, without anything else of the workspace; of the manifest before the first head. */
export async function end(
  context: LedgerContext,
  workspace: string,
): Promise<{ seq: number; epoch: string }> {
  const newest = { pk: Keys.log(workspace), reverse: true, limit: 1, only: ["epoch"] };
  for await (const item of context.store.query(newest)) {
    return { seq: Keys.seqOfHead(item), epoch: item["epoch"] as string };
  }
  const manifest = await Snapshot.manifest(context, workspace);
  if (manifest === undefined) throw new DomainError("not-found", "There is no such workspace.");
  return { seq: manifest.seq, epoch: manifest.epoch };
}

/** A head with the bodies of its changesets, ready to be folded. */
export async function committed(
  context: LedgerContext,
  decoded: Body.DecodedParts,
  workspace: string,
  from: Head.Head,
): Promise<Committed> {
  const changesets: Committed["changesets"][number][] = [];
  for (const stored of from.changesets) {
    const operations = await Body.operations(context, decoded, workspace, stored);
    changesets.push(changeset(from, stored, operations));
  }
  return { seq: from.seq, at: from.at, hash: from.hash, changesets };
}

/** A stored changeset as readers see it. */
export function changeset(
  head: Pick<Head.Head, "seq" | "at">,
  stored: Head.HeadChangeset,
  operations: readonly Operation[],
): Changeset & { requestHash: string } {
  return {
    id: stored.id,
    base: stored.base,
    actor: stored.actor,
    source: stored.source,
    label: stored.label,
    ...(stored.undoes !== undefined && { undoes: stored.undoes }),
    ...(stored.partial === true && { partial: true as const }),
    ...(stored.import !== undefined && { import: stored.import }),
    ...(stored.cause !== undefined && { cause: stored.cause }),
    operations,
    seq: head.seq,
    at: head.at,
    answer: Head.answerFromStored(stored.answer, head.seq, stored.id),
    requestHash: stored.request,
  };
}
