import { keyOf } from "../field/fold.ts";
import { valuesIn } from "./column-values.ts";
import type { Plan } from "./plan.ts";
import { saidOf } from "./unknown-choices.ts";

/** A text of the file that is written as another choice, or not at all, because somebody said what it means. */
export interface Translated {
  /** Name of the field. */
  readonly field: string;
  readonly text: string;
  /** null: it is left blank. */
  readonly means: string | null;
  readonly rows: number;
}

export function translated({ table, rows, columns }: Pick<Plan, "table" | "rows" | "columns">) {
  return columns.flatMap(({ field, source, meant = {} }): Translated[] => {
    const said = saidOf(meant);
    if (said.size === 0) return [];
    const known = new Set(field.options?.map(({ name }) => keyOf(name)));
    return (valuesIn(table, source, rows) ?? []).flatMap(({ text, rows: count }) => {
      const key = keyOf(text) ?? "";
      const means = known.has(key) ? undefined : said.get(key);
      return means === undefined || means === text
        ? []
        : [{ field: field.name, text, means, rows: count }];
    });
  });
}
