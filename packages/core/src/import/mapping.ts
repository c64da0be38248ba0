import * as Marker from "../export/marker.ts";
import type { Reading } from "../field/behaviour.ts";
import type { Field, FieldType, Sheet } from "../field/field.ts";
import { assign } from "./assign.ts";
import type { ColumnFacts } from "./column.ts";
import { normaliseHeader, spokenOf, withoutNarrowing } from "./header.ts";
import { REASON_COLUMN } from "./refused.ts";
import { FULL_NAME, isRecordKind, synonymsOf } from "./synonyms.ts";
import type { Meant } from "./unknown-choices.ts";
import type { Writing } from "./writing.ts";

/** Where each column of a table goes. Plain JSON: it is shown, corrected, sent and saved. */
export interface Mapping {
  /** Key of the sheet. */
  readonly sheet: string;
  readonly columns: readonly ColumnMapping[];
  /** Sheets whose records stand once, above rows that leave their columns blank and belong to them. */
  readonly carried?: readonly string[];
}

export interface ColumnMapping {
  /** Position in the file's rows. */
  readonly column: number;
  /** As in the file. */
  readonly name: string;
  readonly target: Target;
  /** Key of the sheet it belongs to, where a row holds records of several; absent: the mapping's own. */
  readonly of?: string;
  /** Of several records of that sheet in a row the n-th, from 1. */
  readonly block?: number;
  /** Position of its table among the file's, where several are imported together and it is not of the first. */
  readonly worksheet?: number;
  /** How texts of the column are read. */
  readonly reading?: Pick<Reading, "dateOrder" | "decimal" | "serials">;
  /** Nothing proves how the column is written: the reading is a guess until somebody says it. */
  readonly asks?: Writing["about"];
  /** Texts such as "n/a" that stay, although they say that there is nothing. */
  readonly keeps?: readonly string[];
  /** Of a choice: what texts mean that are none of its options. */
  readonly meant?: Meant;
  /** Of a choice: options that it gets although no row has them. */
  readonly adds?: readonly string[];
  /** What becomes of the values that existing records have; absent: as the whole import says. */
  readonly update?: Update;
  /** 0 to 1. */
  readonly confidence: number;
  /** For people. */
  readonly reason: string;
}

/**
 * fill: only blank cells of existing records are written. overwrite: all, but a blank in the file erases nothing. erase: all, and a blank
 * in the file erases. keep: existing records stay as they are, new ones get the value.
 */
export type Update = (typeof UPDATES)[number];
export const UPDATES = ["fill", "overwrite", "erase", "keep"] as const;

export type Target =
  | { readonly kind: "field"; readonly field: string }
  /** First and last name in one cell, split between two text fields. */
  | { readonly kind: "fullName"; readonly first: string; readonly last: string }
  | { readonly kind: "new"; readonly field: NewField }
  | { readonly kind: "skip" };

export interface NewField {
  readonly name: string;
  readonly type: FieldType;
  readonly currency?: string;
  /** Its values are computed and not imported: a formula with the names of the file's columns in brackets (computed-fields.ts). */
  readonly formula?: string;
  /** choice: what there is to choose from, also what no row has. */
  readonly options?: readonly string[];
}

/** Below this a column is offered as a new one. */
const LEAST = 0.45;

/**
 * Proposes a field for every column: by its name and by what it holds, each field once, so that the whole is best. What matches no
 * field becomes a new one; empty columns are left out.
 */
export function proposeMapping(facts: readonly ColumnFacts[], sheet: Sheet): Mapping {
  const targets = targetsOf(sheet);
  const scored = facts.map((fact) => targets.map((target) => score(fact, target, sheet)));
  const candidates = scored.flatMap((row, index) =>
    row.some((one) => one.worth >= LEAST) ? [index] : [],
  );
  const assigned = assign(
    candidates.map((index) =>
      scored[index]!.map((one) =>
        one.worth < LEAST ? 0 : one.worth ** 2 + fill(facts[index]!) * 0.02,
      ),
    ),
  );
  const chosen = new Map<number, { target: Candidate; score: Score }>();
  candidates.forEach((index, at) => {
    const column = assigned[at]!;
    if (column >= 0)
      chosen.set(index, { target: targets[column]!, score: scored[index]![column]! });
  });
  settleNames(facts, sheet, chosen);
  return {
    sheet: sheet.key,
    columns: facts.map((fact, index) => toColumn(fact, chosen.get(index), sheet)),
  };
}

/** The sheet that a table fits best, by how much of it finds a field; ties go to the first. */
export function proposeSheet(
  facts: readonly ColumnFacts[],
  sheets: readonly Sheet[],
): Sheet | undefined {
  let best: { sheet: Sheet; worth: number } | undefined;
  for (const sheet of sheets) {
    const mapping = proposeMapping(facts, sheet);
    let worth = 0;
    for (const [index, column] of mapping.columns.entries()) {
      if (isHollow(facts[index])) continue;
      if (column.target.kind !== "field" && column.target.kind !== "fullName") continue;
      const key = column.target.kind === "field" ? column.target.field : FULL_NAME;
      worth += column.confidence * (TELLING[sheet.key]?.[key] ?? 1);
    }
    if (best === undefined || worth > best.worth + 1e-9) best = { sheet, worth };
  }
  return best?.sheet;
}

/** Fields that tell what kind of record a row is; most others occur with every kind. */
const TELLING: { readonly [sheet: string]: { readonly [field: string]: number } } = {
  contacts: { firstName: 2, lastName: 2, [FULL_NAME]: 1.4, email: 1.6, title: 1.3, company: 1.2 },
  companies: { name: 1.2, domain: 1.3, industry: 2.2, size: 2 },
  deals: { name: 1.1, value: 2, stage: 2, closeDate: 2.4, contacts: 1.3, company: 1.2 },
};

/** Whether enough of a ready-made sheet is recognised to say that the table holds such records; own sheets are taken at their word. */
export function isRecognised({ sheet, columns }: Mapping, facts: readonly ColumnFacts[]): boolean {
  const found = new Map<string, ColumnMapping>();
  let people = false;
  columns.forEach((column, index) => {
    const { target } = column;
    if (isHollow(facts[index])) return;
    if (target.kind === "fullName") people ||= namesPeople(facts[index]);
    else if (target.kind === "field") found.set(target.field, column);
  });
  const has = (...fields: string[]) => fields.some((field) => found.has(field));
  switch (sheet) {
    case "contacts":
      if (people || has("email", "lastName")) return true;
      return has("firstName") ? found.size > 1 : (found.get("phone")?.confidence ?? 0) >= 0.7;
    case "companies": {
      const name = found.get("name");
      if (name === undefined) return has("domain");
      if (isTelling(name.name, "companies")) return true;
      return has("domain", "industry", "phone", "street", "postalCode", "owner");
    }
    case "deals": {
      const named = [...found.values()].some(({ name }) => isTelling(name, "deals"));
      const known = ["name", "value", "stage", "closeDate"].filter((field) => found.has(field));
      return known.length >= 2 && (named || has("closeDate", "stage"));
    }
    default:
      return true;
  }
}

/** Without a value in any of the rows: it says nothing about what they are. */
function isHollow(fact: ColumnFacts | undefined): boolean {
  return fact !== undefined && fact.of > 0 && fact.filled === 0;
}

/** Whether a column's name itself says what kind of record it is: "Company", "Deal name". */
function isTelling(name: string, kind: string): boolean {
  const normal = normaliseHeader(name);
  return (
    spokenOf(`${normal} `).object === kind ||
    normal.split(" ").some((word) => spokenOf(`${word} x`).object === kind)
  );
}

/** Countries and products have a column Name as well: alone it speaks of people only when most of it is first and last names. */
function namesPeople(fact: ColumnFacts | undefined): boolean {
  const samples = fact?.samples ?? [];
  const people = samples.filter(
    (sample) => WHOLE_NAME.test(sample.trim()) && !ORGANISATION.test(sample),
  );
  return people.length * 2 > samples.length;
}

/** Words in names of companies and authorities, hardly in those of people. */
const ORGANISATION =
  /\b(?:inc|llc|ltd|limited|corp|corporation|company|gmbh|ag|kg|ohg|ug|se|sa|sarl|sas|srl|spa|bv|nv|ab|oy|aps|plc|pty|group|holdings?|foundation|trust|board|university|college|school|hospital|bank|council|authority|association|institute|department|ministry|agency|society|services|systems|solutions|consulting|partners|verein|stiftung|universität|amt|société|fundación|ministerio|azienda|stichting)\b/iu;
const WHOLE_NAME = /^\p{L}[\p{L}\p{M}.'’-]*(?:,?\s+\(?\p{L}[\p{L}\p{M}.'’-]*\)?){1,5}$/u;

interface Candidate {
  readonly key: string;
  readonly field: Field | undefined;
}

interface Score {
  readonly worth: number;
  readonly reason: string;
}

function targetsOf(sheet: Sheet): Candidate[] {
  const targets: Candidate[] = sheet.fields
    .filter(
      (field) => field.deleted !== true && field.formula === undefined && !STAMPED.has(field.type),
    )
    .map((field) => ({ key: field.key, field }));
  const has = (key: string) => targets.some((target) => target.key === key);
  if (has("firstName") && has("lastName")) targets.push({ key: FULL_NAME, field: undefined });
  return targets;
}

const STAMPED: ReadonlySet<FieldType> = new Set([
  "createdAt",
  "createdBy",
  "updatedAt",
  "updatedBy",
]);

function score(fact: ColumnFacts, target: Candidate, sheet: Sheet): Score {
  const byName = fact.column.named ? nameScore(fact.column.name, target, sheet) : undefined;
  const byContent = contentFit(fact, target.field?.type ?? "text", target.key);
  if (byName !== undefined && byName.worth > 0) {
    const least = byName.own === true && SHAPELESS.has(fact.type) ? OWN_NAME_LEAST : 0;
    return { worth: byName.worth * Math.max(byContent, least), reason: byName.reason };
  }
  return byName?.elsewhere === true ? { worth: 0, reason: "" } : contentScore(fact, target);
}

/** Types of columns whose values contradict no field: they may just be written badly, and are kept as marked text. */
const SHAPELESS: ReadonlySet<FieldType> = new Set(["text", "longText", "choice", "multiChoice"]);
/** A column with the field's very name goes there unless its values are plainly of another kind or another column is better. */
const OWN_NAME_LEAST = 0.5;

interface NameScore extends Score {
  /** The name is the field's own, not another word for it. */
  readonly own?: boolean;
  /** The name speaks of another kind of record. */
  readonly elsewhere?: boolean;
}

function nameScore(name: string, target: Candidate, sheet: Sheet): NameScore | undefined {
  const normal = normaliseHeader(name);
  if (normal === "") return undefined;
  const label = target.field?.name ?? "full name";
  if (target.field !== undefined) {
    const own = normaliseHeader(target.field.name);
    const byKey = normal === normaliseHeader(target.field.key);
    // "Title" is a key, but beside "Job title" it is Mr or Ms.
    if (normal === own || byKey) {
      return {
        worth: normal === own ? 1 : 0.97,
        own: true,
        reason: `The name is that of the field ${label}.`,
      };
    }
  }
  if (!isRecordKind(sheet.key)) return undefined;
  const synonyms = synonymsOf(sheet.key);
  const means = (text: string) => synonyms.get(text) === target.key;
  const reason = `“${name}” means ${label}.`;
  if (means(normal)) return { worth: 0.95, reason };
  const spoken = spokenOf(normal);
  if (spoken.object !== undefined && spoken.object !== sheet.key) {
    return { worth: 0, reason: "", elsewhere: true };
  }
  if (spoken.object !== undefined && means(spoken.rest)) return { worth: 0.93, reason };
  const { rest, worth } = withoutNarrowing(spoken.rest);
  if (rest !== "" && rest !== normal && means(rest)) return { worth: 0.92 * worth, reason };
  const strong = STRONG[target.key];
  if (strong?.test(normal) === true && !QUALIFIES.test(normal))
    return { worth: 0.6 * worth, reason };
  // Its name is that of another field: content alone must not outweigh that.
  if (synonyms.has(normal)) return { worth: 0, reason: "", elsewhere: true };
  return undefined;
}

/** Words that give a field away wherever they stand. */
const STRONG: { readonly [field: string]: RegExp } = {
  email: /\bemail\b/,
  phone: /\b(?:phone|telephone|telefon|telefono|telefone|mobile|cell)\b/,
  postalCode: /\b(?:zip|postal code|postcode|plz)\b/,
  website: /\b(?:website|url|homepage)\b/,
  city: /\bcity\b/,
  country: /\bcountry\b/,
  closeDate: /\bclose date\b|\bclosing date\b/,
  stage: /\bstage\b/,
};
/** The column that refused rows come back with. */
const LEFT_OUT = normaliseHeader(REASON_COLUMN);
/** Columns beside a value that say something about it. */
const QUALIFIES =
  /\b(?:type|label|status|opt|opted|optout|out|in|consent|valid|verified|bounced|bounce|count|sent|opened|clicked|last|date|source|quality|confidence|domain|home|fax|second|secondary|other|linkedin|facebook|twitter|instagram|image|photo|logo)\b/;

/** How believable the column's values are for a field of this type; 1 when they say nothing. */
function contentFit(fact: ColumnFacts, type: FieldType, key: string): number {
  if (fact.filled === 0) return 1;
  const is = (...types: FieldType[]) => types.includes(fact.type);
  switch (type) {
    case "email":
      return (fact.fits.email ?? 0) >= 0.4 ? 1 : 0.3;
    case "phone":
      if ((fact.fits.phone ?? 0) >= 0.4 || is("phone", "number")) return 1;
      return is("email", "url", "date", "dateTime", "checkbox", "currency", "percent") ? 0.1 : 0.6;
    case "url":
      return is("url") ? 1 : is("email", "date", "number", "phone") ? 0.3 : 0.85;
    case "date":
    case "dateTime":
      if (is("date", "dateTime")) return 1;
      return (fact.fits.date ?? 0) >= 0.3 || (fact.fits.dateTime ?? 0) >= 0.3 ? 0.8 : 0.4;
    case "number":
    case "currency":
    case "percent":
      if (is("number", "currency", "percent")) return 1;
      return (fact.fits.number ?? 0) >= 0.4 || (fact.fits.currency ?? 0) >= 0.4 ? 0.8 : 0.4;
    case "link":
    case "choice":
    case "multiChoice":
      return is("email", "date", "dateTime", "url", "percent")
        ? 0.3
        : is("number", "currency")
          ? 0.6
          : 1;
    case "user":
      return is("date", "dateTime", "url", "percent", "currency") ? 0.3 : 1;
    case "checkbox":
      return is("checkbox") ? 1 : 0.5;
    default:
      if (key === "domain") return is("date", "phone", "number") ? 0.3 : 1;
      if (key === "postalCode" || key === "size" || key === "notes" || key === "street")
        return is("email", "url") ? 0.4 : 1;
      return is("email", "url", "date", "dateTime", "phone", "percent", "currency")
        ? 0.45
        : is("number")
          ? 0.7
          : 1;
  }
}

/** Values that give themselves away although the name does not. */
function contentScore(fact: ColumnFacts, target: Candidate): Score {
  const type = target.field?.type;
  const worth = !fact.column.named ? 0.1 : 0;
  const reason = `${fact.reason.replace(/\.$/, "")}, so it is ${target.field?.name ?? ""}.`;
  if (type === "email" && fact.type === "email") return { worth: 0.6 + worth, reason };
  if (type === "phone" && fact.type === "phone") return { worth: 0.5 + worth, reason };
  if (type === "url" && fact.type === "url") return { worth: 0.46 + worth, reason };
  return { worth: 0, reason: "" };
}

function fill(fact: ColumnFacts): number {
  return fact.of === 0 ? 0 : fact.filled / fact.of;
}

type Chosen = Map<number, { target: Candidate; score: Score }>;

/** "Name" beside "Vorname" is the last name; "Nom" alone over two words is the whole name. */
function settleNames(facts: readonly ColumnFacts[], sheet: Sheet, chosen: Chosen): void {
  const at = (key: string) => [...chosen].find(([, one]) => one.target.key === key)?.[0];
  const fieldNamed = (key: string) => sheet.fields.find((field) => field.key === key);
  const [full, first, last] = [at(FULL_NAME), at("firstName"), at("lastName")];
  if (full !== undefined && (first !== undefined || last !== undefined)) {
    const missing = first === undefined ? "firstName" : last === undefined ? "lastName" : undefined;
    const field = missing === undefined ? undefined : fieldNamed(missing);
    const score = chosen.get(full)!.score;
    chosen.delete(full);
    const plainName = /^(?:name|names|nom|nome|naam|nombre)$/.test(
      normaliseHeader(facts[full]!.column.name),
    );
    if (field !== undefined && plainName) {
      chosen.set(full, {
        target: { key: field.key, field },
        score: {
          worth: score.worth * 0.9,
          reason: `The other name has its own column, so this is ${field.name}.`,
        },
      });
    }
    return;
  }
  const single = first ?? last;
  if (full !== undefined || single === undefined || (first !== undefined && last !== undefined))
    return;
  const fact = facts[single]!;
  const ambiguous = /^(?:nom|nome|nombre|naam|name)$/.test(normaliseHeader(fact.column.name));
  const spaced = fact.samples.filter((sample) => sample.trim().includes(" ")).length;
  if (
    ambiguous &&
    spaced * 2 > fact.samples.length &&
    fieldNamed("firstName") &&
    fieldNamed("lastName")
  ) {
    chosen.set(single, {
      target: { key: FULL_NAME, field: undefined },
      score: { worth: 0.8, reason: "First and last name stand in one cell." },
    });
  }
}

/** What of a column's reading goes into the mapping: nothing when nothing is known. */
function readingOf({ reading }: ColumnFacts): Pick<ColumnMapping, "reading"> {
  const { dateOrder, decimal, serials } = reading;
  const known = {
    ...(dateOrder === undefined ? {} : { dateOrder }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(serials === undefined ? {} : { serials }),
  };
  return Object.keys(known).length === 0 ? {} : { reading: known };
}

function keptOf({ placeholders }: ColumnFacts): Pick<ColumnMapping, "keeps"> {
  const keeps = placeholders.filter(({ means }) => means).map(({ text }) => text);
  return keeps.length === 0 ? {} : { keeps };
}

function toColumn(
  fact: ColumnFacts,
  chosen: { target: Candidate; score: Score } | undefined,
  sheet: Sheet,
): ColumnMapping {
  const base = {
    column: fact.column.index,
    name: fact.column.name,
    ...readingOf(fact),
    ...(fact.writing?.asks === true ? { asks: fact.writing.about } : {}),
    ...keptOf(fact),
  };
  if (chosen !== undefined) {
    const { target, score: one } = chosen;
    return {
      ...base,
      target:
        target.field === undefined
          ? { kind: "fullName", first: "firstName", last: "lastName" }
          : { kind: "field", field: target.key },
      confidence: Math.round(Math.min(1, one.worth) * 100) / 100,
      reason: one.reason,
    };
  }
  if (fact.column.named && normaliseHeader(fact.column.name) === LEFT_OUT) {
    return {
      ...base,
      target: { kind: "skip" },
      confidence: 1,
      reason: "It says why rows were refused before.",
    };
  }
  if (Marker.fromName(fact.column.name) !== undefined) {
    return {
      ...base,
      target: { kind: "skip" },
      confidence: 1,
      reason: "It says which record a row was exported from.",
    };
  }
  if (fact.filled === 0) {
    return { ...base, target: { kind: "skip" }, confidence: 1, reason: "The column is empty." };
  }
  return {
    ...base,
    target: { kind: "new", field: newField(fact) },
    confidence: 0.5,
    reason: `No field of ${sheet.name} matches. ${fact.reason}`,
  };
}

/** The field a column would become. */
export function newField(fact: ColumnFacts): NewField {
  return {
    name: fact.column.name.slice(0, 100),
    type: fact.type,
    ...(fact.type === "currency" && fact.currency !== undefined ? { currency: fact.currency } : {}),
    ...(fact.type === "choice" && fact.options !== undefined ? { options: fact.options } : {}),
  };
}
