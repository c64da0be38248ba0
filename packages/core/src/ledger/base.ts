import { DomainError } from "../error.ts";
import type { Draft } from "./changeset.ts";
import * as Chain from "./chain.ts";
import type { LedgerContext } from "./context.ts";
import type { Follower } from "./follower.ts";
import * as Log from "./log.ts";

/** Where in which history a client's workbook stands. What is not given is not checked. */
export type Base = Pick<Draft, "base" | "epoch" | "hash">;

/**
 * DomainError "reload" unless the follower's log has the client's base: the same epoch, and at that seq a head with that
 * hash. A restore that kept the epoch is noticed by the hash. Reads the table only for a base older than what is in memory.
 */
export async function demand(
  context: LedgerContext,
  follower: Follower,
  { base, epoch, hash }: Base,
): Promise<void> {
  const { workbook } = follower;
  if (epoch !== undefined && epoch !== workbook.epoch) throw replaced();
  if (hash === undefined) return;
  if (base > workbook.seq) throw replaced();
  const known =
    knownHash(follower, base) ?? (await Log.head(context, follower.workspace, base))?.hash;
  if (known !== hash) throw replaced();
}

/** The same check, once for each workbook that the follower holds: what it folds continues what it held. */
export function once(
  context: LedgerContext,
  base: Base | undefined,
): (follower: Follower) => Promise<void> {
  let checked: Follower["workbook"] | undefined;
  return async (follower) => {
    const { workbook } = follower;
    if (base === undefined || checked === workbook) return;
    await demand(context, follower, base);
    checked = workbook;
  };
}

function knownHash({ workbook, ring, manifest }: Follower, seq: number): string | undefined {
  if (seq === 0) return Chain.ROOT;
  if (seq === workbook.seq) return workbook.hash;
  const oldest = ring[0]?.head;
  if (oldest !== undefined && seq >= oldest.seq) return ring[seq - oldest.seq]?.head.hash;
  if (oldest !== undefined && seq === oldest.seq - 1) return oldest.previous;
  return seq === manifest.seq ? manifest.hash : undefined;
}

export function replaced(): DomainError {
  return new DomainError(
    "reload",
    "This workspace was restored or replaced. Load it again, then send what waits.",
  );
}
