import { isInvalid, type Cell } from "../field/cell.ts";
import type { Names } from "../field/behaviour.ts";
import type { Field, FieldType, Locale } from "../field/field.ts";
import * as Derived from "../ledger/derived.ts";
import * as Workbook from "../ledger/workbook.ts";
import { namesOf } from "../sheet/names.ts";
import { isSubstitute, labelOf } from "../sheet/title.ts";
import * as Cells from "./cells.ts";
import { compile, type Compiled, type Scope, type Source } from "./compile.ts";
import type { Environment } from "./function.ts";
import { ANY, listOf, ofField, oneOf, TEXT, type Kind } from "./kind.ts";
import { route, wholeColumn, type Spelling, type Step } from "./names.ts";
import { FormulaProblem } from "./problem.ts";
import * as Serial from "./serial.ts";
import {
  error,
  isError,
  isList,
  markFor,
  type FormulaError,
  type Scalar,
  type Value,
} from "./value.ts";

/**
 * The values of a workbook's formula fields. They are computed when somebody asks, kept, and forgotten row by row when something they
 * read changes: a changed cell costs its dependants, not its sheet. They live beside the workbook, never in it: neither the fold
 * nor pages nor unique rules know them.
 */
export interface Formulas extends Derived.Provider {
  /** Why a cell is an error, in words. */
  why(table: Workbook.Table, row: number, key: string): string | undefined;
  /** What was forgotten since this was asked last: what screens have to draw again. */
  takeChanged(): ReadonlyMap<string, Changed>;
  /** Sheets whose records the formulas of a sheet read, itself left out. */
  reads(sheet: string): ReadonlySet<string>;
  /** Moves the clock of TODAY and NOW. */
  setNow(now: number): void;
}

export interface Changed {
  readonly fields: Set<string>;
  rows: Set<number> | "all";
}

/** Values a workbook's formulas may look at in whole columns before something changes again; some seconds of work. */
const BUDGET = 20_000_000;
/** More rows than this are forgotten as a whole. */
const MANY = 20_000;
const MINUTE_MS = 60_000;

const DIRTY = 0;
const KNOWN = 1;

/** One formula field. */
interface Column {
  readonly table: Workbook.Table;
  readonly field: Field;
  readonly kind: Kind;
  readonly compiled: Compiled;
  readonly cells: (Cell | undefined)[];
  readonly errors: Map<number, FormulaError>;
  /** By row: whether the cell is known. Rows beyond the end are not. */
  state: Uint8Array;
  readonly dependencies: readonly Dependency[];
  computing: boolean;
}

/** Something a formula reads: a field of a sheet, and how its sheet leads there. */
interface Dependency {
  readonly sheet: string;
  readonly field: string;
  /** From the formula's sheet to `sheet`; "all": every record is read by every formula. */
  readonly steps: readonly Step[] | "all";
}

/** The formulas of a workbook, made on first use and again when its schema or the workspace's locale changes. */
export function formulasOf(workbook: Workbook.Workbook, locale: Locale, now: number): Formulas {
  const found = known.get(workbook);
  if (found !== undefined && found.locale === locale) {
    found.formulas.setNow(now);
    return found.formulas;
  }
  const formulas = createFormulas(workbook, locale, now);
  known.set(workbook, { locale, formulas });
  Derived.provide(workbook.stamps, formulas);
  return formulas;
}

/** The formulas of a workbook that somebody has asked for already. */
export function knownFormulas(workbook: Workbook.Workbook): Formulas | undefined {
  return known.get(workbook)?.formulas;
}

const known = new WeakMap<Workbook.Workbook, { locale: Locale; formulas: Formulas }>();

/** What a formula on a sheet would be: its kind, or why it cannot be. Nothing is changed. */
export function examine(
  workbook: Workbook.Workbook,
  sheet: string,
  text: string,
  locale: Locale,
  now: number,
): Compiled {
  return compileOn(
    workbook,
    sheet,
    text,
    "typed",
    environmentOf(
      locale,
      () => now,
      () => {},
    ),
    locale,
    {
      uses: () => {},
      read: (table, row, field) => Workbook.value(table, row, field.key),
      list: (table, field) => columnValues(workbook, table, field, locale),
    },
  );
}

/** A formula field: the type of what the formula answers, or the one asked for, with what the type needs. */
export function resultField(
  base: Omit<Field, "type">,
  kind: Kind,
  formula: string,
  asked?: FieldType,
): Field {
  const type = asked ?? (kind.list === true || kind.type === "any" ? "text" : kind.type);
  const { currency: _, link: __, options: ___, ...rest } = base;
  const currency = base.currency ?? kind.currency;
  return {
    ...rest,
    type,
    formula,
    ...(type === "currency" && currency !== undefined && { currency }),
  };
}

function environmentOf(
  locale: Locale,
  now: () => number,
  spend: (values: number) => void,
): Environment {
  return {
    mark: markFor(locale.locale),
    locale: locale.locale,
    timeZone: locale.timeZone,
    currency: locale.currency,
    now: () => Serial.ofInstant(now(), locale.timeZone),
    spend,
  };
}

interface Reads {
  uses(dependency: Dependency): void;
  read(table: Workbook.Table, row: number, field: Field): Cell | undefined;
  /** All values of a column, the same array as long as nothing in it changes. */
  list(table: Workbook.Table, field: Field): readonly Scalar[];
}

function createFormulas(workbook: Workbook.Workbook, locale: Locale, start: number): Formulas {
  let now = start;
  let spent = 0;
  let columns: ReadonlyMap<string, Column> | undefined;
  let dependants = new Map<string, { column: Column; dependency: Dependency }[]>();
  let lists = new Map<string, readonly Scalar[]>();
  let changed = new Map<string, Changed>();

  const environment = environmentOf(
    locale,
    () => now,
    (values) => {
      spent += values;
      if (spent > BUDGET) {
        throw new Error(
          "The formulas of this workspace look through whole columns too often. Use a link between the sheets instead.",
        );
      }
    },
  );

  const nameOf = (sheet: string, field: string): string => `${sheet}/${field}`;

  function all(): ReadonlyMap<string, Column> {
    if (columns !== undefined) return columns;
    const made = new Map<string, Column>();
    dependants = new Map();
    lists = new Map();
    columns = made;
    for (const table of workbook.sheets.values()) {
      if (table.sheet.deleted === true) continue;
      for (const field of table.sheet.fields) {
        if (field.formula === undefined || field.deleted === true) continue;
        made.set(nameOf(table.key, field.key), make(table, field));
      }
    }
    for (const column of made.values()) {
      for (const dependency of column.dependencies) {
        const name = nameOf(dependency.sheet, dependency.field);
        const found = dependants.get(name);
        if (found === undefined) dependants.set(name, [{ column, dependency }]);
        else found.push({ column, dependency });
      }
    }
    for (const [name, column] of made) {
      if (reaches(made, column, name)) {
        made.set(name, {
          ...column,
          compiled: constant(error("#CYCLE!", `“${column.field.name}” is computed from itself.`)),
        });
      }
    }
    return made;
  }

  function make(table: Workbook.Table, field: Field): Column {
    const dependencies: Dependency[] = [];
    const rest = { table, field, cells: [], errors: new Map(), computing: false };
    try {
      const compiled = compileOn(
        workbook,
        table.key,
        field.formula ?? "",
        "kept",
        environment,
        locale,
        { uses: (dependency) => dependencies.push(dependency), read, list },
      );
      return {
        ...rest,
        compiled,
        kind: shown(field, compiled.kind),
        state: new Uint8Array(0),
        dependencies,
      };
    } catch (problem) {
      if (!(problem instanceof FormulaProblem)) throw problem;
      const compiled = constant(error("#NAME?", problem.message));
      return { ...rest, compiled, kind: ANY, state: new Uint8Array(0), dependencies };
    }
  }

  function read(table: Workbook.Table, row: number, field: Field): Cell | undefined {
    return field.formula === undefined
      ? Workbook.value(table, row, field.key)
      : cellAt(table, row, field.key);
  }

  function list(table: Workbook.Table, field: Field): readonly Scalar[] {
    const name = nameOf(table.key, field.key);
    let values = lists.get(name);
    if (values === undefined) {
      values = columnValues(workbook, table, field, locale);
      environment.spend(values.length);
      lists.set(name, values);
    }
    return values;
  }

  function cellAt(table: Workbook.Table, row: number, key: string): Cell | undefined {
    const column = all().get(nameOf(table.key, key));
    if (column === undefined) return undefined;
    if (column.state[row] !== KNOWN) compute(column, row);
    return column.cells[row];
  }

  function compute(column: Column, row: number): void {
    grow(column);
    let value: Value = column.compiled.evaluate(row);
    if (!isList(value) && isError(value)) column.errors.set(row, value);
    else if (column.errors.size > 0) column.errors.delete(row);
    if (isList(value)) {
      const wrong = value.find(isError);
      if (wrong !== undefined) {
        column.errors.set(row, wrong);
        value = wrong;
      }
    }
    while (column.cells.length <= row) column.cells.push(undefined);
    column.cells[row] = Cells.toCell(value, column.kind, locale);
    column.state[row] = KNOWN;
  }

  function grow(column: Column): void {
    const { length } = column.table.ids;
    if (column.state.length >= length) return;
    const state = new Uint8Array(Math.ceil(length * 1.2) + 16);
    state.set(column.state);
    column.state = state;
  }

  /** Forgets rows of a formula, and everything that reads them. */
  function forget(column: Column, rows: ReadonlySet<number> | "all"): void {
    const { table, field, state } = column;
    let fresh: Set<number> | "all";
    if (rows === "all") {
      state.fill(DIRTY);
      fresh = "all";
    } else {
      // Rows forgotten before have told their readers; nobody can have read them since.
      fresh = new Set([...rows].filter((row) => state[row] === KNOWN));
      for (const row of fresh) state[row] = DIRTY;
      if (fresh.size === 0) {
        note(table.key, field.key, rows);
        return;
      }
    }
    note(table.key, field.key, fresh);
    tell(table, field.key, fresh);
  }

  function note(sheet: string, field: string, rows: ReadonlySet<number> | "all"): void {
    let found = changed.get(sheet);
    if (found === undefined) changed.set(sheet, (found = { fields: new Set(), rows: new Set() }));
    found.fields.add(field);
    if (found.rows === "all") return;
    if (rows === "all" || found.rows.size + rows.size > MANY) found.rows = "all";
    else for (const row of rows) found.rows.add(row);
  }

  /** Says to every formula that reads the field what changed in it. */
  function tell(table: Workbook.Table, field: string, rows: ReadonlySet<number> | "all"): void {
    lists.delete(nameOf(table.key, field));
    for (const { column, dependency } of dependants.get(nameOf(table.key, field)) ?? []) {
      const { steps } = dependency;
      const affected = steps === "all" || rows === "all" ? "all" : backwards(steps, rows);
      forget(column, affected);
    }
  }

  /** The rows from which the steps lead to these. */
  function backwards(
    steps: readonly Step[],
    rows: ReadonlySet<number>,
  ): ReadonlySet<number> | "all" {
    let found = rows;
    for (const step of steps.toReversed()) {
      if (found.size > MANY) return "all";
      const from = workbook.sheets.get(step.sheet);
      const to = workbook.sheets.get(step.to);
      if (from === undefined || to === undefined) return "all";
      // Only forgetting must not ask for what is not in memory: it is part of the fold.
      if (from.absent !== undefined || to.absent !== undefined) return "all";
      const next = new Set<number>();
      const add = (id: string): void => {
        const row = from.rowById.get(id);
        if (row !== undefined) next.add(row);
      };
      if (step.how === "link") {
        const index = Derived.linksOf(from, step.field);
        for (const row of found) {
          for (const id of Derived.idsAt(from, index, to.ids[row] ?? "")) add(id);
        }
      } else {
        for (const row of found) {
          for (const id of linked(to, row, step.field)) add(id);
        }
      }
      if (next.size === 0) return next;
      found = next;
    }
    return found;
  }

  function linked(table: Workbook.Table, row: number, field: Field): readonly string[] {
    const cell = Workbook.value(table, row, field.key);
    const now = Array.isArray(cell) ? (cell as readonly string[]) : [];
    return [...now, ...Derived.heldLinks(table, field.key, row)];
  }

  return {
    value: cellAt,
    column(table, key) {
      const column = all().get(nameOf(table.key, key));
      if (column === undefined) return [];
      grow(column);
      const { length } = table.ids;
      for (let row = 0; row < length; row += 1) {
        if (column.state[row] !== KNOWN) compute(column, row);
      }
      return column.cells;
    },
    written(table, field, rows) {
      if (columns === undefined) return;
      spent = 0;
      tell(table, field, rows.length > MANY ? "all" : new Set(rows));
    },
    moved(table, rows) {
      if (columns === undefined) return;
      spent = 0;
      const set = rows.length > MANY ? "all" : new Set(rows);
      for (const field of table.sheet.fields) {
        const column = columns.get(nameOf(table.key, field.key));
        if (column !== undefined) forget(column, set);
        else tell(table, field.key, set);
      }
    },
    reshaped() {
      columns = undefined;
      for (const { key } of workbook.sheets.values())
        changed.set(key, { fields: new Set(), rows: "all" });
    },
    why(table, row, key) {
      const cell = cellAt(table, row, key);
      if (!isInvalid(cell)) return undefined;
      return (
        all().get(nameOf(table.key, key))?.errors.get(row)?.message ??
        "The formula answers something that this column does not show."
      );
    },
    takeChanged() {
      const taken = changed;
      changed = new Map();
      return taken;
    },
    reads(sheet) {
      const found = new Set<string>();
      const seen = new Set<Column>();
      const visit = (column: Column): void => {
        if (seen.has(column)) return;
        seen.add(column);
        for (const dependency of column.dependencies) {
          for (const step of dependency.steps === "all" ? [] : dependency.steps) found.add(step.to);
          found.add(dependency.sheet);
          const next = all().get(nameOf(dependency.sheet, dependency.field));
          if (next !== undefined) visit(next);
        }
      };
      for (const column of all().values()) if (column.table.key === sheet) visit(column);
      found.delete(sheet);
      return found;
    },
    setNow(given) {
      if (Math.abs(given - now) < MINUTE_MS) return;
      now = given;
      if (columns === undefined) return;
      for (const column of columns.values()) if (column.compiled.volatile) forget(column, "all");
    },
  };
}

/** The kind by which results are shown: the field's own type, with what the formula knows besides. */
function shown(field: Field, kind: Kind): Kind {
  const type = field.type === "longText" ? "text" : field.type;
  const currency = field.currency ?? kind.currency;
  return {
    type: type as Kind["type"],
    ...(currency !== undefined && { currency }),
    ...(kind.list === true && { list: true as const }),
  };
}

function constant(value: FormulaError): Compiled {
  return { kind: ANY, volatile: false, evaluate: () => value };
}

function reaches(columns: ReadonlyMap<string, Column>, from: Column, target: string): boolean {
  const seen = new Set<string>();
  const visit = (column: Column): boolean =>
    column.dependencies.some(({ sheet, field }) => {
      const name = `${sheet}/${field}`;
      if (name === target) return true;
      if (seen.has(name)) return false;
      seen.add(name);
      const next = columns.get(name);
      return next !== undefined && visit(next);
    });
  return visit(from);
}

function columnValues(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  field: Field,
  locale: Locale,
): readonly Scalar[] {
  const nameOf = naming(workbook, locale);
  return Workbook.rows(table).map((row) => {
    const value = Cells.toValue(Workbook.value(table, row, field.key), field, locale, nameOf);
    return isList(value) ? value.map(String).join(", ") : value;
  });
}

function compileOn(
  workbook: Workbook.Workbook,
  sheet: string,
  text: string,
  spelling: Spelling,
  environment: Environment,
  locale: Locale,
  reads: Reads,
): Compiled {
  const scope: Scope = {
    timeText: (serial, kind) => Cells.timeText(serial, kind, locale),
    path: (expression) => pathSource(workbook, sheet, expression, spelling, locale, reads),
    column(expression) {
      const found = wholeColumn(workbook, expression, spelling);
      const table = Workbook.table(workbook, found.sheet);
      reads.uses({ sheet: found.sheet, field: found.field.key, steps: "all" });
      return {
        kind: listOf(oneOf(ofField(found.field, locale.currency))),
        evaluate: () => reads.list(table, found.field),
      };
    },
  };
  return compile(text, scope, environment);
}

function pathSource(
  workbook: Workbook.Workbook,
  sheet: string,
  expression: Parameters<Scope["path"]>[0],
  spelling: Spelling,
  locale: Locale,
  reads: Reads,
): Source {
  const nameOf = naming(workbook, locale);
  const { steps, sheet: last, field } = route(workbook, sheet, expression, spelling);
  const target = Workbook.table(workbook, last);
  steps.forEach((step, index) => {
    const before = steps.slice(0, index);
    if (step.how === "link")
      reads.uses({ sheet: step.sheet, field: step.field.key, steps: before });
    else reads.uses({ sheet: step.to, field: step.field.key, steps: [...before, step] });
  });
  let one: (row: number) => Value;
  let kind: Kind;
  if (field === undefined) {
    useLabel(workbook, last, steps, reads);
    kind = TEXT;
    one = (row) => labelOf(target, row, locale);
  } else {
    reads.uses({ sheet: last, field: field.key, steps });
    kind = ofField(field, locale.currency);
    if (field.type === "link" && field.link !== undefined) {
      useLabel(
        workbook,
        field.link.sheet,
        [...steps, { how: "link", sheet: last, field, to: field.link.sheet }],
        reads,
      );
    }
    if (field.type === "user" || field.type === "createdBy" || field.type === "updatedBy") {
      reads.uses({ sheet: "_members", field: "name", steps: "all" });
    }
    one =
      plainReader(target, field) ??
      ((row) => Cells.toValue(reads.read(target, row, field), field, locale, nameOf));
  }
  if (steps.length === 0) return { kind, evaluate: one };
  const several = steps.some((step) => step.how === "back" || step.field.link?.multiple !== false);
  return {
    kind: several ? listOf(oneOf(kind)) : kind,
    evaluate(row) {
      const found = follow(workbook, steps, row);
      if (!several) {
        const [first] = found;
        return first === undefined ? undefined : one(first);
      }
      const values: Scalar[] = [];
      for (const each of found) {
        const value = one(each);
        if (isList(value)) values.push(...value);
        else values.push(value);
      }
      return values;
    },
  };
}

/** Names of records as they are now, of members as `namesOf` has them. */
function naming(workbook: Workbook.Workbook, locale: Locale): Names["nameOf"] {
  const members = namesOf(workbook, locale);
  return (field, id) => {
    if (field.type !== "link") return members.nameOf(field, id);
    const table = workbook.sheets.get(field.link?.sheet ?? "");
    const row = table?.rowById.get(id);
    return table === undefined || row === undefined ? undefined : labelOf(table, row, locale);
  };
}

/** Texts and numbers are in a formula what they are in the cell: the usual case, without detours. */
function plainReader(table: Workbook.Table, field: Field): ((row: number) => Value) | undefined {
  if (field.formula !== undefined) return undefined;
  switch (field.type) {
    case "text":
    case "longText":
    case "number":
    case "percent":
    case "checkbox":
    case "choice":
    case "email":
    case "url":
      return (row) => {
        const cell = table.columns.get(field.key)?.[row];
        return isInvalid(cell) ? cell.invalid : (cell as Scalar);
      };
    default:
      return undefined;
  }
}

/** Records are known by their title fields, else by the first text they have: a formula that names them reads all of these. */
function useLabel(
  workbook: Workbook.Workbook,
  sheet: string,
  steps: readonly Step[],
  reads: Reads,
): void {
  const target = workbook.sheets.get(sheet)?.sheet;
  for (const field of target?.fields ?? []) {
    if (target?.title.includes(field.key) === true || isSubstitute(field)) {
      reads.uses({ sheet, field: field.key, steps });
    }
  }
}

/** Rows of the sheet at which the steps end, in their order. */
function follow(
  workbook: Workbook.Workbook,
  steps: readonly Step[],
  row: number,
): readonly number[] {
  let rows: readonly number[] = [row];
  for (const step of steps) {
    const from = workbook.sheets.get(step.sheet);
    const to = workbook.sheets.get(step.to);
    if (from === undefined || to === undefined) return [];
    const next: number[] = [];
    for (const each of rows) {
      const ids =
        step.how === "link"
          ? Workbook.value(from, each, step.field.key)
          : Derived.idsAt(to, Derived.linksOf(to, step.field), from.ids[each] ?? "");
      if (!Array.isArray(ids)) continue;
      for (const id of ids as readonly string[]) {
        const found = to.rowById.get(id);
        if (found !== undefined) next.push(found);
      }
    }
    rows = next;
  }
  return rows;
}
