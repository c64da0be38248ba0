import type { ColumnFacts } from "./column.ts";
import { cellText, isBlank } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import type { Table } from "./table.ts";

/**
 * Facts of a column whose cells are chosen from a list in the workbook: a choice field with all of its options. A column that says how
 * rows look is one, too.
 */
export function chosenFrom(fact: ColumnFacts, table: Table, rows: readonly number[]): ColumnFacts {
  const { look } = fact.column;
  if (look !== undefined) {
    return {
      ...fact,
      type: look === "notes" ? "longText" : "choice",
      reason:
        look === "notes" ? "Notes on cells of the row." : "How the row looks in the workbook.",
    };
  }
  const lists = (table.raw.formatting?.lists ?? []).filter(
    ({ column }) => column === fact.column.index,
  );
  if (lists.length === 0 || (fact.filled > 0 && !WORDS.has(fact.type))) return fact;
  const covering = lists
    .map((list) => ({
      list,
      rows: rows.filter((row) => row >= list.top && row <= list.bottom),
    }))
    .reduce((a, b) => (b.rows.length > a.rows.length ? b : a));
  if (covering.rows.length < rows.length / 2) return fact;
  const { options } = covering.list;
  const known = new Set(options.map((option) => option.toLowerCase()));
  let filled = 0;
  let fitting = 0;
  for (const row of covering.rows) {
    const cell = Rows.cell(table.raw.rows, row, fact.column.index);
    if (isBlank(cell)) continue;
    filled += 1;
    if (known.has(cellText(cell).trim().toLowerCase())) fitting += 1;
  }
  if (fitting < filled * 0.8) return fact;
  return {
    ...fact,
    type: "choice",
    options,
    reason: `The workbook lets people choose from ${options.length.toLocaleString("en")} values here: ${options.slice(0, 4).join(", ")}${options.length > 4 ? ", …" : ""}.`,
  };
}

const WORDS: ReadonlySet<ColumnFacts["type"]> = new Set([
  "text",
  "longText",
  "choice",
  "multiChoice",
  "checkbox",
]);
