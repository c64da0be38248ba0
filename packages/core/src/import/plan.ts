import { isOptOutName } from "../consent/consent.ts";
import { DomainError } from "../error.ts";
import { type Names, type Registry, TEXT_LIMIT } from "../field/behaviour.ts";
import { type Cell, isInvalid } from "../field/cell.ts";
import type { Field, FieldType, Locale, Sheet } from "../field/field.ts";
import { withOptions } from "../field/palette.ts";
import { saysSame } from "../field/same.ts";
import { recordIds } from "../ledger/ids.ts";
import { fromRegistry } from "../ledger/rules.ts";
import * as Workbook from "../ledger/workbook.ts";
import type { Platform } from "../platform.ts";
import { keyFrom } from "../sheet/key.ts";
import { namesOf } from "../sheet/names.ts";
import { choiceReader, isTooLong, type Read, valueReader } from "./cells.ts";
import { type LinkTargets, linkTargets, NEW } from "./link.ts";
import type { ColumnMapping, Mapping, Update } from "./mapping.ts";
import { keepOptOuts, type OptOuts } from "./opt-outs.ts";
import { existingBy, type Matches, matchRows } from "./matching.ts";
import { splitName } from "./name.ts";
import { isNothing, withoutPlaceholders } from "./placeholders.ts";
import { holding, keysBySameness, recordOf, type Same } from "./same.ts";
import { cellText, isBlank, type RawCell } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { dataRows, type Table } from "./table.ts";

export interface PlanOptions {
  /** A field's key, "none", or absent: e-mail if mapped, else phone, else none. */
  readonly key?: string;
  /** What becomes of existing values in columns that do not say it themselves (`ColumnMapping.update`). */
  readonly mode: "fill" | "overwrite";
  /** Ids of existing records by the file's row, where the file itself says them: a row without one is a new record. */
  readonly records?: ReadonlyMap<number, string>;
  /**
   * What somebody said of rows that were in doubt (doubts.ts): the row is of that record, or of that other row; it fills its blanks and
   * replaces nothing, in either mode.
   */
  readonly same?: Same;
}

export interface PlanDeps {
  readonly workbook: Workbook.Workbook;
  readonly registry: Registry;
  readonly locale: Locale;
  readonly platform: Pick<Platform, "clock" | "random">;
}

export interface Counts {
  /** Data rows. */
  readonly rows: number;
  /** Records of the sheet, each counted once. */
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** A row that is not written. */
export interface RefusedRow {
  /** Position among the file's rows, from 0. */
  readonly row: number;
  /** Name of the column; null when it is about the whole row. */
  readonly column: string | null;
  readonly reason: string;
}

/**
 * What an import would do to a workbook, decided completely before anything is written. Cells are read on demand, the same ones for
 * counts, preview and operations. A plan belongs to the seq it was made at; when the workbook moves, plan again.
 */
export interface Plan {
  readonly sheet: Sheet;
  readonly table: Table;
  /** The file's rows that hold data; `matches` counts in this list. */
  readonly rows: readonly number[];
  readonly columns: readonly PlannedColumn[];
  readonly key: Field | undefined;
  readonly mode: PlanOptions["mode"];
  readonly counts: Counts;
  readonly refused: readonly RefusedRow[];
  /** Fields that the import adds, as they will be. */
  readonly newFields: readonly Field[];
  /** Existing fields with options added. */
  readonly changedFields: readonly Field[];
  /** Records of linked sheets that the import adds. */
  readonly linked: readonly LinkedRecords[];
  readonly matches: Matches;
  /** Id of each record, existing or to be. */
  readonly ids: readonly string[];
  /** Existing records that change: bit n of a record's word is set when its n-th column does. */
  readonly changes: Changes;
  /** Existing records that go to the trash, in the order of their ids. */
  readonly deleted?: readonly string[];
  /** What is not done because somebody opted out. */
  readonly optOuts?: OptOuts;
  /** The value a record gets in a column: of its only row, or of all its rows merged. */
  cell(record: number, column: number): Cell | undefined;
  /** The same for many records; what is not needed again is not kept. */
  values(records: Int32Array, column: number): (Cell | undefined)[];
  /** The value of one data row in a column. */
  rowCell(row: number, column: number): Cell | undefined;
  /** What the record holds in the workbook. */
  before(record: number, column: number): Cell | undefined;
  /** Name of a linked record that is not in the workbook yet. */
  newName(id: string): string | undefined;
}

export interface PlannedColumn {
  readonly field: Field;
  /** What becomes of the values that existing records have. */
  readonly update: Update;
  /** Position in the file's rows. */
  readonly source: number;
  /** Name in the file. */
  readonly name: string;
  readonly isNew: boolean;
}

export interface LinkedRecords {
  readonly sheet: string;
  readonly ids: readonly string[];
  readonly fields: { readonly [field: string]: (Cell | null)[] };
}

/** Which columns change in which existing record. */
export interface Changes {
  has(record: number, column: number): boolean;
  /** Whether any does. */
  any(record: number): boolean;
}

export function plan(deps: PlanDeps, table: Table, mapping: Mapping, options: PlanOptions): Plan {
  const { workbook, registry } = deps;
  const target = Workbook.table(workbook, mapping.sheet);
  if (target.sheet.deleted === true) {
    throw new DomainError(
      "not-found",
      `Cannot import into ${target.sheet.name}: it is in the trash.`,
    );
  }
  const rows = dataRows(table);
  const readers = columnReaders(deps, target.sheet, table, rows, mapping, options);
  const columns = readers.map((reader) => reader.column);

  // Values of columns that all rows depend on, by data row. All others are read when they are asked for, and not kept.
  const cells = readers.map(() => [] as (Cell | undefined)[]);
  const complete = readers.map(() => false);
  const sources = readers.map(({ column, read }) => rowReader(table, column.source, read));
  const ensureColumn = (column: number): void => {
    if (complete[column] === true) return;
    const read = sources[column]!;
    const list = cells[column]!;
    for (let row = 0; row < rows.length; row++) list.push(read(rows[row]!));
    complete[column] = true;
  };
  const rowCell = (row: number, column: number): Cell | undefined =>
    complete[column] === true ? cells[column]![row] : sources[column]!(rows[row]!);
  // What adds options or records must have seen every row before the first is written.
  readers.forEach((reader, index) => {
    if (reader.whole) ensureColumn(index);
  });

  const { records } = options;
  const same = holding(options.same, target);
  const refused = refuseRows(table, rows, readers, records);
  const key = keyField(columns, options.key, target.sheet);
  const keyColumn =
    key === undefined ? -1 : columns.findIndex((column) => column.field.key === key.key);
  if (keyColumn >= 0) ensureColumn(keyColumn);
  let matches = match();
  const strict = columns.flatMap(({ field }, index) =>
    field.required === true || field.unique === true ? [index] : [],
  );
  const missing = target.sheet.fields.filter(
    (field) =>
      field.required === true &&
      field.deleted !== true &&
      !columns.some((column) => column.field.key === field.key),
  );
  if (strict.length + missing.length > 0) {
    const before = refused.size;
    enforceRules();
    if (refused.size > before) matches = match();
  }

  function match(): Matches {
    return matchRows(
      rows.length,
      (row) => refused.has(row),
      records !== undefined
        ? {
            cells: rows.map((row) => records.get(row)),
            existing: (id) => id,
            key: (cell) => (typeof cell === "string" ? cell : undefined),
          }
        : same.size > 0
          ? bySameness()
          : key === undefined
            ? undefined
            : {
                cells: cells[keyColumn]!,
                existing: existingBy(workbook, mapping.sheet, key, registry),
                key: (cell) => registry[key.type].key(cell),
              },
    );
  }

  /** Rows that are said to be of a record or of another row, and rows with its key, are one record. */
  function bySameness() {
    const there =
      key === undefined ? () => undefined : existingBy(workbook, mapping.sheet, key, registry);
    const keyOf = (at: number): string | undefined => {
      const cell = keyColumn < 0 ? undefined : cells[keyColumn]![at];
      return cell === undefined || key === undefined ? undefined : registry[key.type].key(cell);
    };
    return {
      cells: keysBySameness(rows, same, keyOf, there),
      existing: recordOf,
      key: (cell: Cell) => (typeof cell === "string" ? cell : undefined),
    };
  }

  /** Nothing of these is replaced. */
  function spared(): ReadonlySet<number> {
    const found = new Set<number>();
    if (same.size === 0) return found;
    for (let record = 0; record < matches.first.length; record++) {
      for (let row = matches.first[record]!; row !== -1; row = matches.next[row]!)
        if (same.has(rows[row]!)) found.add(record);
    }
    return found;
  }

  function merged(of: Matches, record: number, column: number): Cell | undefined {
    let row = of.first[record]!;
    let value = rowCell(row, column);
    const { update } = columns[column]!;
    const erases = update === "erase";
    const replaces = update === "overwrite" || (update === "keep" && options.mode === "overwrite");
    for (row = of.next[row]!; row !== -1; row = of.next[row]!) {
      const later = rowCell(row, column);
      // A row that somebody said is the same fills blanks only.
      const isSaid = same.has(rows[row]!);
      if (erases && !isSaid) value = later;
      else if (later !== undefined && (value === undefined || (replaces && !isSaid))) value = later;
    }
    return value;
  }

  function values(records: Int32Array, column: number): (Cell | undefined)[] {
    const { first, next } = matches;
    const read = sources[column]!;
    const list = complete[column] === true ? cells[column] : undefined;
    const found: (Cell | undefined)[] = [];
    for (let at = 0; at < records.length; at++) {
      const row = first[records[at]!]!;
      if (next[row] !== -1) found.push(merged(matches, records[at]!, column));
      else found.push(list === undefined ? read(rows[row]!) : list[row]);
    }
    return found;
  }

  function beforeIn(of: Matches, record: number, column: number): Cell | undefined {
    const id = of.existing[record];
    if (id === undefined || columns[column]!.isNew) return undefined;
    return target.columns.get(columns[column]!.field.key)?.[target.rowById.get(id)!];
  }

  /** Rows that would break a required or unique rule, refused with all the rows of their record. */
  function enforceRules(): void {
    const refuse = (record: number, field: Field, reason: string): void => {
      for (let row = matches.first[record]!; row !== -1; row = matches.next[row]!) {
        const name = columns.find((column) => column.field.key === field.key)?.name ?? null;
        refused.set(row, { row: rows[row]!, column: name, reason });
      }
    };
    const seen = strict.map(() => new Map<string, number>());
    const existing = strict.map((column) =>
      existingBy(workbook, mapping.sheet, columns[column]!.field, registry),
    );
    for (let record = 0; record < matches.first.length; record++) {
      const isNew = matches.existing[record] === undefined;
      const blank = isNew ? missing[0] : undefined;
      if (blank !== undefined) {
        refuse(record, blank, `${blank.name} is required and no column gives it.`);
        continue;
      }
      let refusal: (() => void) | undefined;
      const taken: (() => void)[] = [];
      strict.forEach((column, index) => {
        const { field } = columns[column]!;
        const value = merged(matches, record, column);
        if (value === undefined) {
          if (field.required === true && (isNew || columns[column]!.update === "erase"))
            refusal ??= () => refuse(record, field, `${field.name} is required and blank here.`);
          return;
        }
        const normal = field.unique === true ? registry[field.type].key(value) : undefined;
        if (normal === undefined) return;
        const other = existing[index]!(normal);
        if (other !== undefined && other !== matches.existing[record]) {
          refusal ??= () => refuse(record, field, `Another record already has this ${field.name}.`);
        } else if (seen[index]!.has(normal)) {
          const row = rows[matches.first[seen[index]!.get(normal)!]!]! + 1;
          refusal ??= () =>
            refuse(record, field, `Row ${row} of the file has the same ${field.name}.`);
        } else taken.push(() => seen[index]!.set(normal, record));
      });
      if (refusal !== undefined) refusal();
      else for (const take of taken) take();
    }
  }

  const fresh = recordIds(deps.platform, matches.fresh);
  let given = 0;
  const ids = matches.existing.map((id) => id ?? fresh[given++]!);

  const linkedIds = new Map<string, readonly string[]>();
  const links = new Set(
    readers.flatMap((reader) => (reader.links === undefined ? [] : [reader.links])),
  );
  const linked: LinkedRecords[] = [];
  const names = new Map<string, string>();
  for (const link of links) {
    if (link.added.length === 0) continue;
    const list = recordIds(deps.platform, link.added.length);
    linkedIds.set(link.sheet, list);
    const keys = [...new Set(link.added.flatMap((values) => Object.keys(values)))];
    linked.push({
      sheet: link.sheet,
      ids: list,
      fields: Object.fromEntries(
        keys.map((one) => [one, link.added.map((values) => values[one] ?? null)]),
      ),
    });
    link.added.forEach((values, index) => names.set(list[index]!, Object.values(values).join(" ")));
  }
  readers.forEach((reader, index) => {
    if (reader.links !== undefined) resolveNew(cells[index]!, linkedIds.get(reader.links.sheet));
  });

  const changes = findChanges();
  let updated = 0;
  for (let record = 0; record < ids.length; record++) {
    if (matches.existing[record] !== undefined && changes.any(record)) updated++;
  }

  function findChanges(): Changes {
    const words = Math.ceil(columns.length / 32);
    const bits = matches.fresh === ids.length ? undefined : new Uint32Array(ids.length * words);
    const careful = spared();
    if (bits !== undefined) {
      for (let record = 0; record < ids.length; record++) {
        if (matches.existing[record] === undefined) continue;
        for (let column = 0; column < columns.length; column++) {
          const { update, field } = columns[column]!;
          if (update === "keep") continue;
          const after = merged(matches, record, column);
          if (after === undefined && update !== "erase") continue;
          const before = beforeIn(matches, record, column);
          const writes =
            before === undefined
              ? after !== undefined
              : update !== "fill" &&
                !careful.has(record) &&
                (after === undefined || !saysSame(before, after, field));
          if (writes) bits[record * words + (column >> 5)]! |= 1 << (column & 31);
        }
      }
    }
    return {
      has: (record, column) =>
        bits !== undefined && (bits[record * words + (column >> 5)]! & (1 << (column & 31))) !== 0,
      any(record) {
        if (bits === undefined) return false;
        for (let word = 0; word < words; word++) if (bits[record * words + word] !== 0) return true;
        return false;
      },
    };
  }

  const decided: Plan = {
    sheet: target.sheet,
    table,
    rows,
    columns,
    key,
    mode: options.mode,
    counts: {
      rows: rows.length,
      created: matches.fresh,
      updated,
      unchanged: ids.length - matches.fresh - updated,
    },
    refused: [...refused.values()].sort((a, b) => a.row - b.row),
    newFields: readers.flatMap((reader) => (reader.column.isNew ? [finalField(reader)] : [])),
    changedFields: readers.flatMap((reader) =>
      !reader.column.isNew && (reader.added?.length ?? 0) > 0 ? [finalField(reader)] : [],
    ),
    linked,
    matches,
    ids,
    changes,
    cell: (record, column) => merged(matches, record, column),
    values,
    rowCell,
    before: (record, column) => beforeIn(matches, record, column),
    newName: (id) => names.get(id),
  };
  return keepOptOuts(decided, workbook, fromRegistry(registry));
}

/** Reads a column row by row, each value that rows share once. */
function rowReader(table: Table, index: number, read: Read): (row: number) => Cell | undefined {
  const { size, repeats, code, value } = Rows.column(table.raw.rows, index);
  if (!repeats) {
    return (row) => {
      const place = code(row);
      return read(place < 0 ? undefined : value(place));
    };
  }
  const known = new Uint8Array(size);
  const cells = Array.from<Cell | undefined>({ length: size });
  return (row) => {
    const place = code(row);
    if (place < 0) return read(undefined);
    if (known[place] === 0) {
      known[place] = 1;
      cells[place] = read(value(place));
    }
    return cells[place];
  };
}

interface ColumnReader {
  readonly column: PlannedColumn;
  readonly read: Read;
  /** Every row must be read before the first is written. */
  readonly whole: boolean;
  /** Placeholders that are not read as blank; undefined: none is. */
  readonly stays: ReadonlySet<string> | undefined;
  /** Options that the field gets. */
  readonly added?: string[];
  readonly links?: LinkTargets;
}

function finalField({ column: { field }, added }: ColumnReader): Field {
  if (added === undefined || added.length === 0) return field;
  return { ...field, options: withOptions(field.options ?? [], added) };
}

function columnReaders(
  { workbook, registry, locale }: PlanDeps,
  sheet: Sheet,
  table: Table,
  rows: readonly number[],
  mapping: Mapping,
  { mode, records }: PlanOptions,
): ColumnReader[] {
  const taken = new Set(sheet.fields.map((field) => field.key));
  // A column in the trash does not stand in the way of its name.
  const takenNames = new Set(
    sheet.fields.filter((field) => field.deleted !== true).map((field) => field.name.toLowerCase()),
  );
  const linksBySheet = new Map<string, LinkTargets>();
  const used = new Set<string>();
  let members: Names | undefined;
  const use = (column: ColumnMapping, key: string): Field => {
    const field = sheet.fields.find(
      (candidate) => candidate.key === key && candidate.deleted !== true,
    );
    if (field === undefined) {
      throw new DomainError(
        "unknown-field",
        `Cannot import “${column.name}”: ${sheet.name} has no field “${key}”.`,
      );
    }
    if (used.has(key)) {
      throw new DomainError(
        "malformed",
        `Two columns are mapped to ${field.name}. Choose one of them.`,
      );
    }
    if (STAMPED.has(field.type)) {
      throw new DomainError(
        "malformed",
        `${field.name} is kept by Gridfolk and cannot be imported.`,
      );
    }
    used.add(key);
    return field;
  };
  const reader = (...given: Parameters<typeof bareReader>): ColumnReader => {
    const bare = bareReader(...given);
    // A file that says itself which records its rows are was written from them: its texts mean themselves.
    if (records !== undefined) return { ...bare, stays: undefined };
    const [{ keeps = [] }, { options = [] }] = given;
    const stays = new Set([...keeps, ...options.map(({ name }) => name)]);
    return { ...bare, read: withoutPlaceholders(bare.read, stays), stays };
  };
  const bareReader = (
    column: ColumnMapping,
    field: Field,
    isNew: boolean,
    part?: "first" | "last",
  ): Omit<ColumnReader, "stays"> => {
    const update = column.update ?? mode;
    const planned = { field, update, source: column.column, name: column.name, isNew };
    if (part !== undefined) return { column: planned, read: nameReader(part), whole: false };
    if (field.type === "choice" || field.type === "multiChoice") {
      const { read, added } = choiceReader(field);
      return { column: planned, read, whole: true, added };
    }
    if (field.type === "link" && field.link !== undefined) {
      let links = linksBySheet.get(field.link.sheet);
      if (links === undefined)
        linksBySheet.set(field.link.sheet, (links = linkTargets(workbook, field.link.sheet)));
      return { column: planned, read: links.read(field), whole: true, links };
    }
    members ??= namesOf(workbook, locale);
    const read = valueReader(field, locale, registry, {
      names: members,
      sample: sampleOf(table, rows, column.column),
      ...(column.reading === undefined ? {} : { reading: column.reading }),
    });
    return { column: planned, read, whole: false };
  };
  return mapping.columns.flatMap((column): ColumnReader[] => {
    const { target } = column;
    if (target.kind === "skip") return [];
    if (target.kind === "field") return [reader(column, use(column, target.field), false)];
    if (target.kind === "fullName") {
      return [
        reader(column, use(column, target.first), false, "first"),
        reader(column, use(column, target.last), false, "last"),
      ];
    }
    const name = uniqueName(target.field.name.trim() || column.name, takenNames);
    const trashed = inTrash(sheet, name, target.field.type);
    if (trashed !== undefined && !used.has(trashed.key)) {
      used.add(trashed.key);
      return [reader(column, trashed, true)];
    }
    const key = keyFrom(name, taken);
    taken.add(key);
    const field: Field = {
      key,
      name,
      type: target.field.type,
      ...(target.field.currency === undefined ? {} : { currency: target.field.currency }),
      ...(target.field.type === "choice" || target.field.type === "multiChoice"
        ? { options: [] }
        : {}),
      ...(target.field.type === "checkbox" && isOptOutName(name) ? { consent: true } : {}),
    };
    return [reader(column, field, true)];
  });
}

const STAMPED: ReadonlySet<string> = new Set(["createdAt", "createdBy", "updatedAt", "updatedBy"]);

/** The column that an undone import of the same file left in the trash, as it is when taken out again. */
function inTrash(sheet: Sheet, name: string, type: FieldType): Field | undefined {
  const found = sheet.fields.find(
    (field) =>
      field.deleted === true &&
      field.type === type &&
      field.name.toLowerCase() === name.toLowerCase(),
  );
  if (found === undefined) return undefined;
  const { deleted: _, ...field } = found;
  return field;
}

function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let count = 2; taken.has(unique.toLowerCase()); count++) unique = `${name} ${count}`;
  taken.add(unique.toLowerCase());
  return unique;
}

function nameReader(part: "first" | "last"): Read {
  return (cell) => {
    if (isBlank(cell)) return undefined;
    const value = splitName(cellText(cell))[part];
    return value === "" ? undefined : value;
  };
}

function sampleOf(table: Table, rows: readonly number[], column: number): RawCell[] {
  const sample: RawCell[] = [];
  const step = Math.max(1, Math.floor(rows.length / 400));
  for (let at = 0; at < rows.length && sample.length < 400; at += step) {
    const cell = Rows.cell(table.raw.rows, rows[at]!, column);
    if (!isBlank(cell)) sample.push(cell!);
  }
  return sample;
}

function refuseRows(
  table: Table,
  rows: readonly number[],
  readers: readonly Pick<ColumnReader, "column" | "stays">[],
  records: ReadonlyMap<number, string> | undefined,
): Map<number, RefusedRow> {
  const refused = new Map<number, RefusedRow>();
  const filled = new Uint8Array(rows.length);
  for (const {
    column: { source, name },
    stays,
  } of readers) {
    const cells = Rows.column(table.raw.rows, source);
    for (let row = 0; row < rows.length; row++) {
      const place = cells.code(rows[row]!);
      if (place < 0 || cells.isBlank(place)) continue;
      if (filled[row] === 0) {
        const text = stays === undefined ? undefined : cells.value(place);
        if (typeof text !== "string" || !isNothing(text, stays!)) filled[row] = 1;
      }
      if (cells.mostLength(place) <= TEXT_LIMIT || !isTooLong(cells.value(place))) continue;
      refused.set(row, {
        row: rows[row]!,
        column: name,
        reason: `The text has ${(cells.value(place) as string).length.toLocaleString("en")} characters; a cell holds 100,000.`,
      });
    }
  }
  for (let row = 0; row < rows.length; row++) {
    if (filled[row] === 1 || records?.has(rows[row]!) === true) continue;
    refused.set(row, {
      row: rows[row]!,
      column: null,
      reason: "The row is blank in every column that is imported.",
    });
  }
  return refused;
}

function keyField(
  columns: readonly PlannedColumn[],
  wanted: string | undefined,
  sheet: Sheet,
): Field | undefined {
  if (wanted === "none") return undefined;
  if (wanted !== undefined) {
    const column = columns.find(({ field }) => field.key === wanted);
    if (column !== undefined) return column.field;
    if (sheet.fields.some((field) => field.key === wanted)) {
      throw new DomainError(
        "malformed",
        `Cannot match by ${wanted}: no column of the file is mapped to it.`,
      );
    }
    throw new DomainError(
      "unknown-field",
      `Cannot match by ${wanted}: ${sheet.name} has no such field.`,
    );
  }
  const old = columns.filter(({ isNew }) => !isNew);
  return (
    old.find(({ field }) => field.type === "email") ??
    old.find(({ field }) => field.type === "phone")
  )?.field;
}

/** Puts real ids where a link column holds places among the new records. Cells are shared: each list is resolved once. */
function resolveNew(cells: (Cell | undefined)[], ids: readonly string[] | undefined): void {
  const resolved = new Map<Cell, Cell>();
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (cell === undefined || !Array.isArray(cell) || isInvalid(cell)) continue;
    let value = resolved.get(cell);
    if (value === undefined) {
      const list = cell as readonly string[];
      value = list.some((id) => id.startsWith(NEW))
        ? list.map((id) => (id.startsWith(NEW) ? ids![Number(id.slice(NEW.length))]! : id))
        : list;
      resolved.set(cell, value);
    }
    cells[row] = value;
  }
}
