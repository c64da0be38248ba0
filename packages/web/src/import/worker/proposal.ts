import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import type { Locale, Sheet } from "@gridfolk/core/field/field";
import { loadFormulas } from "@gridfolk/core/formula/attach";
import { carriedIn } from "@gridfolk/core/import/carry";
import type { ColumnFacts } from "@gridfolk/core/import/column";
import { valuesIn } from "@gridfolk/core/import/column-values";
import { computedIn } from "@gridfolk/core/import/computed";
import * as Learned from "@gridfolk/core/import/learned";
import { type Mapping, proposeSheet } from "@gridfolk/core/import/mapping";
import { proposeObjects } from "@gridfolk/core/import/objects";
import * as RoundTrip from "@gridfolk/core/import/round-trip";
import * as Saved from "@gridfolk/core/import/saved";
import { dataRows, type Table } from "@gridfolk/core/import/table";
import { sheetOf, withNearest } from "@gridfolk/core/import/unknown-choices";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { ColumnView, ComputedView, FileView, MappingView, Wanted } from "../messages.ts";
import { choose, type OpenedFile, viewOf } from "./opened-file.ts";
import { currentWorkbook, type Session, take, workspaceThen } from "./session.ts";
import { joinable, joinedColumns, type JoinedSheet } from "@gridfolk/core/import/worksheets";

/** Of a larger file only the rows' own records are proposed: another one of each row is as much memory again. */
const LARGE_FILE_BYTES = 64_000_000;

/**
 * Where the columns of the file go: back where they were exported from, as a saved import says, or where they fit best. The mapping is
 * remembered as proposed; a saved import may make the session read the file another way.
 */
export async function propose(session: Session, wanted: Wanted): Promise<MappingView> {
  const { source } = session;
  const book = await currentWorkbook(session);
  await loadPhones();
  const sheets = [...book.sheets.values()]
    .map((one) => one.sheet)
    .filter((one) => one.system !== true && one.deleted !== true)
    .toSorted((a, b) => a.position - b.position);
  const saved = Saved.savedImports(book);
  const { exported } = session.opened;
  const back = sheets.find(({ key }) => key === exported?.marker.sheet);
  const use = back === undefined ? savedFor(session.opened, saved, wanted) : undefined;
  const reread = rereadFor(session, use);
  const { table, facts, file } = session.opened;
  const named = back?.key ?? use?.sheet ?? wanted.sheet;
  const chosen =
    sheets.find((one) => one.key === named) ?? proposeSheet(facts, sheets) ?? sheets[0];
  if (chosen === undefined) throw new Error("There is no sheet to import into. Add one first.");
  const known = Learned.learned(book, chosen.key, facts, source.user);
  const applied = use === undefined ? undefined : Saved.apply(use, facts, chosen, known);
  session.together ??= { joined: joinable(file, table, facts, sheets, source.locale, registry) };
  const { joined: belonging } = session.together;
  const isMember = belonging?.members[0]?.sheet === chosen.key;
  const kept =
    use === undefined ? undefined : Saved.worksheetsIn(use, isMember ? belonging : undefined);
  const joined =
    back !== undefined || !isMember ? undefined : use === undefined ? belonging : kept?.joined;
  const isTogether = joined !== undefined && wanted.alone !== true;
  const isLarge = (source.file?.size ?? 0) > LARGE_FILE_BYTES;
  const without = wanted.without ?? (isLarge ? sheets.map(({ key }) => key) : []);
  let possible: Mapping | undefined;
  let proposed: Mapping;
  if (exported !== undefined && back !== undefined) {
    session.base ??= await workspaceThen(source, book, exported);
    proposed = RoundTrip.mapExported(facts, exported, chosen, session.base);
  } else if (use !== undefined && applied !== undefined) {
    proposed = isTogether
      ? Saved.applyWorksheets(use, joined, applied.mapping, sheets)
      : applied.mapping;
  } else {
    const others = isTogether ? joined.members.slice(1).map(({ sheet }) => sheet) : [];
    const around = (left: readonly string[]) =>
      proposeObjects(table, facts, chosen, sheets, {
        without: new Set([...others, ...left]),
        given: [known],
      });
    possible = around([]);
    proposed = without.length === 0 ? possible : around(without);
    if (isTogether) proposed = joinedColumns(joined, proposed, sheets);
  }
  const columns = await columnViews(
    session.opened,
    isTogether ? joined.members.slice(1) : [],
    book,
  );
  proposed = {
    ...proposed,
    columns: proposed.columns.map((column, at) =>
      withNearest(column, sheetOf(column, proposed, sheets), columns[at]?.values),
    ),
  };
  session.proposed = proposed;
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
            missing: [...applied.missing, ...(kept?.missing ?? [])],
            added: applied.added,
          },
    mapping: proposed,
    ...(reread === undefined ? {} : { file: reread }),
    companions: companionsIn(session.opened, possible ?? proposed, without),
    together:
      joined === undefined
        ? null
        : {
            on: isTogether,
            members: joined.members.map(({ label, sheet, rows }) => ({ label, sheet, rows })),
            by: joined.by,
          },
    columns,
  };
}

/** The saved import that was asked for; one that fits the file exactly, where nobody said anything. */
function savedFor(
  { facts, hidden }: OpenedFile,
  saved: readonly Saved.SavedImport[],
  wanted: Wanted,
): Saved.SavedImport | undefined {
  return wanted.saved === undefined
    ? Saved.fitting(saved, facts, wanted.sheet, hidden.columns)[0]
    : saved.find(({ id }) => id === wanted.saved);
}

/** Reads the file as the saved import says, unless somebody chose already what is taken of it. */
function rereadFor(session: Session, use: Saved.SavedImport | undefined): FileView | undefined {
  const { choice } = session.opened;
  const beside = use?.rules.beside;
  if (beside === undefined || choice.leaveOut !== undefined || choice.looks !== undefined)
    return undefined;
  take(session, choose(session.opened, beside));
  return viewOf(session.opened);
}

/** What else the rows become, or would. */
function companionsIn(
  { table }: OpenedFile,
  possible: Mapping,
  without: readonly Sheet["key"][],
): MappingView["companions"] {
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
        ? (carriedIn(table, possible, sheet)?.below ?? null)
        : null,
  }));
}

/** The table's own columns, then those of the other worksheets, which are what they are. */
async function columnViews(
  { source, table, rows, facts, exported }: OpenedFile,
  others: readonly JoinedSheet[],
  book: Workbook,
): Promise<ColumnView[]> {
  const computed =
    exported === undefined
      ? await computedViews(table, facts, book, source.locale)
      : new Map<number, ComputedView>();
  return [
    ...viewsOf(table, rows, facts).map((view, at): ColumnView => {
      const own = computed.get(facts[at]?.column.index ?? -1);
      return own === undefined ? view : { ...view, computed: own };
    }),
    ...others.flatMap((other) => viewsOf(other.table, dataRows(other.table), other.facts)),
  ];
}

function viewsOf(
  table: Table,
  rows: readonly number[],
  facts: readonly ColumnFacts[],
): ColumnView[] {
  return facts.map((fact): ColumnView => {
    const values = WORDS.has(fact.type) ? valuesIn(table, fact.column.index, rows) : undefined;
    return {
      name: fact.column.name,
      samples: fact.samples,
      filled: fact.filled,
      type: fact.type,
      evidence: fact.reason,
      ...(fact.doubt === undefined ? {} : { doubt: fact.doubt }),
      ...(fact.writing === undefined ? {} : { writing: fact.writing }),
      placeholders: fact.placeholders,
      ...(values === undefined ? {} : { values }),
      ...(fact.options === undefined ? {} : { options: fact.options }),
    };
  });
}

/** Types of columns whose texts can be choices. */
const WORDS: ReadonlySet<ColumnFacts["type"]> = new Set([
  "text",
  "choice",
  "multiChoice",
  "checkbox",
]);

/** By position in the rows, the columns that the workbook computes. */
async function computedViews(
  table: Table,
  facts: readonly ColumnFacts[],
  book: Workbook,
  locale: Locale,
): Promise<Map<number, ComputedView>> {
  const found = computedIn(table);
  if (found.length === 0) return new Map();
  await loadFormulas();
  const { problemOf } = await import("@gridfolk/core/import/computed-check");
  return new Map(
    found.map(({ column, text, formula, lookup }) => {
      const problem =
        formula === undefined ? undefined : problemOf(formula, facts, book, locale, Date.now());
      const by = table.columns.find(({ index }) => index === lookup?.by);
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
