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

/**
 * Remembers of two records, or of each two of more, that they are not the same, as what they are now known by. DomainError
 * "not-found" where one is not there.
 */
export function planSeparate(
  workbook: Workbook,
  sheet: string,
  ids: readonly string[],
  platform: Pick<Platform, "clock" | "random">,
): SeparatePlan {
  const table = tableOf(workbook, sheet);
  const sorted = [...new Set(ids)].sort();
  if (sorted.length < 2 || sorted.length < ids.length) {
    throw new DomainError("malformed", "Two different records are needed.");
  }
  expect(table, sorted);
  const rowOf = new Map(sorted.map((id) => [id, liveRow(table, id)]));
  const index = indexOf(workbook);
  const pairs = sorted.flatMap((a, at) =>
    sorted.slice(at + 1).map((b) => ({
      a,
      b,
      keys: keysOf(table, [rowOf.get(a) as number, rowOf.get(b) as number]),
      known: index?.get(nameOf(sheet, a, b))?.id,
    })),
  );
  const fresh = pairs.filter(({ known }) => known === undefined);
  const again = pairs
    .filter(({ known }) => known !== undefined)
    .sort((x, y) => ((x.known as string) < (y.known as string) ? -1 : 1));
  const operations: Operation[] = [...prepare(workbook, SHEET)];
  if (fresh.length > 0) {
    operations.push({
      op: "create",
      sheet: SHEET,
      ids: recordIds(platform, fresh.length),
      fields: {
        sheet: fresh.map(() => sheet),
        a: fresh.map(({ a }) => a),
        b: fresh.map(({ b }) => b),
        keys: fresh.map(({ keys }) => keys),
      },
    });
  }
  if (again.length > 0) {
    operations.push({
      op: "set",
      sheet: SHEET,
      ids: again.map(({ known }) => known as string),
      fields: { keys: again.map(({ keys }) => keys) },
    });
  }
  const locale = localeOf(workbook);
  const names = sorted.map((id) => labelOf(table, rowOf.get(id) as number, locale));
  const whom =
    names.length === 2
      ? `${names[0]} and ${names[1]}`
      : `${names.length} ${table.sheet.name.toLowerCase()}`;
  return { operations, label: `Kept ${whom} separate` };
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
