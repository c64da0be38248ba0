import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import type { Store } from "@gridfolk/core/ledger/store";
import { type Engine, startEngine } from "@gridfolk/core/testing/engines";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import * as Keys from "../account/keys.ts";
import type { Line } from "../log/line.ts";
import { nodePlatform } from "../platform.ts";
import { unpack, unpacked } from "../testing/aws/bundles.ts";
import { type Deployment, deploy } from "../testing/aws/deployment.ts";
import { type Guards, startGuards } from "../testing/aws/guard.ts";
import { logLine } from "../testing/targets/target.ts";

/** The built functions where one needs what the API's tests have not: the schedule, and parameters that are wrong. */

const script = new URL("../../aws.mjs", import.meta.url).href;
let built: string;
let bundles: string;
let engine: Engine;
/** The functions may do here what they may on AWS. */
let guards: Guards;
let store: Store;
let deployments = 0;
let deployment: Deployment;
let lines: string[];

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), "gridfolk-built-"));
  const { buildFunctions } = (await import(script)) as {
    buildFunctions(names: undefined, outdir: string): Promise<unknown>;
  };
  await buildFunctions(undefined, built);
  bundles = await unpack(built);
  const started = await startEngine("dynalite");
  if ("skipped" in started) throw new Error(started.skipped);
  engine = started;
  guards = await startGuards(engine.endpoint);
}, 120_000);

afterEach(() => deployment.stop());

afterAll(async () => {
  await guards.stop();
  await engine.stop();
  await rm(built, { recursive: true, force: true });
  await rm(bundles, { recursive: true, force: true });
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  lines = [];
  deployments += 1;
  const tableName = `gridfolk-${deployments}`;
  const client = connect({ endpoint: engine.endpoint });
  store = createDynamoStore({ client, tableName, platform: nodePlatform });
  deployment = await deploy({
    bundles: unpacked(bundles),
    engine: engine.endpoint,
    engineFor: guards.engineFor,
    bucket: { endpoint: engine.endpoint, name: "gridfolk-test" },
    tableName,
    secret: "a secret that only tests know, long enough",
    stream: "none",
    env,
    onLine: (_name, line) => lines.push(line),
  });
}

/** Our own lines: Lambda writes some in between. */
function said(): Line[] {
  return lines.flatMap((line) => logLine(line) ?? []);
}

async function ask(method: string, path: string, json: unknown, token?: string) {
  const answer = await fetch(new URL(path, deployment.url), {
    method,
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of several shapes
  return { status: answer.status, json: (await answer.json()) as any };
}

test("the schedule makes good what no wake-up did, and clears the failure queue", async () => {
  await start();
  const ada = await ask("POST", "/api/auth/sign-up/email", {
    name: "Ada",
    email: "ada@example.com",
    password: "correct horse",
  });
  const { token, user } = ada.json;
  const { json: workspace } = await ask("POST", "/api/workspaces", { name: "Before" }, token);
  const first = await deployment.tick();
  expect(JSON.parse("payload" in first ? first.payload : "{}")).toEqual({
    outcome: "finished",
    workspaces: 1,
    madeGood: 0,
  });

  // A commit whose route died before the list of members had it, and whose batch the stream gave up on.
  const listed = { pk: Keys.memberships(user.id), sk: workspace.id };
  const before = await store.get(listed);
  await ask("PATCH", `/api/workspaces/${workspace.id}`, { name: "After" }, token);
  await store.putMany(before === undefined ? [] : [before]);
  for (let n = 0; n < 12; n += 1) deployment.queue.send(JSON.stringify({ n }));
  const second = await deployment.tick();
  expect(JSON.parse("payload" in second ? second.payload : "{}")).toEqual({
    outcome: "finished",
    workspaces: 1,
    madeGood: 12,
  });
  expect(deployment.queue.messages).toEqual([]);
  const { json } = await ask("GET", "/api/workspaces", undefined, token);
  expect(json.workspaces[0].name).toBe("After");
  expect(guards.refused).toEqual([]);
  expect(
    said()
      .filter((line) => line.function === "tick")
      .at(-1),
  ).toMatchObject({
    route: "schedule",
    outcome: "finished: 1 workspaces, 12 batches made good",
  });
}, 60_000);

test("a secret that is not there is 500 with the reason in the log, and health is well", async () => {
  await start({ SECRET_PARAMETER: "/gridfolk/another/secret" });
  expect((await ask("GET", "/api/health", undefined)).json).toEqual({ status: "ok" });
  const { status, json } = await ask("GET", "/api/workspaces", undefined);
  expect(status).toBe(500);
  expect(JSON.stringify(json)).not.toContain("/gridfolk/another");
  const line = said().find(({ level }) => level === "error");
  expect(line).toMatchObject({ requestId: json.instance, route: "/api/workspaces" });
  expect(line?.error).toContain(
    "Cannot read the secret /gridfolk/another/secret: there is no such parameter",
  );
}, 60_000);

test("a setting that is missing ends the start and names itself", async () => {
  await start({ PUBLIC_URL: "", TABLE_NAME: "" });
  const { status } = await ask("GET", "/api/health", undefined);
  expect(status).toBe(500);
  expect(lines.join("\n")).toMatch(/Settings that cannot be used:[^]*TABLE_NAME[^]*PUBLIC_URL/);
}, 60_000);
