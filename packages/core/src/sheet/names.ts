import { membersOf } from "../access/role.ts";
import type { Names } from "../field/behaviour.ts";
import type { Field, Locale } from "../field/field.ts";
import { keyOf } from "../field/fold.ts";
import { record, rows, type Workbook } from "../ledger/workbook.ts";
import { labelOf } from "./title.ts";

/** Ids by folded name; `undefined` under a name that several have. */
type Index = Map<string, string | undefined>;

/**
 * The names that user and link cells stand for. Records in the trash keep their name. Follows the workbook: what was looked up
 * is thrown away when its seq moves.
 */
export function namesOf(workbook: Workbook, locale: Locale): Names {
  let seq = workbook.seq;
  const labels = new Map<string, Map<string, string>>();
  const indexes = new Map<string, Index>();
  let people: { names: Map<string, string>; ids: Index } | undefined;

  function fresh(): void {
    if (seq === workbook.seq) return;
    seq = workbook.seq;
    labels.clear();
    indexes.clear();
    people = undefined;
  }

  function peopleOf() {
    if (people === undefined) {
      const names = new Map<string, string>();
      const ids: Index = new Map();
      for (const { user, name, email, active } of membersOf(workbook)) {
        names.set(user, name === "" ? email : name);
        if (active) for (const text of new Set([keyOf(name), keyOf(email)])) add(ids, text, user);
      }
      people = { names, ids };
    }
    return people;
  }

  function labelOfRecord(sheet: string, id: string): string | undefined {
    let known = labels.get(sheet);
    if (known === undefined) {
      known = new Map();
      labels.set(sheet, known);
    }
    let label = known.get(id);
    if (label === undefined) {
      const table = workbook.sheets.get(sheet);
      const found = table === undefined ? undefined : record(table, id);
      if (table === undefined || found === undefined) return undefined;
      label = labelOf(table, found.row, locale);
      known.set(id, label);
    }
    return label;
  }

  function indexOf(sheet: string): Index {
    let index = indexes.get(sheet);
    if (index === undefined) {
      index = new Map();
      const table = workbook.sheets.get(sheet);
      if (table !== undefined) {
        for (const row of rows(table))
          add(index, keyOf(labelOf(table, row, locale)), table.ids[row] ?? "");
      }
      indexes.set(sheet, index);
    }
    return index;
  }

  return {
    nameOf(field, id) {
      fresh();
      return field.type === "link"
        ? labelOfRecord(field.link?.sheet ?? "", id)
        : peopleOf().names.get(id);
    },
    idOf(field, name) {
      fresh();
      const trimmed = name.trim();
      if (field.type !== "link") {
        const { names, ids } = peopleOf();
        return names.has(trimmed) ? trimmed : ids.get(keyOf(trimmed) ?? "");
      }
      const sheet = field.link?.sheet ?? "";
      return isLive(workbook, sheet, trimmed) ? trimmed : indexOf(sheet).get(keyOf(trimmed) ?? "");
    },
  };
}

function isLive(workbook: Workbook, sheet: string, id: string): boolean {
  const row = workbook.sheets.get(sheet)?.rowById.get(id);
  return row !== undefined && workbook.sheets.get(sheet)?.deleted[row] === 0;
}

function add(index: Index, text: string | undefined, id: string): void {
  if (text === undefined) return;
  if (index.has(text) && index.get(text) !== id) index.set(text, undefined);
  else index.set(text, id);
}

/** Names where there is no workbook: ids stand for themselves. */
export const noNames: Names = {
  nameOf: () => undefined,
  idOf: (_field: Field, name) => name.trim(),
};
