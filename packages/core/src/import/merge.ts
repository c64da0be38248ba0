import { cellText, isBlank, type RawCell, type RawTable } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";

/** Cells of a worksheet that are shown as one; all numbers from 0 and inclusive. */
export interface Merge {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

const DEEPEST_HEADER = 8;

/** The last row of a header of `named` cells: when at least half of them are merged downwards, it is as deep as they. */
export function lowest(
  merges: readonly Merge[] | undefined,
  header: number,
  named: number,
): number {
  const downwards = (merges ?? []).filter(
    ({ top, bottom }) => top <= header && bottom > header && bottom - header < DEEPEST_HEADER,
  );
  const covered = new Set(
    downwards.flatMap(({ left, right }) =>
      Array.from({ length: Math.min(right - left + 1, 200) }, (_, at) => left + at),
    ),
  );
  // A single deep cell, such as a picture's, does not make the whole header deep.
  return covered.size * 2 < named
    ? header
    : Math.max(header, ...downwards.map(({ bottom }) => bottom));
}

/** The name of merged cells in a header stands in the first of them only, and names all its columns. */
export function nameAt(
  rows: Rows.Rows,
  merges: readonly Merge[] | undefined,
  row: number,
  column: number,
): RawCell | undefined {
  const over = merges?.find(
    ({ top, left, bottom, right }) =>
      top === row && bottom >= row && left < column && right >= column,
  );
  return over === undefined ? undefined : Rows.cell(rows, over.top, over.left);
}

/** Where a label is merged over several rows of data, each of them has it. */
export function repeatLabels(raw: RawTable, firstDataRow: number): RawTable {
  const labels = (raw.merges ?? []).filter(
    ({ top, left, bottom, right }) => top >= firstDataRow && bottom > top && left === right,
  );
  if (labels.length === 0 || !Array.isArray(raw.rows)) return raw;
  const rows = [...raw.rows];
  for (const { top, left, bottom } of labels) {
    const label = Rows.cell(raw.rows, top, left);
    if (isBlank(label) || cellText(label).length > 200) continue;
    for (let row = top + 1; row <= Math.min(bottom, rows.length - 1); row++) {
      if (Rows.isBlankRow(raw.rows, row)) continue;
      const cells = [...rows[row]!];
      while (cells.length <= left) cells.push(null);
      cells[left] = label!;
      rows[row] = cells;
    }
  }
  return { ...raw, rows };
}
