import { equals } from "../field/cell.ts";
import { FORMAT, type Origin } from "./codec.ts";
import { checkCells, decodeColumn, encodeColumn, fail, isKey, type Damage } from "./columns.ts";
import type { Checked } from "./draft.ts";
import { sameJson } from "./draft-schema.ts";
import type { Column, Columns, FieldOperation, Operation, SheetOperation } from "./operation.ts";
import { isRecords, pickRows, sortRows, type RecordOperation } from "./rows.ts";
import { readField, readProperties } from "./shape.ts";

/** Far more records than a workspace has: what a damaged patch may unfold to. */
const MAX_ROWS = 10_000_000;

/**
 * How the operations that landed differ from those in the stored parts: what they replace and the chain as of the seq they
 * landed at, rows that were refused by then. Goes into the head, so that parts are never rewritten.
 */
export interface Patch {
  readonly format: number;
  readonly operations: readonly OperationPatch[];
}

export interface OperationPatch {
  /** Index in the stored operations. */
  readonly index: number;
  /** The operation did not land at all. */
  readonly dropped?: true;
  /** Rows that did not land: first position and how many, alternating. */
  readonly rows?: readonly number[];
  /** New before-values, by field: positions among the rows that landed, and the value for each. Positions absent: all. */
  readonly before?: {
    readonly [field: string]: { readonly at?: readonly number[]; readonly values: Column };
  };
  /** New chain, likewise. */
  readonly prev?: { readonly at?: readonly number[]; readonly values: readonly number[] };
  /** Of a sheet or field operation that landed otherwise than it was stored. */
  readonly replaced?: SheetOperation | FieldOperation;
}

/** The patch that turns the stored operations into the checked ones; undefined when they are the same. */
export function make(stored: readonly Operation[], checked: Checked): Patch | undefined {
  const landed = new Map<number, Operation>();
  checked.sources.forEach((source, at) => landed.set(source, checked.operations[at] as Operation));
  const operations: OperationPatch[] = [];
  stored.forEach((operation, index) => {
    const landing = landed.get(index);
    if (landing === undefined) operations.push({ index, dropped: true });
    else if (isRecords(operation) && isRecords(landing)) {
      const patch = difference(index, sortRows(operation) as RecordOperation, landing);
      if (Object.keys(patch).length > 1) operations.push(patch);
    } else if (!isRecords(landing) && !sameJson(operation, landing)) {
      operations.push({ index, replaced: landing });
    }
  });
  return operations.length === 0 ? undefined : { format: FORMAT, operations };
}

function difference(
  index: number,
  stored: RecordOperation,
  landing: RecordOperation,
): OperationPatch {
  const rows = missingRows(stored.ids, landing.ids);
  const kept = rows.length === 0 ? stored : without(stored, rows);
  const patch: { -readonly [name in keyof OperationPatch]: OperationPatch[name] } = { index };
  if (rows.length > 0) patch.rows = rows;
  if (landing.op !== "create" && kept.op !== "create" && landing.prev !== undefined) {
    const prev = changes<number>(kept.prev, landing.prev, (a, b) => a === b);
    if (prev !== undefined) patch.prev = prev;
  }
  if (landing.op === "set" && kept.op === "set" && landing.before !== undefined) {
    const before: { [field: string]: { at?: readonly number[]; values: Column } } = {};
    for (const [key, values] of Object.entries(landing.before)) {
      const change = changes(kept.before?.[key], values, equals);
      if (change !== undefined) before[key] = change;
    }
    if (Object.keys(before).length > 0) patch.before = before;
  }
  return patch;
}

/** Positions of stored rows that did not land, as first position and how many, alternating. */
function missingRows(stored: readonly string[], landed: readonly string[]): number[] {
  const runs: number[] = [];
  if (stored.length === landed.length) return runs;
  let next = 0;
  stored.forEach((id, at) => {
    if (landed[next] === id) {
      next += 1;
      return;
    }
    const last = runs.length - 1;
    if (last > 0 && (runs[last - 1] as number) + (runs[last] as number) === at)
      runs[last] = (runs[last] as number) + 1;
    else runs.push(at, 1);
  });
  return runs;
}

function without(operation: RecordOperation, runs: readonly number[]): RecordOperation {
  const gone = new Uint8Array(operation.ids.length);
  for (let at = 0; at < runs.length; at += 2) {
    const first = runs[at] as number;
    gone.fill(1, first, first + (runs[at + 1] as number));
  }
  return pickRows(operation, (list) => list.filter((_, at) => gone[at] === 0));
}

function changes<T>(
  from: readonly T[] | undefined,
  to: readonly T[],
  isSame: (a: T, b: T) => boolean,
): { at?: readonly number[]; values: readonly T[] } | undefined {
  if (from === undefined) return { values: to };
  const at: number[] = [];
  to.forEach((value, row) => {
    if (!isSame(from[row] as T, value)) at.push(row);
  });
  if (at.length === 0) return undefined;
  if (at.length * 2 > to.length) return { values: to };
  return { at, values: at.map((row) => to[row] as T) };
}

/** Whether it changes an operation on records, or may: what was dropped does not say what it was. */
export function isOfRows({ replaced }: OperationPatch): boolean {
  return replaced === undefined;
}

/** `apply(stored, make(stored, checked))` is `checked.operations`. DomainError "corrupt" when it does not fit. */
export function apply(stored: readonly Operation[], patch: Patch | undefined): Operation[] {
  if (patch === undefined) return [...stored];
  const patches = new Map(patch.operations.map((each) => [each.index, each]));
  return stored.flatMap((operation, index): readonly Operation[] => {
    const change = patches.get(index);
    if (change === undefined) return [operation];
    if (change.dropped === true) return [];
    if (!isRecords(operation)) return [change.replaced ?? operation];
    return [applyToRows(operation, change)];
  });
}

function applyToRows(operation: RecordOperation, change: OperationPatch): RecordOperation {
  const kept = change.rows === undefined ? operation : without(operation, change.rows);
  if (kept.op === "create") return kept;
  const length = kept.ids.length;
  const prev = change.prev === undefined ? kept.prev : overlay(kept.prev, change.prev, length);
  const chain = prev === undefined ? {} : { prev };
  if (kept.op !== "set") return { ...kept, ...chain };
  if (change.before === undefined) return { ...kept, ...chain };
  const before: { [field: string]: Column } = { ...kept.before };
  for (const [key, values] of Object.entries(change.before)) {
    before[key] = overlay(before[key], values, length);
  }
  return { ...kept, before: inOrderOf(kept.fields, before), ...chain };
}

/** Columns in the order of others, so that what was patched is what was checked, letter by letter. */
function inOrderOf(order: Columns, columns: Columns): Columns {
  return Object.fromEntries(Object.keys(order).map((key) => [key, columns[key] as Column]));
}

function overlay<T>(
  from: readonly T[] | undefined,
  change: { readonly at?: readonly number[]; readonly values: readonly T[] },
  length: number,
): readonly T[] {
  if (change.at === undefined) {
    if (change.values.length !== length) fail("corrupt", "a patch does not fit its body");
    return change.values;
  }
  if (from === undefined) return fail("corrupt", "a patch does not fit its body");
  const values = [...from];
  change.at.forEach((row, index) => {
    if (row >= length) fail("corrupt", "a patch does not fit its body");
    values[row] = change.values[index] as T;
  });
  return values;
}

/** Compact JSON text, and back. DomainError "corrupt" or "malformed" by origin. */
export function encode(patch: Patch): string {
  return JSON.stringify({
    ...patch,
    operations: patch.operations.map(({ prev, before, ...rest }) => ({
      ...rest,
      ...(prev === undefined ? {} : { prev: encodeChange(prev) }),
      ...(before === undefined
        ? {}
        : {
            before: Object.fromEntries(
              Object.entries(before).map(([key, change]) => [key, encodeChange(change)]),
            ),
          }),
    })),
  });
}

type Json = { readonly [name: string]: unknown };

function encodeChange({
  at,
  values,
}: {
  readonly at?: readonly number[];
  readonly values: Column;
}): Json {
  return {
    ...(at === undefined ? {} : { at }),
    length: values.length,
    values: encodeColumn(values),
  };
}

export function decode(text: string, origin: Origin): Patch {
  const damage: Damage = origin === "log" ? "corrupt" : "malformed";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail(damage, "a patch is not JSON");
  }
  const { format, operations } = asObject(json, damage);
  if (format !== FORMAT || !Array.isArray(operations))
    return fail(damage, "a patch has an unknown format");
  return {
    format: FORMAT,
    operations: operations.map((item: unknown) => decodeOperation(asObject(item, damage), damage)),
  };
}

function decodeOperation(json: Json, damage: Damage): OperationPatch {
  const { index, dropped, rows, before, prev, replaced } = json;
  if (!isIndex(index)) return fail(damage, "a patch names no operation");
  return {
    index,
    ...(dropped === true ? { dropped } : {}),
    ...(rows === undefined ? {} : { rows: asIndexes(rows, damage) }),
    ...(before === undefined
      ? {}
      : {
          before: Object.fromEntries(
            Object.entries(asObject(before, damage)).map(([key, change]) => {
              if (!isKey(key)) fail(damage, "a column has a name that cannot be");
              return [key, decodeChange(change, damage)];
            }),
          ),
        }),
    ...(prev === undefined
      ? {}
      : { prev: decodeChange(prev, damage) as NonNullable<OperationPatch["prev"]> }),
    ...(replaced === undefined
      ? {}
      : { replaced: decodeReplaced(asObject(replaced, damage), damage) }),
  };
}

function decodeChange(json: unknown, damage: Damage): { at?: readonly number[]; values: Column } {
  const { at, length, values } = asObject(json, damage);
  if (!isIndex(length) || length > MAX_ROWS)
    return fail(damage, "a patch has a column without length");
  const column = decodeColumn(values, length, damage);
  checkCells(column, damage);
  if (at === undefined) return { values: column };
  const rows = asIndexes(at, damage);
  if (rows.length !== length) fail(damage, "a patch does not say where its values go");
  return { at: rows, values: column };
}

function decodeReplaced(json: Json, damage: Damage): SheetOperation | FieldOperation {
  const { op, key, sheet, after, before, position, beforePosition } = json;
  if (op === "sheet" && isKey(key)) {
    return {
      op,
      key,
      after: readProperties(after, damage),
      before: before === null ? null : readProperties(before, damage),
    };
  }
  if (op !== "field" || !isKey(sheet)) return fail(damage, "a patch replaces what cannot be");
  return {
    op,
    sheet,
    after: readField(after, damage),
    ...(isIndex(position) ? { position } : {}),
    before: before === null ? null : readField(before, damage),
    ...(isIndex(beforePosition) ? { beforePosition } : {}),
  };
}

function asObject(json: unknown, damage: Damage): Json {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return fail(damage, "a patch is not what it should be");
  }
  return json as Json;
}

function asIndexes(json: unknown, damage: Damage): readonly number[] {
  if (!Array.isArray(json) || !json.every(isIndex))
    return fail(damage, "a patch has wrong positions");
  return json;
}

function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
