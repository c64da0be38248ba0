import { filledIn, isTypedBelow } from "./footer.ts";
import { cellText, isBlank } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { shapeOf } from "./shape.ts";
import { isHeaderWord } from "./vocabulary.ts";

/** Rows from `from` up to but without `end`. */
export interface Part {
  readonly from: number;
  readonly end: number;
}

const MOST_TABLES = 30;

/**
 * The rows of a worksheet, parted where another table begins: behind a blank row, perhaps a title, a row of names that do not repeat,
 * with rows right below that are written differently. In doubt it is the same table with a gap.
 */
export function partRows(rows: Rows.Rows): Part[] {
  const end = Rows.count(rows);
  const starts: number[] = [0];
  let before = 0;
  for (let row = 1; row < end && starts.length < MOST_TABLES; row++) {
    if (!Rows.isBlankRow(rows, row - 1) || Rows.isBlankRow(rows, row)) {
      before = Math.max(before, Rows.isBlankRow(rows, row) ? 0 : filledIn(Rows.at(rows, row)));
      continue;
    }
    // Only below a table: what stands under titles is the first one.
    if (before >= 2 && row - starts.at(-1)! > 3 && beginsTable(rows, row, end, starts.at(-1)!)) {
      starts.push(row);
      before = 0;
    }
    before = Math.max(before, filledIn(Rows.at(rows, row)));
  }
  return starts.map((from, index) => ({ from, end: starts[index + 1] ?? end }));
}

function beginsTable(rows: Rows.Rows, from: number, end: number, start: number): boolean {
  let header = from;
  while (header < end - 1 && header - from < 3 && filledIn(Rows.at(rows, header)) === 1) header++;
  const names = Rows.at(rows, header);
  const count = filledIn(names);
  if (count < 2 || header + 1 >= end || filledIn(Rows.at(rows, header + 1)) < 2) return false;
  const texts = new Set<string>();
  let known = 0;
  let typed = 0;
  for (let column = 0; column < names.length; column++) {
    const cell = names[column];
    if (isBlank(cell)) continue;
    if (shapeOf(cell) !== "text") return false;
    const text = cellText(cell).trim();
    texts.add(text.toLowerCase());
    if (isHeaderWord(text)) known++;
    if (isTypedBelow(rows, column, header + 1, end)) typed++;
  }
  if (texts.size < count || (known * 2 < count && typed === 0) || known + typed < 2) return false;
  // Under the names of the first table it would be one more row of it.
  return !repeats(rows, start, header, texts) && contradictsAbove(rows, start, from, names);
}

function repeats(rows: Rows.Rows, start: number, header: number, texts: Set<string>): boolean {
  for (let row = start; row < header; row++) {
    const above = Rows.at(rows, row).filter((cell) => !isBlank(cell));
    if (
      above.length === texts.size &&
      above.every((cell) => texts.has(cellText(cell).trim().toLowerCase()))
    )
      return true;
  }
  return false;
}

/** Some name stands where the table above has figures, or beside it. */
function contradictsAbove(
  rows: Rows.Rows,
  start: number,
  from: number,
  names: readonly Parameters<typeof isBlank>[0][],
): boolean {
  return names.some((cell, column) => {
    if (isBlank(cell)) return false;
    const last = from - 2;
    const above = last >= start ? shapeOf(Rows.cell(rows, last, column)) : "blank";
    return above !== "text" && above !== "prose";
  });
}
