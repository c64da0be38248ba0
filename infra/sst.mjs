// Runs sst with the deployer's own tools: `npm run sst -- <arguments>`.
// They weigh over 800 MB, so they are installed here on first use and linked where sst looks for them.
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const infra = dirname(fileURLToPath(import.meta.url));
const root = dirname(infra);

if (!existsSync(join(infra, "node_modules", "sst", "package.json"))) {
  const install = spawnSync("npm", ["ci", "--prefix", infra], { stdio: "inherit" });
  if (install.status !== 0) process.exit(install.status ?? 1);
}

const links = [];
for (const name of ["sst", "aws-cdk-lib", "constructs"]) {
  const link = join(root, "node_modules", name);
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(link);
  if (!existsSync(link)) {
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(infra, "node_modules", name), link, "junction");
    links.push(link);
  }
}

const run = spawnSync(
  process.execPath,
  [join(infra, "node_modules", "sst", "cli", "sst.js"), ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit", env: { SST_TELEMETRY_DISABLED: "1", ...process.env } },
);
// npm would take the links for packages of its own.
for (const link of links) rmSync(link);
process.exit(run.status ?? 1);
