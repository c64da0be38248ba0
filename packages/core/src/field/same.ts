import { type Cell, equals } from "./cell.ts";
import type { Field } from "./field.ts";
import { registry } from "./registry.ts";

/**
 * Whether `after` from a file says what `before` says. A phone number or e-mail address stays the same however it is written:
 * the spelling that is there is kept.
 */
export function saysSame(before: Cell, after: Cell, field: Field): boolean {
  if (equals(before, after)) return true;
  if (field.type !== "phone" && field.type !== "email") return false;
  const { key } = registry[field.type];
  const same = key(before);
  return same !== undefined && same === key(after);
}
