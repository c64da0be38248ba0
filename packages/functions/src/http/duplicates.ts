import { DomainError } from "@gridfolk/core/error";
import { type Following, following } from "@gridfolk/core/dedupe/following";
import { textOf } from "@gridfolk/core/dedupe/records";
import type { Columns } from "@gridfolk/core/ledger/operation";
import type { Table } from "@gridfolk/core/ledger/workbook";
import type { Context as Reading } from "@gridfolk/core/sheet/context";
import { labelOf } from "@gridfolk/core/sheet/title";
import * as v from "valibot";

/** A new record that looks like one that is there, or like one before it in the same request. */
export const DuplicateSchema = v.object({
  index: v.pipe(v.number(), v.description("Which of the records sent")),
  id: v.nullable(
    v.pipe(
      v.string(),
      v.description("The record that is there; null where it is another one of those sent"),
    ),
  ),
  like: v.nullable(
    v.pipe(
      v.number(),
      v.description("Which of the records sent it looks like; null where it is one that is there"),
    ),
  ),
  label: v.pipe(v.string(), v.description("What people call that record")),
  probability: v.number(),
  reasons: v.array(
    v.pipe(
      v.string(),
      v.description("What agrees and what does not, in words; what counts most first"),
    ),
  ),
});

export type Duplicate = v.InferOutput<typeof DuplicateSchema>;

/** From this probability on somebody is told. */
const LEAST = 0.8;
const MOST_REASONS = 5;

/** The lookups of tables at hand; they go with their tables. */
const lookups = new WeakMap<Table, Following>();

/**
 * Which records to be created look like one that is there. The first look at a sheet reads all of it (100,000 records: some seconds), later
 * ones only what changed.
 */
export function duplicatesAmong(
  table: Table,
  columns: Columns,
  count: number,
  context: Reading,
): Duplicate[] {
  const known = lookups.get(table);
  const there = known ?? following();
  if (known === undefined) lookups.set(table, there);
  there.follow(table, context);
  const keyed = new Map(table.sheet.fields.map((field) => [field.key, field]));
  const asked = Array.from({ length: count }, (_, index) => {
    const texts: { [field: string]: string } = {};
    for (const [key, column] of Object.entries(columns)) {
      const field = keyed.get(key);
      if (field !== undefined) texts[key] = textOf(column[index] ?? undefined, field, context);
    }
    return texts;
  });
  return asked.flatMap((texts, index): Duplicate[] => {
    const [found] = there.find(texts, LEAST);
    if (found !== undefined) {
      const row = table.rowById.get(found.id);
      return [
        {
          index,
          id: found.id,
          like: null,
          label: row === undefined ? "" : labelOf(table, row, context.locale),
          probability: rounded(found.probability),
          reasons: found.reasons.slice(0, MOST_REASONS).map(({ words }) => words),
        },
      ];
    }
    const like = asked.findIndex((other, at) => at < index && isSame(other, texts));
    if (like < 0) return [];
    return [{ index, id: null, like, label: "", probability: 1, reasons: ["It is sent twice."] }];
  });
}

/** DomainError "duplicate" that names all of them. */
export function refuse(duplicates: readonly Duplicate[], { sheet }: Table): never {
  const noun = sheet.singular ?? "record";
  const errors = duplicates
    .slice(0, 100)
    .map(({ index, id, like, label, probability, reasons }) => ({
      path: `records/${index}`,
      message:
        id === null
          ? `the same as records/${like}`
          : `looks like the ${noun} ${label} (${id}), ${Math.round(Math.min(0.99, probability) * 100)} % sure: ${reasons.slice(0, 3).join("; ")}`,
    }));
  throw new DomainError(
    "duplicate",
    `${duplicates.length === 1 ? `One ${noun} seems` : `${duplicates.length} of them seem`} to be there already, so nothing was created. Send duplicates “report” to create ${duplicates.length === 1 ? "it" : "them"} all the same.`,
    { errors },
  );
}

function isSame(
  a: { readonly [field: string]: string },
  b: { readonly [field: string]: string },
): boolean {
  const keys = Object.keys(b).filter((key) => b[key] !== "");
  return (
    keys.length > 1 &&
    Object.keys(a).filter((key) => a[key] !== "").length === keys.length &&
    keys.every((key) => a[key] === b[key])
  );
}

function rounded(probability: number): number {
  return Math.round(probability * 1e4) / 1e4;
}
