import type { Cell } from "../field/cell.ts";
import type { Field, Sheet } from "../field/field.ts";
import type { Rules } from "../ledger/rules.ts";
import { allRows, isLive, rows, value, type Table, type Workbook } from "../ledger/workbook.ts";
import { mergeOf } from "../merge/memory.ts";
import { consentFields, forbids, stricter } from "./consent.ts";

/** What people refused who are in a sheet or were, by what they are known by. */
export interface Refusals {
  /** Nobody refused anything. */
  readonly none: boolean;
  /**
   * What was refused under these keys (`keysOf`), by field key; none where nothing was. Of records in the trash only where none is there
   * that says otherwise. `but`: whether a record does not count.
   */
  of(keys: readonly string[], but?: (id: string) => boolean): ReadonlyMap<string, Cell>;
}

const NOTHING: ReadonlyMap<string, Cell> = new Map();

/**
 * What a record is known by beyond doubt: its e-mail addresses, and its phone numbers together with its name, since many share a phone.
 * Two records with a key in common are one person as far as opt-outs go.
 */
export function keysOf(
  sheet: Sheet,
  cell: (field: string) => Cell | null | undefined,
  rules: Rules,
): string[] {
  const keys: string[] = [];
  let name: string | undefined;
  for (const field of sheet.fields) {
    if (field.deleted === true || field.formula !== undefined) continue;
    if (field.type !== "email" && field.type !== "phone") continue;
    const one = cell(field.key);
    const key = one === null || one === undefined ? undefined : rules.key(one, field);
    if (key === undefined) continue;
    if (field.type === "email") keys.push(`email ${key}`);
    else {
      name ??= nameOf(sheet, cell);
      if (name !== "") keys.push(`phone ${key} ${name}`);
    }
  }
  return keys;
}

function nameOf(sheet: Sheet, cell: (field: string) => Cell | null | undefined): string {
  return sheet.title
    .map((key) => cell(key))
    .filter((part) => typeof part === "string")
    .join(" ")
    .trim()
    .replace(/\s+/g, " ")
    .toLowerCase();
}

interface Refuser {
  readonly id: string;
  readonly row: number;
  readonly live: boolean;
}

/** For the sheet as it is now. Where nobody refused anything that costs one look at the consent fields. */
export function refusals(workbook: Workbook, table: Table, rules: Rules): Refusals {
  const fields = consentFields(table.sheet);
  const byKey = new Map<string, Refuser[]>();
  if (fields.length > 0) {
    for (const row of allRows(table)) {
      if (!fields.some(({ key }) => forbids(value(table, row, key)))) continue;
      const id = table.ids[row] as string;
      const live = isLive(table, row);
      // Who went into another record speaks through that one.
      if (!live && mergeOf(workbook, table.key, id) !== undefined) continue;
      for (const key of keysAt(table, row, rules)) {
        const known = byKey.get(key);
        if (known === undefined) byKey.set(key, [{ id, row, live }]);
        else known.push({ id, row, live });
      }
    }
  }
  let there: ReadonlySet<string> | undefined;
  const isThere = (key: string): boolean => {
    there ??= new Set(rows(table).flatMap((row) => keysAt(table, row, rules)));
    return there.has(key);
  };
  return {
    none: byKey.size === 0,
    of(keys, but) {
      const found = keys.flatMap((key) =>
        (byKey.get(key) ?? []).filter(
          ({ id, live }) => but?.(id) !== true && (live || !isThere(key)),
        ),
      );
      if (found.length === 0) return NOTHING;
      return refusedBy(table, fields, found);
    },
  };
}

/** What the record at a row is known by. */
export function keysAt(table: Table, row: number, rules: Rules): string[] {
  return keysOf(table.sheet, (field) => value(table, row, field), rules);
}

/** What rows refuse together, by field key. */
export function refusedBy(
  table: Table,
  fields: readonly Field[],
  refusers: readonly { readonly row: number }[],
): ReadonlyMap<string, Cell> {
  const refused = new Map<string, Cell>();
  for (const { key } of fields) {
    let all: Cell | null = null;
    for (const { row } of refusers) {
      const cell = value(table, row, key);
      if (forbids(cell)) all = stricter(all, cell);
    }
    if (all !== null) refused.set(key, all);
  }
  return refused;
}
