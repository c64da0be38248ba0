import type { Json } from "@gridfolk/core/field/behaviour";
import { equals, type Cell } from "@gridfolk/core/field/cell";
import type { Field, Locale } from "@gridfolk/core/field/field";
import { withOptions } from "@gridfolk/core/field/palette";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { setOperations, type Write } from "../grid/change.ts";
import { isWritable } from "../grid/sheet-context.ts";
import { cellOf, type HistoryEntry } from "./history.ts";

/** What a cell held once, as the history tells it. */
export interface Former {
  readonly field: Field;
  readonly value: Json;
}

export interface BroughtBack {
  /** Choices that come back first, then the values. Empty: everything is as it was. */
  readonly operations: readonly Operation[];
  /** Values that change. */
  readonly values: number;
  /** What stays as it is, and why, for people. */
  readonly left: readonly string[];
}

/**
 * What puts former values of one record back. A choice that the column has no longer comes back with it; what does not fit
 * the column any more is kept as text and marked. Computed columns are left out without a word.
 */
export function bringBack(
  sheet: string,
  record: string,
  former: readonly Former[],
  now: (field: Field) => Cell | undefined,
  locale: Locale,
): BroughtBack {
  const fields: Operation[] = [];
  const writes: Write[] = [];
  const left: string[] = [];
  for (const { field, value } of former) {
    if (!isWritable(field) || field.deleted === true) continue;
    const names = choicesOf(value, field);
    const options = withOptions(field.options ?? [], names);
    const whole = names.length === 0 ? field : { ...field, options };
    const after = cellOf(value, whole, locale);
    if (equals(after, now(field))) continue;
    if (field.required === true && after === undefined) {
      left.push(`“${field.name}” must not be blank`);
      continue;
    }
    if (options.length !== (field.options?.length ?? 0)) {
      fields.push({ op: "field", sheet, after: whole });
    }
    writes.push({ id: record, field: field.key, after });
  }
  const byKey = new Map(former.map(({ field }) => [field.key, field]));
  const sets = setOperations(sheet, writes, (_, key) => {
    const field = byKey.get(key);
    return field && now(field);
  });
  return { operations: [...fields, ...sets], values: writes.length, left };
}

/** Names of choices as the history tells them; marked text names none. */
function choicesOf(value: Json, { type }: Field): readonly string[] {
  if (type === "choice") return typeof value === "string" ? [value] : [];
  if (type !== "multiChoice" || !Array.isArray(value)) return [];
  return (value as readonly unknown[]).filter((name) => typeof name === "string");
}

/**
 * What the cells held that were changed after an entry, right after it. `entries` are newest first and reach to that entry
 * without a gap.
 */
export function formerAt(
  entries: readonly HistoryEntry[],
  at: HistoryEntry,
): ReadonlyMap<string, Json> {
  const values = new Map<string, Json>();
  for (const entry of entries) {
    if (entry === at) break;
    for (const { field, before } of entry.cells) values.set(field, before);
  }
  return values;
}
