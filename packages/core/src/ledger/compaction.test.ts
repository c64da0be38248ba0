import { array, asyncProperty, assert, constant, integer, nat, oneof, record } from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { registry } from "../field/registry.ts";
import { createFaultyStore, type FaultyStore } from "../testing/faulty-store.ts";
import {
  create,
  draft,
  firstDraft,
  ledgerOn,
  newIds,
  platformAt,
  set,
} from "../testing/ledgers.ts";
import { nodePlatform } from "../testing/platform.ts";
import * as Body from "./body.ts";
import type { Draft } from "./changeset.ts";
import * as Keys from "./keys.ts";
import type { Ledger, PageReference } from "./ledger.ts";
import * as Log from "./log.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { Operation } from "./operation.ts";
import { fromRegistry } from "./rules.ts";
import type { Store } from "./store.ts";
import * as Workbook from "./workbook.ts";

const workspace = "acme";
const HOUR = 60 * 60 * 1000;

let store: FaultyStore;
let ledger: Ledger;

beforeEach(async () => {
  store = createFaultyStore(createMemoryStore());
  ledger = ledgerOn(store);
  await ledger.create(workspace, firstDraft());
});

/** The log folded from its first head, without any snapshot. */
async function replay(from: Store): Promise<string> {
  const context = {
    store: from,
    platform: nodePlatform,
    rules: fromRegistry(registry),
    access: () => {},
    exclusive: false,
    deferred: "after",
    cacheBytes: 1e9,
  } as const;
  const decoded = Body.createDecodedParts(0);
  const { epoch } = await ledgerOn(from).manifest(workspace);
  const workbook = Workbook.empty(workspace, epoch);
  for await (const head of Log.heads(context, workspace, {})) {
    Workbook.apply(workbook, await Log.committed(context, decoded, workspace, head));
  }
  return Workbook.canonical(workbook);
}

async function fresh(from: Store = store): Promise<string> {
  return Workbook.canonical(await ledgerOn(from).read(workspace));
}

async function people(count: number): Promise<string[]> {
  const ids = newIds(count);
  const rows = ids.map((id, age) => ({ name: `Person ${id}`, age, email: `${id}@example.com` }));
  await ledger.commit(workspace, draft(1, [create("people", ids, rows)]));
  return ids;
}

async function pages(kind: PageReference["kind"]): Promise<PageReference[]> {
  const manifest = await ledger.manifest(workspace);
  return manifest.pages.filter((page) => page.kind === kind);
}

describe("compaction", () => {
  test("is not due because of a few rows in parts that are far from full", async () => {
    await people(20_000);
    await ledger.compact(workspace, { force: true });
    const word = () => Math.random().toString(36);
    for (let n = 0; n < 2; n += 1) {
      const ids = newIds(900);
      const rows = ids.map(() => ({ name: word() + word(), email: `${word()}@example.com` }));
      await ledger.commit(workspace, draft(n + 2, [create("people", ids, rows)]));
      const [head] = (await ledger.changes(workspace, n + 2)).heads;
      expect(head?.changesets[0]?.parts?.sha256).toHaveLength(1);
      expect(await ledger.compact(workspace)).toBe(false);
    }
  });

  test("is due by the size of the tail, not before", async () => {
    expect(await ledger.compact(workspace)).toBe(false);
    await people(9_000);
    for (let age = 0; age < 3; age += 1) {
      const rows = Array.from({ length: 9_000 }, () => ({ age: Math.random() }));
      const table = Workbook.table(await ledger.read(workspace), "people");
      await ledger.commit(workspace, draft(2 + age, [set("people", [...table.ids], rows)]));
    }
    expect(await ledger.compact(workspace)).toBe(true);
    expect(await ledger.compact(workspace)).toBe(false);
    expect((await ledger.manifest(workspace)).seq).toBe(5);
    expect(await fresh()).toBe(await replay(store));
  });

  test("rewrites only the pages of touched records", async () => {
    const ids = await people(9_000);
    await ledger.compact(workspace, { force: true });
    const before = await pages("records");
    expect(before.length).toBeGreaterThanOrEqual(3);
    const schema = await pages("schema");
    await ledger.commit(workspace, draft(2, [set("people", [ids[5_000] ?? ""], [{ age: -1 }])]));
    const more = newIds(3);
    await ledger.commit(
      workspace,
      draft(3, [
        create(
          "people",
          more,
          more.map((name) => ({ name })),
        ),
      ]),
    );
    const units = store.consumed.write;
    await ledger.compact(workspace, { force: true });
    const after = await pages("records");
    const kept = after.filter((page) => before.some((old) => old.hash === page.hash));
    expect(kept.length).toBe(before.length - 2);
    expect(await pages("schema")).toEqual(schema);
    expect(store.consumed.write - units).toBeLessThan(1_000);
    expect(await fresh()).toBe(await replay(store));
  });

  test("keeps index pages for unique fields and links", async () => {
    const [firm = ""] = newIds(1);
    const [ann = "", bob = ""] = newIds(2);
    await ledger.commit(
      workspace,
      draft(1, [
        create("firms", [firm], [{ name: "Acme" }]),
        create(
          "people",
          [ann, bob],
          [
            { name: "Ann", email: "ann@example.com", firm: [firm] },
            { name: "Bob", firm: [firm] },
          ],
        ),
      ]),
    );
    await ledger.compact(workspace, { force: true });
    expect(await pages("unique")).toMatchObject([{ sheet: "people/email", count: 1 }]);
    const links = await pages("links");
    expect(links).toMatchObject([{ sheet: "people/firm", first: firm, count: 1 }]);
    await ledger.commit(workspace, draft(2, [set("people", [bob], [{ age: 3 }])]));
    await ledger.compact(workspace, { force: true });
    expect(await pages("links")).toEqual(links);
    await ledger.commit(workspace, draft(3, [set("people", [bob], [{ firm: null }])]));
    await ledger.compact(workspace, { force: true });
    expect((await pages("links"))[0]?.hash).not.toBe(links[0]?.hash);
  });

  test(
    "goes on under commits, here and elsewhere, and takes one state",
    { timeout: 30_000 },
    async () => {
      const ids = await people(12_000);
      const other = ledgerOn(store);
      await other.read(workspace);
      const running = new AbortController();
      const edit = async (by: Ledger): Promise<number> => {
        let commits = 0;
        while (!running.signal.aborted) {
          const id = ids[Math.floor(Math.random() * ids.length)] ?? "";
          await by.commit(workspace, draft(2, [set("people", [id], [{ age: Math.random() }])]));
          const [created = ""] = newIds(1);
          if (commits % 10 === 0) {
            await by.commit(workspace, draft(2, [create("people", [created], [{ name: "New" }])]));
          }
          commits += 1;
          await nodePlatform.clock.sleep(2);
        }
        return commits;
      };
      const editing = [edit(ledger), edit(other)];
      for (let round = 0; round < 3; round += 1) {
        await ledger.compact(workspace, { force: true });
        const { seq } = await ledger.manifest(workspace);
        expect(seq).toBeGreaterThan(1);
        await nodePlatform.clock.sleep(30);
      }
      // Whoever loses the swap leaves the other's snapshot alone.
      await Promise.all([
        ledger.compact(workspace, { force: true }),
        other.compact(workspace, { force: true }),
      ]);
      running.abort();
      const commits = await Promise.all(editing);
      expect(Math.min(...commits)).toBeGreaterThan(3);
      const folded = await replay(store);
      expect(await fresh()).toBe(folded);
      await other.compact(workspace, { force: true });
      expect(await fresh()).toBe(folded);
      expect(Workbook.canonical(await ledger.read(workspace))).toBe(folded);
    },
  );

  test("calls at one time take turns, so that none lists pages the other is about to rewrite", async () => {
    await people(5);
    await Promise.all([1, 2, 3].map(() => ledger.compact(workspace, { force: true })));
    expect(await fresh()).toBe(await replay(store));
  });

  test("a log that was replaced meanwhile leaves nothing of the old one to be written", async () => {
    const made: Operation[] = [
      { op: "sheet", key: "extra", after: { name: "Extra", title: [], position: 2 } },
      { op: "create", sheet: "extra", ids: newIds(1), fields: {} },
    ];
    await ledger.commit(workspace, draft(1, made));
    store.faults.before = async (call, { pk }) => {
      if (call !== "putMany" || !pk.startsWith("PAGE#")) return;
      store.faults = {};
      // A restore: the same table, an older state.
      await store.delete(Keys.head(workspace, 2));
      await ledger.read(workspace);
      throw new Error("The table is being restored.");
    };
    await expect(ledger.compact(workspace, { force: true })).rejects.toThrow("restored");
    await people(3);
    expect(await ledger.compact(workspace, { force: true })).toBe(true);
    expect(await fresh()).toBe(await replay(store));
  });

  test("a changeset sent again from elsewhere after its head left the tail lands once", async () => {
    const change: Draft = draft(1, [create("people", newIds(1), [{ name: "Ann" }])]);
    const answer = await ledger.commit(workspace, change);
    await ledger.compact(workspace, { force: true });
    const other = ledgerOn(store);
    expect(await other.commit(workspace, { ...change, base: 2 })).toEqual(answer);
    const reused = { ...change, operations: [create("people", newIds(1), [{ name: "Bob" }])] };
    await expect(other.commit(workspace, reused)).rejects.toMatchObject({
      code: "changeset-reused",
    });
    expect((await other.read(workspace)).seq).toBe(2);
    expect((await other.changeset(workspace, change.id))?.label).toBe("Edited");
  });

  test("retired pages go a day later, and not if they are listed again", async () => {
    const platform = platformAt(Date.now());
    const clocked = ledgerOn(store, { platform });
    const ids = await people(10);
    const edit = async (age: number): Promise<void> => {
      await clocked.commit(
        workspace,
        draft(2, [
          set(
            "people",
            ids,
            ids.map(() => ({ age })),
          ),
        ]),
      );
      await clocked.compact(workspace, { force: true });
    };
    await clocked.compact(workspace, { force: true });
    const [first] = await pagesOf(clocked, "records");
    await edit(1);
    const bytes = await clocked.page(workspace, first?.hash ?? "");
    expect(bytes.length).toBe(first?.bytes);
    platform.clock.set(platform.clock.now() + 25 * HOUR);
    await edit(2);
    await expect(clocked.page(workspace, first?.hash ?? "")).rejects.toMatchObject({
      code: "not-found",
    });
    expect(await fresh()).toBe(await replay(store));
  });

  test("sweeping spares what is listed and what is new", async () => {
    const platform = platformAt(Date.now());
    const clocked = ledgerOn(store, { platform });
    await people(10);
    await clocked.compact(workspace, { force: true });
    const [listed] = await pagesOf(clocked, "records");
    const stray = { ...Keys.page(workspace, "people", "stray"), bytes: Uint8Array.of(1) };
    await store.put({ ...stray, at: platform.clock.now() });
    await clocked.sweep(workspace);
    expect(await store.get(stray)).toBeDefined();
    platform.clock.set(platform.clock.now() + 49 * HOUR);
    await clocked.sweep(workspace);
    expect(await store.get(stray)).toBeUndefined();
    expect((await clocked.page(workspace, listed?.hash ?? "")).length).toBe(listed?.bytes);
  });

  test("a page that is gone makes a reader look at the manifest again, then fail loudly", async () => {
    await people(10);
    await ledger.compact(workspace, { force: true });
    const [page] = await pages("records");
    const key = Keys.page(workspace, "people", page?.hash ?? "");
    const item = await store.get(key);
    await store.delete(key);
    let manifests = 0;
    store.faults.before = async (call, asked) => {
      if (call !== "get" || asked.sk !== "SNAPSHOT") return;
      manifests += 1;
      if (manifests === 2 && item !== undefined) await store.put(item);
    };
    expect((await ledgerOn(store).read(workspace)).seq).toBe(2);
    expect(manifests).toBe(2);

    store.faults = {};
    await store.put({ ...key, at: 0, bytes: await nodePlatform.bytes.gzip(Uint8Array.of(1, 2)) });
    await expect(ledgerOn(store).read(workspace)).rejects.toMatchObject({ code: "corrupt" });
  });

  test("a log that was replaced under a warm process is read again", async () => {
    await people(3);
    const warm = ledgerOn(store);
    await warm.read(workspace);
    // A restore: the same table, an older state, a new epoch.
    const { pk, sk } = Keys.head(workspace, 2);
    await store.delete({ pk, sk });
    expect((await warm.read(workspace)).seq).toBe(1);
  });

  test(
    "replay from a snapshot and its tail equals replay from the first head",
    { timeout: 60_000 },
    async () => {
      const step = oneof(
        {
          weight: 4,
          arbitrary: record({
            do: constant("create" as const),
            count: integer({ min: 1, max: 5 }),
          }),
        },
        {
          weight: 6,
          arbitrary: record({ do: constant("set" as const), pick: nat(), age: nat(9) }),
        },
        { weight: 2, arbitrary: record({ do: constant("delete" as const), pick: nat() }) },
        {
          weight: 2,
          arbitrary: record({ do: constant("restore" as const), pick: nat() }),
        },
        { weight: 1, arbitrary: record({ do: constant("field" as const), pick: nat() }) },
        { weight: 2, arbitrary: record({ do: constant("compact" as const) }) },
      );
      await assert(
        asyncProperty(array(step, { maxLength: 25 }), async (steps) => {
          const own = createMemoryStore();
          const writer = ledgerOn(own);
          await writer.create(workspace, firstDraft());
          const ids: string[] = [];
          const trash = new Set<string>();
          for (const each of steps) {
            if (each.do === "compact") {
              await writer.compact(workspace, { force: true });
              continue;
            }
            let operation: Operation;
            if (each.do === "create") {
              const made = newIds(each.count);
              ids.push(...made);
              operation = create(
                "people",
                made,
                made.map((name) => ({ name })),
              );
            } else if (each.do === "field") {
              const key = `extra${each.pick}`;
              operation = { op: "field", sheet: "people", after: { key, name: key, type: "text" } };
            } else {
              const wanted = ids.filter((id) => trash.has(id) === (each.do === "restore"));
              const id = wanted[each.pick % Math.max(1, wanted.length)];
              if (id === undefined) continue;
              if (each.do === "set") operation = set("people", [id], [{ age: each.age }]);
              else {
                operation = { op: each.do, sheet: "people", ids: [id] };
                if (each.do === "delete") trash.add(id);
                else trash.delete(id);
              }
            }
            await writer.commit(workspace, draft(0, [operation]));
          }
          const folded = await replay(own);
          expect(await fresh(own)).toBe(folded);
          expect(Workbook.canonical(await writer.read(workspace))).toBe(folded);
        }),
        { numRuns: 30 },
      );
    },
  );
});

async function pagesOf(of: Ledger, kind: PageReference["kind"]): Promise<PageReference[]> {
  return (await of.manifest(workspace)).pages.filter((page) => page.kind === kind);
}
