import { against } from "../dedupe/against.ts";
import { columnsOfTexts, evidenceOf, textOf } from "../dedupe/records.ts";
import type { Locale } from "../field/field.ts";
import * as Workbook from "../ledger/workbook.ts";
import { namesOf } from "../sheet/names.ts";
import type { Plan } from "./plan.ts";

/** A row that an import would add and that looks like a record that is there. */
export interface Doubt {
  /** Position among the file's rows, from 0: what `PlanOptions.same` names. */
  readonly row: number;
  /** The plan's record. */
  readonly record: number;
  /** Id of the record that it looks like. */
  readonly like: string;
  /** 0 to 1. */
  readonly probability: number;
  /** What agrees and what does not, what counts most first. */
  readonly reasons: readonly string[];
}

/** More records than this, new and there, are not compared: it would take longer than anybody waits for a preview. */
export const MOST_COMPARED = 120_000;
const LEAST = 0.5;
const MOST_REASONS = 4;

/** The new records of a plan that are in doubt, in the order of the file. A record that is there is named once, by the row most like it. */
export function doubts(plan: Plan, workbook: Workbook.Workbook, locale: Locale): Doubt[] {
  const table = Workbook.table(workbook, plan.sheet.key);
  const there = Workbook.rows(table);
  const fresh = plan.ids.flatMap((_, record) =>
    plan.matches.existing[record] === undefined ? [record] : [],
  );
  if (there.length === 0 || fresh.length === 0) return [];
  if (there.length + fresh.length > MOST_COMPARED) return [];
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
  const best = new Map<number, { at: number; probability: number }>();
  found.likenesses.forEach((like, at) => {
    if (like === undefined || like.isNew || like.probability < least) return;
    const before = best.get(like.row);
    if (before === undefined || before.probability < like.probability)
      best.set(like.row, { at, probability: like.probability });
  });
  return [...best]
    .map(([row, { at, probability }]): Doubt => {
      const record = fresh[at] as number;
      const reasons = found.explain(at, { row, isNew: false, probability });
      return {
        row: plan.rows[plan.matches.first[record] as number] as number,
        record,
        like: table.ids[there[row] as number] as string,
        probability,
        reasons: reasons.slice(0, MOST_REASONS).map(({ words }) => words),
      };
    })
    .sort((a, b) => a.row - b.row);
}
