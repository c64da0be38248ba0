import { mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { blobsContract } from "./blobs-contract.ts";
import { createFolderBlobs, type FolderBlobs } from "./folder.ts";

async function make(): Promise<{ blobs: FolderBlobs; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "gridfolk-blobs-"));
  const secret = "a secret that only tests know, long enough";
  return { folder, blobs: createFolderBlobs({ folder, secret, platform: nodePlatform }) };
}

blobsContract("folder", async () => {
  const { blobs, folder } = await make();
  return {
    blobs,
    async send(address, init) {
      const request = new Request(new URL(address, "http://localhost:3000"), init);
      return (await blobs.serve(request)) ?? new Response(null, { status: 501 });
    },
    stop: () => rm(folder, { recursive: true }),
  };
});

test("sweep deletes what was written before, and the folders that it leaves empty", async () => {
  const { blobs, folder } = await make();
  await blobs.put("exports/ws/user/old", bytes("1"), { name: "a", type: "b" });
  await blobs.put("files/ws/user/other", bytes("1"), { name: "a", type: "b" });
  const before = new Date(Date.now() - 60_000);
  for (const file of ["old", "old.about"]) {
    await utimes(join(folder, "exports", "ws", "user", file), before, before);
  }
  await blobs.put("exports/ws/user/new", bytes("2"), { name: "a", type: "b" });
  await blobs.put("exports/ws2/user/new", bytes("2"), { name: "a", type: "b" });
  await utimes(join(folder, "exports", "ws2", "user", "new"), before, before);
  await utimes(join(folder, "exports", "ws2", "user", "new.about"), before, before);
  await blobs.sweep("exports", Date.now() - 30_000);
  await blobs.sweep("never-written", Date.now());
  expect((await readdir(join(folder, "exports"), { recursive: true })).toSorted()).toEqual([
    "ws",
    join("ws", "user"),
    join("ws", "user", "new"),
    join("ws", "user", "new.about"),
  ]);
  expect(await blobs.get("files/ws/user/other", 1)).toBeDefined();
  await rm(folder, { recursive: true });
});

test("files are their owner's only", async () => {
  const { blobs, folder } = await make();
  await blobs.put("exports/ws/user/x", bytes("1"), { name: "a", type: "b" });
  const { mode } = await stat(join(folder, "exports", "ws", "user", "x"));
  expect((mode & 0o777).toString(8)).toBe("600");
  await rm(folder, { recursive: true });
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
