import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Context } from "@gridfolk/core/sheet/context";
import * as Filter from "@gridfolk/core/sheet/filter";
import * as Search from "@gridfolk/core/sheet/search";
import * as Sort from "@gridfolk/core/sheet/sort";
import { arrange } from "./arrange.ts";
import type { Question } from "./row-order.ts";

/** What the person asked the sheet for. */
export interface Asked {
  readonly conditions: readonly Filter.Leaf[];
  readonly search: string;
  readonly sort: readonly Sort.SortKey[];
}

/** The question over rows. Conditions and sorts of columns that are gone, or that make no sense any more, are left out. */
export function question(table: Workbook.Table, asked: Asked, context: Context): Question {
  const selections: Select[] = asked.conditions.flatMap((condition) => {
    try {
      const passes = Filter.compile(condition, table, context);
      return [(rows) => rows.filter(passes)];
    } catch {
      // The column was deleted or retyped since; its chip says so.
      return [];
    }
  });
  const found = Search.compile(asked.search, table, context);
  if (found !== undefined) selections.push(found);
  const keys = asked.sort.filter(({ field: key }) => {
    const field = Workbook.findField(table, key);
    return field !== undefined && !field.deleted;
  });
  return {
    ...(selections.length === 0
      ? {}
      : { select: (rows) => selections.reduce((left, select) => select(left), rows) }),
    ...(keys.length === 0
      ? {}
      : {
          compare: Sort.sorter(keys, table, context).compare,
          arrange: (rows) =>
            arrange(
              rows,
              keys.map((key) => Sort.sorter([key], table, context)),
            ),
        }),
  };
}

type Select = (rows: readonly number[]) => readonly number[];

/** Whether a condition can be asked of the sheet as it is now. */
export function isAskable(
  table: Workbook.Table,
  condition: Filter.Leaf,
  context: Context,
): boolean {
  try {
    Filter.compile(condition, table, context);
    return true;
  } catch {
    return false;
  }
}

/** Patterns that mark in a text what the search found. */
export function patterns(search: string): readonly RegExp[] {
  return search
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => Search.patternOf(word));
}
