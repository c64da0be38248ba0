import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as LedgerKeys from "@gridfolk/core/ledger/keys";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "./engine.ts";
import { nodePlatform as platform } from "./platform.ts";
import { run } from "./resume.ts";
import { testApp } from "./testing/app.ts";

const BEGUN = "read whole; a new epoch begins after change 1, and all goes on from there.";

let dataDir: string;
let said: string;
let complained: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "gridfolk-resume-"));
  said = "";
  complained = "";
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

function resume(...words: string[]): Promise<number> {
  const variables = { DATA_DIR: dataDir, DURABILITY: "os" };
  return run(
    words,
    variables,
    (text) => (said += text),
    (text) => (complained += text),
  );
}

const open = () => openStore({ dataDir, durability: "os", tableName: "gridfolk", platform });

/** Two workspaces, the first of them with two reactors that wait for an operator. */
async function restored(): Promise<string[]> {
  const { store, stop } = await open();
  const app = testApp({ store });
  const ada = await app.signUp("Ada");
  const ids = [];
  for (const name of ["One", "Two"]) {
    ids.push((await app.workspace(ada, name)).split("/").at(-1) ?? "");
  }
  for (const reactor of ["memberships", "compaction"]) {
    const key = LedgerKeys.cursor(ids[0] ?? "", reactor);
    const cursor = { epoch: "before", seq: 7, failures: 2, owner: "x", until: 0, at: 0 };
    await store.put({ ...key, ...cursor });
  }
  await stop();
  return ids;
}

test("what waits goes on from the newest change, and is told", async () => {
  const [one = "", two = ""] = await restored();
  expect(await resume(one, two)).toBe(0);
  expect(said).toBe(
    `${one}: compaction, memberships go on after change 1.\n${two}: nothing waits.\n`,
  );
  const { store, stop } = await open();
  const cursor = await store.get(LedgerKeys.cursor(one, "memberships"));
  const head = await store.get(LedgerKeys.head(one, 1));
  await stop();
  expect(cursor).toMatchObject({ seq: 1, epoch: head?.["epoch"], failures: 0, until: 0 });
  expect(await resume("--all")).toBe(0);
  expect(said.match(/nothing waits/g)).toHaveLength(3);
});

test("a workspace that is not there is told, and the others go on", async () => {
  const [one = ""] = await restored();
  expect(await resume("nowhere", one)).toBe(1);
  expect(complained).toContain("nowhere: There is no such workspace.");
  expect(said).toContain("memberships go on");
});

test("a data directory in use, and words that mean nothing, are said in plain words", async () => {
  const { stop } = await open();
  expect(await resume("--all")).toBe(1);
  expect(complained).toMatch(/in use/);
  await stop();
  for (const words of [[], ["--all", "one"], ["--nonsense"], ["--table"], ["--table", "", "one"]]) {
    complained = "";
    expect(await resume(...words)).toBe(2);
    expect(complained).toMatch(/^usage: npm run resume/);
  }
});

test("a new epoch reads every workspace, sends pages to load again and lets all go on", async () => {
  const [one = "", two = ""] = await restored();
  const before = await open();
  const old = await testApp({ store: before.store }).services.ledger.manifest(one);
  await before.stop();
  expect(await resume("--all", "--new-epoch")).toBe(0);
  expect(said.split("\n").toSorted()).toEqual(
    ["", ...[one, two].map((id) => `${id}: ${BEGUN}`)].toSorted(),
  );
  const { store, stop } = await open();
  const { ledger } = testApp({ store }).services;
  const { epoch } = await ledger.manifest(one);
  expect(epoch).not.toBe(old.epoch);
  await expect(ledger.changes(one, 1, { epoch: old.epoch })).rejects.toMatchObject({
    code: "reload",
  });
  expect(await store.get(LedgerKeys.cursor(one, "memberships"))).toMatchObject({ epoch, seq: 1 });
  await stop();
});

test("a backup that is not whole is told, and the others begin", async () => {
  const [one = "", two = ""] = await restored();
  expect(await resume("--all", "--new-epoch")).toBe(0);
  const { store, stop } = await open();
  for (const pk of LedgerKeys.pagePartitions(one))
    for await (const page of store.query({ pk })) await store.delete(page);
  await stop();
  said = "";
  expect(await resume("--all", "--new-epoch")).toBe(1);
  expect(complained).toMatch(new RegExp(`^${one}: A page of the sheet .* is missing`));
  expect(said).toBe(`${two}: ${BEGUN}\n`);
});
