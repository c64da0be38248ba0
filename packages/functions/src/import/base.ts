import { isDomainError } from "@gridfolk/core/error";
import * as Marker from "@gridfolk/core/export/marker";
import type { Base, Exported } from "@gridfolk/core/import/round-trip";
import * as Past from "@gridfolk/core/ledger/past";
import { rewind } from "@gridfolk/core/ledger/rewind";
import type { Services } from "../services.ts";

/** A workspace as it was when a file was exported from it; undefined when that is not kept, or was another workspace. */
export async function baseOf(
  { ledger, platform }: Pick<Services, "ledger" | "platform">,
  workspace: string,
  { marker }: Exported,
): Promise<Base | undefined> {
  const now = await ledger.read(workspace);
  if (marker.seq > now.seq) return undefined;
  const past = Past.begin(now);
  const log = {
    changes: ({ seq, epoch, hash }: { seq: number; epoch: string; hash: string }) =>
      ledger.changes(workspace, seq, { epoch, hash }),
    changesFrom: (after: number, epoch: string) => ledger.changes(workspace, after, { epoch }),
    async part(changeset: string, attempt: string, n: number) {
      const stored = await ledger.part(workspace, changeset, attempt, n);
      return platform.bytes.decode(await platform.bytes.gunzip(stored));
    },
  };
  try {
    const { hash } = await rewind(past, marker.seq, log, platform.bytes);
    return Marker.isOf(marker, hash) ? { workbook: Past.finish(past) } : undefined;
  } catch (error) {
    if (isDomainError(error, "not-found") || isDomainError(error, "reload")) return undefined;
    throw error;
  }
}
