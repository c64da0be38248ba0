import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stackOf } from "./stack.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridfolk-stack-"));
  await writeFile(
    join(folder, "source.ts"),
    `// A line that is not in the bundle.
export function fail(why: string): never {
  throw new Error(why, { cause: new TypeError("the table is away") });
}
`,
  );
});

afterAll(() => rm(folder, { recursive: true }));

async function thrownBy(name: string, sourcemap: boolean): Promise<unknown> {
  const outfile = join(folder, `${name}.mjs`);
  const entry = join(folder, "source.ts");
  await build({ entryPoints: [entry], outfile, format: "esm", minify: true, sourcemap });
  const { fail } = (await import(pathToFileURL(outfile).href)) as { fail(why: string): never };
  try {
    return fail("broken");
  } catch (error) {
    // As Node writes it, whatever the tests' own machinery makes of it.
    const stack = `Error: broken\n    at l (${pathToFileURL(outfile).href}:1:32)\n    at async run (node:internal/x:1:2)`;
    Object.defineProperty(error, "stack", { value: stack });
    return error;
  }
}

test("a stack is told by the sources of a bundle, with what caused it", async () => {
  const told = stackOf(await thrownBy("mapped", true));
  expect(told).toMatch(
    /^Error: broken\n {4}at l \(\S*source\.ts:3:\d+\)\n {4}at async run \(node:/,
  );
  expect(told).toContain("\ncaused by TypeError: the table is away\n");
});

test("without a map it is told by the bundle, and what is no error as it is", async () => {
  expect(stackOf(await thrownBy("bare", false))).toMatch(/bare\.mjs:1:32/);
  expect(stackOf("lost")).toBe("lost");
});
