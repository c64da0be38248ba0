import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import type { Log } from "../log/log.ts";
import type { AppEnv } from "./context.ts";

/** What a client may call its request: the browser does, and so finds also a request that was never answered. */
const OWN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Names the request, and says afterwards how it went. */
export function logRequests(log: Log) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const asked = c.req.header("x-request-id");
    const requestId = asked !== undefined && OWN_ID.test(asked) ? asked : crypto.randomUUID();
    c.set("requestId", requestId);
    const { invocation } = c.env ?? {};
    const facts = { requestId, ...(invocation !== undefined && { invocation }) };
    await log.work("api", { ...facts, method: c.req.method }, async () => {
      await next();
      // Not c.header: on a finished answer it makes a new one, whose body then streams.
      c.res.headers.set("X-Request-Id", requestId);
      const { workspace, wrote } = c.var;
      log.note({
        route: routeOf(c),
        status: c.res.status,
        ...(workspace !== undefined && { workspace }),
        ...(wrote !== undefined && { seq: wrote.seq, changeset: wrote.changeset }),
      });
      if (c.error !== undefined) log.failed(c.error);
    });
  });
}

/** The pattern of the route that the address belongs to, also when something before the route refused. */
function routeOf(c: Context<AppEnv>): string {
  const paths = matchedRoutes(c).map(({ path }) => path);
  return paths.findLast((path) => !path.endsWith("*")) ?? paths.at(-1) ?? "";
}
