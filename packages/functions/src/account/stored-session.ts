import { createHmac, timingSafeEqual } from "node:crypto";
import type { Platform } from "@gridfolk/core/platform";
import type { Store } from "@gridfolk/core/ledger/store";
import { createRows, type Model } from "../auth-adapter/rows.ts";
import type { Settings } from "../services.ts";
import type { Credential, Session } from "./session.ts";

const DAY_S = 24 * 60 * 60;
/** How long a session lasts that is not used, and how long after it was last prolonged it is prolonged again. Seconds. */
export const SESSION_LIFE = { expiresIn: 30 * DAY_S, updateAge: DAY_S };

/** Base64 of a SHA-256. */
const SIGNATURE = /^[A-Za-z0-9+/]{43}=$/;
const SESSIONS: Model = { name: "session", unique: [["token"]], indexed: [] };
const USERS: Model = { name: "user", unique: [], indexed: [] };

/** A session as the table has it. */
export interface StoredSession {
  readonly session: Session;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Of its rows, as `versionOf` says it. */
  readonly version: string;
}

/**
 * The session of a credential, read from the rows that better-auth wrote, for the plain case alone: the token is signed by us (a
 * bearer token may go without, as for better-auth's `bearer`), its session runs and is not due to be prolonged, its user is there.
 * `undefined` says nothing but that better-auth has to decide. It saves an instance that starts half of the code it would load.
 */
export function createStoredSessions(deps: {
  store: Store;
  platform: Platform;
  settings: () => Promise<Pick<Settings, "secret" | "publicUrl">>;
}): (credential: Credential) => Promise<StoredSession | undefined> {
  const rows = createRows(deps.store, deps.platform.clock.now);
  return async (credential) => {
    const token = tokenOf(credential, await deps.settings());
    if (token === undefined) return undefined;
    const [session] = await rows.find(SESSIONS, {
      by: "unique",
      fields: ["token"],
      values: [[token]],
    });
    if (session?.row["token"] !== token) return undefined;
    const expiresAt = Date.parse(String(session.row["expiresAt"]));
    const untilDue = expiresAt - (SESSION_LIFE.expiresIn - SESSION_LIFE.updateAge) * 1000;
    // Not a number is not more than anything.
    if (!(untilDue > deps.platform.clock.now())) return undefined;
    const [user] = await rows.find(USERS, { by: "id", ids: [String(session.row["userId"])] });
    if (user === undefined) return undefined;
    const { id, name, email } = user.row;
    return {
      session: {
        user: { id: String(id), name: String(name), email: String(email) },
        id: String(session.row["id"]),
        via: credential.via,
      },
      expiresAt,
      version: [session.version, user.version].join(),
    };
  };
}

/** The token that names the session, when nothing is to be said against how it came. */
function tokenOf(
  { via, token, headers }: Credential,
  { secret, publicUrl }: Pick<Settings, "secret" | "publicUrl">,
): string | undefined {
  if (via === "bearer" && !token.includes(".")) return token;
  if (via === "cookie") {
    // As in createAuth: over https only the cookie counts that was set over https.
    const prefix = publicUrl?.startsWith("https:") ? "__Secure-" : "";
    const name = `${prefix}gridfolk.session_token=`;
    if (headers.get("cookie")?.startsWith(name) !== true) return undefined;
  }
  const [value, signature, ...more] = decoded(token)?.split(".") ?? [];
  if (!value || signature === undefined || more.length > 0) return undefined;
  if (!SIGNATURE.test(signature)) return undefined;
  const expected = createHmac("sha256", secret).update(value).digest();
  return timingSafeEqual(expected, Buffer.from(signature, "base64")) ? value : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
