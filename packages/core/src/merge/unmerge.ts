import { DomainError } from "../error.ts";
import { equals, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import type { Operation } from "../ledger/operation.ts";
import { expect, isLive, record, type Table, type Workbook } from "../ledger/workbook.ts";
import { localeOf } from "../sheet/settings.ts";
import { labelOf } from "../sheet/title.ts";
import { createCells, type Cells } from "./cells.ts";
import * as Memory from "./memory.ts";
import { counted } from "./merge.ts";
import { fieldsOf } from "./rank.ts";

/** Who gets what was written to the survivor since the merge. */
export type Side = "survivor" | "merged";

/** A value written since the merge, and who has it now. */
export interface Edit {
  readonly field: string;
  readonly id: string;
  readonly cell: Cell | null;
}

export interface UnmergePlan {
  readonly sheet: string;
  readonly survivor: string;
  /** The records that come back. */
  readonly returned: readonly string[];
  /** One changeset. */
  readonly operations: readonly Operation[];
  /** "Unmerged 2 contacts from Ana Silva" */
  readonly label: string;
  /** Edits made since the merge, with the record that keeps them. */
  readonly edits: readonly Edit[];
  /** Links that were changed since and are left as they are. */
  readonly links: number;
}

/**
 * Takes a merge back: the merged records return as they were, the survivor has the values it had, links return. What was
 * written to the survivor since stays with it, or goes to the merged record whose value stood there. What forbids contact
 * and was said since holds for all of them. A survivor in the trash stays there. DomainError "not-found" for what is not a
 * merge in force, "stale" where the sheet is gone.
 */
export function planUnmerge(workbook: Workbook, id: string, side: Side = "survivor"): UnmergePlan {
  const found = Memory.recall(workbook, id);
  if (found === undefined) {
    throw new DomainError(
      "not-found",
      "There is no such merge, or it has been taken back already.",
    );
  }
  const { merge, memory } = found;
  const { sheet, survivor } = merge;
  const table = workbook.sheets.get(sheet);
  if (table === undefined || table.sheet.deleted === true) {
    throw new DomainError("stale", "The sheet of these records is in the trash. Restore it first.");
  }
  expect(table, [survivor, ...merge.merged]);
  const returned = merge.merged.filter((one) => isMergedBy(workbook, table, merge, one)).sort();
  const cells = createCells(workbook);
  const row = record(table, survivor)?.row;
  const canWrite = (to: Table, one: string): boolean => {
    const at = record(to, one)?.row;
    if (at === undefined) return false;
    return isLive(to, at) || Memory.isRemembered(workbook, to.key, one);
  };
  const edits =
    row === undefined || !canWrite(table, survivor)
      ? []
      : giveBack(cells, table, { survivor, returned, side }, memory);
  const links = returnLinks(cells, workbook, memory, canWrite);
  const name = row === undefined ? "a record" : labelOf(table, row, localeOf(workbook));
  return {
    sheet,
    survivor,
    returned,
    label: `Unmerged ${counted(returned.length, table)} from ${name}`,
    operations: [
      ...cells.operations(new Map([[sheet, new Set(returned)]])),
      { op: "delete", sheet: Memory.SHEET, ids: [id] },
    ],
    edits,
    links,
  };
}

/** Not where it came back otherwise, or was merged anew. */
function isMergedBy(workbook: Workbook, table: Table, { id }: Memory.Merge, one: string): boolean {
  const row = record(table, one)?.row;
  if (row === undefined || isLive(table, row)) return false;
  return Memory.mergeOf(workbook, table.key, one)?.id === id;
}

interface Parting {
  readonly survivor: string;
  readonly returned: readonly string[];
  readonly side: Side;
}

/** Gives the survivor's values back and answers what was written to it since. */
function giveBack(
  cells: Cells,
  table: Table,
  parting: Parting,
  memory: Memory.Memory,
): readonly Edit[] {
  const { survivor, returned, side } = parting;
  const remembered = new Map(memory.fields.map((one) => [one[0], one]));
  return fieldsOf(table).flatMap((field): Edit[] => {
    const [, before, after, from] = remembered.get(field.key) ?? [field.key, null, null];
    const current = cells.get(table.key, survivor, field.key);
    if (equals(current, after)) {
      cells.set(table.key, survivor, field.key, before);
      return [];
    }
    if (field.consent === true) forbid(cells, table, field, parting, { after, current });
    const rest = without(current, before, after, field);
    if (side === "survivor" || isList(current) || field.consent === true) {
      cells.set(table.key, survivor, field.key, rest);
      return [{ field: field.key, id: survivor, cell: rest }];
    }
    const heir = from !== undefined && returned.includes(from) ? from : returned[0];
    if (heir === undefined) return [{ field: field.key, id: survivor, cell: current }];
    cells.set(table.key, survivor, field.key, before);
    cells.set(table.key, heir, field.key, current);
    return [{ field: field.key, id: heir, cell: current }];
  });
}

/** What was forbidden since the merge is forbidden for every record that comes back: nobody knows which was meant. */
function forbid(
  cells: Cells,
  table: Table,
  field: Field,
  { returned }: Parting,
  { after, current }: { readonly after: Cell | null; readonly current: Cell | null },
): void {
  for (const id of returned) {
    const own = cells.get(table.key, id, field.key);
    if (current === true && after !== true) cells.set(table.key, id, field.key, true);
    if (!isList(current)) continue;
    const known = isList(after) ? after : [];
    const more = current.filter((name) => !known.includes(name));
    if (more.length > 0) {
      cells.set(table.key, id, field.key, [...new Set([...(isList(own) ? own : []), ...more])]);
    }
  }
}

/** Of choices and links only those go that the merge brought. */
function without(
  current: Cell | null,
  before: Cell | null,
  after: Cell | null,
  { type }: Field,
): Cell | null {
  if (type !== "multiChoice" && type !== "link") return current;
  if (!isList(current) || !isList(after)) return current;
  const own = isList(before) ? before : [];
  const rest = current.filter((item) => own.includes(item) || !after.includes(item));
  return rest.length === 0 ? null : rest;
}

function isList(cell: Cell | null): cell is readonly string[] {
  return Array.isArray(cell);
}

/** Points links back to the records that return; answers how many were changed since and stay. */
function returnLinks(
  cells: Cells,
  workbook: Workbook,
  { links }: Memory.Memory,
  canWrite: (table: Table, id: string) => boolean,
): number {
  let left = 0;
  // The last one first: one cell may have been moved several times.
  for (const [sheet, key, id, before, after] of links.toReversed()) {
    const table = workbook.sheets.get(sheet);
    const field = table?.sheet.fields.find((one) => one.key === key);
    if (table === undefined || table.sheet.deleted === true) continue;
    if (field?.type !== "link" || field.deleted === true || !canWrite(table, id)) continue;
    const current = cells.get(sheet, id, key);
    const back = swapped(isList(current) ? current : [], before, after);
    if (back === undefined) left += 1;
    else cells.set(sheet, id, key, back);
  }
  return left;
}

/** `undefined` where the link to the survivor was taken away since. */
function swapped(
  current: readonly string[],
  before: readonly string[],
  after: readonly string[],
): readonly string[] | undefined {
  if (equals(current, after)) return before;
  const gone = before.filter((id) => !after.includes(id));
  const added = after.filter((id) => !before.includes(id));
  // Without one added, the survivor was linked beside the merged record; which of the others it is does not matter then.
  if (added.length === 0) return [...new Set([...current, ...gone])];
  const at = current.findIndex((id) => added.includes(id));
  if (at === -1) return undefined;
  return [...new Set(current.toSpliced(at, 1, ...gone))];
}
