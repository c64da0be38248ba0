import type { WireHead } from "@gridfolk/core/ledger/ledger";
import type { Reactor } from "@gridfolk/core/ledger/reactor";
import { concerns, type Memberships } from "../account/membership.ts";

/**
 * Keeps the list of who is in which workspace as the log has it. Routes do the same before they answer; this makes good
 * what a crash between the commit and that cut short.
 */
export function membershipsReactor(memberships: Memberships): Reactor {
  return {
    name: "memberships",
    sources: { import: true, undo: true },
    async react({ operations }, { workspace }) {
      if (concerns(operations)) await memberships.sync(workspace);
    },
  };
}

/** Whether these heads may concern members. What is too large to come along may. */
export function mayConcern(heads: readonly WireHead[]): boolean {
  return heads.some(({ changesets }) =>
    changesets.some(({ operations }) => operations === undefined || concerns(operations)),
  );
}
