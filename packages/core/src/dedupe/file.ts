import type { Registry } from "../field/behaviour.ts";
import type { Locale, Sheet } from "../field/field.ts";
import { type ColumnFacts, describeColumns } from "../import/column.ts";
import { isRecognised, proposeMapping, proposeSheet } from "../import/mapping.ts";
import { cellText } from "../import/read/raw.ts";
import * as Rows from "../import/read/rows.ts";
import { dataRows, headerRow, type Table as FileTable } from "../import/table.ts";
import { columnsOf, type Given, type Profile } from "./columns.ts";
import type { Column } from "./table.ts";

export interface FileColumns {
  readonly profile: Profile;
  /** With one text for each row, counted from 0 at the first line after the header, blank rows too. */
  readonly columns: readonly Column[];
  /** Names of all columns of the file. */
  readonly names: readonly string[];
}

export interface FileOptions {
  readonly locale: Locale;
  readonly registry: Registry;
  /** Sheets that columns may map to. */
  readonly sheets: readonly Sheet[];
  /** What the file is about; by default what its columns look like. */
  readonly profile?: Profile;
  /** Only columns of these names, or of their numbers from 1. */
  readonly only?: readonly string[];
}

const SHEETS: { readonly [sheet: string]: Profile } = {
  contacts: "contact",
  companies: "company",
  deals: "deal",
};

/** The columns of a file as they are compared, mapped as in an import. Answers the names in `only` that are not there, if any. */
export function columnsOfFile(
  table: FileTable,
  { locale, registry, sheets, profile, only }: FileOptions,
): FileColumns | { readonly missing: readonly string[] } {
  const rows = dataRows(table);
  const chosen =
    only === undefined ? table.columns : table.columns.filter((one) => isNamed(one, only));
  const missing = (only ?? []).filter((name) => !table.columns.some((one) => isNamed(one, [name])));
  if (missing.length > 0) return { missing };
  const facts = describeColumns({ ...table, columns: chosen }, rows, locale, registry);
  const { profile: kind, fields } = fieldsOf(facts, sheets, profile);
  const first = (headerRow(table) ?? -1) + 1;
  const given = facts.map((fact): Given => {
    const field = fields.get(fact.column.index);
    const order = fact.reading.dateOrder;
    return {
      name: fact.column.name,
      type: fact.type,
      values: textsOf(table, fact.column.index, rows, first),
      ...(field === undefined ? {} : { field }),
      ...(order === undefined ? {} : { order }),
    };
  });
  return {
    profile: kind,
    columns: columnsOf(given, kind),
    names: table.columns.map(({ name }) => name),
  };
}

function isNamed(
  { name, index }: { name: string; index: number },
  names: readonly string[],
): boolean {
  return names.some(
    (one) => one === name || one.toLowerCase() === name.toLowerCase() || one === String(index + 1),
  );
}

function fieldsOf(
  facts: readonly ColumnFacts[],
  sheets: readonly Sheet[],
  wanted: Profile | undefined,
) {
  const fields = new Map<number, string>();
  if (wanted === "generic") return { profile: wanted, fields };
  const sheet =
    wanted === undefined
      ? proposeSheet(facts, sheets)
      : sheets.find(({ key }) => SHEETS[key] === wanted);
  if (sheet === undefined) return { profile: "generic" as const, fields };
  const mapping = proposeMapping(facts, sheet);
  if (wanted === undefined && !isRecognised(mapping, facts))
    return { profile: "generic" as const, fields };
  for (const { column, target } of mapping.columns) {
    if (target.kind === "field") fields.set(column, target.field);
    if (target.kind === "fullName") fields.set(column, "fullName");
  }
  return { profile: wanted ?? SHEETS[sheet.key] ?? ("generic" as const), fields };
}

function textsOf(
  { raw, lastDataRow }: FileTable,
  index: number,
  rows: readonly number[],
  first: number,
): string[] {
  const texts = Array.from({ length: Math.max(0, lastDataRow - first + 1) }, () => "");
  for (const row of rows) texts[row - first] = cellText(Rows.cell(raw.rows, row, index));
  return texts;
}
