import type { Field } from "@gridfolk/core/field/field";
import type { Leaf } from "@gridfolk/core/sheet/filter";
import type { Cursor } from "./cursor.ts";
import type { Misfit } from "./paste.ts";
import type { RowOrder } from "./row-order.ts";
import * as Selection from "./selection.ts";

/** More stretches of cells than this are filtered instead of selected. */
const MOST_RANGES = 200;

export interface LookDeps {
  readonly cursor: Cursor;
  readonly order: Pick<RowOrder, "indexOf">;
  readonly fields: readonly Field[];
  readonly onFilter: (leaf: Leaf) => void;
}

/** Leads to cells that do not fit: selects them, or where they are many, filters for the column that has most of them. */
export function lookAt(cells: readonly Misfit[], deps: LookDeps): void {
  const { cursor, order, fields } = deps;
  const columns = new Map<number, number[]>();
  const counts = new Map<string, number>();
  for (const { id, field } of cells) {
    counts.set(field.key, (counts.get(field.key) ?? 0) + 1);
    const column = fields.findIndex((other) => other.key === field.key);
    const row = order.indexOf(id);
    if (column < 0 || row < 0) continue;
    const rows = columns.get(column) ?? [];
    columns.set(column, rows);
    rows.push(row);
  }
  const ranges = [...columns].flatMap(([column, rows]) => stretches(rows, column));
  const [first] = ranges;
  if (first !== undefined && ranges.length <= MOST_RANGES) {
    cursor.goTo(first.anchor);
    // The active one is the last: it begins where the focus is.
    cursor.select([...ranges.slice(1), first]);
    return;
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  if (most !== undefined) deps.onFilter({ field: most[0], op: "isInvalid" });
}

function stretches(rows: readonly number[], column: number): Selection.Range[] {
  const ranges: Selection.Range[] = [];
  let [from, to] = [-1, -1];
  const close = () => {
    if (from >= 0) ranges.push(Selection.cellRange({ row: from, column }, { row: to, column }));
  };
  for (const row of [...new Set(rows)].sort((a, b) => a - b)) {
    if (row === to + 1 && from >= 0) to = row;
    else {
      close();
      [from, to] = [row, row];
    }
  }
  close();
  return ranges;
}
