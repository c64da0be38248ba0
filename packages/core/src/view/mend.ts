import { isDomainError } from "../error.ts";
import { findField, type Table } from "../ledger/workbook.ts";
import type { Context } from "../sheet/context.ts";
import * as Filter from "../sheet/filter.ts";
import type { Definition } from "./definition.ts";

/** A definition that can be asked of the sheet as it is now, and what had to be left out of it. */
export interface Mended {
  readonly definition: Definition;
  /** For people, each once: "the column Budget was deleted". */
  readonly lost: readonly string[];
}

/**
 * Leaves out of a definition what names fields that were deleted or are unknown, and conditions that a field no longer answers
 * (it was retyped since). Columns that are merely hidden, moved or sized are passed over in silence: nothing is missing on screen.
 */
export function mend(definition: Definition, table: Table, context: Context): Mended {
  const lost = new Set<string>();
  const isThere = (key: string): boolean => {
    const field = findField(table, key);
    if (field !== undefined && field.deleted !== true) return true;
    lost.add(goneWords(table, key));
    return false;
  };
  const filter =
    definition.filter && askable(definition.filter, table, context, (words) => lost.add(words));
  const rules = definition.rules.flatMap((rule) => {
    if (rule.field !== undefined && !isThere(rule.field)) return [];
    const asked = askable(rule.filter, table, context, (words) => lost.add(words));
    // A rule that lost its condition would colour everything.
    return asked === undefined ? [] : [{ ...rule, filter: asked }];
  });
  const { filter: _, ...rest } = definition;
  return {
    definition: {
      ...rest,
      ...(filter === undefined ? {} : { filter }),
      sort: definition.sort.filter(({ field }) => isThere(field)),
      group: definition.group.filter(({ field }) => isThere(field)),
      summaries: Object.fromEntries(
        Object.entries(definition.summaries).filter(([field]) => isThere(field)),
      ),
      rules,
    },
    lost: [...lost],
  };
}

/** The filter without the conditions that cannot be asked; `undefined` when none is left of several. */
export function askable(
  filter: Filter.Filter,
  table: Table,
  context: Context,
  onLost: (words: string) => void,
): Filter.Filter | undefined {
  if ("and" in filter || "or" in filter) {
    const parts = "and" in filter ? filter.and : filter.or;
    const left = parts.flatMap((part) => askable(part, table, context, onLost) ?? []);
    // What was blank from the start stays what it is.
    if (left.length === 0 && parts.length > 0) return undefined;
    return "and" in filter ? { and: left } : { or: left };
  }
  try {
    Filter.compile(filter, table, context);
    return filter;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    onLost(error.code === "unknown-field" ? goneWords(table, filter.field) : error.message);
    return undefined;
  }
}

/** "the column Budget was deleted", or "there is no column budget". */
export function goneWords(table: Table, key: string): string {
  const field = findField(table, key.split(".")[0] as string);
  if (field?.deleted === true) return `the column ${field.name} was deleted`;
  return `there is no column ${key}`;
}
