import { beforeEach, describe, expect, test } from "vitest";
import { create, draft, firstDraft, ledgerOn, newIds, set } from "../testing/ledgers.ts";
import * as Keys from "./keys.ts";
import type { Ledger, WireHead } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { Operation } from "./operation.ts";
import type { Store } from "./store.ts";
import * as Workbook from "./workbook.ts";

const workspace = "acme";

let store: Store;
let ledger: Ledger;

beforeEach(async () => {
  store = createMemoryStore();
  ledger = ledgerOn(store);
  await ledger.create(workspace, firstDraft());
});

const by = () => ({ id: draft(0, []).id, actor: "bob" });

describe("a workspace", () => {
  test("is made once; the same request again answers the same, another is refused", async () => {
    const first = firstDraft();
    const answer = await ledger.create("second", first);
    expect(await ledgerOn(store).create("second", first)).toEqual(answer);
    await expect(ledgerOn(store).create("second", firstDraft())).rejects.toMatchObject({
      code: "stale",
    });
  });

  test("does not exist before its first changeset, and knows nothing of others", async () => {
    await expect(ledger.read("nobody")).rejects.toMatchObject({ code: "not-found" });
    await ledger.create("other", firstDraft());
    const change = draft(1, [create("people", newIds(1), [{ name: "Ann" }])]);
    await ledger.commit(workspace, change);
    expect(await ledger.changeset("other", change.id)).toBeUndefined();
    await expect(ledger.undo("other", change.id, by())).rejects.toMatchObject({
      code: "not-found",
    });
    expect((await ledger.read("other")).seq).toBe(1);
  });

  test("leaves memory when others need it, and comes back as it was", async () => {
    const small = ledgerOn(store, { cacheBytes: 150_000, exclusive: true });
    const change = draft(1, [create("people", newIds(1), [{ name: "Ann" }])]);
    await small.commit(workspace, change);
    await small.create("other", firstDraft());
    const again = await small.read(workspace);
    expect(again.seq).toBe(2);
    expect(await small.commit(workspace, change)).toMatchObject({ seq: 2, created: 1 });
  });

  test("tells of its heads once they are durable", async () => {
    const told: { seq: number; operations: readonly Operation[] | undefined }[] = [];
    const telling = ledgerOn(store, {
      onCommit: (_, __, seq, heads: readonly WireHead[]) => {
        told.push({ seq, operations: heads[0]?.changesets[0]?.operations });
      },
    });
    const [id = ""] = newIds(1);
    await telling.commit(workspace, draft(1, [create("people", [id], [{ name: "Ann" }])]));
    expect(told).toMatchObject([{ seq: 2, operations: [{ op: "create", ids: [id] }] }]);
    const { heads } = await ledger.changes(workspace, 1);
    expect(heads[0]?.changesets[0]?.operations).toEqual(told[0]?.operations);
  });
});

describe("undo", () => {
  test("puts back what is unchanged, reports the rest, and answers the same again", async () => {
    const ids = newIds(3);
    const [ann = "", bob = ""] = ids;
    await ledger.commit(
      workspace,
      draft(1, [
        create(
          "people",
          ids,
          ids.map((name) => ({ name, age: 1 })),
        ),
      ]),
    );
    const change = draft(2, [
      set(
        "people",
        ids,
        ids.map(() => ({ age: 2 })),
      ),
    ]);
    await ledger.commit(workspace, change);
    await ledger.commit(workspace, draft(3, [set("people", [bob], [{ age: 3 }])]));
    const undoing = by();
    const answer = await ledger.undo(workspace, change.id, undoing);
    expect(answer).toMatchObject({ seq: 5, reverted: 2, skipped: [{ id: bob }] });
    expect(await ledgerOn(store).undo(workspace, change.id, undoing)).toEqual(answer);
    const table = Workbook.table(await ledger.read(workspace), "people");
    const ages = ids.map((id) =>
      Workbook.value(table, Workbook.record(table, id)?.row ?? -1, "age"),
    );
    expect(ages).toEqual([1, 3, 1]);
    const redone = await ledger.undo(workspace, answer.changeset, by());
    expect(redone.reverted).toBe(2);
    expect(Workbook.value(table, Workbook.record(table, ann)?.row ?? -1, "age")).toBe(2);
  });

  test("takes all changesets of an import back as one", async () => {
    const importId = draft(0, []).id;
    const ids = newIds(4);
    for (const [index, id] of ids.entries()) {
      const operations = [create("people", [id], [{ name: `Person ${index}` }])];
      await ledger.commit(workspace, draft(1, operations, { source: "import", import: importId }));
    }
    const answer = await ledgerOn(store).undoImport(workspace, importId, by());
    expect(answer).toMatchObject({ deleted: 4, reverted: 4, skipped: [] });
    expect(await ledger.importChangesets(workspace, importId)).toHaveLength(4);
    expect(Workbook.table(await ledger.read(workspace), "people").live).toBe(0);
    await expect(ledger.undoImport(workspace, draft(0, []).id, by())).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

describe("history", () => {
  test("follows one record back through heads and parts, page by page", async () => {
    const ids = newIds(9_000);
    const rows = ids.map((name) => ({ name, age: 0 }));
    await ledger.commit(workspace, draft(1, [create("people", ids, rows)]));
    const [id = ""] = ids.slice(4_321);
    for (const age of [1, 2, 3]) {
      await ledger.commit(workspace, draft(2, [set("people", [id], [{ age }])]));
    }
    await ledger.commit(workspace, draft(5, [{ op: "delete", sheet: "people", ids: [id] }]));
    await ledger.compact(workspace, { force: true });
    const other = ledgerOn(store);
    const all = await other.history(workspace, "people", id, { limit: 100 });
    expect(all.entries.map(({ seq, kind }) => `${seq} ${kind}`)).toEqual([
      "6 deleted",
      "5 changed",
      "4 changed",
      "3 changed",
      "2 created",
    ]);
    expect(all.entries[2]?.cells).toEqual([{ field: "age", before: 1, after: 2 }]);
    expect(all.next).toBeNull();
    const first = await other.history(workspace, "people", id, { limit: 2 });
    expect(first.next).toBe(4);
    const rest = await other.history(workspace, "people", id, { limit: 9, before: 4 });
    expect([...first.entries, ...rest.entries]).toEqual(all.entries);
  });

  test("of a cell leaves out what was done to others, and goes on where a call ended", async () => {
    const [id = ""] = newIds(1);
    await ledger.commit(workspace, draft(1, [create("people", [id], [{ name: "Ann" }])]));
    await ledger.commit(workspace, draft(2, [set("people", [id], [{ name: "Bea" }])]));
    for (let age = 0; age < 210; age += 1) {
      await ledger.commit(workspace, draft(3, [set("people", [id], [{ age }])]));
    }
    const first = await ledger.history(workspace, "people", id, { limit: 10, field: "name" });
    expect(first).toMatchObject({ entries: [], cut: false });
    expect(first.next).toBeGreaterThan(0);
    const rest = await ledger.history(workspace, "people", id, {
      limit: 10,
      field: "name",
      before: first.next as number,
    });
    expect(rest.next).toBeNull();
    expect(rest.entries.map(({ kind, cells }) => [kind, cells])).toEqual([
      ["changed", [{ field: "name", before: "Ann", after: "Bea" }]],
      ["created", [{ field: "name", before: null, after: "Ann" }]],
    ]);
    const blank = await ledger.history(workspace, "people", id, {
      limit: 1,
      field: "email",
      before: 2,
    });
    expect(blank.entries).toMatchObject([
      { kind: "created", cells: [{ field: "email", before: null, after: null }] },
    ]);
  });

  test("ends where the log begins, and fails at a hole in it", async () => {
    const [id = ""] = newIds(1);
    await ledger.commit(workspace, draft(1, [create("people", [id], [{ age: 0 }])]));
    for (const age of [1, 2, 3]) {
      await ledger.commit(workspace, draft(2, [set("people", [id], [{ age }])]));
    }
    await ledger.compact(workspace, { force: true });
    const asked = () => ledgerOn(store).history(workspace, "people", id, { limit: 9 });
    await store.delete(Keys.head(workspace, 3));
    await expect(asked()).rejects.toMatchObject({ code: "corrupt" });
    for (const seq of [1, 2]) await store.delete(Keys.head(workspace, seq));
    const { entries, next, cut } = await asked();
    expect(entries.map(({ seq }) => seq)).toEqual([5, 4]);
    expect([next, cut]).toEqual([null, true]);
  });
});
