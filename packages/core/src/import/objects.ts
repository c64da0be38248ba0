import type { Sheet } from "../field/field.ts";
import { carriedIn } from "./carry.ts";
import type { ColumnFacts } from "./column.ts";
import { type Given, proposeAround } from "./given.ts";
import { normaliseHeader, spokenOf } from "./header.ts";
import { type ColumnMapping, type Mapping, proposeMapping } from "./mapping.ts";
import { type Numbered, numbered } from "./repeats.ts";
import type { Table } from "./table.ts";

/** What was said of a table before, by people or a saved import. */
export interface Known {
  /** Sheets that nothing is made of. */
  readonly without?: ReadonlySet<string>;
  /** Where columns go, by their index in the facts, as `proposeAround` takes it. */
  readonly given?: readonly ReadonlyMap<number, Given>[];
}

/** So sure a name alone has to be of its field, when it does not say of which record it is. */
const SURE = 0.9;

/**
 * Where every column goes, when a row may hold records of several sheets: a contact, her company and a deal. Columns that say of what they
 * are ("Company website", "Deal amount") go to that sheet, with what belongs to it, if there is enough to know such a record by; the
 * others go to the sheet itself. Only sheets are filled that are linked with it.
 */
export function proposeObjects(
  table: Table,
  facts: readonly ColumnFacts[],
  sheet: Sheet,
  sheets: readonly Sheet[],
  { without = new Set(), given = [] }: Known = {},
): Mapping {
  const whole = proposeAround(facts, sheet, ...given);
  const pinned = new Set(given.flatMap((one) => [...one.keys()]));
  const taken = new Map<number, ColumnMapping>();
  const companions = neighbours(sheet, sheets).filter(({ key }) => !without.has(key));
  for (const companion of companions) {
    const found = companionIn(facts, whole, sheet, companion, (index) => {
      return pinned.has(index) || taken.has(index);
    });
    for (const [index, column] of found) taken.set(index, column);
  }
  const own = facts.flatMap((_, index) => (taken.has(index) ? [] : [index]));
  const rest = proposeAround(
    own.map((index) => facts[index]!),
    sheet,
    ...given.map((one) => movedTo(one, own)),
  );
  const ownColumns = new Map(own.map((index, at) => [index, rest.columns[at]!]));
  const mapping: Mapping = {
    sheet: sheet.key,
    columns: facts.map((_, index) => taken.get(index) ?? ownColumns.get(index)!),
  };
  return withSeries(withCarried(table, facts, mapping, sheet, companions), [sheet, ...companions]);
}

/** Sheets that a record can be linked with, through no other; those it links to first. */
function neighbours(sheet: Sheet, sheets: readonly Sheet[]): Sheet[] {
  const links = (from: Sheet, to: Sheet) =>
    from.fields.some((field) => field.deleted !== true && field.link?.sheet === to.key);
  const others = sheets.filter((one) => one.key !== sheet.key);
  return [
    ...others.filter((one) => links(sheet, one)),
    ...others.filter((one) => !links(sheet, one) && links(one, sheet)),
  ];
}

/** The columns that are of the companion, by index; none when they do not tell one record from another. */
function companionIn(
  facts: readonly ColumnFacts[],
  whole: Mapping,
  sheet: Sheet,
  companion: Sheet,
  isGone: (index: number) => boolean,
): ReadonlyMap<number, ColumnMapping> {
  const link = sheet.fields.find(
    (field) => field.deleted !== true && field.link?.sheet === companion.key,
  );
  const spoken = new Map<number, Numbered>();
  const candidates = new Set<number>();
  facts.forEach((fact, index) => {
    if (isGone(index) || !fact.column.named || fact.filled === 0) return;
    const { target } = whole.columns[index]!;
    if (link !== undefined && target.kind === "field" && target.field === link.key) {
      candidates.add(index);
      return;
    }
    const said = saidOf(fact.column.name, companion);
    if (said !== undefined && !staysWith(fact, sheet, target)) {
      candidates.add(index);
      spoken.set(index, numbered(fact.column.name));
      return;
    }
    if (target.kind !== "new") return;
    if (sheetsSpokenOf(fact.column.name) !== undefined) return;
    if (isOnly(fact, companion)) candidates.add(index);
  });
  // A price or a status alone is no deal: something has to say it.
  if (link === undefined && spoken.size === 0 && companion.key !== "contacts") return new Map();
  const blocks = blocksIn(spoken);
  const standing = [...candidates].filter((index) => (blocks.get(index)?.first ?? index) === index);
  const proposed = proposeMapping(
    standing.map((index) => plainFact(facts[index]!, companion, blocks.get(index))),
    companion,
  );
  const found = new Map<number, ColumnMapping>();
  standing.forEach((index, at) => {
    const column = proposed.columns[at]!;
    const isSure = column.target.kind !== "new" && column.target.kind !== "skip";
    if (!isSure && !spoken.has(index)) return;
    found.set(index, of(facts[index]!, column, companion, blocks.get(index)));
  });
  for (const index of candidates) {
    const block = blocks.get(index);
    const first = block === undefined ? undefined : found.get(block.first);
    if (block === undefined || first === undefined || block.first === index) continue;
    found.set(index, {
      ...of(facts[index]!, first, companion, block),
      column: facts[index]!.column.index,
      name: facts[index]!.column.name,
    });
  }
  return isTold(found, companion, link !== undefined) ? found : new Map();
}

function of(
  fact: ColumnFacts,
  column: ColumnMapping,
  companion: Sheet,
  block: Block | undefined,
): ColumnMapping {
  const { target } = column;
  return {
    ...column,
    name: fact.column.name,
    target:
      target.kind === "new"
        ? { kind: "new", field: { ...target.field, name: restOf(fact.column.name, companion) } }
        : target,
    of: companion.key,
    ...(block === undefined ? {} : { block: block.number }),
  };
}

/** Enough to know a record by: its name or address, and more than the name where that alone is a link already. */
function isTold(
  found: ReadonlyMap<number, ColumnMapping>,
  companion: Sheet,
  isLinked: boolean,
): boolean {
  const filled = new Set<string>();
  let blocks = 0;
  for (const { target, block = 1 } of found.values()) {
    blocks = Math.max(blocks, block);
    if (target.kind === "field") filled.add(target.field);
    if (target.kind === "fullName") filled.add(target.first).add(target.last);
  }
  const isNamed = companion.title.some((key) => filled.has(key));
  const isKnown = companion.fields.some(
    ({ key, type, unique }) =>
      filled.has(key) && (type === "email" || type === "url" || unique === true),
  );
  const more = [...found.values()].some(
    ({ target, block = 1 }) =>
      block === 1 &&
      target.kind !== "skip" &&
      target.kind !== "fullName" &&
      !(target.kind === "field" && companion.title.includes(target.field)),
  );
  if (!isNamed && !isKnown) return found.size >= 2 && !isLinked;
  return more || !isLinked || blocks > 1;
}

/** Of which kind of record a name speaks, if of one. */
function sheetsSpokenOf(name: string): string | undefined {
  return spokenOf(normaliseHeader(name)).object;
}

/** What a column's name says of a record of the sheet: "Company website" says "website" of a company. */
function saidOf(name: string, sheet: Sheet): string | undefined {
  const normal = numbered(name).base;
  const spoken = spokenOf(normal);
  if (spoken.object !== undefined) return spoken.object === sheet.key ? spoken.rest : undefined;
  for (const noun of [sheet.singular, sheet.name]) {
    const start = normaliseHeader(noun ?? "");
    if (start !== "" && normal.startsWith(`${start} `)) return normal.slice(start.length + 1);
  }
  return undefined;
}

function restOf(name: string, sheet: Sheet): string {
  const rest = saidOf(name, sheet);
  if (rest === undefined) return name;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** "Account owner" and "Lead source" are of the row itself, whatever they are called after. */
function staysWith(fact: ColumnFacts, sheet: Sheet, target: ColumnMapping["target"]): boolean {
  if (target.kind !== "field") return false;
  const field = sheet.fields.find(({ key }) => key === target.field);
  return (
    field !== undefined &&
    (field.type === "user" || field.type === "choice") &&
    !/^deal|^opportunity/.test(normaliseHeader(fact.column.name))
  );
}

/** A name that means a field of the companion without saying so: "Industry", "First name". */
function isOnly(fact: ColumnFacts, companion: Sheet): boolean {
  const { columns } = proposeMapping([fact], companion);
  const [column] = columns;
  return (
    column !== undefined &&
    (column.target.kind === "field" || column.target.kind === "fullName") &&
    column.confidence >= SURE
  );
}

/** Own sheets do not know themselves by prefix: of "Project budget" the field is "budget". Numbers are no part of what a column means. */
function plainFact(fact: ColumnFacts, sheet: Sheet, block: Block | undefined): ColumnFacts {
  const { name } = fact.column;
  const isReady = spokenOf(numbered(name).base).object === sheet.key;
  const plain = isReady
    ? block === undefined
      ? name
      : numbered(name).base
    : (saidOf(name, sheet) ?? name);
  return plain === name ? fact : { ...fact, column: { ...fact.column, name: plain } };
}

/** A column of a block: which, and the column that says the same in the first. */
interface Block {
  readonly number: number;
  readonly first: number;
}

/** "Contact 1 name, Contact 1 email, Contact 2 name …": columns that say the same with several numbers. */
function blocksIn(spoken: ReadonlyMap<number, Numbered>): ReadonlyMap<number, Block> {
  const byBase = new Map<string, { readonly index: number; readonly number: number }[]>();
  for (const [index, { base, number }] of spoken)
    byBase.set(base, [...(byBase.get(base) ?? []), { index, number: number ?? 1 }]);
  const numbers = new Set<number>();
  const series = [...byBase.values()].filter((all) => {
    const own = new Set(all.map(({ number }) => number));
    if (own.size !== all.length || all.length < 2) return false;
    for (const number of own) numbers.add(number);
    return true;
  });
  const blocks = new Map<number, Block>();
  // One thing said twice ("Contact phone 1", "Contact phone 2") is one contact with two phones.
  if (series.length < 2 || numbers.size < 2) return blocks;
  for (const [, all] of byBase) {
    const sorted = all.toSorted((a, b) => a.number - b.number);
    const own = new Set(sorted.map(({ number }) => number));
    if (own.size !== sorted.length) continue;
    for (const { index, number } of sorted) blocks.set(index, { number, first: sorted[0]!.index });
  }
  return blocks;
}

function movedTo(
  given: ReadonlyMap<number, Given>,
  own: readonly number[],
): ReadonlyMap<number, Given> {
  return new Map(
    own.flatMap((index, at) => {
      const one = given.get(index);
      return one === undefined ? [] : [[at, one] as const];
    }),
  );
}

/** A company that stands once above its people is one of its own, even where only its name is said. */
function withCarried(
  table: Table,
  facts: readonly ColumnFacts[],
  mapping: Mapping,
  sheet: Sheet,
  companions: readonly Sheet[],
): Mapping {
  let found = mapping;
  const carried: string[] = [];
  for (const companion of companions) {
    const link = sheet.fields.find(
      (field) => field.deleted !== true && field.link?.sheet === companion.key,
    );
    if (link === undefined) continue;
    const isThere = found.columns.some((column) => column.of === companion.key);
    const [title, ...more] = companion.title;
    const named: Mapping =
      isThere || title === undefined || more.length > 0
        ? found
        : {
            ...found,
            columns: found.columns.map((column, index) =>
              column.target.kind === "field" &&
              column.target.field === link.key &&
              facts[index] !== undefined &&
              !link.link!.multiple
                ? { ...column, target: { kind: "field", field: title }, of: companion.key }
                : column,
            ),
          };
    if (carriedIn(table, named, companion.key) === undefined) continue;
    found = named;
    carried.push(companion.key);
  }
  return carried.length === 0 ? found : { ...found, carried };
}

/** "Note 2 … Note 5" stand below "Note 1": a long text takes them all. */
function withSeries(mapping: Mapping, sheets: readonly Sheet[]): Mapping {
  const long = new Map<string, ColumnMapping>();
  const placeOf = ({ of = mapping.sheet, name }: ColumnMapping) => `${of} ${numbered(name).base}`;
  for (const column of mapping.columns) {
    const { target } = column;
    const sheet = sheets.find(({ key }) => key === (column.of ?? mapping.sheet));
    const field =
      target.kind === "field" ? sheet?.fields.find(({ key }) => key === target.field) : undefined;
    if (field?.type === "longText" && !long.has(placeOf(column))) long.set(placeOf(column), column);
  }
  return {
    ...mapping,
    columns: mapping.columns.map((column) => {
      const first = long.get(placeOf(column));
      if (first === undefined || first === column || column.target.kind !== "new") return column;
      if (numbered(column.name).number === undefined || column.block !== undefined) return column;
      return {
        ...column,
        target: first.target,
        confidence: 0.9,
        reason: `Its text stands below that of “${first.name}”.`,
      };
    }),
  };
}
