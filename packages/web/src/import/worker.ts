import { must } from "@gridfolk/core/assert";
import { consentFields } from "@gridfolk/core/consent/consent";
import { DomainError, isDomainError } from "@gridfolk/core/error";
import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import { loadFormulas } from "@gridfolk/core/formula/attach";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { computedIn } from "@gridfolk/core/import/computed";
import { describeColumns, type ColumnFacts } from "@gridfolk/core/import/column";
import { doubts as findDoubts, uncompared } from "@gridfolk/core/import/doubts";
import { carriedIn } from "@gridfolk/core/import/carry";
import { type Composed, compose, type Composition } from "@gridfolk/core/import/composition";
import { findings } from "@gridfolk/core/import/health";
import { hiddenIn, withoutHidden } from "@gridfolk/core/import/hidden";
import * as Kept from "@gridfolk/core/import/kept";
import * as Learned from "@gridfolk/core/import/learned";
import { looksIn, withLooks } from "@gridfolk/core/import/looks";
import { type Mapping, proposeSheet } from "@gridfolk/core/import/mapping";
import { proposeObjects } from "@gridfolk/core/import/objects";
import type { Plan, RefusedRow } from "@gridfolk/core/import/plan";
import { readFile } from "@gridfolk/core/import/read/file";
import { HEAD_BYTES, headOf, LARGE_BYTES } from "@gridfolk/core/import/read/head";
import { cellText, type RawFile, type RawTable } from "@gridfolk/core/import/read/raw";
import * as Rows from "@gridfolk/core/import/read/rows";
import { refusedCsv, refusedXlsx } from "@gridfolk/core/import/refused";
import * as RoundTrip from "@gridfolk/core/import/round-trip";
import * as Saved from "@gridfolk/core/import/saved";
import { plansOf } from "@gridfolk/core/import/emit";
import { PartlySent, send, type Sent } from "@gridfolk/core/import/send";
import { dataRows, findTable, headerRow, rowsBelow, type Table } from "@gridfolk/core/import/table";
import type { Refusal } from "@gridfolk/core/ledger/changeset";
import { newId } from "@gridfolk/core/ledger/ids";
import * as Marker from "@gridfolk/core/export/marker";
import * as Past from "@gridfolk/core/ledger/past";
import * as Replica from "@gridfolk/core/ledger/replica";
import { rewind } from "@gridfolk/core/ledger/rewind";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { namesOf } from "@gridfolk/core/sheet/names";
import { labelOf } from "@gridfolk/core/sheet/title";
import * as Workbooks from "@gridfolk/core/ledger/workbook";
import { call } from "../data/api.ts";
import { openCache } from "../data/cache.ts";
import { createKept, textsOf } from "../data/kept.ts";
import { loadWorkbook, remoteOf } from "../data/load.ts";
import { browserPlatform } from "../data/platform.ts";
import type {
  ColumnView,
  ComputedView,
  DoubtView,
  FileView,
  Group,
  ObjectView,
  ImportWorker,
  ConflictView,
  MappingView,
  PlanRequest,
  PlanView,
  PreviewCell,
  PreviewRow,
  Progress,
  Request,
  Response,
  Source,
  TableChoice,
  TripView,
  Written,
} from "./messages.ts";
import { makeTransport } from "./transport.ts";
import { type Joined, joinable, joinedColumns, sourcesOf } from "./worksheets.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Rows of the file shown in the first step. */
const SHOWN_ROWS = 18;
/** Rows left out that are told one by one. */
const MOST_LEFT_OUT = 1000;

let source: Source | undefined;
let bytes = new Uint8Array();
let file: RawFile | undefined;
/** A large file of which only the beginning was read. */
let rest: File | undefined;
let choice: TableChoice = {};
let table: Table | undefined;
let facts: readonly ColumnFacts[] = [];
/** The worksheets that belong to the chosen one, once they were looked for. */
let together: Joined | undefined | null = null;
/** Names of the columns that are hidden in the workbook. */
let hiddenColumns: readonly string[] = [];
let workbook: Workbook | undefined;
/** What was proposed last, before anybody corrected it. */
let proposed: Mapping | undefined;
let planned: Planned | undefined;
/** Rows that the server refused because of what somebody changed since the plan was made. */
let late: readonly RefusedRow[] = [];

/** Of the file at hand, where it is an export that came back: what it says, and the workspace as it was then. */
let exported: { readonly is: RoundTrip.Exported; base?: Then | undefined } | undefined;

interface Then extends RoundTrip.Base {
  readonly at: number;
}

/** Conflicts that are shown one by one. */
const SHOWN_CONFLICTS = 200;

/** The plan of one sheet with its records in groups. */
interface Grouped {
  readonly plan: Plan;
  /** How a row is numbered in the file. */
  rowOf(row: number): number;
  /** By column of the plan, how many records hold a value that does not fit. */
  readonly misfits: Int32Array;
  /** The same, how many lose what they hold. */
  readonly erased: Int32Array;
  readonly groups: { readonly [group in Exclude<Group, "refused">]: Int32Array };
}

/** What an import will do; the first sheet's own plan, and what else the rows become. */
interface Planned extends Grouped {
  readonly along: readonly Grouped[];
  readonly unlinked: Composition["unlinked"];
  readonly written?: boolean;
  readonly request: PlanRequest;
  readonly trip?: RoundTrip.RoundTrip | undefined;
  readonly doubts: readonly DoubtView[];
}

const worker: ImportWorker = {
  async open(from) {
    source = from;
    choice = {};
    workbook = undefined;
    rest = undefined;
    const head = from.file === undefined ? undefined : await headIn(from.file);
    if (head !== undefined) {
      rest = from.file;
      bytes = head;
    } else {
      bytes = from.file
        ? new Uint8Array(await from.file.arrayBuffer())
        : new TextEncoder().encode(from.text ?? "");
    }
    file = readFile(bytes, {});
    return view();
  },

  async complete() {
    if (rest !== undefined) {
      const whole = rest;
      bytes = new Uint8Array(await whole.arrayBuffer());
      rest = undefined;
      file = readFile(bytes, {
        ...(choice.encoding === undefined ? {} : { encoding: choice.encoding }),
        ...(choice.delimiter === undefined ? {} : { delimiter: choice.delimiter }),
        onProgress: (share) =>
          report({ phase: "reading", done: Math.round(share * whole.size), of: whole.size }),
      });
    }
    return view();
  },

  async choose(next) {
    // What is left out is another thing below other names.
    const isElsewhere = next.table !== undefined || next.headerRow !== undefined;
    choice = { ...choice, ...(isElsewhere ? { whole: false } : {}), ...next };
    // Another worksheet has its own header row.
    if (next.table !== undefined && next.headerRow === undefined) {
      const { encoding, delimiter } = choice;
      choice = {
        table: next.table,
        ...(encoding === undefined ? {} : { encoding }),
        ...(delimiter === undefined ? {} : { delimiter }),
      };
    }
    if (next.encoding !== undefined || next.delimiter !== undefined) {
      file = readFile(bytes, {
        ...(choice.encoding === undefined ? {} : { encoding: choice.encoding }),
        ...(choice.delimiter === undefined ? {} : { delimiter: choice.delimiter }),
      });
    }
    return view();
  },

  async propose(wanted) {
    const book = await currentWorkbook();
    await loadPhones();
    const sheets = [...book.sheets.values()]
      .map((one) => one.sheet)
      .filter((one) => one.system !== true && one.deleted !== true)
      .toSorted((a, b) => a.position - b.position);
    const saved = Saved.savedImports(book);
    const back = exported === undefined ? undefined : sheets.find(isOf(exported.is));
    const use =
      back !== undefined
        ? undefined
        : wanted.saved === undefined
          ? Saved.fitting(saved, facts, wanted.sheet, hiddenColumns)[0]
          : saved.find(({ id }) => id === wanted.saved);
    const beside = use?.rules.beside;
    let reread: FileView | undefined;
    if (beside !== undefined && choice.leaveOut === undefined && choice.looks === undefined) {
      choice = { ...choice, ...beside };
      reread = view();
    }
    const named = back?.key ?? use?.sheet ?? wanted.sheet;
    const chosen =
      sheets.find((one) => one.key === named) ?? proposeSheet(facts, sheets) ?? sheets[0];
    if (chosen === undefined) throw new Error("There is no sheet to import into. Add one first.");
    const known = Learned.learned(book, chosen.key, facts, must(source).user);
    const applied = use === undefined ? undefined : Saved.apply(use, facts, chosen, known);
    together ??= joinable(must(file), must(table), facts, sheets, must(source).locale);
    const isMember = together?.members[0]?.sheet === chosen.key;
    const joined = back === undefined && use === undefined && isMember ? together : undefined;
    const isTogether = joined !== undefined && wanted.alone !== true;
    const isLarge = (must(source).file?.size ?? 0) > LARGE_FILE_BYTES;
    const without = wanted.without ?? (isLarge ? sheets.map(({ key }) => key) : []);
    let possible: Mapping | undefined;
    if (exported !== undefined && back !== undefined) {
      exported.base ??= await workspaceThen(book, exported.is);
      proposed = RoundTrip.mapExported(facts, exported.is, chosen, exported.base);
    } else if (applied !== undefined) proposed = applied.mapping;
    else {
      const others = isTogether ? joined.members.slice(1).map(({ sheet }) => sheet) : [];
      const propose = (left: readonly string[]) =>
        proposeObjects(must(table), facts, chosen, sheets, {
          without: new Set([...others, ...left]),
          given: [known],
        });
      possible = propose([]);
      proposed = without.length === 0 ? possible : propose(without);
      if (isTogether) proposed = joinedColumns(joined, proposed, sheets);
    }
    return {
      sheets,
      saved: saved.map(({ id, name }) => ({ id, name })),
      using:
        use === undefined || applied === undefined
          ? null
          : {
              id: use.id,
              name: use.name,
              key: Saved.keyOf(use, applied.mapping),
              mode: use.rules.mode,
              missing: applied.missing,
              added: applied.added,
            },
      mapping: proposed,
      ...(reread === undefined ? {} : { file: reread }),
      companions: companionsIn(possible ?? proposed, without),
      together:
        joined === undefined
          ? null
          : {
              on: isTogether,
              members: joined.members.map(({ label, sheet, rows }) => ({ label, sheet, rows })),
              by: joined.by,
            },
      columns: withComputed(
        await computedViews(book),
        [
          ...facts,
          ...(isTogether ? joined.members.slice(1).flatMap((member) => member.facts) : []),
        ].map((fact) => ({
          name: fact.column.name,
          samples: fact.samples,
          filled: fact.filled,
          type: fact.type,
          evidence: fact.reason,
          ...(fact.doubt === undefined ? {} : { doubt: fact.doubt }),
          ...(fact.writing === undefined ? {} : { writing: fact.writing }),
          placeholders: fact.placeholders,
        })),
      ),
    } satisfies MappingView;
  },

  async plan(request) {
    workbook = await currentWorkbook();
    await loadPhones();
    post({ progress: { phase: "planning", done: 0, of: Rows.count(must(table).raw.rows) } });
    late = [];
    const deps = { workbook, registry, locale: must(source).locale, platform: browserPlatform };
    const { mapping, key, mode, choices, same = [] } = request;
    const trip =
      choices === undefined || exported === undefined
        ? undefined
        : RoundTrip.merge(deps, must(table), mapping, exported.is, exported.base, choices);
    const options = { key, mode };
    const whole = (asked: Parameters<typeof compose>[2]): Composition => {
      if (trip !== undefined) {
        const alone = { plan: trip.plan, source: 0, rowOf: (row: number) => row };
        return { plan: trip.plan, plans: [alone], unlinked: [] };
      }
      const sources = sourcesOf(must(table), mapping, together ?? undefined);
      return compose(deps, sources, asked, together?.joins);
    };
    const plain = whole(options);
    const found = trip === undefined ? doubtsIn(plain.plan, workbook) : [];
    const decided = same.length === 0 ? plain : whole({ ...options, same: new Map(same) });
    const [own, ...along] = decided.plans
      .toSorted(
        (one, other) => Number(other.plan === decided.plan) - Number(one.plan === decided.plan),
      )
      .map(group);
    planned = { ...must(own), along, unlinked: decided.unlinked, request, trip, doubts: found };
    return planView(planned, workbook);
  },

  rows(sheet, name, from, count) {
    const all = must(planned);
    const of = [all, ...all.along].find(({ plan }) => plan.sheet.key === sheet) ?? all;
    const { plan, groups, rowOf } = of;
    if (name === "refused") {
      return Promise.resolve(
        plan.refused.slice(from, from + count).map(({ row, column, reason }) => ({
          row: (of === all ? row : rowOf(row)) + 1,
          title: "",
          reason: column === null || reason.startsWith(column) ? reason : `${column}: ${reason}`,
          cells: plan.columns.map(({ source: at }) => ({
            after: cellText(Rows.cell(plan.table.raw.rows, row, at)),
          })),
        })),
      );
    }
    const records = groups[name].subarray(from, from + count);
    return Promise.resolve(Array.from(records, (record) => previewRow(of, record)));
  },

  async write() {
    const { plan, written } = must(planned);
    if (written === true) throw new Error("This import was written already. Open the file again.");
    const { workspace, name } = must(source);
    const { seq, epoch, hash } = must(workbook);
    const id = newId(browserPlatform);
    const total = plansOf(plan).reduce(
      (sum, { counts, deleted }) => sum + counts.created + counts.updated + (deleted?.length ?? 0),
      0,
    );
    report({ phase: "writing", done: 0, of: total });
    const packed = await packedFile();
    let stopped: string | undefined;
    let sent: Sent;
    try {
      sent = await send(
        plan,
        {
          import: id,
          file: name,
          base: { seq, epoch, hash },
          ...(packed === undefined ? {} : { kept: Kept.prepare(must(workbook)) }),
          onProgress: (done) =>
            report({ phase: done < total ? "writing" : "finishing", done, of: total }),
        },
        makeTransport(workspace, (upload) => post({ upload })),
        browserPlatform,
      );
    } catch (error) {
      if (isDomainError(error, "reload")) {
        throw new DomainError(
          "reload",
          "This workspace was restored since it was compared with the file. Nothing was written: go back one step to compare again.",
        );
      }
      if (!(error instanceof PartlySent)) throw error;
      stopped = error.message;
      sent = {
        changesets: error.answers.map((answer) => answer.changeset),
        answers: error.answers,
        refused: error.answers.flatMap((answer) => answer.refused),
      };
    }
    const own = sent.refused.filter((refusal) => refusal.sheet === plan.sheet.key);
    const ownLate = lateRows(plan, own);
    late = [
      ...ownLate,
      ...must(planned).along.flatMap((one) =>
        lateRows(
          one.plan,
          sent.refused.filter((refusal) => refusal.sheet === one.plan.sheet.key),
        ).map((refusal) => ({ ...refusal, row: one.rowOf(refusal.row) })),
      ),
    ];
    // A plan is written once: what was written has changed the ground it stood on.
    planned = { ...must(planned), written: true };
    return {
      import: id,
      changesets: sent.changesets,
      created: Math.max(0, plan.counts.created - ownLate.length),
      updated: plan.counts.updated,
      unchanged: plan.counts.unchanged,
      refused: plan.refused.length + late.length,
      late: own,
      keep: packed === undefined || stopped !== undefined ? "no" : await keep(id, packed),
      ...keepsake(must(planned)),
      ...(stopped === undefined ? {} : { stopped }),
    } satisfies Written;
  },

  refused(format) {
    const { plan } = must(planned);
    const rows = [...plan.refused, ...late];
    // Of an edited export the table of the file: the plan's holds only what was edited.
    const blob =
      format === "csv"
        ? new Blob([refusedCsv(must(table), rows)], { type: "text/csv;charset=utf-8" })
        : new Blob([refusedXlsx(must(table), rows) as Uint8Array<ArrayBuffer>], { type: XLSX });
    return Promise.resolve(blob);
  },

  async health() {
    await loadPhones();
    return findings(must(table), facts, must(source).locale, registry);
  },
};

/** By position in the rows, the columns that the workbook computes. */
async function computedViews(book: Workbook): Promise<Map<number, ComputedView>> {
  const found = exported === undefined ? computedIn(must(table)) : [];
  if (found.length === 0) return new Map();
  await loadFormulas();
  const { problemOf } = await import("@gridfolk/core/import/computed-check");
  const { locale } = must(source);
  return new Map(
    found.map(({ column, text, formula, lookup }) => {
      const problem =
        formula === undefined ? undefined : problemOf(formula, facts, book, locale, Date.now());
      const by = must(table).columns.find(({ index }) => index === lookup?.by);
      return [
        column,
        {
          text,
          ...(formula === undefined ? {} : { formula }),
          ...(problem === undefined ? {} : { problem }),
          ...(lookup === undefined || by === undefined
            ? {}
            : { lookup: { sheet: lookup.sheet, by: by.name } }),
        },
      ];
    }),
  );
}

/** Of a larger file only the rows' own records are proposed: another one of each row is as much memory again. */
const LARGE_FILE_BYTES = 64_000_000;

/** Columns of other worksheets, which come after the table's own, are what they are. */
function withComputed(
  computed: ReadonlyMap<number, ComputedView>,
  columns: readonly ColumnView[],
): ColumnView[] {
  return columns.map((column, at) => {
    const own = computed.get(facts[at]?.column.index ?? -1);
    return own === undefined ? column : { ...column, computed: own };
  });
}

/** The first lines of a text file that takes its time. */
async function headIn(from: File): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (from.size < LARGE_BYTES) return undefined;
  const beginning = new Uint8Array(await from.slice(0, HEAD_BYTES).arrayBuffer());
  return headOf(beginning) as Uint8Array<ArrayBuffer> | undefined;
}

/** The first that is not hidden and has more than a title; else the first that holds anything. */
function firstWorksheet(tables: readonly RawTable[]): number {
  const shown = (least: number) =>
    tables.findIndex((one) => one.hidden !== true && Rows.count(one.rows) >= least);
  return [shown(2), shown(1)].find((at) => at >= 0) ?? 0;
}

function view(): FileView {
  const { name } = must(source);
  const read = must(file);
  const at = choice.table ?? firstWorksheet(read.tables);
  const raw = must(read.tables[at], "a table in the file");
  const { headerRow: named, whole: takesAll = false, leaveOut = {}, looks: chosen = [] } = choice;
  const whole = findTable(raw, {
    whole: takesAll,
    ...(named === undefined ? {} : { headerRow: named }),
  });
  const found = RoundTrip.exportedIn(whole);
  exported = found === undefined ? undefined : { is: found };
  const hidden = hiddenIn(whole);
  hiddenColumns = hidden.columns;
  const shown = withoutHidden(whole, leaveOut);
  // What an export looks like is of our own making.
  const looks = exported === undefined ? looksIn(shown) : [];
  table = withLooks(shown, looks, chosen);
  const rows = dataRows(table);
  facts = describeColumns(table, rows, must(source).locale, registry);
  planned = undefined;
  together = null;
  // What stands above the names is what one judges them by, but they are not to be beyond the end.
  const from = Math.max(0, (headerRow(table) ?? table.firstDataRow) - SHOWN_ROWS + 6);
  return {
    name,
    kind: read.kind,
    bytes: rest?.size ?? bytes.length,
    tables: read.tables.map((one, index) => ({
      label: one.sheet ?? `Table ${index + 1}`,
      rows: Rows.count(one.rows),
      hidden: one.hidden === true,
    })),
    table: at,
    encoding: raw.encoding,
    delimiter: raw.delimiter,
    exported: found?.marker.sheet ?? null,
    headerRow: headerRow(table),
    headerRows: table.headerRows,
    firstDataRow: table.firstDataRow,
    lastDataRow: table.lastDataRow,
    leftOut: {
      rows: table.skipped.slice(0, MOST_LEFT_OUT),
      below: rest === undefined ? rowsBelow(table) : 0,
      aside: table.aside,
    },
    whole: takesAll,
    others: table.others,
    reason: table.reason,
    // What breaks off at the end of the beginning is no fault of the file.
    notes: (rest === undefined ? raw.notes : [])
      .slice(0, 5)
      .map((note) =>
        note.row === undefined ? note.message : `Row ${note.row + 1}: ${note.message}`,
      ),
    columns: table.columns.length,
    dataRows:
      rest === undefined
        ? rows.length
        : Number((rows.length * (rest.size / bytes.length)).toPrecision(2)),
    partial: rest !== undefined,
    rows: Rows.list(raw.rows, from, from + SHOWN_ROWS).map((row) => row.slice(0, 60).map(cellText)),
    from,
    beside: { hidden, leaveOut, looks: looks.map(({ offer }) => offer), chosen },
  };
}

/** The workspace as the server has it now; what this browser keeps of it is not fetched again. */
async function currentWorkbook(): Promise<Workbook> {
  const { workspace, user } = must(source);
  const remote = remoteOf(workspace);
  if (workbook === undefined) {
    const database = await openCache(user);
    try {
      workbook = await loadWorkbook(
        workspace,
        remote,
        createKept(textsOf(database, workspace)),
        browserPlatform,
        ({ done, of }) => report({ phase: "reading", done, of }),
      );
    } finally {
      database.close();
    }
  }
  try {
    await Replica.catchUp(
      workbook,
      {
        manifest: () => remote.manifest(),
        page: (reference) => remote.page(reference.hash),
        part: (changeset, attempt, n) => remote.part(changeset, attempt, n),
        changes: (after) => remote.changes(after),
      },
      browserPlatform.bytes,
    );
  } catch (error) {
    workbook = undefined;
    if (isDomainError(error, "reload")) return currentWorkbook();
    throw error;
  }
  return workbook;
}

function group({ plan, rowOf }: Composed): Grouped {
  const created: number[] = [];
  const updated: number[] = [];
  const unchanged: number[] = [];
  const kept: number[] = [];
  const misfits = new Int32Array(plan.columns.length);
  const erased = new Int32Array(plan.columns.length);
  const erasing = plan.columns.flatMap(({ update }, column) =>
    update === "erase" ? [column] : [],
  );
  // Any text fits a column of texts: those, mostly the most, need not be read once more.
  const checked = plan.columns.flatMap(({ field }, column) =>
    field.type === "text" || field.type === "longText" ? [] : [column],
  );
  for (let record = 0; record < plan.ids.length; record += 1) {
    if (plan.matches.existing[record] === undefined) created.push(record);
    else if (plan.changes.any(record)) {
      updated.push(record);
      for (const column of erasing) {
        if (plan.changes.has(record, column) && plan.cell(record, column) === undefined)
          erased[column] = must(erased[column]) + 1;
      }
    } else unchanged.push(record);
    let fits = true;
    for (const column of checked) {
      if (!isInvalid(plan.cell(record, column))) continue;
      misfits[column] = must(misfits[column]) + 1;
      fits = false;
    }
    if (!fits) kept.push(record);
  }
  return {
    plan,
    rowOf,
    misfits,
    erased,
    groups: {
      created: Int32Array.from(created),
      updated: Int32Array.from(updated),
      unchanged: Int32Array.from(unchanged),
      kept: Int32Array.from(kept),
    },
  };
}

function isOf({ marker }: RoundTrip.Exported): (sheet: { readonly key: string }) => boolean {
  return (sheet) => sheet.key === marker.sheet;
}

/** The workspace when the file was exported; undefined when that is not kept, or was another workspace. */
async function workspaceThen(
  book: Workbook,
  { marker }: RoundTrip.Exported,
): Promise<Then | undefined> {
  if (marker.seq > book.seq) return undefined;
  const past = Past.begin(book);
  try {
    const remote = remoteOf(must(source).workspace);
    const { at, hash } = await rewind(past, marker.seq, remote, browserPlatform.bytes);
    return Marker.isOf(marker, hash) ? { at, workbook: Past.finish(past) } : undefined;
  } catch (error) {
    if (isDomainError(error, "not-found") || isDomainError(error, "reload")) return undefined;
    throw error;
  }
}

function tripView(trip: RoundTrip.RoundTrip, book: Workbook): TripView {
  const { plan, conflicts, added, missing, spared } = trip;
  const { locale } = must(source);
  const target = Workbooks.table(book, plan.sheet.key);
  const names = namesOf(book, locale);
  const nameOf = (id: string): string => {
    const row = target.rowById.get(id);
    return row === undefined ? id : labelOf(target, row, locale);
  };
  let cells = 0;
  plan.ids.forEach((_, record) => {
    if (plan.matches.existing[record] === undefined) return;
    plan.columns.forEach((__, column) => {
      if (plan.changes.has(record, column)) cells += 1;
    });
  });
  return {
    ...(exported?.base === undefined ? {} : { at: exported.base.at }),
    cells,
    conflicts: conflicts.length,
    shown: conflicts.slice(0, SHOWN_CONFLICTS).map(({ id, field, ...one }): ConflictView => {
      const text = (cell: Cell | undefined): string => {
        if (cell === undefined) return "";
        if (field.type === "link" && Array.isArray(cell)) {
          return (cell as readonly string[])
            .map((to) => plan.newName(to) ?? names.nameOf(field, to) ?? to)
            .join(", ");
        }
        return registry[field.type].format(cell, field, locale, names);
      };
      return {
        cell: `${id} ${field.key}`,
        record: nameOf(id),
        field: field.name,
        base: text(one.base),
        mine: text(one.mine),
        theirs: text(one.theirs),
      };
    }),
    added,
    missing: missing.length,
    missingNames: missing.slice(0, 8).map(nameOf),
    spared,
    deleted: plan.deleted?.length ?? 0,
  };
}

/** Rows in doubt that are shown one by one. */
const SHOWN_DOUBTS = 100;

function doubtsIn(plan: Plan, book: Workbook): DoubtView[] {
  const { locale } = must(source);
  const target = Workbooks.table(book, plan.sheet.key);
  const records = new Map<number, number>();
  plan.matches.first.forEach((at, record) => records.set(must(plan.rows[at]), record));
  return findDoubts(plan, book, locale).map(({ record, ...doubt }) => {
    const row = target.rowById.get(doubt.like);
    return {
      ...doubt,
      title: titleOf(plan, record, locale),
      likeTitle:
        doubt.likeRow !== undefined
          ? titleOf(plan, must(records.get(doubt.likeRow)), locale)
          : row === undefined
            ? ""
            : labelOf(target, row, locale),
    };
  });
}

/** What else the rows become, or would. */
function companionsIn(possible: Mapping, without: readonly string[]): MappingView["companions"] {
  const keys = new Set(
    possible.columns.flatMap(({ of, worksheet }) =>
      of === undefined || worksheet !== undefined ? [] : [of],
    ),
  );
  return [...keys].map((sheet) => ({
    sheet,
    on: !without.includes(sheet),
    columns: possible.columns.flatMap(({ name, of }) => (of === sheet ? [name] : [])),
    below:
      possible.carried?.includes(sheet) === true
        ? (carriedIn(must(table), possible, sheet)?.below ?? null)
        : null,
  }));
}

const SHOWN_UNLINKED = 5;

function objectView({ plan, groups, misfits, erased }: Grouped, book: Workbook): ObjectView {
  const { sheet } = Workbooks.table(book, plan.sheet.key);
  return {
    sheet: sheet.key,
    name: sheet.name,
    singular: sheet.singular ?? "record",
    counts: {
      created: plan.counts.created,
      updated: plan.counts.updated,
      unchanged: plan.counts.unchanged,
      kept: groups.kept.length,
      refused: plan.refused.length,
    },
    kept: plan.columns.flatMap(({ field }, column) => {
      const values = must(misfits[column]);
      return values === 0 ? [] : [{ field: field.name, type: field.type, values }];
    }),
    erased: plan.columns.flatMap(({ field }, column) => {
      const values = must(erased[column]);
      return values === 0 ? [] : [{ field: field.name, values }];
    }),
    linked: plan.linked.map((linked) => ({
      sheet: (book.sheets.get(linked.sheet)?.sheet.name ?? linked.sheet).toLowerCase(),
      created: linked.ids.length,
    })),
    newFields: plan.newFields,
    newOptions: plan.changedFields.map((field) => {
      const before = sheet.fields.find((one) => one.key === field.key);
      const known = new Set(before?.options?.map((option) => option.name));
      return {
        field: field.name,
        names: (field.options ?? []).map((option) => option.name).filter((one) => !known.has(one)),
      };
    }),
    fields: plan.columns.map(({ field }) => ({
      key: field.key,
      name: field.name,
      type: field.type,
    })),
  };
}

function planView(all: Planned, book: Workbook): PlanView {
  const { plan, along, unlinked, trip, doubts } = all;
  return {
    ...objectView(all, book),
    along: along.map((one) => objectView(one, book)),
    unlinked: {
      count: unlinked.length,
      shown: unlinked
        .slice(0, SHOWN_UNLINKED)
        .map(({ row, column, text }) => `${column} “${text}” in row ${row + 1}`),
    },
    inDoubt: doubts.map(({ row, like }) => [row, like] as const),
    doubts: doubts.slice(0, SHOWN_DOUBTS),
    uncompared: trip === undefined ? (uncompared(plan, book) ?? null) : null,
    trip: trip === undefined ? null : tripView(trip, book),
    rows: plan.counts.rows,
    optOuts: optOutsIn(plan, book),
    repeated:
      trip === undefined
        ? plan.rows.length -
          new Set([
            ...plan.refused.map(({ row }) => row),
            ...[...plan.blank].map((at) => plan.rows[at]),
          ]).size -
          plan.ids.length
        : 0,
  };
}

/** Names of opted-out people that are shown. */
const SHOWN_NAMES = 5;

function optOutsIn(plan: Plan, book: Workbook): PlanView["optOuts"] {
  const { kept = [], inherited = [] } = plan.optOuts ?? {};
  const target = Workbooks.table(book, plan.sheet.key);
  const { locale } = must(source);
  const names = [...kept, ...inherited].slice(0, SHOWN_NAMES).map((record) => {
    const row = target.rowById.get(plan.matches.existing[record] ?? "");
    return row === undefined ? titleOf(plan, record, locale) : labelOf(target, row, locale);
  });
  return {
    kept: kept.length,
    inherited: inherited.length,
    columns: consentFields(target.sheet).map(({ name }) => name),
    names: names.filter((name) => name !== ""),
  };
}

/** What a record that is not there yet will be called; "" where nothing names it. */
function titleOf(plan: Plan, record: number, locale: Source["locale"]): string {
  return plan.sheet.title
    .flatMap((key) => {
      const column = plan.columns.findIndex(({ field }) => field.key === key);
      const cell = column < 0 ? undefined : plan.cell(record, column);
      return cell === undefined
        ? []
        : [registry.text.format(cell, plan.columns[column]!.field, locale)];
    })
    .join(" ");
}

function previewRow({ plan, rowOf }: Grouped, record: number): PreviewRow {
  const book = must(workbook);
  const { locale } = must(source);
  const names = namesOf(book, locale);
  const existing = plan.matches.existing[record];
  const target = Workbooks.table(book, plan.sheet.key);
  const row = existing === undefined ? undefined : target.rowById.get(existing);
  const text = (cell: Cell | undefined, column: number): string => {
    if (cell === undefined) return "";
    const { field } = must(plan.columns[column]);
    if (field.type === "link" && Array.isArray(cell)) {
      return (cell as readonly string[])
        .map((id) => plan.newName(id) ?? names.nameOf(field, id) ?? id)
        .join(", ");
    }
    return registry[field.type].format(cell, field, locale, names);
  };
  const isOptedOut =
    plan.optOuts?.kept.includes(record) === true ||
    plan.optOuts?.inherited.includes(record) === true;
  const cells = plan.columns.map(({ field }, column): PreviewCell => {
    const cell = plan.cell(record, column);
    const kept = {
      ...(isInvalid(cell) ? { kept: true } : {}),
      ...(isOptedOut && field.consent === true ? { optOut: true } : {}),
    };
    if (existing === undefined) return { after: text(cell, column), ...kept };
    const before = text(plan.before(record, column), column);
    return plan.changes.has(record, column)
      ? { before, after: text(cell, column), ...kept }
      : { after: before, ...kept };
  });
  const first = plan.rows[must(plan.matches.first[record])];
  return {
    row: first === undefined ? null : rowOf(first) + 1,
    title: row === undefined ? "" : labelOf(target, row, locale),
    cells,
  };
}

/** The file as it is kept, where the workspace wants that and it is not too large. */
async function packedFile(): Promise<Uint8Array | undefined> {
  if (bytes.length > Kept.MOST_KEPT_BYTES || !Kept.keepsFiles(must(workbook))) return undefined;
  const packed = await browserPlatform.bytes.gzip(bytes);
  return packed.length > Kept.MOST_PACKED_BYTES ? undefined : packed;
}

/** The import stands whether that works or not. */
async function keep(id: string, packed: Uint8Array): Promise<"kept" | "failed"> {
  const path = `/api/workspaces/${encodeURIComponent(must(source).workspace)}/imports/${id}/file`;
  try {
    await call("PUT", path, packed);
    return "kept";
  } catch {
    return "failed";
  }
}

/** What an import leaves for the next one. */
function keepsake({ plan, request }: Planned): Pick<Written, "rules" | "corrections"> {
  const { mapping, key, mode } = request;
  const tables = must(file).tables;
  const worksheet = tables.length > 1 ? plan.table.raw.sheet : null;
  const own: Mapping = {
    ...mapping,
    columns: mapping.columns.filter((column) => column.worksheet === undefined),
  };
  return {
    rules: Saved.rulesOf(
      own,
      { key, mode, ...(worksheet === null ? {} : { worksheet }), ...besideChosen() },
      plansOf(plan).flatMap(({ columns }) => columns),
    ),
    corrections:
      proposed === undefined ? [] : Learned.corrections(proposed, own, facts, plan.columns),
  };
}

function besideChosen(): Pick<Saved.Rules, "beside"> {
  const { leaveOut = {}, looks = [] } = choice;
  const isLeft = leaveOut.rows === true || leaveOut.columns === true;
  return isLeft || looks.length > 0 ? { beside: { leaveOut, looks } } : {};
}

function lateRows(plan: Plan, refusals: readonly Refusal[]): RefusedRow[] {
  if (refusals.length === 0) return [];
  const recordById = new Map(plan.ids.map((id, record) => [id, record]));
  const reasons = new Map(refusals.map((refusal) => [refusal.id, refusal.reason]));
  return [...reasons].flatMap(([id, reason]) => {
    const record = recordById.get(id);
    const row = record === undefined ? undefined : plan.rows[must(plan.matches.first[record])];
    return row === undefined ? [] : [{ row, column: null, reason }];
  });
}

let reported = 0;

/** At most some twenty times a second, and always the last. */
function report(progress: Progress): void {
  const now = performance.now();
  if (progress.done !== 0 && progress.done < progress.of && now - reported < 50) return;
  reported = now;
  post({ progress });
}

function post(response: Response): void {
  self.postMessage(response);
}

self.addEventListener("message", (event: MessageEvent<Request>) => {
  const { id, method, parameters } = event.data;
  // The page and this worker are built together: the method exists and the parameters are its own.
  const run = worker[method] as (...parameters: readonly unknown[]) => Promise<unknown>;
  run(...parameters).then(
    (result) => post({ id, result }),
    (error: unknown) =>
      post({
        id,
        error: {
          message: error instanceof Error ? error.message : String(error),
          ...(error instanceof DomainError ? { code: error.code } : {}),
        },
      }),
  );
});
