import { equals, type Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { Columns, Operation } from "@gridfolk/core/ledger/operation";

/** A cell as it should be. */
export interface Write {
  readonly id: string;
  readonly field: string;
  readonly after: Cell | undefined;
}

/**
 * `set` operations for the writes, one per group of records that are written in the same fields, leaving out what already
 * is so. The last write to a cell counts.
 */
export function setOperations(
  sheet: string,
  writes: readonly Write[],
  before: (id: string, field: string) => Cell | undefined,
): Operation[] {
  // One map for each field and not one for each record: a whole column may be written.
  const columns = new Map<string, Map<string, Cell | null>>();
  for (const { id, field, after } of writes) {
    let cells = columns.get(field);
    if (cells === undefined) columns.set(field, (cells = new Map()));
    cells.set(id, after ?? null);
  }
  const changes = new Map<string, string>();
  const names = [...columns.keys()];
  names.forEach((field, number) => {
    const own = String.fromCharCode(number);
    for (const [id, after] of columns.get(field) ?? []) {
      if (!equals(before(id, field), after ?? undefined)) {
        changes.set(id, (changes.get(id) ?? "") + own);
      }
    }
  });
  const groups = new Map<string, string[]>();
  for (const [id, fields] of changes) {
    const group = groups.get(fields);
    if (group === undefined) groups.set(fields, [id]);
    else group.push(id);
  }
  return [...groups].map(([fields, ids]) => {
    ids.sort();
    const after: { [field: string]: (Cell | null)[] } = {};
    for (const field of Array.from(fields, (own) => names[own.charCodeAt(0)] as string).sort()) {
      const cells = columns.get(field);
      after[field] = ids.map((id) => cells?.get(id) ?? null);
    }
    return { op: "set", sheet, ids, fields: after };
  });
}

/**
 * `set` operations for whole columns of cells: `columns[field][i]` is what record `ids[i]` is to hold. Leaves out what already is
 * so. The same as `setOperations`, without an object for every cell.
 */
export function setColumns(
  sheet: string,
  ids: readonly string[],
  columns: ReadonlyMap<string, readonly (Cell | undefined)[]>,
  before: (id: string, field: string) => Cell | undefined,
): Operation[] {
  const groups = new Map<string, { fields: string[]; rows: number[] }>();
  ids.forEach((id, row) => {
    const fields: string[] = [];
    for (const [field, cells] of columns) {
      if (!equals(before(id, field), cells[row])) fields.push(field);
    }
    if (fields.length === 0) return;
    const key = fields.join("\n");
    const group = groups.get(key) ?? { fields, rows: [] };
    groups.set(key, group);
    group.rows.push(row);
  });
  const idAt = (row: number) => ids[row] as string;
  return [...groups.values()].map(({ fields, rows }) => {
    rows.sort((a, b) => (idAt(a) < idAt(b) ? -1 : 1));
    const after: { [field: string]: (Cell | null)[] } = {};
    for (const field of fields.sort()) {
      const cells = columns.get(field) ?? [];
      after[field] = rows.map((row) => cells[row] ?? null);
    }
    return { op: "set", sheet, ids: rows.map(idAt), fields: after };
  });
}

/** A `create` operation for the records; ids ascend and match `records` one to one. */
export function createOperation(
  sheet: string,
  ids: readonly string[],
  records: readonly ReadonlyMap<string, Cell>[],
): Operation {
  const keys = new Set(records.flatMap((record) => [...record.keys()]));
  const fields: { [field: string]: readonly (Cell | null)[] } = {};
  for (const key of keys) fields[key] = records.map((record) => record.get(key) ?? null);
  return { op: "create", sheet, ids, fields: fields satisfies Columns };
}

/** How many records the operations write to, make or delete. */
export function recordsIn(operations: readonly Operation[]): number {
  return operations.reduce(
    (sum, operation) => sum + ("ids" in operation ? operation.ids.length : 0),
    0,
  );
}

/** The operations without cells of records that are in the trash by now. */
export function onLive(operations: readonly Operation[], workbook: Workbook): Operation[] {
  return operations.flatMap((operation): Operation[] => {
    if (operation.op !== "set") return [operation];
    const table = workbook.sheets.get(operation.sheet);
    const live = operation.ids.map((id) => {
      const row = table?.rowById.get(id);
      return row !== undefined && table?.deleted[row] === 0;
    });
    const ids = operation.ids.filter((_, at) => live[at]);
    if (ids.length === 0) return [];
    const fields: { [field: string]: readonly (Cell | null)[] } = {};
    for (const [field, cells] of Object.entries(operation.fields)) {
      fields[field] = cells.filter((_, at) => live[at]);
    }
    return [{ op: "set", sheet: operation.sheet, ids, fields }];
  });
}

export function deleteOperation(sheet: string, ids: readonly string[]): Operation {
  return { op: "delete", sheet, ids: [...ids].sort() };
}

/** A field with some properties replaced; `undefined` takes a property away. */
export function changedField(
  field: Field,
  change: { readonly [Key in keyof Field]?: Field[Key] | undefined },
): Field {
  const after: Record<string, unknown> = { ...field, ...change };
  for (const key of Object.keys(after)) if (after[key] === undefined) delete after[key];
  return after as unknown as Field;
}

/** "1,204 cells", "1 cell". */
export function count(number: number, one: string, many = `${one}s`, locale?: string): string {
  return `${number.toLocaleString(locale)} ${number === 1 ? one : many}`;
}
