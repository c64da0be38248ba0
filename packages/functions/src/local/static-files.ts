import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, extname, join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { CACHE_CONTROL, contentSecurityPolicy, PAGE_HEADERS } from "../http/page-headers.ts";

interface File {
  readonly path: string;
  readonly type: string;
  readonly bytes: number;
  readonly etag: string;
  /** By content coding: the compressed file beside it. */
  readonly compressed: ReadonlyMap<string, { readonly path: string; readonly bytes: number }>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

const codings = [
  { name: "br", extension: ".br" },
  { name: "gzip", extension: ".gz" },
] as const;

const headersOfPages = {
  ...PAGE_HEADERS,
  // Whether browsers come by http or https is the proxy's business.
  "Content-Security-Policy": contentSecurityPolicy(["ws:", "wss:"]),
};

export type StaticFiles = (request: Request) => Response | undefined;

/**
 * Serves a folder as it is now: hashed assets are kept by browsers for good, pages are asked for again every time, and
 * every address that is no file is the application's (`index.html`). Answers `undefined` for what is not a GET or HEAD.
 */
export async function serveFolder(folder: string): Promise<StaticFiles> {
  const files = await index(folder);
  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const path = pathOf(request);
    const exact = files.get(path);
    // A missing asset is missing; only addresses of pages are the application's.
    const file = exact ?? (path.startsWith("/assets/") ? undefined : files.get("/index.html"));
    return file === undefined
      ? new Response("Not found", { status: 404, headers: { "Content-Type": "text/plain" } })
      : answer(request, file, path);
  };
}

function answer(request: Request, file: File, path: string): Response {
  const accepted = request.headers.get("accept-encoding") ?? "";
  const coding = codings.find(
    ({ name }) => file.compressed.has(name) && new RegExp(`\\b${name}\\b`).test(accepted),
  );
  const stored = (coding && file.compressed.get(coding.name)) ?? file;
  const headers = new Headers({
    ...headersOfPages,
    "Content-Type": file.type,
    "Content-Length": String(stored.bytes),
    "Cache-Control": path.startsWith("/assets/") ? CACHE_CONTROL.asset : CACHE_CONTROL.page,
    ETag: file.etag,
    Vary: "Accept-Encoding",
  });
  if (coding !== undefined) headers.set("Content-Encoding", coding.name);
  if (request.headers.get("if-none-match") === file.etag) {
    headers.delete("Content-Length");
    return new Response(null, { status: 304, headers });
  }
  if (request.method === "HEAD") return new Response(null, { headers });
  const body = Readable.toWeb(createReadStream(stored.path)) as ReadableStream<Uint8Array>;
  return new Response(body, { headers });
}

async function index(folder: string): Promise<ReadonlyMap<string, File>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = new Set(
    entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
  );
  const files = new Map<string, File>();
  for (const path of paths) {
    if (codings.some(({ extension }) => path.endsWith(extension))) continue;
    if (basename(path).startsWith(".")) continue;
    const { size, mtimeMs } = await stat(path);
    const compressed = new Map<string, { path: string; bytes: number }>();
    for (const { name, extension } of codings) {
      const beside = `${path}${extension}`;
      if (paths.has(beside)) {
        compressed.set(name, { path: beside, bytes: (await stat(beside)).size });
      }
    }
    const address = `/${relative(folder, path).split(sep).join("/")}`;
    files.set(address, {
      path,
      type: types[extname(path)] ?? "application/octet-stream",
      bytes: size,
      etag: `W/"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`,
      compressed,
    });
  }
  return files;
}

function pathOf(request: Request): string {
  try {
    return decodeURIComponent(new URL(request.url).pathname);
  } catch {
    return "/";
  }
}
