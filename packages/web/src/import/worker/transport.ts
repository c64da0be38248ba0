import { isDomainError } from "@gridfolk/core/error";
import type { Transport } from "@gridfolk/core/import/send";
import type { Landed } from "@gridfolk/core/ledger/changeset";
import { call, Unreachable } from "../../data/api.ts";
import type { OpenUpload } from "../messages.ts";

const TRIES = 6;
const TIMEOUT_MS = 30_000;

/**
 * Uploads over HTTP; a request that got no answer is sent again, which is harmless by the ids in it. `onUpload` hears which are
 * open, for whoever has to give them up when this thread is ended.
 */
export function makeTransport(
  workspace: string,
  onUpload: (upload: OpenUpload) => void,
): Transport {
  const path = `/api/workspaces/${encodeURIComponent(workspace)}/uploads`;
  return {
    async open(id, parts) {
      const opened = await patiently(() =>
        call<{ attempt: string }>("POST", path, { id, parts }, timed()),
      );
      onUpload({ path: `${path}/${id}/${opened.attempt}`, open: true });
      return opened;
    },
    async part(changeset, attempt, n, bytes) {
      await patiently(() =>
        call("PUT", `${path}/${changeset}/${attempt}/parts/${n}`, bytes, timed()),
      );
    },
    async commit(changeset, attempt, end) {
      const upload = `${path}/${changeset}/${attempt}`;
      const landed = await patiently(() => call<Landed>("POST", `${upload}/commit`, end, timed()));
      onUpload({ path: upload, open: false });
      return landed;
    },
    async abandon(changeset, attempt) {
      const upload = `${path}/${changeset}/${attempt}`;
      await call("DELETE", upload, undefined, timed());
      onUpload({ path: upload, open: false });
    },
  };
}

const timed = () => ({ signal: AbortSignal.timeout(TIMEOUT_MS) });

async function patiently<Result>(request: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      const passing =
        error instanceof Unreachable ||
        isDomainError(error, "busy") ||
        isDomainError(error, "too-many-requests") ||
        (error instanceof DOMException && error.name === "TimeoutError");
      if (!passing || attempt === TRIES) throw error;
      const stated = isDomainError(error) ? (error.retryAfterMs ?? 0) : 0;
      // Full jitter, doubling to 8 s.
      const wait = Math.max(stated, Math.random() * Math.min(8000, 250 * 2 ** attempt));
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
