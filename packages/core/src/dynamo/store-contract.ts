import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isDomainError } from "../error.ts";
import * as ItemSize from "../ledger/item.ts";
import type { Attribute, Item, Query, Store } from "../ledger/store.ts";

export interface StoreUnderTest {
  readonly store: Store;
  stop?(): Promise<void>;
}

/**
 * What every `Store` guarantees, as tests. `name` is the engine's. An engine that cannot be had is skipped with the reason
 * in the title.
 */
export function storeContract(
  name: string,
  makeStore: (() => Promise<StoreUnderTest>) | { readonly skipped: string },
): void {
  if ("skipped" in makeStore) {
    describe.skipIf(true)(`store contract: ${name} (skipped: ${makeStore.skipped})`, () => {
      test("is kept", () => expect.unreachable());
    });
    return;
  }
  describe(`store contract: ${name}`, () => {
    let subject: StoreUnderTest;
    let serial = 0;

    beforeAll(async () => {
      subject = await makeStore();
    }, 60_000);

    afterAll(async () => {
      await subject.stop?.();
    });

    /** A test with a partition of its own. */
    // oxlint-disable vitest/valid-title, vitest/expect-expect -- the callers' titles and expectations
    function law(title: string, check: (store: Store, pk: string) => Promise<void>): void {
      test(title, { timeout: 60_000 }, async () => {
        serial += 1;
        await check(subject.store, `TEST#${serial}`);
      });
    }
    // oxlint-enable vitest/valid-title, vitest/expect-expect

    describe("values", () => {
      law("come back as they were put", async (store, pk) => {
        const item: Item = {
          pk,
          sk: "every type",
          text: 'Ünïcode — 名前 🙂\n"quoted"',
          noText: "",
          integer: 9_007_199_254_740_991,
          negative: -273.15,
          fraction: 0.1 + 0.2,
          large: 1e21,
          tiny: 5e-7,
          zero: 0,
          yes: true,
          no: false,
          nothing: null,
          bytes: Uint8Array.from({ length: 256 }, (_, byte) => byte),
          noBytes: new Uint8Array(),
          list: ["a", 1, true, null, Uint8Array.of(0, 255), ["deep"], {}],
          emptyList: [],
          map: { size: 3, "with space": "x", inner: { name: [1, 2] } },
        };
        expect(await store.put(item)).toBe(true);
        expect(plain(await store.get(item))).toEqual(plain(item));
        expect(plain((await store.getMany([item]))[0])).toEqual(plain(item));
        expect((await read(store, { pk })).map(plain)).toEqual([plain(item)]);
      });

      law("are copies: what is changed afterwards in memory stays there", async (store, pk) => {
        const bytes = Uint8Array.of(1, 2, 3);
        await store.put({ pk, sk: "a", bytes });
        bytes[0] = 9;
        const first = await store.get({ pk, sk: "a" });
        expect(plain(first)).toEqual({ pk, sk: "a", bytes: [1, 2, 3] });
        const answered = first?.["bytes"];
        if (answered instanceof Uint8Array) answered[1] = 9;
        expect(plain(await store.get({ pk, sk: "a" }))).toEqual({ pk, sk: "a", bytes: [1, 2, 3] });
      });

      law("of an expiring item are there until it expires", async (store, pk) => {
        const ttl = Math.floor(Date.now() / 1000) + 3600;
        await store.put({ pk, sk: "session", ttl });
        expect(await store.get({ pk, sk: "session" })).toEqual({ pk, sk: "session", ttl });
      });

      law("may fill 400 kB, names included", async (store, pk) => {
        const item = ofSize(pk, "full", ItemSize.MAX_ITEM_BYTES);
        expect(await store.put(item)).toBe(true);
        expect(plain(await store.get(item))).toEqual(plain(item));
      });

      law("over 400 kB are refused as too large, alone and in a batch", async (store, pk) => {
        const item = ofSize(pk, "over", ItemSize.MAX_ITEM_BYTES + 1);
        expect(await codeOf(store.put(item))).toBe("too-large");
        expect(await codeOf(store.put(item, { absent: true }))).toBe("too-large");
        expect(await codeOf(store.putMany([{ pk, sk: "small" }, item]))).toBe("too-large");
        expect(await store.get(item)).toBeUndefined();
      });
    });

    describe("get", () => {
      law("answers undefined where nothing is", async (store, pk) => {
        expect(await store.get({ pk, sk: "nothing" })).toBeUndefined();
        expect(await store.getMany([])).toEqual([]);
        expect(await store.getMany([{ pk, sk: "nothing" }])).toEqual([undefined]);
      });

      law(
        "of many keeps the order asked, also of more than 100 keys and of missing ones",
        async (store, pk) => {
          const items = numbered(pk, 230);
          await store.putMany(items);
          const keys = [
            ...items,
            { pk, sk: "missing" },
            { pk: `${pk}#other`, sk: "000" },
          ].toReversed();
          expect(await store.getMany(keys)).toEqual([undefined, undefined, ...items.toReversed()]);
        },
      );

      law(
        "of many that never change finds them however new, at no more units",
        async (store, pk) => {
          const items = Array.from({ length: 5 }, (_, n) => ofSize(pk, `${n}`, 40_000));
          await store.putMany(items);
          const start = store.consumed.read;
          await store.getMany(items);
          const consistent = store.consumed.read - start;
          const keys = [...items, { pk, sk: "missing" }];
          const found = await store.getMany(keys, { unchanging: true });
          expect(found.map(plain)).toEqual([...items.map(plain), undefined]);
          expect(store.consumed.read - start - consistent).toBeLessThanOrEqual(consistent + 2);
        },
      );

      law(
        "of many answers everything when it is more than one response holds",
        async (store, pk) => {
          const items = Array.from({ length: 20 }, (_, n) => ofSize(pk, `${n}`, 350_000));
          await store.putMany(items);
          const found = await store.getMany(items);
          expect(found.map((item) => item && ItemSize.bytes(item))).toEqual(
            items.map(() => 350_000),
          );
          expect(found.map((item) => item?.sk)).toEqual(items.map((item) => item.sk));
        },
      );
    });

    describe("conditions", () => {
      law("of 20 concurrent puts of an absent item let exactly one through", async (store, pk) => {
        const wins = await Promise.all(
          Array.from({ length: 20 }, (_, writer) =>
            store.put({ pk, sk: "head", writer }, { absent: true }),
          ),
        );
        expect(wins.filter(Boolean)).toHaveLength(1);
        expect(await store.get({ pk, sk: "head" })).toEqual({
          pk,
          sk: "head",
          writer: wins.indexOf(true),
        });
      });

      law("make compare-and-set exact", async (store, pk) => {
        await store.put({ pk, sk: "counter", value: 0 });
        async function increment(): Promise<void> {
          for (;;) {
            const value = ((await store.get({ pk, sk: "counter" }))?.["value"] ?? -1) as number;
            if (await store.put({ pk, sk: "counter", value: value + 1 }, { equals: { value } }))
              return;
          }
        }
        await Promise.all(
          Array.from({ length: 8 }, async () => {
            for (let n = 0; n < 5; n += 1) await increment();
          }),
        );
        expect(await store.get({ pk, sk: "counter" })).toEqual({ pk, sk: "counter", value: 40 });
      });

      law("exists: only over an item", async (store, pk) => {
        expect(await store.put({ pk, sk: "a", n: 1 }, { exists: true })).toBe(false);
        expect(await store.get({ pk, sk: "a" })).toBeUndefined();
        await store.put({ pk, sk: "a", n: 1 });
        expect(await store.put({ pk, sk: "a", n: 2 }, { exists: true })).toBe(true);
        expect(await store.get({ pk, sk: "a" })).toEqual({ pk, sk: "a", n: 2 });
      });

      law(
        "equals: every named attribute, by type and value, whatever it is called",
        async (store, pk) => {
          const item = { pk, sk: "a", name: "x", value: 1, "odd name.[0]": true };
          expect(await store.put(item, { equals: { name: "x" } })).toBe(false);
          await store.put(item);
          for (const equals of [
            { name: "y" },
            { value: "1" },
            { value: 2 },
            { missing: 1 },
            { name: "x", value: 2 },
          ])
            expect(await store.put({ ...item, changed: true }, { equals })).toBe(false);
          expect(await store.get(item)).toEqual(item);
          for (const equals of [{ name: "x", value: 1, "odd name.[0]": true }, { sk: "a" }, {}])
            expect(await store.put(item, { equals })).toBe(true);
        },
      );

      law("absentOrLess: a lease is taken when free or run out", async (store, pk) => {
        const lease = { pk, sk: "lease", owner: "one", until: 100 };
        expect(await store.put(lease, { absentOrLess: { until: 50 } })).toBe(true);
        expect(await store.put({ ...lease, owner: "two" }, { absentOrLess: { until: 50 } })).toBe(
          false,
        );
        expect(await store.put({ ...lease, owner: "two" }, { absentOrLess: { until: 100 } })).toBe(
          false,
        );
        expect(await store.put({ ...lease, owner: "two" }, { absentOrLess: { until: 101 } })).toBe(
          true,
        );
        await store.put({ pk, sk: "lease" });
        expect(await store.put(lease, { absentOrLess: { until: 1 } })).toBe(true);
      });

      law("guard deletes as well", async (store, pk) => {
        await store.put({ pk, sk: "a", owner: "one" });
        expect(await store.delete({ pk, sk: "a" }, { equals: { owner: "two" } })).toBe(false);
        expect(await store.get({ pk, sk: "a" })).toEqual({ pk, sk: "a", owner: "one" });
        expect(await store.delete({ pk, sk: "a" }, { equals: { owner: "one" } })).toBe(true);
        expect(await store.get({ pk, sk: "a" })).toBeUndefined();
        expect(await store.delete({ pk, sk: "a" }, { exists: true })).toBe(false);
        expect(await store.delete({ pk, sk: "a" })).toBe(true);
      });
    });

    describe("many", () => {
      law("are written and deleted, more than 25 at once", async (store, pk) => {
        const items = numbered(pk, 83);
        await store.putMany(items);
        expect(await read(store, { pk })).toEqual(items);
        await store.deleteMany([...items.slice(1), { pk, sk: "never was" }]);
        expect(await read(store, { pk })).toEqual(items.slice(0, 1));
      });

      law("may be none", async (store, pk) => {
        await store.putMany([]);
        await store.deleteMany([]);
        expect(await read(store, { pk })).toEqual([]);
      });

      law("may be large: parts of an import", async (store, pk) => {
        const items = Array.from({ length: 22 }, (_, n) =>
          ofSize(`${pk}#${n % 16}`, `part-${n}`, 350_000),
        );
        await store.putMany(items);
        const found = await store.getMany(items);
        expect(found.map((item) => item && ItemSize.bytes(item))).toEqual(items.map(() => 350_000));
      });
    });

    describe("query", () => {
      law("answers nothing for an empty partition or range", async (store, pk) => {
        expect(await read(store, { pk })).toEqual([]);
        await store.putMany(numbered(pk, 3));
        for (const range of [
          { prefix: "x" },
          { from: "003" },
          { from: "002", to: "001" },
          { limit: 0 },
          { to: "" },
        ])
          expect(await read(store, { pk, ...range })).toEqual([]);
      });

      law("reads in sort-key order, within inclusive bounds and a prefix", async (store, pk) => {
        const names = ["", "a", "a#1", "a#10", "a#2", "a0", "b", "ä", "~"].slice(1);
        await store.putMany(names.toReversed().map((sk) => ({ pk, sk })));
        await store.put({ pk: `${pk}#neighbour`, sk: "a" });
        const keys = async (range: Omit<Query, "pk">) =>
          (await read(store, { pk, ...range })).map((item) => item.sk);
        expect(await keys({})).toEqual(["a", "a#1", "a#10", "a#2", "a0", "b", "~", "ä"]);
        expect(await keys({ prefix: "a#" })).toEqual(["a#1", "a#10", "a#2"]);
        expect(await keys({ prefix: "" })).toHaveLength(8);
        expect(await keys({ from: "a#1", to: "a#2" })).toEqual(["a#1", "a#10", "a#2"]);
        expect(await keys({ from: "a0" })).toEqual(["a0", "b", "~", "ä"]);
        expect(await keys({ to: "a" })).toEqual(["a"]);
        expect(await keys({ from: "a", to: "a" })).toEqual(["a"]);
        expect(await keys({ prefix: "a#", from: "a#10" })).toEqual(["a#10", "a#2"]);
        expect(await keys({ prefix: "a#", to: "a#10" })).toEqual(["a#1", "a#10"]);
        expect(await keys({ prefix: "a#", from: "b" })).toEqual([]);
      });

      law("reads backwards and stops at the limit", async (store, pk) => {
        const items = numbered(pk, 12);
        await store.putMany(items);
        expect(await read(store, { pk, reverse: true })).toEqual(items.toReversed());
        expect(await read(store, { pk, limit: 5 })).toEqual(items.slice(0, 5));
        expect(await read(store, { pk, reverse: true, limit: 1 })).toEqual(items.slice(-1));
        expect(await read(store, { pk, from: "004", to: "008", reverse: true, limit: 2 })).toEqual([
          items[8],
          items[7],
        ]);
        expect(await read(store, { pk, limit: 50 })).toEqual(items);
      });

      law("answers only the attributes asked for, and the key", async (store, pk) => {
        await store.put({ pk, sk: "a", name: "x", size: 3, body: new Uint8Array(1000) });
        expect(await read(store, { pk, only: ["size", "missing"] })).toEqual([
          { pk, sk: "a", size: 3 },
        ]);
        expect(await read(store, { pk, only: [] })).toEqual([{ pk, sk: "a" }]);
      });

      law("reads on over pages of 1 MB, both ways, with and without a limit", async (store, pk) => {
        const items = Array.from({ length: 14 }, (_, n) =>
          ofSize(pk, String(n).padStart(3, "0"), 200_000),
        );
        await store.putMany(items);
        const names = items.map((item) => item.sk);
        const keys = async (range: Omit<Query, "pk">) =>
          (await read(store, { pk, ...range })).map((item) => item.sk);
        expect(await keys({})).toEqual(names);
        expect(await keys({ reverse: true })).toEqual(names.toReversed());
        expect(await keys({ limit: 9 })).toEqual(names.slice(0, 9));
        expect(await keys({ from: "002", to: "011" })).toEqual(names.slice(2, 12));
        expect(await keys({ only: ["none"] })).toEqual(names);
      });

      law("can be left early", async (store, pk) => {
        await store.putMany(numbered(pk, 10));
        for await (const item of store.query({ pk })) {
          expect(item.sk).toBe("000");
          break;
        }
      });
    });

    law("counts the units it consumes", async (store, pk) => {
      const before = { ...store.consumed };
      const item = ofSize(pk, "a", 20_000);
      await store.put(item);
      await store.putMany([
        { ...item, sk: "b" },
        { ...item, sk: "c" },
      ]);
      await store.get(item);
      const after = store.consumed;
      expect(after.write - before.write).toBeGreaterThanOrEqual(60);
      expect(after.write - before.write).toBeLessThanOrEqual(66);
      expect(after.read - before.read).toBeGreaterThanOrEqual(5);
      expect(after.read - before.read).toBeLessThanOrEqual(6);
    });
  });
}

async function read(store: Store, query: Query): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of store.query(query)) items.push(item);
  return items;
}

function numbered(pk: string, count: number): Item[] {
  return Array.from({ length: count }, (_, n) => ({ pk, sk: String(n).padStart(3, "0"), n }));
}

/** An item of exactly so many bytes as DynamoDB counts them. */
function ofSize(pk: string, sk: string, bytes: number): Item {
  const rest = ItemSize.bytes({ pk, sk, body: new Uint8Array() });
  return { pk, sk, body: new Uint8Array(bytes - rest).fill(7) };
}

/** Bytes as arrays of numbers, so that a Buffer equals a Uint8Array. */
function plain(value: Attribute | undefined): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plain(entry)]));
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    return isDomainError(error) ? error.code : String(error);
  }
}
