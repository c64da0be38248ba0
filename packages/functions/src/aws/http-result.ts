import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { DomainError } from "@gridfolk/core/error";

const gzipAsync = promisify(gzip);

/** What a function answers API Gateway with (payload format 2.0). */
export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Lambda's limit on an answer is 6 MB of JSON; 128 kB of it are left to headers and cookies. */
export const MAX_BODY_TEXT = 6 * 1024 * 1024 - 128 * 1024;
/** Smaller ones gain nothing. */
const WORTH_BYTES = 1_400;
const TEXT = /^(text\/|application\/([a-z-.]+\+)?json\b)/i;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The result of a response. Text is compressed for who understands that, as nothing behind the function does; what is not UTF-8 text
 * travels as base64. Throws DomainError "too-large" for what Lambda would not let through, at most 4.5 MB that cannot be
 * compressed.
 */
export async function toResult(response: Response, acceptEncoding: string): Promise<HttpResult> {
  const headers = new Headers(response.headers);
  const cookies = headers.getSetCookie();
  headers.delete("set-cookie");
  let bytes: Uint8Array = new Uint8Array(await response.arrayBuffer());
  const coded = headers.has("content-encoding");
  const isText = !coded && TEXT.test(headers.get("content-type") ?? "");
  if (isText) headers.append("Vary", "Accept-Encoding");
  let text: string | undefined;
  if (isText && bytes.byteLength >= WORTH_BYTES && /\bgzip\b/.test(acceptEncoding)) {
    bytes = await gzipAsync(bytes, { level: constants.Z_BEST_SPEED });
    headers.set("Content-Encoding", "gzip");
  } else if (isText || bytes.byteLength === 0) text = textOf(bytes);
  headers.delete("content-length");
  const body = text ?? Buffer.from(bytes).toString("base64");
  const length = text === undefined ? body.length : Buffer.byteLength(JSON.stringify(text));
  if (length > MAX_BODY_TEXT) throw tooLarge();
  return {
    statusCode: response.status,
    headers: Object.fromEntries(headers),
    cookies,
    body,
    isBase64Encoded: text === undefined,
  };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function tooLarge(): DomainError {
  return new DomainError(
    "too-large",
    "The answer is larger than the 6 MB that one can have here. Ask for less at a time: a smaller limit, fewer fields, a filter.",
  );
}
