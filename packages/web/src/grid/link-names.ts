import type { Names } from "@gridfolk/core/field/behaviour";
import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { keyOf } from "@gridfolk/core/field/fold";
import * as List from "@gridfolk/core/field/list";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { labelOf } from "@gridfolk/core/sheet/title";
import { createOperation, setOperations, type Write } from "./change.ts";
import type { Misfit } from "./paste.ts";
import type { SheetContext } from "./sheet-context.ts";

/** More records than this are not made out of names: the import asks about each. */
const MOST_NAMES = 5_000;

/** Names in pasted links that no record has. */
export interface Unknown {
  /** Key of the linked sheet. */
  readonly sheet: string;
  readonly names: readonly string[];
  readonly misfits: readonly Misfit[];
}

/** Names that no record of the linked sheet has, of the sheet with most of them; undefined when every name is known, or ambiguous. */
export function unknownNames(misfits: readonly Misfit[], sheet: SheetContext): Unknown | undefined {
  const bySheet = new Map<string, { names: Map<string, string>; misfits: Misfit[] }>();
  const known = new Map<string, Set<string>>();
  for (const misfit of misfits) {
    const key = misfit.field.link?.sheet;
    const table = key === undefined ? undefined : sheet.workspace.workbook.sheets.get(key);
    if (key === undefined || table === undefined) continue;
    let labels = known.get(key);
    if (labels === undefined) {
      const locale = sheet.workspace.locale();
      labels = new Set(Workbook.rows(table).map((row) => keyOf(labelOf(table, row, locale)) ?? ""));
      known.set(key, labels);
    }
    const found = bySheet.get(key) ?? { names: new Map<string, string>(), misfits: [] };
    let isNew = false;
    for (const name of namesIn(misfit.text, misfit.field)) {
      const folded = keyOf(name);
      if (folded === undefined || labels.has(folded)) continue;
      if (!found.names.has(folded)) found.names.set(folded, name.trim());
      isNew = true;
    }
    if (!isNew) continue;
    found.misfits.push(misfit);
    bySheet.set(key, found);
  }
  const [most] = [...bySheet].sort(([, a], [, b]) => b.names.size - a.names.size);
  if (most === undefined || most[1].names.size > MOST_NAMES) return undefined;
  return { sheet: most[0], names: [...most[1].names.values()], misfits: most[1].misfits };
}

function namesIn(text: string, field: Field): readonly string[] {
  return field.link?.multiple === true ? List.split(text) : [text];
}

/** Makes the records, and links the cells that still hold their names. */
export function createAndLink(
  { sheet: key, names, misfits }: Unknown,
  sheet: SheetContext,
): Operation[] {
  const { workspace } = sheet;
  const table = Workbook.table(workspace.workbook, key);
  const [first = "", ...rest] = table.sheet.title;
  const last = rest.at(-1);
  const ids = workspace.newRecordIds(names.length);
  const made = new Map<string, string>();
  const records = names.map((name, at) => {
    made.set(keyOf(name) ?? "", ids[at] as string);
    // "Grace Hopper" into first and last name where a record is named by both.
    const gap = last === undefined ? -1 : name.lastIndexOf(" ");
    const record = new Map<string, Cell>([[first, gap < 0 ? name : name.slice(0, gap)]]);
    if (gap >= 0 && last !== undefined) record.set(last, name.slice(gap + 1));
    return record;
  });
  const writes: Write[] = [];
  for (const { id, field, text } of misfits) {
    const row = sheet.table().rowById.get(id);
    const now = row === undefined ? undefined : sheet.cell(row, field);
    if (!isInvalid(now) || now.invalid !== text) continue;
    const linked = namesIn(text, field).map((name) => idOf(name, field, made, sheet.names));
    if (linked.every((other) => other !== undefined)) {
      writes.push({ id, field: field.key, after: [...new Set(linked)] });
    }
  }
  return [
    createOperation(key, ids, records),
    ...setOperations(sheet.sheetKey, writes, () => undefined),
  ];
}

function idOf(
  name: string,
  field: Field,
  made: ReadonlyMap<string, string>,
  names: Names,
): string | undefined {
  return made.get(keyOf(name) ?? "") ?? names.idOf(field, name);
}
