import { connections } from "@gridfolk/core/ledger/keys";
import { recordIds } from "@gridfolk/core/ledger/ids";
import { beforeAll, describe, expect, test } from "vitest";
import * as Keys from "../account/keys.ts";
import { nodePlatform } from "../platform.ts";
import { deployedApp, type Person } from "../testing/app.ts";
import { openLive } from "../testing/aws/browser.ts";

/** WebSockets, the table's stream and the functions between them, on the built bundles. */

const app = deployedApp({}, { stream: { windowMs: 20 } });
const WITHIN = { timeout: 30_000, interval: 50 };
let ada: Person;
let workspace: string;
let url: string;

beforeAll(async () => {
  ada = await app.signUp("Ada");
  workspace = await app.workspace(ada);
  url = (await app.deployment()).url;
});

const id = (path = workspace) => path.split("/").at(-1) ?? "";

async function ticket(by: Person, path = workspace): Promise<string> {
  return (await app.ask("POST", `${path}/live-ticket`, { token: by.token })).json.ticket;
}

async function open(by: Person, path = workspace) {
  const socket = openLive(url, `workspace=${id(path)}&ticket=${await ticket(by, path)}`);
  expect(await socket.opened).toBe(101);
  await expect.poll(() => socket.last("hello")?.type, WITHIN).toBe("hello");
  return socket;
}

const add = (count = 1, by = ada, path = workspace) =>
  app.commit(by, path, [
    {
      op: "create",
      sheet: "contacts",
      ids: recordIds(nodePlatform, count),
      fields: { firstName: Array.from({ length: count }, (_, n) => `Somebody ${n}`) },
    },
  ]);

describe("/live", () => {
  test("lets in who has a cookie and comes from this site, or has a ticket, once and in time", async () => {
    const query = `workspace=${id()}`;
    const { cookie } = ada;
    const status = (rest: string, headers = {}) => openLive(url, rest, headers).opened;
    expect(await status(query)).toBe(401);
    expect(await status(query, { cookie })).toBe(403);
    expect(await status(query, { cookie, origin: "https://evil.example" })).toBe(403);
    expect(await status(query, { cookie, origin: url })).toBe(101);
    const once = `${query}&ticket=${await ticket(ada)}`;
    expect([await status(once), await status(once)]).toEqual([101, 401]);
    const elsewhere = "workspace=01aaaaaaaaaaaaaaaaaaaaaaaa";
    expect(await status(elsewhere, { cookie, origin: url })).toBe(404);

    const late = await ticket(ada);
    const { store } = app.services;
    const item = await store.get(Keys.ticket(late));
    await store.put({ ...Keys.ticket(late), ...item, until: Date.now() - 1 });
    expect(await status(`${query}&ticket=${late}`)).toBe(401);
  });

  test("says hello when it is greeted, and everybody hears of every commit, in order", async () => {
    const [one, two] = [await open(ada), await open(ada)];
    const from = one.last("hello").seq;
    for (let n = 0; n < 5; n += 1) expect((await add()).status).toBe(201);
    const wanted = [1, 2, 3, 4, 5].map((n) => from + n);
    for (const socket of [one, two]) {
      await expect.poll(() => [...new Set(socket.seqs())], WITHIN).toEqual(wanted);
    }
    const brought = one.messages.flatMap((message) =>
      message.type === "changes" ? (message.heads ?? []) : [],
    );
    expect(new Set(brought.map(({ seq }) => seq))).toEqual(new Set(wanted));
    one.close();
    two.close();
  });

  test("tells who is here and where, and forgets who leaves", async () => {
    const path = await app.workspace(ada);
    const one = await open(ada, path);
    const two = await open(ada, path);
    two.say({ type: "presence", sheet: "contacts", record: "r1", field: "email" });
    await expect
      .poll(() => one.last("presence")?.people, WITHIN)
      .toMatchObject([expect.anything(), expect.anything()]);
    await expect
      .poll(() => JSON.stringify(one.last("presence")?.people), WITHIN)
      .toContain("email");
    two.close();
    await expect.poll(() => one.last("presence").people.length, WITHIN).toBe(1);
    one.close();
  });

  test("ends for who is removed", async () => {
    const bob = await app.signUp("Bob");
    const path = await app.workspace(ada);
    await app.join(ada, path, bob, "member");
    const socket = await open(bob, path);
    await app.ask("DELETE", `${path}/members/${bob.id}`, { token: ada.token });
    await expect.poll(() => socket.messages.at(-1), WITHIN).toEqual({ type: "removed" });
    await expect.poll(() => socket.closed.length, WITHIN).toBe(1);
  });

  test("ends for a message that is too large, binary or none of this protocol", async () => {
    const ends = async (say: (socket: Awaited<ReturnType<typeof open>>) => void) => {
      const socket = await open(ada);
      say(socket);
      await expect.poll(() => socket.closed.length, WITHIN).toBe(1);
      return socket.closed[0];
    };
    expect(await ends((socket) => socket.say("x".repeat(40_000)))).toBe(1009);
    await ends((socket) => socket.say("nonsense"));
    await ends((socket) => socket.say({ type: "presence", sheet: 5 }));
    expect((await open(ada)).closed).toEqual([]);
  });

  test("forgets a connection that is gone although nobody said so", async () => {
    const { webSocketApi } = await app.deployment();
    const path = await app.workspace(ada);
    const stays = await open(ada, path);
    const goes = await open(ada, path);
    await expect.poll(() => stays.last("presence")?.people.length, WITHIN).toBe(2);
    webSocketApi.losesDisconnects = true;
    goes.drop();
    await expect.poll(() => goes.closed.length, WITHIN).toBe(1);
    const connected = async () => {
      const found: string[] = [];
      const partition = connections(id(path));
      for await (const { sk } of app.services.store.query({ pk: partition })) found.push(sk);
      return found.length;
    };
    expect(await connected()).toBe(2);
    await add(1, ada, path);
    await expect.poll(connected, WITHIN).toBe(1);
    webSocketApi.losesDisconnects = false;
    stays.close();
  });
});

test("one edit can be followed through the logs of all functions", async () => {
  const { trail } = await import("../testing/trail.ts");
  const socket = await open(ada);
  const requestId = crypto.randomUUID();
  const made = await app.ask("POST", `${workspace}/sheets/contacts/records`, {
    token: ada.token,
    json: { records: [{ firstName: "Ada" }] },
    headers: { "X-Request-Id": requestId },
  });
  expect(made.status).toBe(201);
  await expect.poll(() => socket.seqs(), WITHIN).toContain(made.json.seq);
  await expect
    .poll(() => trail(app.lines, requestId).map((line) => line.function), WITHIN)
    .toEqual(expect.arrayContaining(["api", "react"]));
  expect(JSON.stringify(app.lines)).not.toMatch(/ada\d*@example/i);
  socket.close();
});
