import type { Sheet } from "@gridfolk/core/field/field";

/** What people call the records: "contacts", or "rows" where the sheet does not say. */
export function nounOf(sheet: Sheet, count = 2): string {
  if (sheet.singular === undefined) return count === 1 ? "row" : "rows";
  return count === 1 ? sheet.singular : sheet.name.toLowerCase();
}

/** "1,204 contacts". */
export function counted(count: number, sheet: Sheet, locale: string): string {
  return `${count.toLocaleString(locale)} ${nounOf(sheet, count)}`;
}
