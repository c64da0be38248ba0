import { plain } from "../field/define.ts";
import type { Field, FieldType, Locale } from "../field/field.ts";
import { registry } from "../field/registry.ts";
import { findField, value, type Table } from "../ledger/workbook.ts";

/** Fields that name a record when its title fields are blank, by type, best first. */
const SUBSTITUTES = ["text", "email", "phone", "url", "longText"] as const;
const LONGEST = 200;

/** Whether the field may name a record whose title is blank. A computed one does not: it may be computed from that name. */
export function isSubstitute({ type, formula }: Field): boolean {
  return formula === undefined && (SUBSTITUTES as readonly FieldType[]).includes(type);
}

/** What people call a record: its title fields, else the first text it has, else "Unnamed contact". */
export function labelOf(table: Table, row: number, locale: Locale): string {
  const words: string[] = [];
  for (const key of table.sheet.title) {
    const cell = value(table, row, key);
    if (cell === undefined) continue;
    const field = findField(table, key);
    words.push(
      field === undefined ? plain(cell) : registry[field.type].format(cell, field, locale),
    );
  }
  const title = tidy(words.join(" "));
  return title === "" ? substitute(table, row, locale) : title;
}

function substitute(table: Table, row: number, locale: Locale): string {
  for (const type of SUBSTITUTES) {
    for (const field of table.sheet.fields) {
      if (field.type !== type || field.deleted === true || !isSubstitute(field)) continue;
      const cell = value(table, row, field.key);
      const text = cell === undefined ? "" : tidy(registry[type].format(cell, field, locale));
      if (text !== "") return text;
    }
  }
  return `Unnamed ${table.sheet.singular ?? "record"}`;
}

/** One line, not too long. */
function tidy(text: string): string {
  const line = /[\s]/.test(text) ? text.replace(/\s+/g, " ").trim() : text;
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
