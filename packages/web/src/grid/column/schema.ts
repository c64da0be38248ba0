import { canBeConsent } from "@gridfolk/core/consent/consent";
import type { Names } from "@gridfolk/core/field/behaviour";
import type { Field, FieldType, Locale, Sheet } from "@gridfolk/core/field/field";
import { optionsFor, retype } from "@gridfolk/core/field/retype";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { keyFrom } from "@gridfolk/core/sheet/key";

/** What the form of a column asks for. */
export interface ColumnDraft {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly unique: boolean;
  /** checkbox, multiChoice: says what a person does not want. */
  readonly consent: boolean;
  /** choice, multiChoice. */
  readonly options: NonNullable<Field["options"]>;
  /** currency. */
  readonly currency: string;
  /** number, percent: undefined shows as many digits as there are. */
  readonly decimals: number | undefined;
  /** number: thousands are not set apart. */
  readonly ungrouped: boolean;
  /** link: key of the sheet, and whether several records may be linked. */
  readonly linkTo: string;
  readonly multiple: boolean;
  readonly description: string;
  /** As people write it; undefined: an ordinary column. */
  readonly formula: string | undefined;
}

export function draftOf(field: Field, locale: Locale): ColumnDraft {
  return {
    name: field.name,
    type: field.type,
    required: field.required ?? false,
    unique: field.unique ?? false,
    consent: field.consent ?? false,
    options: field.options ?? [],
    currency: field.currency ?? locale.currency,
    decimals: field.decimals,
    ungrouped: field.ungrouped ?? false,
    linkTo: field.link?.sheet ?? "",
    multiple: field.link?.multiple ?? false,
    description: field.description ?? "",
    formula: field.formula,
  };
}

/** The field that a draft describes; what its type has no use for is left out. */
export function fieldOf(key: string, draft: ColumnDraft, sheet: Sheet, before?: Field): Field {
  const { type } = draft;
  const description = draft.description.trim();
  return {
    key,
    name: draft.name.trim(),
    type,
    ...(draft.required && !Workbook.isStamped(type) ? { required: true } : {}),
    ...(draft.unique && canBeUnique(type) ? { unique: true } : {}),
    ...(draft.consent && canBeConsent(type) ? { consent: true } : {}),
    ...(type === "choice" || type === "multiChoice" ? { options: draft.options } : {}),
    ...(type === "currency" ? { currency: draft.currency } : {}),
    ...((type === "number" || type === "percent") && draft.decimals !== undefined
      ? { decimals: draft.decimals }
      : {}),
    ...(type === "number" && draft.ungrouped ? { ungrouped: true } : {}),
    ...(type === "link"
      ? {
          link: {
            sheet: draft.linkTo,
            multiple: draft.multiple,
            backLink: before?.link?.backLink ?? sheet.name,
          },
        }
      : {}),
    ...(description === "" ? {} : { description }),
  };
}

/** Types whose values can name a record. */
export function canBeUnique(type: FieldType): boolean {
  return (
    type === "text" || type === "email" || type === "phone" || type === "url" || type === "number"
  );
}

/** Why a name cannot be used; undefined when it can. */
export function nameProblem(name: string, sheet: Sheet, own?: string): string | undefined {
  const trimmed = name.trim();
  if (trimmed === "") return "Give the column a name, like Budget or Next step.";
  const taken = sheet.fields.some(
    (field) =>
      !field.deleted && field.key !== own && field.name.toLowerCase() === trimmed.toLowerCase(),
  );
  return taken ? `There is a column “${trimmed}” already.` : undefined;
}

export function newKey(name: string, sheet: Sheet): string {
  return keyFrom(name, new Set(sheet.fields.map((field) => field.key)));
}

export interface Retyping {
  readonly field: Field;
  readonly operations: readonly Operation[];
  /** Cells with a value. */
  readonly filled: number;
  /** Of these, how many keep their text and are marked because it does not fit. */
  readonly misfits: number;
}

/**
 * What changing a column comes to: the field, and where its type or options change what cells hold, every value written
 * anew. Nothing is lost: text that does not fit is kept and marked.
 */
export function retyping(
  table: Workbook.Table,
  from: Field,
  to: Field,
  locale: Locale,
  names: Names,
): Retyping {
  const rows = [...Workbook.allRows(table)].filter(
    (row) => Workbook.value(table, row, from.key) !== undefined,
  );
  const cells = rows.map((row) => Workbook.value(table, row, from.key));
  const becomesChoice =
    (to.type === "choice" || to.type === "multiChoice") && from.type !== to.type;
  const field: Field =
    becomesChoice && (to.options ?? []).length === 0
      ? {
          ...to,
          options: optionsFor(
            cells,
            from,
            to.type as "choice" | "multiChoice",
            locale,
            names,
          ).slice(0, 200),
        }
      : to;
  const change: Operation = { op: "field", sheet: table.key, after: field };
  if (!changesValues(from, field)) {
    return { field, operations: [change], filled: rows.length, misfits: 0 };
  }
  const converted = retype(cells, from, field, locale, names);
  const operations: Operation[] = [change];
  if (rows.length > 0 && !Workbook.isStamped(field.type)) {
    const written = rows
      .map((row, index) => ({ id: table.ids[row] as string, cell: converted.cells[index] ?? null }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    operations.push({
      op: "set",
      sheet: table.key,
      ids: written.map(({ id }) => id),
      fields: { [field.key]: written.map(({ cell }) => cell) },
    });
  }
  return { field, operations, filled: rows.length, misfits: converted.misfits };
}

/** Whether cells may have to hold something else afterwards. */
function changesValues(from: Field, to: Field): boolean {
  if (from.type !== to.type) return true;
  if (from.link?.sheet !== to.link?.sheet) return true;
  if (from.link?.multiple === true && to.link?.multiple === false) return true;
  const kept = new Set(to.options?.map(({ name }) => name));
  return (from.options ?? []).some(({ name }) => !kept.has(name));
}
