import * as v from "valibot";
import { PALETTE } from "../field/palette.ts";
import * as Filter from "../sheet/filter.ts";
import type { SortKey } from "../sheet/sort.ts";

/** What rows of dates are put together by. */
export const UNITS = ["day", "week", "month", "quarter", "year"] as const;
export type Unit = (typeof UNITS)[number];

/** Rows that have the same value in the field stand together. */
export interface GroupKey {
  readonly field: string;
  readonly descending: boolean;
  /** Dates and times: the stretch of time that counts as the same; absent: the day. */
  readonly unit?: Unit | undefined;
}

export const SUMMARIES = [
  "count",
  "filled",
  "percentFilled",
  "blank",
  "unique",
  "sum",
  "average",
  "median",
  "min",
  "max",
  "range",
] as const;
/** What a column comes to; `min` and `max` of dates are the earliest and the latest. */
export type SummaryKind = (typeof SUMMARIES)[number];

/** Rows that pass the filter stand out: as a whole, or in one column. */
export interface ColourRule {
  /** What it means, for people; blank: the filter in words. */
  readonly name: string;
  readonly filter: Filter.Filter;
  /** The column that is coloured; absent: the whole row. */
  readonly field?: string | undefined;
  /** A colour of the palette. */
  readonly color: string;
}

export const HEIGHTS = ["compact", "normal", "tall"] as const;
export type Height = (typeof HEIGHTS)[number];

/** How a view shows the rows of its sheet. Fields are named by key; those that are gone are passed over (mend.ts names them). */
export interface Definition {
  /** Absent: every row. */
  readonly filter?: Filter.Filter | undefined;
  readonly sort: readonly SortKey[];
  /** Field keys, in the order of the screen; empty: the sheet's order. */
  readonly order: readonly string[];
  readonly hidden: readonly string[];
  /** Stay at the left while the rest scrolls. Absent: the fields that name a record. */
  readonly pinned?: readonly string[] | undefined;
  /** Pixels by field key. */
  readonly widths: { readonly [field: string]: number };
  /** The outermost first. */
  readonly group: readonly GroupKey[];
  /** Keys of the groups that are shut (group.ts). */
  readonly collapsed: readonly string[];
  /** Under the columns, and beside the names of groups. */
  readonly summaries: { readonly [field: string]: SummaryKind };
  /** The first rule that holds counts. */
  readonly rules: readonly ColourRule[];
  readonly height: Height;
}

export const MOST_GROUPS = 3;
const MOST_RULES = 50;
const MOST_COLLAPSED = 2_000;
/** Characters of a definition as JSON. */
export const LONGEST = 100_000;

export const EMPTY: Definition = {
  sort: [],
  order: [],
  hidden: [],
  widths: {},
  group: [],
  collapsed: [],
  summaries: {},
  rules: [],
  height: "normal",
};

const key = v.pipe(v.string(), v.maxLength(200));
const keys = v.pipe(v.array(key), v.maxLength(2_000));
const filter = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Filter.Filter => {
    try {
      return Filter.parse(dataset.value);
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : "not a filter" });
      return NEVER;
    }
  }),
);

/** One part of a definition. */
export const SortSchema = v.pipe(
  v.array(v.object({ field: key, descending: v.boolean() })),
  v.maxLength(10, "at most 10 columns"),
);
export const GroupSchema = v.pipe(
  v.array(v.object({ field: key, descending: v.boolean(), unit: v.optional(v.picklist(UNITS)) })),
  v.maxLength(MOST_GROUPS, `at most ${MOST_GROUPS} columns`),
);
export const WidthsSchema = v.record(key, v.pipe(v.number(), v.minValue(20), v.maxValue(2000)));
export const SummariesSchema = v.record(key, v.picklist(SUMMARIES));
export const FilterSchema = filter;
export const RulesSchema = v.pipe(
  v.array(
    v.object({
      name: v.pipe(v.string(), v.maxLength(200)),
      filter,
      field: v.optional(key),
      color: v.picklist(PALETTE),
    }),
  ),
  v.maxLength(MOST_RULES, `at most ${MOST_RULES} rules`),
);
export const HeightSchema = v.picklist(HEIGHTS);

const entries = {
  filter: v.optional(FilterSchema),
  sort: v.optional(SortSchema, []),
  order: v.optional(keys, []),
  hidden: v.optional(keys, []),
  pinned: v.optional(keys),
  widths: v.optional(WidthsSchema, {}),
  group: v.optional(GroupSchema, []),
  collapsed: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.maxLength(2_000))), v.maxLength(MOST_COLLAPSED)),
    [],
  ),
  summaries: v.optional(SummariesSchema, {}),
  rules: v.optional(RulesSchema, []),
  height: v.optional(HeightSchema, "normal"),
};

/**
 * Reads a definition as a record keeps it. Never fails: a part that cannot be read is left out, the rest stays. What a later
 * version adds is passed over.
 */
export function read(text: unknown): Definition {
  let json: unknown;
  try {
    json = typeof text === "string" && text.length <= LONGEST ? JSON.parse(text) : {};
  } catch {
    json = {};
  }
  return fromJson(json);
}

/** As `read`, of JSON that is parsed already. */
export function fromJson(json: unknown): Definition {
  const given = typeof json === "object" && json !== null ? json : {};
  const parts = Object.entries(entries).flatMap(([name, schema]) => {
    const part: unknown = Object.hasOwn(given, name)
      ? given[name as keyof typeof given]
      : undefined;
    const result = v.safeParse(schema as v.GenericSchema, part);
    return result.success && result.output !== undefined ? [[name, result.output]] : [];
  });
  return { ...EMPTY, ...(Object.fromEntries(parts) as Partial<Definition>) };
}

/** As a record keeps it: without the parts that say nothing. Equal definitions have equal texts. */
export function toText(definition: Definition): string {
  const said = Object.keys(entries).flatMap((name) => {
    const part = definition[name as keyof Definition];
    if (part === undefined) return [];
    const plain = JSON.stringify(sorted(part));
    const says = plain !== JSON.stringify(EMPTY[name as keyof Definition]);
    return says ? [`${JSON.stringify(name)}:${plain}`] : [];
  });
  return `{${said.join(",")}}`;
}

/** Objects with their keys in one order. */
function sorted(part: unknown): unknown {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map(sorted);
  return Object.fromEntries(
    Object.entries(part)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, sorted(value)]),
  );
}
