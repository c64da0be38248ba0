import { type LeaveOut, withoutHidden } from "./hidden.ts";
import { type LookChoice, looksIn, withLooks } from "./looks.ts";
import type { Table } from "./table.ts";

/** What somebody wants of what a worksheet says beside its values. Plain JSON: it is saved with an import. */
export interface BesideChoice {
  readonly leaveOut?: LeaveOut;
  readonly looks?: readonly LookChoice[];
}

/** The table with and without what was chosen. Looks that this file does not have are passed over. */
export function withBeside(table: Table, { leaveOut = {}, looks = [] }: BesideChoice = {}): Table {
  const shown = withoutHidden(table, leaveOut);
  return looks.length === 0 ? shown : withLooks(shown, looksIn(shown), looks);
}
