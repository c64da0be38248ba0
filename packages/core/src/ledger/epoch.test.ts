import { beforeEach, describe, expect, test } from "vitest";
import {
  create,
  draft,
  firstDraft,
  ledgerOn,
  newIds,
  platformAt,
  set,
} from "../testing/ledgers.ts";
import * as Epoch from "./epoch.ts";
import * as Keys from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import * as Reactor from "./reactor.ts";
import type { Item, Store } from "./store.ts";
import * as Workbook from "./workbook.ts";

const workspace = "acme";
const platform = platformAt(Date.now());
const [ann = ""] = newIds(1);

let store: Store;
let ledger: Ledger;

beforeEach(async () => {
  store = createMemoryStore();
  ledger = ledgerOn(store, { platform });
  await ledger.create(workspace, firstDraft());
  await ledger.commit(workspace, draft(1, [create("people", [ann], [{ name: "Ann" }])]));
});

function rename(to: string, by: Ledger, base: number) {
  return by.commit(workspace, draft(base, [set("people", [ann], [{ name: to }])]));
}

/** Everything a table holds of the workspace, as a backup of this moment has it. */
async function copyOf(from: Store): Promise<Store> {
  const to = createMemoryStore();
  const partitions = [
    Keys.log(workspace),
    Keys.manifest(workspace).pk,
    ...Keys.pagePartitions(workspace),
    Keys.id(workspace, ann).pk,
  ];
  const items: Item[] = [];
  for (const pk of partitions) for await (const item of from.query({ pk })) items.push(item);
  await to.putMany(items);
  return to;
}

function beginIn(restored: Store) {
  return Epoch.begin({ store: restored, platform, ledger: ledgerOn(restored) }, workspace);
}

describe("a new epoch", () => {
  test("keeps every record and the history, and lets work go on", async () => {
    const restored = await copyOf(store);
    const before = await ledger.read(workspace);
    const { epoch, seq } = await beginIn(restored);
    expect(seq).toBe(2);
    expect(epoch).not.toBe(before.epoch);
    const after = ledgerOn(restored);
    const expected = Workbook.canonical(before).replace(before.epoch, epoch);
    expect(Workbook.canonical(await after.read(workspace))).toBe(expected);
    expect((await rename("Anna", after, 2)).seq).toBe(3);
    // Another process folds old and new heads alike.
    const history = await ledgerOn(restored).history(workspace, "people", ann, { limit: 10 });
    expect(history.entries.map((entry) => entry.seq)).toEqual([3, 2]);
  });

  test("makes whoever knew what came after the backup load again, with what it has not sent", async () => {
    const restored = await copyOf(store);
    await rename("lost", ledger, 2);
    const lost = await ledger.read(workspace);
    const { epoch, hash } = lost;
    await beginIn(restored);
    const after = ledgerOn(restored);
    await rename("won", after, 2);
    await expect(after.changes(workspace, 3, { epoch, hash })).rejects.toMatchObject({
      code: "reload",
    });
    const unsent = draft(3, [set("people", [ann], [{ name: "unsent" }])], { epoch, hash });
    await expect(after.commit(workspace, unsent)).rejects.toMatchObject({ code: "reload" });
    // After loading, the same changeset lands.
    const now = await after.read(workspace);
    const again = { ...unsent, base: now.seq, epoch: now.epoch, hash: now.hash };
    expect((await after.commit(workspace, again)).seq).toBe(4);
  });

  test("lets reactors go on from there, reacting to nothing twice", async () => {
    const seen: number[] = [];
    const reactor: Reactor.Reactor = {
      name: "recorder",
      react: async ({ seq }) => void seen.push(seq),
    };
    await Reactor.run({ store, platform, log: ledger.log }, workspace, reactor);
    await rename("Anna", ledger, 2);
    const restored = await copyOf(store);
    await beginIn(restored);
    const after = ledgerOn(restored);
    await rename("Anne", after, 3);
    const deps = { store: restored, platform, log: after.log };
    expect(await Reactor.run(deps, workspace, reactor)).toBe("done");
    expect(seen).toEqual([4]);
  });

  test("can be begun again, also after it was broken off", async () => {
    const first = await beginIn(store);
    const second = await beginIn(store);
    expect(second.seq).toBe(first.seq);
    expect(second.epoch).not.toBe(first.epoch);
    expect((await ledgerOn(store).read(workspace)).epoch).toBe(second.epoch);
  });

  test("is refused while somebody writes, and where there is nothing", async () => {
    const writing = ledgerOn(store);
    const racing = {
      log: writing.log,
      async compact() {
        await writing.compact(workspace, { force: true });
        await rename("late", ledger, 2);
        return true;
      },
    };
    await expect(Epoch.begin({ store, platform, ledger: racing }, workspace)).rejects.toMatchObject(
      { code: "busy" },
    );
    await expect(
      Epoch.begin({ store, platform, ledger: ledgerOn(store) }, "nowhere"),
    ).rejects.toMatchObject({ code: "not-found" });
  });

  test("tells of a backup that is not whole", async () => {
    await ledger.compact(workspace, { force: true });
    const restored = await copyOf(store);
    const { pages } = await ledger.manifest(workspace);
    const page = pages.find(({ kind }) => kind === "records");
    await restored.delete(Keys.page(workspace, page?.sheet ?? "", page?.hash ?? ""));
    await expect(beginIn(restored)).rejects.toMatchObject({ code: "corrupt" });
  });
});
