import { DomainError } from "@gridfolk/core/error";
import type { Sheet } from "@gridfolk/core/field/field";
import { isFieldType, registry } from "@gridfolk/core/field/registry";
import { MAX_OPTION_LENGTH } from "@gridfolk/core/import/cells";
import { type ColumnFacts } from "@gridfolk/core/import/column";
import {
  type ColumnMapping,
  newField,
  type Mapping,
  type Target,
  UPDATES,
} from "@gridfolk/core/import/mapping";
import * as v from "valibot";
import { nameOf } from "../http/name.ts";

const types = Object.keys(registry);
const choice = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_OPTION_LENGTH));
/** How a column is read and written, beside where it goes. */
const rules = {
  dateOrder: v.optional(v.picklist(["dmy", "mdy", "ymd"])),
  decimal: v.optional(v.picklist([".", ","])),
  update: v.optional(v.picklist(UPDATES)),
  keeps: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(100))),
  meant: v.optional(v.record(choice, v.nullable(choice))),
  adds: v.optional(v.pipe(v.array(choice), v.maxLength(250))),
};
const newColumn = v.object({
  ...rules,
  name: nameOf(200),
  type: v.pipe(v.string(), v.check(isFieldType, `one of ${types.join(", ")}`)),
  currency: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/))),
});

const known = v.object({ ...rules, field: v.pipe(v.string(), v.maxLength(100)) });

/**
 * What becomes of columns, by their name in the file: a field's key, null to leave the column out, or a new field; as an object also how
 * its dates and figures are written, what becomes of existing values, which texts such as n/a stay, what texts mean that are none of a
 * choice's options, and which options it gets besides. Columns that are not named are matched by themselves.
 */
export const MappingJson = v.record(
  v.string(),
  v.nullable(
    v.union(
      [v.string(), known, newColumn],
      `a field's key, null, {field} or {name, type} of a new field; the latter two also with dateOrder (dmy, mdy, ymd), decimal (. or ,), update (${UPDATES.join(", ")}), keeps (a list of texts), meant (choices, or null, by text) and adds (a list of choices)`,
    ),
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
  for (const target of Object.values(wanted)) {
    if (typeof target === "string") taken.add(target);
    else if (target !== null && "field" in target) taken.add(target.field);
  }
  const columns = proposed.columns.map((column, index): ColumnMapping => {
    const fact = facts[index];
    if (Object.hasOwn(wanted, column.name)) {
      const asked = wanted[column.name] ?? null;
      const target = targetOf(asked, column.name, sheet);
      // What is asked for is of the sheet itself.
      const { of: _of, block: _block, ...own } = withRules(column, asked);
      return { ...own, target, confidence: 1, reason: "As asked for." };
    }
    // What was matched by itself gives way to what was asked for.
    const { target, of } = column;
    const lost = of === undefined && target.kind === "field" && taken.has(target.field);
    if (!lost || fact === undefined) return column;
    return { ...column, target: { kind: "new", field: newField(fact) } };
  });
  return { ...proposed, columns };
}

/** The column read and written as asked for; what is asked for answers what is open. */
function withRules(column: ColumnMapping, asked: MappingJson[string]): ColumnMapping {
  if (asked === null || typeof asked === "string") return column;
  const { dateOrder, decimal, update, keeps, meant, adds } = asked;
  const { asks, ...rest } = column;
  const isAnswered = asks !== undefined && asked[asks] !== undefined;
  return {
    ...rest,
    ...(asks === undefined || isAnswered ? {} : { asks }),
    ...(dateOrder === undefined && decimal === undefined
      ? {}
      : {
          reading: {
            ...column.reading,
            ...(dateOrder === undefined ? {} : { dateOrder }),
            ...(decimal === undefined ? {} : { decimal }),
          },
        }),
    ...(update === undefined ? {} : { update }),
    ...(keeps === undefined ? {} : { keeps }),
    ...(meant === undefined ? {} : { meant }),
    ...(adds === undefined ? {} : { adds }),
  };
}

function targetOf(wanted: MappingJson[string], column: string, sheet: Sheet): Target {
  if (wanted === null) return { kind: "skip" };
  if (typeof wanted !== "string" && "field" in wanted) return targetOf(wanted.field, column, sheet);
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
