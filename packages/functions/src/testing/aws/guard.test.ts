import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { ensureTable } from "@gridfolk/core/dynamo/table";
import { startEngine } from "@gridfolk/core/testing/engines";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodePlatform } from "../../platform.ts";
import { type Guards, mayCall, startGuards } from "./guard.ts";

const tableName = "guarded";
let guards: Guards;
let stop: () => Promise<void>;

beforeAll(async () => {
  const engine = await startEngine("dynalite");
  if ("skipped" in engine) throw new Error(engine.skipped);
  const client = connect({ endpoint: engine.endpoint });
  await ensureTable({ client, tableName, platform: nodePlatform });
  guards = await startGuards(engine.endpoint);
  stop = async () => {
    client.close();
    await guards.stop();
    await engine.stop();
  };
});
afterAll(() => stop());

function storeOf(name: keyof Guards["engineFor"]) {
  const client = connect({ endpoint: guards.engineFor[name] });
  return createDynamoStore({ client, tableName, platform: nodePlatform });
}

test("what a function may do goes through, singly and in batches", async () => {
  const api = storeOf("api");
  await api.put({ pk: "LOG#w", sk: "1", text: "x" });
  await api.putMany(["a", "b"].map((sk) => ({ pk: "BODY#w#1", sk })));
  expect(
    await api.getMany([
      { pk: "LOG#w", sk: "1" },
      { pk: "BODY#w#1", sk: "a" },
    ]),
  ).toHaveLength(2);
  const seen: string[] = [];
  for await (const { sk } of storeOf("react").query({ pk: "LOG#w" })) seen.push(sk);
  expect(seen).toEqual(["1"]);
  await storeOf("tick").deleteMany(["a", "b"].map((sk) => ({ pk: "BODY#w#1", sk })));
  expect(guards.refused).toEqual([]);
});

test("what it may not do is refused, and nothing happens", async () => {
  const api = storeOf("api");
  await expect(api.delete({ pk: "LOG#w", sk: "1" })).rejects.toThrow(/AccessDenied/);
  await expect(api.deleteMany(["1", "2"].map((sk) => ({ pk: "LOG#w", sk })))).rejects.toThrow(
    /AccessDenied/,
  );
  await expect(storeOf("react").put({ pk: "LOG#w", sk: "2" })).rejects.toThrow(/AccessDenied/);
  await expect(
    storeOf("react").getMany([
      { pk: "LOG#w", sk: "1" },
      { pk: "INTENT#w", sk: "1" },
    ]),
  ).rejects.toThrow(/AccessDenied/);
  expect(guards.refused).toContain("api: dynamodb:DeleteItem on LOG#w");
  expect(await api.get({ pk: "LOG#w", sk: "1" })).toBeDefined();
});

test("nobody scans, and one way of access has to cover all keys of a call", () => {
  expect(mayCall("api", "Scan", [])).toBe(false);
  expect(mayCall("tick", "UpdateItem", ["WS#w"])).toBe(false);
  expect(mayCall("api", "BatchWriteItem", ["BODY#w#1"])).toBe(true);
  expect(mayCall("api", "BatchWriteItem", ["BODY#w#1", "LOG#w"])).toBe(false);
});
