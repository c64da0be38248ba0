import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { options } from "../args.ts";
import { callStream } from "../http.ts";
import { say } from "../output.ts";
import { login } from "../settings.ts";
import { UsageError } from "../usage-error.ts";

/** Writes a sheet or view to a file or to standard output. A file appears only when it is complete. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = options(args, {
    sheet: { type: "string" },
    format: { type: "string" },
    view: { type: "string" },
    ids: { type: "boolean" },
    "no-ids": { type: "boolean" },
    output: { type: "string", short: "o" },
  });
  const sheet = values.sheet ?? positionals[0] ?? "contacts";
  if (positionals.length > 1) throw new UsageError("One sheet at a time: gridfolk export [SHEET]");
  const byName = /\.xlsx$/i.test(values.output ?? "") ? "xlsx" : "csv";
  const format = values.format ?? byName;
  if (format !== "csv" && format !== "xlsx") throw new UsageError("--format is csv or xlsx.");
  const { workspace, ...connection } = login();
  if (values.ids === true && values["no-ids"] === true)
    throw new UsageError("Either --ids or --no-ids.");
  const query = new URLSearchParams({
    format,
    ...(values.ids === true ? { ids: "true" } : {}),
    ...(values["no-ids"] === true ? { ids: "false" } : {}),
    ...(values.view === undefined ? {} : { view: values.view }),
  });
  const body = await callStream(
    connection,
    `/api/workspaces/${encodeURIComponent(workspace)}/sheets/${encodeURIComponent(sheet)}/export?${query}`,
  );
  const path = values.output ?? (process.stdout.isTTY ? `${sheet}.${format}` : undefined);
  if (path === undefined || path === "-") {
    await pipeline(body, process.stdout, { end: false });
    return 0;
  }
  const temporary = `${path}.part`;
  try {
    await pipeline(body, createWriteStream(temporary));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  say(`Written to ${path}.`);
  return 0;
}
