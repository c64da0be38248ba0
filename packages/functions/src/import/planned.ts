import { DomainError } from "@gridfolk/core/error";
import { registry } from "@gridfolk/core/field/registry";
import { withBeside } from "@gridfolk/core/import/beside";
import { describeColumns } from "@gridfolk/core/import/column";
import { compose } from "@gridfolk/core/import/composition";
import * as Learned from "@gridfolk/core/import/learned";
import { proposeSheet } from "@gridfolk/core/import/mapping";
import type { Plan } from "@gridfolk/core/import/plan";
import { type Guess, guesses } from "@gridfolk/core/import/questions";
import type { RawFile } from "@gridfolk/core/import/read/raw";
import * as RoundTrip from "@gridfolk/core/import/round-trip";
import * as Saved from "@gridfolk/core/import/saved";
import { dataRows, findTable, type Table } from "@gridfolk/core/import/table";
import { warnings } from "@gridfolk/core/import/warnings";
import { joinable, missingWorksheets, sourcesOf } from "@gridfolk/core/import/worksheets";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { localeOf } from "@gridfolk/core/sheet/settings";
import type { Context } from "hono";
import type { AppEnv } from "../http/context.ts";
import { sheetOf } from "../http/sheet.ts";
import { mappingFor, type MappingJson } from "./mapping.ts";

/** A plan, what was guessed for it, and what else there is to say of it. */
export interface Planned {
  readonly plan: Plan;
  readonly guesses: readonly Guess[];
  readonly warnings: readonly string[];
}

/** The table that is imported when nobody looks: of the named worksheet, or of the saved import's, else the first with rows. */
export function tableOf(
  file: RawFile,
  worksheet: string | undefined,
  saved: Saved.SavedImport | undefined,
): Table {
  const wanted = worksheet ?? Saved.worksheetIn(saved, file);
  const chosen =
    wanted === undefined
      ? file.tables.filter((table) => table.hidden !== true)
      : file.tables.filter((table) => table.sheet === wanted);
  if (chosen.length === 0 && wanted !== undefined) {
    throw new DomainError("malformed", `The file has no worksheet "${wanted.slice(0, 60)}".`);
  }
  const tables = chosen.map((raw) => findTable(raw));
  const table = tables.find((one) => one.lastDataRow >= one.firstDataRow) ?? tables[0];
  if (table !== undefined && table.columns.length > 0)
    return withBeside(table, saved?.rules.beside);
  throw new DomainError("unsupported-file", "There is no table in this file.");
}

/** What importing a table would do, as the request, the saved import, and what people corrected before say, in this order. */
export function planOf(
  c: Context<AppEnv>,
  workbook: Workbook.Workbook,
  table: Table,
  wanted: {
    readonly sheet?: string | undefined;
    readonly key?: string | undefined;
    readonly mode?: "fill" | "overwrite" | undefined;
    readonly mapping: MappingJson | undefined;
    readonly saved: Saved.SavedImport | undefined;
    /** Where other worksheets are that the saved import takes as well. */
    readonly file: RawFile;
  },
): Planned {
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
  const joined =
    saved?.rules.worksheets === undefined
      ? undefined
      : Saved.worksheetsIn(saved, joinable(wanted.file, table, facts, sheets, locale, registry));
  const mode = wanted.mode ?? saved?.rules.mode ?? "overwrite";
  const key = wanted.key ?? (saved === undefined ? undefined : Saved.keyOf(saved, mapping));
  const deps = { workbook, registry, locale, platform: c.var.services.platform };
  const options = { mode, ...(key === undefined || key === "" ? {} : { key }) };
  const others = joined?.joined;
  const whole =
    saved === undefined || others === undefined
      ? mapping
      : Saved.applyWorksheets(saved, others, mapping, sheets);
  const sources = sourcesOf(table, whole, others);
  const { plan, plans } = compose(deps, sources, options, others?.joins);
  return {
    plan,
    guesses: guesses(mapping, sheet, facts),
    warnings: [...missingWorksheets(joined?.missing ?? []), ...warnings(table, plans)],
  };
}

/** What importing an edited export of a sheet would do; see round-trip.ts in core. */
export function editedPlan(
  c: Context<AppEnv>,
  workbook: Workbook.Workbook,
  table: Table,
  exported: RoundTrip.Exported,
  base: RoundTrip.Base | undefined,
  choices: RoundTrip.Choices,
): Planned {
  const locale = localeOf(workbook);
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const sheet = peoplesSheet(workbook, exported.marker.sheet);
  // The rows of the sheet are looked at, not only some of them.
  Workbook.allRows(Workbook.table(workbook, sheet.key));
  const mapping = RoundTrip.mapExported(facts, exported, sheet, base);
  const deps = { workbook, registry, locale, platform: c.var.services.platform };
  const { plan } = RoundTrip.merge(deps, table, mapping, exported, base, choices);
  return { plan, guesses: [], warnings: warnings(table, [{ plan, rowOf: (row) => row }]) };
}

function peoplesSheet(workbook: Workbook.Workbook, key: string) {
  const { sheet } = sheetOf(workbook, key);
  if (sheet.system !== true) return sheet;
  throw new DomainError("forbidden", "Files are not imported into sheets that hold settings.");
}
