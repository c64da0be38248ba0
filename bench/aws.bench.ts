// The built functions behind the emulated gateways: processes that start cold, a cell edited warm against a raw conditional
// put into the same engine. Functions are processes of their own, frozen between invocations. `--processes=1`: fifty of them, too,
// that write into one workspace, for which two processors are far too few; `contention` takes ledgers instead.
// `--engine=1` takes dynoxide instead of DynamoDB Local.
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import * as Ids from "@gridfolk/core/ledger/ids";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import { nodePlatform } from "@gridfolk/functions/platform";
import { unpacked } from "@gridfolk/functions/testing/aws/bundles";
import { type Deployment, deploy } from "@gridfolk/functions/testing/aws/deployment";
import { type Machine, startMachine } from "@gridfolk/functions/testing/aws/machine";
import { S3_CREDENTIALS } from "@gridfolk/functions/testing/credentials";
import { Api } from "../packages/web/e2e/product.ts";
import { bench, type Bench, median, percentile, timed } from "./harness.ts";
import { type Commit, INSTANCES, loops, placesIn, type Written } from "./loops.ts";
import { importByCommand, makeWorkspace, setCell } from "./server.ts";

const SECRET = "a secret that only this measurement knows";
const SNAPSHOT_WITHIN_MS = 180_000;
let edits = 0;

await bench("aws", async (run) => {
  const { option, say } = run;
  const { machine, stop } = await startMachine(
    option("engine", 0) === 0 ? ["dynamodb-local", "dynoxide"] : ["dynoxide"],
  );
  run.later(stop);
  say(`engine: ${machine.kind}`);
  const place = await open(run, machine, {});
  const small = await fill(run, machine, place, option("small", 10_000));
  const large = await fill(run, machine, place, option("rows", 100_000));
  await place.deployment.stop();

  if (option("cold", 7) > 0) await coldStarts(run, machine, place, small, large);
  await warmEdits(run, machine, place, large);
  if (option("processes", 0) > 0) await processLoops(run, machine, place, small);
});

interface Place {
  readonly deployment: Deployment;
  readonly tableName: string;
  readonly token: string;
  readonly user: string;
}

interface Filled {
  readonly id: string;
  readonly rows: number;
  readonly ids: readonly string[];
}

/** A deployment on a table of its own, or on that of another one, with somebody signed in. */
async function open(
  run: Bench,
  machine: Machine,
  options: { readonly on?: Place; readonly instances?: number; readonly wakes?: boolean },
): Promise<Place> {
  const { on, instances, wakes = true } = options;
  const tableName = on?.tableName ?? `bench-${randomUUID()}`;
  const deployment = await deploy({
    bundles: unpacked(machine.bundles),
    engine: machine.engine,
    bucket: machine.bucket,
    tableName,
    secret: SECRET,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    ...(on === undefined ? {} : { tableIsThere: true }),
    ...(instances === undefined ? {} : { instances }),
    ...(wakes ? {} : { stream: "none" as const }),
    functions: { api: { memoryMb: 1_769, timeoutMs: 29_000, concurrency: instances ?? 10 } },
  });
  run.later(() => deployment.stop());
  if (on !== undefined) return { ...on, deployment };
  const { token } = await Api.signUp(deployment.url, "Olive Owner", "olive@acme.test");
  const { user } = await new Api(deployment.url, token).call<{ user: { id: string } }>(
    "GET",
    "/api/auth/get-session",
  );
  return { deployment, tableName, token, user: user.id };
}

/** A workspace with this many contacts, imported by the command, with its snapshot. */
async function fill(run: Bench, machine: Machine, place: Place, rows: number): Promise<Filled> {
  const api = new Api(place.deployment.url, place.token);
  const id = await makeWorkspace(api);
  const file = join(run.directory(), "contacts.csv");
  writeFileSync(file, contactsCsv(rows));
  const { ms } = await importByCommand(api, id, file);
  run.say(`imported ${rows} rows in ${Math.round(ms)} ms`);
  const { store, close } = storeOf(place, machine);
  const until = Date.now() + SNAPSHOT_WITHIN_MS;
  // What the import made due is done by react; the rest by the schedule.
  for (;;) {
    const manifest = await store.get({ pk: `WS#${id}`, sk: "SNAPSHOT" });
    if (Number(manifest?.["seq"] ?? 0) > 1) break;
    if (Date.now() > until) throw new Error("There is no snapshot of the import.");
    await delay(250);
  }
  await place.deployment.eventSource?.caughtUp();
  close();
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { records: { id: string }[]; next: string | null } = await api.call(
      "GET",
      `/api/workspaces/${id}/sheets/contacts/records?limit=1000&fields=firstName${cursor === null ? "" : `&cursor=${cursor}`}`,
    );
    ids.push(...page.records.map((record) => record.id));
    cursor = page.next;
  } while (cursor !== null && ids.length < 2_000);
  if (ids.length === 0) throw new Error("There are no contacts.");
  return { id, rows, ids };
}

function storeOf(place: Pick<Place, "tableName">, at: { readonly engine: string }) {
  const client = connect({ endpoint: at.engine, credentials: S3_CREDENTIALS });
  const { tableName } = place;
  const store = createDynamoStore({ client, tableName, platform: nodePlatform });
  return { store, close: () => client.close() };
}

/** From starting the process to the answer at the client, through the gateways. */
async function coldStarts(
  run: Bench,
  machine: Machine,
  place: Place,
  small: Filled,
  large: Filled,
): Promise<void> {
  const runs = run.option("cold", 7);
  const query = ({ id }: Filled) =>
    `/api/workspaces/${id}/sheets/contacts/records?limit=100&sort=lastName&q=smith`;
  const count = (n: number) => n.toLocaleString("en");
  const works: {
    work: string;
    most: number;
    ask: (api: Api) => Promise<unknown>;
  }[] = [
    {
      work: "the first answered GET /api/health",
      most: 400,
      ask: (api) => api.call("GET", "/api/health"),
    },
    {
      work: `the first answered query of ${count(small.rows)} records`,
      most: 900,
      ask: (api) => api.call("GET", query(small)),
    },
    {
      work: `the first answered query of ${count(large.rows)} records`,
      most: 3_000,
      ask: (api) => api.call("GET", query(large)),
    },
    {
      work: `the first acknowledged cell edit in ${count(large.rows)} records`,
      most: 1_500,
      ask: (api) => edit(api, large),
    },
  ];
  for (const { work, most, ask } of works) {
    const samples: number[] = [];
    for (let turn = 0; turn < runs; turn += 1) {
      const { deployment } = await open(run, machine, { on: place, wakes: false });
      const api = new Api(deployment.url, place.token);
      samples.push((await timed(() => ask(api))).ms);
      if (deployment.functions.api.instances.length !== 1) throw new Error("More than one start.");
      await deployment.stop();
    }
    run.report({ work: `cold, process start to ${work}`, unit: "ms", samples, target: { most } });
  }
}

/** Sets one cell to something it was not. */
async function edit(api: Api, { id, ids }: Filled): Promise<{ ms: number; seq: number }> {
  edits += 1;
  const record = ids[edits % ids.length] ?? "";
  return setCell(api, id, {
    sheet: "contacts",
    id: record,
    field: "title",
    value: `Title ${edits}`,
    base: 1,
  });
}

async function warmEdits(run: Bench, machine: Machine, place: Place, large: Filled): Promise<void> {
  const { deployment } = await open(run, machine, { on: place, instances: 1, wakes: false });
  const api = new Api(deployment.url, place.token);
  const { store, close } = storeOf(place, machine);
  const body = new Uint8Array(700);
  let serial = 0;
  const put = () => {
    serial += 1;
    const item = { pk: "RAW", sk: String(serial).padStart(12, "0"), body };
    return timed(() => store.put(item, { absent: true }));
  };
  for (let turn = 0; turn < 50; turn += 1) {
    await put();
    await edit(api, large);
  }
  const puts: number[] = [];
  const warm: number[] = [];
  const inside: number[] = [];
  const health: number[] = [];
  const { durations } = deployment.functions.api;
  // In turn, so that all meet the same neighbours.
  for (let turn = 0; turn < run.option("samples", 500); turn += 1) {
    puts.push((await put()).ms);
    warm.push((await edit(api, large)).ms);
    inside.push(durations.at(-1) ?? Number.NaN);
    health.push((await timed(() => api.call("GET", "/api/health"))).ms);
  }
  close();
  await deployment.stop();
  const floor = { name: "raw conditional put", samples: puts };
  const of = `warm cell edit in ${large.rows.toLocaleString("en")} records`;
  const figures = [
    { work: `${of}, the function's duration`, samples: inside, judged: true },
    { work: `${of}, at the client of the emulated gateways`, samples: warm, judged: false },
  ];
  for (const { work, samples, judged } of figures) {
    const p99 = percentile(samples, 0.99);
    run.report({
      work: `${work}, p50`,
      unit: "ms",
      samples,
      floor,
      ...(judged ? { target: { ratio: 3 } } : {}),
    });
    run.report({
      work: `${work}, p99`,
      unit: "ms",
      samples: [p99],
      floor: { name: "raw conditional put, p99", samples: [percentile(puts, 0.99)] },
      ...(judged ? { target: { ratio: 6 } } : {}),
      note: `${Math.round((p99 / median(puts)) * 10) / 10} × the put's p50`,
    });
  }
  run.report({
    work: "the emulated gateways and the Runtime API alone (warm GET /api/health)",
    unit: "ms",
    samples: health,
  });
}

/** Fifty processes of the bundle that write into one workspace, when `--processes=1` asks for it; as ledgers: contention.bench.ts. */
async function processLoops(run: Bench, machine: Machine, place: Place, filled: Filled) {
  const options = { on: place, instances: INSTANCES, wakes: false };
  const { deployment } = await open(run, machine, options);
  const api = new Api(deployment.url, place.token);
  const commit: Commit = async (n): Promise<Written> => {
    const written = await send(api, filled, n);
    return { ...written, retries: retriesOf(deployment, written.id) };
  };
  for (let n = 0; n < INSTANCES; n += 1) await commit(n);
  const { store, close } = storeOf(place, machine);
  await loops(run, commit, `${INSTANCES} processes`, placesIn(store, filled.id));
  close();
  await deployment.stop();
}

/** Lost races by the function's own line. */
function retriesOf(deployment: Deployment, changeset: string): number {
  const { lines } = deployment.functions.api;
  const line = lines.findLast((text) => text.includes(`"changeset":"${changeset}"`));
  return line === undefined ? 0 : ((JSON.parse(line) as { retries?: number }).retries ?? 0);
}

/** One changeset, sent again under its id while it is told to come back. */
async function send(api: Api, { id: workspace, ids }: Filled, n: number) {
  const id = Ids.newId(nodePlatform);
  const record = ids[n % ids.length];
  const body = JSON.stringify({
    id,
    base: 1,
    source: "grid",
    operations: [
      { op: "set", sheet: "contacts", ids: [record], fields: { title: [`Commit ${n}`] } },
    ],
  });
  const start = performance.now();
  for (;;) {
    const answer = await sent(`${api.url}/api/workspaces/${workspace}/changesets`, {
      method: "POST",
      headers: { Authorization: `Bearer ${api.token}`, "Content-Type": "application/json" },
      body,
    });
    const text = await answer.text();
    if (answer.status === 201) {
      const { seq } = JSON.parse(text) as { seq: number };
      return { id, seq, ms: performance.now() - start };
    }
    if (answer.status !== 503) throw new Error(`${answer.status} ${text}`);
    await delay(Number(answer.headers.get("Retry-After") ?? 1) * 1_000);
  }
}

/** A connection that breaks is no answer: what was sent is sent again under its id. */
async function sent(url: string, init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fetch(url, init);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
