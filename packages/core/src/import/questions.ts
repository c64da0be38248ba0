import type { FieldType, Sheet } from "../field/field.ts";
import type { ColumnFacts } from "./column.ts";
import { inWords } from "./date-order.ts";
import type { ColumnMapping, Mapping, Target } from "./mapping.ts";
import type { Writing } from "./writing.ts";

/** Columns of which somebody has to say how they are written: those that hold dates or figures in the sheet, and nothing proves it. */
export function questions(
  mapping: Mapping,
  sheet: Sheet,
  others: readonly Sheet[] = [],
): readonly ColumnMapping[] {
  return mapping.columns.filter(({ target, asks, of }) => {
    const own = of === undefined ? sheet : others.find(({ key }) => key === of);
    return asks !== undefined && own !== undefined && takes(target, own, asks);
  });
}

/** Whether a column that goes there is read as dates or figures. */
export function takes(target: Target, sheet: Sheet, about: Writing["about"]): boolean {
  const type =
    target.kind === "new"
      ? target.field.type
      : target.kind === "field"
        ? sheet.fields.find(({ key }) => key === target.field)?.type
        : undefined;
  return type !== undefined && ASKED[about].has(type);
}

const ASKED: { readonly [about in Writing["about"]]: ReadonlySet<FieldType> } = {
  dateOrder: new Set(["date", "dateTime"]),
  decimal: new Set(["number", "currency", "percent"]),
};

/** A column whose reading is a guess, and the guess, in words. */
export interface Guess {
  /** Its name in the file. */
  readonly column: string;
  readonly message: string;
}

/** What an import that nobody watches has to say of the questions that nobody answered. */
export function guesses(mapping: Mapping, sheet: Sheet, facts: readonly ColumnFacts[]): Guess[] {
  return questions(mapping, sheet).map(({ column, name, reading }) => {
    const fact = facts.find((one) => one.column.index === column);
    const used = reading?.decimal ?? reading?.dateOrder ?? fact?.writing?.used ?? "ymd";
    const words =
      used === "." ? "with a decimal point" : used === "," ? "with a decimal comma" : inWords(used);
    return { column: name, message: `${fact?.doubt ?? ""} Read ${words}.`.trim() };
  });
}
