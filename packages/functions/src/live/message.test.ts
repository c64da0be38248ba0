import type { WireHead } from "@gridfolk/core/ledger/ledger";
import { expect, test } from "vitest";
import { changes, MAX_MESSAGE_BYTES } from "./message.ts";

/** Heads of so many characters each, from seq 1 on. */
async function* heads(...sizes: number[]): AsyncGenerator<WireHead> {
  for (const [index, size] of sizes.entries()) {
    yield { seq: index + 1, at: 0, hash: "x".repeat(size), changesets: [] };
  }
}

async function told(...sizes: number[]) {
  const range = { epoch: "e", from: 1, to: sizes.length };
  const texts = await changes(range, heads(...sizes));
  for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  return texts
    .map((text) => JSON.parse(text) as { from: number; to: number; heads?: WireHead[] })
    .map(({ from, to, heads }) => `${from}-${to}${heads === undefined ? "" : ` ${heads.length}`}`);
}

test("small heads share a message, in order and without gaps", async () => {
  expect(await told(700, 700, 700)).toEqual(["1-3 3"]);
  expect(await told(20_000, 20_000, 10_000)).toEqual(["1-1 1", "2-3 2"]);
});

test("a head that is too large is announced between the others", async () => {
  expect(await told(100, 40_000, 100)).toEqual(["1-1 1", "2-2", "3-3 1"]);
});

test("a range that would take many messages is announced as a whole", async () => {
  expect(await told(...Array.from({ length: 40 }, () => 10_000))).toEqual(["1-40"]);
  expect(await told(...Array.from({ length: 5 }, () => 20_000))).toEqual(["1-5"]);
  expect(await told(...Array.from({ length: 4 }, () => 20_000))).toHaveLength(4);
});

test("a head comes along to the last byte that fits", async () => {
  const shapes = new Set<string>();
  for (let size = MAX_MESSAGE_BYTES - 400; size < MAX_MESSAGE_BYTES; size += 7) {
    for (const shape of await told(size)) shapes.add(shape);
  }
  expect([...shapes]).toEqual(["1-1 1", "1-1"]);
});
