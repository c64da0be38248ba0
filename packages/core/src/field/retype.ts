import type { Names, Parser } from "./behaviour.ts";
import { isInvalid, type Cell } from "./cell.ts";
import { plain } from "./define.ts";
import type { ChoiceOption, Field, Locale } from "./field.ts";
import * as List from "./list.ts";
import * as Money from "./money.ts";
import { withOptions } from "./palette.ts";
import { registry } from "./registry.ts";
import { dayOf } from "./types/date-time.ts";

export interface Retyped {
  /** In the order given; `null` is unset. */
  readonly cells: readonly (Cell | null)[];
  /** How many hold text that does not fit the new type and did fit the old one. */
  readonly misfits: number;
}

/** The text of a cell that tells all of it: links and members by name, amounts with their currency. */
export function textOf(cell: Cell, field: Field, locale: Locale, names?: Names): string {
  if (field.type === "currency" && typeof cell === "string")
    return Money.edit(cell, "", locale.locale);
  return registry[field.type].edit(cell, field, locale, names);
}

/** A column of cells for a field of another type (or with other options). What does not fit keeps its text and is marked. */
export function retype(
  cells: Iterable<Cell | null | undefined>,
  from: Field,
  to: Field,
  locale: Locale,
  names?: Names,
): Retyped {
  const parse = registry[to.type].parser(to, locale, names === undefined ? undefined : { names });
  const known = new Map<Cell, Cell | null>();
  const converted: (Cell | null)[] = [];
  let misfits = 0;
  for (const cell of cells) {
    if (cell === null || cell === undefined) {
      converted.push(null);
      continue;
    }
    let result = known.get(cell);
    if (result === undefined) {
      result = convert(cell, from, to, locale, parse, names) ?? null;
      known.set(cell, result);
    }
    if (isInvalid(result) && !isInvalid(cell)) misfits += 1;
    converted.push(result);
  }
  return { cells: converted, misfits };
}

function convert(
  cell: Cell,
  from: Field,
  to: Field,
  locale: Locale,
  parse: Parser,
  names?: Names,
): Cell | undefined {
  if (isInvalid(cell)) return parse(cell.invalid);
  return (
    directly(cell, from, to, locale) ??
    parse(
      to.type === "number"
        ? registry[from.type].edit(cell, from, locale, names)
        : textOf(cell, from, locale, names),
    )
  );
}

/** Where the value itself means something in the new type and its text would not. */
function directly(cell: Cell, from: Field, to: Field, locale: Locale): Cell | undefined {
  const { check, fromJson } = registry[to.type];
  if (from.type === to.type) return check(cell, to) ? cell : undefined;
  if (typeof cell === "number") {
    if (to.type === "number" || to.type === "percent") return cell;
    return to.type === "currency" ? fromJson(cell, to, locale) : undefined;
  }
  if (to.type === "date" && typeof cell === "string") {
    if (from.type === "dateTime" || from.type === "createdAt" || from.type === "updatedAt") {
      return dayOf(cell, locale.timeZone);
    }
  }
  if (to.type === "dateTime" && (from.type === "createdAt" || from.type === "updatedAt"))
    return cell;
  if (to.type === "user" && (from.type === "createdBy" || from.type === "updatedBy")) return cell;
  if (from.type === "choice" && to.type === "multiChoice") {
    const names = [plain(cell)];
    return check(names, to) ? names : undefined;
  }
  if (from.type === "multiChoice" && to.type === "choice" && Array.isArray(cell)) {
    const [name] = cell as readonly string[];
    return cell.length === 1 && name !== undefined && check(name, to) ? name : undefined;
  }
  return undefined;
}

/** Options that make every cell of a column fit a choice field: the field's own first, then new names, most frequent first. */
export function optionsFor(
  cells: Iterable<Cell | null | undefined>,
  from: Field,
  to: "choice" | "multiChoice",
  locale: Locale,
  names?: Names,
): readonly ChoiceOption[] {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    if (cell === null || cell === undefined) continue;
    for (const name of namesIn(cell, from, to, locale, names))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const frequent = [...counts].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
  return withOptions(from.options ?? [], frequent);
}

function namesIn(
  cell: Cell,
  from: Field,
  to: "choice" | "multiChoice",
  locale: Locale,
  names?: Names,
): readonly string[] {
  if (from.type === "multiChoice" && !isInvalid(cell) && typeof cell === "object") {
    return to === "multiChoice" || cell.length === 1 ? cell : [List.join(cell)];
  }
  const text = textOf(cell, from, locale, names);
  if (to === "choice" || from.type === "choice") return [text.trim()];
  return List.split(text);
}
