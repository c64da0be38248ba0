import { mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import * as Keys from "../account/keys.ts";
import { testApp } from "../testing/app.ts";
import { startChores } from "./chores.ts";

/** Nobody is connected. */
const noLive = { drive: async () => [] };

test("a list of workspaces that a crash left behind is mended from the log", async () => {
  const app = testApp();
  const ada = await app.signUp("Ada");
  const path = await app.workspace(ada, "Before");
  const workspace = path.split("/").at(-1) ?? "";
  const { store, ledger } = app.services;
  const chores = startChores({
    services: app.services,
    blobs: app.blobs,
    exclusive: true,
    live: noLive,
    log: app.log,
  });
  const head = async () => (await ledger.changes(workspace, 0)).heads.slice(-1);
  chores.committed(workspace, await head());
  await vi.waitFor(async () => {
    expect(await store.get({ pk: `WS#${workspace}`, sk: "CURSOR#memberships" })).toMatchObject({
      until: 0,
    });
  });

  // As if the process had died between the commit and the list.
  const listed = { pk: Keys.memberships(ada.id), sk: workspace };
  const broken = await store.get(listed);
  await app.ask("PATCH", path, { token: ada.token, json: { name: "After" } });
  await store.putMany(broken === undefined ? [] : [broken]);
  const later = testApp({ store });
  expect((await later.services.memberships.of(ada.id))[0]?.name).toBe("Before");
  const restarted = startChores({
    services: later.services,
    blobs: later.blobs,
    exclusive: true,
    live: noLive,
    log: later.log,
  });
  restarted.committed(workspace, await head());
  await vi.waitFor(async () => {
    expect((await later.services.memberships.of(ada.id))[0]?.name).toBe("After");
  });
  await chores.stop();
  await restarted.stop();
  expect([...app.lines, ...later.lines].filter(({ level }) => level === "error")).toEqual([]);
});

test("stop ends the timers and waits for what is under way", async () => {
  const app = testApp();
  const ada = await app.signUp("Ada");
  const workspace = (await app.workspace(ada)).split("/").at(-1) ?? "";
  const { ledger, store } = app.services;
  const chores = startChores({
    services: app.services,
    blobs: app.blobs,
    exclusive: true,
    live: noLive,
    log: app.log,
  });
  chores.committed(workspace, []);
  await expect(chores.stop()).resolves.toBeUndefined();
  // What comes later is left to the next start.
  chores.committed(workspace, await ledger.changes(workspace, 0).then(({ heads }) => heads));
  expect(await store.get({ pk: `WS#${workspace}`, sk: "CURSOR#memberships" })).toBeUndefined();
});

test("once an hour files go that are older than a day, whoever they are for", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval"] });
  const filesIn = await mkdtemp(join(tmpdir(), "gridfolk-chores-"));
  try {
    const app = testApp({ filesIn, looksInside: true });
    const pieces = async function* () {
      yield new Uint8Array([1]);
    };
    const keys = ["files/ws/user/old", "exports/ws/user/old", "files/ws/user/new"];
    for (const key of keys) await app.blobs.put(key, pieces(), { name: "a", type: "b" });
    const yesterday = new Date(Date.now() - 24.1 * 60 * 60 * 1_000);
    for (const key of keys.slice(0, 2)) await utimes(join(filesIn, key), yesterday, yesterday);
    const chores = startChores({
      services: app.services,
      blobs: app.blobs,
      exclusive: true,
      live: noLive,
      log: app.log,
    });
    await vi.advanceTimersByTimeAsync(5 * 60 * 1_000);
    vi.useRealTimers();
    await vi.waitFor(async () => {
      expect(await app.blobs.get("exports/ws/user/old", 10)).toBeUndefined();
      expect(await app.blobs.get("files/ws/user/old", 10)).toBeUndefined();
    });
    expect(await app.blobs.get("files/ws/user/new", 10)).toBeDefined();
    await chores.stop();
  } finally {
    vi.useRealTimers();
    await rm(filesIn, { recursive: true });
  }
});
