import { DomainError, isDomainError, type ErrorCode, type ErrorDetail } from "@gridfolk/core/error";
import { HTTPException } from "hono/http-exception";
import * as v from "valibot";

/** The closed map from the ways things fail to HTTP. A code without a status does not compile. */
const statuses = {
  malformed: 400,
  "unknown-field": 400,
  "unknown-operator": 400,
  unauthenticated: 401,
  "not-found": 404,
  forbidden: 403,
  stale: 409,
  "changeset-reused": 409,
  duplicate: 409,
  reload: 409,
  "too-large": 413,
  "unsupported-file": 422,
  "invalid-values": 422,
  "client-too-old": 426,
  "too-many-requests": 429,
  busy: 503,
  "workspace-too-large": 503,
  corrupt: 500,
} as const satisfies Record<ErrorCode, number>;

const titles: Record<ErrorCode | "internal", string> = {
  malformed: "The request cannot be read",
  "unknown-field": "There is no such field",
  "unknown-operator": "There is no such operator",
  unauthenticated: "Sign in first",
  "not-found": "Not found",
  forbidden: "Not allowed",
  stale: "The data has moved on",
  "changeset-reused": "This id was used for something else",
  duplicate: "This is there already",
  reload: "Load the workspace again",
  "too-large": "Too large",
  "unsupported-file": "This file cannot be read",
  "invalid-values": "Some values do not fit",
  "client-too-old": "This program is too old",
  "too-many-requests": "Too many requests",
  busy: "Busy, try again",
  "workspace-too-large": "Too large for this server",
  corrupt: "Stored data contradicts itself",
  internal: "Something went wrong here",
};

/** RFC 9457. `errors` says where in the request; `instance` is the id of the request, as in the log. */
export const Problem = v.pipe(
  v.object({
    type: v.pipe(v.string(), v.description("urn:gridfolk:problem:<code>")),
    title: v.string(),
    status: v.number(),
    detail: v.string(),
    instance: v.pipe(v.string(), v.description("The request's id, as in X-Request-Id")),
    errors: v.array(v.object({ path: v.string(), message: v.string() })),
  }),
  v.metadata({ ref: "Problem" }),
);

export type Problem = v.InferOutput<typeof Problem>;

/** What an error tells the outside. Unexpected ones tell nothing but that they happened. */
export function from(error: unknown, instance: string): Problem {
  const known = domainError(error);
  const code = known?.code ?? "internal";
  return {
    type: `urn:gridfolk:problem:${code}`,
    title: titles[code],
    status: known === undefined ? 500 : statuses[known.code],
    detail:
      known?.message ??
      "This is a fault in Gridfolk, not in what you did. Nothing was half-written. The id below finds it in the log.",
    instance,
    errors: (known?.errors ?? []).map(({ path, message }: ErrorDetail) => ({
      path: pointer(path),
      message,
    })),
  };
}

/** Places in a request as JSON pointers; places in words ("row 17, column Email") as they are. */
function pointer(path: string): string {
  return path === "" || path.startsWith("/") || path.includes(" ") ? path : `/${path}`;
}

/** The problem as an answer, with Retry-After where waiting helps: a workspace that has no room has none later either. */
export function response(error: unknown, instance: string): Response {
  const problem = from(error, instance);
  const headers = new Headers({
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
  });
  const waitingHelps = !isDomainError(error, "workspace-too-large");
  if (waitingHelps && (problem.status === 429 || problem.status === 503)) {
    const waitMs = (isDomainError(error) ? error.retryAfterMs : undefined) ?? 1_000;
    headers.set("Retry-After", String(Math.max(1, Math.ceil(waitMs / 1_000))));
  }
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

/** Whether nobody foresaw this failure: it belongs in the log with its stack. */
export function isFault(error: unknown): boolean {
  const known = domainError(error);
  return known === undefined || known.code === "corrupt";
}

/** The code of an expected failure. */
export function codeOf(error: unknown): ErrorCode | "internal" {
  return domainError(error)?.code ?? "internal";
}

/** The statuses an operation with these failures answers. */
export function statusOf(code: ErrorCode): (typeof statuses)[ErrorCode] {
  return statuses[code];
}

function domainError(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (!(error instanceof HTTPException)) return undefined;
  if (error.status === 413) return new DomainError("too-large", error.message);
  if (error.status === 404) return new DomainError("not-found", error.message);
  return error.status < 500 ? new DomainError("malformed", `${error.message}.`) : undefined;
}
