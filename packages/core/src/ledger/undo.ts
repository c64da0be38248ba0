import { carry } from "../consent/carry.ts";
import { equals, type Cell } from "../field/cell.ts";
import { plain } from "../field/define.ts";
import type { Field, Sheet } from "../field/field.ts";
import * as Absent from "./absent.ts";
import type { Changeset, Refusal } from "./changeset.ts";
import { propertiesOf, sameJson } from "./draft-schema.ts";
import type {
  Column,
  CreateOperation,
  DeleteOperation,
  FieldOperation,
  Operation,
  RestoreOperation,
  SetOperation,
  SheetOperation,
} from "./operation.ts";
import { isRecords, pickRows } from "./rows.ts";
import type { Rules } from "./rules.ts";
import * as Workbook from "./workbook.ts";

export interface Inverse {
  /** A draft's operations; check them with `onInvalid: "refuse"`: what would break a rule is skipped too. */
  readonly operations: Operation[];
  /** What is left alone because it changed since, and why, for people. `id` is "" for sheets and columns. */
  readonly skipped: Refusal[];
}

const CHANGED = "It was changed since.";
const IN_TRASH = "It is in the trash.";

/** Record ids by sheet. */
export interface RecordsBySheet {
  readonly [sheet: string]: readonly string[];
}

/**
 * What undoes the changesets (newest first) on the workbook as it is now, as one changeset. A cell is reverted only if it
 * holds what was written; a created record goes to the trash only if nobody else has written to it and no record that stays
 * links to it. The inverse of an inverse is a redo.
 */
export function inverse(
  workbook: Workbook.Workbook,
  changesets: readonly Changeset[],
  rules: Rules,
): Inverse {
  wantAll(workbook, changesets);
  const plan = createPlan(workbook, changesets, rules);
  for (const changeset of changesets) {
    for (const operation of changeset.operations.toReversed()) {
      if (operation.op === "set") revertCells(plan, operation);
      else if (operation.op === "delete") revertDelete(plan, operation, changeset);
      else if (operation.op === "restore") revertRestore(plan, operation, changeset);
      else if (operation.op === "create") plan.creates.push({ operation, changeset });
    }
  }
  revertCreates(plan);
  const schema = changesets.flatMap(({ operations }) => operations.toReversed());
  // A sheet that goes goes as it is, with its columns.
  const leaving = new Set<string>();
  for (const operation of schema) {
    if (
      operation.op === "sheet" &&
      operation.before == null &&
      revertNewSheet(plan, operation.key)
    ) {
      leaving.add(operation.key);
    }
  }
  for (const operation of schema) {
    if (operation.op === "sheet" && operation.before != null) {
      revertSheet(plan, operation.key, operation.before, operation.after);
    } else if (operation.op === "field" && !leaving.has(operation.sheet)) {
      revertField(plan, operation);
    }
  }
  for (const name of plan.retyped) convertRest(plan, name);
  return { operations: withOptOuts(plan, changesets), skipped: plan.skipped };
}

/** Undoing never lets go of an opt-out that another record of the same person holds. A merge taken back is exactly what was. */
function withOptOuts(plan: Plan, changesets: readonly Changeset[]): Operation[] {
  const operations = emit(plan);
  if (changesets.every(({ source }) => source === "merge")) return operations;
  const undoing = changesets.some(({ source }) => source === "import");
  return carry(plan.workbook, operations, plan.rules, { undoing });
}

/** What the operations did to these records, by sheet, and nothing else. */
export function onRecords(operations: readonly Operation[], records: RecordsBySheet): Operation[] {
  return operations.flatMap((operation) => {
    if (!isRecords(operation)) return [];
    const chosen = new Set(records[operation.sheet]);
    const at = operation.ids.flatMap((id, index) => (chosen.has(id) ? [index] : []));
    if (at.length === 0) return [];
    return [pickRows(operation, (list) => at.map((index) => list[index] as never))];
  });
}

/** Every record that is spoken of: on a workbook that is not whole, they come at once. */
function wantAll(workbook: Workbook.Workbook, changesets: readonly Changeset[]): void {
  const wants = Absent.wants();
  for (const operation of changesets.flatMap(({ operations }) => operations)) {
    if (isRecords(operation)) {
      Absent.want(wants, workbook.sheets.get(operation.sheet), operation.ids);
    }
  }
  Absent.settle(wants);
}

/** The undo while it is worked out: the workbook as it will be, as far as that matters. */
interface Plan {
  readonly workbook: Workbook.Workbook;
  readonly rules: Rules;
  /** Seqs of the changesets that are undone together. */
  readonly undone: ReadonlySet<number>;
  readonly sheets: Map<string, Sheet>;
  /** Of records whose presence the undo changes, by sheet. */
  readonly live: Map<string, Map<string, boolean>>;
  /** Of columns (`<sheet>/<field>`) that later steps look at: the cells that the undo changes, by record. */
  readonly cells: Map<string, Map<string, Cell | null>>;
  /** Those of them that several steps may write: only what they come to in the end is written. */
  readonly merged: ReadonlySet<string>;
  /** Columns (`<sheet>/<field>`) whose changes are undone: their values go back in the trash too. */
  readonly converted: ReadonlySet<string>;
  /** Columns whose creation is undone. */
  readonly made: ReadonlySet<string>;
  readonly creates: { readonly operation: CreateOperation; readonly changeset: Changeset }[];
  /** Created records that go to the trash, by sheet. What was written to them there stays, for a redo. */
  readonly leaving: Map<string, Set<string>>;
  readonly reverts: Reverted[];
  readonly schema: Operation[];
  /** Columns (`<sheet>/<field>`) that get an earlier type back. */
  readonly retyped: Set<string>;
  readonly skipped: Refusal[];
  /** Columns that were said to be in the trash. */
  readonly told: Set<string>;
}

/** Cells to revert: for each field the value per id, `undefined` for those that are left alone. */
interface Reverted {
  readonly sheet: string;
  readonly ids: readonly string[];
  readonly fields: { readonly [field: string]: (Cell | null | undefined)[] };
}

function createPlan(
  workbook: Workbook.Workbook,
  changesets: readonly Changeset[],
  rules: Rules,
): Plan {
  const writes = new Map<string, number>();
  const converted = new Set<string>();
  const made = new Set<string>();
  for (const operation of changesets.flatMap((changeset) => changeset.operations)) {
    if (operation.op === "set") {
      for (const key in operation.fields) {
        const name = `${operation.sheet}/${key}`;
        writes.set(name, (writes.get(name) ?? 0) + 1);
      }
    } else if (operation.op === "field") {
      const name = `${operation.sheet}/${operation.after.key}`;
      writes.set(name, 2);
      (operation.before == null ? made : converted).add(name);
    }
  }
  const cells = new Map<string, Map<string, Cell | null>>();
  const merged = new Set<string>();
  for (const [name, count] of writes) {
    if (count > 1) merged.add(name);
    const [sheet = "", key = ""] = name.split("/");
    const table = workbook.sheets.get(sheet);
    const type = table && Workbook.findField(table, key)?.type;
    if (count > 1 || type === "link") cells.set(name, new Map());
  }
  return {
    workbook,
    rules,
    undone: new Set(changesets.map((changeset) => changeset.seq)),
    sheets: new Map(),
    live: new Map(),
    cells,
    merged,
    converted,
    made,
    creates: [],
    leaving: new Map(),
    reverts: [],
    schema: [],
    retyped: new Set(),
    skipped: [],
    told: new Set(),
  };
}

function sheetOf(plan: Plan, key: string): Sheet {
  return plan.sheets.get(key) ?? Workbook.table(plan.workbook, key).sheet;
}

function isLive(plan: Plan, table: Workbook.Table, id: string, row: number): boolean {
  return plan.live.get(table.key)?.get(id) ?? table.deleted[row] === 0;
}

function setLive(plan: Plan, sheet: string, id: string, live: boolean): void {
  const states = plan.live.get(sheet);
  if (states === undefined) plan.live.set(sheet, new Map([[id, live]]));
  else states.set(id, live);
}

function cellOf(
  plan: Plan,
  table: Workbook.Table,
  id: string,
  row: number,
  key: string,
): Cell | null {
  const changed = plan.cells.get(`${table.key}/${key}`)?.get(id);
  return changed !== undefined ? changed : (Workbook.value(table, row, key) ?? null);
}

/** Whether somebody else touched the record after the changeset, other than by what is undone with it. */
function isOthers(plan: Plan, table: Workbook.Table, row: number, changeset: Changeset): boolean {
  const stamp = table.updated[row] as number;
  const seq = Workbook.seqOf(stamp);
  if (seq <= changeset.seq || plan.undone.has(seq)) return false;
  return plan.workbook.stamps.get(stamp)?.actor !== changeset.actor;
}

function revertCells(plan: Plan, operation: SetOperation): void {
  const { sheet, ids } = operation;
  const table = Workbook.table(plan.workbook, sheet);
  const reverted: { [field: string]: (Cell | null | undefined)[] } = {};
  const rows = ids.map((id) => table.rowById.get(id) as number);
  const gone = new Uint8Array(ids.length);
  for (const key in operation.fields) {
    const after = operation.fields[key] as Column;
    const before = operation.before?.[key];
    if (before === undefined) continue;
    const changed = plan.cells.get(`${sheet}/${key}`);
    const isMerged = plan.merged.has(`${sheet}/${key}`);
    const intoTrash = plan.converted.has(`${sheet}/${key}`);
    const values: (Cell | null | undefined)[] = [];
    ids.forEach((id, at) => {
      const row = rows[at] as number;
      const old = before[at] ?? null;
      const current = cellOf(plan, table, id, row, key);
      let value: Cell | null | undefined;
      if (equals(old, after[at])) value = undefined;
      else if (!intoTrash && !isLive(plan, table, id, row)) gone[at] = 1;
      else if (equals(current, after[at])) value = old;
      else if (!equals(current, old)) plan.skipped.push({ sheet, id, field: key, reason: CHANGED });
      if (value !== undefined) changed?.set(id, value);
      values.push(isMerged ? undefined : value);
    });
    reverted[key] = values;
  }
  ids.forEach((id, at) => {
    if (gone[at] === 1) plan.skipped.push({ sheet, id, reason: IN_TRASH });
  });
  plan.reverts.push({ sheet, ids, fields: reverted });
}

function revertDelete(plan: Plan, operation: DeleteOperation, changeset: Changeset): void {
  const { sheet } = operation;
  const table = Workbook.table(plan.workbook, sheet);
  for (const id of operation.ids) {
    const row = table.rowById.get(id) as number;
    if (isLive(plan, table, id, row)) continue;
    if (isOthers(plan, table, row, changeset)) {
      plan.skipped.push({ sheet, id, reason: "Somebody else deleted it since." });
    } else {
      setLive(plan, sheet, id, true);
    }
  }
}

function revertRestore(plan: Plan, operation: RestoreOperation, changeset: Changeset): void {
  const { sheet } = operation;
  const table = Workbook.table(plan.workbook, sheet);
  for (const id of operation.ids) {
    const row = table.rowById.get(id) as number;
    if (!isLive(plan, table, id, row)) continue;
    if (isOthers(plan, table, row, changeset)) {
      plan.skipped.push({ sheet, id, reason: "Somebody else changed it since." });
    } else {
      setLive(plan, sheet, id, false);
    }
  }
}

/** Created records go to the trash, but those that others wrote to, and those that a record which stays links to. */
function revertCreates(plan: Plan): void {
  const { leaving } = plan;
  for (const { operation } of plan.creates) {
    const { sheet } = operation;
    const table = Workbook.table(plan.workbook, sheet);
    let ids = leaving.get(sheet);
    if (ids === undefined) leaving.set(sheet, (ids = new Set()));
    for (const id of operation.ids) {
      const row = table.rowById.get(id) as number;
      if (!isLive(plan, table, id, row)) continue;
      if (table.shared[row] === 1) {
        plan.skipped.push({ sheet, id, reason: "Somebody else changed it since." });
      } else {
        ids.add(id);
      }
    }
  }
  for (let stays = true; stays;) {
    stays = false;
    for (const [sheet, ids] of leaving) {
      const linksTo = Workbook.backLinksTo(plan.workbook, sheet);
      for (const id of ids) {
        const holds = linksTo(id).some((link) => {
          const from = Workbook.table(plan.workbook, link.sheet);
          const row = from.rowById.get(link.id) as number;
          if (leaving.get(link.sheet)?.has(link.id) === true) return false;
          if (!isLive(plan, from, link.id, row)) return false;
          const cell = cellOf(plan, from, link.id, row, link.field);
          return Array.isArray(cell) && cell.includes(id);
        });
        if (!holds) continue;
        ids.delete(id);
        stays = true;
        plan.skipped.push({ sheet, id, reason: "Another record links to it." });
      }
    }
  }
  for (const [sheet, ids] of leaving) for (const id of ids) setLive(plan, sheet, id, false);
}

function revertField(plan: Plan, operation: FieldOperation): void {
  const { sheet: key, after, before } = operation;
  const sheet = sheetOf(plan, key);
  const table = Workbook.table(plan.workbook, key);
  const at = sheet.fields.findIndex((field) => field.key === after.key);
  const current = sheet.fields[at] as Field;
  if (before == null) {
    // Nobody sees the columns of system sheets, and what came after is written to them.
    if (current.deleted === true || sheet.system === true) return;
    const holding = holders(plan, table, after.key);
    if (holding > 0) {
      const records = holding === 1 ? "1 record holds a value" : `${holding} records hold values`;
      plan.skipped.push({
        sheet: key,
        id: "",
        field: after.key,
        reason: `The column “${current.name}” stays: ${records} in it.`,
      });
      return;
    }
    // To the end, so that the positions of the others are what they were before the column came.
    setField(plan, key, { ...current, deleted: true }, sheet.fields.length - 1);
    return;
  }
  // A column that goes goes as it is, with what records in the trash hold in it.
  if (plan.made.has(`${key}/${after.key}`) && holders(plan, table, after.key) === 0) return;
  const { merged, kept } = revertProperties(current, before, after);
  for (const property of kept) {
    plan.skipped.push({
      sheet: key,
      id: "",
      field: after.key,
      reason: `The ${property} of the column “${current.name}” was changed since.`,
    });
  }
  const field = withUsedOptions(plan, table, current, merged);
  const moved =
    operation.position !== undefined &&
    operation.beforePosition !== undefined &&
    operation.position !== operation.beforePosition &&
    at === operation.position;
  setField(plan, key, field, moved ? operation.beforePosition : undefined);
  if (field.type !== current.type) plan.retyped.add(`${key}/${after.key}`);
}

/** Live records that will still hold a value of the field. */
function holders(plan: Plan, table: Workbook.Table, key: string): number {
  return Workbook.allRows(table).filter((row) => {
    const id = table.ids[row] as string;
    return isLive(plan, table, id, row) && cellOf(plan, table, id, row, key) !== null;
  }).length;
}

/** Properties go back that hold what was written; the names of the others are answered. */
function revertProperties<T extends object>(
  current: T,
  before: T,
  after: T,
): { merged: T; kept: string[] } {
  type Named = { readonly [name: string]: unknown };
  const [now, old, written] = [current as Named, before as Named, after as Named];
  const merged: { [name: string]: unknown } = { ...now };
  const kept: string[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const value = old[name];
    if (sameJson(value, written[name]) || sameJson(value, now[name])) continue;
    if (!sameJson(now[name], written[name])) kept.push(name);
    else if (value === undefined) delete merged[name];
    else merged[name] = value;
  }
  return { merged: merged as T, kept };
}

/** Choices that some record holds stay, also when the undo takes away the rest. */
function withUsedOptions(plan: Plan, table: Workbook.Table, current: Field, field: Field): Field {
  if (field.type !== current.type || current.options === undefined) return field;
  if (sameJson(field.options, current.options)) return field;
  const left = new Set((field.options ?? []).map((option) => option.name));
  const used = new Set<string>();
  for (const row of Workbook.allRows(table)) {
    const cell = cellOf(plan, table, table.ids[row] as string, row, field.key);
    if (typeof cell === "string") used.add(cell);
    else if (Array.isArray(cell)) for (const name of cell as readonly string[]) used.add(name);
  }
  const stay = current.options.filter(({ name }) => used.has(name) && !left.has(name));
  return stay.length === 0 ? field : { ...field, options: [...(field.options ?? []), ...stay] };
}

/** Values that were written after a retype become values of the type that returns, or keep their text and are marked. */
function convertRest(plan: Plan, name: string): void {
  const [sheet = "", key = ""] = name.split("/");
  const table = Workbook.table(plan.workbook, sheet);
  const field = sheetOf(plan, sheet).fields.find((candidate) => candidate.key === key) as Field;
  for (const row of Workbook.allRows(table)) {
    const id = table.ids[row] as string;
    const cell = cellOf(plan, table, id, row, key);
    if (cell === null || plan.rules.check(cell, field)) continue;
    const text = plain(cell);
    plan.cells.get(name)?.set(id, plan.rules.check(text, field) ? text : { invalid: text });
  }
}

function setField(plan: Plan, key: string, after: Field, position?: number): void {
  const sheet = sheetOf(plan, key);
  const place = position === undefined ? { after } : { after, position };
  plan.sheets.set(key, { ...sheet, fields: Workbook.place(sheet.fields, place) });
  plan.schema.push({ op: "field", sheet: key, ...place });
}

/** A created sheet goes to the trash unless there will be records in it. Answers whether it is there then. */
function revertNewSheet(plan: Plan, key: string): boolean {
  const sheet = sheetOf(plan, key);
  if (sheet.deleted === true) return true;
  const table = Workbook.table(plan.workbook, key);
  if (Workbook.allRows(table).some((row) => isLive(plan, table, table.ids[row] as string, row))) {
    const reason = `The sheet “${sheet.name}” stays: there are records in it.`;
    plan.skipped.push({ sheet: key, id: "", reason });
    return false;
  }
  setSheet(plan, sheet, { ...propertiesOf(sheet), deleted: true });
  return true;
}

function revertSheet(
  plan: Plan,
  key: string,
  before: SheetOperation["after"],
  after: SheetOperation["after"],
): void {
  const sheet = sheetOf(plan, key);
  const { merged, kept } = revertProperties(propertiesOf(sheet), before, after);
  for (const property of kept) {
    const reason = `The ${property} of the sheet “${sheet.name}” was changed since.`;
    plan.skipped.push({ sheet: key, id: "", reason });
  }
  setSheet(plan, sheet, merged);
}

function setSheet(plan: Plan, sheet: Sheet, after: SheetOperation["after"]): void {
  plan.sheets.set(sheet.key, { ...after, key: sheet.key, fields: sheet.fields });
  plan.schema.push({ op: "sheet", key: sheet.key, after });
}

/**
 * The operations of the plan, each record once: who comes back, what is written, who leaves. Columns and sheets that are in
 * the trash afterwards are not written to: they keep what they hold.
 */
function emit(plan: Plan): Operation[] {
  const restores: RestoreOperation[] = [];
  const deletes: DeleteOperation[] = [];
  for (const [sheet, states] of plan.live) {
    const table = Workbook.table(plan.workbook, sheet);
    const moving = (to: boolean): string[] =>
      [...states].flatMap(([id, live]) => {
        const isThere = table.deleted[table.rowById.get(id) as number] === 0;
        return live === to && isThere !== to ? [id] : [];
      });
    restores.push({ op: "restore", sheet, ids: moving(true).sort() });
    deletes.push({ op: "delete", sheet, ids: moving(false).sort() });
  }
  const reverts = [...plan.reverts];
  for (const name of plan.merged) {
    const [sheet = "", key = ""] = name.split("/");
    const cells = [...(plan.cells.get(name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const ids = cells.map(([id]) => id);
    reverts.push({ sheet, ids, fields: { [key]: cells.map(([, cell]) => cell) } });
  }
  const sets = reverts.flatMap((step) => byPattern(plan, step));
  const records = [...restores, ...sets, ...deletes].filter(({ ids }) => ids.length > 0);
  return [...records, ...plan.schema];
}

/** Whether a column can be written to. When somebody put it into the trash, that is told, once. */
function isWritten(plan: Plan, { sheet: sheetKey, fields }: Reverted, key: string): boolean {
  const sheet = sheetOf(plan, sheetKey);
  const field = sheet.fields.find((candidate) => candidate.key === key);
  if (field?.deleted !== true && sheet.deleted !== true) return true;
  const name = `${sheetKey}/${key}`;
  const now = Workbook.findField(Workbook.table(plan.workbook, sheetKey), key);
  if (now?.deleted !== true || plan.made.has(name) || plan.told.has(name)) return false;
  if (fields[key]?.some((value) => value !== undefined) === true) {
    plan.told.add(name);
    const reason = `The column “${field?.name ?? key}” is in the trash.`;
    plan.skipped.push({ sheet: sheetKey, id: "", field: key, reason });
  }
  return false;
}

/** One operation per set of fields that are reverted together, so that no cell is written that is to be left alone. */
function byPattern(plan: Plan, step: Reverted): SetOperation[] {
  const table = Workbook.table(plan.workbook, step.sheet);
  const fields = Object.keys(step.fields).filter((key) => isWritten(plan, step, key));
  const converts = fields.map((key) => isConverted(plan, table, key));
  const leaving = plan.leaving.get(step.sheet);
  const patterns = new Map<string, number[]>();
  step.ids.forEach((id, at) => {
    const row = table.rowById.get(id) as number;
    // Who is in the trash and stays there, or goes there as if never created, keeps what it holds, but for what its columns
    // do not take any more.
    const isGone = table.deleted[row] === 1 && !isLive(plan, table, id, row);
    const keeps = isGone || leaving?.has(id) === true;
    let pattern = "";
    fields.forEach((key, index) => {
      const left = step.fields[key]?.[at] === undefined || (keeps && converts[index] !== true);
      pattern += left ? "0" : "1";
    });
    const rows = patterns.get(pattern);
    if (rows === undefined) patterns.set(pattern, [at]);
    else rows.push(at);
  });
  const operations: SetOperation[] = [];
  for (const [pattern, rows] of patterns) {
    const written = fields.filter((_, index) => pattern[index] === "1");
    if (written.length === 0) continue;
    operations.push({
      op: "set",
      sheet: step.sheet,
      ids: rows.map((at) => step.ids[at] as string),
      fields: Object.fromEntries(
        written.map((key) => [key, rows.map((at) => step.fields[key]?.[at] ?? null)]),
      ),
    });
  }
  return operations;
}

/** Whether the undo as a whole changes which values a column takes. */
function isConverted(plan: Plan, table: Workbook.Table, key: string): boolean {
  const now = Workbook.findField(table, key);
  const then = sheetOf(plan, table.key).fields.find((field) => field.key === key);
  return (
    now?.type !== then?.type ||
    !sameJson(now?.options, then?.options) ||
    !sameJson(now?.link, then?.link)
  );
}
