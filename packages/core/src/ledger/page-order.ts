import { isSystemKey } from "../field/field.ts";
import type { PageReference } from "./ledger.ts";

/**
 * What a reader loads: the schema, then records by sheet and id, with the system's sheets before people's. Index pages are for
 * those who look things up.
 */
export function inLoadOrder(pages: readonly PageReference[]): PageReference[] {
  const schema = pages.filter((page) => page.kind === "schema");
  const records = pages.filter((page) => page.kind === "records");
  // "_" comes before all letters.
  records.sort((a, b) => compare(a.sheet, b.sheet) || compare(a.first, b.first));
  return [...schema, ...records];
}

/** The same pages, with those of `sheets` before those of people's other sheets, in the order of `sheets`. */
export function withFirst(
  pages: readonly PageReference[],
  sheets: readonly string[],
): PageReference[] {
  const rank = ({ kind, sheet }: PageReference): number => {
    if (kind === "schema" || isSystemKey(sheet)) return -1;
    const at = sheets.indexOf(sheet);
    return at < 0 ? sheets.length : at;
  };
  return pages.toSorted((a, b) => rank(a) - rank(b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
