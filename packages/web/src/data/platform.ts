import { DomainError } from "@gridfolk/core/error";
import type { Platform } from "@gridfolk/core/platform";
import { sha256 } from "./sha256.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const MOST_BYTES = 64 * 1024 * 1024;

const draw = new Uint32Array(256);
let drawn = draw.length;

/** The platform core runs on in browsers and their workers. */
export const browserPlatform: Platform = {
  bytes: {
    gzip: (data) => through(data, new CompressionStream("gzip"), Number.POSITIVE_INFINITY),
    gunzip: (data, maxBytes = MOST_BYTES) =>
      through(data, new DecompressionStream("gzip"), maxBytes),
    async sha256(data) {
      // Browsers keep their own to pages with a secure connection: not a server reached by its name in an office.
      if (!crypto.subtle) return toHex(sha256(data));
      return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", data as BufferSource)));
    },
    encode: (text) => encoder.encode(text),
    decode: (data) => decoder.decode(data),
  },
  clock: {
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  },
  random: {
    next() {
      if (drawn === draw.length) {
        crypto.getRandomValues(draw);
        drawn = 0;
      }
      return draw[drawn++]! / 2 ** 32;
    },
  },
};

function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}

async function through(
  data: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  maxBytes: number,
): Promise<Uint8Array> {
  const reader = new Blob([data as BlobPart])
    .stream()
    .pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>)
    .getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new DomainError("too-large", `The data is larger than ${maxBytes} bytes.`);
    }
    chunks.push(value);
  }
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
