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
    return (await response.json()) as Result;
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
    return response.text();
  });
}

/** An answer to be read piece by piece; only its beginning is retried. */
export async function callStream(connection: Connection, path: string): Promise<Response> {
  return patiently(connection, { timeoutMs: 10 * 60_000 }, (signal) =>
    send(connection, "GET", path, undefined, signal),
  );
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
    // The timeout alone does not keep the process: Node 20's fetch forgets a request whose connection is reset before the event
    // loop hears that it was made, and with nothing left to wait for the command would end in the middle of its work.
    const alive = setInterval(() => {}, 60_000);
    try {
      return await request(signal);
    } catch (error) {
      connection.signal?.throwIfAborted();
      const passing =
        error instanceof Unreachable ||
        timeout.aborted ||
        // The connection broke in the middle of the answer.
        (error instanceof TypeError && error.message === "terminated") ||
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
    } finally {
      clearInterval(alive);
    }
  }
}

async function send(
  { url, token }: Connection,
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<Response> {
  const bytes = body instanceof Uint8Array;
  let response: Response;
  try {
    response = await fetch(url + path, {
      method,
      signal,
      redirect: "error",
      headers: {
        Accept: "application/json",
        "Gridfolk-Client": WIRE,
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined
          ? {}
          : { "Content-Type": bytes ? "application/octet-stream" : "application/json" }),
      },
      ...(body === undefined
        ? {}
        : { body: bytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Unreachable(`${url} cannot be reached. Is the server running?`, { cause: error });
  }
  if (response.ok) return response;
  throw await failure(response, url);
}

interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly ErrorDetail[];
  readonly message?: string;
}

const TYPE = "urn:gridfolk:problem:";

async function failure(response: Response, url: string): Promise<Error> {
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  const named = problem?.type?.startsWith(TYPE) ? problem.type.slice(TYPE.length) : undefined;
  const code = (named ?? CODES[response.status]) as ErrorCode | undefined;
  const text = problem?.detail ?? problem?.message ?? problem?.title;
  if (code === undefined || (problem === undefined && response.status >= 500)) {
    return new Unreachable(`${url} answered ${response.status}.`);
  }
  const id = response.status >= 500 ? response.headers.get("X-Request-Id") : null;
  const retryAfter = Number(response.headers.get("Retry-After"));
  return new DomainError(
    code,
    `${text ?? `The server answered ${response.status}.`}${id === null ? "" : ` Request ${id}.`}`,
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
