import * as Ids from "@gridfolk/core/ledger/ids";
import { nodePlatform } from "@gridfolk/functions/platform";
import { gridfolk } from "../packages/web/e2e/command.ts";
import { Api, startProduct, type Product } from "../packages/web/e2e/product.ts";
import type { Bench } from "./harness.ts";

/** The built product in a process of its own, with somebody signed in. It ends with the measurement. */
export interface Server {
  readonly product: Product;
  readonly api: Api;
}

export async function startServer(run: Bench, options: { dataDir?: string } = {}): Promise<Server> {
  const product = await startProduct({ ...options, env: { LOG: "errors" } });
  run.later(() => product.stop());
  const api = await Api.signUp(product.url, "Olive Owner", "olive@acme.test");
  return { product, api };
}

/** A new workspace; answers its id. */
export async function makeWorkspace(api: Api): Promise<string> {
  const { id } = await api.call<{ id: string }>("POST", "/api/workspaces", { name: "Bench" });
  return id;
}

export interface ImportResult {
  readonly import: string;
  readonly changesets: readonly string[];
  readonly created: number;
}

/** `gridfolk import` as somebody types it; from starting the process to its end. */
export async function importByCommand(
  api: Api,
  workspace: string,
  file: string,
): Promise<{ ms: number; result: ImportResult }> {
  const start = performance.now();
  const ended = await gridfolk(api, workspace, [
    "import",
    file,
    "--sheet",
    "contacts",
    "--yes",
    "--json",
  ]);
  const ms = performance.now() - start;
  if (ended.code !== 0)
    throw new Error(`gridfolk import ended with ${ended.code}: ${ended.stderr}`);
  return { ms, result: JSON.parse(ended.stdout) as ImportResult };
}

/** Sets one cell and answers how long it took until it was acknowledged, with the seq it got. */
export async function setCell(
  api: Api,
  workspace: string,
  cell: { sheet: string; id: string; field: string; value: string; base: number },
): Promise<{ ms: number; seq: number }> {
  const { sheet, id, field, value, base } = cell;
  const body = {
    id: Ids.newId(nodePlatform),
    base,
    label: `Changed ${field}`,
    source: "grid",
    operations: [{ op: "set", sheet, ids: [id], fields: { [field]: [value] } }],
  };
  const start = performance.now();
  const { seq } = await api.call<{ seq: number }>(
    "POST",
    `/api/workspaces/${workspace}/changesets`,
    body,
  );
  return { ms: performance.now() - start, seq };
}

/** Creates records and answers their ids. */
export async function createRecords(
  api: Api,
  workspace: string,
  sheet: string,
  records: readonly object[],
): Promise<readonly string[]> {
  const { ids } = await api.call<{ ids: readonly string[] }>(
    "POST",
    `/api/workspaces/${workspace}/sheets/${sheet}/records`,
    { records },
  );
  return ids;
}
