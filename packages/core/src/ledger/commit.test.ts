import { beforeEach, describe, expect, test } from "vitest";
import { createFaultyStore, type Fault, type FaultyStore } from "../testing/faulty-store.ts";
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
import { DomainError } from "../error.ts";
import type { LedgerDeps } from "./create-ledger.ts";
import * as Ids from "./ids.ts";
import * as Keys from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { Item } from "./store.ts";
import * as Workbook from "./workbook.ts";

const workspace = "acme";

let store: FaultyStore;
let ledger: Ledger;

function ledgerAt(now: number, deps: Partial<LedgerDeps> = {}): Ledger {
  return ledgerOn(store, { platform: platformAt(now), ...deps });
}

beforeEach(async () => {
  store = createFaultyStore(createMemoryStore());
  ledger = ledgerOn(store);
  await ledger.create(workspace, firstDraft());
});

/** The first puts of a head go wrong like this, one after the other. */
function failHeads(...faults: readonly (Fault | undefined)[]): void {
  const left = [...faults];
  store.faults.onPut = (item) => (isHead(item) ? left.shift() : undefined);
}

function isHead(item: Item): boolean {
  return item.pk.startsWith("LOG#");
}

async function heads(): Promise<number> {
  let count = 0;
  for await (const _ of store.query({ pk: Keys.log(workspace) })) count += 1;
  return count;
}

async function names(of: Ledger): Promise<unknown[]> {
  const table = Workbook.table(await of.read(workspace), "people");
  return Workbook.rows(table).map((row) => Workbook.value(table, row, "name"));
}

function named(name: string) {
  return create("people", newIds(1), [{ name }]);
}

describe("commit", () => {
  test("costs one conditional put", async () => {
    const [id = ""] = newIds(1);
    await ledger.commit(workspace, draft(1, [create("people", [id], [{ name: "Ann" }])]));
    const calls: string[] = [];
    store.faults.before = async (call) => {
      calls.push(call);
    };
    const before = store.consumed.write;
    await ledger.commit(workspace, draft(2, [set("people", [id], [{ name: "Anna" }])]));
    expect(calls).toEqual(["put"]);
    expect(store.consumed.write - before).toBe(1);
  });

  test("an exclusive process reads from memory, another asks for the tail", async () => {
    const exclusive = ledgerOn(store, { exclusive: true });
    await exclusive.read(workspace);
    const calls: string[] = [];
    store.faults.before = async (call) => {
      calls.push(call);
    };
    await exclusive.read(workspace);
    expect(calls).toEqual([]);
    await ledger.read(workspace);
    expect(calls).toEqual(["query"]);
  });

  test("is seen by readers once it is durable, not before", async () => {
    const exclusive = ledgerOn(store, { exclusive: true });
    await exclusive.read(workspace);
    let seenBefore: unknown[] | undefined;
    store.faults.before = async (call) => {
      if (call === "put") seenBefore = await names(exclusive);
    };
    await exclusive.commit(workspace, draft(1, [named("Ann")]));
    expect(seenBefore).toEqual([]);
    expect(await names(exclusive)).toEqual(["Ann"]);
  });

  test("answers what its lost put achieved", async () => {
    failHeads("lost");
    const answer = await ledger.commit(workspace, draft(1, [named("Ann")]));
    expect(answer).toMatchObject({ seq: 2, created: 1 });
    expect(await heads()).toBe(2);
    expect(await names(ledger)).toEqual(["Ann"]);
  });

  test("puts again what was not written", async () => {
    failHeads("refused", "refused");
    const answer = await ledger.commit(workspace, draft(1, [named("Ann")]));
    expect(answer.seq).toBe(2);
    expect(await names(ledgerOn(store))).toEqual(["Ann"]);
  });

  test("a put that arrives after its repetition has no effect", async () => {
    failHeads("late");
    await ledger.commit(workspace, draft(1, [named("Ann")]));
    await store.release();
    expect(await heads()).toBe(2);
    expect(await names(ledgerOn(store))).toEqual(["Ann"]);
  });

  test("a put that arrives after another writer's has no effect", async () => {
    const other = ledgerOn(store);
    await other.read(workspace);
    let interfered = false;
    failHeads("late");
    store.faults.before = async (call, { pk }) => {
      if (call !== "query" || interfered || !pk.startsWith("LOG#")) return;
      interfered = true;
      await other.commit(workspace, draft(1, [named("Bob")]));
    };
    const answer = await ledger.commit(workspace, draft(1, [named("Ann")]));
    await store.release();
    expect(answer.seq).toBe(3);
    expect(await heads()).toBe(3);
    expect(new Set(await names(ledgerOn(store)))).toEqual(new Set(["Ann", "Bob"]));
  });

  test("gives up after ten seconds; the same change sent again has one effect even if the first put arrives then", async () => {
    const impatient = ledgerAt(Date.now());
    const change = draft(1, [named("Ann")]);
    let puts = 0;
    store.faults.onPut = (item) => {
      if (!isHead(item)) return undefined;
      puts += 1;
      return puts === 1 ? "late" : "refused";
    };
    await expect(impatient.commit(workspace, change)).rejects.toMatchObject({
      code: "busy",
      retryAfterMs: 1000,
    });
    store.faults = {};
    await store.release();
    const other = ledgerOn(store);
    expect(await other.commit(workspace, change)).toMatchObject({ seq: 2, created: 1 });
    expect(await heads()).toBe(2);
    expect(await names(impatient)).toEqual(["Ann"]);
  });

  test("the same change sent twice at once, or again elsewhere, lands once", async () => {
    const change = draft(1, [named("Ann")]);
    const [first, second] = await Promise.all([
      ledger.commit(workspace, change),
      ledger.commit(workspace, change),
    ]);
    expect(second).toEqual(first);
    expect(await ledgerOn(store).commit(workspace, { ...change, base: 2 })).toEqual(first);
    expect(await heads()).toBe(2);
  });

  test("an id with another body is refused", async () => {
    const change = draft(1, [named("Ann")]);
    await ledger.commit(workspace, change);
    const other = { ...change, operations: [named("Bob")] };
    await expect(ledger.commit(workspace, other)).rejects.toMatchObject({
      code: "changeset-reused",
    });
    await expect(ledgerOn(store).commit(workspace, other)).rejects.toMatchObject({
      code: "changeset-reused",
    });
  });

  test("disjoint changes that wait together share a head, overlapping ones do not", async () => {
    const ids = newIds(40);
    await ledger.commit(
      workspace,
      draft(1, [
        create(
          "people",
          ids,
          ids.map((name) => ({ name })),
        ),
      ]),
    );
    const before = await heads();
    const answers = await Promise.all([
      ...ids.map((id, age) => ledger.commit(workspace, draft(2, [set("people", [id], [{ age }])]))),
      ledger.commit(workspace, draft(2, [set("people", [ids[0] ?? ""], [{ age: 77 }])])),
    ]);
    expect((await heads()) - before).toBeLessThanOrEqual(4);
    expect(answers.at(-1)?.seq).toBeGreaterThan(answers[0]?.seq ?? 0);
    expect(answers.map((answer) => answer.changed)).toEqual(answers.map(() => 1));
    const mine = await ledger.read(workspace);
    expect(Workbook.canonical(mine)).toBe(
      Workbook.canonical(await ledgerOn(store).read(workspace)),
    );
  });

  test("decisions about one system sheet rest on all of it, and never share a head", async () => {
    const [ann = "", bob = ""] = newIds(2);
    const owners = [{ name: "Ann" }, { name: "Bob" }];
    const system = { source: "system" as const };
    await ledger.commit(
      workspace,
      draft(
        1,
        [
          { op: "sheet", key: "_owners", after: { name: "Owners", title: ["name"], position: 9 } },
          { op: "field", sheet: "_owners", after: { key: "name", name: "Name", type: "text" } },
          create("_owners", [ann, bob], owners),
        ],
        system,
      ),
    );
    const leave = (id: string) =>
      ledger.commitWith(workspace, Ids.newId(nodePlatform), (workbook) => {
        const left = Workbook.rows(Workbook.table(workbook, "_owners"));
        if (left.length === 1) throw new DomainError("stale", "The last one stays.");
        return {
          ...system,
          actor: "ann",
          label: "Left",
          operations: [{ op: "delete", sheet: "_owners", ids: [id] }],
        };
      });
    // The first keeps the queue busy, so that the two wait together.
    const [, ...left] = await Promise.allSettled([
      ledger.commit(workspace, draft(2, [named("Cy")])),
      leave(ann),
      leave(bob),
    ]);
    expect(left.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test("what an old state refuses is looked at again before it is refused", async () => {
    const other = ledgerOn(store);
    await other.read(workspace);
    const [id = ""] = newIds(1);
    await ledger.commit(workspace, draft(1, [create("people", [id], [{ name: "Ann" }])]));
    const answer = await other.commit(workspace, draft(2, [set("people", [id], [{ age: 5 }])]));
    expect(answer).toMatchObject({ seq: 3, changed: 1 });
  });

  test("a unique value two processes want goes to one of them", async () => {
    const other = ledgerOn(store);
    await other.read(workspace);
    const wanted = { email: "ann@example.com" };
    const results = await Promise.allSettled(
      [ledger, other].map((each) =>
        each.commit(workspace, draft(1, [create("people", newIds(1), [wanted])])),
      ),
    );
    expect(results.map((result) => result.status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test("a decision made here is made again on the newer state", async () => {
    const other = ledgerOn(store);
    await other.read(workspace);
    await ledger.commit(workspace, draft(1, [named("Ann")]));
    const answer = await other.commitWith(workspace, draft(0, []).id, (workbook) => {
      const table = Workbook.table(workbook, "people");
      const ids = Workbook.rows(table).map((row) => table.ids[row] ?? "");
      return {
        actor: "bob",
        source: "api",
        label: "Aged everybody",
        operations: [
          set(
            "people",
            ids,
            ids.map(() => ({ age: 30 })),
          ),
        ],
      };
    });
    expect(answer).toMatchObject({ seq: 3, changed: 1 });
  });

  test("a large body that lost its race keeps its parts", async () => {
    const other = ledgerOn(store);
    const ids = newIds(9_000);
    const rows = ids.map((id, age) => ({ name: id, age }));
    await ledger.commit(workspace, draft(1, [create("people", ids, rows)]));
    await other.read(workspace);
    const [id = ""] = ids;
    let parts = 0;
    let interfered = false;
    store.faults.before = async (call, { pk }) => {
      if (call === "putMany" && pk.startsWith("BODY#")) parts += 1;
      if (call !== "put" || !pk.startsWith("LOG#") || interfered) return;
      interfered = true;
      await ledger.commit(workspace, draft(2, [set("people", [id], [{ name: "Changed" }])]));
    };
    const answer = await other.commit(
      workspace,
      draft(2, [
        set(
          "people",
          ids,
          ids.map((each) => ({ name: `New ${each}` })),
        ),
      ]),
    );
    expect(answer).toMatchObject({ seq: 4, changed: 9_000 });
    expect(parts).toBe(1);
    const changeset = await ledgerOn(store).changeset(workspace, answer.changeset);
    const [operation] = changeset?.operations ?? [];
    if (operation?.op !== "set") throw new Error("a set was expected");
    expect(operation.before?.["name"]?.[0]).toBe("Changed");
    expect(operation.prev?.slice(0, 2)).toEqual([3, 2]);
  });

  test("waits for the clean-up where nothing may follow an answer", async () => {
    const lambda = ledgerOn(store, { deferred: "await" });
    const ids = newIds(9_000);
    const rows = ids.map((id, age) => ({ name: id, age }));
    await lambda.commit(workspace, draft(1, [create("people", ids, rows)]));
    let intents = 0;
    for await (const _ of store.query({ pk: Keys.intents(workspace) })) intents += 1;
    expect(intents).toBe(0);
  });

  test("time never runs backwards in the log", async () => {
    const future = nodePlatform.clock.now() + 60_000;
    await ledgerAt(future).commit(workspace, draft(1, [named("Ann")]));
    const change = draft(1, [named("Bob")]);
    await ledger.commit(workspace, change);
    expect((await ledger.changeset(workspace, change.id))?.at).toBeGreaterThanOrEqual(future);
  });

  test("an exclusive process asks nothing before a commit either, however long ago it last wrote", async () => {
    const platform = platformAt(1_000_000);
    const exclusive = ledgerOn(store, { platform, exclusive: true });
    await exclusive.read(workspace);
    platform.clock.set(platform.clock.now() + 120_000);
    const before = store.consumed.read;
    await exclusive.ask(workspace, ({ seq }) => seq, { asOf: "likely" });
    expect(store.consumed.read).toBe(before);
  });

  test("in a crowd the winner waits like the others before its next change, alone nobody does", async () => {
    const platform = platformAt(1_000_000);
    const pauses: number[] = [];
    const ledger = ledgerOn(store, {
      platform: {
        ...platform,
        clock: {
          now: platform.clock.now,
          sleep: (ms) => {
            pauses.push(ms);
            return platform.clock.sleep(ms);
          },
        },
        random: { next: () => 1 },
      },
    });
    const rival = ledgerOn(store);
    let rivals = 3;
    store.faults.before = async (call, { pk }) => {
      if (call !== "put" || pk !== Keys.log(workspace) || rivals === 0) return;
      rivals -= 1;
      const { before } = store.faults;
      store.faults = {};
      await rival.commit(workspace, draft(1, [named("Rival")]));
      store.faults = before === undefined ? {} : { before };
    };
    await ledger.commit(workspace, draft(1, [named("Ann")]));
    expect(pauses).toEqual([4, 8, 16]);
    await ledger.commit(workspace, draft(1, [named("Ben")]));
    expect(pauses.slice(3)).toEqual([8]);
    await ledger.commit(workspace, draft(1, [named("Cid")]));
    expect(pauses.slice(4)).toEqual([4]);
    await ledger.commit(workspace, draft(1, [named("Dan")]));
    expect(pauses.slice(5)).toEqual([]);
    rivals = 8;
    await ledger.commit(workspace, draft(1, [named("Eve")]));
    expect(pauses.slice(5)).toEqual([4, 8, 16, 32, 64, 128, 256, 512]);
    platform.clock.set(platform.clock.now() + 2_001);
    await ledger.commit(workspace, draft(1, [named("Fay")]));
    expect(pauses).toHaveLength(13);
  });
});
