import { equals, isInvalid, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { registry } from "../field/registry.ts";
import { best, type Survivorship } from "./rank.ts";

/** A record that takes part, in the order of rank. */
export interface Part {
  readonly id: string;
  cell(field: string): Cell | null;
}

export interface Kept {
  readonly field: Field;
  readonly cell: Cell | null;
  /** The record whose value it is; the survivor where values were put together. */
  readonly from: string;
}

/** Beyond this, notes are not put one below the other. */
const LONGEST_NOTES = 20_000;
/** Types of which a person has several, and a sheet perhaps a second field. */
const SEVERAL = ["email", "phone"] as const;

/**
 * The survivor's values. Choices and links are united; notes are put one below the other; a second e-mail address or phone
 * number goes into the next empty field of that type; of what a person does not want, everything is kept. Everything else is
 * chosen by `values` or by the rule.
 */
export function keep(
  fields: readonly Field[],
  parts: readonly Part[],
  survivor: string,
  rule: Survivorship,
  values: { readonly [field: string]: string },
): readonly Kept[] {
  const kept = fields.map((field) => keepOne(field, parts, survivor, rule, values));
  for (const type of SEVERAL) fillMore(kept, parts, survivor, type, values);
  return kept;
}

function keepOne(
  field: Field,
  parts: readonly Part[],
  survivor: string,
  rule: Survivorship,
  values: { readonly [field: string]: string },
): Kept {
  const cells = parts.map((part) => part.cell(field.key));
  if (field.consent === true && cells.includes(true)) {
    const own = parts.findIndex(({ id }) => id === survivor);
    const at = cells[own] === true ? own : cells.indexOf(true);
    return { field, cell: true, from: (parts[at] as Part).id };
  }
  const isUnited = field.type === "multiChoice" || field.link?.multiple === true;
  const chosen = Object.hasOwn(values, field.key) ? values[field.key] : undefined;
  if (chosen !== undefined && !(field.consent === true && isUnited)) {
    return {
      field,
      cell: parts.find(({ id }) => id === chosen)?.cell(field.key) ?? null,
      from: chosen,
    };
  }
  const own = parts.find(({ id }) => id === survivor)?.cell(field.key) ?? null;
  if (isUnited) {
    const lists = [own, ...cells].filter((cell) => Array.isArray(cell)) as (readonly string[])[];
    if (lists.length > 0) return { field, cell: [...new Set(lists.flat())], from: survivor };
  }
  if (field.type === "longText") {
    const texts = [own, ...cells].filter((cell) => typeof cell === "string");
    const distinct = [...new Set(texts)];
    const cell = distinct.join("\n\n");
    if (distinct.length > 1 && cell.length <= LONGEST_NOTES) return { field, cell, from: survivor };
  }
  const at = best(cells, field, rule);
  const cell = cells[at] ?? null;
  return { field, cell, from: equals(cell, own) ? survivor : (parts[at] as Part).id };
}

function fillMore(
  kept: Kept[],
  parts: readonly Part[],
  survivor: string,
  type: (typeof SEVERAL)[number],
  values: { readonly [field: string]: string },
): void {
  const places = kept.flatMap(({ field }, at) => (field.type === type ? [at] : []));
  if (places.length < 2) return;
  const key = (cell: Cell): string | undefined =>
    isInvalid(cell) ? undefined : registry[type].key(cell);
  const known = new Set(
    places.flatMap((at) => {
      const { cell } = kept[at] as Kept;
      return cell === null ? [] : [key(cell)];
    }),
  );
  const spare = places.filter((at) => {
    const { cell, field } = kept[at] as Kept;
    return cell === null && !Object.hasOwn(values, field.key);
  });
  for (const part of parts) {
    for (const at of places) {
      const cell = part.cell((kept[at] as Kept).field.key);
      const name = cell === null ? undefined : key(cell);
      if (cell === null || name === undefined || known.has(name)) continue;
      const free = spare.shift();
      if (free === undefined) return;
      known.add(name);
      const { field } = kept[free] as Kept;
      kept[free] = { field, cell, from: part.id === survivor ? survivor : part.id };
    }
  }
}
