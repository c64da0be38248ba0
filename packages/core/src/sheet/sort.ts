import { DomainError } from "../error.ts";
import { isInvalid, type Cell, type Invalid } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { supported } from "../field/intl.ts";
import { registry } from "../field/registry.ts";
import type { Table } from "../ledger/workbook.ts";
import type { Context } from "./context.ts";
import { fieldOf } from "./filter.ts";
import { reader } from "./reader.ts";

export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
}

/** What a record is sorted by: the cell, or the name it stands for. */
export type SortValue = Cell | undefined;

const MOST = 10;

/** Reads `-closeDate,name`. DomainError "malformed"; unknown fields are found by `sorter`. */
export function parse(text: string): readonly SortKey[] {
  const keys = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const descending = part.startsWith("-");
      return { field: descending || part.startsWith("+") ? part.slice(1) : part, descending };
    });
  if (keys.length > MOST) {
    throw new DomainError("malformed", `A list is sorted by at most ${MOST} columns.`);
  }
  return keys;
}

export function toText(keys: readonly SortKey[]): string {
  return keys.map(({ field, descending }) => `${descending ? "-" : ""}${field}`).join(",");
}

export interface Sorter {
  /** What a row is sorted by, one value per key. */
  values(row: number): readonly SortValue[];
  /** Order of two rows, without the tie-break by creation. */
  compare(a: number, b: number): number;
  /** Order of a row against values taken earlier. */
  compareTo(row: number, values: readonly SortValue[]): number;
  /** Order of values taken earlier. */
  compareValues(a: readonly SortValue[], b: readonly SortValue[]): number;
}

/**
 * Orders rows: text as people of the locale read it, choices as their options stand, links and members by name. Whatever the
 * direction, text that does not fit comes after values and blanks come last. DomainError "unknown-field".
 */
export function sorter(keys: readonly SortKey[], table: Table, context: Context): Sorter {
  const columns = keys.map(({ field: key, descending }) => {
    const field = fieldOf(table, key, "sort");
    return {
      read: readerOf(field, table, context),
      compare: directed(comparer(field, context), descending),
    };
  });
  const [first] = columns;
  const compare =
    first !== undefined && columns.length === 1
      ? (a: number, b: number) => first.compare(first.read(a), first.read(b))
      : (a: number, b: number) => {
          for (const column of columns) {
            const order = column.compare(column.read(a), column.read(b));
            if (order !== 0) return order;
          }
          return 0;
        };
  return {
    compare,
    values: (row) => columns.map(({ read }) => read(row)),
    compareTo(row, values) {
      for (const [index, column] of columns.entries()) {
        const order = column.compare(column.read(row), values[index]);
        if (order !== 0) return order;
      }
      return 0;
    },
    compareValues(a, b) {
      for (const [index, column] of columns.entries()) {
        const order = column.compare(a[index], b[index]);
        if (order !== 0) return order;
      }
      return 0;
    },
  };
}

type Value = Exclude<Cell, Invalid>;
type Compare<T> = (a: T, b: T) => number;

function directed(compare: Compare<Value>, descending: boolean): Compare<SortValue> {
  return (a, b) => {
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
    const aInvalid = isInvalid(a);
    const bInvalid = isInvalid(b);
    if (!aInvalid && !bInvalid) return descending ? compare(b, a) : compare(a, b);
    if (aInvalid !== bInvalid) return aInvalid ? 1 : -1;
    const order = compareCodes(aInvalid ? a.invalid : "", bInvalid ? b.invalid : "");
    return descending ? -order : order;
  };
}

function compareCodes(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

const collators = new Map<string, Intl.Collator>();

/** Text as people of the locale read it, numbers in it by size. */
export function collatorOf(locale: string): Intl.Collator {
  let collator = collators.get(locale);
  if (collator === undefined) {
    collator = new Intl.Collator(supported(locale), { numeric: true });
    collators.set(locale, collator);
  }
  return collator;
}

/** Values of one field, blanks and text that does not fit aside. */
function comparer(field: Field, { locale }: Context): Compare<Value> {
  switch (field.type) {
    case "text":
    case "longText":
    case "email":
    case "url":
    case "user":
    case "link":
    case "createdBy":
    case "updatedBy": {
      const { compare } = collatorOf(locale.locale);
      return (a, b) => compare(a as string, b as string);
    }
    case "date":
      return (a, b) => compareCodes(a as string, b as string);
    default: {
      const { compare } = registry[field.type];
      return (a, b) => compare(a, b, field);
    }
  }
}

function readerOf(field: Field, table: Table, { names }: Context): (row: number) => SortValue {
  const read = reader(table, field.key);
  const known = new Map<string, string>();
  const nameOf = (id: string): string => {
    let name = known.get(id);
    if (name === undefined) {
      name = names.nameOf(field, id) ?? id;
      known.set(id, name);
    }
    return name;
  };
  switch (field.type) {
    case "link":
      return (row) => {
        const cell = read(row);
        return Array.isArray(cell) ? (cell as readonly string[]).map(nameOf).join(", ") : cell;
      };
    case "user":
    case "createdBy":
    case "updatedBy":
      return (row) => {
        const cell = read(row);
        return typeof cell === "string" ? nameOf(cell) : cell;
      };
    default:
      return read;
  }
}
