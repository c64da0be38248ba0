import { createHash } from "node:crypto";
import { DomainError } from "@gridfolk/core/error";
import { registry } from "@gridfolk/core/field/registry";
import { describeColumns } from "@gridfolk/core/import/column";
import { compose } from "@gridfolk/core/import/composition";
import * as Emit from "@gridfolk/core/import/emit";
import * as Learned from "@gridfolk/core/import/learned";
import { proposeSheet } from "@gridfolk/core/import/mapping";
import type { Plan, RefusedRow } from "@gridfolk/core/import/plan";
import { withBeside } from "@gridfolk/core/import/beside";
import { type Guess, guesses } from "@gridfolk/core/import/questions";
import type { RawFile } from "@gridfolk/core/import/read/raw";
import * as RoundTrip from "@gridfolk/core/import/round-trip";
import * as Saved from "@gridfolk/core/import/saved";
import { dataRows, findTable, type Table } from "@gridfolk/core/import/table";
import type { Refusal } from "@gridfolk/core/ledger/changeset";
import * as Ids from "@gridfolk/core/ledger/ids";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { localeOf } from "@gridfolk/core/sheet/settings";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import { bodyOf } from "../http/body.ts";
import { changesetId, commit, IDEMPOTENCY_KEY } from "../http/commit.ts";
import type { AppEnv } from "../http/context.ts";
import { ownKey } from "../http/file.ts";
import { input } from "../http/input.ts";
import { isJson } from "../http/json.ts";
import { operation } from "../http/operation.ts";
import { sheetOf } from "../http/sheet.ts";
import { ask, may } from "../http/workspace.ts";
import { baseOf } from "../import/base.ts";
import { mappingFor, MappingJson } from "../import/mapping.ts";
import { changesetKey, Undone } from "./changesets.ts";
import { isUploaded, MAX_FILE_BYTES } from "./files.ts";

const RefusedJson = v.object({
  row: v.pipe(v.number(), v.description("From 0 among the file's records")),
  column: v.nullable(v.string()),
  reason: v.string(),
});
const counts = {
  rows: v.pipe(v.number(), v.description("Data rows")),
  created: v.number(),
  updated: v.number(),
  unchanged: v.number(),
  refused: v.array(RefusedJson),
};
const Imported = v.object({
  import: v.nullable(v.pipe(v.string(), v.description("null on a dry run"))),
  changesets: v.array(v.string()),
  ...counts,
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
});
const ImportJson = v.pipe(
  v.object({
    import: v.string(),
    file: v.nullable(v.string()),
    sheet: v.string(),
    at: v.string(),
    actor: v.string(),
    undone: v.boolean(),
    changesets: v.array(v.string()),
    ...counts,
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

const yes = v.picklist(["true", "false", "1", "0"]);

export const imports = new Hono<AppEnv>()
  .post(
    "/import",
    operation({
      tag: "Imports",
      summary: "Import a file",
      description:
        "CSV in any usual encoding and with any usual delimiter, or XLSX, of up to 4 MB; a larger one is sent to where POST …/files says and named by `file`. With `file` the body may be JSON with its `name` and the `mapping`. As multipart: `file`, and `mapping`, a JSON object from column names of the file to a field's key, null (leave the column out), {field} or {name, type} of a new field, the latter two also with dateOrder, decimal, update and keeps; columns it does not name are matched by name and content, and as people of the workspace corrected it before. A file that was exported with ids, and edited, is merged with what others changed since: only cells that differ from what was exported are written, also emptied ones. `saved` follows a saved import (GET …/saved-imports); what the request says itself goes before that. A later row with the same key updates the record. Values that do not fit are kept as marked text; `refused` lists rows that were not written. All of it is one changeset.",
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
        201: { description: "Imported", schema: Imported },
        200: { description: "What would happen (dryRun)", schema: Imported },
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
      const { bytes, name, mapping } = await fileOf(c, query.file);
      const saved =
        query.saved === undefined
          ? undefined
          : await ask(c, (workbook) => Saved.savedImport(workbook, query.saved ?? ""));
      const read = await services.files.read(bytes);
      const table = withBeside(
        tableOf(read, query.worksheet ?? Saved.worksheetIn(saved, read)),
        saved?.rules.beside,
      );
      // Asked for a key, a mapping or a saved import, it is a file like any other.
      const isPlain = query.key ?? query.saved ?? mapping;
      const exported = isPlain === undefined ? RoundTrip.exportedIn(table) : undefined;
      const isBack =
        exported !== undefined &&
        (query.sheet ?? exported.marker.sheet) === exported.marker.sheet &&
        (await ask(c, (workbook) => workbook.sheets.has(exported.marker.sheet)));
      const base = isBack ? await baseOf(c.var.services, c.var.workspace, exported) : undefined;
      const choices: RoundTrip.Choices = {
        file: query.conflicts === "file" ? "all" : [],
        added: true,
        deleted: query.deleteMissing === "true" || query.deleteMissing === "1",
      };
      const make = (workbook: Workbook.Workbook): Made =>
        isBack
          ? { plan: editedPlan(c, workbook, table, exported, base, choices), guesses: [] }
          : planOf(c, workbook, table, { ...query, mapping, saved });
      if (query.dryRun === "true" || query.dryRun === "1") {
        const planned = await ask(c, make);
        return c.json({
          import: null,
          changesets: [],
          ...resultOf(planned.plan, []),
          ...told(planned),
        });
      }
      const id = changesetId(c);
      let planned: Made | undefined;
      const answer = await commit(
        c,
        (workbook) => {
          planned = make(workbook);
          const { counts, refused } = planned.plan;
          const record = { import: id, file: name, counts, refused };
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
      const stored = await ask(c, (workbook) => importOf(workbook, id));
      const result = planned === undefined ? stored : resultOf(planned.plan, answer.refused);
      const { rows, created, updated, unchanged, refused } = result;
      const kept = "optOutsKept" in result ? { optOutsKept: result.optOutsKept } : {};
      const counted = { rows, created, updated, unchanged, refused, ...kept, ...told(planned) };
      return c.json({ import: id, changesets: [answer.changeset], ...counted }, 201);
    },
  )
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
      const all = await ask(c, (workbook) => {
        const table = sheetOf(workbook, "_imports");
        return Workbook.allRows(table).map((row) => importAt(workbook, table, row));
      });
      return c.json({ imports: all.toReversed() });
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

/** The file of a request: the body itself, or a part of a form with the mapping beside it. */
async function fileOf(
  c: Context<AppEnv>,
  named: string | undefined,
): Promise<{ bytes: Uint8Array; name: string; mapping: MappingJson | undefined }> {
  if (isUploaded(named)) return uploaded(c, named);
  const type = c.req.header("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) {
    const bytes = await bodyOf(c);
    if (c.env?.madeText === true) demandWhole(bytes);
    return { bytes, name: named ?? "", mapping: undefined };
  }
  const form = await c.req.formData().catch((cause: unknown) => {
    throw new DomainError("malformed", "The form cannot be read.", { cause });
  });
  const file = form.get("file");
  if (file === null || typeof file === "string") {
    throw new DomainError("malformed", "The form has no `file`.", {
      errors: [{ path: "/file", message: "missing" }],
    });
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { bytes, name: named ?? file.name, mapping: mappingIn(form.get("mapping")) };
}

/**
 * API Gateway passes on what says that it is text as UTF-8, and puts U+FFFD for every byte that is none: a file in another
 * encoding would be imported with its letters lost.
 */
function demandWhole(bytes: Uint8Array): void {
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes("\ufffd")) {
    throw new DomainError(
      "malformed",
      "The file is not UTF-8, and was damaged on its way because it was sent as text. Send it with the header Content-Type: application/octet-stream.",
    );
  }
}

/** A file that was sent before. The body, if there is one, says what it is called and what becomes of its columns. */
async function uploaded(c: Context<AppEnv>, key: string) {
  const body = isJson(c.req.header("content-type")) ? await c.req.text() : "";
  const { name = "", mapping } = body === "" ? {} : aboutIn(body);
  const bytes = await c.var.services.blobs.get(ownKey(c, "files", key), MAX_FILE_BYTES);
  if (bytes !== undefined) return { bytes, name, mapping };
  throw new DomainError(
    "not-found",
    "There is no such file: it was not sent, or it was sent more than a day ago.",
  );
}

const About = v.object({
  name: v.optional(v.pipe(v.string(), v.maxLength(255))),
  mapping: v.optional(v.unknown()),
});

function aboutIn(body: string): { name?: string | undefined; mapping?: MappingJson | undefined } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw new DomainError("malformed", "The body is not JSON.", { cause });
  }
  const parsed = v.safeParse(About, json);
  if (!parsed.success) {
    throw new DomainError("malformed", "The body is {name, mapping} of the file, or nothing.");
  }
  const { name, mapping } = parsed.output;
  return { name, mapping: mapping === undefined ? undefined : mappingOf(mapping) };
}

function mappingIn(part: ReturnType<FormData["get"]>): MappingJson | undefined {
  if (part === null) return undefined;
  if (typeof part !== "string")
    throw new DomainError("malformed", "`mapping` is JSON, not a file.");
  let json: unknown;
  try {
    json = JSON.parse(part);
  } catch (cause) {
    throw new DomainError("malformed", "`mapping` is not JSON.", { cause });
  }
  return mappingOf(json);
}

function mappingOf(json: unknown): MappingJson {
  const parsed = v.safeParse(MappingJson, json);
  if (parsed.success) return parsed.output;
  throw new DomainError("malformed", "`mapping` does not have the shape this needs.", {
    errors: parsed.issues.slice(0, 20).map((issue) => ({
      path: `/mapping/${v.getDotPath(issue) ?? ""}`,
      message: issue.message,
    })),
  });
}

function tableOf(file: RawFile, worksheet: string | undefined): Table {
  const chosen =
    worksheet === undefined
      ? file.tables.filter((table) => table.hidden !== true)
      : file.tables.filter((table) => table.sheet === worksheet);
  if (chosen.length === 0 && worksheet !== undefined) {
    throw new DomainError("malformed", `The file has no worksheet "${worksheet.slice(0, 60)}".`);
  }
  const tables = chosen.map((raw) => findTable(raw));
  const table = tables.find((one) => one.lastDataRow >= one.firstDataRow) ?? tables[0];
  if (table !== undefined && table.columns.length > 0) return table;
  throw new DomainError("unsupported-file", "There is no table in this file.");
}

/** A plan, and what was guessed for it. */
interface Made {
  readonly plan: Plan;
  readonly guesses: readonly Guess[];
}

function told(made: Made | undefined): { readonly guesses?: Guess[] } {
  return made === undefined || made.guesses.length === 0 ? {} : { guesses: [...made.guesses] };
}

function planOf(
  c: Context<AppEnv>,
  workbook: Workbook.Workbook,
  table: Table,
  wanted: {
    readonly sheet?: string | undefined;
    readonly key?: string | undefined;
    readonly mode?: "fill" | "overwrite" | undefined;
    readonly mapping: MappingJson | undefined;
    readonly saved: Saved.SavedImport | undefined;
  },
): Made {
  const locale = localeOf(workbook);
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const sheets = [...workbook.sheets.values()]
    .map(({ sheet }) => sheet)
    .filter((sheet) => sheet.system !== true && sheet.deleted !== true);
  const { saved } = wanted;
  const named = wanted.sheet ?? saved?.sheet;
  const sheet = named === undefined ? proposeSheet(facts, sheets) : peoplesSheet(workbook, named);
  if (sheet === undefined) throw new DomainError("malformed", "Name the sheet to import into.");
  if (saved !== undefined && sheet.key !== saved.sheet) {
    throw new DomainError(
      "malformed",
      `The saved import “${saved.name}” goes to ${saved.sheet}: leave out \`sheet\`, or \`saved\`.`,
    );
  }
  const me = c.var.session.user.id;
  const proposed =
    saved !== undefined
      ? Saved.apply(saved, facts, sheet, Learned.learned(workbook, sheet.key, facts, me)).mapping
      : Learned.propose(workbook, sheet, facts, me);
  const mapping = mappingFor(proposed, facts, sheet, wanted.mapping);
  const mode = wanted.mode ?? saved?.rules.mode ?? "overwrite";
  const key = wanted.key ?? (saved === undefined ? undefined : Saved.keyOf(saved, mapping));
  const deps = { workbook, registry, locale, platform: c.var.services.platform };
  const options = { mode, ...(key === undefined || key === "" ? {} : { key }) };
  return {
    plan: compose(deps, [{ table, mapping }], options).plan,
    guesses: guesses(mapping, sheet, facts),
  };
}

/** An edited export of a sheet; see round-trip.ts. */
function editedPlan(
  c: Context<AppEnv>,
  workbook: Workbook.Workbook,
  table: Table,
  exported: RoundTrip.Exported,
  base: RoundTrip.Base | undefined,
  choices: RoundTrip.Choices,
): Plan {
  const locale = localeOf(workbook);
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const sheet = peoplesSheet(workbook, exported.marker.sheet);
  // The rows of the sheet are looked at, not only some of them.
  Workbook.allRows(Workbook.table(workbook, sheet.key));
  const mapping = RoundTrip.mapExported(facts, exported, sheet, base);
  const deps = { workbook, registry, locale, platform: c.var.services.platform };
  return RoundTrip.merge(deps, table, mapping, exported, base, choices).plan;
}

function peoplesSheet(workbook: Workbook.Workbook, key: string) {
  const { sheet } = sheetOf(workbook, key);
  if (sheet.system !== true) return sheet;
  throw new DomainError("forbidden", "Files are not imported into sheets that hold settings.");
}

interface Result {
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: readonly RefusedRow[];
  readonly optOutsKept?: number;
}

/** What a plan did, less what the commit refused because of what somebody changed meanwhile. */
function resultOf(plan: Plan, refusals: readonly Refusal[]): Result {
  const { rows, unchanged } = plan.counts;
  let { created, updated } = plan.counts;
  const refused = [...plan.refused];
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
  const told = kept === 0 ? {} : { optOutsKept: kept };
  return { rows, created, updated, unchanged, refused, ...told };
}

function labelOf({ counts, sheet }: Plan): string {
  const { created, updated } = counts;
  return `Imported ${sheet.name.toLowerCase()}: ${created.toLocaleString("en")} new, ${updated.toLocaleString("en")} changed`;
}

/** The record that an import left of itself; in the trash when the import was undone. */
function importOf(workbook: Workbook.Workbook, id: string) {
  const table = sheetOf(workbook, "_imports");
  const row = Workbook.allRows(table).find((row) => Workbook.value(table, row, "import") === id);
  if (row === undefined) throw noImport();
  return importAt(workbook, table, row);
}

function importAt(workbook: Workbook.Workbook, table: Workbook.Table, row: number) {
  const text = (key: string): string | undefined => {
    const cell = Workbook.value(table, row, key);
    return typeof cell === "string" ? cell : undefined;
  };
  const number = (key: string): number => {
    const cell = Workbook.value(table, row, key);
    return typeof cell === "number" ? cell : 0;
  };
  const stamp = workbook.stamps.get(table.created[row] ?? 0);
  return {
    import: text("import") ?? "",
    file: text("file") ?? null,
    sheet: text("sheet") ?? "",
    at: new Date(stamp?.at ?? 0).toISOString(),
    actor: stamp?.actor ?? "",
    undone: !Workbook.isLive(table, row),
    rows: number("rows"),
    created: number("created"),
    updated: number("updated"),
    unchanged: number("unchanged"),
    refused: refusedIn(text("refused")),
  };
}

function refusedIn(text: string | undefined): RefusedRow[] {
  if (text === undefined) return [];
  try {
    return JSON.parse(text) as RefusedRow[];
  } catch {
    return [];
  }
}

function noImport(): DomainError {
  return new DomainError("not-found", "There is no such import.");
}
