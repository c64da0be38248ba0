import { createHash } from "node:crypto";
import type { Key } from "@gridfolk/core/ledger/store";

/**
 * How the items beside the log are named: everything about accounts lives in partitions that begin with `AUTH#`.
 * Nothing here decides who may see a workspace; that is in the workspace's log.
 */

/** Secrets are never stored, only their digests. */
export function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** One counter of one rule for one address or account. */
export function rate(rule: string, subject: string): Key {
  return { pk: `AUTH#rate#${rule}`, sk: digest(subject) };
}

/** By token: what whoever holds the link may look up. */
export function invitation(token: string): Key {
  return { pk: `AUTH#invitation#${digest(token)}`, sk: "INVITATION" };
}

/** By workspace: what its administrators see listed. */
export function workspaceInvitations(workspace: string): string {
  return `AUTH#invitations#${workspace}`;
}

export function ticket(ticket: string): Key {
  return { pk: `AUTH#ticket#${digest(ticket)}`, sk: "TICKET" };
}

/** Marks a reset link as used. */
export function usedLink(nonce: string): Key {
  return { pk: `AUTH#reset#${nonce}`, sk: "USED" };
}

/** The workspaces an account is a member of: a list made from their logs, for signing in. */
export function memberships(user: string): string {
  return `AUTH#member#${user}`;
}

/** All workspaces, for the chores of the scheduler. */
export const workspaces = "AUTH#workspaces";

/** Taken once, by the first account of an installation that is by invitation only. */
export const firstAccount: Key = { pk: "AUTH#first", sk: "ACCOUNT" };

/** How far the scheduler's round through all workspaces has come. */
export const round: Key = { pk: "AUTH#tick", sk: "ROUND" };
