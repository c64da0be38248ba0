import * as Keys from "@gridfolk/core/ledger/keys";
import { recordIds } from "@gridfolk/core/ledger/ids";
import type { Store } from "@gridfolk/core/ledger/store";
import { startEngine } from "@gridfolk/core/testing/engines";
import { dynamoStoreOn } from "@gridfolk/core/testing/stores";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Line } from "../log/line.ts";
import { createLog } from "../log/log.ts";
import { nodePlatform } from "../platform.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { type Heard, heard } from "../testing/live.ts";
import { type ManagementApi, startManagementApi } from "../testing/management-api.ts";
import { socketEvent } from "../testing/socket-event.ts";
import { streamEvent } from "../testing/stream-event.ts";
import { readLive, readReact } from "./env.ts";
import { openLive } from "./live.ts";
import { openReact } from "./react.ts";
import { createSocketHandler } from "./socket.ts";
import { createStreamHandler } from "./stream.ts";

/** WebSockets on AWS: two instances of `live` and two of `react` on one table, API Gateway a stub on this machine. */

const PUBLIC_URL = "https://crm.example.com";
const AUTH_SECRET = "a secret that only tests know, long enough";

let engine: { store: Store; stop(): Promise<void> };
let gateway: ManagementApi;
let variables: Record<string, string>;
let app: TestApp;
let ada: Person;
let bob: Person;
let path: string;
let id: string;
const lines: Line[] = [];
const log = createLog({ sink: (line) => lines.push(line) });

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI");
  const dynalite = await startEngine("dynalite");
  if ("skipped" in dynalite) throw new Error(dynalite.skipped);
  engine = await dynamoStoreOn(dynalite);
  gateway = await startManagementApi();
  variables = {
    TABLE_NAME: "gridfolk",
    DYNAMODB_ENDPOINT: dynalite.endpoint,
    AWS_REGION: "us-east-1",
    PUBLIC_URL,
    AUTH_SECRET,
    LIVE_ENDPOINT: gateway.endpoint,
  };
  app = testApp({ store: engine.store, settings: { secret: AUTH_SECRET, publicUrl: PUBLIC_URL } });
  ada = await app.signUp("Ada");
  bob = await app.signUp("Bob");
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await gateway.stop();
  await engine.stop();
});

beforeEach(async () => {
  lines.length = 0;
  gateway.fail(() => undefined);
  path = await app.workspace(ada);
  await app.join(ada, path, bob, "member");
  id = path.split("/").at(-1) ?? "";
});

function live() {
  const environment = readLive(variables);
  const parts = openLive(environment, log);
  return createSocketHandler({
    open: () => parts,
    publicUrl: environment.PUBLIC_URL,
    log,
  });
}

function react() {
  const parts = openReact(readReact(variables), log);
  return createStreamHandler({ open: () => parts, log });
}

let connections = 0;

/** A browser that connects as web/data/live.ts does. */
async function browser(
  handler: ReturnType<typeof live>,
  who: Person,
  more: { headers?: Record<string, string>; query?: Record<string, string> } = {},
): Promise<Heard & { id: string; status: number; say(message: unknown): Promise<void> }> {
  connections += 1;
  const connection = `L0SM9cOFvHcC${connections}w=`;
  const { statusCode } = await handler(
    socketEvent("$connect", connection, {
      query: { workspace: id },
      headers: { Cookie: who.cookie, Origin: PUBLIC_URL },
      ...more,
    }),
  );
  // Not before: API Gateway has no such connection while $connect is being answered.
  const socket = statusCode === 200 ? gateway.open(connection) : heard();
  const say = async (message: unknown): Promise<void> => {
    const body = JSON.stringify(message);
    expect(await handler(socketEvent("$default", connection, { body }))).toEqual({
      statusCode: 200,
    });
  };
  if (statusCode === 200) await say({ type: "hello" });
  return { ...socket, id: connection, status: statusCode, say };
}

async function add(count = 1): Promise<{ workspace: string; seq: number }> {
  const { json } = await app.commit(ada, path, [
    {
      op: "create",
      sheet: "contacts",
      ids: recordIds(nodePlatform, count),
      fields: { firstName: Array.from({ length: count }, (_, n) => `Somebody ${n}`) },
    },
  ]);
  return { workspace: id, seq: json.seq };
}

async function items(pk: string) {
  const found = [];
  for await (const item of engine.store.query({ pk })) found.push(item);
  return found;
}

describe("$connect", () => {
  test("lets in who has a cookie and comes from this site, or has a ticket, once", async () => {
    const handler = live();
    const status = async (
      headers: Record<string, string>,
      query: Record<string, string> = { workspace: id },
    ) => (await browser(handler, ada, { headers, query })).status;
    const { cookie: Cookie } = ada;
    expect(await status({})).toBe(401);
    expect(await status({ Cookie })).toBe(403);
    expect(await status({ Cookie, Origin: "https://evil.example" })).toBe(403);
    // The address of API Gateway itself is not this site.
    expect(
      await status({ Cookie, Origin: "https://ws123.execute-api.us-east-1.amazonaws.com" }),
    ).toBe(403);
    expect(await status({ Cookie: `${Cookie}x`, Origin: PUBLIC_URL })).toBe(401);
    expect(await items(Keys.connections(id))).toEqual([]);
    expect(await status({ cookie: Cookie, origin: PUBLIC_URL })).toBe(200);
    const { json } = await app.ask("POST", `${path}/live-ticket`, { token: ada.token });
    expect(await status({}, { workspace: id, ticket: json.ticket })).toBe(200);
    expect(await status({}, { workspace: id, ticket: json.ticket })).toBe(401);
    expect(await items(Keys.connections(id))).toHaveLength(2);
  });

  test("knows of no workspace to whoever is no member of it", async () => {
    const handler = live();
    const stranger = await app.signUp("Eve");
    expect((await browser(handler, stranger)).status).toBe(404);
    for (const workspace of ["01aaaaaaaaaaaaaaaaaaaaaaaa", "", "a#b"]) {
      expect((await browser(handler, ada, { query: { workspace } })).status).toBe(404);
    }
  });

  test("keeps of a connection what will be gone after two hours, unless somebody removes it", async () => {
    const handler = live();
    const { id: connection } = await browser(handler, ada);
    const now = Date.now() / 1_000;
    const kept = [
      ...(await items(Keys.connections(id))),
      await engine.store.get(Keys.connectionOwner(connection)),
    ];
    expect(kept).toHaveLength(2);
    for (const item of kept) {
      expect(item?.["ttl"]).toBeGreaterThan(now + 120 * 60);
      expect(item?.["ttl"]).toBeLessThan(now + 131 * 60);
    }
    await handler(socketEvent("$disconnect", connection));
    expect(await items(Keys.connections(id))).toEqual([]);
    expect(await engine.store.get(Keys.connectionOwner(connection))).toBeUndefined();
  });
});

describe("browsers on two instances", () => {
  test("hear where the log is, then of every commit, and where the others are", async () => {
    const one = await browser(live(), ada);
    const two = await browser(live(), bob);
    const { seq, epoch } = one.last("hello");
    expect(one.last("hello")).toEqual({ type: "hello", epoch, seq, connection: one.id });
    expect(two.last("hello").seq).toBe(seq);

    const handlers = [react(), react()] as const;
    const heads = [await add(), await add()];
    expect(await handlers[0](streamEvent(heads))).toEqual({ batchItemFailures: [] });
    // The same again, by another instance; then what is too large to come along.
    await handlers[1](streamEvent(heads));
    await handlers[1](streamEvent([await add(3_000)]));
    expect(one.seqs()).toEqual([seq + 1, seq + 2, seq + 3]);
    expect(two.messages.filter(({ type }) => type === "changes")).toMatchObject([
      { epoch, from: seq + 1, to: seq + 2, heads: [{ seq: seq + 1 }, { seq: seq + 2 }] },
      { epoch, from: seq + 3, to: seq + 3 },
    ]);
    expect(two.last("changes")).not.toHaveProperty("heads");

    await one.say({ type: "presence", sheet: "contacts", record: "r1", field: "email" });
    const here = two.last("presence").people;
    expect(here.find(({ user }) => user === ada.id)).toEqual({
      connection: one.id,
      user: ada.id,
      name: "Ada",
      color: expect.any(String),
      sheet: "contacts",
      record: "r1",
      field: "email",
    });
    expect(new Set(here.map(({ color }) => color)).size).toBe(2);
    await one.say({ type: "ping" });
    expect(one.messages.at(-1)).toMatchObject({ type: "pong", seq: expect.any(Number) });

    // Said to the other instance than the one it connected to.
    await live()(socketEvent("$disconnect", one.id));
    expect(two.last("presence").people).toMatchObject([{ user: bob.id }]);
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
    expect(gateway.unsigned).toEqual([]);
  });

  test("who is removed is told so and ended; who went without a word is forgotten", async () => {
    const handler = live();
    const one = await browser(handler, ada);
    const two = await browser(handler, bob);
    const lost = await browser(handler, ada);
    gateway.lose(lost.id);
    const { json } = await app.ask("DELETE", `${path}/members/${bob.id}`, { token: ada.token });
    expect(json).toBeDefined();
    const { seq } = await app.services.ledger.log.end(id);
    await react()(streamEvent([{ workspace: id, seq }]));
    expect(two.messages.at(-1)).toEqual({ type: "removed" });
    expect(two.closed).toHaveLength(1);
    expect(one.seqs()).toContain(seq);
    expect(await items(Keys.connections(id))).toMatchObject([{ sk: one.id }]);
    expect(await engine.store.get(Keys.connectionOwner(lost.id))).toBeUndefined();
  });

  test("a connection that the table does not know is ended, so that it begins again", async () => {
    const handler = live();
    const socket = gateway.open("Unknown=");
    await handler(socketEvent("$default", "Unknown=", { body: '{"type":"ping"}' }));
    expect(socket.closed).toHaveLength(1);
    expect(await handler(socketEvent("$disconnect", "Unknown="))).toEqual({ statusCode: 200 });
    expect(await handler(socketEvent("$default", "Gone="))).toEqual({ statusCode: 200 });
  });

  test("a connection past its time counts no more, though the table has not deleted it yet", async () => {
    const handler = live();
    const one = await browser(handler, ada);
    for (const item of [
      ...(await items(Keys.connections(id))),
      await engine.store.get(Keys.connectionOwner(one.id)),
    ]) {
      if (item !== undefined) {
        await engine.store.put({ ...item, ttl: Math.floor(Date.now() / 1_000) - 1 });
      }
    }
    await react()(streamEvent([await add()]));
    expect(one.seqs()).toEqual([]);
    await one.say({ type: "ping" });
    expect(one.closed).toHaveLength(1);
  });
});

describe("what is no message", () => {
  test("ends the connection: no JSON, bytes, more than 32 kB", async () => {
    const handler = live();
    for (const given of [
      { body: "hello" },
      { body: "" },
      { body: '{"type":"presence","sheet":["x"]}' },
      { body: "AAEC", isBase64Encoded: true },
      { body: JSON.stringify({ type: "presence", sheet: "ü".repeat(17_000) }) },
    ]) {
      const one = await browser(handler, ada);
      expect(await handler(socketEvent("$default", one.id, given))).toEqual({ statusCode: 200 });
      expect(one.closed).toHaveLength(1);
    }
  });

  test("is answered 400 where not even the event is one", async () => {
    const handler = live();
    for (const event of [null, {}, "x", { requestContext: {} }, { Records: [] }]) {
      expect(await handler(event)).toEqual({ statusCode: 400 });
    }
    expect(lines.every(({ level }) => level === "error")).toBe(true);
  });
});

test("a table that is not there is 500 with its reason in the log, not the end of the instance", async () => {
  variables["TABLE_NAME"] = "missing";
  const handler = live();
  variables["TABLE_NAME"] = "gridfolk";
  const event = socketEvent("$connect", "Some=", {
    query: { workspace: id, ticket: "nothing" },
  });
  expect(await handler(event)).toEqual({ statusCode: 500 });
  expect(lines.at(-1)?.error).toMatch(/table does not exist/);
});
