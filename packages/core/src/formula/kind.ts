import type { Field, FieldType } from "../field/field.ts";

/** Of what kind a formula's values are, known before any is computed: how results are shown, sorted and filtered. */
export interface Kind {
  readonly type: ResultType;
  /** Several values: of several linked records, of a multiple choice. */
  readonly list?: true;
  /** currency: what its amounts are in unless they say otherwise. */
  readonly currency?: string;
}

/** Field types a formula can have as its result. `any` is shown as text, numbers among them as numbers. */
export type ResultType =
  | "number"
  | "currency"
  | "percent"
  | "date"
  | "dateTime"
  | "checkbox"
  | "text"
  | "email"
  | "url"
  | "any";

export const NUMBER: Kind = { type: "number" };
export const TEXT: Kind = { type: "text" };
export const TRUTH: Kind = { type: "checkbox" };
export const DATE: Kind = { type: "date" };
export const DATE_TIME: Kind = { type: "dateTime" };
export const ANY: Kind = { type: "any" };

const OF_FIELD: { readonly [type in FieldType]: ResultType } = {
  text: "text",
  longText: "text",
  number: "number",
  currency: "currency",
  percent: "percent",
  date: "date",
  dateTime: "dateTime",
  checkbox: "checkbox",
  choice: "text",
  multiChoice: "text",
  email: "email",
  phone: "text",
  url: "url",
  user: "text",
  link: "text",
  createdAt: "dateTime",
  createdBy: "text",
  updatedAt: "dateTime",
  updatedBy: "text",
};

/** What a field's values are in a formula. */
export function ofField(field: Field, workspaceCurrency: string): Kind {
  const type = OF_FIELD[field.type];
  return {
    type,
    ...(type === "currency" && { currency: field.currency ?? workspaceCurrency }),
    ...((field.type === "multiChoice" || (field.type === "link" && field.link?.multiple)) && {
      list: true as const,
    }),
  };
}

export function isTime({ type }: Kind): boolean {
  return type === "date" || type === "dateTime";
}

export function isNumeric({ type }: Kind): boolean {
  return type === "number" || type === "currency" || type === "percent";
}

/** Several of this kind. */
export function listOf(kind: Kind): Kind {
  return { ...kind, list: true };
}

/** One of this kind. */
export function oneOf(kind: Kind): Kind {
  if (kind.list !== true) return kind;
  return { type: kind.type, ...(kind.currency !== undefined && { currency: kind.currency }) };
}

/** The kind of a value that is one of these: the branches of an IF. Blanks and errors (`undefined`) leave it open. */
export function common(kinds: readonly (Kind | undefined)[]): Kind {
  const known = kinds.filter((kind) => kind !== undefined);
  const [first, ...rest] = known;
  if (first === undefined) return ANY;
  let found = first;
  for (const kind of rest) {
    if (kind.type === found.type && kind.currency === found.currency) {
      if (kind.list !== found.list) found = listOf(found);
      continue;
    }
    const list = found.list === true || kind.list === true;
    const type = meet(found, kind);
    const currency = found.currency ?? kind.currency;
    found = {
      type,
      ...(type === "currency" && currency !== undefined && { currency }),
      ...(list && { list: true as const }),
    };
  }
  return found;
}

function meet(a: Kind, b: Kind): ResultType {
  if (a.type === b.type) return a.type;
  if (isTime(a) && isTime(b)) return "dateTime";
  if (isNumeric(a) && isNumeric(b)) {
    // IF(…, [Value], 0): a bare number takes the shape of what it stands beside.
    if (a.type === "number") return b.type;
    return b.type === "number" ? a.type : "number";
  }
  const texts = ["text", "email", "url"];
  return texts.includes(a.type) && texts.includes(b.type) ? "text" : "any";
}
