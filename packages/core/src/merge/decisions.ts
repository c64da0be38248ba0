import type { Cell } from "../field/cell.ts";
import { recordIds } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import { record, rows, seqOf, value, type Table, type Workbook } from "../ledger/workbook.ts";
import type { Platform } from "../platform.ts";
import { prepare } from "../sheet/templates.ts";
import * as Memory from "./memory.ts";
import { separations, SHEET } from "./separate.ts";

/** A record as it was when somebody decided. */
export type Then = (field: string) => Cell | undefined;

/** What somebody decided about two records: merged, or kept separate. */
export interface Decided {
  readonly same: boolean;
  readonly a: Then;
  readonly b: Then;
}

/** The newest of more than this. */
export const MOST_DECISIONS = 1000;

/** In place of the two records of a pair: from then on decisions count anew. */
const FORGOTTEN = "*";

/**
 * What people decided about pairs of a sheet since it was last forgotten, with the records as they were then. Merges of many at once are
 * left out: nobody looked at each of them.
 */
export function decisions(workbook: Workbook, sheet: string): readonly Decided[] {
  const table = workbook.sheets.get(sheet);
  if (table === undefined) return [];
  const since = forgottenAt(workbook, sheet);
  const found: (Decided & { readonly seq: number })[] = [];
  for (const { a, b, seq } of separations(workbook, sheet)) {
    if (seq > since) found.push({ same: false, a: nowOf(table, a), b: nowOf(table, b), seq });
  }
  const merges = mergesOf(workbook, sheet).filter(({ seq }) => seq > since);
  const bySeq = new Map<number, number>();
  for (const { seq } of merges) bySeq.set(seq, (bySeq.get(seq) ?? 0) + 1);
  for (const merge of merges.filter(({ seq }) => bySeq.get(seq) === 1).slice(-MOST_DECISIONS)) {
    const fields = Memory.recall(workbook, merge.id)?.memory.fields ?? [];
    const before = new Map(fields.map(([key, cell]) => [key, cell ?? undefined]));
    const survivor: Then = (key) => before.get(key);
    for (const id of merge.merged)
      found.push({ same: true, a: survivor, b: nowOf(table, id), seq: merge.seq });
  }
  return found.toSorted((x, y) => x.seq - y.seq).slice(-MOST_DECISIONS);
}

/** Decisions made so far no longer say how far a column is to be trusted. What was merged or kept separate stays so. */
export function planForget(
  workbook: Workbook,
  sheet: string,
  platform: Pick<Platform, "clock" | "random">,
): readonly Operation[] {
  return [
    ...prepare(workbook, SHEET),
    {
      op: "create",
      sheet: SHEET,
      ids: recordIds(platform, 1),
      fields: { sheet: [sheet], a: [FORGOTTEN], b: [FORGOTTEN] },
    },
  ];
}

/** In the trash or not: merged records keep what they held. */
function nowOf(table: Table, id: string): Then {
  const row = record(table, id)?.row;
  return (key) => (row === undefined ? undefined : value(table, row, key));
}

function mergesOf(workbook: Workbook, sheet: string): readonly Memory.Merge[] {
  const table = workbook.sheets.get(Memory.SHEET);
  if (table === undefined) return [];
  const survivors = new Set(rows(table).map((row) => String(value(table, row, "survivor") ?? "")));
  return [...survivors].flatMap((id) => Memory.mergesInto(workbook, sheet, id));
}

function forgottenAt(workbook: Workbook, sheet: string): number {
  const table = workbook.sheets.get(SHEET);
  if (table === undefined) return 0;
  let at = 0;
  for (const row of rows(table)) {
    if (value(table, row, "a") !== FORGOTTEN || value(table, row, "sheet") !== sheet) continue;
    at = Math.max(at, seqOf(table.created[row] ?? 0));
  }
  return at;
}
