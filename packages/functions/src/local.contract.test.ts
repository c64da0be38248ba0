import { request } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import * as Environment from "./env.ts";
import { type LocalServer, startLocal } from "./local.ts";
import type { Line } from "./log/line.ts";
import { createLog } from "./log/log.ts";
import { trail } from "./testing/trail.ts";

let folder: string;
let lines: Line[];
const running: LocalServer[] = [];

beforeEach(async () => {
  lines = [];
  folder = await mkdtemp(join(tmpdir(), "gridfolk-local-"));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(variables: Record<string, string> = {}): Promise<LocalServer> {
  const server = await startLocal(
    Environment.read({
      PORT: "0",
      HOST: "127.0.0.1",
      DATA_DIR: folder,
      DURABILITY: "os",
      ...variables,
    }),
    {
      webFolder: join(folder, "none"),
      workerFile: "",
      log: createLog({ sink: (line) => lines.push(line) }),
    },
  );
  running.push(server);
  return server;
}

interface Asked {
  readonly token?: string;
  readonly json?: unknown;
}

async function ask(server: LocalServer, method: string, path: string, { token, json }: Asked = {}) {
  const headers = new Headers();
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  if (json !== undefined) headers.set("Content-Type", "application/json");
  const body = json === undefined ? null : JSON.stringify(json);
  const answer = await fetch(`${server.url}${path}`, { method, headers, body });
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
  return { status: answer.status, json: (await answer.json()) as any, cookie };
}

async function begin(server: LocalServer) {
  const account = { name: "Ada", email: "ada@example.com", password: "correct horse" };
  const { json, cookie } = await ask(server, "POST", "/api/auth/sign-up/email", { json: account });
  const { token } = json as { token: string };
  const made = await ask(server, "POST", "/api/workspaces", { token, json: { name: "Acme" } });
  return { token, cookie, id: made.json.id as string, path: `/api/workspaces/${made.json.id}` };
}

const write = (server: LocalServer, path: string, token: string, firstName: string) =>
  ask(server, "POST", `${path}/sheets/contacts/records`, {
    token,
    json: { records: [{ firstName }] },
  });

test("what was acknowledged, sessions too, is there after a restart on another port", async () => {
  const first = await start();
  const { token, path } = await begin(first);
  await write(first, path, token, "Ada");
  await first.stop();
  const second = await start();
  const { json } = await ask(second, "GET", `${path}/sheets/contacts/records`, { token });
  expect(json).toMatchObject({ total: 1, records: [{ fields: { firstName: "Ada" } }] });
});

test("a data directory in use is said in plain words", async () => {
  await start();
  await expect(start()).rejects.toThrow(/data directory .* is in use/);
});

test("a port in use leaves the data directory free", async () => {
  const first = await start();
  const port = new URL(first.url).port;
  const other = join(folder, "other");
  await expect(start({ PORT: port, DATA_DIR: other })).rejects.toThrow(/is in use/);
  await expect(start({ DATA_DIR: other })).resolves.toBeDefined();
});

test("by invitation, the first account needs the token that start answers", async () => {
  const server = await start({ SIGNUP: "invite" });
  const account = { name: "Ada", email: "ada@example.com", password: "correct horse" };
  const signUp = (json: object) => ask(server, "POST", "/api/auth/sign-up/email", { json });
  expect((await signUp(account)).status).toBe(403);
  expect((await signUp({ ...account, invitation: server.firstAccountToken })).status).toBe(200);
});

test("a body over 4 MB is answered with 413, whether its length is told or not", async () => {
  const server = await start();
  const { token, path } = await begin(server);
  const headers = { Authorization: `Bearer ${token}` };
  const body = new Uint8Array(8 * 1024 * 1024);
  // Again and again: an answer in the middle of sending would break some of the connections.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const told = await fetch(`${server.url}${path}/import?sheet=contacts`, {
      method: "POST",
      headers,
      body,
    });
    expect([told.status, (await told.text()).includes("too-large")]).toEqual([413, true]);
  }
  const stream = new Blob([body]).stream();
  const streamed = { method: "POST", headers, body: stream, duplex: "half" } as RequestInit;
  const untold = await fetch(`${server.url}${path}/import?sheet=contacts`, streamed);
  expect(untold.status).toBe(413);
  expect((await ask(server, "GET", "/api/health")).status).toBe(200);
});

describe("/live", () => {
  function connect(server: LocalServer, query: string, headers: Record<string, string> = {}) {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/live?${query}`, { headers });
    const heard: { type: string; [name: string]: unknown }[] = [];
    socket.on("message", (data) => heard.push(JSON.parse((data as Buffer).toString())));
    const opened = new Promise<number>((resolve) => {
      socket.on("open", () => resolve(101));
      socket.on("unexpected-response", (_, answer) => resolve(answer.statusCode ?? 0));
      socket.on("error", () => {});
    });
    return { socket, heard, opened };
  }

  test("lets in who has a cookie and comes from this site, or has a ticket, once", async () => {
    const server = await start();
    const { token, cookie, id, path } = await begin(server);
    const query = `workspace=${id}`;
    expect(await connect(server, query).opened).toBe(401);
    expect(await connect(server, query, { cookie }).opened).toBe(403);
    expect(await connect(server, query, { cookie, origin: "https://evil.example" }).opened).toBe(
      403,
    );
    expect(await connect(server, query, { cookie, origin: server.url }).opened).toBe(101);
    const { json } = await ask(server, "POST", `${path}/live-ticket`, { token });
    const withTicket = `${query}&ticket=${json.ticket}`;
    expect(await connect(server, withTicket).opened).toBe(101);
    expect(await connect(server, withTicket).opened).toBe(401);
    const elsewhere = "workspace=01aaaaaaaaaaaaaaaaaaaaaaaa";
    expect(await connect(server, elsewhere, { cookie, origin: server.url }).opened).toBe(404);
  });

  test("is the only address for WebSockets", async () => {
    const server = await start();
    const { port } = new URL(server.url);
    for (const path of ["/", "/elsewhere", "//["]) {
      const status = await new Promise((resolve, reject) => {
        request({ port, path, headers: { Connection: "Upgrade", Upgrade: "websocket" } })
          .on("response", (answer) => resolve(answer.statusCode))
          .on("error", reject)
          .end();
      });
      expect([path, status]).toEqual([path, 404]);
    }
  });

  test("brings a commit of one browser to another, and ends when the server stops", async () => {
    const server = await start();
    const { token, cookie, id, path } = await begin(server);
    const { socket, heard, opened } = connect(server, `workspace=${id}`, {
      cookie,
      origin: server.url,
    });
    await opened;
    await expect.poll(() => heard[0]?.type).toBe("hello");
    await write(server, path, token, "Ada");
    await expect
      .poll(() => heard.find(({ type }) => type === "changes"))
      .toMatchObject({ from: 2, to: 2 });
    const ended = new Promise<number>((resolve) => socket.on("close", resolve));
    await server.stop();
    expect(await ended).toBe(1001);
  });

  test("leaves one trail in the log for one edit, from the browser's id to what reacted", async () => {
    const server = await start();
    const { token, cookie, id, path } = await begin(server);
    const other = connect(server, `workspace=${id}`, { cookie, origin: server.url });
    await other.opened;
    await expect.poll(() => other.heard[0]?.type).toBe("hello");
    const requestId = crypto.randomUUID();
    // Inviting somebody concerns the members, so that a reactor with a cursor has something to do.
    const headers = { Authorization: `Bearer ${token}`, "X-Request-Id": requestId };
    const renamed = await fetch(`${server.url}${path}`, {
      method: "PATCH",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ name: "Secret Plans" }),
    });
    expect([renamed.status, renamed.headers.get("X-Request-Id")]).toEqual([200, requestId]);
    const follow = () => trail(lines, requestId);
    await expect.poll(() => follow().map((line) => line.reactor ?? line.function)).toHaveLength(3);
    const [api, ...reacted] = follow();
    expect(api).toMatchObject({ level: "info", function: "api", workspace: id, seq: 2 });
    expect(api?.writeUnits).toBeGreaterThanOrEqual(1);
    const byReactor = Object.fromEntries(reacted.map((line) => [line.reactor, line]));
    expect(byReactor).toMatchObject({
      broadcast: { workspace: id, from: 2, to: 2, told: 1 },
      memberships: { workspace: id, from: 2, to: 2, outcome: "done" },
    });
    expect(byReactor["memberships"]?.writeUnits).toBeGreaterThan(0);
    // Neither what was written nor who wrote it.
    expect(JSON.stringify(lines)).not.toMatch(/Secret|Ada|ada@|gridfolk-local-/);
    expect(JSON.stringify(lines)).not.toContain(token);
  });

  test("ends a connection that sends more than a message may hold", async () => {
    const server = await start();
    const { cookie, id } = await begin(server);
    const { socket, opened } = connect(server, `workspace=${id}`, { cookie, origin: server.url });
    await opened;
    const ended = new Promise<number>((resolve) => socket.on("close", resolve));
    socket.send("x".repeat(33 * 1024));
    expect(await ended).toBe(1009);
    expect((await ask(server, "GET", "/api/health")).status).toBe(200);
  });
});
