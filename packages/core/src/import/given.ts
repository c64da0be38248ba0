import type { Sheet } from "../field/field.ts";
import type { ColumnFacts } from "./column.ts";
import { type ColumnMapping, type Mapping, proposeMapping, type Target } from "./mapping.ts";

/** Where a column goes by what is known beforehand: a correction that was learned, a saved import. */
export interface Given {
  readonly target: Target;
  readonly reason: string;
  readonly reading?: ColumnMapping["reading"];
  readonly update?: ColumnMapping["update"];
  readonly keeps?: ColumnMapping["keeps"];
  readonly meant?: ColumnMapping["meant"];
  readonly adds?: ColumnMapping["adds"];
  /** Key of the sheet it belongs to, where that is not the one of the import. */
  readonly of?: string;
  readonly block?: number;
}

/**
 * The mapping in which the given columns (by their index in `facts`) go where they are said to go, and the others where they fit best
 * among the fields that are left. What is said first goes before what is said later; of two columns for one field the first has it.
 */
export function proposeAround(
  facts: readonly ColumnFacts[],
  sheet: Sheet,
  ...given: readonly ReadonlyMap<number, Given>[]
): Mapping {
  const taken = new Set<string>();
  const settled = new Map<number, Given>();
  const inOrder = given.flatMap((each) => [...each].sort(([a], [b]) => a - b));
  for (const [index, one] of inOrder) {
    if (settled.has(index)) continue;
    if (one.of !== undefined) {
      settled.set(index, one);
      continue;
    }
    const target = standing(one.target, sheet);
    const fields = target === undefined ? [] : fieldsOf(target);
    if (target === undefined || fields.some((field) => taken.has(field))) continue;
    for (const field of fields) taken.add(field);
    settled.set(index, { ...one, target });
  }
  if (settled.size === 0) return proposeMapping(facts, sheet);
  const rest = facts.flatMap((fact, index) => (settled.has(index) ? [] : [fact]));
  const left = { ...sheet, fields: sheet.fields.filter(({ key }) => !taken.has(key)) };
  const others = proposeMapping(rest, left).columns;
  const own = proposeMapping(facts, sheet).columns;
  let next = 0;
  return {
    sheet: sheet.key,
    columns: facts.map((fact, index): ColumnMapping => {
      const one = settled.get(index);
      if (one === undefined) return others[next++]!;
      const { target: _, reading: found, asks, ...base } = own[index]!;
      // What this file proves goes before what another one did.
      const isOpen = fact.writing === undefined ? fact.dateOrder === null : asks !== undefined;
      const reading = isOpen ? (one.reading ?? found) : found;
      const answered = asks === undefined || one.reading?.[asks] !== undefined;
      return {
        ...base,
        target: one.target,
        confidence: 1,
        reason: one.reason,
        ...(reading === undefined ? {} : { reading }),
        ...(answered ? {} : { asks }),
        ...(one.update === undefined ? {} : { update: one.update }),
        ...(one.keeps === undefined ? {} : { keeps: one.keeps }),
        ...(one.meant === undefined ? {} : { meant: one.meant }),
        ...(one.adds === undefined ? {} : { adds: one.adds }),
        ...(one.of === undefined ? {} : { of: one.of }),
        ...(one.block === undefined ? {} : { block: one.block }),
      };
    }),
  };
}

/** The fields of a sheet that a column takes for itself. */
export function fieldsOf(target: Target): readonly string[] {
  if (target.kind === "field") return [target.field];
  return target.kind === "fullName" ? [target.first, target.last] : [];
}

/**
 * A target as it is today: undefined when a field of it is gone; what was to be a new field is that field once it is there.
 */
function standing(target: Target, sheet: Sheet): Target | undefined {
  const live = sheet.fields.filter((field) => field.deleted !== true && !isKept(field.type));
  if (target.kind === "new") {
    const name = target.field.name.trim().toLowerCase();
    const made = live.find((field) => field.name.toLowerCase() === name);
    if (made?.formula !== undefined) return { kind: "skip" };
    return made === undefined ? target : { kind: "field", field: made.key };
  }
  return fieldsOf(target).every((key) =>
    live.some((field) => field.key === key && field.formula === undefined),
  )
    ? target
    : undefined;
}

/** Fields that nobody writes. */
function isKept(type: string): boolean {
  return /^(?:created|updated)(?:At|By)$/.test(type);
}
