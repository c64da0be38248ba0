import { type Cell, isInvalid } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import type { Plan } from "./plan.ts";

export type EntryKind = "new" | "changed" | "unchanged" | "refused";

/** One record of a plan, or one refused row, as a person checks it before the import. */
export interface Entry {
  readonly kind: EntryKind;
  /** The file's rows it comes from, from 0. */
  readonly rows: readonly number[];
  /** Absent for refused rows. */
  readonly id?: string;
  readonly cells: readonly EntryCell[];
  /** Refused: why, and in which column. */
  readonly reason?: string;
  readonly column?: string | null;
}

export interface EntryCell {
  readonly field: Field;
  readonly before: Cell | undefined;
  /** What the record holds after the import. */
  readonly after: Cell | undefined;
  readonly changes: boolean;
}

/** A plan as a list to scroll through: entries are made when they are looked at, so it costs nothing to open. */
export interface Preview {
  readonly counts: { readonly [kind in EntryKind]: number };
  /** Entries of these kinds, in the order of the file; all when absent. */
  list(kinds?: readonly EntryKind[]): EntryList;
}

export interface EntryList {
  readonly length: number;
  at(index: number): Entry;
}

const KINDS: readonly EntryKind[] = ["new", "changed", "unchanged", "refused"];

export function preview(plan: Plan): Preview {
  const { existing, first, next } = plan.matches;
  const kindOf = (record: number): EntryKind =>
    existing[record] === undefined ? "new" : plan.changes.any(record) ? "changed" : "unchanged";

  function entry(record: number): Entry {
    const rows: number[] = [];
    for (let row = first[record]!; row !== -1; row = next[row]!) rows.push(plan.rows[row]!);
    return {
      kind: kindOf(record),
      rows,
      id: plan.ids[record]!,
      cells: plan.columns.map(({ field }, column) => {
        const before = plan.before(record, column);
        const isNew = existing[record] === undefined;
        const changes = isNew || plan.changes.has(record, column);
        return { field, before, after: changes ? plan.cell(record, column) : before, changes };
      }),
    };
  }

  function refusal(index: number): Entry {
    const { row, column, reason } = plan.refused[index]!;
    const at = plan.rows.indexOf(row);
    return {
      kind: "refused",
      rows: [row],
      cells: plan.columns.map(({ field }, each) => ({
        field,
        before: undefined,
        after: at === -1 ? undefined : plan.rowCell(at, each),
        changes: false,
      })),
      reason,
      column,
    };
  }

  return {
    counts: {
      new: plan.counts.created,
      changed: plan.counts.updated,
      unchanged: plan.counts.unchanged,
      refused: plan.refused.length,
    },
    list(kinds = KINDS) {
      const wanted = new Set(kinds);
      const refused = wanted.has("refused") ? plan.refused.length : 0;
      const all = wanted.has("new") && wanted.has("changed") && wanted.has("unchanged");
      const records = all
        ? undefined
        : Int32Array.from(plan.ids.keys()).filter((record) => wanted.has(kindOf(record)));
      const count = records?.length ?? plan.ids.length;
      return {
        // Refused rows first: they are few, and what a person came to see.
        length: refused + count,
        at: (index) =>
          index < refused ? refusal(index) : entry(records?.[index - refused] ?? index - refused),
      };
    },
  };
}

/** Values that do not fit their field and are kept as marked text, by column of the plan. Reads every cell. */
export function markedValues(
  plan: Plan,
): { readonly column: number; readonly count: number; readonly rows: readonly number[] }[] {
  return plan.columns.flatMap((_, column) => {
    let count = 0;
    const rows: number[] = [];
    for (let row = 0; row < plan.rows.length; row++) {
      if (!isInvalid(plan.rowCell(row, column))) continue;
      count++;
      if (rows.length < 20) rows.push(plan.rows[row]!);
    }
    return count === 0 ? [] : [{ column, count, rows }];
  });
}
