import type { Ledger, WireHead } from "@gridfolk/core/ledger/ledger";
import type { Driven } from "./driver.ts";

/** So many small heads are about what makes a snapshot due at the earliest. */
const LOOK_EVERY = 64;
/** The longest it may take; nobody else begins while it runs. */
const LEASE_MS = 120_000;

/**
 * Takes a snapshot when one is due. To know that it needs the workbook, so it looks only now and then; whether it is due is
 * in the manifest, not in what it was given.
 */
export function compaction(ledger: Ledger): Driven {
  return {
    reactor: {
      name: "compaction",
      leaseMs: LEASE_MS,
      async follow({ workspace }) {
        await ledger.compact(workspace);
      },
    },
    concerns: isWorthALook,
    canWait: true,
  };
}

function isWorthALook(heads: readonly WireHead[]): boolean {
  return heads.some(
    ({ seq, changesets }) =>
      seq % LOOK_EVERY === 0 || changesets.some(({ operations }) => operations === undefined),
  );
}
