import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type * as SignedFetch from "../aws/signed-fetch.ts";
import { nodePlatform } from "../platform.ts";
import { type ManagementApi, startManagementApi } from "../testing/management-api.ts";
import { CLOSE, type Carrier } from "./carrier.ts";
import { createManagementCarrier } from "./management-api.ts";

/** As API Gateway makes them. */
const ID = "L0SM9cOF/HcC+hw=";

let api: ManagementApi;
let carrier: Carrier;
let createSignedFetch: typeof SignedFetch.createSignedFetch;

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI");
  // It keeps the credentials of whoever asked first.
  vi.resetModules();
  ({ createSignedFetch } = await import("../aws/signed-fetch.ts"));
  api = await startManagementApi();
  const signed = createSignedFetch({
    service: "execute-api",
    region: "us-east-1",
    platform: { ...nodePlatform, clock: { ...nodePlatform.clock, sleep: async () => {} } },
    timeoutMs: 200,
    tries: 3,
  });
  carrier = createManagementCarrier({ signed, endpoint: `${api.endpoint}/` });
});

beforeEach(() => api.fail(() => undefined));

afterAll(async () => {
  vi.unstubAllEnvs();
  await api.stop();
});

test("a message arrives as it was, signed, whatever characters the id has", async () => {
  const socket = api.open(ID);
  const text = JSON.stringify({ type: "pong", é: "☎".repeat(10_000) });
  expect(await carrier.post(ID, text)).toBe("sent");
  expect(socket.messages).toEqual([JSON.parse(text)]);
  expect(api.unsigned).toEqual([]);
});

test("who is gone is told apart from what failed", async () => {
  expect(await carrier.post("Nobody=", "{}")).toBe("gone");
  api.fail(() => ({ status: 400, body: '{"message":"Invalid connectionId: x"}' }));
  expect(await carrier.post("x", "{}")).toBe("gone");
  api.fail(() => ({ status: 403, body: '{"message":"not authorized to perform"}' }));
  await expect(carrier.post(ID, "{}")).rejects.toThrow(/HTTP 403.*not authorized/);
  api.fail(() => ({ status: 413, body: '{"message":"Payload too large"}' }));
  await expect(carrier.post(ID, "{}")).rejects.toThrow(/HTTP 413/);
});

test("what is throttled is tried again, and given up in the end", async () => {
  const socket = api.open(ID);
  let refusals = 2;
  const throttled = { status: 429, body: '{"message":"Limit exceeded"}' };
  api.fail(() => (refusals-- > 0 ? throttled : undefined));
  expect(await carrier.post(ID, '{"type":"pong"}')).toBe("sent");
  expect(socket.messages).toHaveLength(1);
  api.fail(() => throttled);
  await expect(carrier.post(ID, "{}")).rejects.toThrow(/HTTP 429/);
});

test("a connection is ended, also one that has ended", async () => {
  const socket = api.open(ID);
  await carrier.disconnect(ID, CLOSE.removed);
  expect(socket.closed).toHaveLength(1);
  await expect(carrier.disconnect(ID, CLOSE.removed)).resolves.toBeUndefined();
});

test("an endpoint that is not there is a failure, not the end of the connection", async () => {
  const signed = createSignedFetch({
    service: "execute-api",
    region: "us-east-1",
    platform: nodePlatform,
    tries: 2,
  });
  const nowhere = createManagementCarrier({ signed, endpoint: "http://127.0.0.1:1/live" });
  await expect(nowhere.post(ID, "{}")).rejects.toThrow("fetch failed");
});
