import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const infra = dirname(fileURLToPath(import.meta.url));
const root = join(infra, "..");

/** Whether the deployer's tools are there, all of them: `npm ci --prefix infra`. A newcomer does without. */
export function hasTools() {
  const { dependencies } = JSON.parse(readFileSync(join(infra, "package.json"), "utf8"));
  return Object.keys(dependencies).every((name) => existsSync(join(infra, "node_modules", name)));
}

/** Builds what the stacks deploy: the pages where they changed, and the functions. Ends the process when that fails. */
export function buildForAws() {
  for (const script of [
    ["packages/functions/start.mjs", "--build-only"],
    ["packages/functions/aws.mjs"],
  ]) {
    const run = spawnSync(process.execPath, script, {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (run.status !== 0) process.exit(run.status ?? 1);
  }
}
