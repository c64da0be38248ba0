import { TEXT_LIMIT } from "../field/behaviour.ts";
import { isTooLong } from "./cells.ts";
import type { ColumnReader } from "./column-readers.ts";
import { isNothing } from "./placeholders.ts";
import type { RefusedRow } from "./plan.ts";
import * as Rows from "./read/rows.ts";
import type { Table } from "./table.ts";

/** Rows that cannot be written, by their place in `rows`; into `blank` go those without a value in any of the columns. */
export function refuseRows(
  table: Table,
  rows: readonly number[],
  readers: readonly Pick<ColumnReader, "column" | "stays">[],
  records: ReadonlyMap<number, string> | undefined,
  blank: Set<number>,
): Map<number, RefusedRow> {
  const refused = new Map<number, RefusedRow>();
  const filled = new Uint8Array(rows.length);
  const sources = readers.flatMap(({ column: { source, more = [], name }, stays }) =>
    [source, ...more].map((one) => ({ source: one, name, stays })),
  );
  for (const { source, name, stays } of sources) {
    const cells = Rows.column(table.raw.rows, source);
    for (let row = 0; row < rows.length; row++) {
      const place = cells.code(rows[row]!);
      if (place < 0 || cells.isBlank(place)) continue;
      if (filled[row] === 0) {
        const text = stays === undefined ? undefined : cells.value(place);
        if (typeof text !== "string" || !isNothing(text, stays!)) filled[row] = 1;
      }
      if (cells.mostLength(place) <= TEXT_LIMIT || !isTooLong(cells.value(place))) continue;
      refused.set(row, {
        row: rows[row]!,
        column: name,
        reason: `The text has ${(cells.value(place) as string).length.toLocaleString("en")} characters; a cell holds 100,000.`,
      });
    }
  }
  for (let row = 0; row < rows.length; row++) {
    if (filled[row] === 1 || records?.has(rows[row]!) === true) continue;
    blank.add(row);
  }
  return refused;
}
