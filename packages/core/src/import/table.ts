import { filledIn, isRule, lastData, type SkippedRow, skippedRows } from "./footer.ts";
import { chooseHeader, groupRows, sampleRows, unitsRow } from "./header-row.ts";
import * as Merge from "./merge.ts";
import { type Part, partRows } from "./parts.ts";
import { cellText, isBlank, type RawTable } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";

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
  /** Columns of small tables beside this one that are not part of it. */
  readonly aside: number;
  /** Where other tables of the worksheet begin: the row of their names, or of their first data. */
  readonly others: readonly number[];
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
  /** It is not written in cells: it says how rows look, or holds the notes on cells (looks.ts). */
  readonly look?: "fill" | "font" | "strike" | "bold" | "notes";
}

/** What a person corrected. */
export interface TableChoice {
  /** null: there is no header. */
  readonly headerRow?: number | null;
  /** Nothing below the names is left out: totals, notes and columns beside the table are data as well. */
  readonly whole?: boolean;
}

/**
 * Finds the table: the header row (title rows may stand above it, or none may exist), the first and the last row of data. Of several
 * tables in a worksheet the largest, or the one of the chosen header. Never throws; a file with nothing in it gives a table without
 * columns.
 */
export function findTable(raw: RawTable, choice: TableChoice = {}): Table {
  const chosen = choice.headerRow;
  if (chosen === null) return locate(raw, { from: 0, end: Rows.count(raw.rows) }, choice);
  const parts = partsOf(raw);
  if (chosen !== undefined) {
    const part = parts.findLast(({ from }) => from <= chosen) ?? parts[0]!;
    const others = parts
      .filter((one) => one !== part)
      .map((one) => locate(raw, one, {}))
      .map((table) => headerRow(table) ?? table.firstDataRow);
    return { ...locate(raw, part, choice), others };
  }
  const tables = parts.map((part) => locate(raw, part, choice));
  const largest = tables.reduce((best, table) => (sizeOf(table) > sizeOf(best) ? table : best));
  if (tables.length === 1) return largest;
  const others = tables
    .filter((table) => table !== largest)
    .map((table) => headerRow(table) ?? table.firstDataRow);
  const places = others.map((row) => `row ${row + 1}`);
  return {
    ...largest,
    others,
    reason: `${largest.reason} There ${others.length === 1 ? "is another table" : "are other tables"} in this worksheet, at ${places.join(", ")}: choose its row of names to import it.`,
  };
}

/** Every table of a worksheet, from the top. */
export function findTables(raw: RawTable): Table[] {
  return partsOf(raw).map((part) => locate(raw, part, {}));
}

function sizeOf({ firstDataRow, lastDataRow, columns }: Table): number {
  return (lastDataRow - firstDataRow + 1) * columns.length;
}

function partsOf(raw: RawTable): Part[] {
  const whole = { from: 0, end: Rows.count(raw.rows) };
  if (raw.sheet === null || whole.end > MOST_ROWS_TO_PART) return [whole];
  return partRows(raw.rows);
}

const MOST_ROWS_TO_PART = 50_000;

/** The format itself names the columns: every row is data. */
function named(raw: RawTable, names: readonly string[]): Table {
  return {
    raw,
    headerRows: [],
    firstDataRow: 0,
    lastDataRow: Rows.count(raw.rows) - 1,
    skipped: [],
    aside: 0,
    others: [],
    columns: names.map((name, index) => ({ index, name, named: true })),
    reason: "The file says itself what its columns are.",
  };
}

function locate(unmerged: RawTable, { from, end }: Part, choice: TableChoice): Table {
  if (unmerged.names !== undefined) return named(unmerged, unmerged.names);
  const sample = sampleRows(unmerged.rows, from, end);
  if (sample.length === 0) {
    return {
      raw: unmerged,
      headerRows: [],
      firstDataRow: 0,
      lastDataRow: -1,
      skipped: [],
      aside: 0,
      others: [],
      columns: [],
      reason: "There is nothing in it.",
    };
  }
  const { header: first, reason: found } =
    choice.headerRow === undefined
      ? chooseHeader(sample)
      : { header: choice.headerRow, reason: "You chose it." };
  const merged =
    first === null
      ? null
      : Merge.lowest(unmerged.merges, first, filledIn(Rows.at(unmerged.rows, first)));
  const units =
    merged === null || choice.headerRow !== undefined
      ? undefined
      : unitsRow(unmerged.rows, merged, end);
  const header = units ?? merged;
  const headerRows =
    first === null
      ? []
      : [...groupRows(unmerged.rows, first), ...range(first, header! + 1)].filter(
          (row) => row >= from,
        );
  const reason =
    headerRows.length > 1 && choice.headerRow === undefined
      ? `Rows ${headerRows[0]! + 1} to ${header! + 1} name the columns together.`
      : found;
  const firstDataRow =
    header === null
      ? firstDataWithoutHeader(unmerged.rows, from, end)
      : nextFilled(unmerged.rows, header + 1, end);
  const raw = Merge.repeatLabels(unmerged, firstDataRow);
  const names = { rows: headerRows, named: first, units, merges: raw.merges };
  const all = columnsOf(raw.rows, names, firstDataRow, end);
  const { whole = false } = choice;
  const columns = whole ? all : withoutSideTables(raw, all, { from: firstDataRow, end });
  const lastDataRow = whole ? end - 1 : lastData(raw.rows, firstDataRow, columns.length, end);
  return {
    raw,
    headerRows,
    firstDataRow,
    lastDataRow,
    skipped: whole ? [] : skippedRows(raw.rows, header, firstDataRow, lastDataRow, columns.length),
    aside: all.length - columns.length,
    others: [],
    columns,
    reason,
  };
}

function range(from: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - from) }, (_, index) => from + index);
}

/** Index of the last header row; null when there is none. */
export function headerRow(table: Table): number | null {
  return table.headerRows.at(-1) ?? null;
}

/** How many rows below the table hold something that is none of it: notes, sums. */
export function rowsBelow(table: Table): number {
  const next = Math.min(...table.others.filter((row) => row > table.lastDataRow), Infinity);
  const end = Math.min(Rows.count(table.raw.rows), next);
  let below = 0;
  for (let row = table.lastDataRow + 1; row < end; row++)
    if (!Rows.isBlankRow(table.raw.rows, row)) below++;
  return below;
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

/** The next row that holds something, lines aside. */
function nextFilled(rows: Rows.Rows, from: number, end: number): number {
  let row = from;
  while (row < end && (Rows.isBlankRow(rows, row) || isRule(Rows.at(rows, row)))) row++;
  return row < end ? row : from;
}

const SAMPLE = 160;

/** Without a header, narrow rows at the top are still titles. */
function firstDataWithoutHeader(rows: Rows.Rows, from: number, end: number): number {
  const first = nextFilled(rows, from, end);
  const sample = Rows.list(rows, first, Math.min(end, first + SAMPLE)).map(filledIn);
  const typical = [...sample].sort((a, b) => a - b)[Math.floor(sample.length / 2)] ?? 1;
  if (typical <= 2) return first;
  let row = first;
  const last = Math.min(end, first + 20);
  while (row < last && filledIn(Rows.at(rows, row)) === 1) row = nextFilled(rows, row + 1, end);
  return row;
}

/** Where names come from: all rows of the header, the one with the names proper, and the one with units below it. */
interface Names {
  readonly rows: readonly number[];
  readonly named: number | null;
  readonly units: number | undefined;
  readonly merges: readonly Merge.Merge[] | undefined;
}

function columnsOf(
  rows: Rows.Rows,
  names: Names,
  firstDataRow: number,
  end: number,
): TableColumn[] {
  let width = 0;
  for (let row = firstDataRow; row < end; row++) width = Math.max(width, Rows.width(rows, row));
  for (const row of names.rows) width = Math.max(width, Rows.width(rows, row));
  const columns: TableColumn[] = [];
  for (let index = 0; index < width; index++) {
    const name = headerName(rows, names, index);
    if (name === "" && !isUsed(rows, index, firstDataRow, end)) continue;
    columns.push({ index, name: name === "" ? `Column ${index + 1}` : name, named: name !== "" });
  }
  return columns;
}

/** Whether a column has a value in any row of data. */
function isUsed(rows: Rows.Rows, column: number, firstDataRow: number, end: number): boolean {
  for (let row = firstDataRow; row < end; row++)
    if (!isBlank(Rows.cell(rows, row, column))) return true;
  return false;
}

function headerName(rows: Rows.Rows, names: Names, column: number): string {
  const parts: string[] = [];
  for (const row of names.rows) {
    let cell = Rows.cell(rows, row, column);
    if (row !== names.units && row < names.named!) {
      // A group's name stands over its first column only.
      for (let left = column; isBlank(cell) && left > 0;) cell = Rows.cell(rows, row, --left);
    } else if (isBlank(cell)) cell = Merge.nameAt(rows, names.merges, row, column);
    const name = cellText(cell).replace(/\s+/g, " ").trim();
    if (name === "" || parts.at(-1) === name) continue;
    parts.push(row === names.units && !/^[([{<]/.test(name) ? `(${name})` : name);
  }
  return parts.join(" ");
}

/**
 * Of blocks of columns that empty columns keep apart, those that fill few of the rows are other tables beside this one: legends, sums,
 * notes. Only in worksheets: delimited files have no room beside a table.
 */
function withoutSideTables(
  raw: RawTable,
  columns: readonly TableColumn[],
  { from, end }: Part,
): readonly TableColumn[] {
  if (raw.sheet === null || end - from > MOST_ROWS_TO_PART) return columns;
  const gap = columns.findIndex(({ index }, at) => at > 0 && index > columns[at - 1]!.index + 1);
  if (gap < 2) return columns;
  const filled = (side: readonly TableColumn[]) => {
    let count = 0;
    for (let row = from; row < end; row++)
      if (side.some(({ index }) => !isBlank(Rows.cell(raw.rows, row, index)))) count++;
    return count;
  };
  const main = columns.slice(0, gap);
  return filled(columns.slice(gap)) < filled(main) * 0.6 ? main : columns;
}
