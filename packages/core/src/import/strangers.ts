import { isInvalid } from "../field/cell.ts";
import type { Composed } from "./composition.ts";

/** Somebody whom a file names in a column of people and who is no member of the workspace: the name is kept as marked text. */
export interface Stranger {
  readonly name: string;
  readonly records: number;
  /** Where first, as a spreadsheet numbers rows. */
  readonly row: number;
}

/** More different names are not counted one by one. */
const MOST = 1000;

/** By position of the plan's columns of people, who is no member, the most frequent first. */
export function strangersIn({
  plan,
  rowOf,
}: Pick<Composed, "plan" | "rowOf">): Map<number, Stranger[]> {
  const found = new Map<number, Stranger[]>();
  plan.columns.forEach(({ field }, column) => {
    if (field.type !== "user") return;
    const named = new Map<string, { records: number; row: number }>();
    plan.ids.forEach((_, record) => {
      const cell = plan.cell(record, column);
      if (!isInvalid(cell)) return;
      const known = named.get(cell.invalid);
      if (known !== undefined) known.records += 1;
      else if (named.size < MOST) {
        const row = plan.rows[plan.matches.first[record] ?? 0] ?? 0;
        named.set(cell.invalid, { records: 1, row: rowOf(row) + 1 });
      }
    });
    if (named.size === 0) return;
    const people = [...named].map(([name, where]) => ({ name, ...where }));
    found.set(
      column,
      people.toSorted((a, b) => b.records - a.records),
    );
  });
  return found;
}
