import { must } from "@gridfolk/core/assert";
import { isInvalid } from "@gridfolk/core/field/cell";
import type { Locale } from "@gridfolk/core/field/field";
import { cellText } from "@gridfolk/core/import/read/raw";
import * as Rows from "@gridfolk/core/import/read/rows";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { Group, PreviewCell, PreviewRow } from "../messages.ts";
import type { Grouped, Planned } from "./planned.ts";
import { cellWords, labelThere } from "./record-words.ts";

/** Rows of one group of what the plan does to a sheet. */
export function previewRows(
  planned: Planned,
  book: Workbook,
  locale: Locale,
  of: {
    readonly sheet: string;
    readonly group: Group;
    readonly from: number;
    readonly count: number;
  },
): PreviewRow[] {
  const { sheet, group, from, count } = of;
  const one = [planned, ...planned.along].find(({ plan }) => plan.sheet.key === sheet) ?? planned;
  if (group === "refused") return refusedRows(one, from, count);
  const records = one.groups[group].subarray(from, from + count);
  return Array.from(records, sayer(one, book, locale));
}

function refusedRows({ plan, rowOf, refused }: Grouped, from: number, count: number): PreviewRow[] {
  // Where a row holds several records, it is a row of the plan's table for each of them.
  const places = new Map(plan.rows.toReversed().map((row) => [rowOf(row), row]));
  return refused.slice(from, from + count).map(({ row, column, reason }) => ({
    row: row + 1,
    title: "",
    reason: column === null || reason.startsWith(column) ? reason : `${column}: ${reason}`,
    cells: plan.columns.map(({ source: at }) => ({
      after: cellText(Rows.cell(plan.table.raw.rows, places.get(row) ?? row, at)),
    })),
  }));
}

function sayer(
  { plan, rowOf }: Grouped,
  book: Workbook,
  locale: Locale,
): (record: number) => PreviewRow {
  const words = cellWords(plan, book, locale);
  return (record) => {
    const existing = plan.matches.existing[record];
    const isOptedOut =
      plan.optOuts?.kept.includes(record) === true ||
      plan.optOuts?.inherited.includes(record) === true;
    const cells = plan.columns.map(({ field }, column): PreviewCell => {
      const cell = plan.cell(record, column);
      const kept = {
        ...(isInvalid(cell) ? { kept: true } : {}),
        ...(isOptedOut && field.consent === true ? { optOut: true } : {}),
      };
      if (existing === undefined) return { after: words(cell, field), ...kept };
      const before = words(plan.before(record, column), field);
      return plan.changes.has(record, column)
        ? { before, after: words(cell, field), ...kept }
        : { after: before, ...kept };
    });
    const first = plan.rows[must(plan.matches.first[record])];
    return {
      row: first === undefined ? null : rowOf(first) + 1,
      title: labelThere(plan, book, locale, existing) ?? "",
      cells,
    };
  };
}
