import type { Field, Sheet } from "@gridfolk/core/field/field";
import type { Filter } from "@gridfolk/core/sheet/filter";
import * as Definition from "@gridfolk/core/view/definition";
import { arrangedFields, shownFields } from "@gridfolk/core/view/fields";

/**
 * How one person looks at a sheet, or at a saved view of it, now. Kept in this browser until it is saved as a view; fields it does not
 * know of stand where the sheet has them.
 */
export interface Layout extends Omit<Definition.Definition, "filter" | "pinned"> {
  /** All of them have to hold. */
  readonly filters: readonly Filter[];
  readonly pinned: readonly string[];
}

export function initial(sheet: Sheet): Layout {
  return fromDefinition(Definition.EMPTY, sheet);
}

export function fromDefinition(definition: Definition.Definition, sheet: Sheet): Layout {
  const { filter, pinned = sheet.title, ...rest } = definition;
  const filters = filter === undefined ? [] : "and" in filter ? filter.and : [filter];
  return { ...rest, filters, pinned };
}

export function toDefinition({ filters, ...rest }: Layout): Definition.Definition {
  return filters.length === 0 ? rest : { ...rest, filter: { and: filters } };
}

/** Whether both show the same. */
export function equals(a: Layout, b: Layout): boolean {
  return Definition.toText(toDefinition(a)) === Definition.toText(toDefinition(b));
}

/** What was kept; undefined where there is nothing. */
export function load(
  storage: Pick<Storage, "getItem">,
  key: string,
  sheet: Sheet,
): Layout | undefined {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? "null");
    if (typeof kept !== "object" || kept === null) return undefined;
    // As it was kept before there were views.
    const { filters, ...rest } = kept as { filters?: unknown };
    const json =
      Array.isArray(filters) && filters.length > 0 ? { ...rest, filter: { and: filters } } : rest;
    return fromDefinition(Definition.fromJson(json), sheet);
  } catch {
    // Unreadable or forbidden storage: as if nothing had been kept.
    return undefined;
  }
}

/** `undefined` forgets what was kept. */
export function save(
  storage: Pick<Storage, "setItem" | "removeItem">,
  key: string,
  layout: Layout | undefined,
): void {
  try {
    if (layout === undefined) storage.removeItem(key);
    else storage.setItem(key, Definition.toText(toDefinition(layout)));
  } catch {
    // A full or forbidden storage loses an arrangement, no data.
  }
}

/** All fields, hidden ones too, as this person arranged them. */
export function arranged(sheet: Sheet, layout: Layout): Field[] {
  return arrangedFields(sheet, layout);
}

export function visible(sheet: Sheet, layout: Layout): Field[] {
  return shownFields(sheet, layout);
}

/** Clicking sorts upwards, then downwards, then not; with Shift the column joins those that sort already. */
export function nextSort(sort: Layout["sort"], field: string, additive: boolean): Layout["sort"] {
  const at = sort.findIndex((other) => other.field === field);
  const found = sort[at];
  const next =
    found === undefined
      ? [{ field, descending: false }]
      : found.descending
        ? []
        : [{ field, descending: true }];
  if (!additive) return next;
  return at < 0 ? [...sort, ...next] : sort.toSpliced(at, 1, ...next);
}
