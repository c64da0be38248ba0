import * as v from "valibot";
import { FIELD_TYPES } from "../field/field.ts";
import type { Target } from "./mapping.ts";
import type { PlannedColumn } from "./plan.ts";

const key = v.pipe(v.string(), v.maxLength(100));

/** A target as it is kept in a cell and sent over the wire. */
export const TargetJson: v.GenericSchema<unknown, Target> = v.variant("kind", [
  v.object({ kind: v.literal("field"), field: key }),
  v.object({ kind: v.literal("fullName"), first: key, last: key }),
  v.object({
    kind: v.literal("new"),
    field: v.object({
      name: v.pipe(v.string(), v.maxLength(200)),
      type: v.picklist(FIELD_TYPES),
      currency: v.exactOptional(v.pipe(v.string(), v.maxLength(3))),
      formula: v.exactOptional(v.pipe(v.string(), v.maxLength(8192))),
      options: v.exactOptional(
        v.pipe(v.array(v.pipe(v.string(), v.maxLength(1000))), v.maxLength(500)),
      ),
    }),
  }),
  v.object({ kind: v.literal("skip") }),
]);

/** Where a column went, to be kept: a field that the import made is named by the key it got. */
export function asMade(
  target: Target,
  column: number,
  columns: readonly Pick<PlannedColumn, "source" | "field" | "isNew">[],
): Target {
  if (target.kind !== "new") return target;
  const made = columns.find(({ isNew, source }) => isNew && source === column);
  return made === undefined ? target : { kind: "field", field: made.field.key };
}
