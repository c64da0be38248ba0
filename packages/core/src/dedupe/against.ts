import { find } from "./duplicates.ts";
import type { Reason } from "./reasons.ts";
import type { Column } from "./table.ts";
import type { Refit } from "./refit.ts";

/** What a new row looks like. */
export interface Likeness {
  /** Of the rows that are there, or of the new ones. */
  readonly row: number;
  readonly isNew: boolean;
  /** 0 to 1. */
  readonly probability: number;
}

export interface Against {
  /** For each new row what it looks like most; undefined where it is like none. Of the new ones only those before it. */
  readonly likenesses: readonly (Likeness | undefined)[];
  /** From this probability on they are taken for the same. */
  readonly threshold: number;
  /** Why a new row is taken for what it looks like. */
  explain(row: number, like: Likeness): Reason[];
}

/**
 * Looks for new rows (those of a file) among the rows that are there and among each other. Both have the same columns in the same order.
 * What is a duplicate among the rows that are there is not looked at.
 */
export function against(
  existing: readonly Column[],
  incoming: readonly Column[],
  refit?: Refit,
): Against {
  const before = existing.reduce((most, { values }) => Math.max(most, values.length), 0);
  const count = incoming.reduce((most, { values }) => Math.max(most, values.length), 0);
  const columns = existing.map((column, at): Column => {
    const old = column.values;
    const values = Array.from({ length: before }, (_, row) => old[row] ?? "");
    return { ...column, values: [...values, ...(incoming[at]?.values ?? [])] };
  });
  const found = find(columns, refit);
  const likenesses = Array.from({ length: count }, (): Likeness | undefined => undefined);
  // Likeliest first; what is there goes before what is new.
  for (const { a, b, probability } of found.pairs) {
    if (b < before) continue;
    const known = likenesses[b - before];
    const isNew = a >= before;
    if (known !== undefined && (isNew || !known.isNew)) continue;
    if (known !== undefined && probability < found.threshold) continue;
    likenesses[b - before] = { row: isNew ? a - before : a, isNew, probability };
  }
  return {
    likenesses,
    threshold: found.threshold,
    explain: (row, { row: like, isNew }) =>
      found.explain(isNew ? before + like : like, before + row),
  };
}
