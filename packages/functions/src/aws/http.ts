import { DomainError } from "@gridfolk/core/error";
import type { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../http/context.ts";
import type { Log } from "../log/log.ts";
import * as Problem from "../problem.ts";
import { addressOf, HttpEvent, toRequest } from "./http-event.ts";
import { type HttpResult, toResult } from "./http-result.ts";
import type { Invocation } from "./invocation.ts";

export type HttpHandler = (event: unknown, invocation?: Invocation) => Promise<HttpResult>;

/** An HTTP API waits this long, whatever the function's own time-out. */
const GATEWAY_MS = 29_000;
/** For what is left to do when work is broken off: to say so. */
const MARGIN_MS = 3_000;

/**
 * The application as a function behind an HTTP API. Never rejects: what is no request of API Gateway is 400, what
 * nobody foresaw 500, and both are told to `fault`.
 *
 * Hono's own adapter is not used: it reads answers as text and so takes the byte order mark off a CSV file, knows nothing of
 * Lambda's limits, compresses nothing, and is to be dropped.
 */
export function createHandler(
  app: Hono<AppEnv>,
  fault: Log["fault"],
  /** What requests by way of CloudFront bring along; without it everybody is who the gateway saw. */
  originToken?: string,
): HttpHandler {
  return async (raw, invocation = {}) => {
    try {
      const parsed = v.safeParse(HttpEvent, raw);
      if (!parsed.success) throw malformed(parsed.issues);
      const event = parsed.output;
      return await answer(app, event, bindingsOf(event, invocation, originToken), fault);
    } catch (error) {
      const requestId = crypto.randomUUID();
      fault(error, { requestId, invocation: invocation.awsRequestId });
      return problem(error, requestId);
    }
  };
}

async function answer(
  app: Hono<AppEnv>,
  event: HttpEvent,
  bindings: AppEnv["Bindings"],
  fault: Log["fault"],
): Promise<HttpResult> {
  let request: Request;
  try {
    request = toRequest(event);
  } catch (cause) {
    throw new DomainError("malformed", "This is not a request that can be read.", { cause });
  }
  const response = await app.fetch(request, bindings);
  try {
    return await toResult(response, request.headers.get("accept-encoding") ?? "");
  } catch (error) {
    const id = response.headers.get("x-request-id") ?? crypto.randomUUID();
    fault(error, { requestId: id, invocation: bindings.invocation });
    return problem(error, id);
  }
}

function bindingsOf(
  event: HttpEvent,
  { awsRequestId, getRemainingTimeInMillis }: Invocation,
  originToken: string | undefined,
): AppEnv["Bindings"] {
  const address = addressOf(event, originToken);
  const leftMs = Math.min(getRemainingTimeInMillis?.() ?? GATEWAY_MS, GATEWAY_MS);
  return {
    ...(address !== undefined && { address }),
    ...(awsRequestId !== undefined && { invocation: awsRequestId }),
    until: Date.now() + leftMs - MARGIN_MS,
    madeText: !event.isBase64Encoded,
  };
}

function problem(error: unknown, id: string): Promise<HttpResult> {
  const response = Problem.response(error, id);
  response.headers.set("X-Request-Id", id);
  return toResult(response, "");
}

function malformed(issues: readonly v.BaseIssue<unknown>[]): DomainError {
  const places = issues.slice(0, 5).map((issue) => v.getDotPath(issue) ?? "it");
  return new DomainError(
    "malformed",
    `This is no event of an HTTP API (payload format 2.0): look at ${places.join(", ")}.`,
  );
}
