import { clusters } from "../edit/cluster.ts";
import { isInvalid } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import * as Workbook from "../ledger/workbook.ts";
import { mistyped } from "./mail-domains.ts";

/** What can be wrong with a record. */
export type Aspect = "missing" | "malformed" | "inconsistent" | "unowned" | "stale";

/** One thing to mend, and where. */
export interface Finding {
  readonly aspect: Aspect;
  /** In words: "Email is missing". */
  readonly words: string;
  /** Why it is said, where that is not plain: "93 % have it". */
  readonly why?: string;
  /** The column it is about. */
  readonly field?: string;
  /** In the order people see. */
  readonly rows: readonly number[];
}

/** How good the data of a sheet is. */
export interface Assessment {
  readonly sheet: string;
  /** Live records. */
  readonly records: number;
  /** Those with nothing to mend. */
  readonly whole: number;
  /** Of a hundred records so many are whole, rounded down; 100 only when all are. Undefined where there are none. */
  readonly score: number | undefined;
  /** Those that concern most records first. */
  readonly findings: readonly Finding[];
}

/** A column that so many fill is expected to be filled. */
const USUALLY = 0.9;
/** Fewer records say nothing about what is usual. */
const LEAST_RECORDS = 20;
/** Nobody has touched a record for so long. */
export const STALE_DAYS = 365;
const DAY_MS = 86_400_000;
/** Columns with more different values than this, or mostly different ones, are not written in ways that could be brought together. */
const MOST_VALUES = 2000;
const MOST_DIFFERENT = 0.5;

/** Ways to reach somebody: one of them is enough. */
const REACH: readonly Field["type"][] = ["email", "phone"];
const PEOPLE_FILL = new Set<Field["type"]>([
  "text",
  "email",
  "phone",
  "url",
  "date",
  "choice",
  "number",
  "currency",
  "link",
]);

/** Looks at every record of a sheet as it is. `now` in milliseconds. Pure; 100,000 records take some tenths of a second. */
export function assess(table: Workbook.Table, now: number): Assessment {
  const rows = Workbook.rows(table);
  const fields = table.sheet.fields.filter(
    ({ deleted, formula, type }) =>
      deleted !== true && formula === undefined && !Workbook.isStamped(type),
  );
  const findings = [
    ...nameless(table, rows, fields),
    ...unreachable(table, rows, fields),
    ...fields.flatMap((field) => [
      ...missing(table, rows, field),
      ...malformed(table, rows, field),
      ...inconsistent(table, rows, field),
    ]),
    ...unowned(table, rows, fields),
    ...stale(table, rows, now),
  ].filter((finding) => finding.rows.length > 0);
  const touched = new Set(findings.flatMap((finding) => finding.rows));
  const whole = rows.length - touched.size;
  return {
    sheet: table.key,
    records: rows.length,
    whole,
    score: rows.length === 0 ? undefined : Math.floor((100 * whole) / rows.length),
    findings: findings.sort((a, b) => b.rows.length - a.rows.length || compare(a.words, b.words)),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isBlank(table: Workbook.Table, row: number, key: string): boolean {
  const cell = Workbook.value(table, row, key);
  return (
    cell === undefined ||
    (typeof cell === "string" && cell.trim() === "") ||
    (Array.isArray(cell) && cell.length === 0)
  );
}

function nameless(
  table: Workbook.Table,
  rows: readonly number[],
  fields: readonly Field[],
): Finding[] {
  const titles = table.sheet.title.filter((key) => fields.some((field) => field.key === key));
  if (titles.length === 0) return [];
  const found = rows.filter((row) => titles.every((key) => isBlank(table, row, key)));
  const named = fields.filter(({ key }) => titles.includes(key)).map(({ name }) => name);
  return [
    {
      aspect: "missing",
      words: `${named.join(" and ")} ${named.length > 1 ? "are" : "is"} missing`,
      rows: found,
      why: "Nobody can tell what these rows are",
    },
  ];
}

function unreachable(
  table: Workbook.Table,
  rows: readonly number[],
  fields: readonly Field[],
): Finding[] {
  const ways = fields.filter(({ type }) => REACH.includes(type));
  // Companies have a phone alone; whoever has both needs one.
  if (new Set(ways.map(({ type }) => type)).size < 2) return [];
  const found = rows.filter((row) => ways.every(({ key }) => isBlank(table, row, key)));
  return [
    {
      aspect: "missing",
      words: "Neither e-mail nor phone",
      rows: found,
      why: "There is no way to reach them",
    },
  ];
}

function missing(table: Workbook.Table, rows: readonly number[], field: Field): Finding[] {
  const isRequired = field.required === true;
  const isTitle = table.sheet.title.includes(field.key);
  if (!isRequired && (isTitle || !PEOPLE_FILL.has(field.type))) return [];
  const found = rows.filter((row) => isBlank(table, row, field.key));
  const share = 1 - found.length / Math.max(1, rows.length);
  if (!isRequired && (rows.length < LEAST_RECORDS || share < USUALLY)) return [];
  return [
    {
      aspect: "missing",
      field: field.key,
      words: `${field.name} is missing`,
      why: isRequired ? "It is required" : `${Math.floor(share * 100)} % have it`,
      rows: found,
    },
  ];
}

function malformed(table: Workbook.Table, rows: readonly number[], field: Field): Finding[] {
  const found: number[] = [];
  const odd: number[] = [];
  for (const row of rows) {
    const cell = Workbook.value(table, row, field.key);
    if (isInvalid(cell)) found.push(row);
    else if (field.type === "email" && typeof cell === "string" && mistyped(cell) !== undefined)
      odd.push(row);
  }
  return [
    {
      aspect: "malformed",
      field: field.key,
      words: `${field.name} cannot be read`,
      why: `It is not ${WHAT[field.type] ?? "what the column holds"}`,
      rows: found,
    },
    {
      aspect: "malformed",
      field: field.key,
      words: `${field.name} looks mistyped`,
      why: "The provider is a letter off a well-known one",
      rows: odd,
    },
  ];
}

const WHAT: { readonly [type in Field["type"]]?: string } = {
  number: "a number",
  currency: "an amount of money",
  percent: "a percentage",
  date: "a date",
  dateTime: "a date with time",
  email: "an e-mail address",
  phone: "a phone number",
  url: "a web address",
  choice: "one of the choices",
  link: "a record that is there",
  user: "a member",
};

function inconsistent(table: Workbook.Table, rows: readonly number[], field: Field): Finding[] {
  if (field.type !== "text" || table.sheet.title.includes(field.key)) return [];
  const byValue = new Map<string, number[]>();
  let filled = 0;
  for (const row of rows) {
    const cell = Workbook.value(table, row, field.key);
    if (typeof cell !== "string" || cell.trim() === "") continue;
    filled += 1;
    const own = byValue.get(cell);
    if (own === undefined) byValue.set(cell, [row]);
    else own.push(row);
    if (byValue.size > MOST_VALUES) return [];
  }
  if (byValue.size < 2 || byValue.size > filled * MOST_DIFFERENT) return [];
  const texts = [...byValue].flatMap(([value, own]) => own.map(() => value));
  return clusters(texts, "fingerprint").flatMap(({ values, proposal }): Finding[] => {
    const others = values.filter(({ value }) => value !== proposal);
    const found = others.flatMap(({ value }) => byValue.get(value) ?? []).sort((a, b) => a - b);
    const shown = others.slice(0, 3).map(({ value }) => `“${short(value)}”`);
    return [
      {
        aspect: "inconsistent",
        field: field.key,
        words: `${field.name} is written in ${values.length} ways`,
        why: `Mostly “${short(proposal)}”, also ${shown.join(", ")}${others.length > 3 ? " and others" : ""}`,
        rows: found,
      },
    ];
  });
}

function short(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

function unowned(
  table: Workbook.Table,
  rows: readonly number[],
  fields: readonly Field[],
): Finding[] {
  const owner =
    fields.find(({ key, type }) => key === "owner" && type === "user") ??
    fields.find(({ type }) => type === "user");
  if (owner === undefined) return [];
  const found = rows.filter((row) => isBlank(table, row, owner.key));
  // Where nobody has an owner, owners are not used.
  if (found.length === rows.length) return [];
  return [
    {
      aspect: "unowned",
      field: owner.key,
      words: `${owner.name} is not set`,
      why: "Nobody looks after them",
      rows: found,
    },
  ];
}

function stale(table: Workbook.Table, rows: readonly number[], now: number): Finding[] {
  const before = now - STALE_DAYS * DAY_MS;
  const found = rows.filter((row) => {
    const at = table.stamps.get(table.updated[row] as number)?.at;
    return at !== undefined && at < before;
  });
  return [
    {
      aspect: "stale",
      words: "Not touched for a year",
      rows: found,
      why: "They may be out of date",
    },
  ];
}
