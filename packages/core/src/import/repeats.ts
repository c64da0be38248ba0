import { normaliseHeader } from "./header.ts";
import type { ColumnMapping } from "./mapping.ts";
import { isBlank, type RawCell } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { dataRows, type Table } from "./table.ts";

/** A name that is one of a series: "Contact 2 name" is the second "contact name", "Phone" may be the first "phone". */
export interface Numbered {
  readonly base: string;
  /** undefined: without a number. */
  readonly number: number | undefined;
}

/** The number in a column's name and the name without it. */
export function numbered(name: string): Numbered {
  const words = normaliseHeader(name).split(" ");
  const at = words.findLastIndex((word) => /^[1-9]\d?$/.test(word));
  if (at < 0) {
    // "Phone2", "contact2 name": normalised names keep a number that stands on a word.
    const stuck = words.findIndex((word) => /^\p{L}{2,}[1-9]\d?$/u.test(word));
    if (stuck < 0) return { base: words.join(" "), number: undefined };
    const [, word = "", digits = ""] = /^(\p{L}+)(\d+)$/u.exec(words[stuck]!) ?? [];
    return { base: words.with(stuck, word).join(" "), number: Number(digits) };
  }
  return { base: words.toSpliced(at, 1).join(" "), number: Number(words[at]) };
}

/** A table in which each block of columns is a row of its own. */
export interface Unfolded {
  readonly table: Table;
  /** The columns of the first block and those of none, as in `table`. */
  readonly columns: readonly ColumnMapping[];
  /** For each row of `table` the row it stands in. */
  readonly origin: Int32Array;
}

/**
 * Columns "Contact 1 name, Contact 1 email, Contact 2 name …" as rows of one contact each, with the cells of the other columns in each of
 * them. Blocks that are blank are no rows; a row without any stays one.
 */
export function unfold(table: Table, columns: readonly ColumnMapping[]): Unfolded {
  const blocks = [...new Set(columns.flatMap(({ block }) => block ?? []))].toSorted(
    (a, b) => a - b,
  );
  const shared = columns.filter(({ block }) => block === undefined);
  /** By what a column of a block becomes, the column that stands for it. */
  const standing = new Map<string, ColumnMapping>();
  for (const block of blocks) {
    for (const column of columns) {
      const place = placeOf(column);
      if (column.block === block && !standing.has(place)) standing.set(place, column);
    }
  }
  const rows: RawCell[][] = [];
  const origin: number[] = [];
  for (const row of dataRows(table)) {
    const before = rows.length;
    for (const block of blocks) {
      const own = columns.filter((column) => column.block === block);
      const cell = ({ column }: ColumnMapping) => Rows.cell(table.raw.rows, row, column) ?? null;
      if (own.every((column) => isBlank(cell(column)))) continue;
      const cells: RawCell[] = [];
      for (const column of shared) cells[column.column] = cell(column);
      for (const column of own) cells[standing.get(placeOf(column))!.column] = cell(column);
      rows.push(Array.from(cells, (one) => one ?? null));
      origin.push(row);
    }
    if (rows.length > before) continue;
    rows.push([]);
    origin.push(row);
  }
  return {
    table: {
      ...table,
      raw: { ...table.raw, rows },
      headerRows: [],
      firstDataRow: 0,
      lastDataRow: rows.length - 1,
      skipped: [],
    },
    columns: [...shared, ...standing.values()],
    origin: Int32Array.from(origin),
  };
}

function placeOf({ target, name }: ColumnMapping): string {
  return target.kind === "new" ? `new ${numbered(name).base}` : JSON.stringify(target);
}
