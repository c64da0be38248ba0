import { pipeline, Readable } from "node:stream";
import { constants, createGzip } from "node:zlib";
import { attachment, type Saved } from "@gridfolk/core/blobs";
import { DomainError } from "@gridfolk/core/error";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Context } from "hono";
import { MAX_BODY_BYTES } from "./body.ts";
import type { AppEnv } from "./context.ts";

/** How long an address of a file works: for who was given it, to use it now. */
export const ADDRESS_SECONDS = 15 * 60;
/** How long files are kept. On AWS rules of the bucket say the same. */
export const KEPT_MS = 24 * 60 * 60 * 1_000;
/** Where files are that people sent, and files that were made for them. Both go by themselves. */
export const PREFIXES = ["files", "exports"] as const;
/** Where imported files are that a workspace keeps; they go after KEPT_DAYS of core/import/kept. */
export const KEPT_PREFIX = "kept";

/** A member's own file in a workspace: nobody else's request makes this key. */
export function ownKey(c: Context<AppEnv>, prefix: (typeof PREFIXES)[number], id: string): string {
  const { workspace, session } = c.var;
  return `${prefix}/${workspace}/${session.user.id}/${id}`;
}

/**
 * An answer that is a file. One that is larger than an answer may be is compressed for who understands that; where that is
 * not enough, it is put beside the table instead, and the client sent there: 303, to an address that works for a quarter of an hour. "too-large" when making it takes longer than a request may.
 */
export async function answerFile(
  c: Context<AppEnv>,
  pieces: AsyncGenerator<Uint8Array>,
  saved: Saved,
): Promise<Response> {
  const timely = inTime(c, pieces);
  const held: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { value, done } = await timely.next();
    if (done === true) break;
    held.push(value);
    bytes += value.byteLength;
    if (bytes > MAX_BODY_BYTES) return answerLarge(c, joined(held, timely), saved);
  }
  return whole(held, saved);
}

function whole(held: readonly Uint8Array[], { type, name, encoding }: Saved): Response {
  return new Response(Buffer.concat(held), {
    headers: {
      "Content-Type": type,
      "Content-Disposition": attachment(name),
      "Cache-Control": "private, no-store",
      ...(encoding !== undefined && { "Content-Encoding": encoding, Vary: "Accept-Encoding" }),
    },
  });
}

/** What is compressed takes a quarter of the time on its way, and of what AWS asks for it. */
async function answerLarge(
  c: Context<AppEnv>,
  pieces: AsyncIterable<Uint8Array>,
  saved: Saved,
): Promise<Response> {
  const understood = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "");
  if (!understood || !saved.type.startsWith("text/")) return redirect(c, pieces, saved);
  const packed: Saved = { ...saved, encoding: "gzip" };
  const source = gzipped(pieces);
  const held: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { value, done } = await source.next();
    if (done === true) return whole(held, packed);
    held.push(value);
    bytes += value.byteLength;
    if (bytes > MAX_BODY_BYTES) return redirect(c, joined(held, source), packed);
  }
}

async function* gzipped(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  // What breaks the source is thrown to whoever reads here.
  pipeline(Readable.from(pieces), gzip, () => undefined);
  for await (const piece of gzip) yield piece as Uint8Array;
}

async function redirect(
  c: Context<AppEnv>,
  pieces: AsyncIterable<Uint8Array>,
  saved: Saved,
): Promise<Response> {
  const { blobs, platform } = c.var.services;
  const key = ownKey(c, "exports", Ids.newId(platform));
  await blobs.put(key, pieces, saved);
  return c.redirect(await blobs.downloadUrl(key, { seconds: ADDRESS_SECONDS }), 303);
}

async function* inTime(
  c: Context<AppEnv>,
  pieces: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { clock } = c.var.services.platform;
  const until = c.env?.until ?? Number.POSITIVE_INFINITY;
  for await (const piece of pieces) {
    if (clock.now() > until) {
      throw new DomainError(
        "too-large",
        "Making this file takes longer than a request may. Export it as CSV, which is quicker, or a view with fewer rows.",
      );
    }
    yield piece;
  }
}

async function* joined(
  held: Uint8Array[],
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let piece = held.shift(); piece !== undefined; piece = held.shift()) yield piece;
  yield* rest;
}
