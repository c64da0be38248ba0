import type { FieldBehaviour, Names, Reading } from "../behaviour.ts";
import { compareText, define, invalid, isBlank, isText, quoted } from "../define.ts";
import type { Field, Locale } from "../field.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";

const ID = /^[\w.:@-]{1,64}$/;

function nameOf(id: string, field: Field, names?: Names): string {
  return names?.nameOf(field, id) ?? id;
}

/** A name is resolved by the caller's names; without them only an id fits. */
function parser(field: Field, _locale: Locale, reading?: Reading) {
  const names = reading?.names;
  return (text: string) => {
    if (isBlank(text)) return undefined;
    const trimmed = text.trim();
    const id =
      names === undefined ? (ID.test(trimmed) ? trimmed : undefined) : names.idOf(field, trimmed);
    return id ?? invalid(text);
  };
}

function noGuess(sample: readonly string[]) {
  const { texts, placeholders } = sift(sample);
  return {
    fits: 0,
    of: texts.length,
    placeholders,
    against: "members are matched by name, not by shape",
  };
}

const shared = {
  align: "start",
  operators: Operators.forOne,
  takes: "a member",
  is: (cell: unknown): cell is string => typeof cell === "string",
  parser,
  why: (text: string) =>
    `${quoted(text.trim())} is not a member of this workspace, or several have this name.`,
  format: (value: string, field: Field, _locale: Locale, names?: Names) =>
    nameOf(value, field, names),
  edit(value: string, field: Field, _locale: Locale, names?: Names) {
    const name = nameOf(value, field, names);
    return names === undefined || names.idOf(field, name) === value ? name : value;
  },
  compare: compareText,
  key: (value: string) => value,
  guess: noGuess,
} as const;

/** A member of the workspace, by user id. */
export const user: FieldBehaviour = define<string>({
  ...shared,
  type: "user",
  label: "Member",
  icon: "user",
  check: (value) => isText(value) && ID.test(value),
});

const stamp = { ...shared, editable: false, check: () => false } as const;

/** Who created the record; read from its stamp. */
export const createdBy: FieldBehaviour = define<string>({
  ...stamp,
  type: "createdBy",
  label: "Created by",
  icon: "user-plus",
});

/** Who last changed the record; read from its stamp. */
export const updatedBy: FieldBehaviour = define<string>({
  ...stamp,
  type: "updatedBy",
  label: "Changed by",
  icon: "user-pen",
});
