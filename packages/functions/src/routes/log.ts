import * as Role from "@gridfolk/core/access/role";
import { DomainError } from "@gridfolk/core/error";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Listed, Spot } from "@gridfolk/core/ledger/listing";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { ownership } from "@gridfolk/core/view/access";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import { reading, shownAs } from "../http/choice.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { limitOf } from "../http/limit.ts";
import { ask } from "../http/workspace.ts";

const MOST = 200;
/** Records of which one answer tells what was done to them. */
const MOST_RECORDS = 100;
const SOURCES = ["grid", "import", "api", "automation", "merge", "undo", "system"] as const;

const time = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text)), "a time such as 2026-11-03T14:05:00Z"),
);

const Entry = v.pipe(
  v.object({
    id: v.string(),
    seq: v.number(),
    at: v.string(),
    actor: v.pipe(v.string(), v.description("User id")),
    source: v.picklist(SOURCES),
    label: v.string(),
    created: v.number(),
    changed: v.number(),
    deleted: v.number(),
    restored: v.number(),
    sheets: v.pipe(v.array(v.string()), v.description("Keys of the sheets it touched")),
    import: v.optional(v.pipe(v.string(), v.description("The import it is part of"))),
    undoes: v.optional(
      v.pipe(
        v.object({
          changeset: v.string(),
          seq: v.optional(v.number()),
          actor: v.optional(v.string()),
          source: v.optional(v.picklist(SOURCES)),
          label: v.optional(v.string()),
        }),
        v.description("What it undid"),
      ),
    ),
    partial: v.optional(
      v.pipe(v.boolean(), v.description("It undid only what that did to some records")),
    ),
    undoable: v.pipe(v.boolean(), v.description("Whether you may undo it")),
    why: v.optional(v.pipe(v.string(), v.description("Why not, in words"))),
  }),
  v.metadata({ ref: "Changeset" }),
);

const Undo = v.object({
  changeset: v.string(),
  by: v.string(),
  seq: v.number(),
  at: v.string(),
  actor: v.string(),
  partial: v.optional(v.boolean()),
});

const Sample = v.object({
  changeset: Entry,
  records: v.array(
    v.object({
      sheet: v.string(),
      id: v.string(),
      kind: v.picklist(["created", "changed", "deleted", "restored"]),
      cells: v.array(v.object({ field: v.string(), before: v.unknown(), after: v.unknown() })),
    }),
  ),
  schema: v.pipe(
    v.array(
      v.object({
        sheet: v.string(),
        field: v.optional(v.string()),
        before: v.nullable(v.looseObject({})),
        after: v.looseObject({}),
      }),
    ),
    v.description("Sheets and columns that were added or changed; `before` is null where added"),
  ),
  more: v.pipe(v.boolean(), v.description("It did something to more records than these")),
});

/** What was done in a workspace: the log as people read it. */
export const log = new Hono<AppEnv>()
  .get(
    "/changesets",
    operation({
      tag: "History",
      summary: "What was done, by whom and when",
      description:
        "Newest first. One answer reads a bounded stretch of the log: it may list fewer than `limit`, or none, and have a `next`. `undos` names every undo in that stretch, listed or not: a changeset is undone when an undo of it that is not partial is not undone itself. With `to`, the first answer names the undos since then too; `undosCut` says that they were too many to read. `cut` says that the log does not go back to the beginning of the workspace any more.",
      answers: {
        200: {
          description: "`next` is the cursor of what is older",
          schema: v.object({
            changesets: v.array(Entry),
            undos: v.array(Undo),
            undosCut: v.boolean(),
            next: v.nullable(v.string()),
            cut: v.boolean(),
          }),
        },
      },
    }),
    input(
      "query",
      v.object({
        limit: v.optional(v.pipe(v.string(), v.description("1 to 200; 50 when absent"))),
        cursor: v.optional(
          v.pipe(v.string(), v.regex(/^\d{1,12}\.\d{1,4}$/, "not a cursor of this list")),
        ),
        actor: v.optional(v.pipe(v.string(), v.maxLength(64), v.description("A user id, or `me`"))),
        sheet: v.optional(v.pipe(v.string(), v.maxLength(64), v.description("Its key"))),
        source: v.optional(
          v.pipe(v.string(), v.description(`One or more of ${SOURCES.join(", ")}, with commas`)),
        ),
        from: v.optional(v.pipe(time, v.description("Not before this time"))),
        to: v.optional(v.pipe(time, v.description("Not after this time"))),
      }),
    ),
    async (c) => {
      const { services, workspace, session } = c.var;
      const { limit, cursor, actor, sheet, from, to, source } = c.req.valid("query");
      const by = actor === "me" ? session.user.id : actor;
      const sources = sourcesOf(source);
      const listing = await services.ledger.list(workspace, {
        limit: limit === undefined ? 50 : limitOf(limit, MOST),
        before: spotOf(cursor),
        from: from === undefined ? undefined : Date.parse(from),
        to: to === undefined ? undefined : Date.parse(to),
        match: (each) =>
          (by === undefined || each.actor === by) &&
          (sources === undefined || sources.has(each.source)) &&
          (sheet === undefined || each.sheets.includes(sheet)),
      });
      const changesets = await ask(c, (workbook) =>
        listing.changesets.flatMap((each) => {
          const operations = each.operations ?? [];
          const seen = visible(workbook, session.user.id, operations);
          // What was done to nothing but other people's private views is theirs.
          if (operations.length > 0 && seen.length === 0) return [];
          return [shown(c, each)];
        }),
      );
      return c.json({
        changesets,
        undos: listing.undos.map((each) => ({ ...each, at: new Date(each.at).toISOString() })),
        undosCut: listing.undosCut,
        next: listing.next === null ? null : `${listing.next.seq}.${listing.next.place}`,
        cut: listing.cut,
      });
    },
  )
  .get(
    "/changesets/:id",
    operation({
      tag: "History",
      summary: "What a changeset did",
      description:
        "To the first records it names, at most 100: what they held before and after. Values are as in records.",
      answers: { 200: { description: "The changeset", schema: Sample } },
    }),
    input(
      "query",
      v.object({
        limit: v.optional(v.pipe(v.string(), v.description("Records, 1 to 100; 20 when absent"))),
      }),
    ),
    async (c) => {
      const { services, workspace, session } = c.var;
      const { limit } = c.req.valid("query");
      const id = c.req.param("id");
      const most = limit === undefined ? 20 : limitOf(limit, MOST_RECORDS);
      const sampled = Ids.isChangesetId(id)
        ? await services.ledger.sample(workspace, id, most)
        : undefined;
      if (sampled === undefined) throw noChange();
      const json = await ask(c, (workbook) => {
        const { changeset, more } = sampled;
        const me = session.user.id;
        if (changeset.operations !== undefined) {
          const seen = visible(workbook, me, changeset.operations);
          if (seen.length === 0 && changeset.operations.length > 0) throw noChange();
        }
        const context = reading(c, workbook);
        return {
          changeset: shown(c, changeset),
          more,
          records: sampled.records.flatMap(({ sheet, id: record, kind, cells }) => {
            const table = workbook.sheets.get(sheet);
            const operation = { op: "set", sheet, ids: [record], fields: {} } as const;
            if (table === undefined || visible(workbook, me, [operation]).length === 0) return [];
            return [
              {
                sheet,
                id: record,
                kind,
                cells: cells.map(({ field, before, after }) => ({
                  field,
                  before: shownAs(table, field, before, context),
                  after: shownAs(table, field, after, context),
                })),
              },
            ];
          }),
          schema: sampled.schema.map((each) =>
            each.op === "sheet"
              ? { sheet: each.key, before: each.before ?? null, after: each.after }
              : {
                  sheet: each.sheet,
                  field: each.after.key,
                  before: each.before ?? null,
                  after: each.after,
                },
          ),
        };
      });
      return c.json(json);
    },
  );

function shown(c: Context<AppEnv>, listed: Listed) {
  const { place: _, operations: __, at, ...rest } = listed;
  const why = whyNot(c, listed);
  return {
    ...rest,
    at: new Date(at).toISOString(),
    undoable: why === undefined,
    ...(why === undefined ? {} : { why }),
  };
}

function whyNot(c: Context<AppEnv>, { seq, sheets }: Listed): string | undefined {
  if (seq === 1) return "This is how the workspace began.";
  if (sheets.includes("_members")) {
    return "Who is a member is changed in the settings of the workspace.";
  }
  const { role } = c.var;
  if (sheets.includes("_workspace") && !Role.can(role, "settings")) {
    return "Only an owner or admin changes the settings of the workspace.";
  }
  return Role.can(role, "write") ? undefined : "Your role lets you look, not change.";
}

/** Without what was done to private views of somebody else. */
function visible(
  workbook: Workbook,
  me: string,
  operations: readonly Operation[],
): readonly Operation[] {
  return operations.filter((each) => ownership(workbook, me, each) !== "foreign");
}

function spotOf(cursor: string | undefined): Spot | undefined {
  if (cursor === undefined) return undefined;
  const [seq, place] = cursor.split(".").map(Number) as [number, number];
  return { seq, place };
}

function sourcesOf(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !(SOURCES as readonly string[]).includes(name));
  if (wrong === undefined) return new Set(names);
  throw new DomainError("malformed", `“source” is one or more of ${SOURCES.join(", ")}.`, {
    errors: [{ path: "/source", message: `“${wrong}” is none of them` }],
  });
}

function noChange(): DomainError {
  return new DomainError("not-found", "There is no such change.");
}
