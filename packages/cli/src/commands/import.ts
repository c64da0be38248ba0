import { writeFile } from "node:fs/promises";
import { DomainError, isDomainError } from "@gridfolk/core/error";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { describeColumns } from "@gridfolk/core/import/column";
import { type Composed, compose } from "@gridfolk/core/import/composition";
import * as History from "@gridfolk/core/import/history";
import * as Learned from "@gridfolk/core/import/learned";
import { type Mapping, proposeSheet } from "@gridfolk/core/import/mapping";
import type { Plan, RefusedRow } from "@gridfolk/core/import/plan";
import { type Guess, guesses } from "@gridfolk/core/import/questions";
import { withBeside } from "@gridfolk/core/import/beside";
import type { RawFile } from "@gridfolk/core/import/read/raw";
import { refusedCsv, type RefusedOf, refusedXlsx } from "@gridfolk/core/import/refused";
import * as RoundTrip from "@gridfolk/core/import/round-trip";
import * as Saved from "@gridfolk/core/import/saved";
import { PartlySent, type Sent, send } from "@gridfolk/core/import/send";
import { dataRows, findTable, type Table } from "@gridfolk/core/import/table";
import { warnings } from "@gridfolk/core/import/warnings";
import {
  joinable,
  type Joined,
  missingWorksheets,
  sourcesOf,
} from "@gridfolk/core/import/worksheets";
import type { Refusal } from "@gridfolk/core/ledger/changeset";
import { newId } from "@gridfolk/core/ledger/ids";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { localeOf } from "@gridfolk/core/sheet/settings";
import { options } from "../args.ts";
import * as LocalFile from "../file.ts";
import type { Connection } from "../http.ts";
import { count, isInteractive, printJson, progress, say } from "../output.ts";
import { platform } from "../platform.ts";
import { login } from "../settings.ts";
import { UsageError } from "../usage-error.ts";
import { openWorkbook, transport, Uncertain, workbookThen } from "../workspace.ts";

/** What `--json` prints: the answer of the API's import. */
interface Result {
  readonly import: string | null;
  readonly changesets: readonly string[];
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: readonly RefusedRow[];
}

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = options(args, {
    sheet: { type: "string" },
    key: { type: "string" },
    mode: { type: "string" },
    worksheet: { type: "string" },
    saved: { type: "string" },
    conflicts: { type: "string" },
    refused: { type: "string" },
    "delete-missing": { type: "boolean" },
    "dry-run": { type: "boolean" },
    yes: { type: "boolean" },
    json: { type: "boolean" },
  });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1)
    throw new UsageError("Which file? gridfolk import FILE");
  const { mode } = values;
  if (mode !== undefined && mode !== "overwrite" && mode !== "fill")
    throw new UsageError("--mode is overwrite or fill.");
  const { conflicts = "workspace" } = values;
  if (conflicts !== "workspace" && conflicts !== "file")
    throw new UsageError("--conflicts is workspace or file.");
  const { workspace, ...server } = login();
  const file = LocalFile.open(path);

  const cancel = new AbortController();
  const stop = (): void => cancel.abort(new Error("Cancelled."));
  process.once("SIGINT", stop);
  const connection: Connection = { ...server, signal: cancel.signal };
  try {
    // The workspace is on its way while the file is read.
    const opening = openWorkbook(connection, workspace);
    opening.catch(() => undefined);
    const phones = loadPhones();
    const read = await LocalFile.read(file);
    const workbook = await opening;
    await phones;
    const saved = values.saved === undefined ? undefined : savedNamed(workbook, values.saved);
    const raw = LocalFile.chooseTable(read, values.worksheet ?? Saved.worksheetIn(saved, read));
    const table = withBeside(findTable(raw), saved?.rules.beside);
    const exported = RoundTrip.exportedIn(table);
    const isBack =
      exported !== undefined &&
      workbook.sheets.get(exported.marker.sheet)?.sheet.deleted !== true &&
      workbook.sheets.has(exported.marker.sheet) &&
      (values.sheet ?? exported.marker.sheet) === exported.marker.sheet &&
      values.key === undefined &&
      saved === undefined;
    const { plan, plans, sources, mapping, hints, guessed, trip } = isBack
      ? await planEdited(table, exported, workbook, connection, workspace, {
          file: conflicts === "file" ? "all" : [],
          added: true,
          deleted: values["delete-missing"] === true,
        })
      : planFile(read, table, workbook, { ...values, mode }, saved);
    for (const note of raw.notes.slice(0, 5))
      say(note.row === undefined ? note.message : `Row ${note.row + 1}: ${note.message}`);
    for (const hint of hints) say(hint);
    for (const { column, message } of guessed) say(`“${column}”: ${message}`);
    const warned = warnings(table, plans);
    for (const warning of warned) say(warning);
    const told = {
      ...(guessed.length === 0 ? {} : { guesses: guessed }),
      ...(warned.length === 0 ? {} : { warnings: warned }),
      ...tripResult(trip),
    };
    if (!values.json) say(describe(plan, mapping, file.name));
    const writeRefused = refusedWriter(values.refused, sources);
    if (values["dry-run"]) {
      await writeRefused([]);
      if (values.json) {
        await printJson({ ...resultOf(plan, null, undefined), ...told });
      } else say("Nothing was written (--dry-run).");
      return 0;
    }
    if (!values.yes && !values.json && isInteractive() && !(await confirmed(plan))) {
      say("Nothing was written.");
      return 0;
    }
    return await write(
      { plan, told },
      file.name,
      workbook,
      connection,
      workspace,
      values.json === true,
      writeRefused,
    );
  } catch (error) {
    if (cancel.signal.aborted && !(error instanceof Uncertain)) {
      say("Cancelled. Nothing was written.");
      return 1;
    }
    throw error;
  } finally {
    process.removeListener("SIGINT", stop);
  }
}

/**
 * Writes refused rows where `--refused` says: as a workbook when it ends so, else as CSV; with those of the chosen worksheet that the server
 * refused. Without refused rows there is no file.
 */
function refusedWriter(path: string | undefined, sources: readonly RefusedOf[]) {
  return async (late: readonly RefusedRow[]): Promise<void> => {
    const all = sources.map(({ table, refused }, at) => ({
      table,
      refused: at === 0 ? [...refused, ...late].toSorted((a, b) => a.row - b.row) : refused,
    }));
    const [first, ...others] = all.filter(({ refused }) => refused.length > 0);
    if (path === undefined || first === undefined) return;
    if (/\.xlsx$/i.test(path)) await writeFile(path, refusedXlsx(all));
    else if (others.length === 0) await writeFile(path, refusedCsv(first.table, first.refused));
    else {
      say(
        "Rows of several worksheets were refused: only a workbook holds them (--refused NAME.xlsx).",
      );
      return;
    }
    say(`The refused rows are in ${path}: mend them there, and import that file.`);
  };
}

/** What is about to be imported, and what a person should know about it. */
interface Planned {
  readonly plan: Plan;
  /** Of each sheet that is written to. */
  readonly plans: readonly Pick<Composed, "plan" | "rowOf">[];
  /** Each worksheet that is imported, with its rows that are not written; the chosen one first. */
  readonly sources: readonly RefusedOf[];
  readonly mapping: Mapping;
  readonly hints: readonly string[];
  /** What nothing proves, and how it is read. */
  readonly guessed: readonly Guess[];
  /** Of an export that comes back. */
  readonly trip?: RoundTrip.RoundTrip | undefined;
}

function planFile(
  file: RawFile,
  table: Table,
  workbook: Workbook,
  values: {
    readonly sheet?: string | undefined;
    readonly key?: string | undefined;
    readonly mode?: "overwrite" | "fill" | undefined;
  },
  saved: Saved.SavedImport | undefined,
): Planned {
  const { mapping, joined, hints, guessed } = propose(file, table, workbook, values.sheet, saved);
  checkKey(values.key, mapping.sheet, workbook);
  const key = values.key ?? (saved === undefined ? undefined : Saved.keyOf(saved, mapping));
  const mode = values.mode ?? saved?.rules.mode ?? "overwrite";
  const deps = { workbook, registry, locale: localeOf(workbook), platform };
  const sources = sourcesOf(table, mapping, joined);
  const options = { mode, ...(key === undefined ? {} : { key }) };
  const { plan, plans, refused } = compose(deps, sources, options, joined?.joins);
  const told = sources.map((source, at) => ({ table: source.table, refused: refused[at] ?? [] }));
  return { plan, plans, sources: told, mapping, hints, guessed };
}

/** An edited export: only what differs from what was exported, together with what others changed since. */
async function planEdited(
  table: Table,
  exported: RoundTrip.Exported,
  workbook: Workbook,
  connection: Connection,
  workspace: string,
  choices: RoundTrip.Choices,
): Promise<Planned> {
  const locale = localeOf(workbook);
  const then = await workbookThen(connection, workspace, workbook, exported);
  const base = then === undefined ? undefined : { workbook: then };
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const sheet = workbook.sheets.get(exported.marker.sheet)!.sheet;
  const mapping = RoundTrip.mapExported(facts, exported, sheet, base);
  const deps = { workbook, registry, locale, platform };
  const trip = RoundTrip.merge(deps, table, mapping, exported, base, choices);
  const { conflicts, missing, spared } = trip;
  const who = choices.file === "all" ? "the file’s value is taken" : "they stay as they are here";
  const hints = [
    base === undefined
      ? "An edited export; how the workspace was then is not kept any more, so it is compared with what is there now."
      : "An edited export: only what was changed in it counts, and what others changed since stays.",
    ...(conflicts.length === 0
      ? []
      : [
          `${count(conflicts.length, "cell")} changed in the file and here; ${who} (--conflicts ${choices.file === "all" ? "workspace" : "file"} decides otherwise).`,
        ]),
    ...(missing.length === 0
      ? []
      : [
          `${count(missing.length, "record")} no longer in the file: ${choices.deleted ? "to the trash" : "left alone (--delete-missing moves them to the trash)"}.`,
        ]),
    ...(spared === 0 ? [] : [`${count(spared, "record")} of those changed since, and left alone.`]),
  ];
  const sources = [{ table, refused: trip.plan.refused }];
  const plans = [{ plan: trip.plan, rowOf: (row: number) => row }];
  return { plan: trip.plan, plans, sources, mapping, hints, guessed: [], trip };
}

/** What `--json` says in addition of an edited export. */
function tripResult(trip: RoundTrip.RoundTrip | undefined) {
  if (trip === undefined) return {};
  return {
    conflicts: trip.conflicts.map(({ row, id, field, takesFile }) => ({
      row,
      id,
      field: field.key,
      written: takesFile,
    })),
    missing: trip.missing.length,
    deleted: trip.plan.deleted?.length ?? 0,
  };
}

function savedNamed(workbook: Workbook, name: string): Saved.SavedImport {
  try {
    return Saved.savedImport(workbook, name);
  } catch (error) {
    throw isDomainError(error, "not-found") ? new UsageError(error.message) : error;
  }
}

/** Where the columns go, and what a person should know about that. */
function propose(
  file: RawFile,
  table: Table,
  workbook: Workbook,
  wanted: string | undefined,
  saved: Saved.SavedImport | undefined,
): Pick<Planned, "mapping" | "hints" | "guessed"> & { readonly joined?: Joined | undefined } {
  const locale = localeOf(workbook);
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const sheets = [...workbook.sheets.values()]
    .map((one) => one.sheet)
    .filter((sheet) => sheet.system !== true && sheet.deleted !== true)
    .sort((a, b) => a.position - b.position);
  const named = wanted ?? saved?.sheet;
  const sheet =
    named === undefined ? proposeSheet(facts, sheets) : sheets.find((one) => one.key === named);
  if (sheet === undefined) {
    const names = sheets.map((one) => one.key).join(", ");
    throw new UsageError(`There is no sheet “${wanted ?? ""}”. The workspace has ${names}.`);
  }
  if (saved === undefined) {
    const [same] = Saved.fitting(Saved.savedImports(workbook), facts, sheet.key);
    const mapping = Learned.propose(workbook, sheet, facts, "");
    return {
      mapping,
      guessed: guesses(mapping, sheet, facts),
      hints:
        same === undefined
          ? []
          : [`The file has the columns of the saved import “${same.name}”: --saved "${same.name}"`],
    };
  }
  if (sheet.key !== saved.sheet) {
    throw new UsageError(
      `The saved import “${saved.name}” goes to ${saved.sheet}. Leave out --sheet, or --saved.`,
    );
  }
  const known = Learned.learned(workbook, sheet.key, facts, "");
  const { mapping: own, missing, added } = Saved.apply(saved, facts, sheet, known);
  const others =
    saved.rules.worksheets === undefined
      ? undefined
      : Saved.worksheetsIn(saved, joinable(file, table, facts, sheets, locale, registry));
  const joined = others?.joined;
  const mapping = joined === undefined ? own : Saved.applyWorksheets(saved, joined, own, sheets);
  const list = (names: readonly string[]) => names.map((name) => `“${name}”`).join(", ");
  return {
    mapping,
    joined,
    guessed: guesses(own, sheet, facts),
    hints: [
      ...missingWorksheets(others?.missing ?? []),
      ...(missing.length === 0
        ? []
        : [`Not in this file, but in others before: ${list(missing)}.`]),
      ...(added.length === 0 ? [] : [`New in this file, and matched as always: ${list(added)}.`]),
    ],
  };
}

/** UsageError for a field that the sheet does not have. */
function checkKey(key: string | undefined, sheet: string, workbook: Workbook): void {
  const fields = workbook.sheets.get(sheet)?.sheet.fields.filter((field) => field.deleted !== true);
  if (key === undefined || key === "none" || fields?.some((field) => field.key === key)) return;
  const names = fields?.map((field) => field.key).join(", ");
  throw new UsageError(`There is no field “${key}” to match by. It is none, or one of ${names}.`);
}

async function write(
  { plan, told }: { readonly plan: Plan; readonly told: object },
  name: string,
  workbook: Workbook,
  connection: Connection,
  workspace: string,
  json: boolean,
  writeRefused: (refused: readonly RefusedRow[]) => Promise<void>,
): Promise<number> {
  const { seq, epoch, hash } = workbook;
  const id = newId(platform);
  const line = progress();
  const total = plan.counts.created + plan.counts.updated + (plan.deleted?.length ?? 0);
  let sent: Sent;
  try {
    sent = await send(
      plan,
      {
        import: id,
        file: name,
        base: { seq, epoch, hash },
        fields: History.prepare(workbook, plan),
        onProgress: (done) =>
          line.update(`Sending ${done.toLocaleString("en-US")} of ${count(total, "record")}`),
      },
      transport(connection, workspace),
      platform,
    );
  } catch (error) {
    line.end();
    const partly =
      error instanceof PartlySent ? error.answers.map((answer) => answer.changeset) : undefined;
    const uncertain =
      error instanceof Uncertain ||
      (error instanceof PartlySent && error.cause instanceof Uncertain);
    if (partly === undefined && !uncertain) throw error;
    say(error instanceof Error ? error.message : String(error));
    say(
      `${uncertain ? "It may have been written" : "Part of it was written"}. To take it back: gridfolk undo ${id}`,
    );
    if (json)
      await printJson({ ...resultOf(plan, id, undefined), changesets: partly ?? [], partly: true });
    return 3;
  }
  line.end();
  const result = resultOf(plan, id, sent);
  await writeRefused(lateRefusals(plan, sent.refused));
  if (json) await printJson({ ...result, ...told });
  else say(`${outcome(result)}\nTo take it back: gridfolk undo ${id}`);
  return 0;
}

function resultOf(plan: Plan, id: string | null, sent: Sent | undefined): Result {
  const late = sent === undefined ? [] : lateRefusals(plan, sent.refused);
  return {
    import: id,
    changesets: sent?.changesets ?? [],
    ...plan.counts,
    created: plan.counts.created - late.length,
    refused: [
      ...[...plan.refused, ...late].sort((a, b) => a.row - b.row),
      ...(plan.along?.refused ?? []),
    ],
  };
}

/** Rows that the server refused because of what others wrote in the meantime. */
function lateRefusals(plan: Plan, refused: readonly Refusal[]): RefusedRow[] {
  if (refused.length === 0) return [];
  const recordById = new Map(plan.ids.map((id, record) => [id, record]));
  return refused.flatMap(({ sheet, id, field, reason }) => {
    const record = sheet === plan.sheet.key ? recordById.get(id) : undefined;
    if (record === undefined || plan.matches.existing[record] !== undefined) return [];
    const column = plan.columns.find((one) => one.field.key === field)?.name ?? null;
    return [{ row: plan.rows[plan.matches.first[record]!]!, column, reason }];
  });
}

function describe(plan: Plan, mapping: Mapping, name: string): string {
  const { sheet, counts, key } = plan;
  const nameOf = (field: string) => sheet.fields.find((one) => one.key === field)?.name ?? field;
  const width = Math.min(32, Math.max(...mapping.columns.map((column) => column.name.length)));
  const columns = mapping.columns.map(({ name: column, target }) => {
    const to =
      target.kind === "field"
        ? nameOf(target.field)
        : target.kind === "fullName"
          ? `${nameOf(target.first)} and ${nameOf(target.last)}`
          : target.kind === "new"
            ? `new field (${target.field.type})`
            : "left out";
    return `  ${column.slice(0, width).padEnd(width)}  ${to}`;
  });
  const linked = plan.linked.map(
    (one) => `, ${count(one.ids.length, "new record")} of ${one.sheet} to link to`,
  );
  return [
    `${name} into ${sheet.name}:`,
    ...columns,
    `${count(counts.rows, "row")}: ${counts.created.toLocaleString("en-US")} new, ${counts.updated.toLocaleString("en-US")} changed, ${counts.unchanged.toLocaleString("en-US")} unchanged, ${plan.refused.length.toLocaleString("en-US")} refused${linked.join("")}.`,
    plan.deleted !== undefined
      ? "Rows know their records."
      : key === undefined
        ? "Existing records are not matched."
        : `Existing records are matched by ${key.name}.`,
  ].join("\n");
}

function outcome(result: Result): string {
  const refused = result.refused
    .slice(0, 10)
    .map(
      ({ row, column, reason, worksheet }) =>
        `  ${worksheet === undefined ? "Row" : `“${worksheet}”, row`} ${row + 1}${column === null ? "" : `, ${column}`}: ${reason}`,
    );
  return [
    `Imported: ${result.created.toLocaleString("en-US")} new, ${result.updated.toLocaleString("en-US")} changed, ${result.unchanged.toLocaleString("en-US")} unchanged, ${result.refused.length.toLocaleString("en-US")} refused.`,
    ...refused,
    ...(result.refused.length > refused.length
      ? [`  and ${count(result.refused.length - refused.length, "more row")}`]
      : []),
  ].join("\n");
}

async function confirmed(plan: Plan): Promise<boolean> {
  if (plan.ids.length === 0) throw new DomainError("invalid-values", "There is no row to import.");
  const { confirm } = await import("@clack/prompts");
  const answer = await confirm({
    message: `Import ${count(plan.counts.created + plan.counts.updated + (plan.deleted?.length ?? 0), "record")}?`,
    output: process.stderr,
  });
  return answer === true;
}
