import { isInvalid, type Cell } from "../field/cell.ts";
import type { Field, Sheet } from "../field/field.ts";

/** Types that can say what a person does not want. */
export function canBeConsent(type: Field["type"]): boolean {
  return type === "checkbox" || type === "multiChoice";
}

/** The fields of a sheet whose values forbid something, see `Field.consent`. */
export function consentFields({ fields }: Pick<Sheet, "fields">): readonly Field[] {
  return fields.filter(
    ({ consent, deleted, formula, type }) =>
      consent === true && deleted !== true && formula === undefined && canBeConsent(type),
  );
}

/** Whether the cell of a consent field forbids anything. */
export function forbids(cell: Cell | null | undefined): boolean {
  return cell === true || (isList(cell) && cell.length > 0);
}

/** What a consent field holds where both were said: never less forbidden than by either, else what was said last. */
export function stricter(
  before: Cell | null | undefined,
  after: Cell | null | undefined,
): Cell | null {
  if (before === true || after === true) return true;
  if (!isList(before) || before.length === 0) return after ?? before ?? null;
  if (!isList(after)) return before;
  return [...new Set([...before, ...after])];
}

const OPT_OUT =
  /\b(?:(?:do not|don t|dont|no|never) (?:contact|call|mail|email|e mail|phone|text|sms|market)\w*|opt(?:ed)? ?outs?|has opted out\w*|un ?subscribed?|dnc|nicht kontaktieren|kein kontakt|abgemeldet|abbestellt|ne pas contacter|desinscrit|no contactar|nao contactar|non contattare|niet contacteren|uitgeschreven|afgemeld)\b/;

/** Whether a column of yes and no is called like something that people do not want. */
export function isOptOutName(name: string): boolean {
  const words = name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, " ")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ");
  return OPT_OUT.test(words);
}

function isList(cell: Cell | null | undefined): cell is readonly string[] {
  return Array.isArray(cell) && !isInvalid(cell);
}
