import { DomainError, type ErrorCode, type ErrorDetail } from "@gridfolk/core/error";

/** The server could not be reached, or what stands before it answered in its place. Worth trying again. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** The server failed at this request. It may work later; if not, the fault is Gridfolk's. */
export class Fault extends Error {
  override readonly name = "Fault";
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Finished even when the page is being left. */
  readonly keepalive?: boolean;
}

const requestIds = new WeakMap<Error, string>();

/** The id under which the server's log has the request that failed so; none where the server did what it should. */
export function requestIdOf(error: unknown): string | undefined {
  return error instanceof Error ? requestIds.get(error) : undefined;
}

/** The wire format this page speaks; a server that needs a newer one answers 426. */
const WIRE = "1";

/**
 * One request to the server. Answers the JSON body. Throws DomainError with the server's own words when it refused, and
 * Unreachable when there was no answer.
 */
export async function call<Result>(
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Result> {
  const response = await send(method, path, body, options);
  return (await response.json()) as Result;
}

/** An answer as it came, inflated by the browser on the way: a page, whose hash is checked. */
export async function callBytes(path: string): Promise<Uint8Array> {
  const response = await send("GET", path, undefined, {});
  return new Uint8Array(await response.arrayBuffer());
}

/** The text of an answer: a part, inflated by the browser on the way. */
export async function callText(path: string, options: CallOptions = {}): Promise<string> {
  const response = await send("GET", path, undefined, options);
  return response.text();
}

async function send(
  method: string,
  path: string,
  body: unknown,
  options: CallOptions,
): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", "Gridfolk-Client": WIRE };
  // Ours, to be told also when no answer comes. Only secure pages can make one; else it is the server's.
  const requestId = globalThis.isSecureContext ? crypto.randomUUID() : undefined;
  if (requestId !== undefined) headers["X-Request-Id"] = requestId;
  if (body !== undefined && !(body instanceof Uint8Array))
    headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined
        ? {}
        : { body: body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body) }),
      ...options,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Unreachable("The server cannot be reached.", { cause: error });
  }
  if (response.ok) return response;
  const error = await failure(response);
  const id = response.headers.get("X-Request-Id") ?? requestId;
  if (response.status >= 500 && id !== undefined) requestIds.set(error, id);
  throw error;
}

/** RFC 9457. */
interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly ErrorDetail[];
}

const TYPE = "urn:gridfolk:problem:";

async function failure(response: Response): Promise<Error> {
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  const named = problem?.type?.startsWith(TYPE) ? problem.type.slice(TYPE.length) : undefined;
  // Gateways and proxies answer for a server that is away.
  if (problem === undefined && response.status >= 500)
    return new Unreachable(`The server answered ${response.status}.`);
  const code = named === "internal" ? undefined : (named ?? codeOfStatus(response.status));
  if (code === undefined)
    return new Fault(problem?.detail ?? `The server answered ${response.status}.`);
  const retryAfter = Number(response.headers.get("Retry-After"));
  return new DomainError(
    code as ErrorCode,
    problem?.detail ?? problem?.title ?? `The server answered ${response.status}.`,
    {
      errors: problem?.errors ?? [],
      ...(retryAfter > 0 ? { retryAfterMs: retryAfter * 1000 } : {}),
    },
  );
}

function codeOfStatus(status: number): ErrorCode | undefined {
  switch (status) {
    case 400:
      return "malformed";
    case 401:
      return "unauthenticated";
    case 403:
      return "forbidden";
    case 404:
      return "not-found";
    case 409:
      return "stale";
    case 413:
      return "too-large";
    case 422:
      return "invalid-values";
    case 426:
      return "client-too-old";
    case 429:
      return "too-many-requests";
    case 503:
      return "busy";
    default:
      return undefined;
  }
}

/** A failure in words for a person, with the id of the request where somebody has to look into it. */
export function inWords(error: unknown): string {
  const id = requestIdOf(error);
  return id === undefined ? reasonOf(error) : `${reasonOf(error)} Request ${id}.`;
}

/** The same without the id. */
export function reasonOf(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  if (error instanceof Unreachable)
    return "Gridfolk cannot be reached. Check the connection and try again.";
  const message = error instanceof Error ? error.message : String(error);
  return SCRIPT.test(message)
    ? "A part of Gridfolk could not be loaded: the connection broke, or Gridfolk has been updated."
    : message;
}

/** How Chromium and Firefox, and Safari, say that a part of the program did not come. */
const SCRIPT = /dynamically imported module|module script failed/;
