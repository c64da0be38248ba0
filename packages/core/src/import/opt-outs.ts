import { consentFields, forbids, stricter } from "../consent/consent.ts";
import { keysOf, refusals } from "../consent/refusals.ts";
import { equals, type Cell } from "../field/cell.ts";
import type { Rules } from "../ledger/rules.ts";
import * as Workbook from "../ledger/workbook.ts";
import type { Plan, PlannedColumn } from "./plan.ts";

/** What an import does not do, so that nobody who opted out is contacted after all. Records are the plan's. */
export interface OptOuts {
  /** Records that are there and would have been opted in: they keep what they hold. */
  readonly kept: readonly number[];
  /** New records of people who opted out before, here or in the trash: they are opted out too. */
  readonly inherited: readonly number[];
}

/**
 * The plan with opt-outs kept: a value of a consent field never becomes one that forbids less, of rows that are one record what forbids more
 * counts, and a new record of somebody who opted out is opted out. What that changed is in `optOuts`.
 */
export function keepOptOuts(plan: Plan, workbook: Workbook.Workbook, rules: Rules): Plan {
  const table = Workbook.table(workbook, plan.sheet.key);
  const fields = consentFields(table.sheet);
  const fresh = plan.columns.filter(({ field, isNew }) => isNew && field.consent === true);
  if (fields.length + fresh.length === 0) return plan;
  const columns: PlannedColumn[] = [...plan.columns];
  /** By column, what records get instead of what their rows say. */
  const instead = new Map<number, Map<number, Cell | undefined>>();
  const put = (column: number, record: number, cell: Cell | undefined): void => {
    let cells = instead.get(column);
    if (cells === undefined) instead.set(column, (cells = new Map()));
    cells.set(record, cell);
  };
  const cellOf = (record: number, column: number): Cell | undefined => {
    const cells = instead.get(column);
    if (cells?.has(record) === true) return cells.get(record);
    return column < plan.columns.length ? plan.cell(record, column) : undefined;
  };

  const consents = columns.flatMap(({ field }, column) =>
    [...fields, ...fresh.map((one) => one.field)].some(({ key }) => key === field.key)
      ? [column]
      : [],
  );
  const kept = new Set<number>();
  for (let record = 0; record < plan.ids.length; record += 1) {
    for (const column of consents) {
      const said = togetherOf(plan, record, column);
      if (said.differs) put(column, record, said.cell);
      if (plan.matches.existing[record] === undefined) continue;
      if (!plan.changes.has(record, column) && !said.differs) continue;
      const before = plan.before(record, column);
      const after = forbids(before) ? (stricter(before, said.cell) ?? undefined) : said.cell;
      if (forbids(before) && !equals(after, said.cell)) kept.add(record);
      put(column, record, after);
    }
  }

  const inherited = new Set<number>();
  const refused = refusals(workbook, table, rules);
  if (!refused.none && plan.matches.fresh > 0) {
    const at = new Map(plan.columns.map(({ field }, column) => [field.key, column]));
    for (let record = 0; record < plan.ids.length; record += 1) {
      if (plan.matches.existing[record] !== undefined) continue;
      const cell = (key: string): Cell | undefined => {
        const column = at.get(key);
        return column === undefined ? undefined : plan.cell(record, column);
      };
      for (const [key, refusal] of refused.of(keysOf(table.sheet, cell, rules))) {
        let column = columns.findIndex(({ field }) => field.key === key);
        if (column < 0) {
          const field = fields.find((one) => one.key === key)!;
          column =
            columns.push({
              field,
              update: "overwrite",
              source: -1,
              name: field.name,
              isNew: false,
            }) - 1;
        }
        const before = cellOf(record, column);
        const after = stricter(refusal, before) ?? undefined;
        if (equals(after, before)) continue;
        put(column, record, after);
        inherited.add(record);
      }
    }
  }
  if (instead.size === 0) return plan;

  const isExisting = (record: number) => plan.matches.existing[record] !== undefined;
  const before = (record: number, column: number): Cell | undefined =>
    column < plan.columns.length ? plan.before(record, column) : undefined;
  const has = (record: number, column: number): boolean => {
    const cells = instead.get(column);
    if (isExisting(record) && cells?.has(record) === true)
      return !equals(cells.get(record), before(record, column));
    return column < plan.columns.length && plan.changes.has(record, column);
  };
  const touched = new Set([...instead.values()].flatMap((cells) => [...cells.keys()]));
  const any = (record: number): boolean =>
    touched.has(record)
      ? columns.some((_, column) => has(record, column))
      : plan.changes.any(record);
  let { updated, unchanged } = plan.counts;
  for (const record of touched) {
    if (!isExisting(record)) continue;
    const by = Number(any(record)) - Number(plan.changes.any(record));
    updated += by;
    unchanged -= by;
  }
  return {
    ...plan,
    columns,
    counts: { ...plan.counts, updated, unchanged },
    changes: { has, any },
    cell: cellOf,
    values(records, column) {
      const found =
        column < plan.columns.length
          ? plan.values(records, column)
          : Array.from<Cell | undefined>({ length: records.length });
      const cells = instead.get(column);
      if (cells !== undefined) {
        records.forEach((record, at) => {
          if (cells.has(record)) found[at] = cells.get(record);
        });
      }
      return found;
    },
    rowCell: (row, column) =>
      column < plan.columns.length ? plan.rowCell(row, column) : undefined,
    before,
    optOuts: { kept: [...kept], inherited: [...inherited] },
  };
}

/** What the rows of a record say together; `differs` where that is not what the plan takes. */
function togetherOf(
  plan: Plan,
  record: number,
  column: number,
): { readonly cell: Cell | undefined; readonly differs: boolean } {
  const cell = plan.cell(record, column);
  const first = plan.matches.first[record] as number;
  if (plan.matches.next[first] === -1) return { cell, differs: false };
  let all: Cell | undefined = cell;
  for (let row = first; row !== -1; row = plan.matches.next[row] as number) {
    const one = plan.rowCell(row, column);
    if (forbids(one)) all = stricter(one, all) ?? undefined;
  }
  return { cell: all, differs: !equals(all, cell) };
}
