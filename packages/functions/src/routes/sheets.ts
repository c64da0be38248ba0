import { DomainError } from "@gridfolk/core/error";
import type { Field, Sheet } from "@gridfolk/core/field/field";
import type { Operation, SheetProperties } from "@gridfolk/core/ledger/operation";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { keyFrom } from "@gridfolk/core/sheet/key";
import { Hono } from "hono";
import * as v from "valibot";
import { commit, IDEMPOTENCY_KEY } from "../http/commit.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { shownSheet } from "../http/formula.ts";
import { nameOf } from "../http/name.ts";
import { operation } from "../http/operation.ts";
import { sheetOf } from "../http/sheet.ts";
import { ask, may } from "../http/workspace.ts";
import { FieldJson, newField, NewField } from "./fields.ts";

export const SheetJson = v.pipe(
  v.looseObject({
    key: v.string(),
    name: v.string(),
    title: v.array(v.string()),
    fields: v.array(FieldJson),
    position: v.number(),
  }),
  v.metadata({ ref: "Sheet" }),
);

const WrittenSheet = v.looseObject({
  ...SheetJson.pipe[0].entries,
  seq: v.number(),
  changeset: v.string(),
});

const name = nameOf(100);
const MAX_SHEETS = 200;

export const sheets = new Hono<AppEnv>()
  .get(
    "/sheets",
    operation({
      tag: "Sheets",
      summary: "The sheets with their fields",
      answers: {
        200: {
          description: "In the order of the side bar, without those in the trash",
          schema: v.object({ sheets: v.array(SheetJson) }),
        },
      },
    }),
    input(
      "query",
      v.object({
        system: v.optional(
          v.pipe(
            v.picklist(["true", "false"]),
            v.description("With the sheets that hold settings"),
          ),
        ),
        trash: v.optional(
          v.pipe(
            v.picklist(["true", "false"]),
            v.description("With sheets and fields in the trash"),
          ),
        ),
      }),
    ),
    (c) => {
      const { system, trash } = c.req.valid("query");
      const all = [...c.var.workbook.sheets.values()].map(({ sheet }) => sheet);
      const shown = all
        .filter((sheet) => system === "true" || sheet.system !== true)
        .filter((sheet) => trash === "true" || sheet.deleted !== true)
        .toSorted((a, b) => a.position - b.position);
      const listed = trash === "true" ? shown : shown.map(withoutTrash);
      return c.json({ sheets: listed.map((sheet) => shownSheet(c.var.workbook, sheet)) });
    },
  )
  .post(
    "/sheets",
    operation({
      tag: "Sheets",
      summary: "Add a sheet",
      description:
        "Keys are made from the names and never change. The first field names the records.",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "invalid-values"],
      answers: { 201: { description: "Added", schema: WrittenSheet } },
    }),
    may("design"),
    input(
      "json",
      v.object({
        name,
        singular: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(100))),
        icon: v.optional(v.pipe(v.string(), v.maxLength(60))),
        fields: v.optional(v.pipe(v.array(NewField), v.maxLength(200))),
      }),
    ),
    async (c) => {
      const wanted = c.req.valid("json");
      let key = "";
      const answer = await commit(
        c,
        (workbook) => {
          const operations = addSheet(workbook, wanted);
          key = operations[0]?.op === "sheet" ? operations[0].key : "";
          return { label: `Added the sheet ${wanted.name}`, operations };
        },
        { request: wanted },
      );
      const { ledger } = c.var.services;
      // A repetition decides nothing: what it answered is in the changeset.
      if (key === "") {
        const changeset = await ledger.changeset(c.var.workspace, answer.changeset);
        const made = changeset?.operations.find((operation) => operation.op === "sheet");
        key = made?.key ?? "";
      }
      const sheet = await ask(c, (workbook) => sheetOf(workbook, key).sheet);
      return c.json({ ...withoutTrash(sheet), seq: answer.seq, changeset: answer.changeset }, 201);
    },
  )
  .patch(
    "/sheets/:sheet",
    operation({
      tag: "Sheets",
      summary: "Rename, move or restore a sheet",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "invalid-values"],
      answers: { 200: { description: "Changed", schema: WrittenSheet } },
    }),
    may("design"),
    input(
      "json",
      v.partial(
        v.object({
          name,
          singular: v.pipe(v.string(), v.trim(), v.maxLength(100)),
          icon: v.pipe(v.string(), v.maxLength(60)),
          position: v.pipe(v.number(), v.finite()),
          deleted: v.boolean(),
        }),
      ),
    ),
    async (c) => {
      const wanted = c.req.valid("json");
      const key = c.req.param("sheet");
      const answer = await commit(
        c,
        (workbook) => {
          const sheet = anySheet(workbook, key);
          if (wanted.name !== undefined) freeName(workbook, wanted.name, key);
          const after = changed(sheet, wanted);
          return { label: labelOf(sheet, wanted), operations: [{ op: "sheet", key, after }] };
        },
        { request: wanted },
      );
      const sheet = await ask(c, (workbook) => anySheet(workbook, key));
      return c.json({ ...withoutTrash(sheet), seq: answer.seq, changeset: answer.changeset });
    },
  )
  .delete(
    "/sheets/:sheet",
    operation({
      tag: "Sheets",
      summary: "Put a sheet into the trash",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused"],
      answers: {
        200: {
          description: "In the trash, with all it holds",
          schema: v.object({ seq: v.number(), changeset: v.string() }),
        },
      },
    }),
    may("design"),
    async (c) => {
      const key = c.req.param("sheet");
      const { seq, changeset } = await commit(
        c,
        (workbook) => {
          const { sheet } = sheetOf(workbook, key);
          if (sheet.system === true) throw systemSheet();
          const after = changed(sheet, { deleted: true });
          return {
            label: `Deleted the sheet ${sheet.name}`,
            operations: [{ op: "sheet", key, after }],
          };
        },
        { request: {} },
      );
      return c.json({ seq, changeset });
    },
  );

/** What a list of sheets shows. */
export function withoutTrash(sheet: Sheet): Sheet {
  return { ...sheet, fields: sheet.fields.filter((field) => field.deleted !== true) };
}

function addSheet(
  workbook: Workbook,
  wanted: {
    readonly name: string;
    readonly singular?: string | undefined;
    readonly icon?: string | undefined;
    readonly fields?: readonly v.InferOutput<typeof NewField>[] | undefined;
  },
): Operation[] {
  const all = [...workbook.sheets.values()].map(({ sheet }) => sheet);
  const own = all.filter((sheet) => sheet.system !== true);
  if (own.length >= MAX_SHEETS) {
    throw new DomainError("invalid-values", `A workspace holds at most ${MAX_SHEETS} sheets.`);
  }
  freeName(workbook, wanted.name, undefined);
  const key = keyFrom(wanted.name, new Set(workbook.sheets.keys()), "sheet");
  const fields: Field[] = [];
  for (const field of wanted.fields ?? [{ name: "Name", type: "text" as const }]) {
    fields.push(newField(workbook, { fields }, field));
  }
  const [first] = fields;
  const after: SheetProperties = {
    name: wanted.name,
    title: first === undefined ? [] : [first.key],
    position: Math.max(0, ...own.map((sheet) => sheet.position)) + 1,
    ...(wanted.singular === undefined ? {} : { singular: wanted.singular }),
    ...(wanted.icon === undefined ? {} : { icon: wanted.icon }),
  };
  return [
    { op: "sheet", key, after },
    ...fields.map((field): Operation => ({ op: "field", sheet: key, after: field })),
  ];
}

function changed(
  sheet: Sheet,
  wanted: {
    readonly name?: string | undefined;
    readonly singular?: string | undefined;
    readonly icon?: string | undefined;
    readonly position?: number | undefined;
    readonly deleted?: boolean | undefined;
  },
): SheetProperties {
  const { key: _, fields: __, deleted: ___, ...properties } = sheet;
  const { name, singular, icon, position, deleted = sheet.deleted } = wanted;
  return {
    ...properties,
    ...(name === undefined ? {} : { name }),
    ...(singular === undefined ? {} : { singular }),
    ...(icon === undefined ? {} : { icon }),
    ...(position === undefined ? {} : { position }),
    ...(deleted === true ? { deleted } : {}),
  };
}

function labelOf(
  sheet: Sheet,
  wanted: { readonly name?: string | undefined; readonly deleted?: boolean | undefined },
): string {
  if (wanted.deleted === true) return `Deleted the sheet ${sheet.name}`;
  if (wanted.deleted === false && sheet.deleted === true) return `Restored the sheet ${sheet.name}`;
  if (wanted.name !== undefined && wanted.name !== sheet.name) {
    return `Renamed the sheet ${sheet.name} to ${wanted.name}`;
  }
  return `Changed the sheet ${sheet.name}`;
}

function freeName(workbook: Workbook, name: string, except: string | undefined): void {
  const taken = [...workbook.sheets.values()].some(
    ({ key, sheet }) => key !== except && sheet.deleted !== true && sheet.name === name,
  );
  if (!taken) return;
  throw new DomainError("invalid-values", `Cannot name a sheet "${name}": the name is taken.`, {
    errors: [{ path: "/name", message: "the name is taken" }],
  });
}

/** Also one in the trash, so that it can be restored; never one of the system's. */
function anySheet(workbook: Workbook, key: string): Sheet {
  const sheet = workbook.sheets.get(key)?.sheet;
  if (sheet === undefined)
    throw new DomainError("not-found", `There is no sheet "${key.slice(0, 60)}".`);
  if (sheet.system === true) throw systemSheet();
  return sheet;
}

export function systemSheet(): DomainError {
  return new DomainError("forbidden", "Sheets that hold settings cannot be changed themselves.");
}
