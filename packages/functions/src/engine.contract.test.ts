import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { storeContract } from "@gridfolk/core/dynamo/store-contract";
import { isDomainError } from "@gridfolk/core/error";
import { nodePlatform as platform } from "@gridfolk/core/testing/platform";
import dynalite from "dynalite";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "./engine.ts";

let scratch = "";
let serial = 0;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "gridfolk-engine-"));
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

function freshDirectory(): string {
  serial += 1;
  return join(scratch, `${serial}`);
}

function open(dataDir: string, durability: "fsync" | "os" = "os") {
  return openStore({ dataDir, durability, tableName: "gridfolk", platform });
}

storeContract("embedded, fsync", () => open(freshDirectory(), "fsync"));
storeContract("embedded, os", () => open(freshDirectory()));

test("an engine opened again has everything", async () => {
  const dataDir = freshDirectory();
  const first = await open(dataDir);
  await first.store.put({ pk: "A", sk: "1", bytes: Uint8Array.of(1, 2) });
  await first.stop();
  const second = await open(dataDir);
  expect(await second.store.get({ pk: "A", sk: "1" })).toMatchObject({ pk: "A", sk: "1" });
  await second.stop();
});

test("a directory in use is refused by its name, and free again after stop", async () => {
  const dataDir = freshDirectory();
  const first = await open(dataDir);
  const error = await open(dataDir).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isDomainError(error, "busy")).toBe(true);
  expect(String(error)).toContain(`${join(dataDir, "dynamo")} is in use by another process`);
  await first.stop();
  await (await open(dataDir)).stop();
});

test("expired items are gone after a start, renewed ones stay", async () => {
  const dataDir = freshDirectory();
  const past = Math.floor(Date.now() / 1000) - 60;
  const first = await open(dataDir);
  await first.store.put({ pk: "A", sk: "expired", ttl: past });
  await first.store.put({ pk: "A", sk: "renewed", ttl: past });
  await first.store.put({ pk: "A", sk: "renewed", ttl: past + 3600 });
  await first.store.put({ pk: "A", sk: "kept for ever", ttl: past });
  await first.store.put({ pk: "A", sk: "kept for ever" });
  await first.stop();
  const second = await open(dataDir);
  await second.stop();
  const third = await open(dataDir);
  const left: string[] = [];
  for await (const item of third.store.query({ pk: "A" })) left.push(item.sk);
  expect(left).toEqual(["kept for ever", "renewed"]);
  await third.stop();
});

test("dynalite's own server reads the directory of a stopped one", async () => {
  const dataDir = freshDirectory();
  const ours = await open(dataDir);
  await ours.store.put({ pk: "A", sk: "1", name: "x" });
  await ours.stop();
  const server = dynalite({ path: join(dataDir, "dynamo") });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const client = connect({ endpoint: `http://127.0.0.1:${port}` });
  const store = createDynamoStore({ client, tableName: "gridfolk", platform });
  const items: unknown[] = [];
  for await (const item of store.query({ pk: "A" })) items.push(item);
  expect(items).toEqual([{ pk: "A", sk: "1", name: "x" }]);
  client.close();
  await new Promise((resolve) => server.close(resolve));
});

test(
  "what was acknowledged before a kill -9 is there afterwards, and the lock is not",
  { timeout: 60_000 },
  async () => {
    const dataDir = freshDirectory();
    const folder = fileURLToPath(new URL("../.tmp", import.meta.url));
    await mkdir(folder, { recursive: true });
    const program = join(folder, `crash-writer-${process.pid}.mjs`);
    await build({
      entryPoints: [fileURLToPath(new URL("./engine/crash-writer.ts", import.meta.url))],
      outfile: program,
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["dynalite", "classic-level", "@aws-sdk/*"],
    });
    try {
      const acknowledged = new Set<number>();
      let from = 0;
      for (let round = 0; round < 5; round += 1) {
        const child = spawn(process.execPath, [program, dataDir, `${from}`], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        let text = "";
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
          if (text === "") setTimeout(() => child.kill("SIGKILL"), Math.random() * 300);
          text += chunk;
        });
        await once(child, "close");
        for (const line of text.split("\n").slice(0, -1)) acknowledged.add(Number(line));
        expect(text).not.toBe("");
        from = Math.max(...acknowledged) + 100;
      }
      const { store, stop } = await open(dataDir);
      const found = new Set<number>();
      for await (const item of store.query({ pk: "CRASH" })) {
        const n = Number(item.sk);
        const body = item["body"] as Uint8Array;
        expect(body.length).toBe(n % 10 === 0 ? 300_000 : 500);
        expect(body.every((byte) => byte === n % 256)).toBe(true);
        found.add(n);
      }
      expect([...acknowledged].filter((n) => !found.has(n))).toEqual([]);
      await stop();
    } finally {
      await rm(program, { force: true });
    }
  },
);
