import { cellText, isBlank, type RawRow } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** Where a table ends: totals, notes and signatures below it, and rows within it that are no data. */

export interface SkippedRow {
  readonly row: number;
  readonly reason: string;
}

const TOTAL =
  /^(?:grand |sub-?)?(?:total|totals|subtotal|sum|summe|gesamt|gesamtsumme|insgesamt|zwischensumme|endsumme|total général|somme|sous-total|totale|subtotale|suma|soma|totaal|subtotaal|eindtotaal|итого|всего|razem|合計|合计|小計|小计|총계|합계)(?:\b|:|$|\s)/iu;
const NOTE =
  /^(?:\*|†|note|notes|source|sources|quelle|fuente|fonte|bron|generated|created on|printed|exported|export|report|page \d|seite \d|página \d|pagina \d|©|\(c\) |copyright|end of|disclaimer|legend|anmerkung|hinweis|fußnote|remarque|nota|stand:|prepared by|erstellt|gedruckt|\(?\d+ (?:rows|records|zeilen|lignes|filas|righe|rijen)|rows:|records:|total rows|confidential|vertraulich)/iu;
/** A line drawn with characters. */
const RULE = /^[\s|+]*[-=_*+]{2,}[-=_*+|:\s]*$/;
const TAIL = 40;

/** A row that only draws a line, as programs for terminals put under the names. */
export function isRule(row: RawRow): boolean {
  let filled = 0;
  for (const cell of row) {
    if (isBlank(cell)) continue;
    if (typeof cell !== "string" || !RULE.test(cell)) return false;
    filled++;
  }
  return filled > 0;
}

function isTotalRow(row: RawRow): boolean {
  let at = 0;
  while (at < row.length && isBlank(row[at])) at++;
  const first = row[at];
  if (typeof first !== "string" || !TOTAL.test(first.trim()) || first.trim().length > 40)
    return false;
  let numbers = 0;
  for (let column = at + 1; column < row.length; column++) {
    if (isBlank(row[column])) continue;
    const shape = shapeOf(row[column]);
    if (shape !== "number" && shape !== "code") return false;
    numbers++;
  }
  return numbers > 0 || row.length > 1;
}

export function filledIn(row: RawRow): number {
  let filled = 0;
  for (const cell of row) if (!isBlank(cell)) filled++;
  return filled;
}

/** What rows of the table look like: what most of a column's cells are, and how many cells a row fills. */
interface Profile {
  readonly shapes: readonly (Shape | undefined)[];
  readonly filled: number;
  readonly rows: number;
}

function profileOf(rows: Rows.Rows, from: number, to: number): Profile {
  const counts: Map<Shape, number>[] = [];
  const widths: number[] = [];
  for (let row = from; row <= to && widths.length < 120; row++) {
    const cells = Rows.at(rows, row);
    let filled = 0;
    for (let column = 0; column < Math.min(cells.length, 400); column++) {
      const shape = shapeOf(cells[column]);
      if (shape === "blank") continue;
      filled++;
      const known = (counts[column] ??= new Map<Shape, number>());
      known.set(shape, (known.get(shape) ?? 0) + 1);
    }
    if (filled > 0) widths.push(filled);
  }
  widths.sort((a, b) => a - b);
  return {
    shapes: Array.from(counts, (known) => {
      let all = 0;
      let top: [Shape, number] | undefined;
      for (const entry of known ?? []) {
        all += entry[1];
        if (top === undefined || entry[1] > top[1]) top = entry;
      }
      return top !== undefined && top[1] >= all * 0.8 ? top[0] : undefined;
    }),
    filled: widths[Math.floor(widths.length / 2)] ?? 0,
    rows: widths.length,
  };
}

/** Whether most of a column's next rows are figures, dates, addresses: no words. */
export function isTypedBelow(rows: Rows.Rows, column: number, from: number, end: number): boolean {
  let filled = 0;
  let typed = 0;
  for (let row = from; row < Math.min(end, from + 20) && !Rows.isBlankRow(rows, row); row++) {
    const shape = shapeOf(Rows.cell(rows, row, column));
    if (shape === "blank") continue;
    filled++;
    if (!WORDY.has(shape)) typed++;
  }
  return filled > 0 && typed >= filled * 0.7;
}

const WORDY: ReadonlySet<Shape> = new Set(["text", "prose"]);

/** Words where the column has figures, dates or addresses. */
function contradicts(row: RawRow, profile: Profile): boolean {
  return row.some((cell, column) => {
    if (isBlank(cell)) return false;
    const usual = profile.shapes[column];
    return usual !== undefined && !WORDY.has(usual) && WORDY.has(shapeOf(cell));
  });
}

function readsAsNote(row: RawRow): boolean {
  const texts = row.filter((cell) => !isBlank(cell));
  const text = cellText(texts[0]).trim();
  return NOTE.test(text) || (texts.length === 1 && text.length > 70 && text.includes(" "));
}

/** Index of the last row of data between `firstDataRow` and `end` (exclusive): totals and notes below are none. */
export function lastData(
  rows: Rows.Rows,
  firstDataRow: number,
  columns: number,
  end: number,
): number {
  let last = lastFilled(rows, end - 1, firstDataRow);
  for (let guard = 0; guard < TAIL && last >= firstDataRow; guard++) {
    const row = Rows.at(rows, last);
    if (isTotalRow(row) || isRule(row)) {
      last = lastFilled(rows, last - 1, firstDataRow);
      continue;
    }
    const block = noteBlock(rows, firstDataRow, last, columns);
    if (block === undefined) break;
    last = lastFilled(rows, block - 1, firstDataRow);
  }
  return Math.max(last, firstDataRow - 1);
}

function lastFilled(rows: Rows.Rows, from: number, firstDataRow: number): number {
  let last = from;
  while (last >= firstDataRow && Rows.isBlankRow(rows, last)) last--;
  return last;
}

/** First row of a block of sparse rows up to `last` that are notes: one says so, does not fit its columns, or stands apart. */
function noteBlock(
  rows: Rows.Rows,
  firstDataRow: number,
  last: number,
  columns: number,
): number | undefined {
  const profile = profileOf(rows, firstDataRow, Math.max(firstDataRow, last - 1));
  const most = Math.max(1, Math.floor(profile.filled / 2));
  if (profile.filled < 2) return undefined;
  let first = last + 1;
  let isNote = false;
  while (first > firstDataRow && last - first < TAIL) {
    const row = Rows.at(rows, first - 1);
    const filled = filledIn(row);
    if (filled === 0 || filled > most) break;
    first--;
    if (readsAsNote(row)) isNote = true;
    else if (profile.rows - (last - first + 1) >= 2 && contradicts(row, profile)) isNote = true;
  }
  if (first > last) return undefined;
  const apart = first > firstDataRow && Rows.isBlankRow(rows, first - 1);
  const single = Array.from({ length: last - first + 1 }, (_, at) => first + at).every(
    (row) => filledIn(Rows.at(rows, row)) === 1,
  );
  return isNote || (apart && single && columns >= 3) ? first : undefined;
}

/** Rows between the first and the last of the data that hold none. */
export function skippedRows(
  rows: Rows.Rows,
  header: number | null,
  firstDataRow: number,
  lastDataRow: number,
  columns: number,
): SkippedRow[] {
  const names = header === null ? undefined : Rows.at(rows, header);
  const at = names === undefined ? -1 : names.findIndex((cell) => !isBlank(cell));
  const skipped: SkippedRow[] = [];
  for (let row = firstDataRow; row <= lastDataRow; row++) {
    if (names !== undefined && Rows.cell(rows, row, at) === names[at]) {
      const cells = Rows.at(rows, row);
      const isHeader =
        cells.length === names.length &&
        cells.every((cell, column) => cellText(cell) === cellText(names[column]));
      if (isHeader) {
        skipped.push({ row, reason: "The header again." });
        continue;
      }
    }
    const first = Rows.cell(rows, row, 0);
    if (typeof first !== "string" || !mayBeSkipped(first)) continue;
    const cells = Rows.at(rows, row);
    if (isTotalRow(cells)) skipped.push({ row, reason: "A row of totals." });
    else if (columns > 1 && first.startsWith("#") && filledIn(cells) === 1)
      skipped.push({ row, reason: "A comment." });
    else if (
      columns > 2 &&
      /^(?:page|seite|página|pagina) \d+/i.test(first) &&
      filledIn(cells) === 1
    )
      skipped.push({ row, reason: "The number of a page." });
    else if (isRule(cells)) skipped.push({ row, reason: "A line." });
  }
  return skipped;
}

/** Cheap: called for every row. The first letters of all that is skipped. */
function mayBeSkipped(text: string): boolean {
  if (text.length > 400 || text.length === 0) return false;
  const code = text.charCodeAt(0);
  if (code <= 48 || code === 61 || code === 95 || code === 124 || code > 127) return true;
  const lower = code | 32;
  return "tsgizper".includes(String.fromCharCode(lower));
}
