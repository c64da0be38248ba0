import type { Platform } from "@gridfolk/core/platform";
import type { Auth } from "../auth.ts";

/** Who sends a request. */
export interface Session {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  /** Id of the session, not its token. */
  readonly id: string;
  readonly via: "cookie" | "bearer";
}

/** What proves who sends a request. A bearer token wins: then cookies are not looked at. */
export interface Credential {
  readonly via: "cookie" | "bearer";
  readonly headers: Headers;
  /** The secret itself. */
  readonly token: string;
}

export interface Sessions {
  /** The session of this credential and the cookies to set (a session in use is prolonged once a day). */
  find(credential: Credential): Promise<{ session: Session; cookies: string[] } | undefined>;
  /** After signing out, changing a password, revoking: nothing remembered here may outlive it. */
  forget(user: string): void;
}

const REMEMBERED = 10_000;
const SESSION_COOKIE = /(?:^|;\s*)((?:__Secure-)?gridfolk\.session_token)=([^;]+)/;

/** `undefined` when the request brings nothing along. */
export function credential(request: Request): Credential | undefined {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const [scheme, token] = authorization.trim().split(/\s+/, 2);
    if (scheme?.toLowerCase() === "bearer" && token !== undefined) {
      return { via: "bearer", token, headers: new Headers({ authorization: `Bearer ${token}` }) };
    }
  }
  const cookie = SESSION_COOKIE.exec(request.headers.get("cookie") ?? "");
  if (cookie === null) return undefined;
  const [, name = "", token = ""] = cookie;
  return { via: "cookie", token, headers: new Headers({ cookie: `${name}=${token}` }) };
}

/**
 * Looks sessions up, and remembers an answer for `rememberMs`: the time for which a session revoked by another instance
 * may still be used on this one. Revocations made here count at once.
 */
export function createSessions(deps: {
  auth: () => Promise<Auth>;
  platform: Platform;
  rememberMs: number;
}): Sessions {
  const remembered = new Map<string, { session: Session; until: number }>();
  // Counts revocations: an answer that was being looked up meanwhile is not remembered.
  let revocations = 0;

  return {
    async find(credential) {
      const key = `${credential.via} ${credential.token}`;
      const now = deps.platform.clock.now();
      const known = remembered.get(key);
      if (known !== undefined && known.until > now) return { session: known.session, cookies: [] };
      remembered.delete(key);
      const before = revocations;
      const auth = await deps.auth();
      const found = await auth.api.getSession({ headers: credential.headers, returnHeaders: true });
      if (found.response === null) return undefined;
      const { user, session: stored } = found.response;
      const session: Session = {
        user: { id: user.id, name: user.name, email: user.email },
        id: stored.id,
        via: credential.via,
      };
      if (before === revocations && deps.rememberMs > 0) {
        if (remembered.size >= REMEMBERED) remembered.clear();
        const until = Math.min(now + deps.rememberMs, stored.expiresAt.getTime());
        remembered.set(key, { session, until });
      }
      return { session, cookies: found.headers.getSetCookie() };
    },
    forget(user) {
      revocations += 1;
      for (const [key, { session }] of remembered) {
        if (session.user.id === user) remembered.delete(key);
      }
    },
  };
}
