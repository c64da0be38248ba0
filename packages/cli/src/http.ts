import { once } from "node:events";
import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import type { Readable } from "node:stream";
import { DomainError, type ErrorCode, type ErrorDetail } from "@gridfolk/core/error";
import { platform } from "./platform.ts";

/** The server could not be reached, or something before it answered in its place, until the tries were used up. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export interface Connection {
  readonly url: string;
  readonly token?: string;
  /** Ends what is under way and everything after. */
  readonly signal?: AbortSignal;
}

export interface CallOptions {
  /** Of one try, to the end of the answer. */
  readonly timeoutMs?: number;
  readonly tries?: number;
}

const TIMEOUT_MS = 30_000;
const TRIES = 6;
/** The wire format this command speaks. */
const WIRE = "1";

/**
 * One request, tried again while that is harmless and may help: every body carries ids that make a repetition answer what the
 * first answered. Throws DomainError in the server's words when it refused.
 */
export async function call<Result>(
  connection: Connection,
  method: string,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Result> {
  return patiently(connection, options, async (signal) => {
    const response = await send(connection, method, path, body, signal);
    return JSON.parse(await textOf(response, connection)) as Result;
  });
}

/** An answer, unpacked. */
export async function callBytes(connection: Connection, path: string): Promise<Uint8Array> {
  return patiently(connection, {}, async (signal) => {
    const response = await send(connection, "GET", path, undefined, signal);
    return bytesOf(response, connection);
  });
}

/** The text of an answer. */
export async function callText(
  connection: Connection,
  path: string,
  options: CallOptions = {},
): Promise<string> {
  return patiently(connection, options, async (signal) => {
    const response = await send(connection, "GET", path, undefined, signal);
    return textOf(response, connection);
  });
}

/** An answer to be read piece by piece; only its beginning is retried. */
export async function callStream(connection: Connection, path: string): Promise<Readable> {
  const response = await patiently(connection, { timeoutMs: 10 * 60_000 }, (signal) =>
    send(connection, "GET", path, undefined, signal),
  );
  if (!isZipped(response)) return response;
  const { createGunzip } = await import("node:zlib");
  const inflated = createGunzip();
  response.on("error", (error) => inflated.destroy(error));
  return response.pipe(inflated);
}

async function patiently<Result>(
  connection: Connection,
  options: CallOptions,
  request: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const tries = options.tries ?? TRIES;
  for (let attempt = 1; ; attempt += 1) {
    connection.signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
    const signal =
      connection.signal === undefined ? timeout : AbortSignal.any([timeout, connection.signal]);
    try {
      return await request(signal);
    } catch (error) {
      connection.signal?.throwIfAborted();
      const passing =
        error instanceof Unreachable ||
        timeout.aborted ||
        (error instanceof DomainError &&
          (error.code === "busy" || error.code === "too-many-requests"));
      if (!passing) throw error;
      if (attempt >= tries) {
        throw timeout.aborted
          ? new Unreachable(`${connection.url} does not answer in time.`, { cause: error })
          : error;
      }
      const stated = error instanceof DomainError ? (error.retryAfterMs ?? 0) : 0;
      // Full jitter, doubling to 8 s.
      const wait = platform.random.next() * Math.min(8000, 200 * 2 ** attempt);
      await platform.clock.sleep(Math.min(30_000, Math.max(stated, wait)));
    }
  }
}

/** By Node's plain client: fetch takes 40 ms longer to load, and two milliseconds more for every part of an import. */
async function send(
  { url, token }: Connection,
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isBytes = body instanceof Uint8Array;
  const data = body === undefined || isBytes ? body : Buffer.from(JSON.stringify(body));
  const options: RequestOptions = {
    method,
    signal,
    headers: {
      Accept: "application/json",
      "Accept-Encoding": "gzip",
      "Gridfolk-Client": WIRE,
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(data === undefined
        ? {}
        : {
            "Content-Type": isBytes ? "application/octet-stream" : "application/json",
            "Content-Length": (data as Uint8Array).byteLength,
          }),
    },
  };
  let response: IncomingMessage;
  try {
    const asked = url.startsWith("https:")
      ? (await import("node:https")).request(url + path, options)
      : request(url + path, { ...options, agent });
    // What breaks after the answer has begun is heard by whoever reads it.
    asked.on("error", () => undefined);
    asked.end(data);
    [response] = (await once(asked, "response")) as [IncomingMessage];
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Unreachable(`${url} cannot be reached. Is the server running?`, { cause: error });
  }
  const { statusCode = 0 } = response;
  if (statusCode >= 200 && statusCode < 300) return response;
  throw await failure(response, url);
}

/** A connection that waits for its next request does not keep the process. */
const agent = new Agent({ keepAlive: true });

function isZipped(response: IncomingMessage): boolean {
  return response.headers["content-encoding"] === "gzip";
}

async function textOf(response: IncomingMessage, from: Pick<Connection, "url">): Promise<string> {
  return platform.bytes.decode(await bytesOf(response, from));
}

async function bytesOf(
  response: IncomingMessage,
  { url }: Pick<Connection, "url">,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Uint8Array);
  } catch (cause) {
    throw new Unreachable(`${url} broke off in the middle of its answer.`, { cause });
  }
  const whole = Buffer.concat(chunks);
  return isZipped(response) ? platform.bytes.gunzip(whole) : whole;
}

interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly ErrorDetail[];
  readonly message?: string;
}

const TYPE = "urn:gridfolk:problem:";

async function failure(response: IncomingMessage, url: string): Promise<Error> {
  const status = response.statusCode ?? 0;
  const problem = await textOf(response, { url })
    .then((text) => JSON.parse(text) as Problem)
    .catch(() => undefined);
  const named = problem?.type?.startsWith(TYPE) ? problem.type.slice(TYPE.length) : undefined;
  const code = (named ?? CODES[status]) as ErrorCode | undefined;
  const text = problem?.detail ?? problem?.message ?? problem?.title;
  if (code === undefined || (problem === undefined && status >= 500)) {
    return new Unreachable(`${url} answered ${status}.`);
  }
  const id = status >= 500 ? response.headers["x-request-id"] : undefined;
  const retryAfter = Number(response.headers["retry-after"]);
  return new DomainError(
    code,
    `${text ?? `The server answered ${status}.`}${id === undefined ? "" : ` Request ${String(id)}.`}`,
    {
      errors: problem?.errors ?? [],
      ...(retryAfter > 0 ? { retryAfterMs: retryAfter * 1000 } : {}),
    },
  );
}

const CODES: { readonly [status: number]: ErrorCode } = {
  400: "malformed",
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  409: "stale",
  413: "too-large",
  422: "invalid-values",
  426: "client-too-old",
  429: "too-many-requests",
  503: "busy",
};
