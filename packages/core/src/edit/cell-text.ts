import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { registry } from "../field/registry.ts";
import type { Context } from "../sheet/context.ts";

/** Texts remembered for a column: most columns hold few different ones. */
const MOST_KNOWN = 50_000;

/** The text of a cell that is searched and changed: texts as they are, other values as they are edited. */
export function textOf(
  cell: Cell,
  field: Field,
  context: Pick<Context, "locale" | "names">,
): string {
  if (isInvalid(cell)) return cell.invalid;
  if (typeof cell === "string" && (field.type === "text" || field.type === "longText")) return cell;
  return registry[field.type].edit(cell, field, context.locale, context.names);
}

/** Changes the texts of a column; where a text differs afterwards it is read again, as if typed. */
export function onText(
  field: Field,
  context: Pick<Context, "locale" | "names">,
  change: (text: string) => string,
): (cell: Cell | undefined) => Cell | undefined {
  const parse = registry[field.type].parser(field, context.locale, { names: context.names });
  const known = new Map<string, Cell | undefined>();
  return (cell) => {
    if (cell === undefined) return undefined;
    const text = textOf(cell, field, context);
    if (known.has(text)) return known.get(text);
    const next = change(text);
    if (next === text) return cell;
    const result = parse(next);
    if (known.size < MOST_KNOWN) known.set(text, result);
    return result;
  };
}
