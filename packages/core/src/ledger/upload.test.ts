import { beforeEach, describe, expect, test } from "vitest";
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
import type { Draft } from "./changeset.ts";
import * as Codec from "./codec.ts";
import * as Keys from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { Operation } from "./operation.ts";
import * as Workbook from "./workbook.ts";

const workspace = "acme";
const MINUTE = 60_000;

let store: FaultyStore;
let ledger: Ledger;

beforeEach(async () => {
  store = createFaultyStore(createMemoryStore());
  ledger = ledgerOn(store);
  await ledger.create(workspace, firstDraft());
});

function importing(count: number): { operations: Operation[]; draft: Omit<Draft, "operations"> } {
  const ids = newIds(count);
  const rows = ids.map((id, age) => ({ name: `Person ${id}`, age, email: `${age}@example.com` }));
  const { operations: _, ...rest } = draft(1, [], {
    source: "import",
    label: `Imported ${count} people`,
    import: draft(1, []).id,
  });
  return { operations: [create("people", ids, rows)], draft: rest };
}

async function upload(
  by: Ledger,
  id: string,
  operations: readonly Operation[],
): Promise<{ attempt: string; parts: number; bytes: Uint8Array[] }> {
  const parts = await Codec.encodeParts(operations, nodePlatform.bytes);
  const { attempt } = await by.upload.open(workspace, { id, parts: parts.length });
  await Promise.all(parts.map(({ bytes }, n) => by.upload.part(workspace, id, attempt, n, bytes)));
  return { attempt, parts: parts.length, bytes: parts.map((part) => part.bytes) };
}

async function items(pk: string): Promise<number> {
  let count = 0;
  for await (const _ of store.query({ pk, only: [] })) count += 1;
  return count;
}

async function bodies(): Promise<number> {
  let count = 0;
  for (let shard = 0; shard < 16; shard += 1) count += await items(`BODY#${workspace}#${shard}`);
  return count;
}

describe("upload", () => {
  test("is invisible until it is committed, then whole", async () => {
    const { operations, draft: end } = importing(9_000);
    const { attempt, parts } = await upload(ledger, end.id, operations);
    expect(parts).toBeGreaterThan(1);
    expect((await ledger.read(workspace)).seq).toBe(1);
    await expect(ledger.part(workspace, end.id, attempt, 0)).rejects.toMatchObject({
      code: "not-found",
    });
    const answer = await ledger.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    expect(answer).toMatchObject({ seq: 2, created: 9_000, refused: [] });
    await ledger.flush();
    expect(await items(Keys.intents(workspace))).toBe(0);
    expect(Workbook.canonical(await ledgerOn(store).read(workspace))).toBe(
      Workbook.canonical(await ledger.read(workspace)),
    );
    expect((await ledger.part(workspace, end.id, attempt, 0)).length).toBeGreaterThan(0);
  });

  test("commits on another process, and answers the same when it is asked again anywhere", async () => {
    const { operations, draft: end } = importing(9_000);
    const { attempt, parts } = await upload(ledger, end.id, operations);
    const other = ledgerOn(store);
    const answer = await other.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    const again = await ledger.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    expect(again).toEqual(answer);
    // A client that lost everything but the file uploads once more.
    const second = await upload(ledger, end.id, operations);
    const third = await ledger.upload.commit(workspace, end.id, second.attempt, {
      parts,
      draft: end,
    });
    expect(third).toEqual(answer);
    expect((await ledger.read(workspace)).seq).toBe(2);
  });

  test("commits from memory what passed through this process", async () => {
    const { operations, draft: end } = importing(9_000);
    const { attempt, parts } = await upload(ledger, end.id, operations);
    let reads = 0;
    store.faults.before = async (call, { pk }) => {
      if ((call === "get" || call === "getMany") && pk.startsWith("BODY#")) reads += 1;
    };
    await ledger.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    const { seq } = await ledger.read(workspace);
    expect({ seq, reads }).toEqual({ seq: 2, reads: 0 });
  });

  test("lists rows that a guard or a rule refuses, and writes the others", async () => {
    await ledger.commit(
      workspace,
      draft(1, [create("people", newIds(1), [{ name: "Ann", email: "5@example.com" }])]),
    );
    const { operations, draft: end } = importing(9_000);
    const { attempt, parts } = await upload(ledger, end.id, operations);
    const answer = await ledger.upload.commit(workspace, end.id, attempt, {
      parts,
      draft: { ...end, guard: [{ sheet: "people", field: "email" }] },
    });
    expect(answer.created).toBe(8_999);
    expect(answer.refused).toHaveLength(1);
    expect(Workbook.canonical(await ledgerOn(store).read(workspace))).toBe(
      Workbook.canonical(await ledger.read(workspace)),
    );
  });

  test("judges values by the fields as they are when it lands, not when its parts arrived", async () => {
    const { operations, draft: end } = importing(20);
    const { attempt, parts } = await upload(ledger, end.id, operations);
    const after = { key: "age", name: "Age", type: "date" } as const;
    await ledger.commit(workspace, draft(1, [{ op: "field", sheet: "people", after }]));
    const answer = await ledger.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    expect(answer.created).toBe(0);
    expect(answer.refused[0]).toMatchObject({ field: "age", reason: "“Age” does not take “0”." });
  });

  test("refuses values that its own new column does not take", async () => {
    const { operations, draft: end } = importing(3);
    const field = { key: "size", name: "Size", type: "choice", options: [] } as const;
    const option = { name: "S", color: "#888888" };
    const [people] = operations;
    if (people?.op !== "create") throw new Error("It creates people.");
    const { attempt, parts } = await upload(ledger, end.id, [
      { op: "field", sheet: "people", after: { ...field, options: [option] } },
      { ...people, fields: { ...people.fields, size: ["S", "M", null] } },
    ]);
    const answer = await ledger.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    expect(answer.created).toBe(2);
    expect(answer.refused).toMatchObject([{ id: people.ids[1], field: "size" }]);
  });

  test("keeps a long list of refusals beside the head", async () => {
    const taken = newIds(4_000);
    const mails = taken.map((_, age) => ({ email: `${age}@example.com` }));
    await ledger.commit(workspace, draft(1, [create("people", taken, mails)]));
    const { operations, draft: end } = importing(9_000);
    const { attempt, parts } = await upload(ledger, end.id, operations);
    const answer = await ledger.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    expect(answer.refused).toHaveLength(4_000);
    const other = ledgerOn(store);
    expect(await other.upload.commit(workspace, end.id, attempt, { parts, draft: end })).toEqual(
      answer,
    );
    const { hash: _, ...stored } = answer;
    expect((await other.changeset(workspace, end.id))?.answer).toEqual(stored);
    expect(Workbook.canonical(await other.read(workspace))).toBe(
      Workbook.canonical(await ledger.read(workspace)),
    );
  });

  test("keeps what it overwrote, so that it can be undone", async () => {
    const ids = newIds(9_000);
    const rows = ids.map((id, age) => ({ name: `Old ${id}`, age }));
    await ledger.commit(workspace, draft(1, [create("people", ids, rows)]));
    const before = Workbook.canonical(await ledger.read(workspace));
    const { draft: end } = importing(1);
    const operations = [
      set(
        "people",
        ids,
        ids.map((id) => ({ name: `New ${id}` })),
      ),
    ];
    const { attempt, parts } = await upload(ledger, end.id, operations);
    const answer = await ledger.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    expect(answer.changed).toBe(9_000);
    const other = ledgerOn(store);
    const undone = await other.undoImport(workspace, end.import ?? "", {
      id: draft(1, []).id,
      actor: "ann",
    });
    expect(undone).toMatchObject({ reverted: 9_000, skipped: [] });
    const table = Workbook.table(await ledger.read(workspace), "people");
    expect(Workbook.value(table, 17, "name")).toBe(`Old ${table.ids[17]}`);
    expect(before).toContain("Old");
  });

  test("does not wait for, or lose to, small changes meanwhile", async () => {
    const other = ledgerOn(store);
    const [id = ""] = newIds(1);
    await other.commit(workspace, draft(1, [create("people", [id], [{ name: "Ann" }])]));
    const { operations, draft: end } = importing(9_000);
    const { attempt, parts } = await upload(ledger, end.id, operations);
    let interfered = 0;
    store.faults.before = async (call, { pk }) => {
      if (call !== "put" || !pk.startsWith("LOG#") || interfered === 3) return;
      interfered += 1;
      store.faults.before = async () => {};
      await other.commit(workspace, draft(1, [set("people", [id], [{ age: interfered }])]));
    };
    const answer = await ledger.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    expect(answer).toMatchObject({ seq: 4, created: 9_000 });
    expect(Workbook.canonical(await ledgerOn(store).read(workspace))).toBe(
      Workbook.canonical(await ledger.read(workspace)),
    );
  });

  test("a part that arrives late, twice or changed does no harm", async () => {
    const { operations, draft: end } = importing(9_000);
    const { attempt, parts, bytes } = await upload(ledger, end.id, operations);
    const [first = new Uint8Array(), second = new Uint8Array()] = bytes;
    await ledger.upload.part(workspace, end.id, attempt, 0, first);
    await expect(ledger.upload.part(workspace, end.id, attempt, 0, second)).rejects.toMatchObject({
      code: "stale",
    });
    await ledger.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    await ledger.upload.part(workspace, end.id, attempt, 0, first);
    expect(Workbook.canonical(await ledgerOn(store).read(workspace))).toBe(
      Workbook.canonical(await ledger.read(workspace)),
    );
  });

  test("an abandoned attempt cannot be committed; what arrives late is swept", async () => {
    const platform = platformAt(Date.now());
    const clocked = ledgerOn(store, { platform });
    const { operations, draft: end } = importing(9_000);
    const { attempt, parts, bytes } = await upload(clocked, end.id, operations);
    await clocked.upload.abandon(workspace, end.id, attempt);
    expect(await bodies()).toBe(0);
    const late = Keys.part(workspace, end.id, attempt, 0);
    await store.put({ ...late, bytes: bytes[0] ?? new Uint8Array() });
    await expect(
      ledger.upload.commit(workspace, end.id, attempt, { parts, draft: end }),
    ).rejects.toMatchObject({ code: "stale" });
    platform.clock.set(platform.clock.now() + 49 * 60 * MINUTE);
    await clocked.sweep(workspace);
    expect(await bodies()).toBe(0);
    expect(await items(Keys.intents(workspace))).toBe(0);
  });

  test("an attempt older than fifteen minutes gets no head, and is swept with its parts", async () => {
    const platform = platformAt(Date.now());
    const clocked = ledgerOn(store, { platform });
    const { operations, draft: end } = importing(9_000);
    const { attempt, parts } = await upload(clocked, end.id, operations);
    platform.clock.set(platform.clock.now() + 16 * MINUTE);
    await expect(
      clocked.upload.commit(workspace, end.id, attempt, { parts, draft: end }),
    ).rejects.toMatchObject({ code: "stale" });
    await clocked.sweep(workspace);
    expect(await bodies()).toBe(parts);
    platform.clock.set(platform.clock.now() + 49 * 60 * MINUTE);
    await clocked.sweep(workspace);
    expect(await bodies()).toBe(0);
  });

  test("sweeping keeps the parts of a committed attempt whose clean-up was lost", async () => {
    const platform = platformAt(Date.now());
    const clocked = ledgerOn(store, { platform });
    const { operations, draft: end } = importing(9_000);
    const { attempt, parts } = await upload(clocked, end.id, operations);
    const intent = await store.get(Keys.intent(workspace, end.id, attempt));
    await clocked.upload.commit(workspace, end.id, attempt, { parts, draft: end });
    await clocked.flush();
    if (intent !== undefined) await store.put(intent);
    await clocked.compact(workspace, { force: true });
    platform.clock.set(platform.clock.now() + 49 * 60 * MINUTE);
    await ledgerOn(store, { platform }).sweep(workspace);
    expect(await items(Keys.intents(workspace))).toBe(0);
    expect(await bodies()).toBe(parts);
  });

  test("missing, foreign and damaged parts are refused", async () => {
    const { operations, draft: end } = importing(9_000);
    const encoded = await Codec.encodeParts(operations, nodePlatform.bytes);
    const { attempt } = await ledger.upload.open(workspace, { id: end.id, parts: encoded.length });
    const part = (n: number, bytes: Uint8Array): Promise<void> =>
      ledger.upload.part(workspace, end.id, attempt, n, bytes);
    await expect(part(0, Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: "malformed" });
    await expect(part(99, encoded[0]?.bytes ?? new Uint8Array())).rejects.toMatchObject({
      code: "malformed",
    });
    await expect(part(0, new Uint8Array(400 * 1024))).rejects.toMatchObject({ code: "too-large" });
    await expect(
      ledger.upload.part("other", end.id, attempt, 0, encoded[0]?.bytes ?? new Uint8Array()),
    ).rejects.toMatchObject({ code: "not-found" });
    await expect(
      ledger.upload.commit(workspace, end.id, attempt, { parts: encoded.length, draft: end }),
    ).rejects.toMatchObject({ code: "malformed" });
    expect((await ledger.read(workspace)).seq).toBe(1);
  });
});
