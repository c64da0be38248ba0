import type { Platform } from "@gridfolk/core/platform";
import type { Auth } from "../auth.ts";
import type { StoredSession } from "./stored-session.ts";

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
  /** Who this credential belonged to a moment ago. Only a hint: it lets nobody in. */
  hint(credential: Credential): Session | undefined;
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

interface Remembered {
  readonly session: Session;
  readonly until: number;
  /** Of session and user, read before they were. */
  readonly version: string | undefined;
}

/**
 * Looks sessions up, and remembers an answer for `rememberMs`. Revocations made here count at once. Where other processes
 * revoke sessions too, `version` says whether session and user are still as they were: one read instead of the three that
 * a look-up takes, and nobody is let in by what was remembered alone. Without it a session that another process revoked
 * may still be used here for `rememberMs`.
 */
export function createSessions(deps: {
  auth: () => Promise<Auth>;
  /** Answers where nothing but the table has to be asked; see createStoredSessions. */
  stored: (credential: Credential) => Promise<StoredSession | undefined>;
  platform: Platform;
  rememberMs: number;
  version?: (of: Pick<Session, "id" | "user">) => Promise<string | undefined>;
}): Sessions {
  const remembered = new Map<string, Remembered>();
  // Counts revocations: an answer that was being looked up meanwhile is not remembered.
  let revocations = 0;

  function current(key: string, now: number): Remembered | undefined {
    const known = remembered.get(key);
    if (known !== undefined && known.until > now) return known;
    remembered.delete(key);
    return undefined;
  }

  function remember(
    key: string,
    {
      session,
      expiresAt,
      version,
    }: Pick<StoredSession, "session" | "expiresAt"> & { version: string | undefined },
    now: number,
    before: number,
  ): void {
    if (before !== revocations || deps.rememberMs <= 0) return;
    if (remembered.size >= REMEMBERED) remembered.clear();
    const until = Math.min(now + deps.rememberMs, expiresAt);
    remembered.set(key, { session, until, version });
  }

  return {
    hint: (credential) => current(keyOf(credential), deps.platform.clock.now())?.session,

    async find(credential) {
      const key = keyOf(credential);
      const now = deps.platform.clock.now();
      const known = current(key, now);
      const before = revocations;
      const version = known && (await deps.version?.(known.session));
      const same =
        deps.version === undefined || (version !== undefined && version === known?.version);
      if (known !== undefined && same) return { session: known.session, cookies: [] };
      remembered.delete(key);
      const stored = await deps.stored(credential);
      if (stored !== undefined) {
        remember(key, stored, now, before);
        return { session: stored.session, cookies: [] };
      }
      const auth = await deps.auth();
      const found = await auth.api.getSession({ headers: credential.headers, returnHeaders: true });
      if (found.response === null) return undefined;
      const { user, session: row } = found.response;
      const session: Session = {
        user: { id: user.id, name: user.name, email: user.email },
        id: row.id,
        via: credential.via,
      };
      // The version is that of the answer only if it is of the same rows.
      const sameRows = known?.session.id === session.id && known.session.user.id === user.id;
      const expiresAt = row.expiresAt.getTime();
      remember(key, { session, expiresAt, version: sameRows ? version : undefined }, now, before);
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

function keyOf({ via, token }: Credential): string {
  return `${via} ${token}`;
}
