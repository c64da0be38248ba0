import type { Names } from "@gridfolk/core/field/behaviour";
import { isInvalid } from "@gridfolk/core/field/cell";
import type { Field, Locale } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import * as Workbook from "@gridfolk/core/ledger/workbook";

interface People {
  readonly user: string;
  readonly name: string;
  readonly email: string;
}

interface Source {
  readonly workbook: Workbook.Workbook;
  readonly locale: Locale;
  readonly members: readonly People[];
}

/** What a record is called: its title fields joined by a space; "" when all of them are blank. */
export function titleOf(
  table: Workbook.Table,
  row: number,
  locale: Locale,
): string {
  const parts: string[] = [];
  for (const key of table.sheet.title) {
    const field = Workbook.findField(table, key);
    if (field === undefined) continue;
    const cell = Workbook.value(table, row, key);
    if (cell === undefined) continue;
    const text = isInvalid(cell) ? cell.invalid : registry[field.type].format(cell, field, locale);
    if (text !== "") parts.push(text);
  }
  return parts.join(" ");
}

/**
 * People and records by name, read from the workbook as it is now. Finding records by name goes over the linked sheet
 * once and again only after `forget`.
 */
export function createNames(source: () => Source): Names & { forget(): void } {
  const idsByName = new Map<string, Map<string, string | null>>();

  function index(sheet: string): Map<string, string | null> {
    let ids = idsByName.get(sheet);
    if (ids === undefined) {
      ids = new Map();
      const { workbook, locale } = source();
      const table = Workbook.table(workbook, sheet);
      for (const row of Workbook.rows(table)) {
        const name = fold(titleOf(table, row, locale));
        if (name !== "") ids.set(name, ids.has(name) ? null : (table.ids[row] as string));
      }
      idsByName.set(sheet, ids);
    }
    return ids;
  }

  return {
    nameOf(field: Field, id: string): string | undefined {
      const { workbook, locale, members } = source();
      if (field.link === undefined) return members.find((member) => member.user === id)?.name;
      const table = workbook.sheets.get(field.link.sheet);
      const row = table?.rowById.get(id);
      if (table === undefined || row === undefined || !Workbook.isLive(table, row)) return undefined;
      return titleOf(table, row, locale);
    },
    idOf(field: Field, name: string): string | undefined {
      const { workbook, members } = source();
      const wanted = fold(name);
      if (field.link === undefined) {
        const found = members.filter(
          (member) =>
            member.user === name || fold(member.name) === wanted || fold(member.email) === wanted,
        );
        return found.length === 1 ? found[0]?.user : undefined;
      }
      if (!workbook.sheets.has(field.link.sheet)) return undefined;
      const table = Workbook.table(workbook, field.link.sheet);
      if (table.rowById.has(name)) return name;
      return index(field.link.sheet).get(wanted) ?? undefined;
    },
    forget: () => idsByName.clear(),
  };
}

function fold(text: string): string {
  return text.trim().toLowerCase();
}
