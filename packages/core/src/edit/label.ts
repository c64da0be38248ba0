import type { Field } from "../field/field.ts";
import type { Action } from "./bulk.ts";

/**
 * What an action did, as histories and the undo menu say it: "Replaced “a” by “b” in 12 contacts". `noun`: the records with their
 * number.
 */
export function labelOf(action: Action, fields: readonly Field[], noun: string): string {
  const name = (key: string): string => fields.find((field) => field.key === key)?.name ?? key;
  const names = (keys: readonly string[]): string =>
    keys.length > 2 ? `${keys.length} columns` : keys.map(name).join(" and ");
  switch (action.kind) {
    case "set":
      return `Set ${name(action.field)} of ${noun}`;
    case "clear":
      return `Cleared ${names(action.fields)} of ${noun}`;
    case "replace":
      return `Replaced “${short(action.search.find)}” by “${short(action.search.replace)}” in ${noun}`;
    case "addTags":
      return `Added ${short(action.names.join(", "))} to ${name(action.field)} of ${noun}`;
    case "removeTags":
      return `Removed ${short(action.names.join(", "))} from ${name(action.field)} of ${noun}`;
    case "increase":
      return `${action.by < 0 ? "Decreased" : "Increased"} ${name(action.field)} of ${noun}`;
    case "shift":
      return `Moved ${name(action.field)} of ${noun}`;
    case "letters":
      return `Changed the letters of ${names(action.fields)} of ${noun}`;
    case "trim":
      return `Took stray spaces out of ${names(action.fields)} of ${noun}`;
    case "format":
      return `Formatted ${names(action.fields)} of ${noun}`;
    case "copy":
      return `Filled ${name(action.field)} of ${noun} from ${name(action.from)}`;
    case "formula":
      return `Filled ${name(action.field)} of ${noun} by a formula`;
    case "unify":
      return `Merged values of ${name(action.field)} of ${noun}`;
    case "assign":
      return `Assigned ${name(action.field)} of ${noun}`;
    case "delete":
      return `Deleted ${noun}`;
  }
}

function short(text: string): string {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}
