import * as Marker from "../export/marker.ts";
import { dataRows, type Table } from "./table.ts";

/** What of a table nobody saw who looked at it in Excel. */
export interface Hidden {
  /** Data rows. */
  readonly rows: number;
  /** A filter hides them. */
  readonly filtered: boolean;
  /** Names of columns. */
  readonly columns: readonly string[];
}

/** What is left out of it. */
export interface LeaveOut {
  readonly rows?: boolean;
  readonly columns?: boolean;
}

/** Ids of an export are hidden for good. */
function hiddenColumns(table: Table): Table["columns"] {
  const hidden = new Set(table.raw.formatting?.hiddenColumns);
  return table.columns.filter(
    ({ index, name }) => hidden.has(index) && Marker.fromName(name) === undefined,
  );
}

export function hiddenIn(table: Table): Hidden {
  const hidden = new Set(table.raw.formatting?.hiddenRows);
  return {
    rows: hidden.size === 0 ? 0 : dataRows(table).filter((row) => hidden.has(row)).length,
    filtered: table.raw.formatting?.filtered === true,
    columns: hiddenColumns(table).map(({ name }) => name),
  };
}

/** The table without what is hidden, as far as somebody wants that. Rows left out are told like other skipped ones. */
export function withoutHidden(table: Table, leave: LeaveOut): Table {
  let kept = table;
  if (leave.rows === true) {
    const hidden = new Set(table.raw.formatting?.hiddenRows);
    const rows = dataRows(table).filter((row) => hidden.has(row));
    const skipped = [
      ...table.skipped,
      ...rows.map((row) => ({ row, reason: "Hidden in the workbook." })),
    ].toSorted((a, b) => a.row - b.row);
    kept = { ...kept, skipped };
  }
  if (leave.columns === true) {
    const hidden = new Set(hiddenColumns(table));
    kept = { ...kept, columns: kept.columns.filter((column) => !hidden.has(column)) };
  }
  return kept;
}
