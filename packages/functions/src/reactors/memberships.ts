import type { WireHead } from "@gridfolk/core/ledger/ledger";
import { concerns, type Memberships } from "../account/membership.ts";
import type { Driven } from "./driver.ts";

/**
 * Keeps the list of who is in which workspace as the log has it. Routes do the same before they answer; this makes good
 * what a crash between the commit and that cut short.
 */
export function memberships(lists: Memberships): Driven {
  return {
    reactor: { name: "memberships", follow: ({ workspace }) => lists.sync(workspace) },
    concerns: mayConcern,
  };
}

/** Whether these heads may concern members. What is too large to come along may. */
function mayConcern(heads: readonly WireHead[]): boolean {
  return heads.some(({ changesets }) =>
    changesets.some(({ operations }) => operations === undefined || concerns(operations)),
  );
}
