import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
let api: Sizes;
let live: Sizes;
let react: Sizes;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridfolk-bundles-"));
  const { buildFunctions } = (await import(script)) as {
    buildFunctions(names: string[], outdir: string): Promise<Sizes[]>;
  };
  const names = ["api", "live", "react"];
  [api, live, react] = (await buildFunctions(names, join(folder, "one"))) as [Sizes, Sizes, Sizes];
  await buildFunctions(names, join(folder, "two"));
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

test("the bundles keep to their sizes, and load neither accounts nor the database at start", () => {
  expect(api.startBytes).toBeGreaterThan(10_000);
  expect(api.startBytes).toBeLessThanOrEqual(600_000);
  for (const { startBytes } of [live, react]) expect(startBytes).toBeLessThanOrEqual(300_000);
  for (const { chunks } of [api, live, react]) {
    expect(Math.max(...Object.values(chunks))).toBeLessThanOrEqual(400_000);
  }
  expect(api.sources).toContain("packages/functions/src/app.ts");
  expect(api.sources.filter((path) => /better-auth|@aws-sdk|exceljs/.test(path))).toEqual([]);
});

test("the same sources make the same bytes", async () => {
  for (const name of ["api", "live", "react"]) {
    const files = await readdir(join(folder, "one", name));
    expect(await readdir(join(folder, "two", name))).toEqual(files);
    for (const file of files) {
      const [one, two] = await Promise.all(
        ["one", "two"].map((build) => readFile(join(folder, build, name, file))),
      );
      expect({ name, file, same: one!.equals(two!) }).toEqual({ name, file, same: true });
    }
  }
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
