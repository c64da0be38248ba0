import type { Field } from "@gridfolk/core/field/field";
import type { SheetContext } from "../sheet-context.ts";

/**
 * A field that a condition may ask, by the key it is asked under: "company.industry" is the industry of the linked company. Its
 * name says so: "Company › Industry".
 */
export type AskedField = (key: string) => Field | undefined;

/** The sheet's own fields as they are arranged, then those of linked records. */
export function askedFields(sheet: SheetContext, own: readonly Field[]): readonly Field[] {
  const linked = own.flatMap((link) =>
    targets(sheet, link).map((field) => ({
      ...field,
      key: `${link.key}.${field.key}`,
      name: `${link.name} › ${field.name}`,
    })),
  );
  return [...own, ...linked];
}

export function askedField(sheet: SheetContext, key: string): Field | undefined {
  const [first = "", second] = key.split(".", 2);
  const field = sheet.sheet().fields.find((other) => other.key === first && !other.deleted);
  if (field === undefined || second === undefined) return field;
  const target = targets(sheet, field).find((other) => other.key === second);
  return target && { ...target, key, name: `${field.name} › ${target.name}` };
}

function targets(sheet: SheetContext, { type, link }: Field): readonly Field[] {
  if (type !== "link" || link === undefined) return [];
  const table = sheet.workspace.workbook.sheets.get(link.sheet);
  return (table?.sheet.fields ?? []).filter((field) => !field.deleted);
}
