import type { Changes, Manifest } from "@gridfolk/core/ledger/ledger";
import type { Transport } from "@gridfolk/core/import/send";
import type { Landed } from "@gridfolk/core/ledger/changeset";
import * as Replica from "@gridfolk/core/ledger/replica";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { call, callBytes, callText, type Connection, Unreachable } from "./http.ts";
import { platform } from "./platform.ts";

/** The workspace as the server has it now. */
export function openWorkbook(connection: Connection, workspace: string): Promise<Workbook> {
  const path = `/api/workspaces/${encodeURIComponent(workspace)}`;
  return Replica.open(
    workspace,
    {
      manifest: () => call<Manifest>(connection, "GET", `${path}/snapshot`),
      page: ({ hash }) => callBytes(connection, `${path}/pages/${hash}`),
      part: (changeset, attempt, n) =>
        callText(connection, `${path}/parts/${changeset}/${attempt}/${n}`),
      changes: ({ seq, epoch, hash }) =>
        call<Changes>(
          connection,
          "GET",
          `${path}/changes?${new URLSearchParams({ after: `${seq}`, epoch, hash })}`,
        ),
    },
    platform.bytes,
  );
}

/** The commit was sent, but no answer came: it may have landed or not. */
export class Uncertain extends Error {
  override readonly name = "Uncertain";
}

/** Uploads over HTTP. Repetitions are harmless by the ids in them. */
export function transport(connection: Connection, workspace: string): Transport {
  const path = `/api/workspaces/${encodeURIComponent(workspace)}/uploads`;
  return {
    open: (id, parts) => call(connection, "POST", path, { id, parts }),
    async part(changeset, attempt, n, bytes) {
      await call(connection, "PUT", `${path}/${changeset}/${attempt}/parts/${n}`, bytes);
    },
    async commit(changeset, attempt, end) {
      try {
        return await call<Landed>(
          connection,
          "POST",
          `${path}/${changeset}/${attempt}/commit`,
          end,
        );
      } catch (error) {
        if (error instanceof Unreachable || connection.signal?.aborted) {
          throw new Uncertain(
            "The server stopped answering while the import was being completed.",
            { cause: error },
          );
        }
        throw error;
      }
    },
    async abandon(changeset, attempt) {
      const { signal: _, ...rest } = connection;
      await call(rest, "DELETE", `${path}/${changeset}/${attempt}`, undefined, {
        tries: 2,
        timeoutMs: 5000,
      });
    },
  };
}
