import { recordIds } from "@gridfolk/core/ledger/ids";
import { beforeAll, expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { CLOSE, createHub, type Hub } from "./hub.ts";
import type { FromServer } from "./message.ts";

let app: TestApp;
let ada: Person;
let bob: Person;
let workspace: string;

beforeAll(async () => {
  app = testApp();
  ada = await app.signUp("Ada");
  bob = await app.signUp("Bob");
});

function open(): Hub {
  return createHub({
    ledger: app.services.ledger,
    platform: nodePlatform,
    log: app.log,
  });
}

function socket() {
  const heard: FromServer[] = [];
  const closed: number[] = [];
  return {
    heard,
    closed,
    last: <Type extends FromServer["type"]>(type: Type) =>
      heard.findLast((message) => message.type === type) as Extract<FromServer, { type: Type }>,
    send: (text: string) => void heard.push(JSON.parse(text) as FromServer),
    close: (code: number) => void closed.push(code),
  };
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
  const hub = open();
  const one = socket();
  await hub.join(id(), { user: ada.id, name: "Ada" }, one);
  expect(one.last("hello")).toMatchObject({ seq: 1 });
  await add(1);
  await hub.wake(id());
  await Promise.all([add(1).then(() => hub.wake(id())), add(1).then(() => hub.wake(id()))]);
  await hub.wake(id());
  const changes = one.heard.filter((message) => message.type === "changes");
  const seqs = changes.flatMap(({ from, to }) =>
    Array.from({ length: to - from + 1 }, (_, n) => from + n),
  );
  expect(seqs).toEqual([2, 3, 4]);
  expect(changes[0]?.heads).toHaveLength(1);
});

test("a change that is too large for a message is only announced", async () => {
  workspace = await app.workspace(ada);
  const hub = open();
  const one = socket();
  await hub.join(id(), { user: ada.id, name: "Ada" }, one);
  await add(3_000);
  await hub.wake(id());
  expect(one.last("changes")).toEqual({
    type: "changes",
    epoch: expect.any(String),
    from: 2,
    to: 2,
  });
});

test("everybody sees who is here and where, each in a colour of their own", async () => {
  workspace = await app.workspace(ada);
  const hub = open();
  const one = socket();
  const two = socket();
  const mine = await hub.join(id(), { user: ada.id, name: "Ada" }, one);
  const theirs = await hub.join(id(), { user: bob.id, name: "Bob" }, two);
  mine.receive(
    JSON.stringify({ type: "presence", sheet: "contacts", record: "r1", field: "email" }),
  );
  await expect
    .poll(() => two.last("presence")?.people)
    .toMatchObject([
      { user: ada.id, sheet: "contacts", record: "r1", field: "email" },
      { user: bob.id },
    ]);
  const colors = two.last("presence").people.map(({ color }) => color);
  expect(new Set(colors).size).toBe(2);
  theirs.leave();
  await expect.poll(() => one.last("presence").people).toHaveLength(1);
});

test("who is removed is told so and heard no more", async () => {
  workspace = await app.workspace(ada);
  await app.join(ada, workspace, bob, "member");
  const hub = open();
  const one = socket();
  await hub.join(id(), { user: bob.id, name: "Bob" }, one);
  await app.ask("DELETE", `${workspace}/members/${bob.id}`, { token: ada.token });
  await hub.wake(id());
  expect(one.heard.at(-1)).toEqual({ type: "removed" });
  expect(one.closed).toEqual([CLOSE.removed]);
  await add(1);
  await hub.wake(id());
  expect(one.heard.at(-1)).toEqual({ type: "removed" });
});

test("a ping is answered, and what is no message ends the connection", async () => {
  workspace = await app.workspace(ada);
  const one = socket();
  const connection = await open().join(id(), { user: ada.id, name: "Ada" }, one);
  connection.receive('{"type":"ping"}');
  expect(one.heard.at(-1)).toEqual({ type: "pong" });
  for (const text of ["", "null", "{}", '{"type":"presence","sheet":5}', "[".repeat(20_000)]) {
    connection.receive(text);
  }
  expect(one.closed).toEqual(Array.from({ length: 5 }, () => CLOSE.notUnderstood));
});

test("nobody outside a workspace hears of it", async () => {
  workspace = await app.workspace(ada);
  const elsewhere = (await app.workspace(bob)).split("/").at(-1) ?? "";
  const hub = open();
  const other = socket();
  await hub.join(elsewhere, { user: bob.id, name: "Bob" }, other);
  await add(1);
  await hub.wake(id());
  expect(other.heard.map(({ type }) => type)).not.toContain("changes");
});
