import { cellText, isBlank, type RawRow, type RawTable } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { type Shape, shapeOf } from "./shape.ts";
import { isHeaderWord } from "./vocabulary.ts";

/** Where the table stands in a file or worksheet. Row numbers count from 0 in `raw.rows`. */
export interface Table {
  readonly raw: RawTable;
  /** The rows the names come from, top to bottom; empty when the table has no header. */
  readonly headerRows: readonly number[];
  /** Inclusive. After `lastDataRow` when there is no data. */
  readonly firstDataRow: number;
  /** Inclusive. */
  readonly lastDataRow: number;
  /** Rows between them that are no data: total rows, repeated headers. */
  readonly skipped: readonly SkippedRow[];
  readonly columns: readonly TableColumn[];
  /** Why the header was found there, for people. */
  readonly reason: string;
}

export interface TableColumn {
  /** Position in the rows. */
  readonly index: number;
  /** As written in the header, blanks collapsed; "Column 3" when there is none. */
  readonly name: string;
  /** False when the name was made up. */
  readonly named: boolean;
}

export interface SkippedRow {
  readonly row: number;
  readonly reason: string;
}

/** What a person corrected. */
export interface TableChoice {
  /** null: there is no header. */
  readonly headerRow?: number | null;
}

/**
 * Finds the table: the header row (title rows may stand above it, or none may exist), the first and the last row of data.
 * Never throws; a file with nothing in it gives a table without columns.
 */
export function findTable(raw: RawTable, choice: TableChoice = {}): Table {
  const sample = sampleRows(raw.rows);
  if (sample.length === 0) {
    return {
      raw,
      headerRows: [],
      firstDataRow: 0,
      lastDataRow: -1,
      skipped: [],
      columns: [],
      reason: "There is nothing in it.",
    };
  }
  const { header, reason: found } =
    choice.headerRow === undefined
      ? chooseHeader(sample)
      : { header: choice.headerRow, reason: "You chose it." };
  const headerRows = header === null ? [] : [...groupRows(raw.rows, header), header];
  const reason =
    headerRows.length > 1 && choice.headerRow === undefined
      ? `Rows ${headerRows[0]! + 1} to ${header! + 1} name the columns together.`
      : found;
  const firstDataRow =
    header === null ? firstDataWithoutHeader(raw.rows) : nextFilled(raw.rows, header + 1);
  const columns = columnsOf(raw.rows, headerRows, firstDataRow);
  const lastDataRow = lastData(raw.rows, firstDataRow, columns.length);
  return {
    raw,
    headerRows,
    firstDataRow,
    lastDataRow,
    skipped: skippedRows(raw.rows, header, firstDataRow, lastDataRow),
    columns,
    reason,
  };
}

/** Index of the last header row; null when there is none. */
export function headerRow(table: Table): number | null {
  return table.headerRows.at(-1) ?? null;
}

/** The rows that hold data, in order: neither blank nor skipped. */
export function dataRows(table: Table): number[] {
  const skipped = new Set(table.skipped.map((skip) => skip.row));
  const rows: number[] = [];
  for (let row = table.firstDataRow; row <= table.lastDataRow; row++) {
    if (!Rows.isBlankRow(table.raw.rows, row) && !skipped.has(row)) rows.push(row);
  }
  return rows;
}

interface SampledRow {
  readonly index: number;
  readonly cells: RawRow;
  readonly shapes: readonly Shape[];
  readonly filled: number;
}

const HEADER_SEARCH = 40;
const SAMPLE = 160;

/** The first rows that hold something. */
function sampleRows(rows: Rows.Rows): SampledRow[] {
  const sample: SampledRow[] = [];
  const count = Rows.count(rows);
  for (let index = 0; index < count && sample.length < SAMPLE; index++) {
    if (Rows.isBlankRow(rows, index)) continue;
    const cells = Rows.at(rows, index);
    const shapes = cells.slice(0, 400).map(shapeOf);
    sample.push({
      index,
      cells,
      shapes,
      filled: shapes.filter((shape) => shape !== "blank").length,
    });
  }
  return sample;
}

function chooseHeader(sample: readonly SampledRow[]): { header: number | null; reason: string } {
  const main = mainWidth(sample);
  let best: { at: number; score: number } | undefined;
  for (let at = 0; at < Math.min(sample.length, HEADER_SEARCH); at++) {
    const row = sample[at]!;
    if (row.filled < Math.min(2, main) || row.filled < main * 0.4) continue;
    const score = headerScore(sample, at, main);
    if (best === undefined || score > best.score) best = { at, score };
    // A full row of data ends the search: what follows cannot be the header of what stands above.
    if (score < -0.4 && row.filled >= main * 0.7) break;
  }
  if (best === undefined || best.score <= 0.05) {
    return {
      header: null,
      reason: "The first row looks like the rows below it, so there is no header.",
    };
  }
  const chosen = sample[best.at]!;
  const above = best.at;
  return {
    header: chosen.index,
    reason:
      above === 0
        ? "The first row names the columns."
        : `Row ${chosen.index + 1} names the columns; ${above === 1 ? "one row" : `${above} rows`} above it ${above === 1 ? "is" : "are"} a title or note.`,
  };
}

/** How many cells a typical row fills. */
function mainWidth(sample: readonly SampledRow[]): number {
  const widths = sample.map((row) => row.filled).sort((a, b) => a - b);
  const upper = widths[Math.floor(widths.length * 0.75)] ?? 1;
  // With few rows the header itself is the best witness of the width.
  return widths.length < 4 ? Math.max(...widths) : upper;
}

/** Positive when the row reads as names of the columns below it; negative when it reads as one more row of data. */
function headerScore(sample: readonly SampledRow[], at: number, main: number): number {
  const row = sample[at]!;
  const body = sample.slice(at + 1);
  const width = Math.max(row.cells.length, ...body.map((other) => other.cells.length));
  const seen = new Set<string>();
  let score = 0;
  let counted = 0;
  for (let column = 0; column < Math.min(width, 400); column++) {
    const below = columnBelow(body, column);
    const shape = row.shapes[column] ?? "blank";
    if (shape === "blank") {
      if (below.share >= 0.5) {
        counted++;
        score -= 0.3;
      }
      continue;
    }
    counted++;
    const text = cellText(row.cells[column]).trim();
    const repeated = seen.has(text.toLowerCase());
    seen.add(text.toLowerCase());
    score += cellScore(text, shape, below) - (repeated ? 0.2 : 0);
  }
  if (counted === 0) return -1;
  score /= counted;
  score *= Math.min(1, row.filled / Math.max(1, main) + 0.15);
  if (body.length === 0 && at > 0) score -= 0.5;
  // A row as full as this one would rather be it; notes are seldom as wide as the names below them.
  for (const above of sample.slice(0, at)) {
    if (above.filled < Math.max(2, row.filled * 0.7)) continue;
    score -= above.filled < row.filled ? 0.4 : 0.6;
  }
  return score - at * 0.01;
}

interface Below {
  /** The commonest shape, blank left out. */
  readonly shape: Shape;
  /** Its share of the filled cells. */
  readonly purity: number;
  /** Share of rows that fill the column. */
  readonly share: number;
  readonly values: ReadonlySet<string>;
  readonly filled: number;
}

function columnBelow(body: readonly SampledRow[], column: number): Below {
  const counts = new Map<Shape, number>();
  const values = new Set<string>();
  let filled = 0;
  for (const row of body) {
    const shape = row.shapes[column] ?? "blank";
    if (shape === "blank") continue;
    filled++;
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
    values.add(cellText(row.cells[column]).trim().toLowerCase());
  }
  let shape: Shape = "blank";
  let top = 0;
  for (const [candidate, count] of counts) {
    if (count > top) {
      top = count;
      shape = candidate;
    }
  }
  return {
    shape,
    purity: filled === 0 ? 0 : top / filled,
    share: body.length === 0 ? 0 : filled / body.length,
    values,
    filled,
  };
}

function cellScore(text: string, shape: Shape, below: Below): number {
  const known = isHeaderWord(text);
  if (
    shape === "text" ||
    shape === "checkbox" ||
    (shape === "code" && (known || /^\p{L}/u.test(text)))
  ) {
    let score = shape === "code" ? 0.2 : 0.45;
    if (known) score += 0.8;
    if (below.filled > 0 && below.values.has(text.toLowerCase()))
      score -= below.values.size < below.filled ? 1 : 0.5;
    else if (isTyped(below.shape) && below.purity >= 0.7) score += shape === "code" ? 0.3 : 0.8;
    else if (shape === "checkbox" && below.shape === "checkbox") score -= 0.8;
    else if (shape === "code" && below.shape === "code") score -= known ? 0 : 0.5;
    return score;
  }
  if (shape === "code" && below.shape !== "code") return 0.1;
  if (shape === "prose") return known || text.length < 120 ? 0.1 : -0.3;
  if (
    shape === "number" &&
    /^(19|20)\d\d$/.test(text) &&
    below.shape === "number" &&
    !below.values.has(text)
  )
    return 0.1;
  if (shape === below.shape) return -1.4;
  return below.filled === 0 ? -0.6 : -0.8;
}

function isTyped(shape: Shape): boolean {
  return shape !== "text" && shape !== "prose" && shape !== "blank";
}

/**
 * A row of group names right above the header: several cells, fewer than the header has, over wider stretches. Under a row of
 * as many cells it is one more line of notes: a level above has fewer names.
 */
function groupRows(rows: Rows.Rows, header: number): number[] {
  if (header === 0) return [];
  const above = Rows.at(rows, header - 1);
  const filled = above.flatMap((cell, column) => (isBlank(cell) ? [] : [column]));
  const names = filledIn(Rows.at(rows, header));
  if (filled.length < 2 || filled.length >= names) return [];
  const higher = header > 1 ? filledIn(Rows.at(rows, header - 2)) : 0;
  if (higher > 1 && higher >= filled.length) return [];
  const labels = filled.every((column) => shapeOf(above[column]) === "text");
  return labels && (filled.at(-1) ?? 0) > 0 ? [header - 1] : [];
}

function filledIn(row: RawRow): number {
  return row.filter((cell) => !isBlank(cell)).length;
}

function nextFilled(rows: Rows.Rows, from: number): number {
  const count = Rows.count(rows);
  let row = from;
  while (row < count && Rows.isBlankRow(rows, row)) row++;
  return row < count ? row : from;
}

/** Without a header, narrow rows at the top are still titles. */
function firstDataWithoutHeader(rows: Rows.Rows): number {
  const first = nextFilled(rows, 0);
  const sample = Rows.list(rows, first, first + SAMPLE).map(filledIn);
  const typical = [...sample].sort((a, b) => a - b)[Math.floor(sample.length / 2)] ?? 1;
  if (typical <= 2) return first;
  let row = first;
  const end = Math.min(Rows.count(rows), first + 20);
  while (row < end && filledIn(Rows.at(rows, row)) === 1) row = nextFilled(rows, row + 1);
  return row;
}

function columnsOf(
  rows: Rows.Rows,
  headerRows: readonly number[],
  firstDataRow: number,
): TableColumn[] {
  let width = 0;
  for (let row = firstDataRow; row < Rows.count(rows); row++)
    width = Math.max(width, Rows.width(rows, row));
  for (const row of headerRows) width = Math.max(width, Rows.width(rows, row));
  const columns: TableColumn[] = [];
  for (let index = 0; index < width; index++) {
    const name = headerName(rows, headerRows, index);
    if (name === "" && !isUsed(rows, index, firstDataRow)) continue;
    columns.push({ index, name: name === "" ? `Column ${index + 1}` : name, named: name !== "" });
  }
  return columns;
}

/** Whether a column has a value in any row of data. */
function isUsed(rows: Rows.Rows, column: number, firstDataRow: number): boolean {
  for (let row = firstDataRow; row < Rows.count(rows); row++)
    if (!isBlank(Rows.cell(rows, row, column))) return true;
  return false;
}

function headerName(rows: Rows.Rows, headerRows: readonly number[], column: number): string {
  const names: string[] = [];
  headerRows.forEach((row, level) => {
    let cell = Rows.cell(rows, row, column);
    // A group's name stands over its first column only.
    if (level < headerRows.length - 1) {
      for (let left = column; isBlank(cell) && left > 0;) cell = Rows.cell(rows, row, --left);
    }
    const name = cellText(cell).replace(/\s+/g, " ").trim();
    if (name !== "" && names.at(-1) !== name) names.push(name);
  });
  return names.join(" ");
}

const TOTAL =
  /^(?:grand |sub-?)?(?:total|totals|subtotal|sum|summe|gesamt|gesamtsumme|insgesamt|zwischensumme|total général|somme|totale|suma|soma|totaal)(?:\b|:|$)/i;
const NOTE =
  /^(?:\*|note|notes|source|quelle|fuente|fonte|bron|generated|created on|printed|exported|report|page \d|seite \d|©|copyright|end of|disclaimer|legend|anmerkung|hinweis|remarque|stand:)/i;

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

function lastData(rows: Rows.Rows, firstDataRow: number, columns: number): number {
  let last = Rows.count(rows) - 1;
  let end = last;
  const back = () => {
    while (last >= firstDataRow && Rows.isBlankRow(rows, last)) last--;
  };
  back();
  end = last;
  for (let guard = 0; guard < 40 && last >= firstDataRow; guard++) {
    const row = Rows.at(rows, last);
    const filled = filledIn(row);
    const text = cellText(row.find((cell) => !isBlank(cell))).trim();
    if (isTotalRow(row)) {
      end = last - 1;
    } else if (filled === 1 && columns >= 3) {
      const apart = last > firstDataRow && Rows.isBlankRow(rows, last - 1);
      if (!apart && !NOTE.test(text)) {
        // A line in a block of notes that a blank row sets apart.
        const gap = gapAbove(rows, last, firstDataRow);
        if (gap === undefined) break;
        last = gap;
        end = last;
        back();
        end = last;
        continue;
      }
      end = last - 1;
    } else break;
    last--;
    back();
    end = last;
  }
  return end;
}

/** Index of the blank row above a block of rows with one cell each, when there is one close by. */
function gapAbove(rows: Rows.Rows, from: number, firstDataRow: number): number | undefined {
  for (let row = from; row > firstDataRow && from - row < 12; row--) {
    const filled = filledIn(Rows.at(rows, row));
    if (filled === 0) return row;
    if (filled > 1) return undefined;
  }
  return undefined;
}

function skippedRows(
  rows: Rows.Rows,
  header: number | null,
  firstDataRow: number,
  lastDataRow: number,
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
    if (typeof first === "string" && mayBeTotal(first) && isTotalRow(Rows.at(rows, row))) {
      skipped.push({ row, reason: "A row of totals." });
    }
  }
  return skipped;
}

/** Cheap: called for every row. */
function mayBeTotal(text: string): boolean {
  if (text.length > 40 || text.length === 0) return false;
  const code = text.charCodeAt(0) | 32;
  return (
    (code === 116 || code === 115 || code === 103 || code === 105 || code === 122 || code <= 48) &&
    TOTAL.test(text.trim())
  );
}
