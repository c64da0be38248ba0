import type { Registry } from "../field/behaviour.ts";
import type { FieldType, Locale } from "../field/field.ts";
import { fold } from "../field/fold.ts";
import { isPlaceholder } from "../field/sift.ts";
import type { ColumnFacts } from "./column.ts";
import { cellText } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { dataRows, type Table } from "./table.ts";

/** Something in a file that a person may want to mend before importing it, in plain words. */
export interface Finding {
  /** Name of the column; absent when it is about the table. */
  readonly column?: string;
  readonly message: string;
}

/** Different values of a column that are looked at; more are those of names and texts. */
const MOST_VALUES = 200_000;
const EXAMPLES = 3;

/** What is wrong with a table, the gravest first for each column, and about the whole of it at the beginning. */
export function findings(
  table: Table,
  facts: readonly ColumnFacts[],
  locale: Locale,
  registry: Registry,
): Finding[] {
  const rows = dataRows(table);
  return [
    ...aboutTable(table, rows, facts),
    ...facts.flatMap((fact) => aboutColumn(table, rows, fact, locale, registry)),
  ];
}

function aboutTable(
  table: Table,
  rows: readonly number[],
  facts: readonly ColumnFacts[],
): Finding[] {
  const found: Finding[] = table.raw.notes.slice(0, 10).map(({ row, message }) => ({
    message: row === undefined ? message : `Row ${row + 1}: ${message}`,
  }));
  const skipped = new Map<string, number[]>();
  for (const { row, reason } of table.skipped)
    skipped.set(reason, [...(skipped.get(reason) ?? []), row]);
  for (const [reason, at] of skipped) {
    found.push({
      message: `${rowList(at)} left out: ${reason.replace(/^./, (one) => one.toLowerCase())}`,
    });
  }
  const again = repeatedRows(table, rows);
  if (again.length > 0) {
    found.push({
      message: `${counted(again.length, "row is", "rows are")} the same as an earlier row in every cell: ${rowList(again)}.`,
    });
  }
  const empty = facts.filter(({ filled }) => filled === 0).map(({ column }) => column.name);
  if (empty.length > 0 && rows.length > 0) {
    found.push({
      message: `${counted(empty.length, "column is", "columns are")} empty: ${list(empty)}.`,
    });
  }
  const names = facts.filter(({ column }) => column.named).map(({ column }) => column.name);
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  if (twice.length > 0)
    found.push({ message: `Several columns have the same name: ${list(twice)}.` });
  return found;
}

function repeatedRows(table: Table, rows: readonly number[]): number[] {
  if (table.columns.length < 2) return [];
  const seen = new Set<string>();
  const again: number[] = [];
  for (const row of rows) {
    const key = table.columns
      .map(({ index }) => cellText(Rows.cell(table.raw.rows, row, index)).trim())
      .join("\u0000");
    if (seen.has(key)) again.push(row);
    else seen.add(key);
  }
  return again;
}

/** The different values of a column: how often each occurs, and its first row. */
interface Value {
  readonly text: string;
  readonly first: number;
  times: number;
}

function valuesOf(table: Table, rows: readonly number[], index: number): Value[] {
  const values = new Map<string, Value>();
  for (const row of rows) {
    const text = cellText(Rows.cell(table.raw.rows, row, index));
    if (text.trim() === "") continue;
    const known = values.get(text);
    if (known !== undefined) known.times += 1;
    else if (values.size < MOST_VALUES) values.set(text, { text, first: row, times: 1 });
  }
  return [...values.values()];
}

function aboutColumn(
  table: Table,
  rows: readonly number[],
  fact: ColumnFacts,
  locale: Locale,
  registry: Registry,
): Finding[] {
  if (fact.filled === 0) return [];
  const { name: column, index } = fact.column;
  const values = valuesOf(table, rows, index);
  const telling = values.filter(({ text }) => !isPlaceholder(text));
  const found: Finding[] = [];
  const say = (message: string): void => void found.push({ column, message });
  if (fact.doubt !== undefined) say(fact.doubt);
  for (const message of [
    unfit(telling, fact, locale, registry),
    mixed(fact),
    repeated(telling, fact),
    spellings(telling, fact),
    placeholders(values),
    spaces(telling),
    having(HTML_CODE, telling, "of a web page in place of letters"),
    having(
      GARBLED,
      telling,
      "that letters turn into when a program takes one encoding for another",
    ),
  ])
    if (message !== undefined) say(message);
  return found;
}

/** Types whose values can be wrong. */
const SHAPED: { readonly [type in FieldType]?: string } = {
  email: "e-mail addresses",
  phone: "phone numbers",
  url: "web addresses",
  date: "dates",
  dateTime: "dates with a time",
  number: "numbers",
  currency: "amounts of money",
  percent: "percentages",
};

function unfit(
  values: readonly Value[],
  { type, reading, column }: ColumnFacts,
  locale: Locale,
  registry: Registry,
): string | undefined {
  const what = SHAPED[type];
  if (what === undefined) return undefined;
  const field = { id: "", key: "", name: column.name, type } as const;
  const parse = registry[type].parser(field, locale, reading);
  const wrong = values.filter(({ text }) => {
    const cell = parse(text);
    return typeof cell === "object" && cell !== null && "invalid" in cell;
  });
  if (wrong.length === 0) return undefined;
  const cells = wrong.reduce((sum, { times }) => sum + times, 0);
  return `Among these ${what}, ${counted(cells, "value does", "values do")} not fit: ${examples(wrong)}.`;
}

/** Most values are of a kind, and enough are not that the column had to be text. */
function mixed({ type, fits }: ColumnFacts): string | undefined {
  if (type !== "text" && type !== "longText" && type !== "choice") return undefined;
  for (const [kind, what] of Object.entries(SHAPED)) {
    const share = fits[kind as FieldType] ?? 0;
    if (share >= 0.5 && share < 1)
      return `${Math.round(share * 100)} % of the values are ${what}, the others are not: the column is kept as text.`;
  }
  return undefined;
}

function repeated(values: readonly Value[], { type }: ColumnFacts): string | undefined {
  if (type !== "email") return undefined;
  const times = new Map<string, number>();
  for (const { text, times: count } of values) {
    const key = text.trim().toLowerCase();
    times.set(key, (times.get(key) ?? 0) + count);
  }
  const shared = [...times].filter(([, count]) => count > 1);
  if (shared.length === 0) return undefined;
  const some = shared.slice(0, EXAMPLES).map(([text, count]) => `“${text}” (${count} times)`);
  return `${counted(shared.length, "address stands", "addresses stand")} in several rows: ${some.join(", ")}${shared.length > EXAMPLES ? " …" : ""}. These may be duplicates.`;
}

/** The same word written in several ways: capitals, accents, spaces. */
function spellings(values: readonly Value[], { type, filled }: ColumnFacts): string | undefined {
  if (
    (type !== "text" && type !== "choice") ||
    values.length > filled * 0.8 ||
    values.length > 5000
  )
    return undefined;
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = fold(value.text).replace(/[^\p{L}\p{N}]+/gu, "");
    if (key !== "") groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  const several = [...groups.values()].filter((group) => group.length > 1);
  if (several.length === 0) return undefined;
  const some = several
    .slice(0, EXAMPLES)
    .map((group) => group.map(({ text, times }) => `“${text}” (${times})`).join(" and "));
  return `${counted(several.length, "value is", "values are")} written in several ways: ${some.join("; ")}${several.length > EXAMPLES ? " …" : ""}.`;
}

function placeholders(values: readonly Value[]): string | undefined {
  const empty = values.filter(({ text }) => isPlaceholder(text));
  if (empty.length === 0) return undefined;
  const cells = empty.reduce((sum, { times }) => sum + times, 0);
  return `${counted(cells, "cell says", "cells say")} that there is nothing: ${examples(empty)}.`;
}

function spaces(values: readonly Value[]): string | undefined {
  const padded = values.filter(({ text }) => text !== text.trim() || /\S {2,}\S/.test(text));
  if (padded.length === 0) return undefined;
  const cells = padded.reduce((sum, { times }) => sum + times, 0);
  return `${counted(cells, "value has", "values have")} spaces too many.`;
}

/** "&eacute;" and "&#233;" for "é". */
const HTML_CODE = /&(?:#\d{1,6}|#x[\da-f]{1,5}|[a-z]{2,8}\d{0,2});/i;
/** "Ã©" for "é", "â€™" for "’", and what stands for a letter that was lost. */
const GARBLED = /[ÂÃ][\u0080-\u00BF]|â€|\uFFFD/;

function having(sign: RegExp, values: readonly Value[], what: string): string | undefined {
  const found = values.filter(({ text }) => sign.test(text));
  if (found.length === 0) return undefined;
  const cells = found.reduce((sum, { times }) => sum + times, 0);
  return `${counted(cells, "value has", "values have")} signs ${what}: ${examples(found)}.`;
}

function examples(values: readonly Value[]): string {
  const some = values
    .slice(0, EXAMPLES)
    .map(({ text, first }) => `“${short(text)}” (row ${first + 1})`);
  return `${some.join(", ")}${values.length > EXAMPLES ? " …" : ""}`;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

function list(names: readonly string[]): string {
  return `${names
    .slice(0, 8)
    .map((name) => `“${short(name)}”`)
    .join(", ")}${names.length > 8 ? " …" : ""}`;
}

function rowList(rows: readonly number[]): string {
  const some = rows.slice(0, 5).map((row) => row + 1);
  return `${rows.length === 1 ? "Row" : "Rows"} ${some.join(", ")}${rows.length > 5 ? " …" : ""}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
