import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { attachment, type Blobs, demandKey, larger, type Saved } from "@gridfolk/core/blobs";
import { DomainError } from "@gridfolk/core/error";
import type { Platform } from "@gridfolk/core/platform";
import * as Problem from "../problem.ts";

export interface FolderOptions {
  /** Made when the first file is written. */
  readonly folder: string;
  /** Signs addresses. */
  readonly secret: string;
  readonly platform: Pick<Platform, "clock">;
}

export interface FolderBlobs extends Blobs {
  /** Answers an address of `uploadUrl` or `downloadUrl`; `undefined` for every other path. */
  serve(request: Request): Promise<Response> | undefined;
  /** Deletes the files under a prefix that were written before this time: what on S3 a rule of the bucket does. */
  sweep(prefix: string, before: number): Promise<void>;
}

/** Where a server serves its files; nothing else begins like this. */
const BASE = "/blobs/";

/** Files in a folder, behind addresses of the server itself that work like those of S3: signed, for one thing, for a while. */
export function createFolderBlobs(options: FolderOptions): FolderBlobs {
  const { folder, platform } = options;

  function pathOf(key: string): string {
    demandKey(key);
    return join(folder, ...key.split("/"));
  }

  /** Written beside and then moved: nobody sees half a file. */
  async function write(
    key: string,
    pieces: AsyncIterable<Uint8Array>,
    saved?: Saved,
  ): Promise<void> {
    const path = pathOf(key);
    const draft = join(dirname(path), `.${randomBytes(8).toString("hex")}`);
    // A sweep may take the empty folder away in between.
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      const file = await open(draft, "wx", 0o600);
      try {
        for await (const piece of pieces) await file.writeFile(piece);
      } finally {
        await file.close();
      }
      if (saved !== undefined)
        await writeFile(aboutOf(path), JSON.stringify(saved), { mode: 0o600 });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  function signature(method: string, key: string, query: URLSearchParams): Buffer {
    const signed = [...query].filter(([name]) => name !== "signature").toSorted(byName);
    return createHmac("sha256", options.secret)
      .update(`blob:${JSON.stringify([method, key, signed])}`)
      .digest();
  }

  function addressOf(
    method: string,
    key: string,
    seconds: number,
    fields: Readonly<Record<string, string>>,
  ): string {
    demandKey(key);
    const expires = String(platform.clock.now() + seconds * 1_000);
    const query = new URLSearchParams({ ...fields, expires });
    query.set("signature", signature(method, key, query).toString("base64url"));
    return `${BASE}${key}?${query}`;
  }

  async function answer(request: Request, url: URL): Promise<Response> {
    const key = url.pathname.slice(BASE.length);
    const query = url.searchParams;
    const given = Buffer.from(query.get("signature") ?? "", "base64url");
    const expected = signature(request.method, key, query);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new DomainError("forbidden", "This address is not valid, or not for this.");
    }
    if (Number(query.get("expires")) <= platform.clock.now()) {
      throw new DomainError("forbidden", "This address has expired. Ask for a new one.");
    }
    return request.method === "PUT" ? take(request, key, query) : hand(key);
  }

  async function take(request: Request, key: string, query: URLSearchParams): Promise<Response> {
    const bytes = Number(query.get("bytes"));
    const wrong = (): DomainError =>
      new DomainError("forbidden", `This address is for a file of exactly ${bytes} bytes.`);
    const stated = request.headers.get("content-length");
    if (stated !== null && Number(stated) !== bytes) throw wrong();
    const body = request.body ?? new Response("").body;
    await write(
      key,
      counted((body ?? []) as AsyncIterable<Uint8Array>, (count, ended) => {
        if (count > bytes || (ended && count < bytes)) throw wrong();
      }),
    );
    return new Response(null);
  }

  async function hand(key: string): Promise<Response> {
    const path = pathOf(key);
    const size = await sizeOf(path);
    if (size === undefined) {
      throw new DomainError("not-found", "This file is not there, or no longer.");
    }
    const body = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
    const { name, type, encoding } = await savedAs(path);
    return new Response(body, {
      headers: {
        "Content-Type": type,
        "Content-Disposition": attachment(name),
        ...(encoding !== undefined && { "Content-Encoding": encoding }),
        "Content-Length": String(size),
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
      },
    });
  }

  return {
    async put(key, pieces, saved) {
      await write(key, pieces, saved);
    },

    async get(key, maxBytes) {
      const path = pathOf(key);
      const size = await sizeOf(path);
      if (size === undefined) return undefined;
      if (size > maxBytes) throw larger(maxBytes);
      return new Uint8Array(await readFile(path));
    },

    async delete(key) {
      await rm(pathOf(key), { force: true });
      await rm(aboutOf(pathOf(key)), { force: true });
    },

    async uploadUrl(key, { bytes, seconds }) {
      return addressOf("PUT", key, seconds, { bytes: String(bytes) });
    },

    async downloadUrl(key, { seconds }) {
      return addressOf("GET", key, seconds, {});
    },

    serve(request) {
      const url = new URL(request.url);
      if (!url.pathname.startsWith(BASE)) return undefined;
      return answer(request, url).catch((error: unknown) =>
        Problem.response(error, crypto.randomUUID()),
      );
    },

    sweep: (prefix, before) => sweepFolder(pathOf(prefix), before),
  };
}

/** Beside a file: what it is called and what it is. No key has a dot. */
function aboutOf(path: string): string {
  return `${path}.about`;
}

async function savedAs(path: string): Promise<Saved> {
  const text = await readFile(aboutOf(path), "utf8").catch(unlessMissing);
  if (text === undefined) return { name: "file", type: "application/octet-stream" };
  return JSON.parse(text) as Saved;
}

async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  check: (bytes: number, ended: boolean) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.byteLength;
    check(bytes, false);
    yield piece;
  }
  check(bytes, true);
}

async function sweepFolder(path: string, before: number): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(unlessMissing);
  for (const entry of entries ?? []) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) {
      await sweepFolder(inner, before);
      // Only an empty one goes.
      await rmdir(inner).catch(() => undefined);
    } else if (((await stat(inner).catch(unlessMissing))?.mtimeMs ?? before) < before) {
      await rm(inner, { force: true });
    }
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(unlessMissing);
  return found?.isFile() === true ? found.size : undefined;
}

function unlessMissing(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
