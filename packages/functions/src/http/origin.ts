import { DomainError } from "@gridfolk/core/error";
import { createMiddleware } from "hono/factory";
import { credential } from "../account/session.ts";
import type { AppEnv } from "./context.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Keeps other sites from acting through somebody's cookies: what changes something and is proved by a cookie needs an
 * Origin of this site. A request without any cookie may lack an Origin (programs send none) but not bring a foreign one,
 * or another site could sign a browser in. Bearer tokens are never sent by themselves, so they need none.
 */
export function sameOrigin(publicUrl: string | undefined) {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (!SAFE.has(c.req.method)) {
      const proof = credential(c.req.raw);
      const origin = c.req.header("origin");
      if (proof?.via !== "bearer" && (origin !== undefined || proof !== undefined)) {
        if (!isSameOrigin(c.req.raw, publicUrl)) {
          throw new DomainError(
            "forbidden",
            origin === undefined
              ? "A change made with a cookie needs an Origin header of this site. Programs use a bearer token."
              : `Changes from ${origin} are not allowed here.`,
          );
        }
      }
    }
    await next();
  });
}

/** Whether the request says it comes from a page of this site: the host it was sent to, or the public address. */
export function isSameOrigin(request: Request, publicUrl: string | undefined): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || !URL.canParse(origin)) return false;
  const { host, origin: exact } = new URL(origin);
  if (exact === publicUrl) return true;
  return host === (request.headers.get("host") ?? new URL(request.url).host);
}
