import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { isStamped, value, type Table } from "../ledger/workbook.ts";

/**
 * How a value of the survivor is chosen where records differ: that of the record changed last; of the one with the most
 * values; the longest text; or that of the record most worked on: by more than one person, then with an owner, then oldest.
 */
export const SURVIVORSHIPS = ["newest", "most-complete", "longest", "trusted"] as const;
export type Survivorship = (typeof SURVIVORSHIPS)[number];

/** The fields of a sheet that hold values of their own. */
export function fieldsOf(table: Table): readonly Field[] {
  return table.sheet.fields.filter(
    ({ deleted, formula, type }) => deleted !== true && formula === undefined && !isStamped(type),
  );
}

/** Rows, the one that counts most first. The same whatever the order in which they are given. */
export function rank(
  table: Table,
  rows: readonly number[],
  fields: readonly Field[],
  rule: Survivorship,
): readonly number[] {
  const complete = new Map(rows.map((row) => [row, completeness(table, row, fields)]));
  const owners = fields.filter(({ type }) => type === "user");
  const scores = (row: number): readonly number[] => {
    const values = complete.get(row) ?? 0;
    if (rule === "newest") return [table.updated[row] ?? 0, values];
    if (rule !== "trusted") return [values];
    const owned = owners.some(({ key }) => value(table, row, key) !== undefined);
    return [table.shared[row] ?? 0, owned ? 1 : 0];
  };
  return rows.toSorted((a, b) => {
    const [left, right] = [scores(a), scores(b)];
    for (let at = 0; at < left.length; at += 1) {
      const difference = (right[at] ?? 0) - (left[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return (table.ids[a] ?? "") < (table.ids[b] ?? "") ? -1 : 1;
  });
}

function completeness(table: Table, row: number, fields: readonly Field[]): number {
  let count = 0;
  for (const { key } of fields) {
    const cell = value(table, row, key);
    if (cell !== undefined && cell !== false && !isInvalid(cell)) count += 1;
  }
  return count;
}

/** Whose value is taken among records in the order of their rank: the first that fits the field, else the first at all. */
export function best(cells: readonly (Cell | null)[], { type }: Field, rule: Survivorship): number {
  const set = cells.flatMap((cell, at) => (cell === null ? [] : [at]));
  const fitting = set.filter((at) => !isInvalid(cells[at]));
  const candidates = fitting.length > 0 ? fitting : set;
  if (rule === "longest" && (type === "text" || type === "longText" || type === "url")) {
    const length = (at: number): number => String(cells[at]).length;
    return candidates.reduce(
      (found, at) => (length(at) > length(found) ? at : found),
      candidates[0] ?? 0,
    );
  }
  return candidates[0] ?? 0;
}
