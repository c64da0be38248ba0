import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { httpEvent } from "../testing/http-event.ts";
import { socketEvent } from "../testing/socket-event.ts";
import { streamEvent } from "../testing/stream-event.ts";

interface Sizes {
  readonly name: string;
  readonly startBytes: number;
  readonly sources: readonly string[];
  readonly chunks: Readonly<Record<string, number>>;
}

const script = new URL("../../aws.mjs", import.meta.url).href;
let folder: string;
let sizes: readonly Sizes[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridfolk-bundles-"));
  const { buildFunctions } = (await import(script)) as {
    buildFunctions(names: string[] | undefined, outdir: string): Promise<Sizes[]>;
  };
  sizes = await buildFunctions(undefined, join(folder, "one"));
  await buildFunctions(undefined, join(folder, "two"));
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

test("the bundles keep to their sizes", () => {
  expect(sizes.map(({ name }) => name)).toEqual(["api", "live", "react", "tick"]);
  for (const { name, startBytes, chunks } of sizes) {
    expect(startBytes).toBeGreaterThan(10_000);
    expect(startBytes).toBeLessThanOrEqual(name === "api" ? 600_000 : 300_000);
    expect(Math.max(0, ...Object.values(chunks))).toBeLessThanOrEqual(400_000);
  }
});

test("api loads neither accounts nor the database at start", () => {
  const { sources = [] } = sizes.find(({ name }) => name === "api") ?? {};
  expect(sources).toContain("packages/functions/src/app.ts");
  expect(sources.filter((path) => /better-auth|@aws-sdk|exceljs/.test(path))).toEqual([]);
});

test("the same sources make the same bytes", async () => {
  const built = async (build: string): Promise<Map<string, string>> => {
    const entries = await readdir(join(folder, build), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const pairs = files.map(async ({ parentPath, name }): Promise<[string, string]> => {
      const path = join(parentPath, name);
      const digest = createHash("sha256")
        .update(await readFile(path))
        .digest("hex");
      return [relative(join(folder, build), path), digest];
    });
    return new Map((await Promise.all(pairs)).toSorted());
  };
  const first = await built("one");
  expect(first.size).toBeGreaterThan(20);
  expect(await built("two")).toEqual(first);
});

test("health is answered in a folder without node_modules, whatever is wrong with the table", async () => {
  const health = await run("api", httpEvent("GET", "/api/health"));
  expect(health).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' });
});

test("WebSockets and the stream are answered there too, with all they load on use", async () => {
  expect(await run("live", socketEvent("$connect", "Some="))).toEqual({ statusCode: 401 });
  expect(await run("react", streamEvent([]))).toEqual({ batchItemFailures: [] });
});

/** What the bundle's handler answers, in a process that finds nothing else. */
async function run(name: string, event: unknown): Promise<unknown> {
  const cwd = join(folder, "one", name);
  await writeFile(
    join(cwd, "ask.mjs"),
    `import { handler } from "./${name}.mjs";
     process.stderr.write(JSON.stringify(await handler(${JSON.stringify(event)})));`,
  );
  const child = spawn(process.execPath, ["ask.mjs"], {
    cwd,
    env: {
      TABLE_NAME: "nowhere",
      AWS_REGION: "us-east-1",
      PUBLIC_URL: "https://crm.example.com",
      BUCKET_NAME: "nowhere",
      NODE_NO_WARNINGS: "1",
      ...(name === "api"
        ? { SECRET_PARAMETER: "/gridfolk/test/secret" }
        : { AUTH_SECRET: "a secret that only tests know, long enough" }),
      LIVE_ENDPOINT: "https://ws123.execute-api.us-east-1.amazonaws.com/live",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  for await (const chunk of child.stderr) said += String(chunk);
  return JSON.parse(said);
}
