import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { httpEvent } from "../testing/http-event.ts";

interface Sizes {
  readonly name: string;
  readonly startBytes: number;
  readonly sources: readonly string[];
  readonly chunks: Readonly<Record<string, number>>;
}

const script = new URL("../../aws.mjs", import.meta.url).href;
let folder: string;
let api: Sizes;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridfolk-bundles-"));
  const { buildFunctions } = (await import(script)) as {
    buildFunctions(names: string[], outdir: string): Promise<Sizes[]>;
  };
  [api] = (await buildFunctions(["api"], join(folder, "one"))) as [Sizes];
  await buildFunctions(["api"], join(folder, "two"));
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

test("the bundles keep to their sizes, and load neither accounts nor the database at start", () => {
  expect(api.startBytes).toBeGreaterThan(10_000);
  expect(api.startBytes).toBeLessThanOrEqual(600_000);
  expect(Math.max(...Object.values(api.chunks))).toBeLessThanOrEqual(400_000);
  expect(api.sources).toContain("packages/functions/src/app.ts");
  expect(api.sources.filter((path) => /better-auth|@aws-sdk|exceljs/.test(path))).toEqual([]);
});

test("the same sources make the same bytes", async () => {
  const files = await readdir(join(folder, "one", "api"));
  expect(await readdir(join(folder, "two", "api"))).toEqual(files);
  for (const file of files) {
    const [one, two] = await Promise.all(
      ["one", "two"].map((build) => readFile(join(folder, build, "api", file))),
    );
    expect({ file, same: one!.equals(two!) }).toEqual({ file, same: true });
  }
});

test("health is answered in a folder without node_modules, whatever is wrong with the table", async () => {
  const bare = join(folder, "one", "api");
  await writeFile(
    join(bare, "ask.mjs"),
    `import { handler } from "./api.mjs";
     const { statusCode, body } = await handler(${JSON.stringify(httpEvent("GET", "/api/health"))});
     process.stderr.write(JSON.stringify({ statusCode, body }));`,
  );
  expect(await run(bare)).toEqual({ statusCode: 200, body: '{"status":"ok"}' });
});

async function run(cwd: string): Promise<unknown> {
  const child = spawn(process.execPath, ["ask.mjs"], {
    cwd,
    env: {
      TABLE_NAME: "nowhere",
      AWS_REGION: "us-east-1",
      PUBLIC_URL: "https://crm.example.com",
      SECRET_PARAMETER: "/gridfolk/test/secret",
      BUCKET_NAME: "nowhere",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  for await (const chunk of child.stderr) said += String(chunk);
  return JSON.parse(said);
}
