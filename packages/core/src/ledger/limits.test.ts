import { beforeEach, describe, expect, test } from "vitest";
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
import * as Codec from "./codec.ts";
import * as Ids from "./ids.ts";
import * as Keys from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { Operation } from "./operation.ts";
import * as Page from "./page.ts";
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
    for (let more = true; more;) {
      const answer = await ledger.changes(workspace, after);
      expect(JSON.stringify(answer).length).toBeLessThan(4_000_000);
      expect(answer.to).toBeGreaterThan(after);
      ({ to: after, more } = answer);
    }
    expect(await readsTheSame()).toBe(true);
  });
});

describe("compaction goes on, whatever the workspace holds", () => {
  test("very many records link to one", { timeout: 30_000 }, async () => {
    const [firm = ""] = newIds(1);
    // Ids of records made one by one have little in common.
    const ids = Array.from({ length: 60_000 }, (_, at) => randomId(at)).sort();
    await ledger.commit(workspace, draft(1, [create("firms", [firm], [{ name: "Acme" }])]));
    const links = ids.map(() => [firm]);
    await ledger.commit(
      workspace,
      draft(2, [{ op: "create", sheet: "people", ids, fields: { firm: links } }]),
    );
    expect(await ledger.compact(workspace, { force: true })).toBe(true);
    const pages = (await ledger.manifest(workspace)).pages.filter(({ kind }) => kind === "links");
    const linked: string[] = [];
    for (const { hash } of pages) {
      const text = await nodePlatform.bytes.gunzip(await ledger.page(workspace, hash));
      for (const each of Page.readLinks(nodePlatform.bytes.decode(text)).get(firm) ?? [])
        linked.push(each);
    }
    expect(linked).toEqual(ids);
    expect(await readsTheSame()).toBe(true);
  });

  test("a record grows change by change", async () => {
    const [id = ""] = newIds(1);
    const fields = ["a", "b", "c", "d", "e", "f"];
    await ledger.commit(
      workspace,
      draft(1, [
        ...fields.map((key): Operation => ({
          op: "field",
          sheet: "people",
          after: { key, name: key, type: "longText" },
        })),
        create("people", [id], [{ name: "Ann" }]),
      ]),
    );
    const reasons: unknown[] = [];
    for (const key of fields) {
      const text = Array.from({ length: 90_000 }, () => randomLetter()).join("");
      await ledger
        .commit(workspace, draft(2, [set("people", [id], [{ [key]: text }])]))
        .catch((error: Error) => reasons.push(error.message));
    }
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons[0]).toMatch(/too long/);
    expect(await ledger.compact(workspace, { force: true })).toBe(true);
    expect(await readsTheSame()).toBe(true);
  });

  test("the sheets have long lists of choices", async () => {
    const operations = Array.from({ length: 6 }, (_, n): Operation => {
      const options = Array.from({ length: 450 }, (_, at) => ({
        name: `${at} ${Array.from({ length: 120 }, () => randomLetter()).join("")}`,
      }));
      const key = `s${n}`;
      return {
        op: "field",
        sheet: key,
        after: { key: "list", name: "List", type: "choice", options },
      };
    });
    const sheets = operations.map((_, n): Operation => ({
      op: "sheet",
      key: `s${n}`,
      after: { name: `S${n}`, title: [], position: n },
    }));
    await ledger.commit(workspace, draft(1, sheets));
    for (const operation of operations) await ledger.commit(workspace, draft(2, [operation]));
    expect(await ledger.compact(workspace, { force: true })).toBe(true);
    expect(await readsTheSame()).toBe(true);
  });

  test("one sheet is described at too great a length", async () => {
    const column = (key: string): Operation => {
      const options = Array.from({ length: 300 }, (_, at) => ({
        name: `${at} ${"é".repeat(150)}`,
      }));
      return { op: "field", sheet: "people", after: { key, name: key, type: "choice", options } };
    };
    await ledger.commit(workspace, draft(1, [column("a")]));
    await expect(
      ledger.commit(workspace, draft(2, [column("b"), column("c")])),
    ).rejects.toMatchObject({
      code: "invalid-values",
    });
  });

  test("pages retire by the thousands within a day", async () => {
    const platform = platformAt(Date.now());
    const clocked = ledgerOn(store, { platform });
    await clocked.commit(workspace, draft(1, [create("people", newIds(1), [{ name: "Ann" }])]));
    await clocked.compact(workspace, { force: true });
    const item = await store.get(Keys.manifest(workspace));
    const { bytes } = nodePlatform;
    const lists = JSON.parse(bytes.decode(await bytes.gunzip(item?.["lists"] as Uint8Array))) as {
      retired: { sheet: string; hash: string; at: number }[];
    };
    for (let at = 0; at < 7_000; at += 1) {
      const hash = await bytes.sha256(bytes.encode(`page ${at}`));
      lists.retired.push({ sheet: "people", hash, at: platform.clock.now() - at * 1_000 - 60_000 });
    }
    const oldest = lists.retired.at(-1);
    const stored = {
      ...Keys.page(workspace, "people", oldest?.hash ?? ""),
      at: 0,
      bytes: Uint8Array.of(1),
    };
    await store.put(stored);
    await store.put({
      ...item,
      ...Keys.manifest(workspace),
      lists: await bytes.gzip(bytes.encode(JSON.stringify(lists))),
    });
    await clocked.commit(workspace, draft(2, [create("people", newIds(1), [{ name: "Bob" }])]));
    expect(await clocked.compact(workspace, { force: true })).toBe(true);
    const after = await store.get(Keys.manifest(workspace));
    expect((after?.["lists"] as Uint8Array | undefined)?.length).toBeLessThan(250_000);
    expect(await store.get(stored)).toBeUndefined();
  });
});

describe("what a client sends is refused before it takes too much", () => {
  async function send(parts: readonly Uint8Array[]): Promise<unknown> {
    const id = Ids.newId(nodePlatform);
    const { attempt } = await ledger.upload.open(workspace, { id, parts: parts.length });
    for (const [n, bytes] of parts.entries())
      await ledger.upload.part(workspace, id, attempt, n, bytes);
    const { operations: _, ...rest } = draft(1, []);
    return ledger.upload.commit(workspace, id, attempt, {
      parts: parts.length,
      draft: { ...rest, id },
    });
  }

  test("an operation in very many slices", async () => {
    const ids = newIds(150_000);
    const slice = (id: string) => ({
      n: 0,
      op: "create",
      sheet: "people",
      ids: [id, 1],
      fields: {},
    });
    const text = JSON.stringify({ format: 1, operations: ids.map(slice) });
    // Hardly anything once compressed, and well-formed.
    expect(Codec.join([Codec.parsePart(text, "client")], "client")).toMatchObject([
      { ids: { length: ids.length } },
    ]);
  });

  test("parts that unfold to far more than an import holds", { timeout: 30_000 }, async () => {
    const fields = Object.fromEntries(Array.from({ length: 480 }, (_, n) => [`f${n}`, { c: "x" }]));
    const parts = Array.from({ length: 11 }, (_, n) => {
      const first = `${n.toString(10).padStart(9, "0")}0000000`;
      const operations = [{ n: 0, op: "create", sheet: "people", ids: [first, 4_000], fields }];
      return nodePlatform.bytes.encode(JSON.stringify({ format: 1, operations }));
    });
    const members = await Promise.all(parts.map((part) => nodePlatform.bytes.gzip(part)));
    await expect(send(members)).rejects.toMatchObject({ code: "too-large" });
  });
});

function randomId(at: number): string {
  const digits = "0123456789abcdefghjkmnpqrstvwxyz";
  let id = at.toString(8).padStart(6, "0");
  while (id.length < 16) id += digits.charAt(Math.floor(Math.random() * 32));
  return id;
}

/** Letters of three bytes, which gzip makes little of. */
function randomLetter(): string {
  return String.fromCharCode(0x4e00 + Math.floor(Math.random() * 20_000));
}
