import * as Marker from "@gridfolk/core/export/marker";
import type { Exported } from "@gridfolk/core/import/round-trip";
import type { Changes, Manifest } from "@gridfolk/core/ledger/ledger";
import type { Transport } from "@gridfolk/core/import/send";
import type { Landed } from "@gridfolk/core/ledger/changeset";
import * as Past from "@gridfolk/core/ledger/past";
import * as Replica from "@gridfolk/core/ledger/replica";
import { rewind } from "@gridfolk/core/ledger/rewind";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { isDomainError } from "@gridfolk/core/error";
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

/** The workspace when a file was exported from it; undefined when that is not kept, or was another workspace. */
export async function workbookThen(
  connection: Connection,
  workspace: string,
  now: Workbook,
  { marker }: Exported,
): Promise<Workbook | undefined> {
  if (marker.seq > now.seq) return undefined;
  const path = `/api/workspaces/${encodeURIComponent(workspace)}`;
  const changes = (query: { readonly [name: string]: string }) =>
    call<Changes>(connection, "GET", `${path}/changes?${new URLSearchParams(query)}`);
  const log = {
    part: (changeset: string, attempt: string, n: number) =>
      callText(connection, `${path}/parts/${changeset}/${attempt}/${n}`),
    changes: ({ seq, epoch, hash }: Pick<Workbook, "seq" | "epoch" | "hash">) =>
      changes({ after: `${seq}`, epoch, hash }),
    changesFrom: (after: number, epoch: string) => changes({ after: `${after}`, epoch }),
  };
  const past = Past.begin(now);
  try {
    const { hash } = await rewind(past, marker.seq, log, platform.bytes);
    return Marker.isOf(marker, hash) ? Past.finish(past) : undefined;
  } catch (error) {
    if (isDomainError(error, "not-found") || isDomainError(error, "reload")) return undefined;
    throw error;
  }
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
