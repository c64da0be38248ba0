import type { Cell } from "@gridfolk/core/field/cell";
import type { Field, Locale } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import type { Plan } from "@gridfolk/core/import/plan";
import * as Workbooks from "@gridfolk/core/ledger/workbook";
import { namesOf } from "@gridfolk/core/sheet/names";
import { labelOf } from "@gridfolk/core/sheet/title";

/** Says the values of a plan as people see them; "" for none. Records that the import makes are known by name. */
export function cellWords(
  plan: Plan,
  book: Workbooks.Workbook,
  locale: Locale,
): (cell: Cell | undefined, field: Field) => string {
  const names = namesOf(book, locale);
  return (cell, field) => {
    if (cell === undefined) return "";
    if (field.type === "link" && Array.isArray(cell)) {
      return (cell as readonly string[])
        .map((id) => plan.newName(id) ?? names.nameOf(field, id) ?? id)
        .join(", ");
    }
    return registry[field.type].format(cell, field, locale, names);
  };
}

/** What a record that is there is called; undefined when it is not. */
export function labelThere(
  plan: Plan,
  book: Workbooks.Workbook,
  locale: Locale,
  id: string | undefined,
): string | undefined {
  const target = Workbooks.table(book, plan.sheet.key);
  const row = id === undefined ? undefined : target.rowById.get(id);
  return row === undefined ? undefined : labelOf(target, row, locale);
}

/** What a record that is not there yet will be called; "" where nothing names it. */
export function titleOf(plan: Plan, record: number, locale: Locale): string {
  return plan.sheet.title
    .flatMap((key) => {
      const column = plan.columns.findIndex(({ field }) => field.key === key);
      const cell = column < 0 ? undefined : plan.cell(record, column);
      return cell === undefined
        ? []
        : [registry.text.format(cell, plan.columns[column]!.field, locale)];
    })
    .join(" ");
}
