import { DomainError } from "@gridfolk/core/error";
import { toTyped } from "@gridfolk/core/formula/names";
import { withOptions } from "@gridfolk/core/field/palette";
import type { Field, FieldType, Sheet } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import * as Retype from "@gridfolk/core/field/retype";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { allRows, type Table, type Workbook } from "@gridfolk/core/ledger/workbook";
import { keyFrom } from "@gridfolk/core/sheet/key";
import { namesOf } from "@gridfolk/core/sheet/names";
import { reader } from "@gridfolk/core/sheet/reader";
import { localeOf } from "@gridfolk/core/sheet/settings";
import { Hono } from "hono";
import * as v from "valibot";
import { commit, IDEMPOTENCY_KEY } from "../http/commit.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { nameOf } from "../http/name.ts";
import { operation } from "../http/operation.ts";
import { formula, loadFormulas, shownField, withFormula } from "../http/formula.ts";
import { fieldOf, sheetOf } from "../http/sheet.ts";
import { ask, may } from "../http/workspace.ts";

const types = Object.keys(registry) as [FieldType, ...FieldType[]];
const name = nameOf(200);
const optionName = nameOf(200);
/** The name alone is enough. */
const option = v.union([
  v.pipe(
    optionName,
    v.transform((name): Option => ({ name })),
  ),
  v.object({ name: optionName, color: v.optional(v.pipe(v.string(), v.maxLength(30))) }),
]);
const link = v.object({
  sheet: v.string(),
  multiple: v.optional(v.boolean(), false),
  backLink: v.optional(v.pipe(v.string(), v.maxLength(200))),
});

const position = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.description("Index among the fields"),
);

const properties = {
  required: v.optional(v.boolean()),
  unique: v.optional(v.boolean()),
  options: v.optional(
    v.pipe(
      v.array(option),
      v.maxLength(1000),
      v.description("Of choice and multiChoice: {name, color?}, or names"),
    ),
  ),
  currency: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, "not a currency code such as USD")),
  ),
  decimals: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10))),
  ungrouped: v.optional(
    v.pipe(v.boolean(), v.description("Of numbers: thousands are not set apart")),
  ),
  description: v.optional(v.pipe(v.string(), v.maxLength(1000))),
  formula: v.optional(formula),
};

export const NewField = v.pipe(
  v.object({
    name,
    type: v.optional(
      v.pipe(v.picklist(types), v.description("With a formula: of what it answers, when absent")),
    ),
    link: v.optional(link),
    ...properties,
    position: v.optional(position),
  }),
  v.check(({ type, formula }) => type !== undefined || formula !== undefined, "a type is missing"),
);

export const FieldJson = v.pipe(
  v.looseObject({ key: v.string(), name: v.string(), type: v.picklist(types) }),
  v.metadata({ ref: "Field" }),
);

const WrittenField = v.looseObject({
  ...FieldJson.pipe[0].entries,
  seq: v.number(),
  changeset: v.string(),
});
const MAX_FIELDS = 500;

interface Option {
  readonly name: string;
  readonly color?: string | undefined;
}

export const fields = new Hono<AppEnv>()
  .post(
    "/sheets/:sheet/fields",
    operation({
      tag: "Sheets",
      summary: "Add a field",
      description: "The key is made from the name and never changes.",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "invalid-values"],
      answers: { 201: { description: "Added", schema: WrittenField } },
    }),
    may("design"),
    input("json", NewField),
    async (c) => {
      const { position: at, ...wanted } = c.req.valid("json");
      const key = c.req.param("sheet");
      const { services, workspace } = c.var;
      if (wanted.formula !== undefined) await loadFormulas();
      const answer = await commit(
        c,
        (workbook) => {
          const { sheet } = sheetOf(workbook, key);
          const after = newField(workbook, sheet, wanted);
          return {
            label: `Added the column ${after.name}`,
            operations: [
              { op: "field", sheet: key, after, ...(at === undefined ? {} : { position: at }) },
            ],
          };
        },
        { request: { ...wanted, at } },
      );
      // A repetition decides nothing: which field it made is in the changeset.
      const changeset = await services.ledger.changeset(workspace, answer.changeset);
      const made = changeset?.operations.find((operation) => operation.op === "field");
      const field = await ask(c, (workbook) =>
        shownField(workbook, key, fieldOf(sheetOf(workbook, key), made?.after.key ?? "")),
      );
      return c.json({ ...field, seq: answer.seq, changeset: answer.changeset }, 201);
    },
  )
  .patch(
    "/sheets/:sheet/fields/:field",
    operation({
      tag: "Sheets",
      summary: "Rename, retype, move or restore a field",
      description:
        "With another `type` every value is read again as that type; what does not fit keeps its text and is marked.",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused", "invalid-values"],
      answers: { 200: { description: "Changed", schema: WrittenField } },
    }),
    may("design"),
    input(
      "json",
      v.object({
        name: v.optional(name),
        type: v.optional(v.picklist(types)),
        link: v.optional(link),
        ...properties,
        position: v.optional(position),
        deleted: v.optional(v.boolean()),
      }),
    ),
    async (c) => {
      const wanted = c.req.valid("json");
      const { sheet: key, field: fieldKey } = c.req.param();
      if (wanted.formula !== undefined) await loadFormulas();
      const answer = await commit(
        c,
        (workbook) => {
          const table = sheetOf(workbook, key);
          return changeField(workbook, table, fieldOf(table, fieldKey), wanted);
        },
        { request: wanted },
      );
      const field = await ask(c, (workbook) =>
        shownField(workbook, key, fieldOf(sheetOf(workbook, key), fieldKey)),
      );
      return c.json({ ...field, seq: answer.seq, changeset: answer.changeset });
    },
  )
  .delete(
    "/sheets/:sheet/fields/:field",
    operation({
      tag: "Sheets",
      summary: "Put a field into the trash",
      headers: IDEMPOTENCY_KEY,
      fails: ["changeset-reused"],
      answers: {
        200: {
          description: "In the trash, with its values",
          schema: v.object({ seq: v.number(), changeset: v.string() }),
        },
      },
    }),
    may("design"),
    async (c) => {
      const { sheet: key, field: fieldKey } = c.req.param();
      const { seq, changeset } = await commit(
        c,
        (workbook) => {
          const table = sheetOf(workbook, key);
          return changeField(workbook, table, fieldOf(table, fieldKey), { deleted: true });
        },
        { request: {} },
      );
      return c.json({ seq, changeset });
    },
  );

/** A new field of a sheet, with a key of its own. */
export function newField(
  workbook: Workbook,
  sheet: Pick<Sheet, "fields"> & { readonly key?: string },
  wanted: v.InferOutput<typeof NewField>,
): Field {
  if (sheet.fields.length >= MAX_FIELDS) {
    throw new DomainError("invalid-values", `A sheet holds at most ${MAX_FIELDS} fields.`);
  }
  freeName(sheet, wanted.name, undefined);
  const key = keyFrom(wanted.name, new Set(sheet.fields.map((field) => field.key)));
  const { type, formula } = wanted;
  if (formula === undefined) {
    return completed(workbook, { key, name: wanted.name, type: type ?? "text" }, wanted);
  }
  if (sheet.key === undefined) {
    throw new DomainError(
      "invalid-values",
      "A formula needs its sheet: add it when that is there.",
      {
        errors: [{ path: "/fields", message: "no formulas here" }],
      },
    );
  }
  const base = { key, name: wanted.name, ...optional(wanted) };
  return withFormula(workbook, sheet.key, base, formula, type);
}

/** What a formula field may have besides. */
function optional({ currency, decimals, ungrouped, description }: Wanted): Partial<Field> {
  return {
    ...(currency === undefined ? {} : { currency }),
    ...(decimals === undefined ? {} : { decimals }),
    ...flag("ungrouped", ungrouped),
    ...text("description", description),
  };
}

type Wanted = {
  readonly name?: string | undefined;
  readonly type?: FieldType | undefined;
  readonly link?: v.InferOutput<typeof link> | undefined;
  readonly options?: readonly Option[] | undefined;
  readonly required?: boolean | undefined;
  readonly unique?: boolean | undefined;
  readonly currency?: string | undefined;
  readonly decimals?: number | undefined;
  readonly ungrouped?: boolean | undefined;
  readonly description?: string | undefined;
  readonly formula?: string | undefined;
  readonly position?: number | undefined;
  readonly deleted?: boolean | undefined;
};

function changeField(
  workbook: Workbook,
  table: Table,
  field: Field,
  wanted: Wanted,
): { label: string; operations: Operation[] } {
  const { sheet } = table;
  if (wanted.name !== undefined) freeName(sheet, wanted.name, field.key);
  const type = wanted.type ?? field.type;
  const { deleted: _, ...kept } = field;
  const deleted = wanted.deleted ?? field.deleted;
  const after = completed(
    workbook,
    {
      ...kept,
      name: wanted.name ?? field.name,
      type,
      ...(deleted === true ? { deleted } : {}),
    },
    wanted,
  );
  const place = wanted.position === undefined ? {} : { position: wanted.position };
  if (field.formula !== undefined || wanted.formula !== undefined) {
    const typed = wanted.formula ?? toTyped(workbook, sheet.key, field.formula ?? "");
    const { type: _type, ...base } = after;
    const asked = wanted.type ?? (wanted.formula === undefined ? field.type : undefined);
    const computed = { ...base, ...optional(wanted) };
    const changed =
      wanted.formula === undefined && wanted.type === undefined
        ? { ...computed, type: field.type, formula: field.formula ?? "" }
        : withFormula(workbook, sheet.key, computed, typed, asked);
    return {
      label: labelOf(field, changed),
      operations: [{ op: "field", sheet: sheet.key, after: changed, ...place }],
    };
  }
  if (type !== field.type) {
    const [to, cells] = retyped(workbook, table, field, after, wanted.options !== undefined);
    return {
      label: `Made the column ${field.name} ${registry[type].label.toLowerCase()}`,
      operations: [{ op: "field", sheet: sheet.key, after: to, ...place }, ...cells],
    };
  }
  return {
    label: labelOf(field, after),
    operations: [{ op: "field", sheet: sheet.key, after, ...place }],
  };
}

/**
 * The field as it becomes, and the writes that give its values the new type. A choice takes its options from the values
 * unless they are named. Values in the trash are read again as well, so that they fit when they come back.
 */
function retyped(
  workbook: Workbook,
  table: Table,
  from: Field,
  to: Field,
  optionsGiven: boolean,
): [Field, Operation[]] {
  const locale = localeOf(workbook);
  const names = namesOf(workbook, locale);
  const read = reader(table, from.key);
  const filled = allRows(table).filter((row) => read(row) !== undefined);
  const before = filled.map(read);
  const chosen = to.type === "choice" || to.type === "multiChoice";
  const field =
    chosen && !optionsGiven
      ? { ...to, options: Retype.optionsFor(before, from, to.type, locale, names) }
      : to;
  if (!registry[field.type].editable) return [field, []];
  const { cells } = Retype.retype(before, from, field, locale, names);
  const writes: Operation[] =
    filled.length === 0
      ? []
      : [
          {
            op: "set",
            sheet: table.key,
            ids: filled.map((row) => table.ids[row] ?? ""),
            fields: { [from.key]: cells },
          },
        ];
  return [field, writes];
}

/** The field with what its type needs: options in colours, a currency, a link that leads somewhere. */
function completed(workbook: Workbook, base: Field, wanted: Wanted): Field {
  const { options: _, currency: __, decimals: ___, ungrouped: ____, link: _____, ...common } = base;
  const { type } = base;
  const chosen = type === "choice" || type === "multiChoice";
  const options = wanted.options === undefined ? base.options : colored(wanted.options);
  const number = type === "number" || type === "percent";
  const decimals = wanted.decimals ?? base.decimals;
  return {
    ...common,
    ...flag("required", wanted.required ?? base.required),
    ...flag("unique", wanted.unique ?? base.unique),
    ...text("description", wanted.description ?? base.description),
    ...(chosen ? { options: options ?? [] } : {}),
    ...(type === "currency"
      ? { currency: wanted.currency ?? base.currency ?? localeOf(workbook).currency }
      : {}),
    ...(number && decimals !== undefined ? { decimals } : {}),
    ...(type === "number" ? flag("ungrouped", wanted.ungrouped ?? base.ungrouped) : {}),
    ...(type === "link" ? { link: linkOf(workbook, wanted.link, base.link) } : {}),
  };
}

function linkOf(
  workbook: Workbook,
  wanted: v.InferOutput<typeof link> | undefined,
  before: Field["link"],
): NonNullable<Field["link"]> {
  if (wanted === undefined) {
    if (before !== undefined) return before;
    throw new DomainError("invalid-values", "A link needs the sheet it leads to.", {
      errors: [{ path: "/link", message: "missing" }],
    });
  }
  const target = workbook.sheets.get(wanted.sheet)?.sheet;
  if (target === undefined || target.deleted === true || target.system === true) {
    throw new DomainError(
      "invalid-values",
      `There is no sheet "${wanted.sheet.slice(0, 60)}" to link to.`,
      {
        errors: [{ path: "/link/sheet", message: "no such sheet" }],
      },
    );
  }
  const { sheet, multiple, backLink } = wanted;
  return { sheet, multiple, ...(backLink === undefined ? {} : { backLink }) };
}

function colored(options: readonly Option[]): Field["options"] {
  const names = options.map((one) => one.name);
  if (new Set(names).size < names.length) {
    throw new DomainError("invalid-values", "Two options have the same name.", {
      errors: [{ path: "/options", message: "names repeat" }],
    });
  }
  const palette = withOptions([], names) ?? [];
  return options.map(({ name, color }) => {
    const chosen = color ?? palette.find((one) => one.name === name)?.color;
    return { name, ...(chosen === undefined ? {} : { color: chosen }) };
  });
}

function freeName(sheet: Pick<Sheet, "fields">, name: string, except: string | undefined): void {
  const taken = sheet.fields.some(
    (field) => field.key !== except && field.deleted !== true && field.name === name,
  );
  if (!taken) return;
  throw new DomainError("invalid-values", `Cannot name a column "${name}": the name is taken.`, {
    errors: [{ path: "/name", message: "the name is taken" }],
  });
}

function flag<Name extends string>(
  name: Name,
  value: boolean | undefined,
): { [name in Name]?: true } {
  return (value === true ? { [name]: true } : {}) as { [name in Name]?: true };
}

function text<Name extends string>(
  name: Name,
  value: string | undefined,
): { [name in Name]?: string } {
  return (value === undefined || value === "" ? {} : { [name]: value }) as {
    [name in Name]?: string;
  };
}

function labelOf(before: Field, after: Field): string {
  if (after.deleted === true && before.deleted !== true) return `Deleted the column ${before.name}`;
  if (after.deleted !== true && before.deleted === true)
    return `Restored the column ${before.name}`;
  if (after.name !== before.name) return `Renamed the column ${before.name} to ${after.name}`;
  return `Changed the column ${before.name}`;
}
