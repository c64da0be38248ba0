// Bundles the command's TypeScript once per state of its sources. Run by itself, as an installation does, it makes the bundle
// ahead of the first use, or leaves that to the first use where it cannot.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const SOURCES = [join(root, "packages", "core", "src"), join(root, "packages", "cli", "src")];
const OTHERS = [join(root, "package-lock.json"), fileURLToPath(import.meta.url)];
/** Bundles of other states that are kept: another checkout of the same folder may be in use. */
const KEPT = 3;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ready().catch(({ message }) => process.stderr.write(`gridfolk: ${message}\n`));
}

/** The command's main module, built when it has to be. */
export async function load() {
  return import(pathToFileURL(await ready()).href);
}

/** The file of the bundle, built when it has to be. */
async function ready() {
  const key = stateOfSources();
  const file = (folder) => join(folder, key, "main.js");
  for (const folder of folders()) {
    if (statSync(file(folder), { throwIfNoEntry: false })) return file(folder);
  }
  for (const folder of folders()) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      await build(folder, key);
      return file(folder);
    } catch (error) {
      // A read-only installation: the next place is tried.
      if (error.code !== "EACCES" && error.code !== "EROFS" && error.code !== "EPERM") throw error;
    }
  }
  throw new Error("Cannot write the compiled command anywhere.");
}

function folders() {
  return [
    join(root, "node_modules", ".cache", "gridfolk"),
    join(
      tmpdir(),
      `gridfolk-${userInfo().uid}-${createHash("sha256").update(root).digest("hex").slice(0, 12)}`,
    ),
  ];
}

/** Changes whenever a source does. Times and sizes are enough, and take some milliseconds. */
function stateOfSources() {
  const hash = createHash("sha256");
  const add = (path) => {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  };
  for (const source of SOURCES) {
    for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts")) {
        add(join(entry.parentPath ?? entry.path, entry.name));
      }
    }
  }
  OTHERS.forEach(add);
  hash.update(process.versions.node);
  return hash.digest("hex").slice(0, 24);
}

async function build(folder, key) {
  const { build: bundle } = await import("esbuild").catch(() => {
    throw new Error("esbuild is not installed. Run `npm ci` in the repository first.");
  });
  const temporary = join(folder, `${key}.${process.pid}`);
  await bundle({
    entryPoints: {
      main: join(here, "..", "src", "main.ts"),
      "read-file": join(here, "..", "src", "read-file.ts"),
    },
    outdir: temporary,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minifySyntax: true,
    define: { "globalThis.GRIDFOLK_ROOT": JSON.stringify(root) },
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "silent",
  });
  try {
    renameSync(temporary, join(folder, key));
  } catch (error) {
    // Another process was quicker.
    rmSync(temporary, { recursive: true, force: true });
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  }
  const old = readdirSync(folder)
    .filter((name) => name !== key)
    .map((name) => ({
      name,
      at: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    }))
    .sort((a, b) => b.at - a.at)
    .slice(KEPT);
  for (const { name } of old) rmSync(join(folder, name), { recursive: true, force: true });
}
