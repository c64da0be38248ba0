import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isDomainError } from "../error.ts";
import type { Item, Store } from "../ledger/store.ts";
import { startEngine } from "../testing/engines.ts";
import {
  type Answer,
  type Call,
  type Fate,
  type FaultProxy,
  startFaultProxy,
} from "../testing/fault-proxy.ts";
import { nodePlatform as platform } from "../testing/platform.ts";
import { connect } from "./client.ts";
import { createDynamoStore } from "./store.ts";
import { ensureTable } from "./table.ts";

const TABLE = "gridfolk";
const TRIES = 12;
const started = await startEngine("dynalite");
if ("skipped" in started) throw new Error(started.skipped);
const engine = started;

describe("the store over a bad line", () => {
  let proxy: FaultProxy;
  let store: Store;
  let calls: string[];

  beforeAll(async () => {
    proxy = await startFaultProxy(engine.endpoint);
    const client = connect({ endpoint: proxy.endpoint });
    await ensureTable({ client, tableName: TABLE, platform });
    store = createDynamoStore({
      client,
      tableName: TABLE,
      platform,
      retry: { tries: TRIES, baseMs: 1, capMs: 4, timeoutMs: 250 },
    });
  });

  afterAll(async () => {
    await proxy.stop();
    await engine.stop();
  });

  beforeEach(() => {
    proxy.decide = undefined;
    calls = [];
  });

  /** `fates[n]` is for call n; calls beyond the list go through. */
  function trouble(...fates: readonly ((call: Call) => Fate | Promise<Fate>)[]): void {
    calls = [];
    proxy.decide = async (call) => {
      calls.push(call.operation);
      return (fates[calls.length - 1] ?? ((through: Call) => through.forward()))(call);
    };
  }

  const passing: readonly [string, () => Fate][] = [
    ["throttled", () => exception(400, "ProvisionedThroughputExceededException")],
    ["throttled by the account", () => exception(400, "ThrottlingException")],
    ["over the request rate", () => exception(400, "RequestLimitExceeded")],
    ["broken inside", () => exception(500, "InternalServerError")],
    ["unavailable, in HTML", () => ({ status: 503, body: "<html>Service Unavailable</html>" })],
    ["cut off", () => "cut"],
    ["silent", () => "silence"],
  ];
  for (const [name, fate] of passing)
    test(`a call that is ${name} is repeated`, async () => {
      trouble(fate, fate, fate);
      const item = { pk: "PASSING", sk: name, n: 1 };
      expect(await store.put(item, { absent: true })).toBe(true);
      expect(calls).toHaveLength(4);
      trouble(fate);
      expect(await store.get(item)).toEqual(item);
      trouble(fate);
      expect(await store.getMany([item])).toEqual([item]);
      trouble(fate);
      expect(await read(store, { pk: "PASSING", prefix: name })).toContainEqual(item);
      trouble(fate);
      await store.deleteMany([item]);
      expect(await store.get(item)).toBeUndefined();
    });

  test("a conditional put that took effect and was not answered reports its own success as a lost race", async () => {
    trouble(async (call): Promise<Fate> => {
      await call.forward();
      return "silence";
    });
    const item = { pk: "LATE", sk: "head", changeset: "mine" };
    expect(await store.put(item, { absent: true })).toBe(false);
    expect(await store.get(item)).toEqual(item);
  });

  test("trouble that does not end is busy after the last try, with nothing retried for ever", async () => {
    const always = () => exception(400, "ProvisionedThroughputExceededException");
    proxy.decide = async (call) => {
      calls.push(call.operation);
      return always();
    };
    for (const work of [
      () => store.put({ pk: "BUSY", sk: "1" }),
      () => store.get({ pk: "BUSY", sk: "1" }),
      () =>
        store.putMany([
          { pk: "BUSY", sk: "1" },
          { pk: "BUSY", sk: "2" },
        ]),
      () => store.getMany([{ pk: "BUSY", sk: "1" }]),
      () => read(store, { pk: "BUSY" }),
    ]) {
      calls = [];
      const end = await work().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(isDomainError(end, "busy")).toBe(true);
      expect(calls).toHaveLength(TRIES);
    }
  });

  test("unprocessed items are sent again until all are written", async () => {
    proxy.decide = async (call) => {
      calls.push(call.operation);
      const requests = (call.body["RequestItems"] as Record<string, unknown[]> | undefined)?.[
        TABLE
      ];
      if (call.operation !== "BatchWriteItem" || requests === undefined) return call.forward();
      // Every third call does nothing at all, the others a part.
      const done = calls.length % 3 === 0 ? 0 : Math.ceil(requests.length / 3);
      const left = { [TABLE]: requests.slice(done) };
      if (done === 0) return answer({ UnprocessedItems: left });
      const partly = await call.forward({
        ...call.body,
        RequestItems: { [TABLE]: requests.slice(0, done) },
      });
      return answer({
        ...(JSON.parse(partly.body) as object),
        UnprocessedItems: requests.length > done ? left : {},
      });
    };
    const items = Array.from({ length: 60 }, (_, n) => ({
      pk: "PARTLY",
      sk: String(n).padStart(3, "0"),
      n,
    }));
    await store.putMany(items);
    expect(calls.length).toBeGreaterThan(10);
    proxy.decide = undefined;
    expect(await read(store, { pk: "PARTLY" })).toEqual(items);
  });

  test("unprocessed keys are asked for again until all are answered", async () => {
    const items = Array.from({ length: 150 }, (_, n) => ({
      pk: "KEYS",
      sk: String(n).padStart(3, "0"),
      n,
    }));
    await store.putMany(items);
    proxy.decide = async (call) => {
      calls.push(call.operation);
      const asked = (call.body["RequestItems"] as Record<string, { Keys: unknown[] }>)[TABLE];
      if (asked === undefined) return call.forward();
      const done = calls.length % 3 === 0 ? 0 : Math.ceil(asked.Keys.length / 3);
      const left = { [TABLE]: { ...asked, Keys: asked.Keys.slice(done) } };
      if (done === 0) return answer({ Responses: { [TABLE]: [] }, UnprocessedKeys: left });
      const partly = await call.forward({
        ...call.body,
        RequestItems: { [TABLE]: { ...asked, Keys: asked.Keys.slice(0, done) } },
      });
      return answer({
        ...(JSON.parse(partly.body) as object),
        UnprocessedKeys: asked.Keys.length > done ? left : {},
      });
    };
    expect(await store.getMany(items)).toEqual(items);
    expect(calls.length).toBeGreaterThan(10);
  });

  test("batches that are never processed are busy", async () => {
    proxy.decide = async ({ operation, body }) => {
      calls.push(operation);
      return operation === "BatchWriteItem"
        ? answer({ UnprocessedItems: body["RequestItems"] })
        : answer({ Responses: {}, UnprocessedKeys: body["RequestItems"] });
    };
    const items = [
      { pk: "NEVER", sk: "1" },
      { pk: "NEVER", sk: "2" },
    ];
    await expect(store.putMany(items)).rejects.toMatchObject({ code: "busy" });
    await expect(store.getMany(items)).rejects.toMatchObject({ code: "busy" });
    expect(calls).toHaveLength(2 * TRIES);
  });

  test("a refusal is not repeated and says what was being done", async () => {
    trouble(() => exception(400, "AccessDeniedException"));
    await expect(store.get({ pk: "A", sk: "1" })).rejects.toThrow(
      "Cannot read an item: AccessDeniedException",
    );
    expect(calls).toEqual(["GetItem"]);
    trouble(() => exception(400, "ResourceNotFoundException"));
    await expect(store.get({ pk: "A", sk: "1" })).rejects.toThrow("the table does not exist");
    expect(calls).toHaveLength(1);
  });

  test("an engine that is not there is busy, not a hanging call", async () => {
    const client = connect({ endpoint: "http://127.0.0.1:1" });
    const gone = createDynamoStore({
      client,
      tableName: TABLE,
      platform,
      retry: { tries: 3, baseMs: 1 },
    });
    await expect(gone.get({ pk: "A", sk: "1" })).rejects.toMatchObject({ code: "busy" });
  });
});

function exception(status: number, name: string): Answer {
  return {
    status,
    body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name }),
  };
}

function answer(body: object): Answer {
  return { status: 200, body: JSON.stringify(body) };
}

async function read(store: Store, query: { pk: string; prefix?: string }): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of store.query(query)) items.push(item);
  return items;
}
