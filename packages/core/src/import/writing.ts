import type { DateOrder } from "../field/behaviour.ts";
import type { Mark } from "../field/decimal.ts";
import type { Field, FieldType, Locale } from "../field/field.ts";
import type { Reading, Registry } from "../field/behaviour.ts";
import { cellText, isBlank } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import type { Table } from "./table.ts";

/** How the dates or figures of a column are written, where that can be read in more than one way. */
export interface Writing {
  readonly about: "dateOrder" | "decimal";
  /** What is used until somebody says otherwise. */
  readonly used: DateOrder | Mark;
  /** Nothing in the file proves it, or its values contradict each other: somebody has to say it. */
  readonly asks: boolean;
  readonly ways: readonly Way[];
  /** Rows that show it, in the order of the file. */
  readonly examples: readonly Example[];
}

/** One way to read the column, and what it makes of the example. */
export interface Way {
  readonly value: DateOrder | Mark;
  /** As people of the workspace see it; null: it does not fit, and would be kept as text. */
  readonly reads: string | null;
}

export interface Example {
  /** Position among the file's rows, from 0. */
  readonly row: number;
  readonly text: string;
  /** The only way to read it; null when there are several. */
  readonly proves: DateOrder | Mark | null;
}

const EACH = 3;
const RARE = 5;

/**
 * The first rows that show each way to read a column, and the first that leave it open. `proof` tells what a text proves, null when it
 * fits several ways, undefined when it says nothing about it.
 */
export function examplesIn(
  table: Table,
  index: number,
  rows: readonly number[],
  proof: (text: string) => Example["proves"] | undefined,
): Example[] {
  const found = new Map<Example["proves"], Example[]>();
  const seen = new Set<string>();
  let rest = Infinity;
  for (const row of rows) {
    const cell = Rows.cell(table.raw.rows, row, index);
    if (isBlank(cell) || (typeof cell !== "string" && typeof cell !== "object")) continue;
    const text = cellText(cell).trim();
    if (seen.has(text)) continue;
    const proves = proof(text);
    if (proves === undefined) continue;
    const list = found.get(proves) ?? [];
    found.set(proves, list);
    if (list.length < RARE) {
      list.push({ row, text, proves });
      seen.add(text);
    }
    // What is rare may stand at the end of the file: it is looked for that far.
    rest = [...found.values()].some((one) => one.length < RARE) || found.size < 3 ? Infinity : 0;
    if (rest === 0) break;
  }
  const fewest = Math.min(...[...found.values()].map((list) => list.length));
  return [...found.values()]
    .flatMap((list) => (list.length === fewest ? list : list.slice(0, EACH)))
    .toSorted((a, b) => a.row - b.row);
}

/** What each of some ways makes of the first example that they read differently, without those that can read none. */
export function waysOf(
  examples: readonly Example[],
  values: readonly (DateOrder | Mark)[],
  type: FieldType,
  currency: string | undefined,
  locale: Locale,
  registry: Registry,
): Way[] {
  const field: Field = {
    key: "value",
    name: "Value",
    type,
    ...(currency === undefined ? {} : { currency }),
  };
  const readBy = (value: DateOrder | Mark, text: string): string | null => {
    const reading: Reading =
      value === "." || value === "," ? { decimal: value } : { dateOrder: value };
    const cell = registry[type].parse(text, field, locale, reading);
    if (cell === undefined || (typeof cell === "object" && "invalid" in cell)) return null;
    return registry[type].format(cell, field, locale);
  };
  const possible = values.filter((value) =>
    examples.some(({ text }) => readBy(value, text) !== null),
  );
  const shown = exampleOf(examples)?.text ?? "";
  return possible.map((value) => ({ value, reads: readBy(value, shown) }));
}

/** The example by which ways are compared: one that leaves it open, if there is one. */
export function exampleOf(examples: readonly Example[]): Example | undefined {
  return examples.find(({ proves }) => proves === null) ?? examples[0];
}
