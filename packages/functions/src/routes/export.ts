import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { DomainError } from "@gridfolk/core/error";
import { csvPieces } from "@gridfolk/core/export/csv";
import { type ExportSource, exportFileName } from "@gridfolk/core/export/source";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import * as Filter from "@gridfolk/core/sheet/filter";
import * as Query from "@gridfolk/core/sheet/query";
import * as Sort from "@gridfolk/core/sheet/sort";
import { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../http/context.ts";
import { answerFile } from "../http/file.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { sheetOf } from "../http/sheet.ts";
import { ask, may } from "../http/workspace.ts";

/** What of a view's settings an export follows. Whatever else views keep is theirs. */
const View = v.object({
  filter: v.optional(v.unknown()),
  sort: v.optional(v.array(v.object({ field: v.string(), descending: v.boolean() })), []),
  q: v.optional(v.string()),
  /** Keys of the columns shown, in order; absent: all. */
  fields: v.optional(v.array(v.string())),
});

type View = v.InferOutput<typeof View>;

/** Sheets as files. */
export const exports = new Hono<AppEnv>().get(
  "/sheets/:sheet/export",
  operation({
    tag: "Records",
    summary: "A sheet or a view of it as a file",
    description:
      "CSV is UTF-8 with a byte order mark; texts that a spreadsheet program would run as a formula begin with an apostrophe, and the import takes it off again. XLSX has typed cells, a frozen header and a filter. The file is the sheet as it was when the request came in. One of more than 4 MB is answered by a redirect to an address that works for a quarter of an hour and needs no credentials.",
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
      fields: v.optional(v.pipe(v.string(), v.description("Keys of the columns, in order"))),
    }),
  ),
  async (c) => {
    const { services, session } = c.var;
    const { format, view, ...asked } = c.req.valid("query");
    const now = services.platform.clock.now();
    const source = await ask(c, (workbook): ExportSource => {
      const table = sheetOf(workbook, c.req.param("sheet"));
      const context = contextOf(workbook, { now, me: session.user.id });
      const { filter, sort, q, fields } = {
        ...(view === undefined ? ALL : viewOf(workbook, table.key, view)),
        ...viewAsked(table, asked),
      };
      const rows = Query.ordered(
        table,
        {
          sort: sort.filter(({ field }) => isShown(table, field)),
          ...(filter === undefined || filter === null ? {} : { filter: Filter.parse(filter) }),
          ...(q === undefined ? {} : { q }),
        },
        context,
      );
      const all = table.sheet.fields.filter((field) => field.deleted !== true);
      const byKey = new Map(all.map((field) => [field.key, field]));
      const shown = fields?.flatMap((key) => byKey.get(key) ?? []) ?? all;
      for (const { link } of shown) loadNames(workbook, link?.sheet);
      return {
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
function viewAsked(
  table: Workbook.Table,
  asked: {
    readonly filter?: string | undefined;
    readonly sort?: string | undefined;
    readonly q?: string | undefined;
    readonly fields?: string | undefined;
  },
): Partial<View> {
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

const ALL: View = { sort: [] };
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

function viewOf(workbook: Workbook.Workbook, sheet: string, id: string): View {
  const table = sheetOf(workbook, "_views");
  const row = Workbook.record(table, id)?.row;
  const there =
    row !== undefined &&
    Workbook.isLive(table, row) &&
    Workbook.value(table, row, "sheet") === sheet;
  if (!there) throw new DomainError("not-found", "There is no such view of this sheet.");
  const config = Workbook.value(table, row, "config");
  try {
    const parsed = v.safeParse(View, JSON.parse(typeof config === "string" ? config : "{}"));
    return parsed.success ? parsed.output : ALL;
  } catch {
    return ALL;
  }
}

function isShown(table: Workbook.Table, key: string): boolean {
  const field = Workbook.findField(table, key);
  return field !== undefined && field.deleted !== true;
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
