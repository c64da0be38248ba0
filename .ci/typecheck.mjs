// Type-checks every package; infra too where its own tools are installed.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { hasTools } from "../infra/build.mjs";

const projects = [
  "packages/core/tsconfig.json",
  "packages/core/tsconfig.platform.json",
  "packages/functions/tsconfig.json",
  "packages/web/tsconfig.json",
  "packages/web/e2e/tsconfig.json",
  "packages/cli/tsconfig.json",
  "bench/tsconfig.json",
];
if (hasTools()) projects.push("infra/tsconfig.json");

let failed = false;
for (const project of projects) {
  if (!existsSync(project)) continue;
  const run = spawnSync("npx", ["tsc", "-p", project], { stdio: "inherit" });
  if (run.status !== 0) {
    failed = true;
    console.error(`typecheck: ${project} has errors`);
  }
}
process.exit(failed ? 1 : 0);
