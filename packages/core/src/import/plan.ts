import { DomainError } from "../error.ts";
import type { Registry } from "../field/behaviour.ts";
import { type Cell, isInvalid } from "../field/cell.ts";
import type { Field, Locale, Sheet } from "../field/field.ts";
import { saysSame } from "../field/same.ts";
import { recordIds } from "../ledger/ids.ts";
import { fromRegistry } from "../ledger/rules.ts";
import * as Workbook from "../ledger/workbook.ts";
import type { Platform } from "../platform.ts";
import { cellReader, columnReaders, finalField } from "./column-readers.ts";
import { byIdentity } from "./identity.ts";
import { type LinkTargets, NEW } from "./link.ts";
import type { Mapping, Update } from "./mapping.ts";
import { existingBy, type Matches, matchRows } from "./matching.ts";
import { computedFields } from "./computed-fields.ts";
import { keepOptOuts, type OptOuts } from "./opt-outs.ts";
import { refuseRows } from "./refuse.ts";
import { holding, keysBySameness, recordOf, type Same } from "./same.ts";
import { dataRows, type Table } from "./table.ts";
import type { Meant } from "./unknown-choices.ts";

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
  /** One of several kinds of records that the same rows hold (composition.ts). */
  readonly part?: Part;
}

/** What a plan has to know of the others that its rows are made into. */
export interface Part {
  /** What rows without a value of the key are known by: their name within the record they link to, instead of nothing (identity.ts). */
  readonly byName: boolean;
  /** Links to records of the other plans. */
  readonly links: readonly GivenLink[];
  /** By sheet, ids of records that the other plans make, by the name they are matched by. */
  readonly made: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Name of a record that another plan makes. */
  newName(id: string): string | undefined;
}

/** A column of links that no cell says: where the other records of a row are. */
export interface GivenLink {
  readonly field: Field;
  /** The records of a row of the table. */
  ids(row: number): readonly string[] | undefined;
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
  /** Name of the worksheet, where it is not the one that was chosen. */
  readonly worksheet?: string;
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
  /** Data rows that say nothing of such a record: refused, or, of a part, left to the other plans. */
  readonly blank: ReadonlySet<number>;
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
  /** What else the rows are made into, in the order in which it is written. */
  readonly along?: {
    readonly before: readonly Plan[];
    readonly after: readonly Plan[];
    /** Rows of other worksheets that are not written. */
    readonly refused: readonly RefusedRow[];
  };
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
  /** Position in the file's rows; -1 when no cell says it. */
  readonly source: number;
  /** Further columns whose texts stand below its own. */
  readonly more?: readonly number[];
  /** Name in the file. */
  readonly name: string;
  readonly isNew: boolean;
  /** Of a choice: what texts mean that are none of its options. */
  readonly meant?: Meant;
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
  const { part } = options;
  const links = (part?.links ?? []).filter(
    ({ field }) => !readers.some(({ column }) => column.field.key === field.key),
  );
  const columns = [
    ...readers.map((reader) => reader.column),
    ...links.map(({ field }): PlannedColumn => {
      const update = field.link?.multiple === true ? "overwrite" : options.mode;
      return { field, update, source: -1, name: field.name, isNew: false };
    }),
  ];

  // Values of columns that all rows depend on, by data row. All others are read when they are asked for, and not kept.
  const cells = columns.map(() => [] as (Cell | undefined)[]);
  const complete = columns.map(() => false);
  const sources = [
    ...readers.map((reader) => cellReader(table, reader)),
    ...links.map(
      ({ ids }) =>
        (row: number): Cell | undefined =>
          ids(row),
    ),
  ];
  /** Links to several: those of all rows of a record are added to what is there. */
  const adds = (column: number): boolean =>
    column >= readers.length && columns[column]!.field.link?.multiple === true;
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
  const blank = new Set<number>();
  const refused = refuseRows(table, rows, readers, records, blank);
  if (part === undefined) {
    for (const row of blank) {
      const reason = "The row is blank in every column that is imported.";
      refused.set(row, { row: rows[row]!, column: null, reason });
    }
  }
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
      (row) => refused.has(row) || blank.has(row),
      records !== undefined
        ? {
            cells: rows.map((row) => records.get(row)),
            existing: (id) => id,
            key: (cell) => (typeof cell === "string" ? cell : undefined),
          }
        : same.size > 0
          ? bySameness()
          : part?.byName === true
            ? byIdentity(deps, target, columns, { rows: rows.length, cell: rowCell }, key)
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
    if (adds(column)) return added(of, record, column);
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

  function added(of: Matches, record: number, column: number): Cell | undefined {
    const before = beforeIn(of, record, column);
    const ids = new Set(Array.isArray(before) ? (before as readonly string[]) : []);
    for (let row = of.first[record]!; row !== -1; row = of.next[row]!)
      for (const id of (rowCell(row, column) ?? []) as readonly string[]) ids.add(id);
    return ids.size === 0 ? undefined : [...ids];
  }

  function values(records: Int32Array, column: number): (Cell | undefined)[] {
    const { first, next } = matches;
    const read = sources[column]!;
    const list = complete[column] === true ? cells[column] : undefined;
    const found: (Cell | undefined)[] = [];
    for (let at = 0; at < records.length; at++) {
      const row = first[records[at]!]!;
      if (next[row] !== -1 || adds(column)) found.push(merged(matches, records[at]!, column));
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
  const linkTargets = new Set<LinkTargets>(
    readers.flatMap((reader) => (reader.links === undefined ? [] : [reader.links])),
  );
  const linked: LinkedRecords[] = [];
  const names = new Map<string, string>();
  for (const link of linkTargets) {
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
    blank,
    newFields: [
      ...readers.flatMap((reader) => (reader.column.isNew ? [finalField(reader)] : [])),
      ...computedFields(mapping, columns, target.sheet),
    ],
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
    newName: (id) => names.get(id) ?? part?.newName(id),
  };
  return keepOptOuts(decided, workbook, fromRegistry(registry));
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
