import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as DataDir from "./data-dir.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridfolk-data-"));
});

afterEach(() => rm(folder, { recursive: true }));

test("openDataDir makes the folder, readable by its owner only", async () => {
  const path = await DataDir.openDataDir(join(folder, "a", "b"));
  expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test("openDataDir says what is in the way", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(DataDir.openDataDir(join(folder, "file", "x"))).rejects.toThrow(/Cannot use .*file/);
  await expect(DataDir.openDataDir(join(folder, "file"))).rejects.toThrow("it is a file");
});

test("authSecret is made once and stays the same, for nobody else to read", async () => {
  const secret = await DataDir.authSecret(folder);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(await DataDir.authSecret(folder)).toBe(secret);
  expect((await stat(join(folder, "auth-secret"))).mode & 0o777).toBe(0o600);
});

test("announce tells where the server is until it is taken back", async () => {
  const withdraw = await DataDir.announce(folder, "http://localhost:3000");
  const text = await readFile(join(folder, "server.json"), "utf8");
  expect(JSON.parse(text)).toEqual({ url: "http://localhost:3000", pid: process.pid });
  await withdraw();
  await expect(stat(join(folder, "server.json"))).rejects.toThrow(/ENOENT/);
});
