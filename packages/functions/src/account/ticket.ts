import { randomBytes } from "node:crypto";
import type { Platform } from "@gridfolk/core/platform";
import type { Store } from "@gridfolk/core/ledger/store";
import * as v from "valibot";
import * as Keys from "./keys.ts";

const TICKET_MS = 60_000;

const Stored = v.object({
  workspace: v.string(),
  user: v.string(),
  name: v.string(),
  until: v.number(),
});

/** Who may open one live connection, once. */
export type Ticket = Omit<v.InferOutput<typeof Stored>, "until">;

export async function issue(
  deps: { store: Store; platform: Platform },
  to: Ticket,
): Promise<{ ticket: string; expires: number }> {
  const ticket = randomBytes(24).toString("base64url");
  const expires = deps.platform.clock.now() + TICKET_MS;
  await deps.store.put({
    ...Keys.ticket(ticket),
    workspace: to.workspace,
    user: to.user,
    name: to.name,
    until: expires,
    ttl: Math.ceil(expires / 1_000),
  });
  return { ticket, expires };
}

/** The holder of the ticket, the first time and in time; `undefined` otherwise. */
export async function redeem(
  deps: { store: Store; platform: Platform },
  ticket: string,
): Promise<Ticket | undefined> {
  const key = Keys.ticket(ticket);
  const item = await deps.store.get(key);
  if (item === undefined) return undefined;
  const first = await deps.store.delete(key, { exists: true });
  const { until, ...holder } = v.parse(Stored, item);
  return first && until > deps.platform.clock.now() ? holder : undefined;
}
