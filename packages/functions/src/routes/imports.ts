import { createHash } from "node:crypto";
import * as Emit from "@gridfolk/core/import/emit";
import * as History from "@gridfolk/core/import/history";
import * as RoundTrip from "@gridfolk/core/import/round-trip";
import * as Saved from "@gridfolk/core/import/saved";
import type * as Workbook from "@gridfolk/core/ledger/workbook";
import { Hono } from "hono";
import * as v from "valibot";
import { changesetId, commit, IDEMPOTENCY_KEY } from "../http/commit.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { ask, may } from "../http/workspace.ts";
import { baseOf } from "../import/base.ts";
import { importOf } from "../import/history.ts";
import { editedPlan, type Planned, planOf, tableOf } from "../import/planned.ts";
import { ImportedJson, labelOf, resultOf } from "../import/result.ts";
import { sentFile } from "../import/sent-file.ts";

const yes = v.picklist(["true", "false", "1", "0"]);

/** A file becomes records. */
export const imports = new Hono<AppEnv>().post(
  "/import",
  operation({
    tag: "Imports",
    summary: "Import a file",
    description:
      "CSV in any usual encoding and with any usual delimiter, or XLSX, of up to 4 MB; a larger one is sent to where POST …/files says and named by `file`. With `file` the body may be JSON with its `name` and the `mapping`. As multipart: `file`, and `mapping`, a JSON object from column names of the file to a field's key, null (leave the column out), {field} or {name, type} of a new field, the latter two also with dateOrder, decimal, update, keeps, and of choices meant (by text the choice it means, or null for none) and adds (choices that no row has); columns it does not name are matched by name and content, and as people of the workspace corrected it before. A file that was exported with ids, and edited, is merged with what others changed since: only cells that differ from what was exported are written, also emptied ones. `saved` follows a saved import (GET …/saved-imports); what the request says itself goes before that. A later row with the same key updates the record. Values that do not fit are kept as marked text; `refused` lists rows that were not written. All of it is one changeset.",
    headers: IDEMPOTENCY_KEY,
    fails: ["changeset-reused", "unsupported-file", "too-large", "unknown-field"],
    body: {
      "text/csv": { description: "The file" },
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
        description: "The file",
      },
      "multipart/form-data": { description: "`file`, and `mapping` as JSON" },
      "application/json": { description: "{name?, mapping?} of an uploaded file" },
    },
    answers: {
      201: { description: "Imported", schema: ImportedJson },
      200: { description: "What would happen (dryRun)", schema: ImportedJson },
    },
  }),
  may("write"),
  input(
    "query",
    v.object({
      sheet: v.optional(v.pipe(v.string(), v.description("Key; found by content when absent"))),
      key: v.optional(
        v.pipe(
          v.string(),
          v.description("email, phone, any field's key or none; by default e-mail, else phone"),
        ),
      ),
      mode: v.optional(
        v.pipe(v.picklist(["fill", "overwrite"]), v.description("overwrite when absent")),
      ),
      conflicts: v.optional(
        v.pipe(
          v.picklist(["file", "workspace"]),
          v.description("Of an edited export: who has a cell that both changed"),
        ),
        "workspace",
      ),
      deleteMissing: v.optional(
        v.pipe(yes, v.description("Of an edited export: taken out rows go to the trash")),
        "false",
      ),
      saved: v.optional(
        v.pipe(v.string(), v.maxLength(200), v.description("Name or id of a saved import")),
      ),
      dryRun: v.optional(yes, "false"),
      worksheet: v.optional(v.pipe(v.string(), v.description("Of an XLSX file; else the first"))),
      file: v.optional(
        v.pipe(
          v.string(),
          v.maxLength(255),
          v.description("Name of the file in the body, or the key of one that was uploaded"),
        ),
      ),
    }),
  ),
  async (c) => {
    const { services } = c.var;
    const query = c.req.valid("query");
    const { bytes, name, mapping } = await sentFile(c, query.file);
    const saved =
      query.saved === undefined
        ? undefined
        : await ask(c, (workbook) => Saved.savedImport(workbook, query.saved ?? ""));
    const file = await services.files.read(bytes);
    const table = tableOf(file, query.worksheet, saved);
    // Asked for a key, a mapping or a saved import, it is a file like any other.
    const isPlain = query.key ?? query.saved ?? mapping;
    const exported = isPlain === undefined ? RoundTrip.exportedIn(table) : undefined;
    const isBack =
      exported !== undefined &&
      (query.sheet ?? exported.marker.sheet) === exported.marker.sheet &&
      (await ask(c, (workbook) => workbook.sheets.has(exported.marker.sheet)));
    const base = isBack ? await baseOf(services, c.var.workspace, exported) : undefined;
    const choices: RoundTrip.Choices = {
      file: query.conflicts === "file" ? "all" : [],
      added: true,
      deleted: isYes(query.deleteMissing),
    };
    const make = (workbook: Workbook.Workbook): Planned =>
      isBack
        ? editedPlan(c, workbook, table, exported, base, choices)
        : planOf(c, workbook, table, { ...query, mapping, saved, file });
    if (isYes(query.dryRun)) {
      const planned = await ask(c, make);
      return c.json({ import: null, changesets: [], ...resultOf(planned, []) });
    }
    const id = changesetId(c);
    let planned: Planned | undefined;
    const answer = await commit(
      c,
      (workbook) => {
        planned = make(workbook);
        const { counts, refused } = planned.plan;
        const fields = History.prepare(workbook, planned.plan);
        const record = { import: id, file: name, counts, refused, fields };
        return {
          label: labelOf(planned.plan),
          operations: Emit.operations(planned.plan, record, services.platform),
          import: id,
        };
      },
      {
        id,
        source: "import",
        request: [query, mapping ?? null, createHash("sha256").update(bytes).digest("hex")],
      },
    );
    const done = { import: id, changesets: [answer.changeset] };
    if (planned !== undefined)
      return c.json({ ...done, ...resultOf(planned, answer.refused) }, 201);
    // The answer is repeated: what the import did is told by the record that it left.
    const stored = await ask(c, (workbook) => importOf(workbook, id));
    const { rows, created, updated, unchanged, refused } = stored;
    return c.json({ ...done, rows, created, updated, unchanged, refused }, 201);
  },
);

function isYes(text: v.InferOutput<typeof yes>): boolean {
  return text === "true" || text === "1";
}
