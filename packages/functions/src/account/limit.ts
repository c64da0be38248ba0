import { DomainError } from "@gridfolk/core/error";
import type { Platform } from "@gridfolk/core/platform";
import type { Store } from "@gridfolk/core/ledger/store";
import * as Keys from "./keys.ts";

/** At most `max` per `windowMs` for one subject. */
export interface Rule {
  readonly name: string;
  readonly max: number;
  readonly windowMs: number;
  /** What there was too much of, for the answer: "attempts to sign in". */
  readonly of: string;
}

const MINUTE = 60_000;

/** Signing in counts attempts that failed; the others count what was done. */
export const rules = {
  signInHere: { name: "sign-in", max: 10, windowMs: 10 * MINUTE, of: "attempts to sign in" },
  signInAccount: { name: "account", max: 50, windowMs: 10 * MINUTE, of: "attempts to sign in" },
  signInAddress: { name: "address", max: 100, windowMs: 10 * MINUTE, of: "attempts to sign in" },
  signUp: { name: "sign-up", max: 200, windowMs: 60 * MINUTE, of: "new accounts" },
  password: { name: "password", max: 10, windowMs: 10 * MINUTE, of: "attempts" },
  link: { name: "link", max: 60, windowMs: 10 * MINUTE, of: "attempts to open a link" },
  invite: { name: "invite", max: 100, windowMs: 60 * MINUTE, of: "invitations" },
  file: { name: "file", max: 200, windowMs: 60 * MINUTE, of: "files" },
  create: { name: "create", max: 100, windowMs: 60 * MINUTE, of: "new workspaces" },
} as const satisfies Record<string, Rule>;

export interface Limiter {
  /**
   * Counts one before it is done, so that many at once cannot slip through. Throws `too-many-requests` with the time to
   * wait. The answer takes the count back: for attempts that turned out to be fine.
   */
  take(rule: Rule, subject: string): Promise<() => Promise<void>>;
}

/** Counters are items of the table: all instances count together, and a restart forgets nothing. */
export function createLimiter(deps: { store: Store; platform: Platform }): Limiter {
  const { store, platform } = deps;

  async function count(rule: Rule, subject: string, by: 1 | -1): Promise<void> {
    const key = Keys.rate(rule.name, subject);
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const now = platform.clock.now();
      const item = await store.get(key);
      const until = Number(item?.["until"] ?? 0);
      const open = item !== undefined && until > now;
      const used = open ? Number(item["used"]) : 0;
      if (by < 0 && used === 0) return;
      if (by > 0 && used >= rule.max) throw tooMany(rule, until - now);
      const end = open ? until : now + rule.windowMs;
      const next = { ...key, used: used + by, until: end, ttl: Math.ceil(end / 1_000) };
      const before =
        item === undefined
          ? ({ absent: true } as const)
          : ({ equals: { used: Number(item["used"]), until } } as const);
      if (await store.put(next, before)) return;
      await platform.clock.sleep(platform.random.next() * 20 * 2 ** attempt);
    }
    // Whoever sends so many at once that the counter cannot keep up is over the limit.
    if (by > 0) throw tooMany(rule, 1_000);
  }

  return {
    async take(rule, subject) {
      await count(rule, subject, 1);
      return () => count(rule, subject, -1);
    },
  };
}

function tooMany(rule: Rule, waitMs: number): DomainError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new DomainError("too-many-requests", `Too many ${rule.of}. Try again in ${wait}.`, {
    retryAfterMs: waitMs,
  });
}
