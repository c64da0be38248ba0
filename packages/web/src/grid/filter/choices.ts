import type { Json } from "@gridfolk/core/field/behaviour";
import type { Field } from "@gridfolk/core/field/field";
import type { Distinct } from "@gridfolk/core/sheet/distinct";
import { keyOf } from "@gridfolk/core/field/fold";
import type { EditorDeps } from "../editor/editor.ts";
import { valueWords } from "./words.ts";

/** A line of the list of values. */
export interface Choice {
  readonly id: string;
  readonly value: Json;
  readonly label: string;
  /** Rows that have it; undefined until they are counted, and for whom no row is counted by. */
  readonly count: number | undefined;
}

/**
 * What can be ticked: blank where rows are, the options of a choice and the people of the workspace whether rows have them or not,
 * what rows have, and what is ticked already. Before the rows are counted, what is known without them.
 */
export function choicesOf(
  field: Field,
  deps: EditorDeps,
  found: Distinct | undefined,
  ticked: readonly Json[],
): readonly Choice[] {
  const choices = new Map<string, Choice>();
  const add = (value: Json, label: string, count: number | undefined) => {
    const id = identityOf(value);
    const known = choices.get(id);
    if (known === undefined || known.count === undefined) {
      choices.set(id, { id: known?.id ?? id, value: known?.value ?? value, label, count });
    }
  };
  if ((found?.blanks ?? 0) > 0 || ticked.includes(null)) add(null, "(Blank)", found?.blanks);
  if (isOfPeople(field)) {
    add("me", "Me", undefined);
    for (const { user, name } of deps.people()) add(user, name, found && 0);
  }
  for (const { name } of field.options ?? []) add(name, name, found && 0);
  const counts = new Map(found?.values.map(({ value, count }) => [identityOf(value), count]));
  for (const [id, choice] of choices) {
    const count = counts.get(id);
    if (count !== undefined && choice.value !== null) choices.set(id, { ...choice, count });
  }
  for (const { value, label, count } of found?.values ?? []) add(value, label, count);
  const look = { locale: deps.locale(), names: deps.names };
  for (const value of ticked) {
    if (value !== null) add(value, valueWords(value, field, look), found && 0);
  }
  return [...choices.values()];
}

/** Spellings of one text are one value: a condition finds them all. */
export function identityOf(value: Json): string {
  return typeof value === "string" ? (keyOf(value) ?? value) : JSON.stringify(value);
}

function isOfPeople({ type }: Field): boolean {
  return type === "user" || type === "createdBy" || type === "updatedBy";
}
