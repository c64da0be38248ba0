import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFolderBlobs, type FolderBlobs } from "../blobs/folder.ts";
import { nodePlatform } from "../platform.ts";
import type { Services } from "../services.ts";
import type { AppEnv } from "./context.ts";
import { answerFile } from "./file.ts";

const MB = 1024 * 1024;
let folder: string;
let blobs: FolderBlobs;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridfolk-answer-"));
  const secret = "a secret that only tests know, long enough";
  blobs = createFolderBlobs({ folder, secret, platform: nodePlatform });
});

afterAll(() => rm(folder, { recursive: true }));

async function* pieces(all: readonly Uint8Array[], broken: boolean): AsyncGenerator<Uint8Array> {
  yield* all;
  if (broken) throw new Error("no more");
}

async function ask(
  all: readonly Uint8Array[],
  encoding: string,
  type = "text/csv",
  broken = false,
) {
  const app = new Hono<AppEnv>();
  app.get("/file", (c) => {
    c.set("services", { blobs, platform: nodePlatform } as unknown as Services);
    c.set("workspace", "ws");
    c.set("session", { id: "s", via: "bearer", user: { id: "ada", name: "Ada", email: "" } });
    return answerFile(c, pieces(all, broken), { name: "list.csv", type });
  });
  app.onError((error) => new Response(error.message, { status: 500 }));
  return app.request("/file", { headers: { "Accept-Encoding": encoding } });
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const lines = Array.from({ length: 9 }, (_, n) => Buffer.alloc(MB, `row ${n},value\r\n`));
const noise = Array.from({ length: 6 }, () => randomBytes(MB));

test("a small file is answered as it is", async () => {
  const answer = await ask([Buffer.from("a,b")], "gzip");
  expect([answer.status, answer.headers.get("content-encoding")]).toEqual([200, null]);
  expect(await answer.text()).toBe("a,b");
});

test("a large one is compressed for who understands it, and put beside for who does not", async () => {
  const answer = await ask(lines, "br, gzip");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-encoding")).toBe("gzip");
  expect(answer.headers.get("vary")).toBe("Accept-Encoding");
  expect(gunzipSync(await bytesOf(answer)).equals(Buffer.concat(lines))).toBe(true);
  for (const [encoding, type] of [
    ["identity", "text/csv"],
    ["gzip", "application/zip"],
  ] as const) {
    const { status, headers } = await ask(lines, encoding, type);
    expect(status).toBe(303);
    const file = await blobs.serve(
      new Request(new URL(headers.get("location") ?? "", "http://localhost")),
    );
    expect(file?.headers.get("content-encoding")).toBeNull();
    expect((await bytesOf(file!)).equals(Buffer.concat(lines))).toBe(true);
  }
});

test("one that is too large even so is put beside compressed, and says so", async () => {
  const { status, headers } = await ask(noise, "gzip");
  expect(status).toBe(303);
  const file = await blobs.serve(
    new Request(new URL(headers.get("location") ?? "", "http://localhost")),
  );
  expect(file?.headers.get("content-encoding")).toBe("gzip");
  expect(gunzipSync(await bytesOf(file!)).equals(Buffer.concat(noise))).toBe(true);
});

test("one that breaks off is an error, never half a file", async () => {
  for (const all of [lines, noise])
    expect((await ask(all, "gzip", "text/csv", true)).status).toBe(500);
});
