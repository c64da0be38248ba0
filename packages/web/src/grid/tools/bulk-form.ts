import { amountTyped, type Action } from "@gridfolk/core/edit/bulk";
import type { Letters } from "@gridfolk/core/edit/letters";
import type { Field, FieldType } from "@gridfolk/core/field/field";

export type Kind = Exclude<Action["kind"], "unify">;

/** Everything the form may ask for; each action takes its part. */
export interface Draft {
  readonly kind: Kind;
  readonly field: string;
  readonly fields: readonly string[];
  readonly text: string;
  readonly find: string;
  readonly replace: string;
  readonly regex: boolean;
  readonly matchCase: boolean;
  readonly whole: boolean;
  readonly names: readonly string[];
  /** Tags that are no choices yet, as typed. */
  readonly newNames: string;
  readonly by: string;
  readonly as: "number" | "percent";
  readonly days: string;
  readonly letters: Letters;
  readonly from: string;
  readonly formula: string;
  readonly users: readonly string[];
}

export const blank: Draft = {
  kind: "set",
  field: "",
  fields: [],
  text: "",
  find: "",
  replace: "",
  regex: false,
  matchCase: false,
  whole: false,
  names: [],
  newNames: "",
  by: "",
  as: "percent",
  days: "",
  letters: "name",
  from: "",
  formula: "",
  users: [],
};

interface KindOfEdit {
  readonly kind: Kind;
  readonly label: string;
  /** Whether it is done to several columns at once. */
  readonly several?: boolean;
  /** Types it is for; absent: all. */
  readonly types?: readonly FieldType[];
}

const TEXTS: readonly FieldType[] = ["text", "longText", "choice", "email", "url"];
const FORMATTED: readonly FieldType[] = ["email", "phone", "url", "text"];

export const kinds: readonly KindOfEdit[] = [
  { kind: "set", label: "Set a value" },
  { kind: "clear", label: "Clear cells", several: true },
  { kind: "replace", label: "Replace text", several: true },
  { kind: "addTags", label: "Add tags", types: ["multiChoice"] },
  { kind: "removeTags", label: "Remove tags", types: ["multiChoice"] },
  {
    kind: "increase",
    label: "Increase or decrease",
    types: ["number", "currency", "percent"],
  },
  { kind: "shift", label: "Move dates", types: ["date", "dateTime"] },
  { kind: "letters", label: "Change capital and small letters", several: true, types: TEXTS },
  { kind: "trim", label: "Take out stray spaces", several: true, types: [...TEXTS, "phone"] },
  {
    kind: "format",
    label: "Write e-mail, phone, web addresses and names in one form",
    several: true,
    types: FORMATTED,
  },
  { kind: "copy", label: "Fill from another column" },
  { kind: "formula", label: "Fill by a formula" },
  { kind: "assign", label: "Assign people in turn", types: ["user"] },
  { kind: "delete", label: "Delete rows" },
];

/** Columns that an edit can be done to. */
export function eligible(kind: Kind, fields: readonly Field[]): readonly Field[] {
  const types = kinds.find((other) => other.kind === kind)?.types;
  return fields.filter((field) => types === undefined || types.includes(field.type));
}

export function isSeveral(kind: Kind): boolean {
  return kinds.find((other) => other.kind === kind)?.several === true;
}

/** The action that the form describes; undefined while something is missing. */
export function actionOf(
  draft: Draft,
  fields: readonly Field[],
  locale: string,
): Action | undefined {
  const { kind } = draft;
  const allowed = eligible(kind, fields).map(({ key }) => key);
  const chosen = draft.fields.filter((key) => allowed.includes(key));
  const { field } = draft;
  if (kind === "delete") return { kind };
  if (isSeveral(kind) ? chosen.length === 0 : !allowed.includes(field)) return undefined;
  switch (kind) {
    case "set":
      return draft.text.trim() === "" ? undefined : { kind, field, text: draft.text };
    case "clear":
    case "trim":
    case "format":
      return { kind, fields: chosen };
    case "replace": {
      const { find, replace, regex, matchCase, whole } = draft;
      if (find === "") return undefined;
      return { kind, fields: chosen, search: { find, replace, regex, matchCase, whole } };
    }
    case "addTags":
    case "removeTags": {
      const typed = kind === "addTags" ? draft.newNames.split(",").map((name) => name.trim()) : [];
      const names = [...draft.names, ...typed.filter((name) => name !== "")];
      return names.length === 0 ? undefined : { kind, field, names };
    }
    case "increase": {
      const by = amountTyped(draft.by, locale);
      return by === undefined ? undefined : { kind, field, by, as: draft.as };
    }
    case "shift": {
      const days = amountTyped(draft.days, locale);
      return days === undefined ? undefined : { kind, field, days };
    }
    case "letters":
      return { kind, fields: chosen, letters: draft.letters };
    case "copy":
      return draft.from === "" || draft.from === field
        ? undefined
        : { kind, field, from: draft.from };
    case "formula":
      return draft.formula.trim() === "" ? undefined : { kind, field, formula: draft.formula };
    case "assign":
      return draft.users.length === 0 ? undefined : { kind, field, users: draft.users };
  }
}

/** What is asked for while the form is not complete. */
export function missing(draft: Draft, fields: readonly Field[]): string {
  if (eligible(draft.kind, fields).length === 0)
    return "No column of this sheet takes this. Choose something else to do.";
  switch (draft.kind) {
    case "set":
      return "Write the value that all of them get.";
    case "replace":
      return "Write what is to be found.";
    case "addTags":
    case "removeTags":
      return "Choose the tags.";
    case "increase":
      return "Say by how much: 10, or -10 to decrease.";
    case "shift":
      return "Say by how many days: 7, or -7 for earlier.";
    case "copy":
      return "Choose the column to take the values from.";
    case "formula":
      return 'Write a formula, such as [First name] & " " & [Last name].';
    case "assign":
      return "Choose the people.";
    default:
      return "Choose the columns.";
  }
}
