import { carry } from "@gridfolk/core/consent/carry";
import { DomainError } from "@gridfolk/core/error";
import type { Json } from "@gridfolk/core/field/behaviour";
import type { Cell } from "@gridfolk/core/field/cell";
import { registry } from "@gridfolk/core/field/registry";
import { saysSame } from "@gridfolk/core/field/same";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { fromRegistry } from "@gridfolk/core/ledger/rules";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { resolve } from "@gridfolk/core/merge/memory";
import type { Context as Reading } from "@gridfolk/core/sheet/context";
import * as Filter from "@gridfolk/core/sheet/filter";
import * as RecordJson from "@gridfolk/core/sheet/json";
import * as Query from "@gridfolk/core/sheet/query";
import * as Sort from "@gridfolk/core/sheet/sort";
import { mend } from "@gridfolk/core/view/mend";
import * as Views from "@gridfolk/core/view/views";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import { choiceOf, counted, reading, shownAs, Which } from "../http/choice.ts";
import { commit, commitChange, IDEMPOTENCY_KEY } from "../http/commit.ts";
import type { AppEnv } from "../http/context.ts";
import { type Duplicate, duplicatesAmong, DuplicateSchema, refuse } from "../http/duplicates.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { limitOf } from "../http/limit.ts";
import { sheetOf } from "../http/sheet.ts";
import { ask, may } from "../http/workspace.ts";

/** A value in any of the forms its field's type has in JSON. Checked against the field, not here. */
const Value = v.pipe(
  v.unknown(),
  v.transform((value) => value as Json),
);
/** Names that schemas leave out silently, because they mean something to every object; no field has one as its key. */
const NO_KEYS = ["__proto__", "constructor", "prototype"];
const Values = v.pipe(
  v.unknown(),
  v.check(
    (values) => typeof values === "object" && values !== null && !Array.isArray(values),
    "an object of values by field key is needed",
  ),
  v.check(
    (values) => !NO_KEYS.some((key) => Object.hasOwn(Object(values), key)),
    `there is no field ${NO_KEYS.join(", ")}`,
  ),
  v.record(v.string(), Value),
);

const VALUES = `Values by field key: text, number, boolean; date YYYY-MM-DD; date-time RFC 3339 in UTC; currency {amount: "1234.50", currency: "USD"} or a number in the field's currency; phone E.164 or as typed; choices by name; links by id or by name, out as [{id, label}]; members by id, name or e-mail address, out by id; null unsets. What does not fit its field is refused with 422 and its path, unless it is sent as {text, invalid: true}, the form in which values that do not fit (from imports, or after a change of type) are answered.`;

const OneRecord = v.pipe(
  v.object({ id: v.string(), fields: v.record(v.string(), v.unknown()) }),
  v.metadata({ ref: "Record" }),
);
const Entry = v.object({
  seq: v.number(),
  changeset: v.string(),
  at: v.string(),
  actor: v.string(),
  source: v.string(),
  label: v.string(),
  kind: v.picklist(["created", "changed", "deleted", "restored"]),
  cells: v.array(v.object({ field: v.string(), before: v.unknown(), after: v.unknown() })),
});
const count = (name: string) =>
  v.object({
    seq: v.number(),
    changeset: v.nullable(
      v.pipe(
        v.string(),
        v.description("null where nothing was to be done, so nothing was written"),
      ),
    ),
    [name]: v.number(),
  });

const RULES = fromRegistry(registry);

export const records = new Hono<AppEnv>()
  .post(
    "/sheets/:sheet/records",
    operation({
      tag: "Records",
      summary: "Create records",
      description: `${VALUES} A record of somebody who opted out here before, by the same e-mail address or the same name and phone number, is opted out too, whatever is sent.`,
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "duplicate", "invalid-values"],
      answers: {
        201: {
          description: "Created; ids in the order of the records sent",
          schema: v.object({
            seq: v.number(),
            changeset: v.string(),
            ids: v.array(v.string()),
            duplicates: v.optional(v.array(DuplicateSchema)),
          }),
        },
      },
    }),
    may("write"),
    input(
      "json",
      v.object({
        records: v.pipe(v.array(Values), v.minLength(1, "at least one")),
        duplicates: v.optional(
          v.pipe(
            v.picklist(["allow", "report", "refuse"], "allow, report or refuse"),
            v.description(
              "What to do with records that look like one that is there (80 % sure and more): create them (`allow`, when absent), create them and say which in `duplicates` (`report`), or create nothing and answer 409 (`refuse`)",
            ),
          ),
        ),
      }),
    ),
    async (c) => {
      const { services, workspace } = c.var;
      const { records, duplicates: about = "allow" } = c.req.valid("json");
      const key = c.req.param("sheet");
      let made: readonly string[] | undefined;
      let duplicates: readonly Duplicate[] = [];
      const answer = await commit(
        c,
        (workbook) => {
          const table = sheetOf(workbook, key);
          const context = reading(c, workbook);
          const fields = RecordJson.columnsFrom(records, table, context);
          if (about !== "allow") {
            duplicates = duplicatesAmong(table, fields, records.length, context);
            if (about === "refuse" && duplicates.length > 0) refuse(duplicates, table);
          }
          made ??= Ids.recordIds(services.platform, records.length);
          return {
            label: `Added ${counted(made.length, table)}`,
            operations: carry(workbook, [{ op: "create", sheet: key, ids: made, fields }], RULES),
          };
        },
        { request: about === "allow" ? records : [records, about] },
      );
      const { seq, changeset } = answer;
      const [first] = made ?? [];
      // A repetition, also of a request that another instance answered, has the ids of the first one.
      const isMine = await ask(
        c,
        (workbook) =>
          first !== undefined && Workbook.record(sheetOf(workbook, key), first) !== undefined,
      );
      const ids =
        isMine && made !== undefined ? made : await createdBy(c, workspace, changeset, key);
      return c.json(
        { seq, changeset, ids, ...(about === "allow" ? {} : { duplicates: [...duplicates] }) },
        201,
      );
    },
  )
  .get(
    "/sheets/:sheet/records",
    operation({
      tag: "Records",
      summary: "List records",
      description:
        "In the order of creation unless sorted; edits do not change that order. `total` counts what filter and q leave.",
      fails: ["unknown-field", "unknown-operator"],
      answers: {
        200: {
          description: "A page, and where to go on",
          schema: v.object({
            records: v.array(OneRecord),
            total: v.number(),
            next: v.nullable(v.string()),
          }),
        },
      },
    }),
    input(
      "query",
      v.object({
        filter: v.optional(v.pipe(v.string(), v.description("A filter as JSON"))),
        sort: v.optional(v.pipe(v.string(), v.description("-closeDate,name"))),
        q: v.optional(v.pipe(v.string(), v.maxLength(500), v.description("Words in any text"))),
        limit: v.optional(v.pipe(v.string(), v.description("1 to 1,000; 100 when absent"))),
        cursor: v.optional(v.pipe(v.string(), v.description("`next` of the page before"))),
        fields: v.optional(v.pipe(v.string(), v.description("Keys, separated by commas"))),
        view: v.optional(
          v.pipe(
            v.string(),
            v.description("Id of a view: its filter, beside the one given, and its order"),
          ),
        ),
      }),
    ),
    async (c) => {
      const { filter, sort, q, limit, cursor, fields, view } = c.req.valid("query");
      const list = await ask(c, (workbook) => {
        const table = sheetOf(workbook, c.req.param("sheet"));
        const context = reading(c, workbook);
        const shown = RecordJson.fieldsOf(table, keysOf(fields));
        const segment =
          view === undefined ? undefined : definitionOf(workbook, table, view, context);
        const filters = [
          segment?.filter,
          filter === undefined ? undefined : Filter.parseText(filter),
        ].filter((each) => each !== undefined);
        const order = sort === undefined ? segment?.sort : Sort.parse(sort);
        const page = Query.page(
          table,
          {
            ...(filters.length === 0 ? {} : { filter: { and: filters } }),
            ...(order === undefined ? {} : { sort: order }),
            ...(q === undefined ? {} : { q }),
            ...(limit === undefined ? {} : { limit: limitOf(limit, Query.MOST) }),
            ...(cursor === undefined ? {} : { cursor }),
          },
          context,
        );
        RecordJson.expectLinked(workbook, table, page.rows, shown);
        return {
          records: page.rows.map((row) => RecordJson.toJson(table, row, context, shown)),
          total: page.total,
          next: page.next,
        };
      });
      return c.json(list);
    },
  )
  .patch(
    "/sheets/:sheet/records",
    operation({
      tag: "Records",
      summary: "Change records",
      description: `The same values for all of them. ${VALUES}`,
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "unknown-field", "unknown-operator", "invalid-values"],
      answers: {
        200: {
          description: "`changed` counts records whose value differs",
          schema: count("changed"),
        },
      },
    }),
    may("write"),
    input("json", v.object({ ...Which, set: Values })),
    async (c) => {
      const { set, ...which } = c.req.valid("json");
      const key = c.req.param("sheet");
      const chosen = choiceOf(which);
      const { seq, changeset, changed } = await commitChange(
        c,
        (workbook) => {
          const table = sheetOf(workbook, key);
          const context = reading(c, workbook);
          const cells = RecordJson.cellsFrom(set, table, context);
          const ids = chosen(workbook, table, context);
          const fields = Object.fromEntries(
            Object.entries(cells).map(([field, cell]) => [
              field,
              ids.map((id) => written(table, id, field, cell)),
            ]),
          );
          return {
            label: `Changed ${counted(ids.length, table)}`,
            operations: some(ids, { op: "set", sheet: key, ids, fields }),
          };
        },
        { set, ...which },
      );
      return c.json({ seq, changeset, changed });
    },
  )
  .delete(
    "/sheets/:sheet/records",
    operation({
      tag: "Records",
      summary: "Put records into the trash",
      description:
        "Undo of the changeset brings them back. What one of them had opted out of, other records of the same person are opted out of then.",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "unknown-field", "unknown-operator"],
      answers: { 200: { description: "In the trash", schema: count("deleted") } },
    }),
    may("write"),
    input("json", v.object(Which)),
    async (c) => {
      const which = c.req.valid("json");
      const key = c.req.param("sheet");
      const chosen = choiceOf(which);
      const { seq, changeset, deleted } = await commitChange(
        c,
        (workbook) => {
          const table = sheetOf(workbook, key);
          const ids = chosen(workbook, table, reading(c, workbook));
          return {
            label: `Deleted ${counted(ids.length, table)}`,
            operations: carry(workbook, some(ids, { op: "delete", sheet: key, ids }), RULES),
          };
        },
        which,
      );
      return c.json({ seq, changeset, deleted });
    },
  )
  .get(
    "/sheets/:sheet/records/:id",
    operation({
      tag: "Records",
      summary: "One record",
      description:
        "The id of a record that was merged into another one answers that one: its `id` says which.",
      answers: { 200: { description: "The record", schema: OneRecord } },
    }),
    async (c) => {
      const record = await ask(c, (workbook) => {
        const table = sheetOf(workbook, c.req.param("sheet"));
        const asked = c.req.param("id");
        const found = liveRecord(table, resolve(workbook, table.key, asked) ?? asked);
        return RecordJson.toJson(table, found, reading(c, workbook));
      });
      return c.json(record);
    },
  )
  .get(
    "/sheets/:sheet/records/:id/history",
    operation({
      tag: "Records",
      summary: "Who changed a record, when, and what it was before",
      fails: ["unknown-field"],
      answers: {
        200: {
          description: "Newest first; `next` is the cursor of what is older",
          schema: v.object({
            entries: v.array(Entry),
            next: v.nullable(v.string()),
            cut: v.pipe(
              v.boolean(),
              v.description("What was done before the oldest entry is no longer kept"),
            ),
          }),
        },
      },
    }),
    input(
      "query",
      v.object({
        field: v.optional(
          v.pipe(
            v.string(),
            v.description(
              "Key of a field: only what was done to this one cell, its creation included. A page may then hold fewer entries than `limit`, even none, and still have a `next`",
            ),
          ),
        ),
        limit: v.optional(v.pipe(v.string(), v.description("1 to 200; 50 when absent"))),
        cursor: v.optional(v.pipe(v.string(), v.regex(/^\d{1,12}$/, "not a cursor of this list"))),
      }),
    ),
    async (c) => {
      const { services, workspace, workbook } = c.var;
      const { sheet: key, id } = c.req.param();
      const { field, limit, cursor } = c.req.valid("query");
      const named = sheetOf(workbook, key);
      if (field !== undefined) Workbook.field(named, field);
      const { entries, next, cut } = await services.ledger.history(workspace, key, id, {
        limit: limit === undefined ? 50 : limitOf(limit, 200),
        ...(field === undefined ? {} : { field }),
        ...(cursor === undefined ? {} : { before: Number(cursor) }),
      });
      const shown = await ask(c, (workbook) => {
        const table = sheetOf(workbook, key);
        const context = reading(c, workbook);
        return entries.map(({ at, cells, ...entry }) => ({
          ...entry,
          at: new Date(at).toISOString(),
          cells: cells.map(({ field, before, after }) => ({
            field,
            before: shownAs(table, field, before, context),
            after: shownAs(table, field, after, context),
          })),
        }));
      });
      return c.json({ entries: shown, next: next === null ? null : String(next), cut });
    },
  );

function definitionOf(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  view: string,
  context: Reading,
) {
  const { definition } = Views.viewOf(workbook, context.me ?? "", table.key, view);
  return mend(definition, table, context).definition;
}

function liveRecord(table: Workbook.Table, id: string): number {
  const row = Workbook.record(table, id)?.row;
  if (row !== undefined && Workbook.isLive(table, row)) return row;
  throw new DomainError("not-found", `There is no such record in ${table.sheet.name}.`);
}

/** The cell to write: the one that is there when it says the same in another spelling. */
function written(table: Workbook.Table, id: string, key: string, cell: Cell | null): Cell | null {
  const field = Workbook.findField(table, key);
  const row = Workbook.record(table, id)?.row;
  if (cell === null || field?.type !== "phone" || row === undefined) return cell;
  const before = Workbook.value(table, row, key);
  return before !== undefined && saysSame(before, cell, field) ? before : cell;
}

/** The ids that an earlier request under the same key made. */
async function createdBy(
  c: Context<AppEnv>,
  workspace: string,
  id: string,
  sheet: string,
): Promise<readonly string[]> {
  const changeset = await c.var.services.ledger.changeset(workspace, id);
  return (changeset?.operations ?? []).flatMap((operation) =>
    operation.op === "create" && operation.sheet === sheet ? operation.ids : [],
  );
}

function some(ids: readonly string[], operation: Operation): Operation[] {
  return ids.length === 0 ? [] : [operation];
}

function keysOf(text: string | undefined): string[] | undefined {
  return text
    ?.split(",")
    .map((key) => key.trim())
    .filter((key) => key !== "");
}
