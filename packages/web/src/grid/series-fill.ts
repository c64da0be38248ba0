import { carryOn } from "@gridfolk/core/edit/series";
import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field, Locale } from "@gridfolk/core/field/field";
import type { Bounds } from "./selection.ts";

export interface FillSource {
  readonly fields: readonly Field[];
  readonly locale: Locale;
  /** The table's row at a place on screen; negative where no record stands. */
  readonly rowAt: (place: number) => number;
  readonly cell: (row: number, field: Field) => Cell | undefined;
  /** A text that the field reads as this cell. */
  readonly text: (cell: Cell | undefined, field: Field) => string;
  readonly read: (field: Field) => (text: string) => Cell | undefined;
  readonly isWritable: (field: Field) => boolean;
}

export interface FilledCell {
  readonly row: number;
  readonly field: Field;
  readonly after: Cell | undefined;
}

/**
 * What dragging the fill handle writes: `target` lies beside `source`, above, below, left or right of it. Each column is carried
 * on by itself when filling up or down, each row when filling sideways. Values cross into a column of another type as text.
 */
export function fillSeries(
  source: Bounds,
  target: Bounds,
  other: boolean,
  deps: FillSource,
): FilledCell[] {
  const upright = target.left === source.left && target.right === source.right;
  return upright ? fillDown(source, target, other, deps) : fillAcross(source, target, other, deps);
}

function fillDown(source: Bounds, target: Bounds, other: boolean, deps: FillSource): FilledCell[] {
  const backwards = target.bottom < source.top;
  const from = rowsOf(source, deps);
  const to = rowsOf(target, deps);
  if (backwards) to.reverse();
  const filled: FilledCell[] = [];
  for (const field of deps.fields.slice(source.left, source.right + 1)) {
    if (!deps.isWritable(field)) continue;
    const cells = from.map((row) => deps.cell(row, field));
    const next = carryOn(cells, to.length, field, deps.locale, { other, backwards });
    to.forEach((row, index) => filled.push({ row, field, after: next[index] }));
  }
  return filled;
}

function fillAcross(
  source: Bounds,
  target: Bounds,
  other: boolean,
  deps: FillSource,
): FilledCell[] {
  const backwards = target.right < source.left;
  const from = deps.fields.slice(source.left, source.right + 1);
  const to = deps.fields.slice(target.left, target.right + 1);
  if (backwards) to.reverse();
  const [first] = from;
  if (first === undefined) return [];
  const alike = from.every(
    (field) => field.type === first.type && field.currency === first.currency,
  );
  const readers = to.map(deps.read);
  const filled: FilledCell[] = [];
  for (const row of rowsOf(source, deps)) {
    const cells = from.map((field) => deps.cell(row, field));
    const series = alike ? carryOn(cells, to.length, first, deps.locale, { other, backwards }) : [];
    to.forEach((field, index) => {
      if (!deps.isWritable(field)) return;
      // Columns of different types come round one by one.
      const at = backwards ? from.length - 1 - (index % from.length) : index % from.length;
      const cell = alike ? series[index] : cells[at];
      const owner = alike ? first : (from[at] as Field);
      const after =
        cell === undefined ? undefined : (readers[index] as Reader)(textOf(cell, owner, deps));
      filled.push({ row, field, after });
    });
  }
  return filled;
}

type Reader = (text: string) => Cell | undefined;

function textOf(cell: Cell, field: Field, deps: FillSource): string {
  return isInvalid(cell) ? cell.invalid : deps.text(cell, field);
}

function rowsOf({ top, bottom }: Bounds, { rowAt }: FillSource): number[] {
  const rows: number[] = [];
  for (let place = top; place <= bottom; place++) {
    const row = rowAt(place);
    if (row >= 0) rows.push(row);
  }
  return rows;
}
