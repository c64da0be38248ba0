import { DomainError } from "@gridfolk/core/error";
import type { Json } from "@gridfolk/core/field/behaviour";
import type { Cell } from "@gridfolk/core/field/cell";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { type Context as Reading, contextOf } from "@gridfolk/core/sheet/context";
import * as Filter from "@gridfolk/core/sheet/filter";
import * as RecordJson from "@gridfolk/core/sheet/json";
import * as Query from "@gridfolk/core/sheet/query";
import * as Views from "@gridfolk/core/view/views";
import type { Context } from "hono";
import * as v from "valibot";
import type { AppEnv } from "./context.ts";

const Filtering = v.pipe(
  v.unknown(),
  v.description(
    "{and: […]} or {or: […]}, nested, with leaves {field, op, value}; {and: []} is every record",
  ),
);
/** How a request names records: by ids, by a filter or by a view. */
export const Which = {
  ids: v.optional(v.pipe(v.array(v.string()), v.maxLength(200_000))),
  filter: v.optional(Filtering),
  view: v.optional(
    v.pipe(v.string(), v.description("Id of a view: the records it shows, its segment")),
  ),
};

/** What values mean for who asks, on this workbook. */
export function reading(c: Context<AppEnv>, workbook: Workbook.Workbook): Reading {
  const { services, session } = c.var;
  return contextOf(workbook, { now: services.platform.clock.now(), me: session.user.id });
}

type Choice = (workbook: Workbook.Workbook, table: Workbook.Table, context: Reading) => string[];

/** Picks the records that a request means, ids ascending. DomainError "not-found" for ids that are not there. */
export function choiceOf(which: {
  readonly ids?: string[] | undefined;
  readonly filter?: unknown;
  readonly view?: string | undefined;
}): Choice {
  const { ids, filter, view } = which;
  if ([ids, filter, view].filter((each) => each !== undefined).length !== 1) {
    throw new DomainError(
      "malformed",
      "Name the records by `ids`, by `filter` or by `view`, and by one of them only.",
    );
  }
  if (ids !== undefined) {
    const distinct = [...new Set(ids)].toSorted();
    return (_, table) => {
      Workbook.expect(table, distinct);
      const missing = distinct.filter((id) => !isThere(table, id));
      if (missing.length === 0) return distinct;
      throw new DomainError(
        "not-found",
        `There is no record ${(missing[0] ?? "").slice(0, 40)} in ${table.sheet.name}.`,
        {
          errors: missing.slice(0, 100).map((id) => ({
            path: `/ids/${ids.indexOf(id)}`,
            message: "no such record",
          })),
        },
      );
    };
  }
  const parsed = filter === undefined ? undefined : Filter.parse(filter);
  return (workbook, table, context) =>
    Query.matching(
      table,
      { filter: parsed ?? segmentOf(workbook, table, view ?? "", context) },
      context,
    )
      .map((row) => table.ids[row] ?? "")
      .toSorted();
}

/** What a view shows, to be changed or deleted: a condition that can no longer be asked must not widen it. */
function segmentOf(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  view: string,
  context: Reading,
): Filter.Filter {
  const { definition } = Views.viewOf(workbook, context.me ?? "", table.key, view);
  const filter = definition.filter ?? { and: [] };
  Filter.compile(filter, table, context, "view");
  return filter;
}

function isThere(table: Workbook.Table, id: string): boolean {
  const row = Workbook.record(table, id)?.row;
  return row !== undefined && Workbook.isLive(table, row);
}

/** A stored value as answers show it; null where there is none. */
export function shownAs(table: Workbook.Table, key: string, cell: unknown, context: Reading): Json {
  if (cell === null || cell === undefined) return null;
  const field = Workbook.findField(table, key);
  if (field === undefined) return cell as Json;
  return RecordJson.cellToJson(cell as Cell, field, context);
}

/** "1 contact", "2 contacts". */
export function counted(count: number, { sheet }: Workbook.Table): string {
  if (count === 1) return `1 ${sheet.singular ?? "record"}`;
  const many = sheet.singular === undefined ? "records" : sheet.name.toLowerCase();
  return `${count.toLocaleString("en")} ${many}`;
}
