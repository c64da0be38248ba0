import { beforeEach, describe, expect, test } from "vitest";
import { create, draft, firstDraft, ledgerOn, newIds, set } from "../testing/ledgers.ts";
import * as Keys from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import type { Listed, ListOptions } from "./listing.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { Store } from "./store.ts";

const workspace = "acme";

let store: Store;
let ledger: Ledger;

beforeEach(async () => {
  store = createMemoryStore();
  ledger = ledgerOn(store);
  await ledger.create(workspace, firstDraft());
});

async function write(label: string, actor = "ann", sheet = "people"): Promise<string> {
  const made = create(sheet, newIds(1), [{ name: label }]);
  const change = draft(1, [made], { label: label.slice(0, 100), actor });
  await ledger.commit(workspace, change);
  return change.id;
}

async function all(options: Omit<ListOptions, "before">, from = ledger): Promise<Listed[]> {
  const found: Listed[] = [];
  for (let before: ListOptions["before"]; ;) {
    const page = await from.list(workspace, { ...options, before });
    found.push(...page.changesets);
    if (page.next === null) return found;
    before = page.next;
  }
}

/** Text that does not compress. */
function noise(length: number): string {
  const letters = Array.from({ length }, () => Math.floor(Math.random() * 94) + 32);
  return String.fromCharCode(...letters);
}

const labels = (listed: readonly Listed[]) => listed.map(({ label }) => label);

describe("the list of changesets", () => {
  test("is newest first, page by page, the same from memory and from the table", async () => {
    for (const label of ["a", "b", "c", "d", "e"]) await write(label);
    const expected = ["e", "d", "c", "b", "a", "New workspace"];
    expect(labels(await all({ limit: 2 }))).toEqual(expected);
    await ledger.compact(workspace, { force: true });
    expect(labels(await all({ limit: 2 }, ledgerOn(store)))).toEqual(expected);
  });

  test("pages also between the changesets of one head", async () => {
    const together = ["a", "b", "c"].map((label) =>
      draft(1, [create("people", newIds(1), [{ name: label }])], { label }),
    );
    await Promise.all(together.map((change) => ledger.commit(workspace, change)));
    const found = await all({ limit: 1 });
    expect(labels(found).toSorted()).toEqual(["New workspace", "a", "b", "c"]);
    expect(found.map(({ seq, place }) => seq * 10 + place)).toEqual(
      found.map(({ seq, place }) => seq * 10 + place).toSorted((a, b) => b - a),
    );
  });

  test("says what was touched, and of an undo what it undid", async () => {
    const id = await write("Ann");
    const firm = await write("Acme", "bob", "firms");
    await ledger.undo(workspace, id, { id: draft(0, []).id, actor: "bob" });
    const { changesets, undos } = await ledger.list(workspace, { limit: 10 });
    expect(changesets).toMatchObject([
      {
        sheets: ["people"],
        actor: "bob",
        source: "undo",
        deleted: 1,
        undoes: { changeset: id, actor: "ann", source: "grid", label: "Ann", seq: 2 },
      },
      { id: firm, sheets: ["firms"], created: 1 },
      { id, sheets: ["people"] },
      { seq: 1 },
    ]);
    expect(undos).toMatchObject([{ changeset: id, actor: "bob" }]);
    // Also where what was undone is on another page.
    const page = await ledger.list(workspace, { limit: 1 });
    expect(page.changesets[0]?.undoes).toMatchObject({ label: "Ann" });
  });

  test("counts what people see, not what the system keeps beside it", async () => {
    const sheet = { name: "Notes of the system", title: ["name"], position: 9 };
    const operations = [
      { op: "sheet" as const, key: "_notes", after: sheet },
      {
        op: "field" as const,
        sheet: "_notes",
        after: { key: "name", name: "Name", type: "text" as const },
      },
    ];
    await ledger.commit(workspace, draft(1, operations, { source: "system" }));
    const ids = newIds(2);
    const change = draft(2, [
      create("people", ids, [{ name: "Ann" }, { name: "Bob" }]),
      set("people", ids.slice(0, 1), [{ name: "Anna" }]),
      create("_notes", newIds(3), [{ name: "a" }, { name: "b" }, { name: "c" }]),
    ]);
    await ledger.commit(workspace, change);
    const [newest] = await all({ limit: 10 });
    expect(newest).toMatchObject({ created: 2, changed: 0, deleted: 0, restored: 0 });
  });

  test("tells an undo of some records from one of all", async () => {
    const ids = newIds(2);
    const change = draft(1, [create("people", ids, [{ name: "Ann" }, { name: "Bea" }])]);
    await ledger.commit(workspace, change);
    await ledger.undo(
      workspace,
      change.id,
      { id: draft(0, []).id, actor: "ann" },
      { people: [ids[0] ?? ""] },
    );
    const { changesets, undos } = await ledger.list(workspace, { limit: 1 });
    expect(changesets).toMatchObject([{ partial: true, deleted: 1 }]);
    expect(undos).toMatchObject([{ partial: true }]);
    expect((await ledger.changes(workspace, 2)).heads[0]?.changesets[0]).toMatchObject({
      partial: true,
    });
  });

  test("names the sheets of a large changeset without reading it, also of one from before heads did", async () => {
    const ids = newIds(5_000);
    const change = draft(1, [
      create(
        "people",
        ids,
        ids.map((_, at) => ({ name: `Name ${at}` })),
      ),
      create("firms", newIds(1), [{ name: "Acme" }]),
    ]);
    await ledger.commit(workspace, change);
    const fresh = ledgerOn(store);
    expect((await fresh.list(workspace, { limit: 1 })).changesets[0]?.sheets).toEqual([
      "people",
      "firms",
    ]);
  });

  test("goes on past what does not match, and ends where a time begins", async () => {
    for (const label of ["a", "b", "c"]) await write(label, label === "b" ? "bob" : "ann");
    const byBob = await all({ limit: 1, match: ({ actor }) => actor === "bob" });
    expect(labels(byBob)).toEqual(["b"]);
    const [c, b] = await all({ limit: 10 });
    expect(labels(await all({ limit: 10, to: (b?.at ?? 0) - 1 }))).not.toContain("c");
    expect(await all({ limit: 10, from: (c?.at ?? 0) + 1 })).toEqual([]);
    expect((await ledger.list(workspace, { limit: 10, from: (c?.at ?? 0) + 1 })).cut).toBe(false);
  });

  test("that ends at a time tells what of it was undone since", async () => {
    const id = await write("a");
    const [a] = await all({ limit: 10 });
    // Not within the same millisecond.
    await expect.poll(() => Date.now()).toBeGreaterThan(a?.at ?? 0);
    await write("b");
    const undo = draft(0, []).id;
    await ledger.undo(workspace, id, { id: undo, actor: "bob" });
    const page = await ledger.list(workspace, { limit: 10, to: a?.at });
    expect(labels(page.changesets)).not.toContain("b");
    expect(page.undos).toMatchObject([{ changeset: id, by: undo }]);
    expect(page.undosCut).toBe(false);
    // Told once: what follows is older.
    const [first, second] = [
      await ledger.list(workspace, { limit: 1, to: a?.at }),
      await ledger.list(workspace, { limit: 1, to: a?.at, before: { seq: 2, place: 0 } }),
    ];
    expect([first.undos.length, second.undos.length]).toEqual([1, 0]);
  });

  test("reads a bounded stretch of the log, however little of it matches", async () => {
    const text = noise(14_000);
    for (let written = 0; written < 5 * 1024 * 1024; written += 14_000) {
      await write(`${written}${text}`);
    }
    const late = ledgerOn(store);
    const first = await late.list(workspace, { limit: 10, match: ({ seq }) => seq === 1 });
    expect(first.changesets).toEqual([]);
    expect(first.next?.seq).toBeGreaterThan(1);
    expect(labels(await all({ limit: 10, match: ({ seq }) => seq === 1 }, late))).toEqual([
      "New workspace",
    ]);
  });

  test("ends in words where the log was cut", async () => {
    for (const label of ["a", "b", "c"]) await write(label);
    await ledger.compact(workspace, { force: true });
    await store.delete(Keys.head(workspace, 1));
    await store.delete(Keys.head(workspace, 2));
    const late = ledgerOn(store);
    const { changesets, next, cut } = await late.list(workspace, { limit: 10 });
    expect(labels(changesets)).toEqual(["c", "b"]);
    expect({ next, cut }).toEqual({ next: null, cut: true });
  });
});

describe("a sample of a changeset", () => {
  test("shows what the first records held before and after", async () => {
    const ids = newIds(3);
    const rows = ids.map((_, at) => ({ name: `Name ${at}` }));
    await ledger.commit(workspace, draft(1, [create("people", ids, rows)]));
    const change = draft(2, [
      set(
        "people",
        ids,
        rows.map(() => ({ name: "Ann" })),
      ),
    ]);
    await ledger.commit(workspace, change);
    const sampled = await ledger.sample(workspace, change.id, 2);
    expect(sampled).toMatchObject({
      changeset: { id: change.id, changed: 3 },
      more: true,
      records: [
        {
          sheet: "people",
          id: ids[0],
          kind: "changed",
          cells: [{ field: "name", before: "Name 0", after: "Ann" }],
        },
        { id: ids[1] },
      ],
    });
    expect((await ledger.sample(workspace, change.id, 3))?.more).toBe(false);
    expect(await ledger.sample(workspace, draft(0, []).id, 3)).toBeUndefined();
  });

  test("reads one part of a large one", async () => {
    const ids = newIds(12_000);
    const change = draft(1, [
      create(
        "people",
        ids,
        ids.map((_, at) => ({ name: `Name ${at}` })),
      ),
    ]);
    await ledger.commit(workspace, change);
    const late = ledgerOn(store);
    await late.list(workspace, { limit: 1 });
    const before = store.consumed.read;
    const sampled = await late.sample(workspace, change.id, 5);
    expect(sampled?.records).toHaveLength(5);
    expect(sampled?.more).toBe(true);
    expect(store.consumed.read - before).toBeLessThan(100);
  });
});
