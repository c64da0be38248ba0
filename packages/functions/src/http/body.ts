import { DomainError } from "@gridfolk/core/error";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./context.ts";

/** What one request or answer may carry, everywhere: an HTTP API on AWS takes no more. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

const limitStream = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw new DomainError(
      "too-large",
      "A request can carry 4 MB. Larger files are imported in the browser, with the gridfolk command, or sent to where POST …/files says.",
    );
  },
});

/** Refuses larger bodies. Only one of unknown length is looked at while it comes in: Node makes a stream for that. */
export const limitBody = createMiddleware<AppEnv>(async (c, next) => {
  const { method } = c.req;
  if (method === "GET" || method === "HEAD") return next();
  const stated = c.req.header("content-length");
  const known = stated !== undefined && c.req.header("transfer-encoding") === undefined;
  if (known && Number(stated) <= MAX_BODY_BYTES) return next();
  return limitStream(c, next);
});

/** The body as it is. */
export async function bodyOf(c: Context<AppEnv>): Promise<Uint8Array> {
  try {
    return new Uint8Array(await c.req.arrayBuffer());
  } catch (cause) {
    throw new DomainError("malformed", "The request broke off before its end.", { cause });
  }
}
