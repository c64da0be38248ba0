import type { Field } from "../field/field.ts";
import type { Plan } from "./plan.ts";

/** The choices that an import adds to fields that are there, in the order of the plan. */
export function addedChoices({
  sheet,
  changedFields,
}: Pick<Plan, "sheet" | "changedFields">): { readonly field: Field; readonly names: string[] }[] {
  return changedFields.map((field) => {
    const before = sheet.fields.find(({ key }) => key === field.key)?.options ?? [];
    const known = new Set(before.map(({ name }) => name));
    const names = (field.options ?? []).map(({ name }) => name).filter((name) => !known.has(name));
    return { field, names };
  });
}
