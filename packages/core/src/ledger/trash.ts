import * as Workbook from "./workbook.ts";

/**
 * Days for which a deleted record is in the trash and can be brought back. Later it stays in the log and its pages, out of
 * reach: the fold reads no clock, so nothing happens to the workbook when the days are over.
 */
export const KEPT_DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;

/** When a record in the trash was put there: its last change. */
export function deletedAt(table: Workbook.Table, row: number): number {
  return table.stamps.get(table.updated[row] ?? 0)?.at ?? 0;
}

/** Whether a record in the trash can still be brought back. */
export function isKept(table: Workbook.Table, row: number, now: number): boolean {
  return deletedAt(table, row) > now - KEPT_DAYS * DAY_MS;
}

/** Days for which a record in the trash can still be brought back, the one that has begun included. */
export function daysLeft(deletedAtMs: number, now: number): number {
  return Math.max(0, Math.ceil((deletedAtMs + KEPT_DAYS * DAY_MS - now) / DAY_MS));
}

/** Rows of the records that can be brought back, in no particular order. The table is whole. */
export function rows(table: Workbook.Table, now: number): number[] {
  const found: number[] = [];
  if (table.live === table.ids.length) return found;
  for (let row = 0; row < table.ids.length; row += 1) {
    if (!Workbook.isLive(table, row) && isKept(table, row, now)) found.push(row);
  }
  return found;
}
