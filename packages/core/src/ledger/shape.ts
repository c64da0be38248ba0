import * as v from "valibot";
import { FIELD_TYPES, type Field, type Sheet } from "../field/field.ts";
import { fail, isKey, type Damage } from "./columns.ts";
import type { SheetProperties } from "./operation.ts";

/** Shapes of sheets and fields in the log, in pages and in drafts. What else is in them is refused, not dropped. */
const Key = v.pipe(
  v.string(),
  v.check((text) => isKey(text)),
);
const Name = v.pipe(v.string(), v.maxLength(200));
const Text = v.pipe(v.string(), v.maxLength(10_000));

const FieldShape = v.strictObject({
  key: Key,
  name: Name,
  type: v.picklist(FIELD_TYPES),
  required: v.exactOptional(v.boolean()),
  unique: v.exactOptional(v.boolean()),
  options: v.exactOptional(
    v.pipe(
      v.array(v.strictObject({ name: Name, color: v.exactOptional(Name) })),
      v.maxLength(10_000),
    ),
  ),
  currency: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/))),
  decimals: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(15))),
  ungrouped: v.exactOptional(v.boolean()),
  link: v.exactOptional(
    v.strictObject({ sheet: Key, multiple: v.boolean(), backLink: v.exactOptional(Name) }),
  ),
  formula: v.exactOptional(v.pipe(v.string(), v.maxLength(20_000))),
  consent: v.exactOptional(v.boolean()),
  description: v.exactOptional(Text),
  deleted: v.exactOptional(v.boolean()),
});

const properties = {
  name: Name,
  singular: v.exactOptional(Name),
  icon: v.exactOptional(Name),
  title: v.pipe(v.array(Key), v.maxLength(20)),
  system: v.exactOptional(v.boolean()),
  position: v.pipe(v.number(), v.finite()),
  deleted: v.exactOptional(v.boolean()),
};
const PropertiesShape = v.strictObject(properties);
const SheetShape = v.strictObject({ key: Key, ...properties, fields: v.array(FieldShape) });

export function readField(json: unknown, damage: Damage): Field {
  return read(FieldShape, json, damage, "column");
}

export function readProperties(json: unknown, damage: Damage): SheetProperties {
  return read(PropertiesShape, json, damage, "sheet");
}

export function readSheet(json: unknown, damage: Damage): Sheet {
  return read(SheetShape, json, damage, "sheet");
}

function read<T>(
  schema: v.GenericSchema<unknown, T>,
  json: unknown,
  damage: Damage,
  what: string,
): T {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = issue.path?.map((item) => String(item.key)).join(".") ?? "";
  return fail(damage, `a ${what} is described wrongly${path === "" ? "" : ` at ${path}`}`);
}
