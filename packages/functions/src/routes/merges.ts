import { DomainError } from "@gridfolk/core/error";
import type { Changeset } from "@gridfolk/core/ledger/changeset";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import * as Memory from "@gridfolk/core/merge/memory";
import { type MergedField, planMerge, planMerges } from "@gridfolk/core/merge/merge";
import { SURVIVORSHIPS } from "@gridfolk/core/merge/rank";
import { planSeparate } from "@gridfolk/core/merge/separate";
import { planUnmerge } from "@gridfolk/core/merge/unmerge";
import { labelOf } from "@gridfolk/core/sheet/title";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import { reading, shownAs } from "../http/choice.ts";
import { commit, IDEMPOTENCY_KEY } from "../http/commit.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { sheetOf } from "../http/sheet.ts";
import { ask, may } from "../http/workspace.ts";

const Id = v.pipe(v.string(), v.maxLength(64));
const Group = v.pipe(v.array(Id), v.minLength(2, "two records or more"));
/** Groups of one request; a page of duplicates sends more in several. */
const MOST_GROUPS = 20_000;

const DifferenceSchema = v.object({
  field: v.string(),
  from: v.pipe(v.string(), v.description("The record whose value is kept")),
  kept: v.unknown(),
  others: v.array(v.object({ id: v.string(), value: v.unknown() })),
});
const Written = {
  seq: v.number(),
  changeset: v.string(),
  label: v.string(),
};
const MadeSchema = v.object({
  id: v.pipe(v.string(), v.description("Of the merge: what `unmerge` takes")),
  survivor: v.string(),
  merged: v.array(v.string()),
});
const EditSchema = v.object({ field: v.string(), id: v.string(), value: v.unknown() });

/** Merging, taking a merge back, keeping separate. Each is one changeset of ordinary operations. */
export const merges = new Hono<AppEnv>()
  .post(
    "/sheets/:sheet/merge",
    operation({
      tag: "Duplicates",
      summary: "Merge records into one, or see what that would keep",
      description:
        "`ids` are merged into one of them, or each of the `groups`. Values come from the record changed last (`newest`), the one with the most values (`most-complete`, when absent), the longest text (`longest`), or the record most worked on (`trusted`); `values` names for single fields the record whose value is taken. Choices and links are united, notes put one below the other; of a field marked as consent, what forbids more is kept whatever is chosen. Links to the others lead to the survivor; the others go to the trash, and their ids answer the survivor. A record that somebody else has merged meanwhile is 409. With `dryRun` nothing is written.",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "unknown-field", "stale", "too-large", "invalid-values"],
      answers: {
        200: {
          description: "What was merged into what, or would be",
          schema: v.union([
            v.object({ ...Written, merges: v.array(MadeSchema) }),
            v.object({
              dryRun: v.literal(true),
              label: v.string(),
              survivors: v.array(v.string()),
              merged: v.number(),
              fields: v.pipe(
                v.array(DifferenceSchema),
                v.description("Of `ids`: where the records differ"),
              ),
            }),
          ]),
        },
      },
    }),
    may("write"),
    input(
      "json",
      v.object({
        ids: v.optional(Group),
        groups: v.optional(
          v.pipe(
            v.array(Group),
            v.minLength(1, "at least one"),
            v.maxLength(MOST_GROUPS, `at most ${MOST_GROUPS.toLocaleString("en")} at once`),
          ),
        ),
        survivor: v.optional(v.pipe(Id, v.description("Only with `ids`; by rule when absent"))),
        rule: v.optional(v.picklist(SURVIVORSHIPS)),
        values: v.optional(
          v.pipe(
            v.record(v.string(), Id),
            v.description("Only with `ids`: field key to the id of a record"),
          ),
        ),
        dryRun: v.optional(v.boolean(), false),
      }),
    ),
    async (c) => {
      const { dryRun, ...asked } = c.req.valid("json");
      const key = c.req.param("sheet");
      const decide = (workbook: Workbook.Workbook) => mergePlan(c, workbook, key, asked);
      if (dryRun) {
        const seen = await ask(c, (workbook) => {
          const { label, survivors, merged, fields } = decide(workbook);
          const table = sheetOf(workbook, key);
          const context = reading(c, workbook);
          const differences = fields.map(({ field, from, kept, others }) => ({
            field,
            from,
            kept: shownAs(table, field, kept, context),
            others: others.map(({ id, cell }) => ({
              id,
              value: shownAs(table, field, cell, context),
            })),
          }));
          return { dryRun: true as const, label, survivors, merged, fields: differences };
        });
        return c.json(seen);
      }
      const { seq, changeset } = await commit(c, decide, { request: asked, source: "merge" });
      const done = await c.var.services.ledger.changeset(c.var.workspace, changeset);
      return c.json({ seq, changeset, label: done?.label ?? "", merges: madeBy(done) });
    },
  )
  .post(
    "/sheets/:sheet/unmerge",
    operation({
      tag: "Duplicates",
      summary: "Take a merge back",
      description:
        "At any later time. The merged records come back as they were, the survivor has the values it had, links return. What was written to the survivor since stays with it (`survivor`), or goes to the merged record (`merged`), and is told in `edits`. What forbids contact and was said since holds for all of them. A survivor in the trash stays there. With `dryRun` nothing is written.",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "stale", "invalid-values"],
      answers: {
        200: {
          description: "What came back, or would",
          schema: v.object({
            seq: v.optional(v.number()),
            changeset: v.optional(v.string()),
            label: v.string(),
            survivor: v.string(),
            returned: v.array(v.string()),
            edits: v.array(EditSchema),
            links: v.pipe(
              v.number(),
              v.description("Links changed since the merge, which stay as they are"),
            ),
          }),
        },
      },
    }),
    may("write"),
    input(
      "json",
      v.object({
        merge: v.pipe(Id, v.description("Id of the merge")),
        edits: v.optional(v.picklist(["survivor", "merged"]), "survivor"),
        dryRun: v.optional(v.boolean(), false),
      }),
    ),
    async (c) => {
      const { dryRun, ...asked } = c.req.valid("json");
      const key = c.req.param("sheet");
      const plan = (workbook: Workbook.Workbook) => unmergePlan(workbook, key, asked);
      const shown = (workbook: Workbook.Workbook, planned: ReturnType<typeof plan>) => {
        const table = sheetOf(workbook, key);
        const context = reading(c, workbook);
        const { label, survivor, returned, edits, links } = planned;
        return {
          label,
          survivor,
          returned: [...returned],
          edits: edits.map(({ field, id, cell }) => ({
            field,
            id,
            value: shownAs(table, field, cell, context),
          })),
          links,
        };
      };
      if (dryRun) return c.json(await ask(c, (workbook) => shown(workbook, plan(workbook))));
      let told: ReturnType<typeof shown> | undefined;
      const { seq, changeset } = await commit(
        c,
        (workbook) => {
          const planned = plan(workbook);
          told = shown(workbook, planned);
          return { label: planned.label, operations: planned.operations };
        },
        { request: asked, source: "merge" },
      );
      told ??= await repeated(c, key, changeset);
      return c.json({ seq, changeset, ...told });
    },
  )
  .post(
    "/sheets/:sheet/separate",
    operation({
      tag: "Duplicates",
      summary: "Remember that two records are not the same",
      description:
        "They are not called duplicates again until a name, e-mail address, phone number or web address of one of them changes.",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "invalid-values"],
      answers: { 200: { description: "Remembered", schema: v.object(Written) } },
    }),
    may("write"),
    input("json", v.object({ ids: v.tuple([Id, Id]) })),
    async (c) => {
      const { ids } = c.req.valid("json");
      const key = c.req.param("sheet");
      const { seq, changeset } = await commit(
        c,
        (workbook) => {
          sheetOf(workbook, key);
          return planSeparate(workbook, key, ids, c.var.services.platform);
        },
        { request: ids },
      );
      const done = await c.var.services.ledger.changeset(c.var.workspace, changeset);
      return c.json({ seq, changeset, label: done?.label ?? "" });
    },
  )
  .get(
    "/sheets/:sheet/records/:id/merges",
    operation({
      tag: "Duplicates",
      summary: "What was merged into a record",
      description: "The merges that are in force, oldest first.",
      answers: {
        200: {
          description: "Merges",
          schema: v.object({
            merges: v.array(
              v.object({
                id: v.string(),
                at: v.string(),
                by: v.pipe(v.string(), v.description("User id")),
                merged: v.array(v.object({ id: v.string(), label: v.string() })),
              }),
            ),
          }),
        },
      },
    }),
    async (c) => {
      const { sheet: key, id } = c.req.param();
      const found = await ask(c, (workbook) => {
        const table = sheetOf(workbook, key);
        const { locale } = reading(c, workbook);
        const survivor = Memory.resolve(workbook, key, id);
        if (survivor === undefined) {
          throw new DomainError("not-found", `There is no such record in ${table.sheet.name}.`);
        }
        const into = Memory.mergesInto(workbook, key, survivor);
        Workbook.expect(
          table,
          into.flatMap(({ merged }) => merged),
        );
        return into.map((merge) => ({
          id: merge.id,
          at: new Date(merge.at).toISOString(),
          by: merge.by,
          merged: merge.merged.flatMap((one) => {
            const row = Workbook.record(table, one)?.row;
            return row === undefined ? [] : [{ id: one, label: labelOf(table, row, locale) }];
          }),
        }));
      });
      return c.json({ merges: found });
    },
  );

interface Asked {
  readonly ids?: string[] | undefined;
  readonly groups?: string[][] | undefined;
  readonly survivor?: string | undefined;
  readonly rule?: (typeof SURVIVORSHIPS)[number] | undefined;
  readonly values?: { readonly [field: string]: string } | undefined;
}

function mergePlan(c: Context<AppEnv>, workbook: Workbook.Workbook, key: string, asked: Asked) {
  const { ids, groups, survivor, rule, values } = asked;
  const { platform } = c.var.services;
  sheetOf(workbook, key);
  if (ids !== undefined && groups === undefined) {
    const choice = {
      ...(survivor === undefined ? {} : { survivor }),
      ...(rule === undefined ? {} : { rule }),
      ...(values === undefined ? {} : { values }),
    };
    const plan = planMerge(workbook, key, ids, choice, platform);
    const { label, operations, merged, fields } = plan;
    return { label, operations, merged: merged.length, survivors: [plan.survivor], fields };
  }
  if (groups === undefined || ids !== undefined) {
    throw new DomainError("malformed", "Name the records by `ids` or by `groups`, by one of them.");
  }
  if (survivor !== undefined || values !== undefined) {
    throw new DomainError("malformed", "`survivor` and `values` go with `ids` only.");
  }
  const plan = planMerges(workbook, key, groups, rule ?? "most-complete", platform);
  const none: readonly MergedField[] = [];
  const { label, operations, merged, survivors } = plan;
  return { label, operations, merged, survivors: [...survivors], fields: none };
}

function unmergePlan(
  workbook: Workbook.Workbook,
  key: string,
  { merge, edits }: { readonly merge: string; readonly edits: "survivor" | "merged" },
) {
  const { name } = sheetOf(workbook, key).sheet;
  const plan = planUnmerge(workbook, merge, edits);
  if (plan.sheet === key) return plan;
  throw new DomainError("not-found", `There is no such merge in ${name}.`);
}

/** The merges that a changeset made. */
function madeBy(changeset: Changeset | undefined): v.InferOutput<typeof MadeSchema>[] {
  return (changeset?.operations ?? []).flatMap((each) =>
    each.op === "create" && each.sheet === Memory.SHEET
      ? each.ids.map((id, at) => ({
          id,
          survivor: textOf(each.fields["survivor"]?.[at]),
          merged: textOf(each.fields["merged"]?.[at]).split(" "),
        }))
      : [],
  );
}

function textOf(cell: unknown): string {
  return typeof cell === "string" ? cell : "";
}

/** What the first request under the same key brought back. Edits are told once. */
async function repeated(c: Context<AppEnv>, key: string, id: string) {
  const done = await c.var.services.ledger.changeset(c.var.workspace, id);
  const operations = done?.operations ?? [];
  const gone = operations.find((each) => each.op === "delete" && each.sheet === Memory.SHEET);
  const merge = gone?.op === "delete" ? (gone.ids[0] ?? "") : "";
  const survivor = await ask(c, (workbook) => {
    const table = workbook.sheets.get(Memory.SHEET);
    const row = table && Workbook.record(table, merge)?.row;
    return table === undefined || row === undefined
      ? ""
      : textOf(Workbook.value(table, row, "survivor"));
  });
  const returned = operations.flatMap((each) =>
    each.op === "restore" && each.sheet === key ? each.ids.filter((one) => one !== survivor) : [],
  );
  return { label: done?.label ?? "", survivor, returned, edits: [], links: 0 };
}
