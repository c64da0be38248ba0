import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
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

export async function startServer(
  run: Bench,
  options: {
    dataDir?: string;
    env?: Record<string, string>;
    onOutput?: (text: string) => void;
  } = {},
): Promise<Server> {
  const product = await startProduct({ ...options, env: { LOG: "errors", ...options.env } });
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
  const { ms, answer } = await post(api, `/api/workspaces/${workspace}/changesets`, body);
  return { ms, seq: (answer as { seq: number }).seq };
}

const agent = new Agent({ keepAlive: true });

/** By Node's plain client: fetch takes a quarter of a millisecond more, which is not the server's. */
async function post(
  api: Api,
  path: string,
  body: object,
): Promise<{ ms: number; answer: unknown }> {
  const data = JSON.stringify(body);
  const start = performance.now();
  const asked = request(api.url + path, {
    method: "POST",
    agent,
    headers: {
      Authorization: `Bearer ${api.token}`,
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(data),
    },
  });
  asked.end(data);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  let text = "";
  response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(response, "end");
  const ms = performance.now() - start;
  if (response.statusCode !== 201) throw new Error(`POST ${path}: ${response.statusCode} ${text}`);
  return { ms, answer: JSON.parse(text) };
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
