import { DomainError } from "@gridfolk/core/error";
import type { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../http/context.ts";
import type { Log } from "../log/log.ts";
import * as Problem from "../problem.ts";
import { addressOf, HttpEvent, toRequest } from "./http-event.ts";
import { type HttpResult, toResult } from "./http-result.ts";

export type HttpHandler = (
  event: unknown,
  /** Of Lambda: its id of the invocation goes into the log. */
  context?: { readonly awsRequestId?: string },
) => Promise<HttpResult>;

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
  return async (raw, context) => {
    try {
      const parsed = v.safeParse(HttpEvent, raw);
      if (!parsed.success) throw malformed(parsed.issues);
      const event = parsed.output;
      const address = addressOf(event, originToken);
      return await answer(app, event, { address, invocation: context?.awsRequestId }, fault);
    } catch (error) {
      const requestId = crypto.randomUUID();
      fault(error, { requestId, invocation: context?.awsRequestId });
      return problem(error, requestId);
    }
  };
}

async function answer(
  app: Hono<AppEnv>,
  event: HttpEvent,
  { address, invocation }: Record<"address" | "invocation", string | undefined>,
  fault: Log["fault"],
): Promise<HttpResult> {
  let request: Request;
  try {
    request = toRequest(event);
  } catch (cause) {
    throw new DomainError("malformed", "This is not a request that can be read.", { cause });
  }
  const response = await app.fetch(request, {
    ...(address !== undefined && { address }),
    ...(invocation !== undefined && { invocation }),
    madeText: !event.isBase64Encoded,
  });
  try {
    return await toResult(response, request.headers.get("accept-encoding") ?? "");
  } catch (error) {
    const id = response.headers.get("x-request-id") ?? crypto.randomUUID();
    fault(error, { requestId: id, invocation });
    return problem(error, id);
  }
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
