import * as Saved from "@gridfolk/core/import/saved";
import * as Ids from "@gridfolk/core/ledger/ids";
import { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { ask, may } from "../http/workspace.ts";
import { allImports, importOf, noImport } from "../import/history.ts";
import { countsJson } from "../import/result.ts";
import { changesetKey, Undone } from "./changesets.ts";

const ImportJson = v.pipe(
  v.object({
    import: v.string(),
    file: v.nullable(v.string()),
    sheet: v.string(),
    at: v.string(),
    actor: v.string(),
    undone: v.boolean(),
    changesets: v.array(v.string()),
    ...countsJson,
    along: v.optional(
      v.pipe(
        v.array(
          v.object({
            sheet: v.string(),
            created: v.number(),
            updated: v.number(),
            unchanged: v.number(),
          }),
        ),
        v.description(
          "What it did to other sheets: by links to records that were not there, from rows that hold several records, and from other worksheets; absent where there is nothing",
        ),
      ),
    ),
  }),
  v.metadata({ ref: "Import" }),
);
const { changesets: _, ...listed } = ImportJson.pipe[0].entries;

const SavedJson = v.pipe(
  v.object({
    id: v.string(),
    name: v.string(),
    sheet: v.string(),
    rules: v.looseObject({
      columns: v.array(v.looseObject({ name: v.string() })),
      key: v.string(),
      mode: v.picklist(["fill", "overwrite"]),
    }),
  }),
  v.metadata({ ref: "SavedImport" }),
);

/** What was imported, and what imports were saved to be done again. */
export const importHistory = new Hono<AppEnv>()
  .get(
    "/saved-imports",
    operation({
      tag: "Imports",
      summary: "Imports that were saved to be done again",
      description:
        "Their names and ids go into `saved` of an import. They are records of the sheet `_savedImports` and are written like any: `name`, `sheet` (key), `rules` (columns, key, mode and worksheet as JSON).",
      answers: {
        200: { description: "By name", schema: v.object({ savedImports: v.array(SavedJson) }) },
      },
    }),
    async (c) => {
      const saved = await ask(c, (workbook) => Saved.savedImports(workbook));
      return c.json({ savedImports: saved.map((one) => ({ ...one, rules: { ...one.rules } })) });
    },
  )
  .get(
    "/imports",
    operation({
      tag: "Imports",
      summary: "What was imported",
      answers: {
        200: {
          description: "Newest first",
          schema: v.object({ imports: v.array(v.object(listed)) }),
        },
      },
    }),
    async (c) => {
      return c.json({ imports: await ask(c, allImports) });
    },
  )
  .get(
    "/imports/:import",
    operation({
      tag: "Imports",
      summary: "One import",
      answers: { 200: { description: "What it did", schema: ImportJson } },
    }),
    async (c) => {
      const { services, workspace } = c.var;
      const id = c.req.param("import");
      const found = await ask(c, (workbook) => importOf(workbook, id));
      const changesets = await services.ledger.importChangesets(workspace, id);
      return c.json({ ...found, changesets });
    },
  )
  .post(
    "/imports/:import/undo",
    operation({
      tag: "Imports",
      summary: "Undo an import",
      description:
        "All its changesets as one. What somebody changed since stays and is listed in `skipped`. `id` is the id of the undoing changeset.",
      fails: ["changeset-reused"],
      answers: { 200: { description: "Undone", schema: Undone } },
    }),
    may("write"),
    input("json", v.optional(v.object({ id: v.optional(changesetKey) }), {})),
    async (c) => {
      const { services, workspace, session } = c.var;
      const target = c.req.param("import");
      if (!Ids.isChangesetId(target)) throw noImport();
      const id = c.req.valid("json").id ?? Ids.newId(services.platform);
      const by = { id, actor: session.user.id };
      const answer = await services.ledger.undoImport(workspace, target, by);
      const { seq, changeset, skipped } = answer;
      c.set("wrote", answer);
      // The import's record of itself goes too, but is nobody's record.
      const reverted = Math.max(0, answer.reverted - 1);
      return c.json({ seq, changeset, reverted, skipped });
    },
  );
