import type { Field, Sheet } from "../field/field.ts";
import type { ColumnFacts } from "./column.ts";
import { normaliseHeader, spokenOf } from "./header.ts";
import { isRecognised, type Mapping, proposeMapping, proposeSheet } from "./mapping.ts";
import { cellText, type RawCell } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { dataRows, type Table } from "./table.ts";

/** A worksheet of a workbook with what is known about it. */
export interface Worksheet {
  /** Position among the file's tables. */
  readonly index: number;
  readonly table: Table;
  readonly facts: readonly ColumnFacts[];
}

/** Rows of one worksheet name rows of another, as a VLOOKUP would find them. */
export interface Join {
  /** Key of the sheet whose rows name, and the column that does. */
  readonly from: string;
  readonly column: number;
  /** Key of the sheet whose rows are named, and the column they are named by. */
  readonly to: string;
  readonly by: number;
}

/** Worksheets that belong together. */
export interface Together {
  readonly members: readonly {
    readonly index: number;
    readonly sheet: string;
    readonly rows: number;
  }[];
  readonly joins: readonly Join[];
  /** For people: by which column each pair is linked: "Contacts and Companies by Company ID". */
  readonly by: readonly { readonly from: string; readonly to: string; readonly column: string }[];
}

/** A name as that of a sheet is no column of anything: from here on a join is believed. */
const LEAST_FOUND = 0.6;
const MOST_ROWS = 200_000;

/**
 * The worksheets that hold different kinds of records of this workspace and name each other's rows; undefined when there are no two. Of
 * two for the same sheet the one with more rows counts.
 */
export function findTogether(
  worksheets: readonly Worksheet[],
  sheets: readonly Sheet[],
  nameOf: (index: number) => string,
): Together | undefined {
  const bySheet = new Map<string, Member>();
  for (const worksheet of worksheets) {
    const rows = dataRows(worksheet.table);
    if (rows.length === 0 || rows.length > MOST_ROWS) continue;
    const sheet = sheetFor(nameOf(worksheet.index), worksheet.facts, sheets);
    if (sheet === undefined) continue;
    const before = bySheet.get(sheet.key);
    if (before !== undefined && before.rows.length >= rows.length) continue;
    const mapping = proposeMapping(worksheet.facts, sheet);
    bySheet.set(sheet.key, { ...worksheet, sheet, rows, mapping });
  }
  const all = [...bySheet.values()];
  const joins: Join[] = [];
  const by: { from: string; to: string; column: string }[] = [];
  const linked = new Set<Member>();
  for (const from of all) {
    for (const to of all) {
      const field = from.sheet.fields.find(
        (one) => one.deleted !== true && one.link?.sheet === to.sheet.key,
      );
      if (from === to || field === undefined) continue;
      const found = joinOf(from, to, field);
      if (found === undefined) continue;
      linked.add(from).add(to);
      by.push({ from: from.sheet.key, to: to.sheet.key, column: found.name });
      if (!found.byName)
        joins.push({
          from: from.sheet.key,
          column: found.column,
          to: to.sheet.key,
          by: found.by,
        });
    }
  }
  if (linked.size < 2) return undefined;
  return {
    members: all
      .filter((one) => linked.has(one))
      .map(({ index, sheet, rows }) => ({ index, sheet: sheet.key, rows: rows.length })),
    joins,
    by,
  };
}

interface Member extends Worksheet {
  readonly sheet: Sheet;
  readonly rows: readonly number[];
  readonly mapping: Mapping;
}

/** By the worksheet's name, else by what its columns say. */
function sheetFor(
  name: string,
  facts: readonly ColumnFacts[],
  sheets: readonly Sheet[],
): Sheet | undefined {
  const normal = normaliseHeader(name);
  const named = sheets.find(
    (sheet) =>
      normaliseHeader(sheet.name) === normal || normaliseHeader(sheet.singular ?? "") === normal,
  );
  if (named !== undefined) return named;
  const kind = spokenOf(`${normal} x`).object;
  const spoken = sheets.find((sheet) => sheet.key === kind);
  const found = spoken ?? proposeSheet(facts, sheets);
  return found !== undefined && isRecognised(proposeMapping(facts, found), facts)
    ? found
    : undefined;
}

interface Found {
  readonly column: number;
  readonly by: number;
  readonly name: string;
  /** By what people call the record: that finds it without a join. */
  readonly byName: boolean;
}

/** The pair of columns by which rows of one name rows of the other; the one by which most are found. */
function joinOf(from: Member, to: Member, field: Field): Found | undefined {
  let best: (Found & { readonly worth: number }) | undefined;
  const keys = to.table.columns.flatMap((column) => {
    const values = keysIn(to, column.index);
    const isKey = values.distinct.size >= 2 && values.distinct.size === values.filled;
    return isKey && values.filled >= to.rows.length * 0.9 ? [{ column, values }] : [];
  });
  for (const column of from.table.columns) {
    const own = keysIn(from, column.index);
    if (own.distinct.size === 0) continue;
    for (const key of keys) {
      const named = nameWorth(column.name, key.column.name, from.sheet, to.sheet, field);
      if (named === 0) continue;
      let found = 0;
      for (const value of own.distinct) if (key.values.distinct.has(value)) found += 1;
      const share = found / own.distinct.size;
      if (share < LEAST_FOUND) continue;
      const worth = share + named;
      if (best !== undefined && best.worth >= worth) continue;
      best = {
        worth,
        column: column.index,
        by: key.column.index,
        name: column.name,
        byName:
          goesTo(to.mapping, key.column.index, to.sheet.title) &&
          goesTo(from.mapping, column.index, [field.key]),
      };
    }
  }
  return best;
}

/** How much the names of two columns say that they hold the same; 0: nothing, whatever the values. */
function nameWorth(own: string, key: string, from: Sheet, to: Sheet, field: Field): number {
  const [mine, theirs] = [normaliseHeader(own), normaliseHeader(key)];
  const nouns = [to.key, to.name, to.singular ?? "", field.name].map(normaliseHeader);
  const names = nouns.filter((noun) => noun !== "");
  const spoken = spokenOf(`${mine} `.trimEnd());
  const speaks =
    (spoken.object === to.key && from.key !== to.key) ||
    names.some((noun) => mine === noun || mine.startsWith(`${noun} `));
  if (speaks) return mine === theirs || mine.endsWith(` ${theirs}`) ? 0.5 : 0.3;
  // "Account ID" in both; "ID" in both are two different things.
  if (mine === theirs && mine.includes(" ") && /\b(?:id|no|nr|number|code|key|ref)\b/.test(mine))
    return 0.4;
  return 0;
}

function goesTo({ columns }: Mapping, column: number, fields: readonly string[]): boolean {
  return columns.some(
    (one) =>
      one.column === column &&
      (one.target.kind === "fullName"
        ? fields.includes(one.target.first)
        : one.target.kind === "field" && fields.length === 1 && fields[0] === one.target.field),
  );
}

function keysIn({ table, rows }: Member, column: number) {
  const distinct = new Set<string>();
  let filled = 0;
  for (const row of rows) {
    const key = joinKey(Rows.cell(table.raw.rows, row, column));
    if (key === "") continue;
    filled += 1;
    distinct.add(key);
  }
  return { distinct, filled };
}

/** By which cells of two worksheets are the same: capitals and spaces around them aside, 17 as a number and as a text are one. */
export function joinKey(cell: RawCell | undefined): string {
  if (typeof cell === "object" && cell !== null) return String(cell.value).trim().toLowerCase();
  return cellText(cell).trim().toLowerCase();
}
