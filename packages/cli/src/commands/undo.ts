import { isDomainError } from "@gridfolk/core/error";
import { newId } from "@gridfolk/core/ledger/ids";
import { options } from "../args.ts";
import { call, type Connection } from "../http.ts";
import { count, printJson, say } from "../output.ts";
import { platform } from "../platform.ts";
import { login } from "../settings.ts";
import { UsageError } from "../usage-error.ts";

interface Undone {
  readonly seq: number;
  readonly changeset: string;
  readonly reverted: number;
  readonly skipped: readonly {
    readonly sheet: string;
    readonly id: string;
    readonly field?: string;
    readonly reason: string;
  }[];
}

/** Undoes an import or a changeset by its id. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = options(args, { json: { type: "boolean" } });
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw new UsageError("What? gridfolk undo ID");
  const { workspace, ...connection } = login();
  const undone = await undo(connection, workspace, id);
  if (values.json) await printJson(undone);
  else {
    say(`Undone: ${count(undone.reverted, "record")}.`);
    if (undone.skipped.length > 0) {
      say(`${count(undone.skipped.length, "thing was", "things were")} left alone:`);
      for (const { sheet, id: record, field, reason } of undone.skipped.slice(0, 20)) {
        say(`  ${sheet} ${record}${field === undefined ? "" : ` ${field}`}: ${reason}`);
      }
    }
  }
  return 0;
}

async function undo(connection: Connection, workspace: string, id: string): Promise<Undone> {
  const path = `/api/workspaces/${encodeURIComponent(workspace)}`;
  // The undo's own id: a repeated request answers what the first did.
  const body = { id: newId(platform) };
  const slow = { timeoutMs: 60_000 };
  try {
    return await call<Undone>(
      connection,
      "POST",
      `${path}/imports/${encodeURIComponent(id)}/undo`,
      body,
      slow,
    );
  } catch (error) {
    if (!isDomainError(error, "not-found")) throw error;
    return call<Undone>(
      connection,
      "POST",
      `${path}/changesets/${encodeURIComponent(id)}/undo`,
      body,
      slow,
    );
  }
}
