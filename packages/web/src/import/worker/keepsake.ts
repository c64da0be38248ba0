import * as Learned from "@gridfolk/core/import/learned";
import type { Mapping } from "@gridfolk/core/import/mapping";
import { plansOf } from "@gridfolk/core/import/plans";
import * as Saved from "@gridfolk/core/import/saved";
import type { TableChoice, Written } from "../messages.ts";
import type { OpenedFile } from "./opened-file.ts";
import type { Planned } from "./planned.ts";

/** What an import leaves for the next one: its rules, and where columns went instead of where they were proposed to go. */
export function keepsakeOf(
  { plan, request }: Planned,
  { file, facts, choice }: OpenedFile,
  proposed: Mapping | undefined,
): Pick<Written, "rules" | "corrections"> {
  const { mapping, key, mode } = request;
  const worksheet = file.tables.length > 1 ? plan.table.raw.sheet : null;
  const own: Mapping = {
    ...mapping,
    columns: mapping.columns.filter((column) => column.worksheet === undefined),
  };
  return {
    rules: Saved.rulesOf(
      own,
      { key, mode, ...(worksheet === null ? {} : { worksheet }), ...besideIn(choice) },
      plansOf(plan).flatMap(({ columns }) => columns),
    ),
    corrections:
      proposed === undefined ? [] : Learned.corrections(proposed, own, facts, plan.columns),
  };
}

function besideIn({ leaveOut = {}, looks = [] }: TableChoice): Pick<Saved.Rules, "beside"> {
  const isLeft = leaveOut.rows === true || leaveOut.columns === true;
  return isLeft || looks.length > 0 ? { beside: { leaveOut, looks } } : {};
}
