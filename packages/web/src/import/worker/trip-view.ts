import type { Locale } from "@gridfolk/core/field/field";
import type * as RoundTrip from "@gridfolk/core/import/round-trip";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { ConflictView, TripView } from "../messages.ts";
import { cellWords, labelThere } from "./record-words.ts";
import type { Then } from "./session.ts";

/** Conflicts that are shown one by one. */
const SHOWN_CONFLICTS = 200;

/** What there is to decide about an edited export; `base` is the workspace when it was exported. */
export function tripView(
  trip: RoundTrip.RoundTrip,
  book: Workbook,
  locale: Locale,
  base: Then | undefined,
): TripView {
  const { plan, conflicts, added, missing, spared } = trip;
  const words = cellWords(plan, book, locale);
  const nameOf = (id: string): string => labelThere(plan, book, locale, id) ?? id;
  let cells = 0;
  plan.ids.forEach((_, record) => {
    if (plan.matches.existing[record] === undefined) return;
    plan.columns.forEach((__, column) => {
      if (plan.changes.has(record, column)) cells += 1;
    });
  });
  return {
    ...(base === undefined ? {} : { at: base.at }),
    cells,
    conflicts: conflicts.length,
    shown: conflicts.slice(0, SHOWN_CONFLICTS).map(({ id, field, ...one }): ConflictView => ({
      cell: `${id} ${field.key}`,
      record: nameOf(id),
      field: field.name,
      base: words(one.base, field),
      mine: words(one.mine, field),
      theirs: words(one.theirs, field),
    })),
    added,
    missing: missing.length,
    missingNames: missing.slice(0, 8).map(nameOf),
    spared,
    deleted: plan.deleted?.length ?? 0,
  };
}
