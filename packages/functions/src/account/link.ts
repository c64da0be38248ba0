import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { DomainError } from "@gridfolk/core/error";
import type { Platform } from "@gridfolk/core/platform";
import type { Store } from "@gridfolk/core/ledger/store";
import * as Keys from "./keys.ts";

/** How long a link to set a new password can be used. */
export const RESET_LINK_MS = 24 * 60 * 60 * 1_000;

/** What a link to set a new password says. `nonce` makes it work once. */
export interface ResetLink {
  readonly email: string;
  readonly expires: number;
  readonly nonce: string;
}

/**
 * A link is signed with the installation's secret, not stored: an operator on the machine can make one while the server
 * runs or not, without touching its data. `reset-password.mjs` makes the same tokens.
 */
export function sign(secret: string, link: ResetLink): string {
  const body = Buffer.from(JSON.stringify([link.email, link.expires, link.nonce])).toString(
    "base64url",
  );
  return `${body}.${signature(secret, body)}`;
}

export function newLink(email: string, now: number): ResetLink {
  return {
    email: email.toLowerCase(),
    expires: now + RESET_LINK_MS,
    nonce: randomBytes(16).toString("hex"),
  };
}

/** `not-found` for a token that is forged, expired or used. */
export async function open(
  deps: { store: Store; platform: Platform; secret: string },
  token: string,
): Promise<ResetLink> {
  const link = verify(deps.secret, token);
  if (link === undefined || link.expires <= deps.platform.clock.now()) throw notUsable();
  if ((await deps.store.get(Keys.usedLink(link.nonce))) !== undefined) throw notUsable();
  return link;
}

/** Uses the link up; of two that try at once, one gets `not-found`. */
export async function use(deps: { store: Store }, link: ResetLink): Promise<void> {
  const item = { ...Keys.usedLink(link.nonce), ttl: Math.ceil(link.expires / 1_000) };
  if (!(await deps.store.put(item, { absent: true }))) throw notUsable();
}

function verify(secret: string, token: string): ResetLink | undefined {
  const [body = "", given = ""] = token.split(".");
  const expected = Buffer.from(signature(secret, body));
  const actual = Buffer.from(given);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return undefined;
  const [email, expires, nonce] = JSON.parse(Buffer.from(body, "base64url").toString()) as [
    string,
    number,
    string,
  ];
  return { email, expires, nonce };
}

function signature(secret: string, body: string): string {
  return createHmac("sha256", secret).update(`reset-password:${body}`).digest("base64url");
}

function notUsable(): DomainError {
  return new DomainError(
    "not-found",
    "This link is not valid, has expired or has been used. Ask the owner of your workspace for a new one.",
  );
}
