import { contextOf } from "@gridfolk/core/sheet/context";
import { mend } from "@gridfolk/core/view/mend";
import * as Views from "@gridfolk/core/view/views";
import { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { sheetOf } from "../http/sheet.ts";
import { ask } from "../http/workspace.ts";

const ViewJson = v.pipe(
  v.object({
    id: v.string(),
    sheet: v.string(),
    name: v.string(),
    shared: v.pipe(v.boolean(), v.description("Everybody's; otherwise yours alone")),
    position: v.number(),
    definition: v.pipe(
      v.looseObject({}),
      v.description(
        "filter, sort, order, hidden, pinned, widths, group, summaries, rules, height; what it names that is gone is in `lost`",
      ),
    ),
    lost: v.pipe(v.array(v.string()), v.description("What had to be left out, in words")),
  }),
  v.metadata({ ref: "View" }),
);

/** Saved views. They are records of the sheet `_views` and are written like any: `name`, `sheet`, `config` (JSON), `owner`. */
export const views = new Hono<AppEnv>().get(
  "/views",
  operation({
    tag: "Views",
    summary: "The saved views that you see",
    description:
      "Shared ones and your own private ones, by sheet in the order of the tabs. A view's filter is a segment: its id goes into `view` of lists, exports, changes and deletions. Views are records of the sheet `_views` and are written like any: `sheet` (key), `name`, `config` (the definition as JSON), `owner` (private to that member), `position`.",
    answers: { 200: { description: "Views", schema: v.object({ views: v.array(ViewJson) }) } },
  }),
  input(
    "query",
    v.object({ sheet: v.optional(v.pipe(v.string(), v.description("Only those of this sheet"))) }),
  ),
  async (c) => {
    const { services, session } = c.var;
    const { sheet } = c.req.valid("query");
    const now = services.platform.clock.now();
    const shown = await ask(c, (workbook) => {
      if (sheet !== undefined) sheetOf(workbook, sheet);
      const context = contextOf(workbook, { now, me: session.user.id });
      return Views.viewsOf(workbook, session.user.id, sheet).flatMap((view) => {
        const table = workbook.sheets.get(view.sheet);
        if (table === undefined || table.sheet.deleted === true) return [];
        const { definition, lost } = mend(view.definition, table, context);
        const { owner, ...rest } = view;
        return [{ ...rest, shared: owner === undefined, definition, lost: [...lost] }];
      });
    });
    return c.json({ views: shown });
  },
);
