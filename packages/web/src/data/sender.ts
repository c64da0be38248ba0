import { isDomainError } from "@gridfolk/core/error";
import type { Answer, Refusal } from "@gridfolk/core/ledger/changeset";
import { encodeParts } from "@gridfolk/core/ledger/codec";
import type { Position } from "@gridfolk/core/ledger/ledger";
import type { Platform } from "@gridfolk/core/platform";
import { call, Unreachable } from "./api.ts";
import type { OutboxEntry } from "./outbox.ts";

/** How one attempt to send a change ended. */
export type Sending =
  | { readonly kind: "done"; readonly answer: Answer | undefined }
  /** The server will never take it. */
  | { readonly kind: "refused"; readonly error: Error }
  /** Nobody knows whether it will ever take it: a few more tries. */
  | { readonly kind: "faulty"; readonly error: Error }
  /** Try again after a pause. */
  | { readonly kind: "later"; readonly offline: boolean; readonly afterMs: number | undefined }
  /** The history was replaced: load the workbook again, then send. */
  | { readonly kind: "reload" }
  | { readonly kind: "signed-out" }
  | { readonly kind: "outdated" };

/** The largest body sent in one request; more goes in parts. The server takes 4 MB. */
const LARGEST_BODY = 3_000_000;

/**
 * Sends one change, made or laid again on a workbook at this position. The same change may be sent any number of times: the
 * server does it once.
 */
export async function sendEntry(
  workspace: string,
  entry: OutboxEntry,
  at: Position,
  platform: Platform,
): Promise<Sending> {
  try {
    return { kind: "done", answer: await post(workspace, entry, at, platform) };
  } catch (error) {
    return judge(error);
  }
}

function judge(error: unknown): Sending {
  if (isDomainError(error)) {
    switch (error.code) {
      case "busy":
      case "too-many-requests":
        return { kind: "later", offline: false, afterMs: error.retryAfterMs };
      case "corrupt":
        // Somebody has to repair the server; until then nothing may be given up.
        return { kind: "later", offline: false, afterMs: undefined };
      case "reload":
        return { kind: "reload" };
      case "unauthenticated":
        return { kind: "signed-out" };
      case "client-too-old":
        return { kind: "outdated" };
      case "changeset-reused":
        // A restore brought an older state of the log back, with this change in it.
        return { kind: "done", answer: undefined };
      default:
        return { kind: "refused", error };
    }
  }
  if (error instanceof Unreachable) return { kind: "later", offline: true, afterMs: undefined };
  return { kind: "faulty", error: error instanceof Error ? error : new Error(String(error)) };
}

async function post(
  workspace: string,
  entry: OutboxEntry,
  { seq, epoch, hash }: Position,
  platform: Platform,
): Promise<Answer> {
  const path = `/api/workspaces/${encodeURIComponent(workspace)}`;
  if (entry.undo !== undefined) {
    const { changeset, records } = entry.undo;
    const undone = await call<{ seq: number; reverted: number; skipped: readonly Refusal[] }>(
      "POST",
      `${path}/changesets/${changeset}/undo`,
      { id: entry.id, label: entry.label, ...(records === undefined ? {} : { records }) },
    );
    return {
      seq: undone.seq,
      changeset: entry.id,
      created: 0,
      changed: undone.reverted,
      deleted: 0,
      restored: 0,
      refused: undone.skipped,
    };
  }
  const draft = {
    base: seq,
    epoch,
    hash,
    source: entry.source,
    label: entry.label,
  };
  const body = { id: entry.id, ...draft, operations: entry.operations };
  if (JSON.stringify(body).length <= LARGEST_BODY)
    return call<Answer>("POST", `${path}/changesets`, body);

  const parts = await encodeParts(entry.operations, platform.bytes);
  const { attempt } = await call<{ attempt: string }>("POST", `${path}/uploads`, {
    id: entry.id,
    parts: parts.length,
  });
  const upload = `${path}/uploads/${entry.id}/${attempt}`;
  for (const [n, part] of parts.entries()) await call("PUT", `${upload}/parts/${n}`, part.bytes);
  return call<Answer>("POST", `${upload}/commit`, { parts: parts.length, draft });
}
