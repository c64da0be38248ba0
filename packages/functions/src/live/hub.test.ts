import { recordIds } from "@gridfolk/core/ledger/ids";
import { beforeAll, expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { testHub, type TestHub } from "../testing/live.ts";
import { CLOSE } from "./carrier.ts";
import { MAX_MESSAGE_BYTES, presence } from "./message.ts";

let app: TestApp;
let ada: Person;
let bob: Person;
let workspace: string;

beforeAll(async () => {
  app = testApp();
  ada = await app.signUp("Ada");
  bob = await app.signUp("Bob");
});

function open(more: Partial<Parameters<typeof testHub>[0]> = {}): TestHub {
  return testHub({ ledger: app.services.ledger, log: app.log, ...more });
}

const id = () => workspace.split("/").at(-1) ?? "";
const add = (count: number) =>
  app.commit(ada, workspace, [
    {
      op: "create",
      sheet: "contacts",
      ids: recordIds(nodePlatform, count),
      fields: { firstName: Array.from({ length: count }, (_, n) => `Somebody ${n}`) },
    },
  ]);

test("who joins hears where the log is, and then of every commit, in order", async () => {
  workspace = await app.workspace(ada);
  const rig = open();
  const one = await rig.join(id(), ada);
  expect(one.last("hello")).toMatchObject({ seq: 1, connection: one.id });
  await add(1);
  await rig.wake(id());
  await Promise.all([add(1).then(() => rig.wake(id())), add(1).then(() => rig.wake(id()))]);
  await rig.wake(id());
  // Two that come at once may share a head.
  const { seq } = await app.services.ledger.log.end(id());
  expect([3, 4]).toContain(seq);
  expect(one.seqs()).toEqual(Array.from({ length: seq - 1 }, (_, n) => n + 2));
  expect(one.last("changes").heads).toHaveLength(1);
});

test("whoever says hello is told again where the log is", async () => {
  workspace = await app.workspace(ada);
  const rig = open();
  const one = await rig.join(id(), ada);
  await add(1);
  await rig.hub.receive(one.id, '{"type":"hello"}');
  expect(one.last("hello")).toMatchObject({ seq: 2, connection: one.id });
});

test("a change that is too large for a message is only announced", async () => {
  workspace = await app.workspace(ada);
  const rig = open();
  const one = await rig.join(id(), ada);
  await add(3_000);
  await rig.wake(id());
  expect(one.last("changes")).toEqual({
    type: "changes",
    epoch: expect.any(String),
    from: 2,
    to: 2,
  });
});

test("everybody sees who is here and where, each in a colour of their own", async () => {
  workspace = await app.workspace(ada);
  const rig = open();
  const one = await rig.join(id(), ada);
  const two = await rig.join(id(), bob);
  const place = { sheet: "contacts", record: "r1", field: "email" };
  await rig.hub.receive(one.id, JSON.stringify({ type: "presence", ...place }));
  await expect
    .poll(() => two.last("presence").people)
    .toMatchObject([{ user: ada.id, ...place }, { user: bob.id }]);
  const colors = two.last("presence").people.map(({ color }) => color);
  expect(new Set(colors).size).toBe(2);
  await rig.hub.leave(two.id);
  await expect.poll(() => one.last("presence").people).toHaveLength(1);
});

test("however often people move, the others are told at most so often, and of the last place", async () => {
  workspace = await app.workspace(ada);
  const rig = open({ presenceMs: 100 });
  const one = await rig.join(id(), ada);
  const two = await rig.join(id(), bob);
  const before = two.messages.filter(({ type }) => type === "presence").length;
  const start = Date.now();
  const moves = Array.from({ length: 50 }, (_, n) =>
    rig.hub.receive(one.id, JSON.stringify({ type: "presence", record: `r${n}` })),
  );
  await Promise.all(moves);
  const slots = 2 + Math.ceil((Date.now() - start) / 100);
  const told = two.messages.filter(({ type }) => type === "presence").length - before;
  expect(told).toBeLessThanOrEqual(slots);
  expect(two.last("presence").people[0]?.record).toBe("r49");
});

test("whose page nobody looks at hears nothing, until somebody does", async () => {
  workspace = await app.workspace(ada);
  const rig = open();
  const one = await rig.join(id(), ada);
  const two = await rig.join(id(), bob);
  await rig.hub.receive(two.id, JSON.stringify({ type: "presence", away: true }));
  const heardBefore = two.messages.length;
  const people = () => one.last("presence").people;
  expect(people().map(({ away }) => away)).toEqual([undefined, undefined]);
  await add(1);
  await rig.wake(id());
  await rig.hub.receive(one.id, JSON.stringify({ type: "presence", sheet: "contacts" }));
  expect(one.seqs()).toEqual([2]);
  expect(two.messages).toHaveLength(heardBefore);
  await rig.hub.receive(two.id, JSON.stringify({ type: "presence", sheet: "deals" }));
  await rig.hub.receive(two.id, '{"type":"ping"}');
  expect(two.last("pong")).toMatchObject({ seq: 2 });
  await add(1);
  await rig.wake(id());
  expect(two.seqs()).toEqual([3]);
  // That somebody has turned away is told with the next word about people.
  await rig.hub.receive(two.id, JSON.stringify({ type: "presence", away: true }));
  await rig.join(id(), ada);
  await expect.poll(() => people().filter(({ away }) => away)).toMatchObject([{ user: bob.id }]);
});

test("who is removed is told so and heard no more", async () => {
  workspace = await app.workspace(ada);
  await app.join(ada, workspace, bob, "member");
  const rig = open();
  const one = await rig.join(id(), bob);
  await app.ask("DELETE", `${workspace}/members/${bob.id}`, { token: ada.token });
  await rig.wake(id());
  expect(one.messages.at(-1)).toEqual({ type: "removed" });
  expect(one.closed).toEqual([CLOSE.removed.code]);
  await add(1);
  await rig.wake(id());
  expect(one.messages.at(-1)).toEqual({ type: "removed" });
});

test("who looks again is told where the log is once commits are broadcast to them, and a quiet ping is not answered", async () => {
  workspace = await app.workspace(ada);
  const rig = open();
  const one = await rig.join(id(), ada);
  await rig.hub.receive(one.id, JSON.stringify({ type: "presence", away: true }));
  await add(1);
  await rig.wake(id());
  await rig.hub.receive(one.id, '{"type":"ping","quiet":true}');
  expect(one.messages.filter(({ type }) => type === "pong")).toEqual([]);
  await rig.hub.receive(one.id, JSON.stringify({ type: "presence", sheet: "deals", ask: true }));
  expect(one.last("pong")).toMatchObject({ seq: 2 });
  expect(one.seqs()).toEqual([]);
  await add(1);
  await rig.wake(id());
  expect(one.seqs()).toEqual([3]);
});

test("a ping is answered, and what is no message ends the connection", async () => {
  workspace = await app.workspace(ada);
  for (const text of ["", "null", "{}", '{"type":"presence","sheet":5}', "[".repeat(20_000)]) {
    const rig = open();
    const one = await rig.join(id(), ada);
    await rig.hub.receive(one.id, '{"type":"ping"}');
    expect(one.messages.at(-1)).toEqual({ type: "pong", epoch: expect.any(String), seq: 1 });
    await rig.hub.receive(one.id, text);
    expect(one.closed).toEqual([CLOSE.notUnderstood.code]);
    expect(await rig.connections.in(id())).toEqual([]);
  }
});

test("nobody outside a workspace hears of it", async () => {
  workspace = await app.workspace(ada);
  const elsewhere = (await app.workspace(bob)).split("/").at(-1) ?? "";
  const rig = open();
  const other = await rig.join(elsewhere, bob);
  await add(1);
  await rig.wake(id());
  expect(other.messages.map(({ type }) => type)).not.toContain("changes");
});

test("a connection that is gone is removed, and the others hear everything", async () => {
  workspace = await app.workspace(ada);
  const rig = open();
  const one = await rig.join(id(), ada);
  const two = await rig.join(id(), bob);
  rig.lose(one.id);
  await add(1);
  await rig.wake(id());
  expect(two.seqs()).toEqual([2]);
  expect(await rig.connections.in(id())).toMatchObject([{ connection: two.id }]);
  expect(await rig.connections.find(one.id)).toBeUndefined();
});

test("a connection that cannot be reached costs the others nothing, and is told the rest later", async () => {
  workspace = await app.workspace(ada);
  let broken = true;
  const rig = open({
    carrier: (sockets) => ({
      ...sockets,
      post(connection, text) {
        if (broken && connection === "connection-1") return Promise.reject(new Error("429"));
        return sockets.post(connection, text);
      },
    }),
  });
  const one = await rig.join(id(), ada);
  const two = await rig.join(id(), bob);
  await add(1);
  await rig.wake(id());
  broken = false;
  await add(1);
  await rig.wake(id());
  // The gap tells the first one to fetch.
  expect([one.seqs(), two.seqs()]).toEqual([[3], [2, 3]]);
});

test("where nobody can be reached, a broadcast is soon given up", async () => {
  workspace = await app.workspace(ada);
  let tries = 0;
  const rig = open({
    carrier: (sockets) => ({
      ...sockets,
      async post() {
        tries += 1;
        throw new Error("no answer");
      },
    }),
  });
  for (let n = 0; n < 60; n += 1) await rig.hub.join(id(), `c${n}`, { user: ada.id, name: "Ada" });
  await add(1);
  await rig.wake(id());
  expect(tries).toBeLessThan(60);
  expect(await rig.connections.in(id())).toHaveLength(60);
});

test("of many people as many are named as a message holds", () => {
  const people = Array.from({ length: 500 }, (_, n) => ({
    connection: `c${n}`,
    user: `u${n}`,
    name: "Ædelgård ".repeat(10),
    color: "blue",
    record: "r".repeat(128),
  }));
  const text = presence(people);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  expect(JSON.parse(text).people.length).toBeGreaterThan(50);
});
