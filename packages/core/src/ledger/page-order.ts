import type { PageReference } from "./ledger.ts";

/** What a reader loads: the schema, then records by sheet and id. Index pages are for those who look things up. */
export function inLoadOrder(pages: readonly PageReference[]): PageReference[] {
  const schema = pages.filter((page) => page.kind === "schema");
  const records = pages.filter((page) => page.kind === "records");
  records.sort((a, b) => compare(a.sheet, b.sheet) || compare(a.first, b.first));
  return [...schema, ...records];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
