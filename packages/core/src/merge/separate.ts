import { DomainError } from "../error.ts";
import { isInvalid } from "../field/cell.ts";
import { registry } from "../field/registry.ts";
import { recordIds } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import {
  expect,
  isLive,
  record,
  rows,
  table as tableOf,
  value,
  type Table,
  type Workbook,
} from "../ledger/workbook.ts";
import type { Platform } from "../platform.ts";
import { localeOf } from "../sheet/settings.ts";
import { prepare } from "../sheet/templates.ts";
import { labelOf } from "../sheet/title.ts";

/** The system sheet whose records are pairs that are to be kept separate. */
export const SHEET = "_separate";

/** Types by which a record is known, beside the fields that name it. */
const KEY_TYPES = ["email", "phone", "url"];

export interface SeparatePlan {
  readonly operations: readonly Operation[];
  readonly label: string;
}

/** Remembers that two records are not the same, as what they are now known by. DomainError "not-found" where one is not there. */
export function planSeparate(
  workbook: Workbook,
  sheet: string,
  a: string,
  b: string,
  platform: Pick<Platform, "clock" | "random">,
): SeparatePlan {
  const table = tableOf(workbook, sheet);
  if (a === b) throw new DomainError("malformed", "Two different records are needed.");
  const [first, second] = [a, b].toSorted() as [string, string];
  expect(table, [first, second]);
  const at = [first, second].map((id) => liveRow(table, id)) as [number, number];
  const locale = localeOf(workbook);
  const names = at.map((row) => labelOf(table, row, locale));
  const fields = {
    sheet: [sheet],
    a: [first],
    b: [second],
    keys: [keysOf(table, at)],
  };
  const known = indexOf(workbook)?.get(nameOf(sheet, first, second));
  const write: Operation =
    known === undefined
      ? { op: "create", sheet: SHEET, ids: recordIds(platform, 1), fields }
      : { op: "set", sheet: SHEET, ids: [known.id], fields: { keys: fields.keys } };
  return {
    operations: [...prepare(workbook, SHEET), write],
    label: `Kept ${names[0]} and ${names[1]} separate`,
  };
}

/** Whether somebody said that they are not the same, and what they are known by has not changed since. */
export function isSeparate(workbook: Workbook, sheet: string, a: string, b: string): boolean {
  const [first, second] = [a, b].toSorted() as [string, string];
  const pair = indexOf(workbook)?.get(nameOf(sheet, first, second));
  const separations = workbook.sheets.get(SHEET);
  const table = workbook.sheets.get(sheet);
  if (pair === undefined || separations === undefined || table === undefined) return false;
  const at = [record(table, first)?.row, record(table, second)?.row];
  if (at.includes(undefined)) return false;
  return value(separations, pair.row, "keys") === keysOf(table, at as [number, number]);
}

function liveRow(table: Table, id: string): number {
  const row = record(table, id)?.row;
  if (row !== undefined && isLive(table, row)) return row;
  throw new DomainError(
    "not-found",
    `There is no record ${id.slice(0, 40)} in ${table.sheet.name}.`,
  );
}

/** By the list of live rows, which is another one as soon as a pair is added or goes. */
const indexes = new WeakMap<readonly number[], ReadonlyMap<string, { id: string; row: number }>>();

function indexOf(workbook: Workbook): ReadonlyMap<string, { id: string; row: number }> | undefined {
  const table = workbook.sheets.get(SHEET);
  if (table === undefined) return undefined;
  const live = rows(table);
  let index = indexes.get(live);
  if (index === undefined) {
    const text = (row: number, key: string): string => String(value(table, row, key) ?? "");
    index = new Map(
      live.map((row) => [
        nameOf(text(row, "sheet"), text(row, "a"), text(row, "b")),
        { id: table.ids[row] ?? "", row },
      ]),
    );
    indexes.set(live, index);
  }
  return index;
}

function nameOf(sheet: string, a: string, b: string): string {
  return `${sheet}/${a}/${b}`;
}

/** What both are known by, normalised: letters of another case, spaces, another spelling of a number change nothing. */
function keysOf(table: Table, at: readonly [number, number]): string {
  const fields = table.sheet.fields.filter(
    ({ key, type, deleted, formula }) =>
      deleted !== true &&
      formula === undefined &&
      (table.sheet.title.includes(key) || KEY_TYPES.includes(type)),
  );
  const keys = at.map((row) =>
    fields.flatMap((field) => {
      const cell = value(table, row, field.key);
      if (cell === undefined) return [];
      const key = isInvalid(cell) ? cell.invalid : registry[field.type].key(cell);
      return key === undefined ? [] : [[field.key, key.trim().toLowerCase()]];
    }),
  );
  return JSON.stringify(keys);
}
