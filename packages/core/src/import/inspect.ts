import type { Registry } from "../field/behaviour.ts";
import type { FieldType, Locale, Sheet } from "../field/field.ts";
import { type ColumnFacts, describeColumns } from "./column.ts";
import { normaliseHeader, spokenOf } from "./header.ts";
import { isRecognised, proposeMapping, proposeSheet } from "./mapping.ts";
import { cellText, type RawFile } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { dataRows, findTables, headerRow, type Table } from "./table.ts";

/** What `gridfolk inspect` answers; its form is kept stable. Rows count from 0 among the file's records. */
export interface Inspection {
  readonly tables: readonly InspectedTable[];
  readonly refusedBecause?: string;
}

export interface InspectedTable {
  /** Name of the worksheet; null for CSV. */
  readonly sheet: string | null;
  readonly headerRow: number | null;
  readonly firstDataRow: number;
  readonly lastDataRow: number;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly columns: readonly InspectedColumn[];
  readonly rows?: readonly (readonly string[])[];
}

export interface InspectedColumn {
  readonly name: string;
  readonly type: FieldType;
  /** "dmy", "mdy" or "ymd"; null when it is no date or nothing proves the order. */
  readonly dateOrder: string | null;
  /** `sheet.fieldKey`; null when no field matches. */
  readonly mapsTo: string | null;
}

export interface InspectOptions {
  readonly locale: Locale;
  readonly registry: Registry;
  /** Sheets that columns may map to. */
  readonly sheets: readonly Sheet[];
  /** Data rows to give along, from the top. */
  readonly rows?: number;
}

/** A table, what is known about its columns, and what `inspect` says about it. */
export interface Examined {
  readonly table: Table;
  readonly facts: readonly ColumnFacts[];
  readonly inspected: InspectedTable;
}

/** Reads a file's tables as the import would, without a workspace. Hidden worksheets count only where nothing else is there. */
export function inspect(file: RawFile, options: InspectOptions): Inspection {
  const tables = examine(file, options).map(({ inspected }) => inspected);
  if (tables.length > 0) return { tables };
  return { tables, refusedBecause: NO_TABLE };
}

export const NO_TABLE = "There is no table in this file.";

/** What `inspect` answers, with what it is drawn from. */
export function examine(file: RawFile, options: InspectOptions): Examined[] {
  const shown = file.tables.filter((raw) => raw.hidden !== true);
  return (shown.length > 0 ? shown : file.tables)
    .flatMap((raw) => findTables(raw))
    .filter((table) => table.columns.length > 0)
    .map((table) => examineTable(table, options));
}

function examineTable(table: Table, options: InspectOptions): Examined {
  const { raw } = table;
  const rows = dataRows(table);
  const facts = describeColumns(table, rows, options.locale, options.registry);
  const sheet = proposeSheet(facts, options.sheets);
  const inspected = {
    sheet: raw.sheet,
    headerRow: headerRow(table),
    firstDataRow: table.firstDataRow,
    lastDataRow: table.lastDataRow,
    encoding: raw.encoding,
    delimiter: raw.delimiter,
    columns: inspectColumns(facts, sheet, options.sheets),
    ...(options.rows === undefined
      ? {}
      : {
          rows: rows
            .slice(0, options.rows)
            .map((row) =>
              table.columns.map(({ index }) => cellText(Rows.cell(raw.rows, row, index))),
            ),
        }),
  };
  return { table, facts, inspected };
}

function inspectColumns(
  facts: readonly ColumnFacts[],
  sheet: Sheet | undefined,
  sheets: readonly Sheet[],
): InspectedColumn[] {
  const proposed = sheet === undefined ? undefined : proposeMapping(facts, sheet);
  const mapping = proposed !== undefined && isRecognised(proposed, facts) ? proposed : undefined;
  const elsewhere = sheet === undefined ? new Map() : spokenElsewhere(facts, sheet, sheets);
  return facts.map((fact, index) => ({
    name: fact.column.named ? fact.column.name : "",
    type: fact.type,
    dateOrder: fact.dateOrder,
    mapsTo: mapsTo(mapping?.columns[index]?.target, sheet) ?? elsewhere.get(index) ?? null,
  }));
}

/** "Deal - Value", "Organization: Address": the name says of which kind of record it is. */
const SPOKEN = /^\p{L}+\s*(?:\s-|[:./>])\s*\p{L}/u;

/** Where columns belong that speak of other records than the table's: a row may hold a person, her company and a deal. */
function spokenElsewhere(
  facts: readonly ColumnFacts[],
  own: Sheet,
  sheets: readonly Sheet[],
): Map<number, string> {
  const found = new Map<number, string>();
  for (const sheet of sheets) {
    if (sheet === own) continue;
    const speaking = facts.flatMap((fact, index) => {
      const { name } = fact.column;
      return SPOKEN.test(name) && spokenOf(normaliseHeader(name)).object === sheet.key
        ? [{ fact, index }]
        : [];
    });
    const { columns } = proposeMapping(
      speaking.map(({ fact }) => fact),
      sheet,
    );
    columns.forEach(({ target }, at) => {
      const place = mapsTo(target, sheet);
      if (place !== null) found.set(speaking[at]!.index, place);
    });
  }
  return found;
}

function mapsTo(
  target: ReturnType<typeof proposeMapping>["columns"][number]["target"] | undefined,
  sheet: Sheet | undefined,
): string | null {
  if (target?.kind === "field") return `${sheet!.key}.${target.field}`;
  // One cell with the whole name lands in two fields; the first one stands for both.
  if (target?.kind === "fullName") return `${sheet!.key}.${target.first}`;
  return null;
}
