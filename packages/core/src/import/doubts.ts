import { against, type Likeness } from "../dedupe/against.ts";
import { columnsOfTexts, evidenceOf, textOf } from "../dedupe/records.ts";
import type { Locale } from "../field/field.ts";
import * as Workbook from "../ledger/workbook.ts";
import { namesOf } from "../sheet/names.ts";
import type { Plan } from "./plan.ts";
import { rowName } from "./same.ts";

/** A row that an import would add and that looks like a record that is there, or like another such row of the file. */
export interface Doubt {
  /** Position among the file's rows, from 0: what `PlanOptions.same` names. */
  readonly row: number;
  /** The plan's record. */
  readonly record: number;
  /** Id of the record that it looks like; for a row of the file what `PlanOptions.same` names it by. */
  readonly like: string;
  /** The row of the file that it looks like, where it is one. */
  readonly likeRow?: number;
  /** 0 to 1. */
  readonly probability: number;
  /** What agrees and what does not, what counts most first. */
  readonly reasons: readonly string[];
}

/** More records than this, new and there, are not compared: it would take longer than anybody waits for a preview. */
export const MOST_COMPARED = 120_000;
const LEAST = 0.5;
const MOST_REASONS = 4;

/** How many records a plan would have to compare, where that are more than MOST_COMPARED: then nothing is compared. */
export function uncompared(plan: Plan, workbook: Workbook.Workbook): number | undefined {
  const count = Workbook.table(workbook, plan.sheet.key).live + plan.matches.fresh;
  return plan.matches.fresh > 0 && count > MOST_COMPARED ? count : undefined;
}

/**
 * The new records of a plan that are in doubt, in the order of the file. A record that is there is named once, by the row most like it. Rows
 * that are alike within the file name the first of them.
 */
export function doubts(plan: Plan, workbook: Workbook.Workbook, locale: Locale): Doubt[] {
  const table = Workbook.table(workbook, plan.sheet.key);
  const there = Workbook.rows(table);
  const fresh = plan.ids.flatMap((_, record) =>
    plan.matches.existing[record] === undefined ? [record] : [],
  );
  if (fresh.length === 0 || uncompared(plan, workbook) !== undefined) return [];
  const known = namesOf(workbook, locale);
  const names: typeof known = {
    ...known,
    nameOf: (field, id) => plan.newName(id) ?? known.nameOf(field, id),
  };
  const mapped = evidenceOf(table).flatMap((field) => {
    const column = plan.columns.findIndex((one) => !one.isNew && one.field.key === field.key);
    return column < 0 ? [] : [{ field, column }];
  });
  const texts = mapped.map(({ field, column }) => [
    ...there.map((row) => textOf(Workbook.value(table, row, field.key), field, { locale, names })),
    ...fresh.map((record) => textOf(plan.cell(record, column), field, { locale, names })),
  ]);
  const { columns } = columnsOfTexts(
    table.key,
    mapped.map(({ field }) => field),
    texts,
  );
  const found = against(
    columns.map((column) => ({ ...column, values: column.values.slice(0, there.length) })),
    columns.map((column) => ({ ...column, values: column.values.slice(there.length) })),
  );
  const least = Math.max(LEAST, found.threshold);
  const within: { readonly at: number; readonly like: Likeness }[] = [];
  const best = new Map<number, { at: number; probability: number }>();
  found.likenesses.forEach((like, at) => {
    if (like === undefined || like.probability < least) return;
    if (like.isNew) {
      within.push({ at, like });
      return;
    }
    const before = best.get(like.row);
    if (before === undefined || before.probability < like.probability)
      best.set(like.row, { at, probability: like.probability });
  });
  const rowOf = (at: number) =>
    plan.rows[plan.matches.first[fresh[at] as number] as number] as number;
  const reasonsOf = (at: number, like: Likeness) =>
    found
      .explain(at, like)
      .slice(0, MOST_REASONS)
      .map(({ words }) => words);
  // Named by the first of them, so that all that are alike become one record.
  const firstOf = new Map<number, number>();
  const inFile = within.map(({ at, like }): Doubt => {
    const first = firstOf.get(like.row) ?? like.row;
    firstOf.set(at, first);
    return {
      row: rowOf(at),
      record: fresh[at] as number,
      like: rowName(rowOf(first)),
      likeRow: rowOf(first),
      probability: like.probability,
      reasons: reasonsOf(at, like),
    };
  });
  const ofRecords = [...best].map(([row, { at, probability }]): Doubt => ({
    row: rowOf(at),
    record: fresh[at] as number,
    like: table.ids[there[row] as number] as string,
    probability,
    reasons: reasonsOf(at, { row, isNew: false, probability }),
  }));
  return [...ofRecords, ...inFile].sort((a, b) => a.row - b.row);
}
