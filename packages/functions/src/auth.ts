import { betterAuth, type BetterAuthOptions } from "better-auth/minimal";
import { bearer } from "better-auth/plugins/bearer";
import { PASSWORD_MAX, PASSWORD_MIN } from "./account/password.ts";
import { SESSION_LIFE } from "./account/stored-session.ts";

export interface AuthOptions {
  readonly database: NonNullable<BetterAuthOptions["database"]>;
  /** At least 32 characters; whoever knows it can sign anybody in. */
  readonly secret: string;
  /** How browsers reach the server, when that is fixed. Cookies are `Secure` exactly when it is https. */
  readonly publicUrl?: string | undefined;
}

/**
 * Accounts and sessions, by better-auth on the same table as everything else. Only its functions are used, behind routes
 * of our own: where a request comes from, how often it may come and how failures are worded are the same rules there as
 * for the rest of the API, so better-auth's own origin check and rate limit have nothing to do.
 */
export function createAuth(options: AuthOptions) {
  return betterAuth({
    appName: "Gridfolk",
    baseURL: options.publicUrl ?? "http://localhost",
    basePath: "/api/auth",
    secret: options.secret,
    database: options.database,
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
      revokeSessionsOnPasswordReset: true,
    },
    session: SESSION_LIFE,
    plugins: [bearer()],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    advanced: {
      cookiePrefix: "gridfolk",
      useSecureCookies: options.publicUrl?.startsWith("https:") ?? false,
      defaultCookieAttributes: { sameSite: "lax", httpOnly: true, path: "/" },
      ipAddress: { disableIpTracking: true },
    },
  });
}

export type Auth = ReturnType<typeof createAuth>;
