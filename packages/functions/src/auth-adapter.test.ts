import {
  authFlowTestSuite,
  caseInsensitiveTestSuite,
  joinsTestSuite,
  normalTestSuite,
  testAdapter,
  uuidTestSuite,
} from "@better-auth/test-utils/adapter";
import type { DBAdapter } from "better-auth/adapters";
import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import type { Item, Store } from "@gridfolk/core/ledger/store";
import { describe, expect, test } from "vitest";
import { storeAdapter } from "./auth-adapter.ts";

/*
 * better-auth's own suites, all that apply. Not here: transactions, of which DynamoDB has none that would hold what
 * better-auth reads inside one, and number-id, since a table has no sequence and ids are random on purpose.
 */
const store = createMemoryStore();
const { execute } = await testAdapter({
  adapter: () => storeAdapter(store),
  runMigrations: () => {},
  tests: [
    normalTestSuite(),
    joinsTestSuite(),
    authFlowTestSuite(),
    caseInsensitiveTestSuite(),
    uuidTestSuite(),
  ],
});
execute();

const MINUTE = 60_000;

function user(email: string): Record<string, unknown> {
  const now = new Date();
  return { name: "Ada", email, emailVerified: false, createdAt: now, updatedAt: now };
}

function session(token: string, userId: string, expiresAt: Date): Record<string, unknown> {
  const now = new Date();
  return { token, userId, expiresAt, createdAt: now, updatedAt: now };
}

function adapterOn(on: Store, now?: () => number): DBAdapter {
  return storeAdapter(on, now === undefined ? {} : { now })({});
}

function byEmail(email: string) {
  return { model: "user", where: [{ field: "email", value: email }] };
}

async function everything(on: Store, partitions: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  for (const pk of partitions) for await (const item of on.query({ pk })) items.push(item);
  return items;
}

const PARTITIONS = [
  "AUTH#user",
  "AUTH#user#email",
  "AUTH#session",
  "AUTH#session#token",
  "AUTH#session#userId",
  "AUTH#account",
  "AUTH#account#userId",
  "AUTH#account#providerId+accountId",
];

class Crash extends Error {}

/** Lets `writes` writes through; the next one and all after it never happen. */
function crashing(on: Store, writes: number): Store {
  let left = writes;
  function next(): void {
    if (left === 0) throw new Crash();
    left -= 1;
  }
  return {
    ...on,
    async put(item, condition) {
      next();
      return on.put(item, condition);
    },
    async putMany(items) {
      for (const item of items) {
        next();
        await on.put(item);
      }
    },
    async delete(key, condition) {
      next();
      return on.delete(key, condition);
    },
    async deleteMany(keys) {
      for (const key of keys) {
        next();
        await on.delete(key);
      }
    },
  };
}

/** Every conditional put takes effect, times out and is repeated: it meets its own first try. */
function stuttering(on: Store): Store {
  return {
    ...on,
    async put(item, condition) {
      const first = await on.put(item, condition);
      if (condition === undefined) return first;
      return on.put(item, condition);
    },
  };
}

describe("auth adapter on the store", () => {
  test("of 20 sign-ups with one address at the same moment one gets it", async () => {
    const on = createMemoryStore();
    const adapter = adapterOn(on);
    const ends = await Promise.allSettled(
      Array.from({ length: 20 }, () => adapter.create({ model: "user", data: user("ada@x.org") })),
    );
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await adapter.count({ model: "user" })).toBe(1);
    expect(await adapter.findOne(byEmail("ada@x.org"))).toMatchObject({ email: "ada@x.org" });
  });

  test("an address given up is free, one taken is refused and keeps the old one", async () => {
    const adapter = adapterOn(createMemoryStore());
    const ada = await adapter.create({ model: "user", data: user("ada@x.org") });
    await adapter.create({ model: "user", data: user("bob@x.org") });
    const change = (email: string) =>
      adapter.update({
        model: "user",
        where: [{ field: "id", value: String(ada["id"]) }],
        update: { email },
      });
    await expect(change("bob@x.org")).rejects.toThrow("Another user has this email");
    expect(await adapter.findOne(byEmail("ada@x.org"))).toMatchObject({ id: ada["id"] });
    await change("countess@x.org");
    expect(await adapter.findOne(byEmail("ada@x.org"))).toBeNull();
    expect(await adapter.findOne(byEmail("countess@x.org"))).toMatchObject({ id: ada["id"] });
    await adapter.create({ model: "user", data: user("ada@x.org") });
    await change("countess@x.org");
  });

  test("what is deleted leaves nothing behind", async () => {
    const on = createMemoryStore();
    const adapter = adapterOn(on);
    const ada = await adapter.create({ model: "user", data: user("ada@x.org") });
    const userId = String(ada["id"]);
    await adapter.create({
      model: "session",
      data: session("t1", userId, new Date(Date.now() + MINUTE)),
    });
    await adapter.create({
      model: "account",
      data: {
        accountId: userId,
        providerId: "credential",
        userId,
        createdAt: new Date(),
        updatedAt: new Date(),
      },
    });
    expect(await everything(on, PARTITIONS)).toHaveLength(2 + 3 + 3);
    for (const model of ["session", "account"])
      await adapter.deleteMany({ model, where: [{ field: "userId", value: userId }] });
    await adapter.delete({ model: "user", where: [{ field: "id", value: userId }] });
    expect(await everything(on, PARTITIONS)).toEqual([]);
  });

  test("sessions and all they are found by carry the time after which the table may drop them", async () => {
    const on = createMemoryStore();
    const adapter = adapterOn(on);
    const ttls = async () => [
      ...new Set((await everything(on, PARTITIONS)).map((item) => item["ttl"])),
    ];
    const first = new Date("2030-01-01T00:00:00Z");
    const later = new Date("2030-02-01T00:00:00Z");
    const dayAfter = (date: Date) => date.getTime() / 1000 + 24 * 60 * 60;
    await adapter.create({ model: "session", data: session("t1", "u1", first) });
    expect(await ttls()).toEqual([dayAfter(first)]);
    const where = [{ field: "token", value: "t1" }];
    await adapter.update({ model: "session", where, update: { expiresAt: later } });
    expect(await ttls()).toEqual([dayAfter(later)]);
    expect(await adapter.findOne({ model: "session", where })).toMatchObject({ expiresAt: later });
  });

  test("a token is consumed once, a counter counts every call, a guard holds", async () => {
    const adapter = adapterOn(createMemoryStore());
    const data = {
      identifier: "reset:1",
      value: "u1",
      expiresAt: new Date(Date.now() + MINUTE),
      createdAt: new Date(),
      updatedAt: new Date(),
    };
    await adapter.create({ model: "verification", data });
    const where = [{ field: "identifier", value: "reset:1" }];
    const taken = await Promise.all(
      Array.from({ length: 10 }, () => adapter.consumeOne({ model: "verification", where })),
    );
    expect(taken.filter((row) => row !== null)).toHaveLength(1);

    const counting = storeAdapter(createMemoryStore())({
      user: { additionalFields: { uses: { type: "number", required: false } } },
    });
    const ada = await counting.create({ model: "user", data: { ...user("ada@x.org"), uses: 15 } });
    const id = { field: "id", value: String(ada["id"]) };
    const guard = [id, { field: "uses", operator: "gt" as const, value: 0 }];
    const ends = await Promise.all(
      Array.from({ length: 20 }, () =>
        counting.incrementOne({ model: "user", where: guard, increment: { uses: -1 } }),
      ),
    );
    expect(ends.filter((row) => row !== null)).toHaveLength(15);
    expect(await counting.findOne({ model: "user", where: [id] })).toMatchObject({ uses: 0 });
  });

  test("a crash while signing up leaves no half account, and its address free after five minutes", async () => {
    const on = createMemoryStore();
    const broken = adapterOn(crashing(on, 1));
    await expect(broken.create({ model: "user", data: user("ada@x.org") })).rejects.toThrow(Crash);
    const adapter = adapterOn(on);
    expect(await adapter.findOne(byEmail("ada@x.org"))).toBeNull();
    expect(await adapter.count({ model: "user" })).toBe(0);
    const again = adapter.create({ model: "user", data: user("ada@x.org") });
    await expect(again).rejects.toThrow("Another user has this email");
    const after = adapterOn(on, () => Date.now() + 5 * MINUTE + 1000);
    await after.create({ model: "user", data: user("ada@x.org") });
    expect(await after.findOne(byEmail("ada@x.org"))).toMatchObject({ email: "ada@x.org" });
  });

  test("a crash after any write of a new session leaves none that is found", async () => {
    for (let writes = 0; writes < 3; writes += 1) {
      const on = createMemoryStore();
      const data = session("t1", "u1", new Date(Date.now() + MINUTE));
      const broken = adapterOn(crashing(on, writes));
      await expect(broken.create({ model: "session", data })).rejects.toThrow(Crash);
      const adapter = adapterOn(on);
      for (const where of [[{ field: "token", value: "t1" }], [{ field: "userId", value: "u1" }]])
        expect(await adapter.findMany({ model: "session", where })).toEqual([]);
    }
  });

  test("a crash after any write of a change leaves the old or the new address, never both or none", async () => {
    let completed = false;
    for (let writes = 0; !completed; writes += 1) {
      const on = createMemoryStore();
      const ada = await adapterOn(on).create({ model: "user", data: user("old@x.org") });
      const id = String(ada["id"]);
      const change = adapterOn(crashing(on, writes)).update({
        model: "user",
        where: [{ field: "id", value: id }],
        update: { email: "new@x.org" },
      });
      completed = await change.then(
        () => true,
        () => false,
      );
      const adapter = adapterOn(on, () => Date.now() + 5 * MINUTE + 1000);
      const found = await Promise.all(
        ["old@x.org", "new@x.org"].map((email) => adapter.findOne(byEmail(email))),
      );
      expect(found.filter((row) => row !== null)).toHaveLength(1);
      // The address the account does not have can be taken by another.
      const free = found[0] === null ? "old@x.org" : "new@x.org";
      await adapter.create({ model: "user", data: user(free) });
      expect(await adapter.count({ model: "user" })).toBe(2);
    }
  });

  test("a crash while signing out leaves a session or none", async () => {
    let completed = false;
    for (let writes = 0; !completed; writes += 1) {
      const on = createMemoryStore();
      const until = new Date(Date.now() + MINUTE);
      await adapterOn(on).create({ model: "session", data: session("t1", "u1", until) });
      const where = [{ field: "token", value: "t1" }];
      completed = await adapterOn(crashing(on, writes))
        .delete({ model: "session", where })
        .then(
          () => true,
          () => false,
        );
      const adapter = adapterOn(on);
      const found = await adapter.findOne({ model: "session", where });
      expect(found === null).toBe(writes > 0);
      expect(
        await adapter.findMany({ model: "session", where: [{ field: "userId", value: "u1" }] }),
      ).toHaveLength(found === null ? 0 : 1);
    }
  });

  test("writes that time out after they took effect count once", async () => {
    const on = createMemoryStore();
    const adapter = adapterOn(stuttering(on));
    const ada = await adapter.create({ model: "user", data: user("ada@x.org") });
    const id = String(ada["id"]);
    const updated = await adapter.update({
      model: "user",
      where: [{ field: "id", value: id }],
      update: { email: "a@x.org" },
    });
    expect(updated).toMatchObject({ id, email: "a@x.org" });
    expect(await adapter.findOne(byEmail("a@x.org"))).toMatchObject({ id });
    expect(await adapter.findOne(byEmail("ada@x.org"))).toBeNull();
  });

  test("looking up by address, token or owner reads a handful of items, whatever the number of accounts", async () => {
    const on = createMemoryStore();
    const adapter = adapterOn(on);
    for (let n = 0; n < 200; n += 1) {
      const { id } = await adapter.create({ model: "user", data: user(`u${n}@x.org`) });
      await adapter.create({
        model: "session",
        data: session(`t${n}`, String(id), new Date(Date.now() + MINUTE)),
      });
    }
    const { id } = (await adapter.findOne<{ id: string }>(byEmail("u7@x.org"))) ?? { id: "" };
    const before = on.consumed.read;
    await adapter.findOne(byEmail("u7@x.org"));
    await adapter.findOne({ model: "session", where: [{ field: "token", value: "t7" }] });
    await adapter.findMany({ model: "session", where: [{ field: "userId", value: id }] });
    expect(on.consumed.read - before).toBeLessThanOrEqual(8);
  });
});
