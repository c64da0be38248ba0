import * as Learned from "@gridfolk/core/import/learned";
import type { ColumnMapping, Mapping } from "@gridfolk/core/import/mapping";
import { type Rules, rulesOf, savedColumns } from "@gridfolk/core/import/saved-rules";
import type { TableChoice, Written } from "../messages.ts";
import type { Planned } from "./planned.ts";
import type { Session } from "./session.ts";

/** What an import leaves for the next one: its rules, and where columns went instead of where they were proposed to go. */
export function keepsakeOf(
  planned: Planned,
  { opened: { file, facts, choice }, proposed, together }: Session,
): Pick<Written, "rules" | "corrections"> {
  const { plan, along, request } = planned;
  const { mapping, key, mode } = request;
  const name = file.tables.length > 1 ? plan.table.raw.sheet : null;
  const columnsOf = (worksheet: number | undefined) =>
    mapping.columns.filter((column) => column.worksheet === worksheet);
  const plannedOf = (source: number) =>
    [planned, ...along].flatMap((one) => (one.source === source ? one.plan.columns : []));
  const own: Mapping = { ...mapping, columns: columnsOf(undefined) };
  // Worksheets of which nothing is imported are no sources of the plan.
  const members = (together?.joined?.members ?? []).filter(({ index }) =>
    columnsOf(index).some(({ target }) => target.kind !== "skip"),
  );
  const worksheets = members.map(({ index, label, sheet }, at) => ({
    name: label,
    sheet,
    columns: savedColumns(
      // What is of the worksheet's own sheet need not say so.
      { columns: columnsOf(index).map((column) => ofOwn(column, sheet)) },
      plannedOf(at + 1),
    ),
  }));
  return {
    rules: rulesOf(
      own,
      {
        key,
        mode,
        ...(name === null ? {} : { worksheet: name }),
        ...besideIn(choice),
        ...(worksheets.length === 0 ? {} : { worksheets }),
      },
      plannedOf(0),
    ),
    corrections:
      proposed === undefined ? [] : Learned.corrections(proposed, own, facts, plan.columns),
  };
}

function ofOwn({ of, ...column }: ColumnMapping, sheet: string): ColumnMapping {
  return of === undefined || of === sheet ? column : { ...column, of };
}

function besideIn({ leaveOut = {}, looks = [] }: TableChoice): Pick<Rules, "beside"> {
  const isLeft = leaveOut.rows === true || leaveOut.columns === true;
  return isLeft || looks.length > 0 ? { beside: { leaveOut, looks } } : {};
}
