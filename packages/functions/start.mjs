// Builds what changed since the last build, then starts the server. What does not need building is not even loaded, so
// that a second start is quick.
//   --build-only   builds and stops
//   --dev          serves the pages by vite, with hot reload
//   --resume …     lets what waits after a restore go on, see src/resume.ts
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const web = join(root, "packages", "web");
const flags = new Set(process.argv.slice(2));
const dev = flags.has("--dev");
const resumes = process.argv[2] === "--resume";
const unknown = resumes
  ? undefined
  : [...flags].find((flag) => flag !== "--dev" && flag !== "--build-only");
if (unknown !== undefined) {
  console.error(
    `Unknown option ${unknown}. There are --build-only, --dev and --resume; settings such as PORT come from the environment, see docs/operations.md.`,
  );
  process.exit(2);
}

const builders = ["packages/functions/start.mjs", "packages/functions/bundle.mjs"];

const targets = {
  // Every build of the server stays in a folder of its own for a while: a server that runs loads parts of itself later.
  server: {
    sources: ["packages/core/src", "packages/functions/src"],
    output: (digest) => join(here, "dist", digest.slice(0, 16)),
    build: buildServer,
    tidy: () => keepNewest(join(here, "dist"), 3),
  },
  pages: {
    sources: [
      "packages/core/src",
      "packages/web/src",
      "packages/web/public",
      "packages/web/index.html",
      "packages/web/vite.config.ts",
      "packages/web/sheet-bundle.ts",
      "docs/third-party-notices.txt",
    ],
    output: () => join(web, "dist"),
    build: buildPages,
    tidy: () => {},
  },
};

const serverFolder = await upToDate("server");
if (!dev && !resumes) await upToDate("pages");

if (resumes) {
  const { run } = await import(pathToFileURL(join(serverFolder, "resume.js")).href);
  process.exitCode = await run(process.argv.slice(3), process.env);
} else if (!flags.has("--build-only")) {
  const { run } = await import(pathToFileURL(join(serverFolder, "main.js")).href);
  const server = await run({
    webFolder: join(web, "dist"),
    workerFile: join(serverFolder, "read-file.js"),
    ...(dev ? { port: 0, publicUrl: `http://localhost:${process.env.PORT ?? 3000}` } : {}),
  });
  if (dev && server !== undefined) await servePagesByVite(server.url);
}

/** Builds a target unless what is there was built from the same sources. Answers the folder it is in. */
async function upToDate(name) {
  const { sources, output, build, tidy } = targets[name];
  const digest = digestOf([...sources, ...builders, "package-lock.json"]);
  const folder = output(digest);
  const mark = join(folder, ".built");
  if (existsSync(mark) && readFileSync(mark, "utf8") === digest) return folder;
  const start = performance.now();
  // Built beside and then moved, so that a build that breaks off, or another at the same time, leaves no mixture.
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    await build(draft);
    writeFileSync(join(draft, ".built"), digest);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process was quicker with the same build.
    if (existsSync(mark) && readFileSync(mark, "utf8") === digest) return folder;
    throw error;
  }
  tidy();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stderr.write(`Built the ${name} in ${seconds} s.\n`);
  return folder;
}

function keepNewest(folder, count) {
  const builds = readdirSync(folder)
    .map((name) => join(folder, name))
    .toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of builds.slice(count)) rmSync(old, { recursive: true, force: true });
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
  const [{ build }, { nodeBundle }] = await Promise.all([
    import("esbuild"),
    import("./bundle.mjs"),
  ]);
  await build({
    ...nodeBundle,
    absWorkingDir: root,
    entryPoints: {
      main: "packages/functions/src/main.ts",
      resume: "packages/functions/src/resume.ts",
      "read-file": "packages/functions/src/import/read-file.ts",
    },
    outdir,
    // Found in node_modules at run time: it has native code and reads its own files.
    external: ["dynalite", "classic-level", "level", "ws"],
  });
}

async function buildPages(outdir) {
  const { build } = await import("vite");
  // Tests start servers with an environment of their own; what they test is what people get.
  process.env.NODE_ENV = "production";
  await build({
    root: web,
    configFile: join(web, "vite.config.ts"),
    logLevel: "error",
    build: { outDir: outdir, emptyOutDir: true },
  });
  await compress(outdir);
}

/** Writes .br and .gz beside every file that gets smaller by it, so that serving costs no compression. */
async function compress(folder) {
  const { brotliCompress, constants, gzip } = await import("node:zlib");
  const { promisify } = await import("node:util");
  const { readFile, writeFile } = await import("node:fs/promises");
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /\.(js|css|html|svg|json|webmanifest|txt)$/.test(entry.name),
    )
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
      proxy: {
        "/api": { target: api },
        "/live": { target: api, ws: true },
        "/blobs": { target: api },
      },
    },
  });
  await vite.listen();
  vite.printUrls();
}
