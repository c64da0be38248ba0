import { must } from "../assert.ts";
import { DomainError } from "../error.ts";
import type { Sheet } from "../field/field.ts";
import * as Workbook from "../ledger/workbook.ts";
import { nameOf } from "./identity.ts";
import { type Join, joinKey } from "./joins.ts";
import type { ColumnMapping, Mapping } from "./mapping.ts";
import {
  type GivenLink,
  plan as makePlan,
  type Plan,
  type PlanDeps,
  type PlanOptions,
  type RefusedRow,
} from "./plan.ts";
import { cellText, isBlank } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { unfold } from "./repeats.ts";
import { dataRows, type Table } from "./table.ts";

/** A table, and what its rows become: records of the mapping's sheet, and of the sheets that columns belong to (`ColumnMapping.of`). */
export interface Source {
  readonly table: Table;
  readonly mapping: Mapping;
}

/** A cell that names a record of another worksheet by a key that no row there has: the record is written without the link. */
export interface Unlinked {
  /** Key of the sheet. */
  readonly sheet: string;
  /** Position in its table. */
  readonly row: number;
  readonly column: string;
  readonly text: string;
}

export interface Composition {
  /** Of the first source's own sheet, with the others along. Its `refused` are those of all that is made of its table. */
  readonly plan: Plan;
  /** All plans, in the order in which they are written. */
  readonly plans: readonly Composed[];
  /** By source, the rows that are not written, whatever they were to become. */
  readonly refused: readonly (readonly RefusedRow[])[];
  readonly unlinked: readonly Unlinked[];
}

export interface Composed {
  readonly plan: Plan;
  /** Position of its source. */
  readonly source: number;
  /** Position in the source's table of a row of `plan.table`. */
  rowOf(row: number): number;
}

/** One kind of record in one source. */
interface Kind {
  readonly sheet: Sheet;
  readonly source: number;
  readonly mapping: Mapping;
}

/**
 * What an import of rows that hold several records would do: a plan for each kind of record, those that are linked to first, so that the
 * others link to what they make. Every column is in one of them. Where all columns are of one sheet it is that sheet's plan alone.
 */
export function compose(
  deps: PlanDeps,
  sources: readonly Source[],
  options: PlanOptions,
  joins: readonly Join[] = [],
): Composition {
  const kinds = inOrder(kindsIn(deps.workbook, sources));
  const main = must(sources[0]).mapping.sheet;
  const [single] = kinds;
  if (kinds.length === 1 && single !== undefined) {
    const plan = makePlan(deps, must(sources[0]).table, single.mapping, options);
    return {
      plan,
      plans: [{ plan, source: 0, rowOf: (row) => row }],
      refused: [plan.refused],
      unlinked: [],
    };
  }
  const made = new Map<string, ReadonlyMap<string, string>>();
  const names = new Map<string, string>();
  const done = new Map<string, Composed & { readonly kind: Kind }>();
  const unlinked: Unlinked[] = [];
  for (const kind of kinds) {
    const { table, columns, origin } = unfoldIn(must(sources[kind.source]).table, kind.mapping);
    const links = linksOf(kind, kinds, done, sources, joins, unlinked);
    const isMain = kind.sheet.key === main;
    const rowOf = (row: number): number => origin?.[row] ?? row;
    const plan = makePlan(
      deps,
      table,
      { ...kind.mapping, columns: isMain ? columns : keepingNames(columns, kind.sheet) },
      {
        ...(isMain ? options : { mode: options.mode, key: keyOf(kind) }),
        part: {
          byName: !isMain,
          links: links.map(({ field, ids }) => ({ field, ids: (row) => ids(rowOf(row)) })),
          made,
          newName: (id) => names.get(id),
        },
      },
    );
    const byName = new Map<string, string>();
    const title = titleColumns(plan);
    plan.ids.forEach((id, record) => {
      if (plan.matches.existing[record] !== undefined) return;
      const cells = title.map((column) => plan.cell(record, column));
      const name = nameOf(cells);
      if (name === "") return;
      if (!byName.has(name)) byName.set(name, id);
      names.set(id, cells.flatMap((cell) => (typeof cell === "string" ? [cell] : [])).join(" "));
    });
    made.set(kind.sheet.key, byName);
    done.set(kind.sheet.key, { plan, source: kind.source, rowOf, kind });
  }
  return joined([...done.values()], sources, main, unlinked);
}

/** The kinds of records there are, the first source's own first. DomainError "not-found" when a sheet is gone. */
function kindsIn(workbook: Workbook.Workbook, sources: readonly Source[]): Kind[] {
  return sources.flatMap(({ mapping }, source) => {
    const keys = new Set([mapping.sheet]);
    for (const { of, target } of mapping.columns)
      if (of !== undefined && target.kind !== "skip") keys.add(of);
    return [...keys].map((key) => {
      const { sheet } = Workbook.table(workbook, key);
      if (sheet.deleted === true) {
        throw new DomainError("not-found", `Cannot import into ${sheet.name}: it is in the trash.`);
      }
      const columns = mapping.columns.filter(({ of = mapping.sheet }) => of === key);
      return { sheet, source, mapping: { sheet: key, columns } };
    });
  });
}

/** Sheets that others link to before those; in a circle the first stays first. */
function inOrder(kinds: readonly Kind[]): Kind[] {
  const left = [...kinds];
  const order: Kind[] = [];
  while (left.length > 0) {
    const free = left.findIndex((kind) => left.every((other) => !linksTo(kind, other)));
    order.push(...left.splice(Math.max(0, free), 1));
  }
  return order;
}

function linksTo({ sheet }: Kind, other: Kind): boolean {
  return (
    sheet.key !== other.sheet.key &&
    sheet.fields.some((field) => field.deleted !== true && field.link?.sheet === other.sheet.key)
  );
}

function unfoldIn(table: Table, mapping: Mapping) {
  if (mapping.columns.some(({ block }) => block !== undefined))
    return unfold(table, mapping.columns);
  return { table, columns: mapping.columns, origin: undefined };
}

/** A record that is recognised by its name is not renamed by another spelling of it. */
function keepingNames(columns: readonly ColumnMapping[], sheet: Sheet): ColumnMapping[] {
  return columns.map((column) =>
    column.update === undefined &&
    column.target.kind === "field" &&
    sheet.title.includes(column.target.field)
      ? { ...column, update: "fill" }
      : column,
  );
}

/** E-mail, else what else names such a record beside its name. */
function keyOf({ sheet, mapping }: Kind): string {
  const fields = mapping.columns.flatMap(({ target }) =>
    target.kind === "field" ? sheet.fields.filter(({ key }) => key === target.field) : [],
  );
  const isNamed = mapping.columns.some(
    ({ target }) =>
      target.kind === "fullName" || (target.kind === "field" && sheet.title.includes(target.field)),
  );
  const key =
    fields.find(({ unique }) => unique === true) ??
    fields.find(({ type }) => type === "email") ??
    (isNamed ? undefined : fields.find(({ type }) => type === "url" || type === "phone"));
  return key?.key ?? "none";
}

function titleColumns({ sheet, columns }: Plan): number[] {
  return sheet.title.flatMap((key) => {
    const column = columns.findIndex(({ field }) => field.key === key);
    return column < 0 ? [] : [column];
  });
}

/** Where the links of a kind come from: the other records of the same row, or the row of another worksheet that has the same key. */
function linksOf(
  kind: Kind,
  kinds: readonly Kind[],
  done: ReadonlyMap<string, Composed>,
  sources: readonly Source[],
  joins: readonly Join[],
  unlinked: Unlinked[],
): GivenLink[] {
  const own = must(sources[kind.source]);
  return kinds.flatMap((other): GivenLink[] => {
    const target = done.get(other.sheet.key);
    const field = kind.sheet.fields.find(
      (one) => one.deleted !== true && one.link?.sheet === other.sheet.key,
    );
    if (target === undefined || field === undefined) return [];
    const byRow = recordsByRow(target);
    if (other.source === kind.source) {
      if (own.mapping.carried?.includes(other.sheet.key) === true)
        carryDown(own.table, target, byRow);
      return [{ field, ids: (row) => byRow.get(row) }];
    }
    const join = joins.find((one) => one.from === kind.sheet.key && one.to === other.sheet.key);
    if (join === undefined) return [];
    const byKey = new Map<string, readonly string[]>();
    const there = must(sources[other.source]).table;
    for (const [row, ids] of byRow) {
      const key = joinKey(Rows.cell(there.raw.rows, row, join.by));
      if (key !== "" && !byKey.has(key)) byKey.set(key, ids);
    }
    const name = own.table.columns.find(({ index }) => index === join.column)?.name ?? "";
    for (const row of dataRows(own.table)) {
      const cell = Rows.cell(own.table.raw.rows, row, join.column);
      if (isBlank(cell) || byKey.has(joinKey(cell))) continue;
      unlinked.push({ sheet: kind.sheet.key, row, column: name, text: cellText(cell) });
    }
    return [
      { field, ids: (row) => byKey.get(joinKey(Rows.cell(own.table.raw.rows, row, join.column))) },
    ];
  });
}

/** Ids of the records that a row of the source is, or is part of. */
function recordsByRow({ plan, rowOf }: Composed): Map<number, readonly string[]> {
  const found = new Map<number, readonly string[]>();
  plan.ids.forEach((id, record) => {
    for (let at = plan.matches.first[record]!; at !== -1; at = plan.matches.next[at]!) {
      const row = rowOf(plan.rows[at]!);
      const before = found.get(row);
      if (before?.includes(id) !== true) found.set(row, [...(before ?? []), id]);
    }
  });
  return found;
}

/** Rows that say nothing of such a record belong to the last one above. */
function carryDown(
  table: Table,
  { plan, rowOf }: Composed,
  byRow: Map<number, readonly string[]>,
): void {
  const refused = new Set(plan.refused.map(({ row }) => rowOf(row)));
  let last: readonly string[] | undefined;
  for (const row of dataRows(table)) {
    const own = byRow.get(row);
    if (own !== undefined || refused.has(row)) last = own;
    else if (last !== undefined) byRow.set(row, last);
  }
}

function joined(
  all: readonly Composed[],
  sources: readonly Source[],
  main: string,
  unlinked: readonly Unlinked[],
): Composition {
  const plans = all.map((one): Composed => {
    const { plan, source, rowOf } = one;
    return { plan, source, rowOf };
  });
  const at = plans.findIndex(({ plan }) => plan.sheet.key === main);
  const own = must(plans[at]);
  const refused = sources.map((source, index) =>
    refusedOf(
      source,
      plans.filter((one) => one.source === index),
    ),
  );
  const elsewhere = refused.slice(1).flatMap((rows, index) => {
    const worksheet = sources[index + 1]?.table.raw.sheet ?? "";
    return rows.map((row) => ({ ...row, worksheet }));
  });
  const plan: Plan = {
    ...own.plan,
    refused: must(refused[0]),
    along: {
      before: plans.slice(0, at).map((one) => one.plan),
      after: plans.slice(at + 1).map((one) => one.plan),
      refused: elsewhere,
    },
  };
  return { plan, plans: plans.with(at, { ...own, plan }), refused, unlinked };
}

/** The rows of a source that are not written: as a record of its own sheet, as one of another, or as nothing at all. */
function refusedOf({ table, mapping }: Source, plans: readonly Composed[]): RefusedRow[] {
  const refused = plans.flatMap(({ plan, rowOf }) => {
    const noun = plan.sheet.singular ?? "record";
    return plan.refused.map(({ row, column, reason }) =>
      plan.sheet.key === mapping.sheet
        ? { row: rowOf(row), column, reason }
        : { row: rowOf(row), column, reason: `The ${noun} is not written: ${reason}` },
    );
  });
  const said = new Set<number>(refused.map(({ row }) => row));
  for (const one of plans) for (const row of recordsByRow(one).keys()) said.add(row);
  for (const row of dataRows(table)) {
    if (said.has(row)) continue;
    const reason = "The row is blank in every column that is imported.";
    refused.push({ row, column: null, reason });
  }
  return refused.toSorted((a, b) => a.row - b.row);
}
