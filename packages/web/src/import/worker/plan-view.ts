import { must } from "@gridfolk/core/assert";
import { consentFields } from "@gridfolk/core/consent/consent";
import type { Locale } from "@gridfolk/core/field/field";
import { addedChoices } from "@gridfolk/core/import/added-choices";
import { uncompared } from "@gridfolk/core/import/doubts";
import type { Plan } from "@gridfolk/core/import/plan";
import { strangersIn } from "@gridfolk/core/import/strangers";
import { translated } from "@gridfolk/core/import/translated";
import * as Workbooks from "@gridfolk/core/ledger/workbook";
import type { ObjectView, PlanView } from "../messages.ts";
import type { Grouped, Planned } from "./planned.ts";
import { labelThere, titleOf } from "./record-words.ts";
import type { Session } from "./session.ts";
import { tripView } from "./trip-view.ts";

/** Rows in doubt that are shown one by one. */
const SHOWN_DOUBTS = 100;
const SHOWN_UNLINKED = 5;
/** People who are no members, that are named. */
const SHOWN_STRANGERS = 5;
/** Names of opted-out people that are shown. */
const SHOWN_NAMES = 5;

/** What the preview says of a plan. */
export function planView(
  all: Planned,
  book: Workbooks.Workbook,
  { source: { locale }, base }: Pick<Session, "source" | "base">,
): PlanView {
  const { plan, along, unlinked, trip, doubts } = all;
  return {
    ...objectView(all, book),
    along: along.map((one) => objectView(one, book)),
    unlinked: {
      count: unlinked.length,
      shown: unlinked
        .slice(0, SHOWN_UNLINKED)
        .map(({ row, column, text }) => `${column} “${text}” in row ${row + 1}`),
    },
    inDoubt: doubts.map(({ row, like }) => [row, like] as const),
    doubts: doubts.slice(0, SHOWN_DOUBTS),
    uncompared: trip === undefined ? (uncompared(plan, book) ?? null) : null,
    trip: trip === undefined ? null : tripView(trip, book, locale, base),
    rows: plan.counts.rows,
    optOuts: optOutsIn(plan, book, locale),
    repeated: trip === undefined ? repeatedIn(plan) : 0,
  };
}

/** Rows that are written and are no record of their own. */
function repeatedIn(plan: Plan): number {
  const left = new Set([
    ...plan.refused.map(({ row }) => row),
    ...[...plan.blank].map((at) => plan.rows[at]),
  ]);
  return plan.rows.length - left.size - plan.ids.length;
}

function objectView(one: Grouped, book: Workbooks.Workbook): ObjectView {
  const { plan, groups, misfits, erased, refused } = one;
  const strangers = strangersIn(one);
  const { sheet } = Workbooks.table(book, plan.sheet.key);
  return {
    sheet: sheet.key,
    name: sheet.name,
    singular: sheet.singular ?? "record",
    counts: {
      created: plan.counts.created,
      updated: plan.counts.updated,
      unchanged: plan.counts.unchanged,
      kept: groups.kept.length,
      refused: refused.length,
    },
    kept: plan.columns.flatMap(({ field }, column) => {
      const values = must(misfits[column]);
      const people = (strangers.get(column) ?? []).slice(0, SHOWN_STRANGERS);
      return values === 0 ? [] : [{ field: field.name, type: field.type, values, people }];
    }),
    translated: translated(plan),
    erased: plan.columns.flatMap(({ field }, column) => {
      const values = must(erased[column]);
      return values === 0 ? [] : [{ field: field.name, values }];
    }),
    linked: plan.linked.map((linked) => ({
      sheet: (book.sheets.get(linked.sheet)?.sheet.name ?? linked.sheet).toLowerCase(),
      created: linked.ids.length,
    })),
    newFields: plan.newFields,
    newOptions: addedChoices(plan).map(({ field, names }) => ({ field: field.name, names })),
    fields: plan.columns.map(({ field }) => ({
      key: field.key,
      name: field.name,
      type: field.type,
    })),
  };
}

function optOutsIn(plan: Plan, book: Workbooks.Workbook, locale: Locale): PlanView["optOuts"] {
  const { kept = [], inherited = [] } = plan.optOuts ?? {};
  const { sheet } = Workbooks.table(book, plan.sheet.key);
  const names = [...kept, ...inherited]
    .slice(0, SHOWN_NAMES)
    .map(
      (record) =>
        labelThere(plan, book, locale, plan.matches.existing[record]) ??
        titleOf(plan, record, locale),
    );
  return {
    kept: kept.length,
    inherited: inherited.length,
    columns: consentFields(sheet).map(({ name }) => name),
    names: names.filter((name) => name !== ""),
  };
}
