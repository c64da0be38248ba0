import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import { plain } from "@gridfolk/core/field/define";
import type { Field, Locale } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { check } from "@gridfolk/core/ledger/draft";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { fromRegistry } from "@gridfolk/core/ledger/rules";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { labelOf } from "@gridfolk/core/sheet/title";

const rules = fromRegistry(registry);

/** Ids of records in the trash by the key of their sheet. */
export type Chosen = ReadonlyMap<string, readonly string[]>;

/** One value that keeps a record in the trash. */
export interface Obstacle {
  readonly sheet: string;
  readonly id: string;
  readonly field: Field | undefined;
  /** The record's name, and in words what is in the way. */
  readonly name: string;
  readonly reason: string;
}

export interface RestorePlan {
  /** Brings back what nothing is in the way of; empty when that is nothing. */
  readonly plain: { readonly operations: readonly Operation[]; readonly rows: number };
  readonly obstacles: readonly Obstacle[];
  /** Brings back more, without the values that are in the way; absent where that is no help. */
  readonly without?: { readonly operations: readonly Operation[]; readonly rows: number };
}

/** What records hold instead of a value that is in the way. */
interface Freed {
  readonly sheet: string;
  readonly field: string;
  readonly cells: Map<string, Cell | null>;
}

/** As many values may be in the way of one record. */
const ROUNDS = 12;

/**
 * What restoring the records comes to, tried on the workbook as it is. A sheet that is in the trash itself comes back with its
 * rows.
 */
export function planRestore(
  workbook: Workbook.Workbook,
  chosen: Chosen,
  { now, locale }: { readonly now: number; readonly locale: Locale },
): RestorePlan {
  const attempt = (sets: readonly Operation[], leaveOut: ReadonlySet<string>) => {
    const operations = [...restoring(workbook, chosen, leaveOut), ...sets];
    const { answer } = check(workbook, { operations }, rules, { onInvalid: "refuse", now });
    return { operations, rows: answer.restored, refused: answer.refused };
  };
  const all = attempt([], new Set());
  if (all.refused.length === 0) return { plain: all, obstacles: [] };
  const out = new Set(all.refused.map(({ id }) => id));
  const obstacles = all.refused.map((refusal) => obstacleOf(workbook, refusal, locale));
  const plan: RestorePlan = { plain: orNothing(attempt([], out)), obstacles };

  const freed = new Map<string, Freed>();
  const left = new Set<string>();
  let { refused } = all;
  for (let round = 0; refused.length > 0 && round < ROUNDS; round += 1) {
    for (const { sheet, id, field: key } of refused) {
      const table = Workbook.table(workbook, sheet);
      const field = key === undefined ? undefined : Workbook.findField(table, key);
      const row = table.rowById.get(id);
      const cell = field && row !== undefined ? Workbook.value(table, row, field.key) : undefined;
      const after = field && freeing(cell, field);
      if (field === undefined || after === undefined) left.add(id);
      else {
        const name = `${sheet}/${field.key}`;
        const cells = freed.get(name)?.cells ?? new Map<string, Cell | null>();
        freed.set(name, { sheet, field: field.key, cells: cells.set(id, after) });
      }
    }
    ({ refused } = attempt(setsOf(freed, left), left));
  }
  for (const { id } of refused) left.add(id);
  const without = orNothing(attempt(setsOf(freed, left), left));
  return without.rows > plan.plain.rows ? { ...plan, without } : plan;
}

/** What the record can hold instead; undefined: nothing. */
function freeing(cell: Cell | undefined, field: Field): Cell | null | undefined {
  if (cell !== undefined && !isInvalid(cell) && !rules.check(cell, field))
    return { invalid: plain(cell) };
  return field.required === true ? undefined : null;
}

function restoring(
  workbook: Workbook.Workbook,
  chosen: Chosen,
  leaveOut: ReadonlySet<string>,
): Operation[] {
  return [...chosen].flatMap(([sheet, ids]): Operation[] => {
    const back = leaveOut.size === 0 ? ids : ids.filter((id) => !leaveOut.has(id));
    if (back.length === 0) return [];
    const { key, fields: _fields, ...properties } = Workbook.table(workbook, sheet).sheet;
    const again: Operation[] =
      properties.deleted === true
        ? [{ op: "sheet", key, after: { ...properties, deleted: false } }]
        : [];
    return [...again, { op: "restore", sheet, ids: [...back].sort() }];
  });
}

function setsOf(freed: ReadonlyMap<string, Freed>, leaveOut: ReadonlySet<string>): Operation[] {
  return [...freed.values()].flatMap(({ sheet, field, cells }): Operation[] => {
    const ids = [...cells.keys()].filter((id) => !leaveOut.has(id)).sort();
    if (ids.length === 0) return [];
    return [{ op: "set", sheet, ids, fields: { [field]: ids.map((id) => cells.get(id) ?? null) } }];
  });
}

function orNothing(attempt: { operations: readonly Operation[]; rows: number }) {
  return attempt.rows === 0 ? { operations: [], rows: 0 } : attempt;
}

function obstacleOf(
  workbook: Workbook.Workbook,
  refusal: { sheet: string; id: string; field?: string; reason: string },
  locale: Locale,
): Obstacle {
  const table = Workbook.table(workbook, refusal.sheet);
  const row = table.rowById.get(refusal.id) ?? -1;
  const field = refusal.field === undefined ? undefined : Workbook.findField(table, refusal.field);
  const cell = field && Workbook.value(table, row, field.key);
  return {
    sheet: refusal.sheet,
    id: refusal.id,
    field,
    name: labelOf(table, row, locale),
    reason: takenBy(workbook, table, field, cell, locale) ?? refusal.reason,
  };
}

/** Who has a unique value now; undefined when that is not what is in the way. */
function takenBy(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  field: Field | undefined,
  cell: Cell | undefined,
  locale: Locale,
): string | undefined {
  if (field?.unique !== true || cell === undefined) return undefined;
  const key = rules.key(cell, field);
  if (key === undefined) return undefined;
  const text = registry[field.type].format(cell, field, locale);
  const [holder] = Workbook.keyIndex(workbook, table.key, field.key, rules).get(key);
  const at = holder === undefined ? undefined : table.rowById.get(holder);
  if (at === undefined) return `${field.name} ${text}: another of these rows has it too.`;
  return `${field.name} ${text}: ${labelOf(table, at, locale)} has it now.`;
}
