import { DomainError } from "@gridfolk/core/error";
import { createMiddleware } from "hono/factory";
import { credential } from "../account/session.ts";
import type { AppEnv } from "./context.ts";

/** Lets only requests through whose sender is known. */
export const signedIn = createMiddleware<AppEnv>(async (c, next) => {
  const proof = credential(c.req.raw);
  const found = proof === undefined ? undefined : await c.var.services.sessions.find(proof);
  if (found === undefined) {
    throw new DomainError(
      "unauthenticated",
      proof === undefined
        ? "This needs a session cookie or a bearer token."
        : "The session has ended. Sign in again.",
    );
  }
  c.set("session", found.session);
  await next();
  for (const cookie of found.cookies) c.header("Set-Cookie", cookie, { append: true });
});
