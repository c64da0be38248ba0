import { beforeEach, describe, expect, test } from "vitest";
import { create, draft, firstDraft, ledgerOn, newIds } from "../testing/ledgers.ts";
import { createFaultyStore, type FaultyStore } from "../testing/faulty-store.ts";
import { nodePlatform } from "../testing/platform.ts";
import * as Codec from "./codec.ts";
import * as Keys from "./keys.ts";
import type { Ledger, Position } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import * as Workbook from "./workbook.ts";

const workspace = "acme";

let store: FaultyStore;
let ledger: Ledger;

beforeEach(async () => {
  store = createFaultyStore(createMemoryStore());
  ledger = ledgerOn(store);
  await ledger.create(workspace, firstDraft());
});

const named = (name: string) => create("people", newIds(1), [{ name }]);

async function write(name: string, at: Partial<Position> = {}) {
  const { seq = 1, epoch, hash } = at;
  const base = { ...(epoch !== undefined && { epoch }), ...(hash !== undefined && { hash }) };
  return ledger.commit(workspace, draft(seq, [named(name)], base));
}

async function position(of = ledger): Promise<Position> {
  const { seq, epoch, hash } = await of.read(workspace);
  return { seq, epoch, hash };
}

/** As restoring the table to the moment after `seq` does, when nobody gives the workspace a new epoch. */
async function restore(seq: number): Promise<void> {
  const { seq: end } = await position();
  for (let gone = seq + 1; gone <= end; gone += 1) {
    const { pk, sk } = Keys.head(workspace, gone);
    await store.delete({ pk, sk });
  }
  ledger = ledgerOn(store);
}

async function names(): Promise<unknown[]> {
  const table = Workbook.table(await ledger.read(workspace), "people");
  return Workbook.rows(table).map((row) => Workbook.value(table, row, "name"));
}

describe("the base of a draft", () => {
  test("is one position of the log, and an answer names the next", async () => {
    const first = await write("Ann", await position());
    const second = await write("Bob", { ...(await position()), seq: first.seq, hash: first.hash });
    expect(await position()).toMatchObject({ seq: second.seq, hash: second.hash });
  });

  test("in a log that was replaced under the same epoch is refused, and nothing is written", async () => {
    await write("Ann");
    const kept = await position();
    await write("Bob");
    const lost = await position();
    await restore(2);
    await expect(write("Cid", lost)).rejects.toMatchObject({ code: "reload" });
    await write("Dora");
    await write("Emil");
    await expect(write("Cid", lost)).rejects.toMatchObject({ code: "reload" });
    expect((await names()).toSorted()).toEqual(["Ann", "Dora", "Emil"]);
    await write("Cid", kept);
    expect((await names()).toSorted()).toEqual(["Ann", "Cid", "Dora", "Emil"]);
  });

  test("is looked at again when the log is replaced under a warm process", async () => {
    await write("Ann");
    await write("Bob");
    const lost = await position();
    const warm = ledger;
    await restore(2);
    await write("Dora");
    await warm.read(workspace); // as every request does
    await expect(
      warm.commit(workspace, draft(lost.seq, [named("Cid")], { hash: lost.hash })),
    ).rejects.toMatchObject({ code: "reload" });
    expect((await names()).toSorted()).toEqual(["Ann", "Dora"]);
  });

  test("does not keep what landed from being answered again", async () => {
    const at = await position();
    const same = draft(at.seq, [named("Ann")], { hash: at.hash });
    const answer = await ledger.commit(workspace, same);
    expect(await ledger.commit(workspace, { ...same, hash: "another" })).toEqual(answer);
  });

  test("costs no read while it is recent, and one when it is older than memory", async () => {
    const old = await position();
    await write("Ann");
    const kept = await position();
    await write("Bob");
    await ledger.compact(workspace, { force: true });
    ledger = ledgerOn(store);
    await write("Cid");
    const calls: string[] = [];
    store.faults.before = async (call, { pk, sk }) => {
      if (call === "get" && pk.startsWith("LOG#")) calls.push(sk);
    };
    await write("Dora", await position());
    await write("Emil", await position());
    expect(calls).toEqual([]);
    await write("Fay", kept);
    await write("Gus", old);
    expect(calls).toEqual([Keys.seqToText(2), Keys.seqToText(1)]);
    await expect(write("Hal", { ...kept, hash: old.hash })).rejects.toMatchObject({
      code: "reload",
    });
  });

  test("of an upload is refused before it is claimed, so that it can be abandoned", async () => {
    await write("Ann");
    const lost = await position();
    await restore(1);
    await write("Dora");
    const operations = [named("Bob")];
    const { id } = draft(lost.seq, operations);
    const { attempt } = await ledger.upload.open(workspace, { id, parts: 1 });
    const [part] = await Codec.encodeParts(operations, nodePlatform.bytes);
    await ledger.upload.part(workspace, id, attempt, 0, part!.bytes);
    const { operations: _, ...rest } = draft(lost.seq, [], { id, hash: lost.hash });
    await expect(
      ledger.upload.commit(workspace, id, attempt, { parts: 1, draft: rest }),
    ).rejects.toMatchObject({ code: "reload" });
    await ledger.upload.abandon(workspace, id, attempt);
    expect((await names()).toSorted()).toEqual(["Dora"]);
  });

  test("of a reader is one position of the log too", async () => {
    await write("Ann");
    const lost = await position();
    await restore(1);
    await write("Dora");
    const { seq, epoch, hash } = lost;
    await expect(ledger.changes(workspace, seq, { epoch, hash })).rejects.toMatchObject({
      code: "reload",
    });
    expect((await ledger.changes(workspace, seq, await position())).heads).toEqual([]);
  });
});
