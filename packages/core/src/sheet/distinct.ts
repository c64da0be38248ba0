import { isPause, type Steps } from "../edit/steps.ts";
import type { Json } from "../field/behaviour.ts";
import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field, FieldType } from "../field/field.ts";
import { fold } from "../field/fold.ts";
import { registry } from "../field/registry.ts";
import { dayOf } from "../field/types/date-time.ts";
import { rows, type Table } from "../ledger/workbook.ts";
import type { Context } from "./context.ts";
import { fieldOf, type Predicate } from "./filter.ts";
import { reader } from "./reader.ts";

/** One value of a column, as often as rows have it. */
export interface DistinctValue {
  /** As `anyOf` takes it: a text, an id, a number, a day, an amount with its currency. */
  readonly value: Json;
  /** For people. */
  readonly label: string;
  readonly count: number;
}

export interface Distinct {
  /** Every value once, in the order of the column's type. */
  readonly values: readonly DistinctValue[];
  /** Rows without a value. */
  readonly blanks: number;
  /** Rows whose text does not fit the column: no value asks for them. */
  readonly misfits: number;
  /** The column has more values than `MOST_VALUES`; those that came later are left out. */
  readonly isPartial: boolean;
}

/** More values than anybody ticks in a list; sorting them takes no longer than a frame. */
export const MOST_VALUES = 20_000;

/**
 * The values that a column has among the rows that pass, each as often as it occurs: spellings that `anyOf` takes for the same are
 * one, by the spelling that came first; dates with time count by their day; of several links or choices each counts.
 * `company.industry` as key reads linked records. DomainError "unknown-field".
 */
export function* distinct(
  table: Table,
  key: string,
  context: Context,
  passes: Predicate = () => true,
): Steps<Distinct> {
  const { field, read } = cellsOf(table, key, context);
  const keyOf = identityOf(field, context);
  const found = new Map<string, { cell: Cell; count: number }>();
  let [blanks, misfits, isPartial] = [0, 0, false];
  for (const [index, row] of rows(table).entries()) {
    if (isPause(index)) yield;
    if (!passes(row)) continue;
    const cells = read(row);
    if (cells.length === 0) blanks += 1;
    for (const cell of cells) {
      const id = isInvalid(cell) ? undefined : keyOf(cell);
      const known = id === undefined ? undefined : found.get(id);
      if (id === undefined) misfits += 1;
      else if (known !== undefined) known.count += 1;
      else if (found.size >= MOST_VALUES) isPartial = true;
      else found.set(id, { cell, count: 1 });
    }
  }
  const values: (DistinctValue & { readonly cell: Cell })[] = [];
  const inWords = wordsOf(field, context);
  for (const { cell, count } of found.values()) {
    if (isPause(values.length)) yield;
    values.push({ cell, ...inWords(cell), count });
  }
  values.sort(orderOf(field));
  return {
    values: values.map(({ value, label, count }) => ({ value, label, count })),
    blanks,
    misfits,
    isPartial,
  };
}

/** What a row has in the column, none, one or several; through a link, of all linked records. */
function cellsOf(
  table: Table,
  key: string,
  context: Context,
): { field: Field; read: (row: number) => readonly Cell[] } {
  const [first = "", second] = key.split(".", 2);
  const field = fieldOf(table, first, "field");
  const read = reader(table, first);
  const own = (row: number) => several(read(row), field);
  const target = second === undefined ? undefined : context.tableOf?.(field.link?.sheet ?? "");
  if (second === undefined || target === undefined) return { field, read: own };
  const asked = fieldOf(target, second, "field");
  const readThere = reader(target, second);
  return {
    field: asked,
    read: (row) =>
      own(row).flatMap((id) => {
        const linked = typeof id === "string" ? target.rowById.get(id) : undefined;
        return linked === undefined ? [] : several(readThere(linked), asked);
      }),
  };
}

function several(cell: Cell | undefined, { type }: Field): readonly Cell[] {
  if (cell === undefined || cell === "") return [];
  if (type !== "link" && type !== "multiChoice") return [cell];
  return Array.isArray(cell) ? (cell as readonly string[]) : [cell];
}

/** What two cells that `anyOf` takes for the same have in common. */
function identityOf(field: Field, context: Context): (cell: Cell) => string | undefined {
  if (isMoment(field)) return (cell) => dayIn(cell, context);
  if (isNamed(field)) return (cell) => cell as string;
  const { key } = behaviourOf(field);
  return (cell) => key(cell) ?? String(cell);
}

function wordsOf(field: Field, context: Context) {
  if (isMoment(field)) {
    return (cell: Cell) => {
      const day = dayIn(cell, context);
      return { value: day, label: registry.date.format(day, field, context.locale) };
    };
  }
  if (isNamed(field)) {
    return (cell: Cell) => {
      const id = cell as string;
      return { value: id, label: context.names.nameOf(field, id) ?? id };
    };
  }
  const { format, toJson } = behaviourOf(field);
  return (cell: Cell) => ({
    value: toJson(cell, field),
    label: format(cell, field, context.locale),
  });
}

/** As people look for them: texts and names without regard to case, the rest as their type is sorted. */
function orderOf(field: Field) {
  type Value = DistinctValue & { readonly cell: Cell };
  if (!isNamed(field) && !TEXTS.has(field.type)) {
    const { compare } = behaviourOf(field);
    return (a: Value, b: Value) => compare(a.cell, b.cell, field);
  }
  const keys = new Map<Value, string>();
  const keyOf = (value: Value) => {
    const known = keys.get(value) ?? fold(value.label);
    keys.set(value, known);
    return known;
  };
  return (a: Value, b: Value) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0);
}

const TEXTS: ReadonlySet<FieldType> = new Set(["text", "longText", "email", "phone", "url"]);

/** Of one value: several choices are each one. */
function behaviourOf({ type }: Field) {
  return registry[type === "multiChoice" ? "choice" : type];
}

/** Cells hold ids, and only names tell whose. */
function isNamed({ type }: Field): boolean {
  return type === "link" || type === "user" || type === "createdBy" || type === "updatedBy";
}

function isMoment({ type }: Field): boolean {
  return type === "dateTime" || type === "createdAt" || type === "updatedAt";
}

function dayIn(cell: Cell, { locale }: Context): string {
  return dayOf(cell as string, locale.timeZone);
}
