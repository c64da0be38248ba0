import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Front, ORIGIN_TOKEN, startFront } from "./front.ts";
import { createHttpApi } from "./http-api.ts";
import { createWebSocketApi } from "./websocket-api.ts";

let folder: string;
let front: Front;
const events: { headers: Record<string, string>; requestContext: { http: object } }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridfolk-pages-"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Gridfolk</title>");
  const invoke = async (event: string) => {
    events.push(JSON.parse(event));
    return { requestId: "r", payload: '{"statusCode":200,"body":"from the function"}' };
  };
  front = await startFront({
    httpApi: createHttpApi({ route: "ANY /api/{proxy+}", invoke }),
    webSocketApi: createWebSocketApi({ stage: "live", invoke }),
    pages: folder,
  });
});

afterAll(async () => {
  await front.stop();
  await rm(folder, { recursive: true });
});

test("pages come from the folder, also at the addresses within the application", async () => {
  for (const path of ["/", "/w/01aaaaaaaaaaaaaaaaaaaaaaaa/contacts"]) {
    const page = await fetch(front.url + path);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Gridfolk")]);
    expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'self'");
  }
});

test("the function sees its own host, the edge, and the viewer only by the distribution's word", async () => {
  const forged = { "X-Viewer-Address": "203.0.113.9", "X-Origin-Token": "guess" };
  const answer = await fetch(`${front.url}/api/health`, { headers: forged });
  expect(await answer.text()).toBe("from the function");
  const { headers, requestContext } = events.at(-1) ?? { headers: {}, requestContext: undefined };
  expect(headers).toMatchObject({
    host: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
    "x-viewer-address": "127.0.0.1",
    "x-origin-token": ORIGIN_TOKEN,
  });
  expect(requestContext?.http).toMatchObject({ sourceIp: "198.51.100.7" });
});

test("refuses what CloudFront and API Gateway refuse", async () => {
  const status = async (path: string, init?: RequestInit) =>
    (await fetch(front.url + path, init)).status;
  expect(await status(`/api/x?${"y".repeat(8_200)}`)).toBe(414);
  expect(await status("/live")).toBe(403);
  expect(await status("/api/")).toBe(404);
  const body = new Uint8Array(10 * 1024 * 1024 + 1);
  expect(await status("/api/x", { method: "POST", body })).toBe(413);
});
