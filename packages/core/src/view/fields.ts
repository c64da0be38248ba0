import type { Field, Sheet } from "../field/field.ts";
import type { Definition } from "./definition.ts";

type Arrangement = Pick<Definition, "order" | "hidden" | "pinned">;

/** The sheet's fields as a view arranges them: pinned first, fields added since behind the one they follow in the sheet. */
export function arrangedFields(sheet: Sheet, { order: given, pinned = [] }: Arrangement): Field[] {
  const fields = sheet.fields.filter((field) => !field.deleted);
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const order = given.filter((key) => byKey.has(key));
  fields.forEach((field, index) => {
    if (order.includes(field.key)) return;
    if (given.length === 0) {
      order.push(field.key);
      return;
    }
    const before = fields[index - 1];
    order.splice(before === undefined ? 0 : order.indexOf(before.key) + 1, 0, field.key);
  });
  const isPinned = new Set(pinned);
  const first = order.filter((key) => isPinned.has(key));
  const rest = order.filter((key) => !isPinned.has(key));
  return [...first, ...rest].map((key) => byKey.get(key) as Field);
}

/** Those that are not hidden. */
export function shownFields(sheet: Sheet, arrangement: Arrangement): Field[] {
  const pinned = arrangement.pinned ?? sheet.title;
  return arrangedFields(sheet, { ...arrangement, pinned }).filter(
    (field) => !arrangement.hidden.includes(field.key),
  );
}
