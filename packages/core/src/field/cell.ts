/**
 * What a cell holds in the workbook, in the log and in pages: a JSON scalar, a list of strings, or text that did not
 * fit its field's type and was kept. Unset is `undefined` in memory and `null` in JSON.
 *
 * | type | stored |
 * |---|---|
 * | text, longText | string exactly as typed or imported |
 * | email, url | trimmed string |
 * | number, percent | finite number; percent as a fraction (12 % is 0.12) |
 * | currency | `"<integer minor units> <ISO 4217 code>"`, e.g. `"123450 USD"` |
 * | date | `YYYY-MM-DD` |
 * | dateTime | RFC 3339 in UTC with `Z`, e.g. `2026-11-22T00:10:00Z` |
 * | checkbox | boolean |
 * | choice | the option's name |
 * | multiChoice | option names, in the order chosen, no repeats |
 * | phone | E.164, followed by one space and what was typed when that differs: `"+14155552671 (415) 555-2671"` |
 * | user | the member's user id |
 * | link | record ids of the linked sheet, no repeats |
 *
 * created/updated at/by are not stored in cells: they are read from the record's stamps.
 */
export type Cell = string | number | boolean | readonly string[] | Invalid;

/** Text that does not fit the field's type. Nothing typed or imported is thrown away. */
export interface Invalid {
  readonly invalid: string;
}

export function isInvalid(cell: Cell | null | undefined): cell is Invalid {
  return typeof cell === "object" && cell !== null && !Array.isArray(cell);
}

/** Whether two cells hold the same value. `null` and `undefined` both mean unset. */
export function equals(a: Cell | null | undefined, b: Cell | null | undefined): boolean {
  if (a === b) return true;
  if (a === null || a === undefined) return b === null || b === undefined;
  if (b === null || b === undefined) return false;
  if (typeof a !== "object" || typeof b !== "object") return false;
  if (isInvalid(a)) return isInvalid(b) && a.invalid === b.invalid;
  if (isInvalid(b) || a.length !== b.length) return false;
  return a.every((item, index) => item === b[index]);
}
