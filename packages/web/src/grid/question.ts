import type * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Context } from "@gridfolk/core/sheet/context";
import * as Filter from "@gridfolk/core/sheet/filter";
import * as Search from "@gridfolk/core/sheet/search";
import * as Sort from "@gridfolk/core/sheet/sort";
import type { Definition } from "@gridfolk/core/view/definition";
import { grouping } from "@gridfolk/core/view/group";
import { arrange } from "./arrange.ts";
import type { Question } from "./row-order.ts";

/** The question over rows. The definition is mended: it names nothing that is gone. */
export function question(
  table: Workbook.Table,
  { filter, sort, group }: Definition,
  search: string,
  context: Context,
): Question {
  const selections: Select[] = [];
  if (filter !== undefined) {
    const passes = Filter.compile(filter, table, context);
    selections.push((rows) => rows.filter(passes));
  }
  const found = Search.compile(search, table, context);
  if (found !== undefined) selections.push(found);
  return {
    ...(selections.length === 0
      ? {}
      : { select: (rows) => selections.reduce((left, select) => select(left), rows) }),
    ...(sort.length === 0
      ? {}
      : {
          compare: Sort.sorter(sort, table, context).compare,
          arrange: (rows) =>
            arrange(
              rows,
              sort.map((key) => Sort.sorter([key], table, context)),
            ),
        }),
    ...(group.length === 0 ? {} : { groups: grouping(group, table, context) }),
  };
}

type Select = (rows: readonly number[]) => readonly number[];

/** Whether a condition can be asked of the sheet as it is now. */
export function isAskable(
  table: Workbook.Table,
  condition: Filter.Filter,
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
