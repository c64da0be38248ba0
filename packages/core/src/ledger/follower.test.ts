import { beforeEach, describe, expect, test } from "vitest";
import { isDomainError } from "../error.ts";
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
import { storeSmallPages } from "../testing/small-pages.ts";
import type { LedgerContext } from "./context.ts";
import * as Codec from "./codec.ts";
import * as Keys from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { Operation } from "./operation.ts";
import { fromRegistry, KEYS } from "./rules.ts";
import * as Snapshot from "./snapshot.ts";
import type { Item, Store } from "./store.ts";
import * as Workbook from "./workbook.ts";

const workspace = "acme";
const rules = fromRegistry(registry);

let store: FaultyStore;
let ids: string[];
let firms: string[];

/** Sixty people of six firms, with their snapshot in pages of five. */
beforeEach(async () => {
  store = createFaultyStore(createMemoryStore());
  const ledger = ledgerOn(store);
  await ledger.create(workspace, firstDraft());
  firms = newIds(6);
  ids = newIds(60);
  await ledger.commit(
    workspace,
    draft(1, [
      create(
        "firms",
        firms,
        firms.map((_, n) => ({ name: `Firm ${n}` })),
      ),
      create(
        "people",
        ids,
        ids.map((_, n) => ({ name: `Person ${n}`, age: n, email: email(n), firm: [firm(n)] })),
      ),
    ]),
  );
  await snapshot(ledger, 5);
});

const email = (n: number): string => `person${n}@example.com`;
const firm = (n: number): string => firms[n % firms.length] ?? "";
const person = (n: number): string => ids[n % ids.length] ?? "";

async function snapshot(ledger: Ledger, size: number, keys = KEYS): Promise<void> {
  const context: LedgerContext = {
    store,
    platform: nodePlatform,
    rules,
    access: () => {},
    exclusive: false,
    deferred: "await",
    cacheBytes: 1e9,
  };
  const now = await Snapshot.manifest(context, workspace);
  const next = await storeSmallPages(store, await ledger.read(workspace), rules, size);
  const version = (now?.version ?? 0) + 1;
  expect(await Snapshot.swap(context, workspace, { ...next, keys, version })).toBe(true);
}

/** Items of a kind that are read by the batch while `work` runs. */
async function pagesRead(work: () => Promise<unknown>, kind = "PAGE"): Promise<number> {
  let pages = 0;
  const { getMany } = store;
  store.getMany = (keys) => {
    pages += keys.filter(({ pk }) => pk.startsWith(`${kind}#`)).length;
    return getMany(keys);
  };
  try {
    await work();
  } finally {
    store.getMany = getMany;
  }
  return pages;
}

const change = (operation: Operation, base = 2) => draft(base, [operation]);

describe("a cold process", () => {
  test("reads the pages that decide, and no others", async () => {
    const pages = (look: (ledger: Ledger) => Promise<unknown>): Promise<number> =>
      pagesRead(() => look(ledgerOn(store)));
    // The schema is a page.
    expect(await pages((ledger) => ledger.ask(workspace, (workbook) => workbook.seq))).toBe(1);
    expect(await pages((ledger) => ledger.changes(workspace, 1))).toBe(1);
    expect(await pages((ledger) => ledger.manifest(workspace))).toBe(1);
    expect(
      await pages((ledger) =>
        ledger.commit(workspace, change(set("people", [person(7)], [{ age: 1 }]))),
      ),
    ).toBe(2);
    // With the page of the key it claims and the page of the firm it links to.
    const ann = { name: "Ann", email: "ann@example.com", firm: [firm(0)] };
    expect(
      await pages((ledger) => ledger.commit(workspace, change(create("people", newIds(1), [ann])))),
    ).toBe(3);
    expect(
      await pages((ledger) => ledger.history(workspace, "people", person(9), { limit: 9 })),
    ).toBe(2);
    expect(
      await pages((ledger) =>
        ledger.ask(
          workspace,
          (workbook) => Workbook.rows(Workbook.table(workbook, "firms")).length,
        ),
      ),
    ).toBe(3);
    expect(await pages((ledger) => ledger.read(workspace))).toBe(1 + 12 + 2);
  });

  test("refuses a value that a record it has not read holds", async () => {
    const taken = change(set("people", [person(3)], [{ email: email(44) }]));
    await expect(ledgerOn(store).commit(workspace, taken)).rejects.toMatchObject({
      code: "invalid-values",
    });
    const free = draft(2, [
      set("people", [person(44)], [{ email: "new@example.com" }]),
      set("people", [person(3)], [{ email: email(44) }]),
    ]);
    expect(await ledgerOn(store).commit(workspace, free)).toMatchObject({ changed: 2 });
    await expect(
      ledgerOn(store).commit(workspace, { ...taken, id: draft(0, []).id }),
    ).resolves.toMatchObject({
      changed: 0,
    });
  });

  test("does not ask indexes that other rules have made, until they are made anew", async () => {
    await snapshot(ledgerOn(store), 5, KEYS - 1);
    const claim = (n: number) =>
      pagesRead(() =>
        ledgerOn(store).commit(
          workspace,
          change(set("people", [person(n)], [{ email: `${n}@x.io` }])),
        ),
      );
    // All the people, and the firms they link to.
    expect(await claim(1)).toBe(1 + 12 + 2);
    const compacting = ledgerOn(store);
    await compacting.commit(workspace, change(set("people", [person(2)], [{ age: 1 }])));
    await compacting.compact(workspace, { force: true });
    expect(await store.get(Keys.manifest(workspace))).toMatchObject({ keys: KEYS });
    const { pages } = await compacting.manifest(workspace);
    expect(pages.find(({ kind }) => kind === "unique")).toMatchObject({ count: 60 });
    await snapshot(ledgerOn(store), 5);
    expect(await claim(3)).toBe(3);
  });

  test("reads one part of an import for the history of a record", async () => {
    const ledger = ledgerOn(store);
    const people = newIds(9_000);
    const field = { key: "note", name: "Note", type: "text" } as const;
    const operations: Operation[] = [
      { op: "field", sheet: "people", after: field },
      create(
        "people",
        people,
        people.map((name) => ({ name, note: name })),
      ),
    ];
    const parts = await Codec.encodeParts(operations, nodePlatform.bytes);
    const { operations: _, id, ...rest } = draft(2, [], { source: "import" });
    const { attempt } = await ledger.upload.open(workspace, { id, parts: parts.length });
    for (const [n, part] of parts.entries()) {
      await ledger.upload.part(workspace, id, attempt, n, part.bytes);
    }
    const end = { parts: parts.length, draft: { ...rest, id } };
    await ledger.upload.commit(workspace, id, attempt, end);
    await ledger.compact(workspace, { force: true });
    expect(parts.length).toBeGreaterThan(2);
    const cold = ledgerOn(store);
    const [record = ""] = people.slice(5_000);
    const read = await pagesRead(async () => {
      const { entries } = await cold.history(workspace, "people", record, { limit: 9 });
      expect(entries).toMatchObject([
        { kind: "created", cells: [{ after: record }, { after: record }] },
      ]);
    }, "BODY");
    expect(read).toBe(1);
  });

  test("undoes a change to what it has not read", async () => {
    const ledger = ledgerOn(store);
    const added = newIds(1);
    const made = change(create("firms", added, [{ name: "New" }]));
    await ledger.commit(workspace, made);
    const moved = draft(3, [set("people", [person(50)], [{ firm: added }])]);
    await ledger.commit(workspace, moved);
    const kept = await ledgerOn(store).undo(workspace, made.id, by());
    expect(kept).toMatchObject({
      reverted: 0,
      skipped: [{ reason: "Another record links to it." }],
    });
    expect(await ledgerOn(store).undo(workspace, moved.id, by())).toMatchObject({ reverted: 1 });
    expect(await ledgerOn(store).undo(workspace, made.id, by())).toMatchObject({ reverted: 1 });
  });

  test("takes the tail along to pages it reads later, and compacts what it has put together", async () => {
    const ledger = ledgerOn(store);
    for (let n = 0; n < 30; n += 1) {
      await ledger.commit(workspace, change(set("people", [person(n * 7)], [{ age: 100 + n }])));
    }
    await ledger.commit(workspace, change({ op: "delete", sheet: "people", ids: [person(5)] }));
    const expected = Workbook.canonical(await ledger.read(workspace));
    const cold = ledgerOn(store);
    await cold
      .commit(workspace, change(set("people", [person(5)], [{ age: 3 }]), 30))
      .catch((error: unknown) => {
        expect(error).toMatchObject({ code: "invalid-values" });
      });
    expect(Workbook.canonical(await cold.read(workspace))).toBe(expected);
    const compacting = ledgerOn(store);
    expect(await compacting.compact(workspace, { force: true })).toBe(true);
    expect(Workbook.canonical(await ledgerOn(store).read(workspace))).toBe(expected);
  });

  test("begins again when a page has left the snapshot meanwhile", async () => {
    const cold = ledgerOn(store);
    await cold.ask(workspace, (workbook) => workbook.seq);
    const other = ledgerOn(store);
    await other.commit(workspace, change(set("people", [person(7)], [{ age: 1 }])));
    const pages = (await other.manifest(workspace)).pages.filter(({ kind }) => kind === "records");
    await snapshot(other, 7);
    await store.deleteMany(pages.map(({ sheet, hash }) => Keys.page(workspace, sheet, hash)));
    const age = await cold.ask(workspace, (workbook) => {
      const table = Workbook.table(workbook, "people");
      return Workbook.value(table, table.rowById.get(person(7)) ?? -1, "age");
    });
    expect(age).toBe(1);
    expect(Workbook.canonical(await cold.read(workspace))).toBe(
      Workbook.canonical(await other.read(workspace)),
    );
  });

  test("fails loudly when a page is missing from the newest snapshot", async () => {
    const cold = ledgerOn(store);
    const [page] = (await cold.manifest(workspace)).pages.filter(({ kind }) => kind === "records");
    await store.delete(Keys.page(workspace, page?.sheet ?? "", page?.hash ?? ""));
    await expect(cold.read(workspace)).rejects.toMatchObject({ code: "corrupt" });
    await expect(cold.read(workspace)).rejects.toMatchObject({ code: "corrupt" });
  });

  test("sweeps without reading a page or a body", async () => {
    const clock = platformAt(Date.now() + 100 * 60 * 60 * 1000);
    const early = ledgerOn(store);
    const ages = ids.map((_, n) => ({ name: `${n}`.repeat(900) }));
    await early.commit(workspace, change(set("people", ids, ages)));
    const calls: string[] = [];
    store.faults.before = async (call, { pk }) => {
      calls.push(`${call} ${pk.split("#")[0]}`);
    };
    await ledgerOn(store, { platform: clock }).sweep(workspace);
    store.faults = {};
    expect(calls.filter((call) => call.includes("LOG"))).toEqual([]);
    expect(calls.filter((call) => call.startsWith("getMany"))).toEqual([]);
  });
});

function by() {
  return { id: draft(0, []).id, actor: "ann" };
}

describe("processes with parts and with all of a workspace", () => {
  test("put the same heads", async () => {
    const other = createMemoryStore();
    await other.putMany(await everything(store));
    const at = Date.now() + 60_000;
    const whole = ledgerOn(other, { platform: platformAt(at) });
    await whole.read(workspace);
    const drafts = Array.from({ length: 24 }, (_, n) => draftOf(n));
    for (const each of drafts) {
      // Cold every time.
      const parts = ledgerOn(store, { platform: platformAt(at) });
      expect(await outcome(parts.commit(workspace, each))).toEqual(
        await outcome(whole.commit(workspace, each)),
      );
    }
    expect(await heads(store)).toEqual(await heads(other));
    expect((await heads(store)).length).toBeGreaterThan(15);
    expect(Workbook.canonical(await ledgerOn(store).read(workspace))).toBe(
      Workbook.canonical(await whole.read(workspace)),
    );
  });

  test("race for one value, and one gets it", async () => {
    const racers = Array.from({ length: 6 }, () => ledgerOn(store));
    const claims = racers.map((ledger, n) =>
      ledger
        .commit(workspace, change(set("people", [person(n * 9)], [{ email: "one@example.com" }])))
        .then(
          () => "won",
          (error: unknown) => {
            if (!isDomainError(error, "invalid-values")) throw error;
            return "lost";
          },
        ),
    );
    expect((await Promise.all(claims)).toSorted()).toEqual([
      ...Array<string>(5).fill("lost"),
      "won",
    ]);
  });

  test("share heads for what waits together", async () => {
    const cold = ledgerOn(store);
    const answers = await Promise.all(
      ids.map((id, n) => cold.commit(workspace, change(set("people", [id], [{ age: 1_000 + n }])))),
    );
    expect(new Set(answers.map(({ seq }) => seq)).size).toBeLessThan(20);
    const table = Workbook.table(await ledgerOn(store).read(workspace), "people");
    expect(
      ids.map((id, n) => Workbook.value(table, table.rowById.get(id) ?? -1, "age") === 1_000 + n),
    ).not.toContain(false);
  });
});

/** Creates, sets, deletes, restores, links and values that are taken, over the same sixty people. */
function draftOf(n: number) {
  const some = [person(n * 11), person(n * 11 + 23)];
  switch (n % 6) {
    case 0:
      return change(set("people", some, [{ age: n }, { email: email(n) }]));
    case 1:
      return change({ op: "delete", sheet: "people", ids: some.toSorted() });
    case 2:
      return change(
        create("people", newIds(1), [{ name: "New", email: email(n + 30), firm: [firm(n)] }]),
      );
    case 3:
      return change({ op: "restore", sheet: "people", ids: [person((n - 2) * 11)] });
    case 4:
      return draft(
        2,
        [set("people", some, [{ email: email(n + 1) }, { firm: ["1r5c8d0ab0000001"] }])],
        { source: "import" },
      );
    default:
      return change({
        op: "field",
        sheet: "people",
        after: {
          key: "age",
          name: `Age ${n}`,
          type: "number",
          ...(n % 4 === 1 && { unique: true }),
        },
      });
  }
}

async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return { code: error.code, message: error.message, errors: error.errors };
  }
}

async function everything(from: Store): Promise<Item[]> {
  const items: Item[] = [];
  const partitions = [Keys.log(workspace), ...Keys.pagePartitions(workspace)];
  for (const pk of partitions) for await (const item of from.query({ pk })) items.push(item);
  for (let shard = 0; shard < 16; shard += 1) {
    for await (const item of from.query({ pk: `BODY#${workspace}#${shard}` })) items.push(item);
  }
  const manifest = await from.get(Keys.manifest(workspace));
  return manifest === undefined ? items : [...items, manifest];
}

async function heads(of: Store): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of of.query({ pk: Keys.log(workspace) })) items.push(item);
  return items;
}

describe("memory", () => {
  const MB = 2 ** 20;
  const count = (sheet: string) => (workbook: Workbook.Workbook) =>
    Workbook.rows(Workbook.table(workbook, sheet)).length;

  test("that a sheet would not fit is told before it is loaded", async () => {
    const small = ledgerOn(store, { cacheBytes: 4 * MB });
    const pages = await pagesRead(async () => {
      const refused = small.ask(workspace, count("people"));
      await expect(refused).rejects.toMatchObject({ code: "workspace-too-large" });
      await expect(refused).rejects.toThrow(/about \d+ MB .* 4\.0 MB is allowed/);
    });
    expect(pages).toBeLessThan(4);
    // What needs less still goes.
    await small.commit(workspace, change(set("people", [person(3)], [{ age: 1 }])));
  });

  test("that one thing needs is taken from what was loaded for another", async () => {
    const small = ledgerOn(store, { cacheBytes: 30 * MB });
    // Twelve pages that say they are 300 kB each are expected to take 36 MB.
    await expect(small.ask(workspace, count("people"))).rejects.toMatchObject({
      code: "workspace-too-large",
    });
    expect(await small.ask(workspace, count("firms"))).toBe(6);
  });

  test("of workspaces that nobody uses is given back, also when they have grown", async () => {
    const small = ledgerOn(store, { cacheBytes: 3 * MB, exclusive: true });
    await small.create("one", firstDraft());
    await small.create("two", firstDraft());
    const opened = async (name: string): Promise<boolean> => {
      let asked = false;
      store.faults.before = async (call, { pk }) => {
        asked ||= call === "get" && pk === Keys.manifest(name).pk;
      };
      await small.ask(name, (workbook) => workbook.seq);
      store.faults = {};
      return asked;
    };
    expect(await opened("one")).toBe(false);
    const grow = async (name: string): Promise<void> => {
      const people = newIds(900);
      const rows = people.map((id) => ({ name: `${id} `.repeat(100) }));
      await small.commit(name, draft(1, [create("people", people, rows)]));
    };
    await grow("one");
    expect(await opened("one")).toBe(false);
    await grow("two");
    expect(await opened("one")).toBe(true);
  });
});
