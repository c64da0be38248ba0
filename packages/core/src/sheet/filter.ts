import * as v from "valibot";
import { DomainError } from "../error.ts";
import type { Json, Operator } from "../field/behaviour.ts";
import type { Field } from "../field/field.ts";
import { isDomainError } from "../error.ts";
import { registry } from "../field/registry.ts";
import type { Table } from "../ledger/workbook.ts";
import type { Context } from "./context.ts";
import { test } from "./leaf.ts";
import { reader } from "./reader.ts";

/** What a view, a segment or a list request keeps: `{and: […]}` or `{or: […]}`, nested, with leaves `{field, op, value}`. */
export type Filter = All | Any | Leaf;

export interface All {
  readonly and: readonly Filter[];
}

export interface Any {
  readonly or: readonly Filter[];
}

export interface Leaf {
  readonly field: string;
  readonly op: string;
  readonly value?: Json | undefined;
}

export type Predicate = (row: number) => boolean;

const DEEPEST = 8;
const MOST = 500;

const leaf = v.strictObject({ field: v.string(), op: v.string(), value: v.optional(v.unknown()) });

/** Of a filter as JSON; what it names is checked by `compile`. */
export const FilterSchema: v.GenericSchema<unknown, Filter> = v.lazy(
  (): v.GenericSchema<unknown, Filter> =>
    v.union(
      [
        v.strictObject({ and: v.array(FilterSchema) }),
        v.strictObject({ or: v.array(FilterSchema) }),
        leaf as v.GenericSchema<unknown, Leaf>,
      ],
      "A filter is {and: […]}, {or: […]} or {field, op, value}.",
    ),
);

/** Reads a filter from JSON of unknown origin. DomainError "malformed". */
export function parse(json: unknown): Filter {
  measure(json, 0, { leaves: 0 });
  const result = v.safeParse(FilterSchema, json);
  if (result.success) return result.output;
  throw new DomainError("malformed", "The filter cannot be read.", {
    errors: result.issues.map((issue) => ({
      path: `filter${(issue.path ?? []).map(({ key }) => `/${String(key)}`).join("")}`,
      message: issue.message,
    })),
  });
}

/** From the text of a query parameter. */
export function parseText(text: string): Filter {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DomainError("malformed", "The filter is not JSON.", {
      cause,
      errors: [{ path: "filter", message: "not JSON" }],
    });
  }
  return parse(json);
}

/** Refuses what is nested too deep or too long before anything recursive looks at it. */
function measure(json: unknown, depth: number, size: { leaves: number }): void {
  size.leaves += 1;
  if (depth > DEEPEST || size.leaves > MOST) {
    throw new DomainError(
      "malformed",
      `A filter nests at most ${DEEPEST} deep and has at most ${MOST} conditions.`,
      { errors: [{ path: "filter", message: "too large" }] },
    );
  }
  if (typeof json !== "object" || json === null) return;
  for (const branch of Object.values(json)) {
    if (Array.isArray(branch))
      for (const item of branch) if (typeof item === "object") measure(item, depth + 1, size);
  }
}

/**
 * A predicate over rows of the table. Keep it no longer than the workbook stands still. DomainError "unknown-field",
 * "unknown-operator" or "malformed" (a value that the field cannot have), with the path of the condition.
 */
export function compile(
  filter: Filter,
  table: Table,
  context: Context,
  path = "filter",
): Predicate {
  if ("and" in filter) return every(compileAll(filter.and, table, context, `${path}/and`));
  if ("or" in filter) return some(compileAll(filter.or, table, context, `${path}/or`));
  return compileLeaf(filter, table, context, path);
}

function compileAll(
  filters: readonly Filter[],
  table: Table,
  context: Context,
  path: string,
): Predicate[] {
  return filters.map((filter, index) => compile(filter, table, context, `${path}/${index}`));
}

function every(parts: readonly Predicate[]): Predicate {
  const [first, second] = parts;
  if (first !== undefined && parts.length === 1) return first;
  if (first !== undefined && second !== undefined && parts.length === 2) {
    return (row) => first(row) && second(row);
  }
  return (row) => parts.every((part) => part(row));
}

function some(parts: readonly Predicate[]): Predicate {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  return (row) => parts.some((part) => part(row));
}

function compileLeaf(leaf: Leaf, table: Table, context: Context, path: string): Predicate {
  const dot = leaf.field.indexOf(".");
  if (dot > 0) return compileLinked(leaf, dot, table, context, path);
  const field = fieldOf(table, leaf.field, `${path}/field`);
  const { operators, label } = registry[field.type];
  if (!isOperator(leaf.op, operators)) {
    throw new DomainError(
      "unknown-operator",
      `${field.name} (${label}) cannot be asked “${leaf.op}”. It answers ${operators.join(", ")}.`,
      { errors: [{ path: `${path}/op`, message: `unknown operator “${leaf.op}”` }] },
    );
  }
  const read = reader(table, field.key);
  try {
    const matches = test(leaf.op, leaf.value, field, context);
    return (row) => matches(read(row));
  } catch (error) {
    if (!isDomainError(error)) throw error;
    throw new DomainError("malformed", error.message, {
      cause: error,
      errors: [{ path: `${path}/value`, message: error.message }],
    });
  }
}

/** `company.industry`: whether any linked record passes; a negation asks that none passes the opposite. */
function compileLinked(
  leaf: Leaf,
  dot: number,
  table: Table,
  context: Context,
  path: string,
): Predicate {
  const link = fieldOf(table, leaf.field.slice(0, dot), `${path}/field`);
  const target = link.type === "link" ? context.tableOf?.(link.link?.sheet ?? "") : undefined;
  if (target === undefined) {
    throw new DomainError("unknown-field", `${link.name} leads to no other sheet.`, {
      errors: [{ path: `${path}/field`, message: `“${link.key}” is no link` }],
    });
  }
  const passes = compileLeaf({ ...leaf, field: leaf.field.slice(dot + 1) }, target, context, path);
  const read = reader(table, link.key);
  const negative = NEGATIONS.has(leaf.op);
  return (row) => {
    const ids = read(row);
    if (!Array.isArray(ids)) return negative;
    const linked = (ids as readonly string[]).flatMap((id) => target.rowById.get(id) ?? []);
    return negative ? linked.every(passes) : linked.some(passes);
  };
}

/** What holds for records without a linked one as well. */
const NEGATIONS: ReadonlySet<string> = new Set(["isNot", "notContains", "noneOf", "empty"]);

function isOperator(text: string, operators: readonly Operator[]): text is Operator {
  return operators.includes(text as Operator);
}

/** A field that is not in the trash. DomainError "unknown-field" with the path. */
export function fieldOf(table: Table, key: string, path: string): Field {
  const field = table.sheet.fields.find((candidate) => candidate.key === key);
  if (field === undefined || field.deleted === true) {
    throw new DomainError("unknown-field", `${table.sheet.name} has no column “${key}”.`, {
      errors: [{ path, message: `unknown field “${key}”` }],
    });
  }
  return field;
}
