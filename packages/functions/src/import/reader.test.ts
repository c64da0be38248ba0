import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildWorker } from "../testing/worker.ts";
import * as Rows from "@gridfolk/core/import/read/rows";
import { createFileReader } from "./reader.ts";

let worker: Awaited<ReturnType<typeof buildWorker>>;

beforeAll(async () => {
  worker = await buildWorker();
});

afterAll(() => worker.remove());

const bytes = (text: string) => new TextEncoder().encode(text);
const large = bytes(`Name\n${"Ada Lovelace\n".repeat(20_000)}`);

async function readerThat(does: string, limits: { ms?: number; mb?: number }) {
  const file = join(dirname(worker.file), `${Math.random()}.mjs`);
  await writeFile(file, does);
  return createFileReader(file, limits);
}

test("read answers the table of a small and of a large file", async () => {
  const reader = createFileReader(worker.file);
  const small = await reader.read(bytes("Name\nAda\n"));
  expect(small.tables.map(({ rows }) => Rows.list(rows))).toEqual([[["Name"], ["Ada"]]]);
  const file = await reader.read(large);
  expect(file.tables.map(({ rows }) => Rows.count(rows))).toEqual([20_001]);
  expect(file.tables.map(({ rows }) => Rows.cell(rows, 20_000, 0))).toEqual(["Ada"]);
});

test("read refuses what is no table in plain words", async () => {
  const noise = new Uint8Array(200_000).map((_, n) => (n * 7919) % 256);
  await expect(createFileReader(worker.file).read(noise)).rejects.toMatchObject({
    code: "unsupported-file",
  });
});

test("read gives up on a file that takes too long", async () => {
  const reader = await readerThat("for (;;);", { ms: 300 });
  await expect(reader.read(large)).rejects.toMatchObject({
    code: "unsupported-file",
    message: expect.stringContaining("takes longer"),
  });
});

test("read gives up on a file that takes too much memory, and the process lives", async () => {
  const reader = await readerThat("const a = []; for (;;) a.push(new Array(1e5).fill(a));", {
    mb: 32,
  });
  await expect(reader.read(large)).rejects.toMatchObject({
    code: "unsupported-file",
    message: expect.stringContaining("too much memory"),
  });
});

test("read lets files wait for each other instead of taking all memory at once", async () => {
  const reader = createFileReader(worker.file);
  const files = await Promise.all(Array.from({ length: 6 }, () => reader.read(large)));
  expect(files.map(({ tables }) => tables.map(({ rows }) => Rows.count(rows)))).toEqual(
    files.map(() => [20_001]),
  );
});
