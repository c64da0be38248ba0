import { cellText } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import type { Table } from "./table.ts";

const MOST_COLUMNS = 60;

/**
 * Whether looks only help the eye along: they alternate regularly, or change wherever the value of a column does. `codes`: a number for
 * the look of each data row, 0 for none.
 */
export function isStriped(table: Table, rows: readonly number[], codes: Uint16Array): boolean {
  const runs: { code: number; length: number }[] = [];
  for (const row of rows) {
    const code = codes[row]!;
    const last = runs.at(-1);
    if (last?.code === code) last.length += 1;
    else runs.push({ code, length: 1 });
  }
  const kinds = new Set(runs.map(({ code }) => code));
  if (runs.length < 6 || kinds.size > 3) return false;
  return isRegular(runs.slice(1, -1), kinds) || (kinds.size === 2 && follows(table, rows, codes));
}

/** Runs of each look are mostly of one length. */
function isRegular(
  runs: readonly { readonly code: number; readonly length: number }[],
  kinds: ReadonlySet<number>,
): boolean {
  return [...kinds].every((kind) => {
    const times = new Map<number, number>();
    let all = 0;
    for (const { code, length } of runs) {
      if (code !== kind) continue;
      all += 1;
      times.set(length, (times.get(length) ?? 0) + 1);
    }
    return all >= 2 && Math.max(...times.values()) >= all * 0.9;
  });
}

/** The look changes where a value does, and nowhere else. */
function follows(table: Table, rows: readonly number[], codes: Uint16Array): boolean {
  return table.columns.slice(0, MOST_COLUMNS).some(({ index }) => {
    let both = 0;
    let either = 0;
    for (let at = 1; at < rows.length; at++) {
      const before = rows[at - 1]!;
      const row = rows[at]!;
      const looks = codes[row] !== codes[before];
      const values =
        cellText(Rows.cell(table.raw.rows, row, index)) !==
        cellText(Rows.cell(table.raw.rows, before, index));
      if (looks && values) both += 1;
      if (looks || values) either += 1;
      // Most columns have told by now that they are not it.
      if (at === 200 && both < either / 2) return false;
    }
    return both >= either * 0.95;
  });
}
