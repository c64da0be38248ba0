import { isOptOutName } from "../consent/consent.ts";
import { DomainError } from "../error.ts";
import type { Names } from "../field/behaviour.ts";
import type { Cell } from "../field/cell.ts";
import type { Field, FieldType, Sheet } from "../field/field.ts";
import { withOptions } from "../field/palette.ts";
import { formulaOf } from "./computed-fields.ts";
import { keyFrom } from "../sheet/key.ts";
import { namesOf } from "../sheet/names.ts";
import { choiceReader, type Read, valueReader } from "./cells.ts";
import { type LinkTargets, linkTargets } from "./link.ts";
import type { ColumnMapping, Mapping } from "./mapping.ts";
import { splitName } from "./name.ts";
import { withoutPlaceholders } from "./placeholders.ts";
import { areIdentifiers } from "./identifying.ts";
import type { PlanDeps, PlannedColumn, PlanOptions } from "./plan.ts";
import { cellText, isBlank, type RawCell } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import type { Table } from "./table.ts";
import { saidOf } from "./unknown-choices.ts";

/** Reads what a field gets row by row; texts of several columns stand below each other. */
export function cellReader(
  table: Table,
  { column: { source, more }, read }: ColumnReader,
): (row: number) => Cell | undefined {
  if (more === undefined) return rowReader(table, source, read);
  const readers = [source, ...more].map((one) => rowReader(table, one, read));
  return (row) => {
    const texts = readers.flatMap((one) => {
      const cell = one(row);
      return typeof cell === "string" ? [cell] : [];
    });
    return texts.length === 0 ? undefined : texts.join("\n");
  };
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

/** How the values of a field are read. */
export interface ColumnReader {
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

/** The field as it will be, with the options that were added. */
export function finalField({ column: { field }, added }: ColumnReader): Field {
  if (added === undefined || added.length === 0) return field;
  return { ...field, options: withOptions(field.options ?? [], added) };
}

/**
 * A reader for every field that the mapping fills. DomainError "unknown-field" for one that is not there, "malformed" for one that is
 * filled twice; only long texts take several columns.
 */
export function columnReaders(
  { workbook, registry, locale }: PlanDeps,
  sheet: Sheet,
  table: Table,
  rows: readonly number[],
  mapping: Mapping,
  { mode, records, part: whole }: PlanOptions,
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
      const { adds, meant = {} } = column;
      const { read, added } = choiceReader(field, adds, saidOf(meant));
      return { column: { ...planned, meant }, read, whole: true, added };
    }
    if (field.type === "link" && field.link !== undefined) {
      let links = linksBySheet.get(field.link.sheet);
      if (links === undefined)
        linksBySheet.set(
          field.link.sheet,
          (links = linkTargets(workbook, field.link.sheet, whole?.made.get(field.link.sheet))),
        );
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
  const found: ColumnReader[] = [];
  for (const column of mapping.columns) {
    const { target } = column;
    const first =
      target.kind === "field"
        ? found.findIndex(
            (one) => one.column.field.key === target.field && one.column.field.type === "longText",
          )
        : -1;
    if (first < 0) found.push(...readersOf(column));
    else {
      const { column: planned, ...rest } = found[first]!;
      const more = [...(planned.more ?? []), column.column];
      found[first] = { ...rest, column: { ...planned, more } };
    }
  }
  return found;

  function readersOf(column: ColumnMapping): ColumnReader[] {
    const { target } = column;
    if (target.kind === "skip" || formulaOf(column, mapping) !== undefined) return [];
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
        ? { options: withOptions([], target.field.options ?? []) }
        : {}),
      ...(target.field.type === "number" &&
      areIdentifiers(sampleOf(table, rows, column.column).map(cellText), column.name)
        ? { ungrouped: true }
        : {}),
      ...(target.field.type === "checkbox" && isOptOutName(name) ? { consent: true } : {}),
    };
    return [reader(column, field, true)];
  }
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
