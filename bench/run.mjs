// Runs measurements: `npm run bench -- import edit` or all of them. Each bench/*.ts is bundled and run by Node on its own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const all = readdirSync("bench")
  .filter((name) => name.endsWith(".bench.ts"))
  .map((name) => name.replace(".bench.ts", ""));
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No measurement named ${unknown.join(", ")}. There are: ${all.join(", ")}.`);
  process.exit(2);
}

const options = process.argv.slice(2).filter((word) => word.startsWith("--"));

// Within node_modules, so that what stays outside the bundle is found; three folders deep like packages/web/e2e, whose
// files find the repository that way.
const out = mkdtempSync(join("node_modules", ".bench-"));
let failed = false;
try {
  for (const name of wanted.length > 0 ? wanted : all) {
    const outfile = join(out, "bench", `${name}.mjs`);
    await build({
      entryPoints: [`bench/${name}.bench.ts`],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      alias: {
        "@gridfolk/core": resolve("packages/core/src"),
        "@gridfolk/functions": resolve("packages/functions/src"),
      },
      logLevel: "warning",
    });
    console.log(`\n## ${name}`);
    const run = spawnSync(process.execPath, ["--expose-gc", outfile, ...options], {
      stdio: "inherit",
    });
    failed ||= run.status !== 0;
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
