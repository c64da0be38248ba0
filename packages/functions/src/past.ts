import { isDomainError } from "@gridfolk/core/error";
import * as Past from "@gridfolk/core/ledger/past";
import { rewind } from "@gridfolk/core/ledger/rewind";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { Services } from "./services.ts";

/** A workspace as it was right after a seq, with the hash of its head; undefined when that is not kept. */
export async function workbookAt(
  { ledger, platform }: Pick<Services, "ledger" | "platform">,
  workspace: string,
  seq: number,
): Promise<{ readonly workbook: Workbook; readonly hash: string } | undefined> {
  const now = await ledger.read(workspace);
  if (seq > now.seq) return undefined;
  const past = Past.begin(now);
  const log = {
    changes: (from: { seq: number; epoch: string; hash: string }) =>
      ledger.changes(workspace, from.seq, { epoch: from.epoch, hash: from.hash }),
    changesFrom: (after: number, epoch: string) => ledger.changes(workspace, after, { epoch }),
    async part(changeset: string, attempt: string, n: number) {
      const stored = await ledger.part(workspace, changeset, attempt, n);
      return platform.bytes.decode(await platform.bytes.gunzip(stored));
    },
  };
  try {
    const { hash } = await rewind(past, seq, log, platform.bytes);
    return { workbook: Past.finish(past), hash };
  } catch (error) {
    if (isDomainError(error, "not-found") || isDomainError(error, "reload")) return undefined;
    throw error;
  }
}
