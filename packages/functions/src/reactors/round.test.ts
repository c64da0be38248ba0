import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import { beforeEach, expect, test } from "vitest";
import * as Keys from "../account/keys.ts";
import { type TestApp, testApp } from "../testing/app.ts";
import { createDriver, type Driver } from "./driver.ts";
import * as Round from "./round.ts";

let app: TestApp;
/** Ids in the order of a round. */
let workspaces: string[];
/** What the reactor was driven to, by workspace. */
let seen: string[];
/** Called by the reactor. */
let act: (workspace: string) => void | Promise<void>;
let driver: Driver;
let now: number;
let swept: string[];

const FAR = Number.MAX_SAFE_INTEGER;

beforeEach(async () => {
  app = testApp({ store: createMemoryStore() });
  const ada = await app.signUp("Ada");
  const paths: string[] = [];
  for (const name of ["One", "Two", "Three", "Four"]) paths.push(await app.workspace(ada, name));
  workspaces = paths.map((path) => path.split("/").at(-1) ?? "").toSorted();
  seen = [];
  swept = [];
  act = () => {};
  now = 1_000;
  const { store, platform, ledger } = app.services;
  driver = createDriver({
    store,
    platform,
    log: ledger.log,
    journal: app.log,
    driven: [
      {
        reactor: {
          name: "test",
          async follow({ workspace }) {
            seen.push(workspace);
            await act(workspace);
          },
        },
      },
    ],
  });
  // It begins at the end of the log: from here on it has something to do.
  for (const workspace of workspaces) await driver.drive(workspace);
  for (const path of paths) {
    await app.ask("PATCH", path, { token: ada.token, json: { name: "Renamed" } });
  }
});

function run(until = FAR): Promise<Round.Run | undefined> {
  const { store } = app.services;
  const ledger = {
    async sweep(workspace: string) {
      swept.push(workspace);
      await app.services.ledger.sweep(workspace);
    },
  };
  const platform = { clock: { now: () => now, sleep: () => Promise.resolve() } };
  return Round.run({ store, platform, ledger, driver, journal: app.log }, until);
}

test("a round drives the reactors of every workspace to the end of its log", async () => {
  expect(await run()).toEqual({ finished: true, began: 1_000, clean: true, workspaces: 4 });
  expect(seen).toEqual(workspaces);
  // There is nothing more to do.
  now = 2_000;
  expect(await run()).toEqual({ finished: true, began: 2_000, clean: true, workspaces: 4 });
  expect(seen).toEqual(workspaces);
});

test("a run whose time is over goes on in the next where it stopped, and each gets its turn once", async () => {
  act = () => {
    now += 100;
  };
  expect(await run(1_150)).toEqual({ finished: false, began: 1_000, clean: true, workspaces: 2 });
  expect(await run(0)).toEqual({ finished: false, began: 1_000, clean: true, workspaces: 0 });
  expect(await run(1_250)).toEqual({ finished: false, began: 1_000, clean: true, workspaces: 1 });
  expect(await run(FAR)).toEqual({ finished: true, began: 1_000, clean: true, workspaces: 1 });
  expect(seen).toEqual(workspaces);
});

test("what fails in one workspace keeps no other waiting, and the round is not clean", async () => {
  act = (workspace) => {
    if (workspace === workspaces[1]) throw new Error("broken");
  };
  expect(await run()).toMatchObject({ finished: true, clean: false, workspaces: 4 });
  expect(seen).toEqual(workspaces);
  act = () => {};
  expect(await run()).toMatchObject({ finished: true, clean: true });
  expect(seen).toEqual([...workspaces, workspaces[1]]);
});

test("a workspace in which a run was ended is passed over once, and said", async () => {
  const { store } = app.services;
  const [, second = ""] = workspaces;
  act = (workspace) => (workspace === second ? new Promise(() => {}) : undefined);
  // Lambda ends it in there; what it wrote before is all that is left of it.
  void run();
  await expect.poll(() => seen.at(-1)).toBe(second);
  expect((await store.get(Keys.round))?.["doing"]).toBe(second);
  // Its lease is over as well by the time of the next run.
  const lease = { pk: `WS#${second}`, sk: "CURSOR#test" };
  await store.put({ ...lease, ...(await store.get(lease)), until: 0 });

  const later = createDriver({
    store,
    platform: app.services.platform,
    log: app.services.ledger.log,
    journal: app.log,
    driven: [
      { reactor: { name: "test", follow: async ({ workspace }) => void seen.push(workspace) } },
    ],
  });
  driver = later;
  seen = [];
  expect(await run()).toMatchObject({ finished: true, clean: false, workspaces: 2 });
  expect(seen).toEqual(workspaces.slice(2));
  expect(app.lines.filter(({ level }) => level === "error")).toMatchObject([{ workspace: second }]);
  expect(await run()).toMatchObject({ finished: true, clean: true, workspaces: 4 });
  expect(seen).toEqual([...workspaces.slice(2), second]);
});

test("of two runs at once one gives up", async () => {
  let other: Round.Run | undefined;
  act = async (workspace) => {
    if (workspace === workspaces[0]) {
      seen = [];
      other = await run();
    }
  };
  expect(await run()).toBeUndefined();
  expect(other).toMatchObject({ finished: true, workspaces: 3 });
  expect(seen).toEqual(workspaces.slice(1));
});

test("a workspace whose making was cut short is nothing to wait for", async () => {
  const { store } = app.services;
  await store.put({ pk: Keys.workspaces, sk: "000neverbegun" });
  expect(await run()).toMatchObject({ finished: true, clean: true, workspaces: 5 });
});

test("every workspace is swept once in 24 rounds", async () => {
  for (let round = 0; round < 24; round += 1) await run();
  expect(swept.toSorted()).toEqual(workspaces);
});

test("a table that fails is thrown on", async () => {
  const { store } = app.services;
  const broken = { ...store, get: () => Promise.reject(new Error("no table")) };
  const { platform, ledger } = app.services;
  await expect(
    Round.run({ store: broken, platform, ledger, driver, journal: app.log }, FAR),
  ).rejects.toThrow("no table");
});
