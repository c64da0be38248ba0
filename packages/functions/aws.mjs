// Bundles the functions that run on AWS: `npm run build:aws`, or `node packages/functions/aws.mjs api` for some of them.
// dist-aws/<function> is all a function needs, without node_modules: its entry <function>.mjs with an exported `handler`, chunks that
// are loaded when used, workers. Fails when a bundle has become larger than it may be. The same sources make the same bytes.
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { nodeBundle } from "./bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");

/** What is measured: the bytes of everything a function loads before its first event, and of each chunk loaded on use. */
const CHUNK_BYTES = 400_000;

/** Entry points and workers, and how much may be loaded at start (gzip). */
const functions = {
  api: {
    startBytes: 600_000,
    workers: { "read-file": "packages/functions/src/import/read-file.ts" },
  },
  live: { startBytes: 300_000 },
  react: { startBytes: 300_000 },
  tick: { startBytes: 300_000 },
};

/** Of the local server only: nothing on AWS may need it. */
const LOCAL_ONLY = /node_modules\/(dynalite|classic-level|level|ws)\//;

/**
 * Builds these functions into `outdir`, each in a folder of its own. Answers the sizes; throws when one is too large or holds
 * what only the local server has.
 */
export async function buildFunctions(
  names = Object.keys(functions),
  outdir = join(here, "dist-aws"),
) {
  return Promise.all(names.map((name) => buildFunction(name, join(outdir, name))));
}

async function buildFunction(name, folder) {
  if (!Object.hasOwn(functions, name)) throw new Error(`There is no function ${name}.`);
  const { startBytes, workers = {} } = functions[name];
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    const { metafile } = await build({
      ...nodeBundle,
      absWorkingDir: root,
      entryPoints: { [name]: `packages/functions/src/${name}.ts`, ...workers },
      outdir: draft,
      outExtension: { ".js": ".mjs" },
      minify: true,
      metafile: true,
    });
    const sizes = measure(name, metafile, draft);
    const wrong = faults(sizes, metafile, startBytes);
    if (wrong.length > 0) throw new Error(`The bundle of ${name}:\n  ${wrong.join("\n  ")}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
    return sizes;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Compressed sizes: all that the entry imports statically, directly or not, and every other file. */
function measure(name, { outputs }, folder) {
  const files = new Map();
  for (const [path, output] of Object.entries(outputs)) {
    if (path.endsWith(".map")) continue;
    const file = path.slice(path.lastIndexOf("/") + 1);
    files.set(file, { output, bytes: gzipSync(readFileSync(join(folder, file))).byteLength });
  }
  const start = new Set([`${name}.mjs`]);
  for (const file of start) {
    for (const { path, kind, external } of files.get(file)?.output.imports ?? []) {
      if (kind === "import-statement" && !external)
        start.add(path.slice(path.lastIndexOf("/") + 1));
    }
  }
  const bytesOf = (file) => files.get(file).bytes;
  return {
    name,
    startBytes: [...start].reduce((sum, file) => sum + bytesOf(file), 0),
    /** Sources of what is loaded at start. */
    sources: [...start].flatMap((file) => Object.keys(files.get(file).output.inputs)),
    chunks: Object.fromEntries(
      [...files.keys()].filter((file) => !start.has(file)).map((file) => [file, bytesOf(file)]),
    ),
  };
}

function faults(sizes, { inputs }, most) {
  const found = [];
  if (sizes.startBytes > most) {
    found.push(`loads ${sizes.startBytes} bytes (gzip) at start, more than ${most}`);
  }
  for (const [file, bytes] of Object.entries(sizes.chunks)) {
    if (bytes > CHUNK_BYTES) found.push(`${file} has ${bytes} bytes, more than ${CHUNK_BYTES}`);
  }
  for (const path of Object.keys(inputs)) {
    if (LOCAL_ONLY.test(path)) found.push(`${path} belongs to the local server`);
  }
  return found;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const asked = process.argv.slice(2);
  for (const { name, startBytes, chunks } of await buildFunctions(
    asked.length > 0 ? asked : undefined,
  )) {
    const largest = Math.max(0, ...Object.values(chunks));
    process.stdout.write(
      `${name}: ${Math.round(startBytes / 1000)} kB at start, ${Object.keys(chunks).length} files on use, the largest ${Math.round(largest / 1000)} kB (gzip)\n`,
    );
  }
}
