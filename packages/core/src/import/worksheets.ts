import { must } from "../assert.ts";
import type { Registry } from "../field/behaviour.ts";
import type { Locale, Sheet } from "../field/field.ts";
import { type ColumnFacts, describeColumns } from "./column.ts";
import type { Source } from "./composition.ts";
import { findTogether, type Join, type Together } from "./joins.ts";
import type { ColumnMapping, Mapping } from "./mapping.ts";
import { proposeObjects } from "./objects.ts";
import type { RawFile } from "./read/raw.ts";
import { dataRows, findTable, type Table } from "./table.ts";

/** Worksheets of a file that name each other's rows; the chosen one first. */
export interface Joined {
  readonly members: readonly JoinedSheet[];
  readonly joins: readonly Join[];
  readonly by: Together["by"];
}

export interface JoinedSheet {
  readonly index: number;
  readonly label: string;
  readonly sheet: string;
  readonly rows: number;
  readonly table: Table;
  readonly facts: readonly ColumnFacts[];
}

/** The worksheets that belong to the chosen one; undefined when none does. */
export function joinable(
  file: RawFile,
  table: Table,
  facts: readonly ColumnFacts[],
  sheets: readonly Sheet[],
  locale: Locale,
  registry: Registry,
): Joined | undefined {
  // A table whose merged labels were repeated is not the file's own any more: it is known by its name.
  const at = file.tables.findIndex((raw) => raw.sheet !== null && raw.sheet === table.raw.sheet);
  if (at < 0 || file.tables.length < 2) return undefined;
  const worksheets = file.tables.flatMap((raw, index) => {
    if (index === at) return [{ index, table, facts }];
    if (raw.hidden === true) return [];
    const other = findTable(raw);
    return [
      { index, table: other, facts: describeColumns(other, dataRows(other), locale, registry) },
    ];
  });
  const found = findTogether(worksheets, sheets, (index) => file.tables[index]?.sheet ?? "");
  if (found === undefined || !found.members.some(({ index }) => index === at)) return undefined;
  const members = found.members
    .map((member): JoinedSheet => {
      const own = must(worksheets.find(({ index }) => index === member.index));
      return { ...own, ...member, label: file.tables[member.index]?.sheet ?? "" };
    })
    .toSorted((one, other) => Number(other.index === at) - Number(one.index === at));
  return { members, joins: found.joins, by: found.by };
}

/** The mapping with the columns of the other worksheets behind its own; a column by which rows are joined goes nowhere else. */
export function joinedColumns(joined: Joined, mapping: Mapping, sheets: readonly Sheet[]): Mapping {
  const keys = new Set(joined.members.map(({ sheet }) => sheet));
  return withMembers(joined, mapping, sheets, ({ table, facts }, own) =>
    proposeObjects(table, facts, own, sheets, { without: keys }),
  );
}

/** The same, with the columns of each other worksheet as `mappingOf` says. */
export function withMembers(
  { members, joins }: Joined,
  mapping: Mapping,
  sheets: readonly Sheet[],
  mappingOf: (member: JoinedSheet, sheet: Sheet) => Mapping,
): Mapping {
  const joining = (column: ColumnMapping, sheet: string): ColumnMapping => {
    const join = joins.find((one) => one.from === sheet && one.column === column.column);
    if (join === undefined) return column;
    const name = sheets.find(({ key }) => key === join.to)?.name ?? join.to;
    return {
      ...column,
      target: { kind: "skip" },
      confidence: 1,
      reason: `Rows are linked to ${name} by it.`,
    };
  };
  const others = members.slice(1).flatMap((member) => {
    const { index, sheet } = member;
    const own = must(sheets.find(({ key }) => key === sheet));
    return mappingOf(member, own).columns.map((column): ColumnMapping => ({
      ...joining(column, sheet),
      of: column.of ?? sheet,
      worksheet: index,
    }));
  });
  return {
    ...mapping,
    columns: [...mapping.columns.map((column) => joining(column, mapping.sheet)), ...others],
  };
}

/** The tables of a mapping, each with its own columns. */
export function sourcesOf(table: Table, mapping: Mapping, joined: Joined | undefined): Source[] {
  const others = (joined?.members ?? []).flatMap(({ index, table: other, sheet }): Source[] => {
    const columns = mapping.columns.flatMap(({ worksheet, of, ...column }): ColumnMapping[] =>
      worksheet !== index
        ? []
        : [{ ...column, ...(of === sheet || of === undefined ? {} : { of }) }],
    );
    return columns.some(({ target }) => target.kind !== "skip")
      ? [{ table: other, mapping: { sheet, columns } }]
      : [];
  });
  const columns = mapping.columns.filter(({ worksheet }) => worksheet === undefined);
  return [{ table, mapping: { ...mapping, columns } }, ...others];
}

/** Says which worksheets a saved import takes, and a file does not have or does not link to the chosen one. */
export function missingWorksheets(names: readonly string[]): string[] {
  return names.map(
    (name) =>
      `The worksheet “${name}” is not imported: the file has none of that name that belongs to the chosen one.`,
  );
}
