import { must } from "@gridfolk/core/assert";
import { registry } from "@gridfolk/core/field/registry";
import { type ColumnFacts, describeColumns } from "@gridfolk/core/import/column";
import { type Hidden, hiddenIn, withoutHidden } from "@gridfolk/core/import/hidden";
import { type FoundLook, looksIn, withLooks } from "@gridfolk/core/import/looks";
import { readFile } from "@gridfolk/core/import/read/file";
import { HEAD_BYTES, headOf, LARGE_BYTES } from "@gridfolk/core/import/read/head";
import { cellText, type RawFile, type RawTable } from "@gridfolk/core/import/read/raw";
import * as Rows from "@gridfolk/core/import/read/rows";
import * as RoundTrip from "@gridfolk/core/import/round-trip";
import { dataRows, findTable, headerRow, rowsBelow, type Table } from "@gridfolk/core/import/table";
import type { FileView, Source, TableChoice } from "../messages.ts";

/** Rows of the file shown in the first step. */
const SHOWN_ROWS = 18;
/** Rows left out that are told one by one. */
const MOST_LEFT_OUT = 1000;

/** A file as it is read now, and the table that is taken from it. Whatever is chosen otherwise makes another one. */
export interface OpenedFile {
  readonly source: Source;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** A large file of which only the beginning was read: `bytes` are that. */
  readonly rest: File | undefined;
  readonly file: RawFile;
  readonly choice: TableChoice;
  /** Position of the table among the file's. */
  readonly at: number;
  readonly table: Table;
  /** Its data rows; see table.ts. */
  readonly rows: readonly number[];
  readonly facts: readonly ColumnFacts[];
  readonly hidden: Hidden;
  readonly looks: readonly FoundLook[];
  /** What it says of itself, where it is an export that came back. */
  readonly exported: RoundTrip.Exported | undefined;
}

type Read = Pick<OpenedFile, "source" | "bytes" | "rest" | "file">;

/** Reads a file, of a large one the beginning. One that cannot be read rejects, in words. */
export async function open(source: Source): Promise<OpenedFile> {
  const head = source.file === undefined ? undefined : await headIn(source.file);
  const bytes =
    head ??
    (source.file
      ? new Uint8Array(await source.file.arrayBuffer())
      : new TextEncoder().encode(source.text ?? ""));
  const rest = head === undefined ? undefined : source.file;
  return withChoice({ source, bytes, rest, file: readFile(bytes, {}) }, {});
}

/** The whole of a file whose beginning was read. `onProgress` is told of bytes. */
export async function complete(
  opened: OpenedFile,
  onProgress: (done: number, of: number) => void,
): Promise<OpenedFile> {
  const { source, rest, choice } = opened;
  if (rest === undefined) return withChoice(opened, choice);
  const bytes = new Uint8Array(await rest.arrayBuffer());
  const file = readFile(bytes, {
    ...writtenAs(choice),
    onProgress: (share) => onProgress(Math.round(share * rest.size), rest.size),
  });
  return withChoice({ source, bytes, rest: undefined, file }, choice);
}

/** The file with another worksheet, header row, encoding or delimiter, or with something else taken of what is beside the values. */
export function choose(opened: OpenedFile, next: TableChoice): OpenedFile {
  // What is left out is another thing below other names.
  const isElsewhere = next.table !== undefined || next.headerRow !== undefined;
  let choice = { ...opened.choice, ...(isElsewhere ? { whole: false } : {}), ...next };
  // Another worksheet has its own header row.
  if (next.table !== undefined && next.headerRow === undefined)
    choice = { table: next.table, ...writtenAs(choice) };
  const isRead = next.encoding === undefined && next.delimiter === undefined;
  const file = isRead ? opened.file : readFile(opened.bytes, writtenAs(choice));
  return withChoice({ ...opened, file }, choice);
}

function writtenAs({
  encoding,
  delimiter,
}: TableChoice): Pick<TableChoice, "encoding" | "delimiter"> {
  return {
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
  };
}

/** The first lines of a text file that takes its time. */
async function headIn(from: File): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (from.size < LARGE_BYTES) return undefined;
  const beginning = new Uint8Array(await from.slice(0, HEAD_BYTES).arrayBuffer());
  return headOf(beginning) as Uint8Array<ArrayBuffer> | undefined;
}

/** The first that is not hidden and has more than a title; else the first that holds anything. */
function firstWorksheet(tables: readonly RawTable[]): number {
  const shown = (least: number) =>
    tables.findIndex((one) => one.hidden !== true && Rows.count(one.rows) >= least);
  return [shown(2), shown(1)].find((at) => at >= 0) ?? 0;
}

function withChoice({ source, bytes, rest, file }: Read, choice: TableChoice): OpenedFile {
  const at = choice.table ?? firstWorksheet(file.tables);
  const raw = must(file.tables[at], "a table in the file");
  const { headerRow: named, whole = false, leaveOut = {}, looks: chosen = [] } = choice;
  const found = findTable(raw, {
    whole,
    ...(named === undefined ? {} : { headerRow: named }),
  });
  const exported = RoundTrip.exportedIn(found);
  const shown = withoutHidden(found, leaveOut);
  // What an export looks like is of our own making.
  const looks = exported === undefined ? looksIn(shown) : [];
  const table = withLooks(shown, looks, chosen);
  const rows = dataRows(table);
  return {
    source,
    bytes,
    rest,
    file,
    choice,
    at,
    table,
    rows,
    facts: describeColumns(table, rows, source.locale, registry),
    hidden: hiddenIn(found),
    looks,
    exported,
  };
}

/** What the first step shows of it. */
export function viewOf(opened: OpenedFile): FileView {
  const { source, bytes, rest, file, choice, at, table, hidden, looks, exported } = opened;
  const { whole = false, leaveOut = {}, looks: chosen = [] } = choice;
  const raw = must(file.tables[at]);
  // What stands above the names is what one judges them by, but they are not to be beyond the end.
  const from = Math.max(0, (headerRow(table) ?? table.firstDataRow) - SHOWN_ROWS + 6);
  return {
    name: source.name,
    kind: file.kind,
    bytes: rest?.size ?? bytes.length,
    tables: file.tables.map((one, index) => ({
      label: one.sheet ?? `Table ${index + 1}`,
      rows: Rows.count(one.rows),
      hidden: one.hidden === true,
    })),
    table: at,
    encoding: raw.encoding,
    delimiter: raw.delimiter,
    exported: exported?.marker.sheet ?? null,
    headerRow: headerRow(table),
    headerRows: table.headerRows,
    firstDataRow: table.firstDataRow,
    lastDataRow: table.lastDataRow,
    leftOut: {
      rows: table.skipped.slice(0, MOST_LEFT_OUT),
      below: rest === undefined ? rowsBelow(table) : 0,
      aside: table.aside,
    },
    whole,
    others: table.others,
    reason: table.reason,
    // What breaks off at the end of the beginning is no fault of the file.
    notes: (rest === undefined ? raw.notes : [])
      .slice(0, 5)
      .map((note) =>
        note.row === undefined ? note.message : `Row ${note.row + 1}: ${note.message}`,
      ),
    columns: table.columns.length,
    dataRows:
      rest === undefined
        ? opened.rows.length
        : Number((opened.rows.length * (rest.size / bytes.length)).toPrecision(2)),
    partial: rest !== undefined,
    rows: Rows.list(raw.rows, from, from + SHOWN_ROWS).map((row) => row.slice(0, 60).map(cellText)),
    from,
    beside: { hidden, leaveOut, looks: looks.map(({ offer }) => offer), chosen },
  };
}
