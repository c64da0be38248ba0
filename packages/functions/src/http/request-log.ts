import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import * as Problem from "../problem.ts";
import type { AppEnv } from "./context.ts";

/** One per request. Holds no personal data: routes, not addresses; ids, not names. */
export interface RequestLine {
  readonly level: "info" | "warn" | "error";
  readonly at: string;
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly seq?: number;
  /** The stack of a failure that nobody foresaw. */
  readonly error?: string;
}

export type Log = (line: RequestLine) => void;

/** Names the request, and says afterwards how it went. */
export function logRequests(log: Log) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const requestId = crypto.randomUUID();
    c.set("requestId", requestId);
    const start = performance.now();
    await next();
    // Not c.header: on a finished answer it makes a new one, whose body then streams.
    c.res.headers.set("X-Request-Id", requestId);
    const { status } = c.res;
    const fault = c.error !== undefined && Problem.isFault(c.error) ? c.error : undefined;
    const { seq } = c.var;
    log({
      level: status >= 500 ? "error" : status >= 400 ? "warn" : "info",
      at: new Date().toISOString(),
      requestId,
      method: c.req.method,
      route: routeOf(c),
      status,
      ms: Math.round((performance.now() - start) * 10) / 10,
      ...(seq === undefined ? {} : { seq }),
      ...(fault === undefined ? {} : { error: fault.stack ?? String(fault) }),
    });
  });
}

/** The pattern of the route that the address belongs to, also when something before the route refused. */
function routeOf(c: Context<AppEnv>): string {
  const paths = matchedRoutes(c).map(({ path }) => path);
  return paths.findLast((path) => !path.endsWith("*")) ?? paths.at(-1) ?? "";
}
