import { createHash, randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Platform } from "@gridfolk/core/platform";

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);
const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** Somebody waits for an import: a tenth more bytes than the server's level 4 makes, in two thirds of its time. */
const GZIP_LEVEL = 1;

/** Node's. Compression runs on threads beside the event loop. */
export const platform: Platform = {
  bytes: {
    gzip: (data) => gzipAsync(data, { level: GZIP_LEVEL, chunkSize: chunk(data.length / 2) }),
    gunzip: (data, maxBytes = 64 * 1024 * 1024) =>
      gunzipAsync(data, { maxOutputLength: maxBytes, chunkSize: chunk(data.length * 4) }),
    sha256: (data) => Promise.resolve(createHash("sha256").update(data).digest("hex")),
    encode: (text) => encoder.encode(text),
    decode: (data) => decoder.decode(data),
  },
  clock: { now: () => Date.now(), sleep: (ms) => delay(ms) },
  random: { next: () => randomInt(2 ** 32) / 2 ** 32 },
};

/** zlib comes back to the event loop for every piece of its output: the usual 16 kB would be 60 turns for a part. */
function chunk(expected: number): number {
  return Math.min(1024 * 1024, Math.max(16 * 1024, Math.ceil(expected)));
}
