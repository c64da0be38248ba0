import { createHash, randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Platform } from "../platform.ts";

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);
const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** The platform core's tests run on: Node's, with real time and real randomness. */
export const nodePlatform: Platform = {
  bytes: {
    gzip: (data) => gzipAsync(data, { level: 6 }),
    gunzip: (data, maxBytes = 64 * 1024 * 1024) => gunzipAsync(data, { maxOutputLength: maxBytes }),
    sha256: (data) => Promise.resolve(createHash("sha256").update(data).digest("hex")),
    encode: (text) => encoder.encode(text),
    decode: (data) => decoder.decode(data),
  },
  clock: { now: () => Date.now(), sleep: (ms) => delay(ms) },
  random: { next: () => randomInt(2 ** 32) / 2 ** 32 },
};
