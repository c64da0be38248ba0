import { equals, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import type { CreateOperation, Operation, SetOperation } from "../ledger/operation.ts";
import type { Rules } from "../ledger/rules.ts";
import { isLive, rows, value, type Table, type Workbook } from "../ledger/workbook.ts";
import { consentFields, forbids, stricter } from "./consent.ts";
import { keysAt, keysOf, refusals, type Refusals, refusedBy } from "./refusals.ts";

/**
 * The operations with what opt-outs ask for, so that none is lost with a record: who comes into the sheet, new or out of the trash, refuses
 * what the same person refuses there; and where one is deleted who refused something, the records of the same person that stay refuse
 * it too. Who is the same person says `keysOf` in refusals.ts. Values written by hand are never touched. `undoing`: values written to
 * consent fields do not take away either what another record of the person refuses.
 */
export function carry(
  workbook: Workbook,
  operations: readonly Operation[],
  rules: Rules,
  { undoing = false }: { readonly undoing?: boolean } = {},
): Operation[] {
  const sheets = new Set(
    operations.flatMap((operation) => ("ids" in operation ? [operation.sheet] : [])),
  );
  let carried = [...operations];
  for (const key of sheets) {
    const table = workbook.sheets.get(key);
    if (table === undefined || table.sheet.system === true) continue;
    if (consentFields(table.sheet).length === 0) continue;
    carried = carryIn(workbook, table, carried, rules, undoing);
  }
  return carried;
}

/** By record what each consent field has to hold at least. */
type Needs = Map<string, ReadonlyMap<string, Cell>>;

function carryIn(
  workbook: Workbook,
  table: Table,
  operations: Operation[],
  rules: Rules,
  undoing: boolean,
): Operation[] {
  const own = operations.filter((one) => "ids" in one && one.sheet === table.key);
  const fields = consentFields(table.sheet);
  const going = new Set(own.flatMap((one) => (one.op === "delete" ? one.ids : [])));
  const needs: Needs = new Map();
  const need = (id: string, refused: ReadonlyMap<string, Cell>): void => {
    if (refused.size === 0) return;
    const known = needs.get(id);
    const all = new Map(known);
    for (const [key, cell] of refused) all.set(key, stricter(all.get(key), cell) as Cell);
    needs.set(id, all);
  };

  // One that is typed begins without anything to be known by: then nobody is looked for.
  let known: Refusals | undefined;
  const refused = (keys: readonly string[], but?: (id: string) => boolean) => {
    if (keys.length === 0) return NOBODY;
    known ??= refusals(workbook, table, rules);
    return known.of(keys, but);
  };
  for (const one of own) {
    if (one.op === "create") {
      one.ids.forEach((id, at) =>
        need(id, refused(keysOf(table.sheet, (key) => one.fields[key]?.[at], rules))),
      );
    } else if (one.op === "restore" || (undoing && one.op === "set" && writesAny(one, fields))) {
      for (const id of one.ids) {
        const row = table.rowById.get(id);
        if (row === undefined) continue;
        need(
          id,
          refused(keysAt(table, row, rules), (other) => other === id || going.has(other)),
        );
      }
    }
  }
  for (const [id, refused] of heirs(table, going, rules)) need(id, refused);
  return needs.size === 0 ? operations : written(table, operations, needs, undoing);
}

const NOBODY: ReadonlyMap<string, Cell> = new Map();

function writesAny(operation: SetOperation, fields: readonly Field[]): boolean {
  return fields.some(({ key }) => Object.hasOwn(operation.fields, key));
}

/** The records that stay of people whose records go and who refused something. */
function heirs(table: Table, going: ReadonlySet<string>, rules: Rules): Needs {
  const fields = consentFields(table.sheet);
  const byKey = new Map<string, { readonly row: number }[]>();
  for (const id of going) {
    const row = table.rowById.get(id);
    if (row === undefined || !isLive(table, row)) continue;
    if (!fields.some(({ key }) => forbids(value(table, row, key)))) continue;
    for (const key of keysAt(table, row, rules)) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [{ row }]);
      else known.push({ row });
    }
  }
  const found: Needs = new Map();
  if (byKey.size === 0) return found;
  for (const row of rows(table)) {
    const id = table.ids[row] as string;
    if (going.has(id)) continue;
    const refusers = keysAt(table, row, rules).flatMap((key) => byKey.get(key) ?? []);
    if (refusers.length > 0) found.set(id, refusedBy(table, fields, refusers));
  }
  return found;
}

function written(
  table: Table,
  operations: readonly Operation[],
  needs: Needs,
  undoing: boolean,
): Operation[] {
  /** `<record> <field>` that one of the operations writes. */
  const done = new Set<string>();
  const out = operations.map((one): Operation => {
    if (!("ids" in one) || one.sheet !== table.key) return one;
    if (one.op === "create") return created(one, needs, done);
    if (one.op !== "set") return one;
    return set(one, needs, done, undoing || hasRestore(operations, table.key));
  });
  const more = new Map<string, Map<string, Cell>>();
  for (const [id, refused] of needs) {
    const row = table.rowById.get(id);
    if (row === undefined) continue;
    for (const [key, cell] of refused) {
      if (done.has(`${id} ${key}`)) continue;
      const before = value(table, row, key) ?? null;
      const after = stricter(before, cell);
      if (equals(before, after) || after === null) continue;
      let cells = more.get(key);
      if (cells === undefined) more.set(key, (cells = new Map()));
      cells.set(id, after);
    }
  }
  for (const [key, cells] of more) {
    const ids = [...cells.keys()].sort();
    const column = ids.map((id) => cells.get(id) as Cell);
    out.push({ op: "set", sheet: table.key, ids, fields: { [key]: column } });
  }
  return out;
}

function hasRestore(operations: readonly Operation[], sheet: string): boolean {
  return operations.some((one) => one.op === "restore" && one.sheet === sheet);
}

function created(operation: CreateOperation, needs: Needs, done: Set<string>): CreateOperation {
  const fields: { [key: string]: (Cell | null)[] } = {};
  operation.ids.forEach((id, at) => {
    for (const [key, cell] of needs.get(id) ?? []) {
      fields[key] ??= operation.ids.map((_, one) => operation.fields[key]?.[one] ?? null);
      fields[key][at] = stricter(cell, fields[key][at]);
      done.add(`${id} ${key}`);
    }
  });
  return { ...operation, fields: { ...operation.fields, ...fields } };
}

function set(
  operation: SetOperation,
  needs: Needs,
  done: Set<string>,
  bounded: boolean,
): SetOperation {
  const fields: { [key: string]: readonly (Cell | null)[] } = { ...operation.fields };
  for (const key of Object.keys(fields)) {
    fields[key] = fields[key]!.map((cell, at) => {
      const id = operation.ids[at] as string;
      const needed = needs.get(id)?.get(key);
      if (needed === undefined) return cell;
      done.add(`${id} ${key}`);
      return bounded ? stricter(needed, cell) : cell;
    });
  }
  return { ...operation, fields };
}
