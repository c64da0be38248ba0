import * as Calendar from "../field/calendar.ts";
import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { dates } from "../field/intl.ts";
import { dayOf } from "../field/types/date-time.ts";
import { utc } from "../field/zone.ts";
import type { Table } from "../ledger/workbook.ts";
import type { Context } from "../sheet/context.ts";
import { fieldOf } from "../sheet/filter.ts";
import { weekBegins } from "../sheet/period.ts";
import { reader } from "../sheet/reader.ts";
import * as Sort from "../sheet/sort.ts";
import type { GroupKey, Unit } from "./definition.ts";

/**
 * Puts rows into groups, one within the other. Each row is in exactly one leaf group, named by a number; leaves that share the
 * groups above them stand beside each other in `compare`'s order. Keep it no longer than the workbook stands still for `leafOf`; what is
 * known of a leaf stays true.
 */
export interface Grouping {
  readonly levels: number;
  readonly fields: readonly Field[];
  /** The leaf group that the row belongs to now. */
  leafOf(row: number): number;
  /** Order of two leaves: values as they are sorted, text that does not fit behind them, blanks last. */
  compare(a: number, b: number): number;
  /** The group of a leaf at a level, 0 the outermost. Leaves of one group have one object. */
  groupAt(leaf: number, level: number): Group;
}

export interface Group {
  /** Names the group with those it is in, the same tomorrow: what is shut is kept by it. */
  readonly key: string;
  readonly level: number;
  readonly field: Field;
  /** What the rows have in common; for dates the first day of the stretch; `undefined`: blank. */
  readonly cell: Cell | undefined;
  /** Dates and times only. */
  readonly unit?: Unit;
}

/** DomainError "unknown-field". */
export function grouping(keys: readonly GroupKey[], table: Table, context: Context): Grouping {
  const levels = keys.map((key) => level(key, table, context));
  const leafByPath = new Map<string, number>();
  const leaves: { readonly path: readonly number[]; readonly groups: readonly Group[] }[] = [];
  const groupByKey = new Map<string, Group>();
  const single = levels.length === 1 ? levels[0] : undefined;
  const leafByNumber: number[] = [];

  function add(path: readonly number[]): number {
    let key = "";
    const groups = path.map((number, depth) => {
      const { name, cell, field, unit } = (levels[depth] as Level).valueOf(number);
      key = depth === 0 ? name : `${key}\n${name}`;
      let group = groupByKey.get(key);
      if (group === undefined) {
        group = { key, level: depth, field, cell, ...(unit === undefined ? {} : { unit }) };
        groupByKey.set(key, group);
      }
      return group;
    });
    leaves.push({ path, groups });
    return leaves.length - 1;
  }

  return {
    levels: levels.length,
    fields: levels.map(({ field }) => field),
    leafOf(row) {
      if (single !== undefined) {
        const number = single.numberOf(row);
        return (leafByNumber[number] ??= add([number]));
      }
      const path = levels.map((each) => each.numberOf(row));
      const name = path.join();
      let leaf = leafByPath.get(name);
      if (leaf === undefined) {
        leaf = add(path);
        leafByPath.set(name, leaf);
      }
      return leaf;
    },
    compare(a, b) {
      const [one, other] = [leaves[a]?.path ?? [], leaves[b]?.path ?? []];
      for (const [depth, each] of levels.entries()) {
        const order = each.compare(one[depth] ?? 0, other[depth] ?? 0);
        if (order !== 0) return order;
      }
      return 0;
    },
    groupAt: (leaf, depth) => leaves[leaf]?.groups[depth] as Group,
  };
}

interface Value {
  readonly name: string;
  readonly cell: Cell | undefined;
  readonly field: Field;
  readonly unit?: Unit;
}

interface Level {
  readonly field: Field;
  numberOf(row: number): number;
  valueOf(number: number): Value;
  compare(a: number, b: number): number;
}

/** One field's values, each with a number. */
function level(key: GroupKey, table: Table, context: Context): Level {
  const field = fieldOf(table, key.field, "group");
  const read = reader(table, field.key);
  const unit = isTime(field) ? (key.unit ?? "day") : undefined;
  const stretchOf = unit === undefined ? undefined : stretches(field, unit, context);
  const sorter = Sort.sorter([{ field: field.key, descending: key.descending }], table, context);
  const numberByName = new Map<string, number>();
  const numberByText = new Map<Cell | undefined, number>();
  const values: (Value & { readonly sort: readonly Sort.SortValue[] })[] = [];

  function number(cell: Cell | undefined, row: number): number {
    const value = stretchOf === undefined || isInvalid(cell) ? cell : stretchOf(cell);
    const shown = field.type === "checkbox" && value === undefined ? false : blankOf(value);
    const name = shown === undefined ? "" : JSON.stringify(shown);
    let found = numberByName.get(name);
    if (found === undefined) {
      found = values.length;
      numberByName.set(name, found);
      // Days and weeks are written so that they sort as texts.
      const sort = stretchOf === undefined ? sorter.values(row) : [shown];
      values.push({ name, cell: shown, field, sort, ...(unit === undefined ? {} : { unit }) });
    }
    return found;
  }

  return {
    field,
    numberOf(row) {
      const cell = read(row);
      if (typeof cell === "object") return number(cell, row);
      let found = numberByText.get(cell);
      if (found === undefined) {
        found = number(cell, row);
        numberByText.set(cell, found);
      }
      return found;
    },
    valueOf: (at) => values[at] as Value,
    compare(a, b) {
      if (a === b) return 0;
      const [one, other] = [values[a], values[b]];
      // Equal for people, such as two spellings: still two groups, always in one order.
      const byName = (one?.name ?? "") < (other?.name ?? "") ? -1 : 1;
      if (one?.cell === undefined || other?.cell === undefined) {
        return one?.cell === undefined ? 1 : -1;
      }
      if (stretchOf === undefined) return sorter.compareValues(one.sort, other.sort) || byName;
      const [wrong, otherWrong] = [isInvalid(one.cell), isInvalid(other.cell)];
      if (wrong !== otherWrong) return wrong ? 1 : -1;
      return key.descending ? -byName : byName;
    },
  };
}

/** An empty text or list is blank. */
function blankOf(cell: Cell | undefined): Cell | undefined {
  return cell === "" || (Array.isArray(cell) && cell.length === 0) ? undefined : cell;
}

export function isTime(field: Field): boolean {
  return (
    field.type === "date" ||
    field.type === "dateTime" ||
    field.type === "createdAt" ||
    field.type === "updatedAt"
  );
}

const DAY_MS = 86_400_000;

/** The first day of the stretch of time that a date lies in. */
function stretches(
  field: Field,
  unit: Unit,
  { locale }: Context,
): (cell: Cell | undefined) => Cell | undefined {
  const begins = weekBegins(locale.country);
  return (cell) => {
    if (typeof cell !== "string" || cell === "") return undefined;
    const day = field.type === "date" ? cell : dayOf(cell, locale.timeZone);
    return firstDay(day, unit, begins);
  };
}

/** `YYYY-MM-DD` of the first day of the day's week (beginning on Sunday, 0, or Monday, 1), month, quarter or year. */
export function firstDay(day: string, unit: Unit, begins: 0 | 1): string {
  switch (unit) {
    case "day":
      return day;
    case "week": {
      const at = Date.parse(day);
      if (Number.isNaN(at)) return day;
      const offset = (new Date(at).getUTCDay() - begins + 7) % 7;
      return new Date(at - offset * DAY_MS).toISOString().slice(0, 10);
    }
    case "month":
      return `${day.slice(0, 7)}-01`;
    case "quarter": {
      const month = Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + 1;
      return `${day.slice(0, 5)}${Calendar.two(month)}-01`;
    }
    default:
      return `${day.slice(0, 4)}-01-01`;
  }
}

/** "March 2026", "Q1 2026", "week of Mar 2, 2026": a stretch of time by its first day. */
export function stretchWords(first: string, unit: Unit, locale: string): string {
  const [year = 0, month = 1, day = 1] = first.split("-").map(Number);
  const at = utc(year, month, day);
  const write = (style: Intl.DateTimeFormatOptions) =>
    dates(locale, { ...style, timeZone: "UTC" }).format(at);
  switch (unit) {
    case "day":
      return write({ dateStyle: "medium" });
    case "week":
      return `week of ${write({ dateStyle: "medium" })}`;
    case "month":
      return write({ month: "long", year: "numeric" });
    case "quarter":
      return `Q${Math.floor((month - 1) / 3) + 1} ${year}`;
    default:
      return String(year);
  }
}

/**
 * The rows, sorted already, put together by group; within a group they keep their order. `leaves` has the leaf of each, in the
 * same order.
 */
export function arrange(
  rows: ArrayLike<number>,
  grouping: Grouping,
): { readonly rows: Int32Array<ArrayBuffer>; readonly leaves: Int32Array<ArrayBuffer> } {
  const leafOfPlace = new Int32Array(rows.length);
  const sizes: number[] = [];
  for (let place = 0; place < rows.length; place++) {
    const leaf = grouping.leafOf(rows[place] as number);
    leafOfPlace[place] = leaf;
    sizes[leaf] = (sizes[leaf] ?? 0) + 1;
  }
  const order = Object.keys(sizes)
    .map(Number)
    .sort((a, b) => grouping.compare(a, b));
  const next: number[] = [];
  let at = 0;
  for (const leaf of order) {
    next[leaf] = at;
    at += sizes[leaf] as number;
  }
  const sorted = new Int32Array(rows.length);
  const leaves = new Int32Array(rows.length);
  for (let place = 0; place < rows.length; place++) {
    const leaf = leafOfPlace[place] as number;
    const to = next[leaf] as number;
    next[leaf] = to + 1;
    sorted[to] = rows[place] as number;
    leaves[to] = leaf;
  }
  return { rows: sorted, leaves };
}
