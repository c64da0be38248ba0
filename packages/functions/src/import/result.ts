import type { Plan, RefusedRow } from "@gridfolk/core/import/plan";
import type { Refusal } from "@gridfolk/core/ledger/changeset";
import * as v from "valibot";
import type { Planned } from "./planned.ts";

const RefusedJson = v.object({
  row: v.pipe(v.number(), v.description("From 0 among the file's records")),
  column: v.nullable(v.string()),
  reason: v.string(),
  worksheet: v.optional(
    v.pipe(v.string(), v.description("Name of it, where it is not the one that was chosen")),
  ),
});

/** What an import did, as the API says it of every import. */
export const countsJson = {
  rows: v.pipe(v.number(), v.description("Data rows")),
  created: v.number(),
  updated: v.number(),
  unchanged: v.number(),
  refused: v.array(RefusedJson),
};

/** The answer to an import. */
export const ImportedJson = v.object({
  import: v.nullable(v.pipe(v.string(), v.description("null on a dry run"))),
  changesets: v.array(v.string()),
  ...countsJson,
  optOutsKept: v.optional(
    v.pipe(
      v.number(),
      v.description(
        "Records that are opted out although the file says otherwise, because the same person had opted out; absent where there is none",
      ),
    ),
  ),
  guesses: v.optional(
    v.pipe(
      v.array(v.object({ column: v.string(), message: v.string() })),
      v.description(
        "Columns of which nothing proves how their dates or figures are written, and how they were read; `mapping` can say it. Absent when there are none, and when an answer is repeated",
      ),
    ),
  ),
  warnings: v.optional(
    v.pipe(
      v.array(v.string()),
      v.description(
        "What somebody should know who did not look at the file: hidden rows and columns that are imported, stages that deals get, owners who are no members. Absent when there is nothing, and when an answer is repeated",
      ),
    ),
  ),
});

/** What a plan did, less what the commit refused because of what somebody changed meanwhile, and what there is to say of it. */
export function resultOf({ plan, guesses, warnings }: Planned, refusals: readonly Refusal[]) {
  const { rows, unchanged } = plan.counts;
  let { created, updated } = plan.counts;
  const refused: RefusedRow[] = [...plan.refused, ...(plan.along?.refused ?? [])];
  const positions = new Map(plan.ids.map((id, record) => [id, record]));
  const gone = new Set<number>();
  for (const { sheet, id, field, reason } of refusals) {
    const record = sheet === plan.sheet.key ? positions.get(id) : undefined;
    if (record === undefined) continue;
    const row = plan.rows[plan.matches.first[record] ?? 0] ?? 0;
    const column = plan.columns.find((one) => one.field.key === field)?.name ?? null;
    refused.push({ row, column, reason });
    if (gone.has(record)) continue;
    gone.add(record);
    if (plan.matches.existing[record] === undefined) created -= 1;
    else updated -= 1;
  }
  const kept = (plan.optOuts?.kept.length ?? 0) + (plan.optOuts?.inherited.length ?? 0);
  return {
    rows,
    created,
    updated,
    unchanged,
    refused,
    ...(kept === 0 ? {} : { optOutsKept: kept }),
    ...(guesses.length === 0 ? {} : { guesses: [...guesses] }),
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
  };
}

/** What the log calls it. */
export function labelOf({ counts, sheet }: Plan): string {
  const { created, updated } = counts;
  return `Imported ${sheet.name.toLowerCase()}: ${created.toLocaleString("en")} new, ${updated.toLocaleString("en")} changed`;
}
