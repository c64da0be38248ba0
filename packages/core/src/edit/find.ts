import type { Table } from "../ledger/workbook.ts";
import type { Context } from "../sheet/context.ts";
import type { Field } from "../field/field.ts";
import { reader } from "../sheet/reader.ts";
import { textOf } from "./cell-text.ts";
import { finder, type Search } from "./pattern.ts";
import { isPause, type Steps } from "./steps.ts";

/** A cell that contains what is looked for. */
export interface Found {
  readonly row: number;
  readonly field: string;
}

export interface Findings {
  /** Row by row, in each from the first column to the last; at most `MOST_FOUND`. */
  readonly found: readonly Found[];
  /** All of them. */
  readonly cells: number;
}

/** Cells that are listed. */
export const MOST_FOUND = 10_000;

/** Looks into the texts that a replacement would change. DomainError "malformed" from the first step, as by `finder`. */
export function* finding(
  table: Table,
  rows: readonly number[],
  fields: readonly Field[],
  search: Omit<Search, "replace">,
  context: Context,
): Steps<Findings> {
  const find = finder(search);
  const columns = fields.map((field) => ({ field, at: reader(table, field.key) }));
  const found: Found[] = [];
  let cells = 0;
  for (const [index, row] of rows.entries()) {
    if (isPause(index)) yield;
    for (const { field, at } of columns) {
      const cell = at(row);
      if (cell === undefined || find(textOf(cell, field, context)) === undefined) continue;
      cells += 1;
      if (found.length < MOST_FOUND) found.push({ row, field: field.key });
    }
  }
  return { found, cells };
}
