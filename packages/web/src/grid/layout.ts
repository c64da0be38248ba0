import * as v from "valibot";
import type { Field, Sheet } from "@gridfolk/core/field/field";
import type { Leaf } from "@gridfolk/core/sheet/filter";
import type { SortKey } from "@gridfolk/core/sheet/sort";
import { liveFields } from "./sheet-context.ts";

/** How one person arranges the columns of one sheet. Fields it does not know of stand where the sheet has them. */
export interface Layout {
  /** Field keys, in the order in which the person put them; empty: the sheet's order. */
  readonly order: readonly string[];
  readonly hidden: readonly string[];
  /** Stay at the left while the rest scrolls. */
  readonly pinned: readonly string[];
  /** Pixels by field key. */
  readonly widths: { readonly [field: string]: number };
  readonly sort: readonly SortKey[];
  readonly filters: readonly Leaf[];
}

const Stored = v.object({
  order: v.array(v.string()),
  hidden: v.array(v.string()),
  pinned: v.array(v.string()),
  widths: v.record(v.string(), v.pipe(v.number(), v.minValue(20), v.maxValue(2000))),
  sort: v.array(v.object({ field: v.string(), descending: v.boolean() })),
  filters: v.array(v.object({ field: v.string(), op: v.string(), value: v.optional(v.any()) })),
});

export function initial(sheet: Sheet): Layout {
  return { order: [], hidden: [], pinned: sheet.title, widths: {}, sort: [], filters: [] };
}

export function load(storage: Pick<Storage, "getItem">, key: string, sheet: Sheet): Layout {
  try {
    const found = v.safeParse(Stored, JSON.parse(storage.getItem(key) ?? "null"));
    if (found.success) return found.output;
  } catch {
    // Unreadable or forbidden storage: as if nothing had been kept.
  }
  return initial(sheet);
}

export function save(storage: Pick<Storage, "setItem">, key: string, layout: Layout): void {
  try {
    storage.setItem(key, JSON.stringify(layout));
  } catch {
    // A full or forbidden storage loses an arrangement, no data.
  }
}

export function storageKey(user: string, workspace: string, sheet: string): string {
  return `gridfolk:layout:${user}:${workspace}:${sheet}`;
}

/** The sheet's fields as this person arranged them: pinned first, fields added since behind the one they follow in the sheet. */
export function arranged(sheet: Sheet, layout: Layout): Field[] {
  const fields = liveFields(sheet);
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const order = layout.order.filter((key) => byKey.has(key));
  fields.forEach((field, index) => {
    if (order.includes(field.key)) return;
    if (layout.order.length === 0) {
      order.push(field.key);
      return;
    }
    const before = fields[index - 1];
    order.splice(before === undefined ? 0 : order.indexOf(before.key) + 1, 0, field.key);
  });
  const pinned = order.filter((key) => layout.pinned.includes(key));
  const rest = order.filter((key) => !layout.pinned.includes(key));
  return [...pinned, ...rest].map((key) => byKey.get(key) as Field);
}

export function visible(sheet: Sheet, layout: Layout): Field[] {
  return arranged(sheet, layout).filter((field) => !layout.hidden.includes(field.key));
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
