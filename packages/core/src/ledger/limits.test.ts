import { beforeEach, describe, expect, test } from "vitest";
import { create, draft, firstDraft, ledgerOn, newIds } from "../testing/ledgers.ts";
import type { Ledger } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
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

/** What another process reads is what this one holds. */
async function readsTheSame(): Promise<boolean> {
  const here = Workbook.canonical(await ledger.read(workspace));
  return Workbook.canonical(await ledgerOn(store).read(workspace)) === here;
}

describe("what is acknowledged can be read back, however much it is", () => {
  test("a delete of many records travels in parts, not as a list of ids in a head", async () => {
    const ids = newIds(40_000);
    await ledger.commit(workspace, draft(1, [{ op: "create", sheet: "people", ids, fields: {} }]));
    await ledger.commit(workspace, draft(2, [{ op: "delete", sheet: "people", ids }]));
    const { heads } = await ledger.changes(workspace, 1);
    expect(JSON.stringify(heads).length).toBeLessThan(100_000);
    expect(await readsTheSame()).toBe(true);
  });

  test("one long text written to many records is not spelled out for every one of them", async () => {
    const ids = newIds(4_000);
    const rows = ids.map(() => ({ name: "x".repeat(10_000) }));
    await ledger.commit(workspace, draft(1, [create("people", ids, rows)]));
    const { heads } = await ledger.changes(workspace, 1);
    expect(JSON.stringify(heads).length).toBeLessThan(100_000);
    expect(await readsTheSame()).toBe(true);
  });

  test("what a reader fetches at a time stays below what an answer may carry", async () => {
    const changes = Array.from({ length: 24 }, async () => {
      const ids = newIds(40);
      const rows = ids.map(() => ({ name: "y".repeat(8_000) }));
      await ledger.commit(workspace, draft(1, [create("people", ids, rows)]));
    });
    await Promise.all(changes);
    let after = 1;
    for (let more = true; more; ) {
      const answer = await ledger.changes(workspace, after);
      expect(JSON.stringify(answer).length).toBeLessThan(4_000_000);
      expect(answer.to).toBeGreaterThan(after);
      ({ to: after, more } = answer);
    }
    expect(await readsTheSame()).toBe(true);
  });
});
