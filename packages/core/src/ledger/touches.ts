import type { Cell } from "../field/cell.ts";
import { isSystemKey } from "../field/field.ts";
import type { Operation } from "./operation.ts";
import { isRecords } from "./rows.ts";
import type { Rules } from "./rules.ts";
import * as Workbook from "./workbook.ts";

/** What a changeset changes, and what the decision to let it land rested on. */
export interface Touches {
  /** Sheets of which it changes a property or a field. */
  readonly schema: ReadonlySet<string>;
  /** Sheets whose schema it relies on. */
  readonly sheets: ReadonlySet<string>;
  /** Records it writes or looked at, by sheet: lists of ascending ids. */
  readonly records: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Fields whose normalised values decided (unique rules, guards), as `<sheet>/<field>`. */
  readonly decidedBy: ReadonlySet<string>;
  /** Normalised values of a field that it writes, replaces, moves to or from the trash, or looked at. */
  keys(sheet: string, field: string): ReadonlySet<string>;
}

/** Of a changeset in the log, whose operations are complete; `workbook` is caught up with it (later is fine). */
export function of(
  workbook: Workbook.Workbook,
  operations: readonly Operation[],
  rules: Rules,
): Touches {
  return gather(workbook, operations, operations, rules, { records: new Map(), decidedBy: [] });
}

/** What a draft touches, including what only made rows be refused or dropped. */
export function ofDraft(
  workbook: Workbook.Workbook,
  asked: readonly Operation[],
  landing: readonly Operation[],
  rules: Rules,
  looked: {
    /** Records of other changesets that decided. */
    readonly records: ReadonlyMap<string, ReadonlySet<string>>;
    readonly decidedBy: Iterable<string>;
  },
): Touches {
  return gather(workbook, asked, landing, rules, looked);
}

function gather(
  workbook: Workbook.Workbook,
  asked: readonly Operation[],
  landing: readonly Operation[],
  rules: Rules,
  looked: {
    readonly records: ReadonlyMap<string, ReadonlySet<string>>;
    readonly decidedBy: Iterable<string>;
  },
): Touches {
  const schema = new Set<string>();
  const sheets = new Set<string>();
  const records = new Map<string, (readonly string[])[]>();
  const decidedBy = new Set(looked.decidedBy);
  const note = (sheet: string, ids: readonly string[]): void => {
    const lists = records.get(sheet);
    if (lists === undefined) records.set(sheet, [ids]);
    // Many operations on the same rows share the list of ids.
    else if (!lists.includes(ids)) lists.push(ids);
  };
  for (const operation of asked) {
    if (operation.op === "sheet") schema.add(operation.key);
    else if (operation.op === "field") {
      schema.add(operation.sheet);
      if (operation.after.link !== undefined) sheets.add(operation.after.link.sheet);
    } else {
      sheets.add(operation.sheet);
      note(operation.sheet, operation.ids);
      for (const field of workbook.sheets.get(operation.sheet)?.sheet.fields ?? []) {
        if (field.unique === true) decidedBy.add(`${operation.sheet}/${field.key}`);
      }
    }
  }
  for (const [sheet, ids] of looked.records) note(sheet, [...ids].sort());
  const known = new Map<string, ReadonlySet<string>>();
  return {
    schema,
    sheets,
    records,
    decidedBy,
    keys(sheet, field) {
      const name = `${sheet}/${field}`;
      let keys = known.get(name);
      if (keys === undefined) {
        keys = keysIn(workbook, asked, landing, rules, sheet, field);
        known.set(name, keys);
      }
      return keys;
    },
  };
}

function keysIn(
  workbook: Workbook.Workbook,
  asked: readonly Operation[],
  landing: readonly Operation[],
  rules: Rules,
  sheet: string,
  fieldKey: string,
): Set<string> {
  const keys = new Set<string>();
  const table = workbook.sheets.get(sheet);
  const field = table === undefined ? undefined : Workbook.findField(table, fieldKey);
  if (table === undefined || field === undefined) return keys;
  const note = (cell: Cell | null | undefined): void => {
    const key = cell === null || cell === undefined ? undefined : rules.key(cell, field);
    if (key !== undefined) keys.add(key);
  };
  for (const operation of asked) {
    if (!isRecords(operation) || operation.sheet !== sheet) continue;
    if (operation.op === "create" || operation.op === "set") {
      operation.fields[fieldKey]?.forEach(note);
      continue;
    }
    for (const id of operation.ids) {
      const row = table.rowById.get(id);
      if (row !== undefined) note(Workbook.value(table, row, fieldKey));
    }
  }
  for (const operation of landing) {
    if (operation.op === "set" && operation.sheet === sheet)
      operation.before?.[fieldKey]?.forEach(note);
  }
  return keys;
}

/**
 * Whether one could change what the other decided or replaced. When false, both checked against one workbook may land in
 * either order as they are: same head again after a lost race, and drafts that share a head.
 */
export function overlaps(a: Touches, b: Touches): boolean {
  if (meets(a.schema, b.schema) || meets(a.schema, b.sheets) || meets(b.schema, a.sheets))
    return true;
  for (const [sheet, lists] of a.records) {
    const others = b.records.get(sheet);
    if (others === undefined) continue;
    // What may stand in a system sheet depends on all of it: the last owner stays, whoever else leaves.
    if (isSystemKey(sheet) || share(lists, others)) return true;
  }
  for (const decider of new Set([...a.decidedBy, ...b.decidedBy])) {
    const [sheet = "", field = ""] = decider.split("/");
    if (
      a.records.has(sheet) &&
      b.records.has(sheet) &&
      meets(a.keys(sheet, field), b.keys(sheet, field))
    ) {
      return true;
    }
  }
  return false;
}

function meets(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  for (const item of small) if (large.has(item)) return true;
  return false;
}

type Lists = readonly (readonly string[])[];

function share(a: Lists, b: Lists): boolean {
  const [small, large] = size(a) <= size(b) ? [a, b] : [b, a];
  for (const list of small) {
    for (const other of large) {
      const first = other[0];
      const last = other.at(-1);
      if (first === undefined || last === undefined) continue;
      for (const id of list) if (id >= first && id <= last && holds(other, id)) return true;
    }
  }
  return false;
}

function size(lists: Lists): number {
  return lists.reduce((sum, list) => sum + list.length, 0);
}

function holds(ids: readonly string[], id: string): boolean {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] as string) < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id;
}
