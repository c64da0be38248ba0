import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");

/**
 * Runs a TypeScript file of this folder in the checkout's root and answers its exit code. It is bundled into the folder of the
 * deployer's tools, where it finds them; where there are none, into that of the product's own.
 */
export async function runScript(entry, args) {
  // The product's own esbuild, not the old one that sst brings along.
  const { build } = createRequire(join(root, "package.json"))("esbuild");
  const folder = [here, root].map((each) => join(each, "node_modules")).find(existsSync);
  const out = mkdtempSync(join(folder, ".script-"));
  try {
    const outfile = join(out, "script.mjs");
    await build({
      entryPoints: [join(here, entry)],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      // The paths in tsconfig.json are for types; here the folder the bundle lies in finds the tools.
      tsconfigRaw: {},
      logLevel: "warning",
    });
    const run = spawnSync(process.execPath, ["--enable-source-maps", outfile, ...args], {
      cwd: root,
      stdio: "inherit",
      // The SDK's notice about the next Node is no news here.
      env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...process.env },
    });
    return run.status ?? 1;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
