// Builds what changed since the last build, then starts the server. What does not need building is not even loaded, so
// that a second start is quick.
//   --build-only   builds and stops
//   --dev          serves the pages by vite, with hot reload
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const web = join(root, "packages", "web");
const flags = new Set(process.argv.slice(2));
const dev = flags.has("--dev");

const targets = [
  {
    name: "server",
    sources: ["packages/core/src", "packages/functions/src"],
    output: join(here, "dist"),
    build: buildServer,
  },
  {
    name: "pages",
    sources: [
      "packages/core/src",
      "packages/web/src",
      "packages/web/public",
      "packages/web/index.html",
      "packages/web/vite.config.ts",
    ],
    output: join(web, "dist"),
    build: buildPages,
  },
];

for (const target of targets) {
  if (dev && target.name === "pages") continue;
  const digest = digestOf([...target.sources, "package-lock.json", "packages/functions/start.mjs"]);
  const mark = join(target.output, ".built");
  if (existsSync(mark) && readFileSync(mark, "utf8") === digest) continue;
  const start = performance.now();
  // A build that breaks off leaves no mark, so the next start builds again.
  rmSync(mark, { force: true });
  mkdirSync(target.output, { recursive: true });
  await target.build(target.output);
  writeFileSync(mark, digest);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stderr.write(`Built the ${target.name} in ${seconds} s.\n`);
}

if (!flags.has("--build-only")) {
  const { run } = await import("./dist/main.js");
  const server = await run({
    webFolder: join(web, "dist"),
    workerFile: join(here, "dist", "read-file.js"),
    ...(dev ? { port: 0, publicUrl: `http://localhost:${process.env.PORT ?? 3000}` } : {}),
  });
  if (dev && server !== undefined) await servePagesByVite(server.url);
}

/** One digest of the names and contents of these files and folders. Tests are no part of what is built. */
function digestOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) addTo(hash, join(root, path));
  return hash.digest("hex");
}

function addTo(hash, path) {
  if (!existsSync(path)) return;
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    hash.update(relative(root, path)).update(readFileSync(path));
    return;
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (/\.test\.tsx?$/.test(entry.name)) continue;
    addTo(hash, join(path, entry.name));
  }
}

async function buildServer(outdir) {
  const { build } = await import("esbuild");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: {
      main: "packages/functions/src/main.ts",
      "read-file": "packages/functions/src/import/read-file.ts",
    },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    sourcemap: true,
    sourcesContent: false,
    legalComments: "none",
    logLevel: "warning",
    // Found in node_modules at run time: it has native code and reads its own files.
    external: ["dynalite", "classic-level", "level", "ws"],
    // Packages that are still CommonJS ask for Node's modules by require.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
}

async function buildPages(outdir) {
  const { build } = await import("vite");
  await build({ root: web, configFile: join(web, "vite.config.ts"), logLevel: "warn" });
  await compress(outdir);
}

/** Writes .br and .gz beside every file that gets smaller by it, so that serving costs no compression. */
async function compress(folder) {
  const { brotliCompress, constants, gzip } = await import("node:zlib");
  const { promisify } = await import("node:util");
  const { readFile, writeFile } = await import("node:fs/promises");
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(js|css|html|svg|json|webmanifest|txt)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(
    paths.map(async (path) => {
      const data = await readFile(path);
      if (data.byteLength < 1024) return;
      const br = await promisify(brotliCompress)(data, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 9 },
      });
      const gz = await promisify(gzip)(data, { level: 9 });
      if (br.byteLength < data.byteLength) await writeFile(`${path}.br`, br);
      if (gz.byteLength < data.byteLength) await writeFile(`${path}.gz`, gz);
    }),
  );
}

async function servePagesByVite(api) {
  const { createServer } = await import("vite");
  const vite = await createServer({
    root: web,
    configFile: join(web, "vite.config.ts"),
    server: {
      port: Number(process.env.PORT ?? 3000),
      strictPort: true,
      proxy: { "/api": { target: api }, "/live": { target: api, ws: true } },
    },
  });
  await vite.listen();
  vite.printUrls();
}
