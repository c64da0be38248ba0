import type { Manifest, WireHead } from "@gridfolk/core/ledger/ledger";
import { beforeEach, expect, test } from "vitest";
import { createKept, type Kept, MOST_HEADS, partsOf, recording } from "./kept.ts";

const manifest = (seq: number, hashes: readonly string[], epoch = "e"): Manifest => ({
  format: 1,
  epoch,
  seq,
  hash: `hash ${seq}`,
  version: seq,
  pages: hashes.map((hash) => ({
    kind: "records",
    sheet: "contacts",
    hash,
    first: hash,
    last: hash,
    count: 1,
    bytes: 100,
  })),
});

function head(seq: number, id = `change ${seq}`): WireHead {
  const changesets = [{ id }] as unknown as WireHead["changesets"];
  return { seq, at: seq, hash: `hash ${seq}`, changesets };
}

const heads = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => ({ head: head(from + n), parts: {} }));

let texts: Map<string, string>;
let kept: Kept;

beforeEach(() => {
  texts = new Map();
  kept = createKept({
    get: async (name) => texts.get(name),
    put: async (name, text) => void texts.set(name, text),
    beginning: async (prefix) =>
      [...texts.keys()]
        .filter((name) => name.startsWith(prefix))
        .toSorted()
        .map((name) => texts.get(name) ?? ""),
    async prune(isKept) {
      for (const name of texts.keys()) if (!isKept(name)) texts.delete(name);
    },
  });
});

const endOf = async () => (await kept.base())?.end.seq;

test("a snapshot is kept with its pages and the heads that follow it, in order, whoever kept them first", async () => {
  await kept.follow("e", heads(8, 12));
  await kept.rebase(manifest(9, ["a", "b"]), new Map([["a", "page a"]]));
  await kept.follow("e", heads(13, 13));
  await kept.follow("e", heads(12, 12));
  const base = await kept.base();
  expect(base?.tail.map((one) => one.head.seq)).toEqual([10, 11, 12, 13]);
  expect(base?.end).toEqual({ seq: 13, epoch: "e", hash: "hash 13" });
  expect(await kept.page("a")).toBe("page a");
});

test("what does not belong to it is forgotten with the next snapshot", async () => {
  await kept.rebase(
    manifest(1, ["a", "b"]),
    new Map([
      ["a", "page a"],
      ["b", "page b"],
    ]),
  );
  await kept.follow("e", heads(2, 30));
  await kept.follow("another epoch", heads(40, 40));
  await kept.rebase(manifest(20, ["b", "c"]), new Map([["c", "page c"]]));
  expect([await kept.page("a"), await kept.page("b"), await kept.page("c")]).toEqual([
    undefined,
    "page b",
    "page c",
  ]);
  expect(texts.size).toBe(2 + 1 + 10);
  expect(await endOf()).toBe(30);
});

test("behind a gap nothing is kept", async () => {
  await kept.rebase(manifest(1, []), new Map());
  await kept.follow("e", heads(2, 4));
  await kept.follow("e", heads(6, 9));
  expect(await endOf()).toBe(4);
});

test("without a snapshot, after a change too large to keep, or after too many, there is nothing to go by", async () => {
  expect(await kept.base()).toBeUndefined();
  await kept.rebase(manifest(1, []), new Map());
  await kept.follow("e", [{ head: head(2), parts: { "x/0": "x".repeat(3_000_000) } }]);
  expect(await kept.base()).toBeUndefined();
  await kept.rebase(manifest(2, []), new Map());
  await kept.follow("e", heads(3, 2 + MOST_HEADS));
  expect(await endOf()).toBe(2 + MOST_HEADS);
  await kept.follow("e", heads(3 + MOST_HEADS, 3 + MOST_HEADS));
  expect(await kept.base()).toBeUndefined();
});

test("so is what is longer than newer pages would be", async () => {
  await kept.rebase(manifest(1, []), new Map());
  for (let seq = 2; seq < 5; seq += 1)
    await kept.follow("e", [{ head: head(seq), parts: { [`${seq}/0`]: "x".repeat(1_900_000) } }]);
  expect(await kept.base()).toBeUndefined();
});

test("parts that were fetched for a head are kept with it", async () => {
  const { part, kept: keep } = recording(
    async (changeset, attempt, n) => `${changeset} ${attempt} ${n}`,
  );
  await part("change 2", "first", 0);
  await part("change 3", "second", 0);
  await part("change 3", "second", 1);
  const tail = keep([head(1), head(2), head(3)]);
  expect(tail.map(({ parts }) => Object.keys(parts))).toEqual([
    [],
    ["first/0"],
    ["second/0", "second/1"],
  ]);
  expect(await partsOf(tail)("change 3", "second", 1)).toBe("change 3 second 1");
  await expect(partsOf(tail)("change 3", "third", 0)).rejects.toThrow(/missing/);
});

test("after the end nothing comes back", async () => {
  await kept.rebase(manifest(1, ["a"]), new Map([["a", "page a"]]));
  const late = kept.follow("e", heads(2, 2));
  await kept.end();
  texts.clear();
  await late;
  await kept.follow("e", heads(3, 3));
  await kept.rebase(manifest(3, ["a"]), new Map([["a", "page a"]]));
  expect(texts.size).toBe(0);
});
