import { type Cell, equals } from "./cell.ts";
import type { Field } from "./field.ts";
import { registry } from "./registry.ts";

/**
 * Whether writing `after` over `before` changes what the field says. A phone number stays the same however it is typed: the
 * spelling that is there is kept.
 */
export function saysSame(before: Cell, after: Cell, field: Field): boolean {
  if (equals(before, after)) return true;
  if (field.type !== "phone") return false;
  const key = registry.phone.key(before);
  return key !== undefined && key === registry.phone.key(after);
}
