import type { Field, Sheet } from "../field/field.ts";
import { FORMULA_TYPES } from "../ledger/draft-schema.ts";
import { keyFrom } from "../sheet/key.ts";
import type { ColumnMapping, Mapping, NewField } from "./mapping.ts";
import type { PlannedColumn } from "./plan.ts";

const NAME = /"(?:[^"]|"")*"|\[((?:[^\]]|\]\])*)\]/g;

/**
 * The formula of a column that is to become a formula field; undefined when it is none, or reads a column that is not imported as one
 * field: then its values are.
 */
export function formulaOf(column: ColumnMapping, mapping: Mapping): string | undefined {
  const made = madeBy(column);
  if (made?.formula === undefined) return undefined;
  const isImported = namesIn(made.formula).every(
    (name) => source(name, column, mapping) !== undefined,
  );
  return isImported ? made.formula : undefined;
}

/** The formula fields that a mapping makes, beside the columns that are written. One that is there by its name stays as it is. */
export function computedFields(
  mapping: Mapping,
  columns: readonly PlannedColumn[],
  sheet: Sheet,
): Field[] {
  const taken = new Set([
    ...sheet.fields.map(({ key }) => key),
    ...columns.map(({ field }) => field.key),
  ]);
  const names = new Set(
    [
      ...sheet.fields.filter(({ deleted }) => deleted !== true),
      ...columns.map(({ field }) => field),
    ].map(({ name }) => name.trim().toLowerCase()),
  );
  const keyBySource = new Map(columns.map(({ source: at, field }) => [at, field.key]));
  const found = mapping.columns.flatMap((column) => {
    const text = formulaOf(column, mapping);
    const made = madeBy(column);
    if (text === undefined || made === undefined) return [];
    const name = made.name.trim() || column.name;
    const isOfName = (field: Field) => field.name.trim().toLowerCase() === name.toLowerCase();
    if (names.has(name.toLowerCase())) {
      const known = sheet.fields.find((field) => field.deleted !== true && isOfName(field));
      if (known !== undefined) keyBySource.set(column.column, known.key);
      return [];
    }
    names.add(name.toLowerCase());
    // What an undone import of the same file left in the trash is taken out again.
    const trashed = sheet.fields.find(
      (field) => field.deleted === true && field.formula !== undefined && isOfName(field),
    );
    const key = trashed?.key ?? keyFrom(name, taken);
    taken.add(key);
    keyBySource.set(column.column, key);
    return [{ column, key, name, made, text }];
  });
  return found.map(({ column, key, name, made, text }): Field => {
    const formula = text.replace(NAME, (all: string, quoted?: string) => {
      if (quoted === undefined) return all;
      const from = source(quoted.replaceAll("]]", "]"), column, mapping);
      return `[${keyBySource.get(from?.column ?? -1) ?? quoted}]`;
    });
    const type = FORMULA_TYPES.includes(made.type) ? made.type : "text";
    const currency = type === "currency" ? made.currency : undefined;
    return { key, name, type, formula, ...(currency === undefined ? {} : { currency }) };
  });
}

function madeBy({ target }: ColumnMapping): NewField | undefined {
  return target.kind === "new" ? target.field : undefined;
}

function namesIn(formula: string): string[] {
  return [...formula.matchAll(NAME)].flatMap(([, name]) =>
    name === undefined ? [] : [name.replaceAll("]]", "]")],
  );
}

/** The only column of the file that has the name, if it becomes one field of the same record. */
function source(name: string, reader: ColumnMapping, mapping: Mapping): ColumnMapping | undefined {
  const [found, another] = mapping.columns.filter((column) => column.name === name);
  if (found === undefined || another !== undefined || found.of !== reader.of) return undefined;
  return found.target.kind === "field" || found.target.kind === "new" ? found : undefined;
}
