import { beforeEach, describe, expect, test } from "vitest";
import { createFaultyStore, type FaultyStore } from "../testing/faulty-store.ts";
import { create, draft, firstDraft, ledgerOn, newIds, platformAt } from "../testing/ledgers.ts";
import { nodePlatform } from "../testing/platform.ts";
import * as Codec from "./codec.ts";
import * as Ids from "./ids.ts";
import * as Keys from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { Operation } from "./operation.ts";
import * as Workbook from "./workbook.ts";

const workspace = "acme";
const DAY = 24 * 60 * 60 * 1000;

let store: FaultyStore;
let ledger: Ledger;

beforeEach(async () => {
  store = createFaultyStore(createMemoryStore());
  ledger = ledgerOn(store);
  await ledger.create(workspace, firstDraft());
});

/** Uploads people and leaves the commit to the caller. */
async function upload(id: string, operations: readonly Operation[]) {
  const parts = await Codec.encodeParts(operations, nodePlatform.bytes);
  const { attempt } = await ledger.upload.open(workspace, { id, parts: parts.length });
  for (const [n, { bytes }] of parts.entries())
    await ledger.upload.part(workspace, id, attempt, n, bytes);
  const { operations: _, ...rest } = draft(1, []);
  return { attempt, end: { parts: parts.length, draft: { ...rest, id } } };
}

describe("a device whose clock is days ahead", () => {
  const ahead = () => Ids.newId(platformAt(Date.now() + 9 * DAY));

  test("is answered as before when it sends a change again after a snapshot", async () => {
    const change = draft(1, [create("people", newIds(1), [{ name: "Ann" }])], { id: ahead() });
    const answer = await ledger.commit(workspace, change);
    await ledger.compact(workspace, { force: true });
    expect(await ledgerOn(store).commit(workspace, change)).toEqual(answer);
  });

  test("does not lose what it uploaded to the sweep", async () => {
    const id = ahead();
    const ids = newIds(10);
    const { attempt, end } = await upload(id, [
      create(
        "people",
        ids,
        ids.map((name) => ({ name })),
      ),
    ]);
    const intent = await store.get(Keys.intent(workspace, id, attempt));
    await ledger.upload.commit(workspace, id, attempt, end);
    await ledger.flush();
    // The process died before it could clean up.
    if (intent !== undefined) await store.put(intent);
    await ledger.compact(workspace, { force: true });
    const later = ledgerOn(store, { platform: platformAt(Date.now() + 3 * DAY) });
    await later.sweep(workspace);
    expect((await later.changeset(workspace, id))?.operations).toMatchObject([
      { op: "create", ids },
    ]);
  });
});

test("a commit of an upload sent again while the first is on its way gets the same answer", async () => {
  const id = Ids.newId(nodePlatform);
  const { attempt, end } = await upload(id, [create("people", newIds(1), [{ name: "Ann" }])]);
  let first: Promise<unknown> | undefined;
  const other = ledgerOn(store);
  await other.read(workspace);
  store.faults.before = async (call, key) => {
    if (call !== "get" || !key.pk.startsWith("INTENT#")) return;
    store.faults = {};
    first = ledger.upload.commit(workspace, id, attempt, end);
    await first;
    await ledger.flush();
  };
  const answer = await other.upload.commit(workspace, id, attempt, end);
  expect(answer).toEqual(await first);
  expect(Workbook.table(await other.read(workspace), "people").live).toBe(1);
});

test("a large change that takes long to write is not told to try again for that", async () => {
  const platform = platformAt(Date.now());
  const slow = ledgerOn(store, { platform });
  await slow.read(workspace);
  store.faults.before = async (call, { pk }) => {
    if (call === "putMany" && pk.startsWith("BODY#"))
      platform.clock.set(platform.clock.now() + 12_000);
  };
  const ids = newIds(20_000);
  const rows = ids.map((name) => ({ name }));
  expect(await slow.commit(workspace, draft(1, [create("people", ids, rows)]))).toMatchObject({
    created: 20_000,
  });
});
