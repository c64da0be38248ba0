import { DomainError } from "../error.ts";
import * as Body from "./body.ts";
import type { LedgerContext } from "./context.ts";
import * as Keys from "./keys.ts";
import * as Recall from "./recall.ts";
import * as Snapshot from "./snapshot.ts";

/** Far longer than any writer or reader may still rely on what is swept. */
export const SWEEP_AFTER_MS = 48 * 60 * 60 * 1000;

/**
 * Repairs what crashed writers left. An intent older than 48 hours goes, with its parts unless a head names them: an attempt
 * older than 15 minutes no longer puts a head. So do pages older than 48 hours that no manifest lists: a compaction writes
 * the pages it is about to list.
 */
export async function sweep(context: LedgerContext, workspace: string): Promise<void> {
  const before = context.platform.clock.now() - SWEEP_AFTER_MS;
  await sweepIntents(context, workspace, before);
  await sweepPages(context, workspace, before);
}

async function sweepIntents(
  context: LedgerContext,
  workspace: string,
  before: number,
): Promise<void> {
  const { store } = context;
  const old: { pk: string; sk: string }[] = [];
  for await (const item of store.query({ pk: Keys.intents(workspace) })) {
    if (Body.intentFromItem(item).at <= before) old.push({ pk: item.pk, sk: item.sk });
  }
  if (old.length === 0) return;
  const intents = old.map((key) => ({ key, ...Keys.intentOf(key) }));
  const ids = new Set(intents.map(({ changeset }) => changeset));
  const landed = await Recall.landed(context, workspace, ids);
  for (const { key, changeset, attempt } of intents) {
    const stored = landed.get(changeset);
    const named = [stored?.parts?.attempt, stored?.more?.attempt];
    if (!named.includes(attempt)) await deleteParts(context, workspace, changeset, attempt);
    await store.delete(key);
  }
}

async function deleteParts(
  { store }: LedgerContext,
  workspace: string,
  changeset: string,
  attempt: string,
): Promise<void> {
  for (const { pk, prefix } of Keys.attemptParts(workspace, changeset, attempt)) {
    const keys: { pk: string; sk: string }[] = [];
    for await (const { sk } of store.query({ pk, prefix, only: [] })) keys.push({ pk, sk });
    await store.deleteMany(keys);
  }
}

async function sweepPages(
  context: LedgerContext,
  workspace: string,
  before: number,
): Promise<void> {
  const { store } = context;
  const old: { key: { pk: string; sk: string }; at: number }[] = [];
  for (const pk of Keys.pagePartitions(workspace)) {
    for await (const item of store.query({ pk, only: ["at"] })) {
      const at = item["at"] as number;
      if (at <= before) old.push({ key: { pk: item.pk, sk: item.sk }, at });
    }
  }
  if (old.length === 0) return;
  // Read after the pages: what it lists since then was written since then.
  const manifest = await Snapshot.manifest(context, workspace);
  if (manifest === undefined) throw new DomainError("not-found", "There is no such workspace.");
  const listed = new Set(
    [...manifest.pages, ...manifest.retired].map(({ sheet, hash }) => `${sheet}#${hash}`),
  );
  for (const { key, at } of old) {
    // Not if a compaction has written it again meanwhile.
    if (!listed.has(key.sk)) await store.delete(key, { equals: { at } });
  }
}
