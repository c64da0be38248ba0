import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Changes, WireChangeset } from "@gridfolk/core/ledger/ledger";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import { nodePlatform } from "@gridfolk/core/testing/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gridfolk } from "./command.ts";
import { Api, freePort, startProduct, type Product } from "./product.ts";

const KILLS = 20;
const ROWS = 5000;

let folder: string;
let file: string;
let port: number;
let product: Product;
let api: Api;
/** How long an import takes when nobody disturbs it. */
let quietMs: number;
/** Distinct people in the file. */
let people: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gridfolk-crash-"));
  file = join(folder, "contacts.csv");
  writeFileSync(file, contactsCsv(ROWS));
  port = await freePort();
  product = await start();
  api = await Api.signUp(product.url, "Olive Owner", "olive@acme.test");
  // The first one bundles the command, the second one is like those to come.
  await importInto(await newWorkspace());
  const began = performance.now();
  people = (await importInto(await newWorkspace())).created;
  quietMs = performance.now() - began;
});

afterAll(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`a server killed ${KILLS} times during imports loses nothing it acknowledged and leaves nothing half done`, async () => {
  const rounds: Round[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    // One moment in every twentieth of an import's time.
    rounds.push(await killDuringImport(quietMs * ((kill + Math.random()) / KILLS)));
  }
  expect(rounds.flatMap(({ faults }) => faults)).toEqual([]);
  // What the first server acknowledged is still there after the last one.
  const lost = [];
  for (const { workspace, acknowledged } of rounds) {
    lost.push(...missing(await readLog(workspace), acknowledged));
  }
  expect(lost).toEqual([]);
  // Imports that were under way went on with the next server, and were undone as one.
  expect(rounds.filter(({ resumed }) => resumed).length).toBeGreaterThan(0);
  expect(rounds.filter(({ undone }) => undone).length).toBeGreaterThan(0);
}, 300_000);

interface Round {
  readonly workspace: string;
  readonly acknowledged: readonly Acknowledged[];
  /** The import was under way when the server was killed, and ended well. */
  readonly resumed: boolean;
  readonly undone: boolean;
  /** What must not be. */
  readonly faults: readonly string[];
}

async function killDuringImport(afterMs: number): Promise<Round> {
  const workspace = await newWorkspace();
  const [deal = ""] = await createDeal(workspace);
  const cells = editCells(workspace, deal);
  let running = true;
  const importing = importInto(workspace).finally(() => (running = false));
  await delay(afterMs);
  const struck = running;
  await product.kill();
  product = await start();
  const { code, stderr } = await importing;
  const acknowledged = await cells.stop();

  const faults: string[] = [];
  const fault = (is: boolean, what: string): void => {
    if (is) faults.push(`killed after ${Math.round(afterMs)} ms: ${what}`);
  };
  const log = await readLog(workspace);
  fault(acknowledged.length === 0, "no cell was acknowledged");
  faults.push(...missing(log, acknowledged));
  const name = await nameOf(workspace, deal);
  fault(name !== acknowledged.at(-1)?.value, `the deal is called ${String(name)}`);

  // Whole or absent: never some of the rows.
  const imports = log.filter(({ source }) => source === "import");
  const found = await countRecords(workspace, "contacts");
  fault(found !== 0 && found !== people, `${found} contacts of ${people}`);
  fault(imports.length !== (found === 0 ? 0 : 1), `${imports.length} imports, ${found} contacts`);
  fault(code !== 0 && code !== 1, `the command ended with ${code}: ${stderr}`);
  fault(code === 0 && found === 0, "the command said that it imported");

  const importId = imports[0]?.import;
  if (importId !== undefined) {
    const path = `/api/workspaces/${workspace}/imports/${importId}/undo`;
    const { skipped } = await api.call<{ skipped: unknown[] }>("POST", path, {});
    const left =
      (await countRecords(workspace, "contacts")) + (await countRecords(workspace, "companies"));
    fault(skipped.length > 0 || left > 0, `undone but for ${skipped.length}, ${left} records left`);
  }
  const undone = importId !== undefined;
  return { workspace, acknowledged, resumed: struck && code === 0, undone, faults };
}

function start(): Promise<Product> {
  return startProduct({ dataDir: join(folder, "data"), port, env: { LOG: "errors" } });
}

async function newWorkspace(): Promise<string> {
  const { id } = await api.call<{ id: string }>("POST", "/api/workspaces", { name: "Crash" });
  return id;
}

async function createDeal(workspace: string): Promise<readonly string[]> {
  const path = `/api/workspaces/${workspace}/sheets/deals/records`;
  const body = { records: [{ name: "Deal 0" }] };
  return (await api.call<{ ids: readonly string[] }>("POST", path, body)).ids;
}

async function importInto(
  workspace: string,
): Promise<{ code: number | null; created: number; stderr: string }> {
  const args = ["import", file, "--sheet", "contacts", "--yes", "--json"];
  const { code, stdout, stderr } = await gridfolk(api, workspace, args);
  const { created } = code === 0 ? (JSON.parse(stdout) as { created: number }) : { created: 0 };
  return { code, created, stderr };
}

interface Acknowledged {
  readonly changeset: string;
  readonly seq: number;
  readonly value: string;
}

/**
 * Somebody who changes one cell again and again beside the import. What is not answered is sent again under its id, as the
 * outbox of a browser does.
 */
function editCells(workspace: string, deal: string): { stop(): Promise<readonly Acknowledged[]> } {
  const acknowledged: Acknowledged[] = [];
  const stop = new AbortController();
  async function edit(): Promise<void> {
    for (let n = 1; !stop.signal.aborted; n++) {
      const value = `Deal ${n}`;
      const changeset = Ids.newId(nodePlatform);
      const body = {
        id: changeset,
        base: 0,
        source: "grid",
        operations: [{ op: "set", sheet: "deals", ids: [deal], fields: { name: [value] } }],
      };
      acknowledged.push({ changeset, seq: await sendUntilAnswered(workspace, body), value });
      await delay(10);
    }
  }
  const editing = edit();
  return {
    async stop() {
      stop.abort();
      await editing;
      return acknowledged;
    },
  };
}

async function sendUntilAnswered(workspace: string, body: object): Promise<number> {
  const until = Date.now() + 60_000;
  for (;;) {
    // No connection, or one that broke before the answer was whole.
    const response = await api
      .request("POST", `/api/workspaces/${workspace}/changesets`, body)
      .catch(() => undefined);
    const text = await response?.text().catch(() => undefined);
    if (response?.ok === true && text !== undefined)
      return (JSON.parse(text) as { seq: number }).seq;
    if (response !== undefined && !response.ok && response.status !== 503) {
      throw new Error(`A cell was refused: ${response.status} ${text}`);
    }
    if (Date.now() > until) throw new Error("The server does not come back.");
    await delay(50);
  }
}

type Logged = WireChangeset & { readonly seq: number };

/** Every changeset, in order; the heads follow each other without a gap. */
async function readLog(workspace: string): Promise<readonly Logged[]> {
  const log: Logged[] = [];
  let after = 0;
  for (;;) {
    const path = `/api/workspaces/${workspace}/changes?after=${after}`;
    const { heads, more } = await api.call<Changes>("GET", path);
    for (const { seq, changesets } of heads) {
      if (seq !== after + 1) throw new Error(`Head ${seq} follows ${after}.`);
      after = seq;
      for (const changeset of changesets) log.push({ ...changeset, seq });
    }
    if (!more) return log;
  }
}

/** What is not in the log exactly once, where the answer said. */
function missing(log: readonly Logged[], acknowledged: readonly Acknowledged[]): string[] {
  const seqs = new Map<string, number[]>();
  for (const { id, seq } of log) seqs.set(id, [...(seqs.get(id) ?? []), seq]);
  return acknowledged
    .filter(({ changeset, seq }) => seqs.get(changeset)?.join() !== String(seq))
    .map(
      ({ changeset, seq }) =>
        `${changeset}, acknowledged at ${seq}, is at ${seqs.get(changeset)?.join()}`,
    );
}

async function nameOf(workspace: string, deal: string): Promise<unknown> {
  const path = `/api/workspaces/${workspace}/sheets/deals/records`;
  const { records } = await api.call<{ records: { id: string; fields: { name?: string } }[] }>(
    "GET",
    path,
  );
  return records.find(({ id }) => id === deal)?.fields.name;
}

async function countRecords(workspace: string, sheet: string): Promise<number> {
  const path = `/api/workspaces/${workspace}/sheets/${sheet}/records?limit=1`;
  return (await api.call<{ total: number }>("GET", path)).total;
}
