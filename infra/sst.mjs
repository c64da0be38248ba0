// Runs sst with the deployer's own tools: `npm run sst -- <arguments>`.
// They weigh over 800 MB, so they are installed here on first use and linked where sst looks for them. What a deployment needs
// before the stacks and says after them is in deploy/.
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildForAws, hasTools } from "./build.mjs";
import { runScript } from "./script.mjs";

const infra = dirname(fileURLToPath(import.meta.url));
const root = dirname(infra);
const args = process.argv.slice(2);
const command = args.find((word) => !word.startsWith("-"));
/** Commands that read the stacks. */
const synthesizes = ["build", "deploy", "diff", "remove"].includes(command);

if (["deploy", "remove"].includes(command) && option("stage") === undefined) {
  console.error(
    `Say which stage: npm run sst -- ${command} --stage production (kept), or any other name (can be removed whole).`,
  );
  process.exit(2);
}
if (!hasTools()) {
  const install = spawnSync("npm", ["ci", "--prefix", infra], { stdio: "inherit" });
  if (install.status !== 0) process.exit(install.status ?? 1);
}
if (synthesizes) buildForAws();
if (command === "deploy") await step("before");
const status = runSst();
if (status === 0 && command === "deploy") await step("after");
if (status === 0 && command === "remove") await step("removed");
process.exit(status);

/** The value of `--name value` or `--name=value`. */
function option(name) {
  const at = args.indexOf(`--${name}`);
  if (at >= 0) return args[at + 1];
  return args.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
}

/** One of the steps around sst; one that fails ends it all. */
async function step(name) {
  const region = option("region") ?? process.env.AWS_REGION ?? "us-east-1";
  const profile = option("profile");
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  const failed = await runScript("deploy/main.ts", [name, option("stage"), region]);
  if (failed !== 0) process.exit(failed);
}

function runSst() {
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
    [join(infra, "node_modules", "sst", "cli", "sst.js"), ...args],
    { cwd: root, stdio: "inherit", env: { SST_TELEMETRY_DISABLED: "1", ...process.env } },
  );
  // npm would take the links for packages of its own.
  for (const link of links) rmSync(link, { force: true });
  return run.status ?? 1;
}
