import { randomBytes } from "node:crypto";
import { ROLES, type Role } from "@gridfolk/core/access/role";
import { DomainError } from "@gridfolk/core/error";
import type { Item, Store } from "@gridfolk/core/ledger/store";
import type { Platform } from "@gridfolk/core/platform";
import * as v from "valibot";
import * as Keys from "./keys.ts";

const INVITATION_MS = 14 * 24 * 60 * 60 * 1_000;

const Stored = v.object({
  id: v.string(),
  workspace: v.string(),
  email: v.string(),
  role: v.picklist(ROLES),
  until: v.number(),
});

export interface Invitation {
  /** For lists and for withdrawing it; says nothing about the token. */
  readonly id: string;
  readonly workspace: string;
  readonly email: string;
  readonly role: Role;
  readonly expires: number;
}

type Deps = { readonly store: Store; readonly platform: Platform };

/** The token is answered once and kept only as a digest. */
export async function invite(
  deps: Deps,
  to: { workspace: string; email: string; role: Role },
): Promise<Invitation & { token: string }> {
  const token = randomBytes(24).toString("base64url");
  const id = randomBytes(8).toString("hex");
  const expires = deps.platform.clock.now() + INVITATION_MS;
  const facts = { id, ...to, until: expires, ttl: Math.ceil(expires / 1_000) };
  const byToken = Keys.invitation(token);
  await deps.store.putMany([
    { ...byToken, ...facts },
    { pk: Keys.workspaceInvitations(to.workspace), sk: id, ...facts, token: byToken.pk },
  ]);
  return { id, ...to, expires, token };
}

/** `not-found` for a token that is unknown, expired, withdrawn or used. */
export async function open(deps: Deps, token: string): Promise<Invitation> {
  const item = await deps.store.get(Keys.invitation(token));
  if (item === undefined || !isOpen(deps, item)) throw gone();
  return fromItem(item);
}

/**
 * Uses the invitation up; of two that try at once, one gets `not-found`. The answer puts it back, for when joining failed
 * after all.
 */
export async function accept(deps: Deps, token: string): Promise<() => Promise<void>> {
  const item = await deps.store.get(Keys.invitation(token));
  if (item === undefined || !isOpen(deps, item)) throw gone();
  const { pk, sk } = item;
  if (!(await deps.store.delete({ pk, sk }, { exists: true }))) throw gone();
  const { id, workspace } = fromItem(item);
  const listed = { pk: Keys.workspaceInvitations(workspace), sk: id };
  await deps.store.delete(listed);
  return () => deps.store.putMany([item, { ...item, ...listed, token: pk }]);
}

export async function list(deps: Deps, workspace: string): Promise<Invitation[]> {
  const found: Invitation[] = [];
  for await (const item of deps.store.query({ pk: Keys.workspaceInvitations(workspace) })) {
    if (isOpen(deps, item)) found.push(fromItem(item));
  }
  return found;
}

/** `not-found` when this workspace has no such invitation. */
export async function withdraw(deps: Deps, workspace: string, id: string): Promise<void> {
  const key = { pk: Keys.workspaceInvitations(workspace), sk: id };
  const item = await deps.store.get(key);
  if (item === undefined) throw new DomainError("not-found", "There is no such invitation.");
  const { token } = v.parse(v.object({ token: v.string() }), item);
  await deps.store.delete({ pk: token, sk: "INVITATION" });
  await deps.store.delete(key);
}

function isOpen(deps: Deps, item: Item): boolean {
  return Number(item["until"]) > deps.platform.clock.now();
}

function fromItem(item: Item): Invitation {
  const { until, ...invitation } = v.parse(Stored, item);
  return { ...invitation, expires: until };
}

function gone(): DomainError {
  return new DomainError(
    "not-found",
    "This invitation is not valid, has expired or has been used. Ask for a new one.",
  );
}
