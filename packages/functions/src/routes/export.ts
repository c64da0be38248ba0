import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { csvPieces } from "@gridfolk/core/export/csv";
import * as Marker from "@gridfolk/core/export/marker";
import { type ExportSource, exportFileName } from "@gridfolk/core/export/source";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { type Context, contextOf } from "@gridfolk/core/sheet/context";
import * as Filter from "@gridfolk/core/sheet/filter";
import * as Query from "@gridfolk/core/sheet/query";
import * as Sort from "@gridfolk/core/sheet/sort";
import { shownFields } from "@gridfolk/core/view/fields";
import { mend } from "@gridfolk/core/view/mend";
import * as Views from "@gridfolk/core/view/views";
import { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../http/context.ts";
import { answerFile } from "../http/file.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { sheetOf } from "../http/sheet.ts";
import { ask, may } from "../http/workspace.ts";

/** What an export follows. */
interface Shown {
  readonly filter?: Filter.Filter;
  readonly sort: readonly Sort.SortKey[];
  readonly q?: string;
  /** Keys of the columns, in order; absent: all. */
  readonly fields?: readonly string[];
}

/** Sheets as files. */
export const exports = new Hono<AppEnv>().get(
  "/sheets/:sheet/export",
  operation({
    tag: "Records",
    summary: "A sheet or a view of it as a file",
    description:
      "CSV is UTF-8 with a byte order mark; texts that a spreadsheet program would run as a formula begin with an apostrophe, and the import takes it off again. XLSX has typed cells, a frozen header and a filter. With `ids` the last column says of which record each row is, hidden in XLSX: edited and imported again, such a file is merged with what others changed meanwhile. The file is the sheet as it was when the request came in. One of more than 4 MB is answered by a redirect to an address that works for a quarter of an hour and needs no credentials.",
    fails: ["unknown-field", "unknown-operator", "too-large"],
    answers: {
      200: { description: "The file", content: "application/octet-stream" },
      303: {
        description: "Where the file is, for 15 minutes",
        content: "application/octet-stream",
      },
    },
  }),
  may("export"),
  input(
    "query",
    v.object({
      format: v.optional(v.picklist(["csv", "xlsx"]), "csv"),
      view: v.optional(v.pipe(v.string(), v.description("Id of a view"))),
      filter: v.optional(v.pipe(v.string(), v.description("As in lists of records"))),
      sort: v.optional(v.pipe(v.string(), v.description("-closeDate,name"))),
      q: v.optional(v.string()),
      ids: v.optional(
        v.pipe(
          v.picklist(["true", "false", "1", "0"]),
          v.description("A column with the records' ids; when absent only in XLSX"),
        ),
      ),
      fields: v.optional(v.pipe(v.string(), v.description("Keys of the columns, in order"))),
    }),
  ),
  async (c) => {
    const { services, session } = c.var;
    const { format, view, ids, ...asked } = c.req.valid("query");
    const marked = ids === undefined ? format === "xlsx" : ids === "true" || ids === "1";
    const now = services.platform.clock.now();
    const source = await ask(c, (workbook): ExportSource => {
      const table = sheetOf(workbook, c.req.param("sheet"));
      const context = contextOf(workbook, { now, me: session.user.id });
      const { fields, ...query } = {
        ...(view === undefined ? ALL : shownBy(workbook, table, view, context)),
        ...shownAsked(table, asked),
      };
      const rows = Query.ordered(table, query, context);
      const all = table.sheet.fields.filter((field) => field.deleted !== true);
      const byKey = new Map(all.map((field) => [field.key, field]));
      const shown = fields?.flatMap((key) => byKey.get(key) ?? []) ?? all;
      for (const { link } of shown) loadNames(workbook, link?.sheet);
      const { seq, hash } = workbook;
      const whole = rows.length === table.live;
      return {
        ...(marked ? { ids: Marker.toName({ sheet: table.key, seq, hash, whole }) } : {}),
        table: asItIs(table),
        sheet: table.sheet,
        fields: shown,
        rows: [...rows],
        names: context.names,
        locale: context.locale,
      };
    });
    const name = exportFileName(source.sheet, format, now);
    return answerFile(c, format === "csv" ? csv(source) : xlsx(source), {
      name,
      type: format === "csv" ? "text/csv; charset=utf-8" : XLSX,
    });
  },
);

/** What the request itself says goes before what the view says. An unknown column is an error here. */
function shownAsked(
  table: Workbook.Table,
  asked: {
    readonly filter?: string | undefined;
    readonly sort?: string | undefined;
    readonly q?: string | undefined;
    readonly fields?: string | undefined;
  },
): Partial<Shown> {
  const keys = asked.fields?.split(",").filter((key) => key !== "");
  const sort = asked.sort === undefined ? undefined : [...Sort.parse(asked.sort)];
  for (const key of keys ?? []) Filter.fieldOf(table, key, "fields");
  for (const { field } of sort ?? []) Filter.fieldOf(table, field, "sort");
  return {
    ...(asked.filter === undefined ? {} : { filter: Filter.parseText(asked.filter) }),
    ...(sort === undefined ? {} : { sort }),
    ...(asked.q === undefined ? {} : { q: asked.q }),
    ...(keys === undefined ? {} : { fields: keys }),
  };
}

const ALL: Shown = { sort: [] };
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Grouped rows come group by group, as on screen; what is shut is exported as well. */
function shownBy(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  id: string,
  context: Context,
): Shown {
  const view = Views.viewOf(workbook, context.me ?? "", table.key, id);
  const { definition } = mend(view.definition, table, context);
  const { filter, sort, group } = definition;
  return {
    ...(filter === undefined ? {} : { filter }),
    sort: [...group.map(({ field, descending }) => ({ field, descending })), ...sort],
    fields: shownFields(table.sheet, definition).map(({ key }) => key),
  };
}

/** What links are called is read while the file is written: the sheets they lead to have to be in memory by then. */
function loadNames(workbook: Workbook.Workbook, sheet: string | undefined): void {
  const target = sheet === undefined ? undefined : workbook.sheets.get(sheet);
  if (target !== undefined) Workbook.allRows(target);
}

/** The table with columns of its own: what is committed while the file is written is not in it. */
function asItIs(table: Workbook.Table): Workbook.Table {
  return {
    ...table,
    columns: new Map([...table.columns].map(([key, column]) => [key, column.slice()])),
    updated: table.updated.slice(),
  };
}

/** Some hundred rows at a time, other requests in between. */
async function* csv(source: ExportSource): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const piece of csvPieces(source)) {
    await turn();
    yield encoder.encode(piece);
  }
}

async function* xlsx(source: ExportSource): AsyncGenerator<Uint8Array> {
  // exceljs is loaded when somebody wants such a file.
  const { writeXlsx } = await import("@gridfolk/core/export/xlsx");
  const stream = new PassThrough();
  const writing = writeXlsx(source, stream);
  // Told by the stream, which is what is read.
  writing.catch((error: unknown) => {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  yield* stream as AsyncIterable<Uint8Array>;
}
