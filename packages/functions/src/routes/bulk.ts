import type { Json } from "@gridfolk/core/field/behaviour";
import { isInvalid } from "@gridfolk/core/field/cell";
import { plan } from "@gridfolk/core/edit/bulk";
import type { Gathered } from "@gridfolk/core/edit/gather";
import { labelOf } from "@gridfolk/core/edit/label";
import { loadPatterns } from "@gridfolk/core/edit/pattern";
import { loadFormulas } from "@gridfolk/core/formula/attach";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type * as Workbook from "@gridfolk/core/ledger/workbook";
import * as RecordJson from "@gridfolk/core/sheet/json";
import { Hono } from "hono";
import * as v from "valibot";
import { choiceOf, counted, reading, shownAs, Which } from "../http/choice.ts";
import { commitChange, IDEMPOTENCY_KEY } from "../http/commit.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { sheetOf } from "../http/sheet.ts";
import { ask, may } from "../http/workspace.ts";

const key = v.pipe(v.string(), v.maxLength(64));
const text = v.pipe(v.string(), v.maxLength(100_000));
const fields = v.pipe(v.array(key), v.minLength(1, "at least one"), v.maxLength(500));
const names = v.pipe(v.array(text), v.minLength(1, "at least one"), v.maxLength(1_000));

const ActionJson = v.pipe(
  v.variant("kind", [
    v.object({
      kind: v.literal("set"),
      field: key,
      text: v.pipe(text, v.description("Read as the column reads it; blank clears")),
    }),
    v.object({ kind: v.literal("clear"), fields }),
    v.object({
      kind: v.literal("replace"),
      fields,
      search: v.object({
        find: text,
        replace: text,
        regex: v.optional(
          v.pipe(v.boolean(), v.description("RE2 syntax; $1 … in the replacement")),
          false,
        ),
        matchCase: v.optional(v.boolean(), false),
        whole: v.optional(v.pipe(v.boolean(), v.description("Whole cells only")), false),
      }),
    }),
    v.object({ kind: v.picklist(["addTags", "removeTags"]), field: key, names }),
    v.object({
      kind: v.literal("increase"),
      field: key,
      by: v.number(),
      as: v.optional(v.picklist(["number", "percent"]), "number"),
    }),
    v.object({ kind: v.literal("shift"), field: key, days: v.pipe(v.number(), v.integer()) }),
    v.object({
      kind: v.literal("letters"),
      fields,
      letters: v.picklist(["upper", "lower", "title", "sentence", "name"]),
    }),
    v.object({ kind: v.picklist(["trim", "format"]), fields }),
    v.object({ kind: v.literal("copy"), field: key, from: key }),
    v.object({ kind: v.literal("formula"), field: key, formula: v.pipe(text, v.trim()) }),
    v.object({
      kind: v.literal("unify"),
      field: key,
      groups: v.pipe(
        v.array(v.object({ values: names, into: text })),
        v.minLength(1, "at least one"),
        v.maxLength(10_000),
      ),
    }),
    v.object({
      kind: v.literal("assign"),
      field: key,
      users: v.pipe(names, v.description("In turn, in the order of the records")),
    }),
    v.object({ kind: v.literal("delete") }),
  ]),
  v.metadata({ ref: "BulkAction" }),
);

const Counts = {
  records: v.pipe(v.number(), v.description("Records that were named")),
  changed: v.pipe(v.number(), v.description("Records that differ afterwards")),
  cells: v.number(),
  misfits: v.pipe(v.number(), v.description("Cells that then hold marked text: it does not fit")),
};
const Samples = v.array(
  v.object({ id: v.string(), field: v.string(), before: v.unknown(), after: v.unknown() }),
);

/** One thing done to many records, after a look at what it would do. */
export const bulk = new Hono<AppEnv>().post(
  "/sheets/:sheet/bulk",
  operation({
    tag: "Records",
    summary: "Change many records by one rule, or see what it would do",
    description:
      "With `dryRun` nothing is written: counts and up to ten cells before and after. Else one changeset, undone as one. Text that does not fit its column is kept and marked, and counted in `misfits`.",
    headers: IDEMPOTENCY_KEY,
    fails: ["changeset-reused", "unknown-field", "unknown-operator", "invalid-values", "too-large"],
    answers: {
      200: {
        description: "What it did, or would do",
        schema: v.union([
          v.object({
            seq: v.number(),
            changeset: v.nullable(v.string()),
            changed: v.number(),
            misfits: v.number(),
          }),
          v.object({ seq: v.number(), dryRun: v.literal(true), ...Counts, samples: Samples }),
        ]),
      },
    },
  }),
  may("write"),
  input("json", v.object({ ...Which, action: ActionJson, dryRun: v.optional(v.boolean(), false) })),
  async (c) => {
    const { services, workspace } = c.var;
    const { action, dryRun, ...which } = c.req.valid("json");
    const sheet = c.req.param("sheet");
    const chosen = choiceOf(which);
    if (action.kind === "replace" && action.search.regex) await loadPatterns();
    if (action.kind === "formula") await loadFormulas();

    const look = (workbook: Workbook.Workbook) => {
      const table = sheetOf(workbook, sheet);
      const context = reading(c, workbook);
      const rows = chosen(workbook, table, context).map((id) => table.rowById.get(id) as number);
      const now = services.platform.clock.now();
      return {
        table,
        context,
        rows,
        planned: plan(workbook, table, rows, action, { ...context, now }),
      };
    };

    if (dryRun) {
      const answer = await ask(c, (workbook) => {
        const { table, context, rows, planned } = look(workbook);
        const { records: changed, cells, misfits } = planned;
        const counts = { records: rows.length, changed, cells, misfits };
        const samples = samplesOf(workbook, table, planned, context);
        return { seq: workbook.seq, dryRun: true as const, ...counts, samples };
      });
      return c.json(answer);
    }

    let misfits: number | undefined;
    const answer = await commitChange(
      c,
      (workbook) => {
        const { table, planned } = look(workbook);
        ({ misfits } = planned);
        const noun = counted(planned.records, table);
        return {
          label: labelOf(action, table.sheet.fields, noun),
          operations: planned.operations,
        };
      },
      { action, ...which },
    );
    const { seq, changeset, changed, deleted } = answer;
    misfits ??= await misfitsOf(changeset);
    return c.json({ seq, changeset, changed: changed + deleted, misfits });

    /** Of a request that was answered before. */
    async function misfitsOf(id: string | null): Promise<number> {
      const landed = id === null ? undefined : await services.ledger.changeset(workspace, id);
      return (landed?.operations ?? []).reduce((sum, each) => sum + marked(each), 0);
    }
  },
);

function samplesOf(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  { samples }: Gathered,
  context: ReturnType<typeof reading>,
): { id: string; field: string; before: Json; after: Json }[] {
  const rows = samples.map(({ id }) => table.rowById.get(id) as number);
  RecordJson.expectLinked(workbook, table, rows, table.sheet.fields);
  return samples.map(({ id, field, before, after }) => ({
    id,
    field,
    before: shownAs(table, field, before, context),
    after: shownAs(table, field, after, context),
  }));
}

/** Cells that an operation marked as not fitting. */
function marked(operation: Operation): number {
  if (operation.op !== "set") return 0;
  let count = 0;
  for (const [key, column] of Object.entries(operation.fields)) {
    const before = operation.before?.[key];
    column.forEach((cell, index) => {
      if (isInvalid(cell) && !isInvalid(before?.[index])) count += 1;
    });
  }
  return count;
}
