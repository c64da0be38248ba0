import { DomainError } from "@gridfolk/core/error";
import type { Sheet } from "@gridfolk/core/field/field";
import { isFieldType, registry } from "@gridfolk/core/field/registry";
import { type ColumnFacts } from "@gridfolk/core/import/column";
import {
  type ColumnMapping,
  newField,
  type Mapping,
  type Target,
} from "@gridfolk/core/import/mapping";
import * as v from "valibot";
import { nameOf } from "../http/name.ts";

const types = Object.keys(registry);
const newColumn = v.object({
  name: nameOf(200),
  type: v.pipe(v.string(), v.check(isFieldType, `one of ${types.join(", ")}`)),
  currency: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/))),
});

/**
 * What becomes of columns, by their name in the file: a field's key, null to leave the column out, or a new field.
 * Columns that are not named are matched by themselves.
 */
export const MappingJson = v.record(
  v.string(),
  v.nullable(
    v.union([v.string(), newColumn], "a field's key, null, or {name, type} of a new field"),
  ),
);

export type MappingJson = v.InferOutput<typeof MappingJson>;

/** A proposed mapping with what the request says instead. DomainError "malformed" and "unknown-field" with paths. */
export function mappingFor(
  proposed: Mapping,
  facts: readonly ColumnFacts[],
  sheet: Sheet,
  wanted: MappingJson | undefined,
): Mapping {
  if (wanted === undefined) return proposed;
  const names = new Set(facts.map((fact) => fact.column.name));
  for (const name of Object.keys(wanted)) {
    if (names.has(name)) continue;
    throw new DomainError("malformed", `The file has no column "${name.slice(0, 60)}".`, {
      errors: [{ path: `/mapping/${name}`, message: "no such column in the file" }],
    });
  }
  const taken = new Set<string>();
  for (const target of Object.values(wanted)) if (typeof target === "string") taken.add(target);
  const columns = proposed.columns.map((column, index): ColumnMapping => {
    const fact = facts[index];
    if (Object.hasOwn(wanted, column.name)) {
      const target = targetOf(wanted[column.name] ?? null, column.name, sheet);
      return { ...column, target, confidence: 1, reason: "As asked for." };
    }
    // What was matched by itself gives way to what was asked for.
    const { target } = column;
    const lost = target.kind === "field" && taken.has(target.field);
    if (!lost || fact === undefined) return column;
    return { ...column, target: { kind: "new", field: newField(fact) } };
  });
  return { ...proposed, columns };
}

function targetOf(wanted: MappingJson[string], column: string, sheet: Sheet): Target {
  if (wanted === null) return { kind: "skip" };
  if (typeof wanted !== "string") {
    const { name, type, currency } = wanted;
    if (!isFieldType(type)) throw new DomainError("malformed", `There is no field type ${type}.`);
    return { kind: "new", field: { name, type, ...(currency === undefined ? {} : { currency }) } };
  }
  const field = sheet.fields.find((one) => one.key === wanted && one.deleted !== true);
  if (field !== undefined) return { kind: "field", field: wanted };
  throw new DomainError("unknown-field", `${sheet.name} has no column "${wanted.slice(0, 60)}".`, {
    errors: [{ path: `/mapping/${column}`, message: `unknown field "${wanted.slice(0, 60)}"` }],
  });
}
