import type { Cell } from "../field/cell.ts";
import { plain } from "../field/define.ts";
import type { Field } from "../field/field.ts";
import * as Workbook from "../ledger/workbook.ts";
import { existingBy } from "./matching.ts";
import { matchingName } from "./name.ts";
import type { PlanDeps, PlannedColumn } from "./plan.ts";
import { ofRecord, recordOf } from "./same.ts";

/** Rows as `matchRows` takes them: what each is known by, and who is known by that already. */
export interface Identity {
  readonly cells: readonly (Cell | undefined)[];
  existing(key: string): string | undefined;
  key(cell: Cell): string | undefined;
}

/** Before what a row without a name says, and before a key: no other begins so, nor does that of a record (same.ts). */
const SAYS = "\u0001";
const OF_KEY = "\u0002";

/**
 * Rows are one record that have the same key; those without one that have the same name, spelt as names of linked records may be, and
 * link to the same record where a record links to one: two companies may each have a deal "Renewal". Of records that are there the oldest
 * is taken. Rows without a name are one record when they say the same in every column, and no record that is there.
 */
export function byIdentity(
  { workbook, registry }: Pick<PlanDeps, "workbook" | "registry">,
  table: Workbook.Table,
  columns: readonly PlannedColumn[],
  values: {
    readonly rows: number;
    cell(row: number, column: number): Cell | undefined;
  },
  key: Field | undefined,
): Identity {
  const { title } = table.sheet;
  const named = title.flatMap((field) => {
    const column = columns.findIndex((one) => one.field.key === field);
    return column < 0 ? [] : [column];
  });
  const within = columns.flatMap(({ field, source }, column) =>
    source < 0 && field.link !== undefined && !field.link.multiple ? [column] : [],
  );
  const byName = namesIn(
    table,
    within.map((column) => columns[column]!.field.key),
  );
  const keyColumn = columns.findIndex(({ field }) => field.key === key?.key);
  const byKey =
    key === undefined ? () => undefined : existingBy(workbook, table.key, key, registry);
  const cells = Array.from({ length: values.rows }, (_, row): string => {
    const read = (column: number): Cell | undefined => values.cell(row, column);
    const cell = keyColumn < 0 ? undefined : read(keyColumn);
    const normal = cell === undefined ? undefined : registry[key!.type].key(cell);
    if (normal !== undefined) {
      const id = byKey(normal);
      return id === undefined ? OF_KEY + normal : ofRecord(id);
    }
    const name = nameOf(named.map(read));
    if (name === "")
      return SAYS + JSON.stringify(columns.map((_column, column) => read(column) ?? null));
    const known = knownBy(name, within.map(read));
    const id = byName.get(known);
    return id === undefined ? known : ofRecord(id);
  });
  return {
    cells,
    existing: recordOf,
    key: (cell) => (typeof cell === "string" ? cell : undefined),
  };
}

/** The oldest record of each name, within the records that the fields link to. */
function namesIn(table: Workbook.Table, within: readonly string[]): ReadonlyMap<string, string> {
  const byName = new Map<string, string>();
  const titles = table.sheet.title.map((key) => table.columns.get(key) ?? []);
  const links = within.map((key) => table.columns.get(key) ?? []);
  for (const row of Workbook.rows(table)) {
    const name = nameOf(titles.map((column) => column[row]));
    if (name === "") continue;
    const known = knownBy(
      name,
      links.map((column) => column[row]),
    );
    if (!byName.has(known)) byName.set(known, table.ids[row]!);
  }
  return byName;
}

/** By which a record's title is matched; "" when it has none. */
export function nameOf(cells: readonly (Cell | undefined | null)[]): string {
  const words = cells.flatMap((cell) => (cell === undefined || cell === null ? [] : [plain(cell)]));
  return matchingName(words.join(" "));
}

function knownBy(name: string, links: readonly (Cell | undefined | null)[]): string {
  return [name, ...links.map((ids) => (Array.isArray(ids) ? ids.join(" ") : ""))].join("\n");
}
