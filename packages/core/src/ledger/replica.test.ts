import { beforeEach, describe, expect, test } from "vitest";
import { create, draft, firstDraft, ledgerOn, newIds, set } from "../testing/ledgers.ts";
import { nodePlatform } from "../testing/platform.ts";
import type { Changes, Ledger } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import * as Replica from "./replica.ts";
import type { Store } from "./store.ts";
import * as Workbook from "./workbook.ts";

const workspace = "acme";
const { bytes } = nodePlatform;

let store: Store;
let ledger: Ledger;
let ids: string[];

beforeEach(async () => {
  store = createMemoryStore();
  ledger = ledgerOn(store);
  await ledger.create(workspace, firstDraft());
  ids = newIds(9_000);
  const rows = ids.map((id, age) => ({ name: id, age }));
  await ledger.commit(workspace, draft(1, [create("people", ids, rows)]));
});

/** What a browser gets: bodies inflated by `fetch`, JSON that went over a line. */
function source(more: Partial<Replica.Source> = {}): Replica.Source {
  const inflate = async (member: Uint8Array) => bytes.decode(await bytes.gunzip(member));
  return {
    manifest: () => ledger.manifest(workspace),
    page: async (page) => bytes.gunzip(await ledger.page(workspace, page.hash)),
    part: async (changeset, attempt, n) =>
      inflate(await ledger.part(workspace, changeset, attempt, n)),
    changes: async (after) =>
      JSON.parse(JSON.stringify(await ledger.changes(workspace, after.seq, after))) as Changes,
    ...more,
  };
}

function memoryCache(): Replica.PageCache & { pages: Map<string, string> } {
  const pages = new Map<string, string>();
  return {
    pages,
    get: async (hash) => pages.get(hash),
    put: async (hash, text) => {
      pages.set(hash, text);
    },
    keep: async (hashes) => {
      for (const hash of pages.keys()) if (!hashes.includes(hash)) pages.delete(hash);
    },
  };
}

async function expectSame(workbook: Workbook.Workbook): Promise<void> {
  expect(Workbook.canonical(workbook)).toBe(Workbook.canonical(await ledger.read(workspace)));
  expect(workbook.hash).toBe((await ledger.read(workspace)).hash);
}

describe("a replica", () => {
  test("opens from the log alone, from a snapshot, and from a snapshot with a tail", async () => {
    const canonical = async (): Promise<string[]> => {
      const replica = await Replica.open(workspace, source(), bytes);
      return [replica, await ledger.read(workspace)].map((each) => Workbook.canonical(each));
    };
    const [fromLog, here] = await canonical();
    expect(fromLog).toBe(here);
    await ledger.compact(workspace, { force: true });
    expect(await canonical()).toEqual([here, here]);
    await ledger.commit(workspace, draft(2, [set("people", [ids[7] ?? ""], [{ age: -7 }])]));
    const [withTail, later] = await canonical();
    expect(withTail).toBe(later);
  });

  test("follows changes, small and large, and undos of them", async () => {
    const replica = await Replica.open(workspace, source(), bytes);
    await ledger.commit(workspace, draft(2, [set("people", [ids[7] ?? ""], [{ age: -7 }])]));
    const large = draft(3, [
      set(
        "people",
        ids,
        ids.map((id) => ({ name: `New ${id}` })),
      ),
    ]);
    await ledger.commit(workspace, large);
    await ledger.undo(workspace, large.id, { id: draft(0, []).id, actor: "bob" });
    const touched = await Replica.catchUp(replica, source(), bytes);
    expect(touched).toHaveLength(3);
    await expectSame(replica);
  });

  test("passes over what it has, and leaves alone what begins too late", async () => {
    const replica = await Replica.open(workspace, source(), bytes);
    const { part } = source();
    for (const age of [1, 2, 3]) {
      await ledger.commit(workspace, draft(2, [set("people", [ids[age] ?? ""], [{ age: -1 }])]));
    }
    const all = await source().changes({ seq: 0, epoch: replica.epoch, hash: "" });
    const late = { ...all, from: 4, heads: all.heads.filter((head) => head.seq >= 4) };
    expect(await Replica.advance(replica, late, part, bytes)).toEqual([]);
    expect(replica.seq).toBe(2);
    expect(await Replica.advance(replica, all, part, bytes)).toHaveLength(3);
    expect(await Replica.advance(replica, all, part, bytes)).toEqual([]);
    await expectSame(replica);
  });

  test("notices another history", async () => {
    const replica = await Replica.open(workspace, source(), bytes);
    await ledger.commit(workspace, draft(2, [set("people", [ids[1] ?? ""], [{ age: -1 }])]));
    const changes = await source().changes(replica);
    const [head] = changes.heads;
    if (head === undefined) throw new Error("a head was expected");
    const forged = { ...changes, heads: [{ ...head, at: head.at + 1 }] };
    const { part } = source();
    await expect(Replica.advance(replica, forged, part, bytes)).rejects.toMatchObject({
      code: "reload",
    });
    await expect(
      Replica.advance(replica, { ...changes, epoch: "another" }, part, bytes),
    ).rejects.toMatchObject({ code: "reload" });
    await expect(ledger.changes(workspace, 2, { epoch: "another" })).rejects.toMatchObject({
      code: "reload",
    });
    await expect(ledger.changes(workspace, 99)).rejects.toMatchObject({ code: "reload" });
  });

  test("keeps pages, fetches only new ones, and does not trust what was kept", async () => {
    await ledger.compact(workspace, { force: true });
    const cache = memoryCache();
    let fetched = 0;
    const counting = source();
    const counted: Replica.Source = {
      ...counting,
      page: async (page) => {
        fetched += 1;
        return counting.page(page);
      },
    };
    await Replica.open(workspace, counted, bytes, { cache });
    const first = fetched;
    expect(first).toBeGreaterThan(2);
    await Replica.open(workspace, counted, bytes, { cache });
    expect(fetched).toBe(first);
    const [hash = ""] = cache.pages.keys();
    cache.pages.set(hash, "{}");
    await expectSame(await Replica.open(workspace, counted, bytes, { cache }));
    expect(fetched).toBe(first + 1);
    await ledger.commit(workspace, draft(2, [set("people", [ids[1] ?? ""], [{ age: -1 }])]));
    await ledger.compact(workspace, { force: true });
    await expectSame(await Replica.open(workspace, counted, bytes, { cache }));
    expect(fetched).toBe(first + 2);
  });

  test("a damaged page makes it fetch the manifest once more, then fail loudly", async () => {
    await ledger.compact(workspace, { force: true });
    let manifests = 0;
    let damaged = 1;
    const good = source();
    const bad: Replica.Source = {
      ...good,
      manifest: async () => {
        manifests += 1;
        return good.manifest();
      },
      page: async (page) => {
        damaged -= 1;
        return damaged >= 0 ? bytes.encode('{"format":1}') : good.page(page);
      },
    };
    await expectSame(await Replica.open(workspace, bad, bytes));
    expect(manifests).toBe(2);
    damaged = 1_000;
    await expect(Replica.open(workspace, bad, bytes)).rejects.toMatchObject({ code: "corrupt" });
  });
});
