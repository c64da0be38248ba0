import type { Field, Sheet } from "../field/field.ts";
import { keyOf } from "../field/fold.ts";
import type { ColumnValue } from "./column-values.ts";
import type { ColumnMapping, Mapping } from "./mapping.ts";
import { nearestChoice } from "./nearest-choice.ts";
import { isNothing } from "./placeholders.ts";

/**
 * What becomes of texts of a column that are none of its field's choices: the choice that is meant, also one that is not there yet; null:
 * the cell is blank. A text that is not in it becomes a choice of that name.
 */
export type Meant = { readonly [text: string]: string | null };

/** A text that is none of the choices there are. */
export interface UnknownChoice extends ColumnValue {
  /** The choice that is most likely meant. */
  readonly nearest?: string;
  /** What was said of it; absent: nothing. */
  readonly means?: string | null;
}

/** The texts of a column that are none of the choices of the field it goes to; none where that has none yet. */
export function unknownChoices(
  values: readonly ColumnValue[],
  field: Field,
  { keeps = [], meant = {} }: Pick<ColumnMapping, "keeps" | "meant">,
): UnknownChoice[] {
  const names = (field.options ?? []).map(({ name }) => name);
  if (field.type !== "choice" || names.length === 0) return [];
  const known = new Set(names.map(keyOf));
  const stays = new Set([...keeps, ...names]);
  const said = saidOf(meant);
  return values.flatMap((value) => {
    const key = keyOf(value.text) ?? "";
    if (known.has(key) || isNothing(value.text, stays)) return [];
    const nearest = nearestChoice(value.text, names);
    return [
      {
        ...value,
        ...(nearest === undefined ? {} : { nearest }),
        ...(said.has(key) ? { means: said.get(key) ?? null } : {}),
      },
    ];
  });
}

/** What was said, by what a text is matched by. */
export function saidOf(meant: Meant): ReadonlyMap<string, string | null> {
  return new Map(Object.entries(meant).map(([text, name]) => [keyOf(text) ?? "", name]));
}

/** Stages are the way a deal goes: nobody gets a new one without having said so. Of other choices one more does no harm. */
export function asksForMeaning(sheet: Sheet, field: Field): boolean {
  return sheet.key === "deals" && field.key === "stage";
}

/** The field of a sheet that a column goes to. */
export function fieldOf({ target }: ColumnMapping, sheet: Sheet | undefined): Field | undefined {
  if (target.kind !== "field") return undefined;
  return sheet?.fields.find(({ key, deleted }) => key === target.field && deleted !== true);
}

/**
 * The column, with the nearest choice meant by texts that have one and of which nothing was said, where its field asks for that.
 * `values`: what the column holds; undefined where that is no list.
 */
export function withNearest(
  column: ColumnMapping,
  sheet: Sheet | undefined,
  values: readonly ColumnValue[] | undefined,
): ColumnMapping {
  const field = fieldOf(column, sheet);
  if (sheet === undefined || field === undefined || values === undefined) return column;
  if (!asksForMeaning(sheet, field)) return column;
  const nearest = unknownChoices(values, field, column).flatMap(({ text, nearest: name, means }) =>
    name === undefined || means !== undefined ? [] : [[text, name] as const],
  );
  if (nearest.length === 0) return column;
  return { ...column, meant: { ...column.meant, ...Object.fromEntries(nearest) } };
}

/** The texts of a column of which somebody has to say what they mean. */
export function unanswered(
  column: ColumnMapping,
  sheet: Sheet | undefined,
  values: readonly ColumnValue[] | undefined,
): UnknownChoice[] {
  const field = fieldOf(column, sheet);
  if (sheet === undefined || field === undefined || values === undefined) return [];
  if (!asksForMeaning(sheet, field)) return [];
  return unknownChoices(values, field, column).filter(({ means }) => means === undefined);
}

/** The sheet that a column of a mapping belongs to. */
export function sheetOf(
  { of }: ColumnMapping,
  mapping: Mapping,
  sheets: readonly Sheet[],
): Sheet | undefined {
  return sheets.find(({ key }) => key === (of ?? mapping.sheet));
}
