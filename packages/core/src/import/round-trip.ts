import { forbids } from "../consent/consent.ts";
import { csvText } from "../export/csv.ts";
import * as Marker from "../export/marker.ts";
import { type Cell, equals } from "../field/cell.ts";
import type { Field, Sheet } from "../field/field.ts";
import { saysSame } from "../field/same.ts";
import * as Workbook from "../ledger/workbook.ts";
import { namesOf } from "../sheet/names.ts";
import { choiceReader, type Read, valueReader } from "./cells.ts";
import type { ColumnFacts } from "./column.ts";
import { type Given, proposeAround } from "./given.ts";
import type { Mapping } from "./mapping.ts";
import { type Plan, plan as makePlan, type PlanDeps, type RefusedRow } from "./plan.ts";
import { cellText, isBlank, type RawCell, type RawRow } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { dataRows, type Table } from "./table.ts";

/** An exported file that came back: what it says of itself, and which of its columns holds the ids. */
export interface Exported {
  readonly marker: Marker.Marker;
  /** Position in the file's rows. */
  readonly column: number;
}

export function exportedIn(table: Table): Exported | undefined {
  for (const { name, index } of table.columns) {
    const marker = Marker.fromName(name);
    if (marker !== undefined) return { marker, column: index };
  }
  return undefined;
}

/** What a person decides about an edited export. */
export interface Choices {
  /** Of cells that were changed in the file and by somebody in the workspace: these get the file's value, as `<id> <field>`; or all. */
  readonly file: "all" | readonly string[];
  /** Rows that were added to the file become records. */
  readonly added: boolean;
  /** Records whose rows were taken out of the file go to the trash. */
  readonly deleted: boolean;
}

/** A cell that was changed in the file and, otherwise, in the workspace. */
export interface Conflict {
  readonly id: string;
  /** The file's row. */
  readonly row: number;
  readonly field: Field;
  /** When it was exported. */
  readonly base: Cell | undefined;
  /** In the file. */
  readonly mine: Cell | undefined;
  /** In the workspace now. */
  readonly theirs: Cell | undefined;
  /** Whether the file's value is written. */
  readonly takesFile: boolean;
}

/** The plan of an edited export, and what it was made of. */
export interface RoundTrip {
  readonly plan: Plan;
  readonly conflicts: readonly Conflict[];
  /** Rows of the file without a record. */
  readonly added: number;
  /** Records that were exported and have no row any more, by id. */
  readonly missing: readonly string[];
  /** Of those, how many somebody changed since: they stay in any case. */
  readonly spared: number;
  /** The workbook of then is not to be had: what others changed since cannot be told from what the file changes. */
  readonly baseless: boolean;
}

/** The sheet an export is of, as it was then where that is known. */
export interface Base {
  readonly workbook: Workbook.Workbook;
}

/** Where the columns of an export go: back to the fields they came from, whatever these are called today. */
export function mapExported(
  facts: readonly ColumnFacts[],
  exported: Exported,
  sheet: Sheet,
  base: Base | undefined,
): Mapping {
  const then = base?.workbook.sheets.get(exported.marker.sheet)?.sheet ?? sheet;
  const given = new Map<number, Given>();
  facts.forEach(({ column }, index) => {
    if (column.index === exported.column) {
      given.set(index, { target: { kind: "skip" }, reason: "It says which record a row is." });
      return;
    }
    const name = column.name.replace(/^'/, "");
    const field = [...then.fields, ...sheet.fields].find(
      (one) => one.deleted !== true && one.name.replace(/\s+/g, " ").trim() === name,
    );
    if (field === undefined) return;
    const now = sheet.fields.find(({ key }) => key === field.key);
    if (now === undefined || now.deleted === true) {
      const reason = "This column is in the trash.";
      given.set(index, { target: { kind: "skip" }, reason });
    } else if (now.formula !== undefined || isKept(now)) {
      const reason = `${now.name} is worked out by Gridfolk.`;
      given.set(index, { target: { kind: "skip" }, reason });
    } else {
      const reason = `It was exported from ${now.name}.`;
      given.set(index, { target: { kind: "field", field: now.key }, reason });
    }
  });
  return proposeAround(facts, sheet, given);
}

function isKept({ type }: Field): boolean {
  return /^(?:created|updated)(?:At|By)$/.test(type);
}

/**
 * What importing an edited export would do. Only cells that differ from what was exported count; a cell that somebody changed in the
 * workspace since, to something else, is a conflict and stays as it is unless `choices` says otherwise. A cell that was emptied in
 * the file is emptied. Nothing else is touched, so that everybody's changes come together.
 */
export function merge(
  deps: PlanDeps,
  table: Table,
  mapping: Mapping,
  exported: Exported,
  base: Base | undefined,
  choices: Choices,
): RoundTrip {
  const { workbook } = deps;
  const now = Workbook.table(workbook, mapping.sheet);
  // Without a base what is there now stands in for it.
  const then = base?.workbook.sheets.get(mapping.sheet) ?? now;
  const rows = dataRows(table);
  const ids = idsByRow(table, rows, exported.column, now, then);
  const comparers = columnComparers(deps, base, table, mapping, now.sheet, rows);

  const edited = new Map<number, RawCell[]>();
  const erased = new Map<number, Set<string>>();
  const refused: RefusedRow[] = [];
  const skipped = [...table.skipped];
  const reason = "Nothing was changed in it.";
  let added = 0;
  for (const row of rows) {
    const id = ids.get(row);
    if (id === undefined) {
      added++;
      if (choices.added) edited.set(row, without(Rows.at(table.raw.rows, row), exported.column));
      else skipped.push({ row, reason });
      continue;
    }
    const was = then.rowById.get(id);
    const cells: RawCell[] = [];
    const blanks = new Set<string>();
    for (const { source, field, same } of comparers) {
      const raw = Rows.cell(table.raw.rows, row, source);
      const before =
        was === undefined || field === undefined ? undefined : Workbook.value(then, was, field.key);
      if (before === undefined ? isBlank(raw) : same(raw, before)) continue;
      if (isBlank(raw)) blanks.add(field!.key);
      else cells[source] = raw!;
    }
    if (cells.length === 0 && blanks.size === 0) skipped.push({ row, reason });
    else if (!isThere(now, id)) {
      refused.push({
        row,
        column: null,
        reason:
          "Somebody deleted this record after the file was exported. Restore it from the trash and import the file again.",
      });
      skipped.push({ row, reason });
    } else {
      // With its id, which is not imported: a row with nothing in it would be passed over.
      cells[exported.column] = id;
      edited.set(
        row,
        Array.from(cells, (cell) => cell ?? null),
      );
      if (blanks.size > 0) erased.set(row, blanks);
    }
  }

  const planWith = (masked: ReadonlyMap<number, readonly RawCell[]>): Plan =>
    makePlan(
      deps,
      {
        ...table,
        columns: table.columns.filter(({ index }) => index !== exported.column),
        raw: { ...table.raw, rows: onlyThese(Rows.count(table.raw.rows), masked) },
        skipped,
      },
      mapping,
      { key: "none", mode: "overwrite", records: ids },
    );

  let inner = planWith(edited);
  const settled = settle(inner, { was: then, base, erased, edited, choices });
  // Choices and linked records that only a cell would need which is not written are not made.
  const makes = inner.linked.length + inner.changedFields.length > 0;
  if (makes && settled.blocked.size > 0) {
    const masked = new Map<number, RawCell[]>([...edited].map(([row, cells]) => [row, [...cells]]));
    for (const cell of settled.blocked) {
      const [record, column] = [Math.floor(cell / WIDEST), cell % WIDEST];
      const cells = masked.get(inner.rows[inner.matches.first[record]!]!);
      if (cells !== undefined) cells[inner.columns[column]!.source] = null;
    }
    inner = planWith(masked);
  }

  const { marker } = exported;
  const present = new Set(ids.values());
  const missing =
    base === undefined || !marker.whole
      ? []
      : Workbook.rows(then)
          .map((row) => then.ids[row]!)
          .filter((id) => !present.has(id) && isThere(now, id));
  const untouched = missing.filter(
    (id) => Workbook.seqOf(now.updated[now.rowById.get(id)!]!) <= marker.seq,
  );
  const unchanged = rows.length - added - refused.length;
  return {
    plan: finished(inner, settled, {
      rows: rows.length,
      known: unchanged,
      refused,
      deleted: choices.deleted ? untouched.toSorted() : [],
    }),
    conflicts: settled.conflicts,
    added,
    missing: untouched,
    spared: missing.length - untouched.length,
    baseless: base === undefined,
  };
}

/** Columns of a plan are fewer than this. */
const WIDEST = 100_000;

interface Settled {
  readonly conflicts: readonly Conflict[];
  /** Cells of the plan that are not written, as record × WIDEST + column. */
  readonly blocked: ReadonlySet<number>;
  /** Cells of existing records that are emptied, in the same way. */
  readonly emptied: ReadonlySet<number>;
  /** Records whose opt-out was emptied in the file: it stays. */
  readonly kept: readonly number[];
  readonly refused: readonly RefusedRow[];
}

/** Decides cell by cell between what was, what the file says and what is there now. */
function settle(
  plan: Plan,
  about: {
    readonly was: Workbook.Table;
    readonly base: Base | undefined;
    readonly erased: ReadonlyMap<number, ReadonlySet<string>>;
    readonly edited: ReadonlyMap<number, readonly RawCell[]>;
    readonly choices: Choices;
  },
): Settled {
  const { was: then, erased, edited, choices, base } = about;
  const conflicts: Conflict[] = [];
  const blocked = new Set<number>();
  const emptied = new Set<number>();
  const kept: number[] = [];
  const refused: RefusedRow[] = [];
  const wanted = choices.file === "all" ? undefined : new Set(choices.file);
  plan.ids.forEach((id, record) => {
    if (plan.matches.existing[record] === undefined) return;
    const row = plan.rows[plan.matches.first[record]!]!;
    const blanks = erased.get(row);
    const was = then.rowById.get(id);
    plan.columns.forEach(({ field, source, name, isNew }, column) => {
      const isEmptied = blanks?.has(field.key) === true;
      if (!isEmptied && isBlank(edited.get(row)?.[source])) return;
      const cell = record * WIDEST + column;
      const mine = isEmptied ? undefined : plan.cell(record, column);
      const theirs = plan.before(record, column);
      if (isSame(mine, theirs, field)) return;
      if (isEmptied && field.consent === true && forbids(theirs)) {
        kept.push(record);
        return;
      }
      if (isEmptied && field.required === true) {
        refused.push({ row, column: name, reason: `${field.name} is required and blank here.` });
        return;
      }
      const before = was === undefined || isNew ? undefined : Workbook.value(then, was, field.key);
      if (base !== undefined && !isSame(before, theirs, field)) {
        const takesFile = wanted === undefined || wanted.has(`${id} ${field.key}`);
        conflicts.push({ id, row, field, base: before, mine, theirs, takesFile });
        if (!takesFile) {
          blocked.add(cell);
          return;
        }
      }
      if (isEmptied) emptied.add(cell);
    });
  });
  return { conflicts, blocked, emptied, kept, refused };
}

function isSame(one: Cell | undefined, other: Cell | undefined, field: Field): boolean {
  if (one === undefined || other === undefined) return one === other;
  return saysSame(one, other, field);
}

/** A plan in which only what was settled is written. */
function finished(
  plan: Plan,
  { blocked, emptied, kept, refused: blanks }: Settled,
  more: {
    readonly rows: number;
    readonly known: number;
    readonly refused: readonly RefusedRow[];
    readonly deleted: readonly string[];
  },
): Plan {
  const has = (record: number, column: number): boolean => {
    const cell = record * WIDEST + column;
    return emptied.has(cell) || (plan.changes.has(record, column) && !blocked.has(cell));
  };
  const any = (record: number) => plan.columns.some((_, column) => has(record, column));
  let updated = 0;
  plan.ids.forEach((_, record) => {
    if (plan.matches.existing[record] !== undefined && any(record)) updated++;
  });
  return {
    ...plan,
    changes: { has, any },
    counts: {
      ...plan.counts,
      rows: more.rows,
      updated,
      unchanged: Math.max(0, more.known - updated),
    },
    refused: [...plan.refused, ...more.refused, ...blanks].sort((a, b) => a.row - b.row),
    deleted: more.deleted,
    ...(kept.length === 0
      ? {}
      : {
          optOuts: {
            kept: [...new Set([...(plan.optOuts?.kept ?? []), ...kept])],
            inherited: plan.optOuts?.inherited ?? [],
          },
        }),
  };
}

/** A row that was copied is a new record: the first one with an id has it. */
function idsByRow(
  table: Table,
  rows: readonly number[],
  column: number,
  now: Workbook.Table,
  then: Workbook.Table,
): Map<number, string> {
  const ids = new Map<number, string>();
  const seen = new Set<string>();
  for (const row of rows) {
    const id = cellText(Rows.cell(table.raw.rows, row, column)).trim();
    if (id === "" || seen.has(id) || !(now.rowById.has(id) || then.rowById.has(id))) continue;
    seen.add(id);
    ids.set(row, id);
  }
  return ids;
}

function isThere(table: Workbook.Table, id: string): boolean {
  const row = table.rowById.get(id);
  return row !== undefined && Workbook.isLive(table, row);
}

function without(row: RawRow, column: number): RawCell[] {
  return row.map((cell, index) => (index === column ? null : cell));
}

function onlyThese(count: number, rows: ReadonlyMap<number, readonly RawCell[]>): RawRow[] {
  const none: RawRow = [];
  return Array.from({ length: count }, (_, row) => rows.get(row) ?? none);
}

interface Comparer {
  /** Position in the file's rows. */
  readonly source: number;
  /** Undefined for a column that was added to the file. */
  readonly field: Field | undefined;
  /** Whether a cell of the file is what was exported of a value. */
  same(raw: RawCell | undefined, exported: Cell): boolean;
}

/**
 * Spreadsheet programs write what they were given in other ways: 31.01.2026 for 2026-01-31, 12,5 for 12.5, 1234 for 01234. Such cells
 * were not changed.
 */
function columnComparers(
  { workbook, registry, locale }: PlanDeps,
  base: Base | undefined,
  table: Table,
  mapping: Mapping,
  sheet: Sheet,
  rows: readonly number[],
): Comparer[] {
  const names = namesOf(base?.workbook ?? workbook, locale);
  return mapping.columns.flatMap(({ column: source, target, reading }): Comparer[] => {
    if (target.kind === "new") return [{ source, field: undefined, same: () => false }];
    if (target.kind !== "field") return [];
    const field = sheet.fields.find(({ key }) => key === target.field);
    if (field === undefined) return [];
    const read = readerOf(field);
    const same = (raw: RawCell | undefined, exported: Cell): boolean => {
      if (isBlank(raw)) return false;
      const text = cellText(raw).trim();
      const written = csvText(exported, field, locale, names).trim();
      if (text === written || isMangled(text, written)) return true;
      const shown = registry[field.type].format(exported, field, locale, names).trim();
      if (
        text === shown ||
        (shown.length > EXCEL_MOST && text === shown.slice(0, EXCEL_MOST).trim())
      )
        return true;
      if (field.type === "link") return sameNames(text, written) || sameNames(text, shown);
      const value = read(raw);
      return value !== undefined && (equals(exported, value) || saysSame(exported, value, field));
    };
    return [{ source, field, same }];

    function readerOf(of: Field): Read {
      if (of.type === "choice" || of.type === "multiChoice") return choiceReader(of).read;
      const sample = rows
        .slice(0, 400)
        .map((row) => Rows.cell(table.raw.rows, row, source) ?? null);
      return valueReader(of, locale, registry, {
        names,
        sample: sample.filter((cell) => !isBlank(cell)),
        ...(reading === undefined ? {} : { reading }),
      });
    }
  });
}

/** What a cell of Excel holds at most. */
const EXCEL_MOST = 32_767;

/** Excel takes texts of digits for numbers: 01234 loses its zero, 123456789012345 becomes 1.23457E+14. */
function isMangled(text: string, written: string): boolean {
  if (!/^[\d']+$/.test(written)) return false;
  if (/^0+\d/.test(written) && text === written.replace(/^0+/, "")) return true;
  const [, digits, power] = /^(\d(?:[.,]\d+)?)E\+(\d+)$/i.exec(text) ?? [];
  if (digits === undefined || Number(power) !== written.replace(/^0+/, "").length - 1) return false;
  return Math.abs(Number(`${digits.replace(",", ".")}e${power}`) / Number(written) - 1) < 1e-4;
}

function sameNames(one: string, other: string): boolean {
  const parts = (text: string) =>
    text
      .split(/[;,\n]/)
      .map((part) => part.trim())
      .toSorted()
      .join("\n");
  return parts(one) === parts(other);
}
