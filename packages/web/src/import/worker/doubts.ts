import { must } from "@gridfolk/core/assert";
import type { Locale } from "@gridfolk/core/field/field";
import { doubts } from "@gridfolk/core/import/doubts";
import type { Plan } from "@gridfolk/core/import/plan";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { DoubtView } from "../messages.ts";
import { labelThere, titleOf } from "./record-words.ts";

/** Rows of a plan that would be new and look like a record that is there, or like another row, with the names of both. */
export function doubtsIn(plan: Plan, book: Workbook, locale: Locale): DoubtView[] {
  const records = new Map<number, number>();
  plan.matches.first.forEach((at, record) => records.set(must(plan.rows[at]), record));
  return doubts(plan, book, locale).map(({ record, ...doubt }) => ({
    ...doubt,
    title: titleOf(plan, record, locale),
    likeTitle:
      doubt.likeRow === undefined
        ? (labelThere(plan, book, locale, doubt.like) ?? "")
        : titleOf(plan, must(records.get(doubt.likeRow)), locale),
  }));
}
