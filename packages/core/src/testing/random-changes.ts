import fc from "fast-check";
import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { registry } from "../field/registry.ts";
import type { Changeset } from "../ledger/changeset.ts";
import { check, type Checked } from "../ledger/draft.ts";
import type { Column, Operation } from "../ledger/operation.ts";
import { fromRegistry } from "../ledger/rules.ts";
import * as Workbook from "../ledger/workbook.ts";

/** Random work on two linked sheets, for the laws of the ledger: what a step does depends on the workbook it meets. */
export const rules = fromRegistry(registry);

export interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly sheet: "people" | "firms";
  /** Which records, fields and values: taken modulo what there is. */
  readonly picks: readonly number[];
  readonly actor: "ann" | "bob";
}

const KINDS = [
  "create",
  "create",
  "create",
  "set",
  "set",
  "set",
  "delete",
  "restore",
  "several",
  "rename",
  "retype",
  "trash field",
  "add field",
  "move field",
  "options",
  "unique",
] as const;

export const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  sheet: fc.constantFrom("people", "firms"),
  picks: fc.array(fc.nat(9999), { minLength: 8, maxLength: 8 }),
  actor: fc.constantFrom("ann", "bob"),
});

const people: readonly Field[] = [
  { key: "name", name: "Name", type: "text" },
  { key: "email", name: "E-mail", type: "email", unique: true },
  { key: "age", name: "Age", type: "number" },
  { key: "stage", name: "Stage", type: "choice", options: [{ name: "Lead" }, { name: "Won" }] },
  { key: "firm", name: "Firm", type: "link", link: { sheet: "firms", multiple: true } },
];

const firms: readonly Field[] = [
  { key: "name", name: "Name", type: "text", required: true },
  { key: "boss", name: "Boss", type: "link", link: { sheet: "people", multiple: false } },
  { key: "made", name: "Made", type: "createdAt" },
];

/** A workbook with the two sheets, empty, and the head that made it. */
export function begin(): { workbook: Workbook.Workbook; heads: Workbook.Committed[] } {
  const workbook = Workbook.empty("w", "e");
  const heads: Workbook.Committed[] = [];
  const operations: Operation[] = [
    { op: "sheet", key: "people", after: { name: "People", title: ["name"], position: 0 } },
    ...people.slice(0, 4).map((after): Operation => ({ op: "field", sheet: "people", after })),
    { op: "sheet", key: "firms", after: { name: "Firms", title: ["name"], position: 1 } },
    ...firms.map((after): Operation => ({ op: "field", sheet: "firms", after })),
    { op: "field", sheet: "people", after: people[4] as Field },
  ];
  land(workbook, heads, check(workbook, { operations }, rules), "ann");
  return { workbook, heads };
}

/** Folds checked operations onto the workbook as the next head. */
export function land(
  workbook: Workbook.Workbook,
  heads: Workbook.Committed[],
  checked: Pick<Checked, "operations" | "answer">,
  actor: string,
): Changeset {
  const seq = workbook.seq + 1;
  const id = `changeset${seq}`;
  const changeset: Changeset = {
    id,
    base: seq - 1,
    actor,
    source: "grid",
    label: "",
    operations: checked.operations,
    seq,
    at: seq * 1000,
    answer: { seq, changeset: id, ...checked.answer },
  };
  const head = { seq, at: seq * 1000, hash: `hash${seq}`, changesets: [changeset] };
  heads.push(head);
  Workbook.apply(workbook, head);
  return changeset;
}

export function replay(
  heads: readonly Workbook.Committed[],
  onto?: Workbook.Workbook,
): Workbook.Workbook {
  const workbook = onto ?? Workbook.empty("w", "e");
  for (const head of heads) Workbook.apply(workbook, head);
  return workbook;
}

/**
 * What people see: live records, fields and sheets, without stamps. Choices that no live record holds can be left out:
 * an undo leaves those in place that records in the trash hold.
 */
export function visible(
  workbook: Workbook.Workbook,
  without: "idle choices" | "nothing" = "nothing",
): unknown {
  return [...workbook.sheets.values()]
    .filter(({ sheet }) => sheet.deleted !== true)
    .map((table) => {
      const fields = table.sheet.fields.filter(
        (field) => field.deleted !== true && !Workbook.isStamped(field.type),
      );
      const { fields: _, ...properties } = table.sheet;
      return {
        properties,
        fields: fields.map((field) => {
          if (without === "nothing" || field.options === undefined) return { ...field };
          const held = new Set(
            Workbook.rows(table).map((row) => Workbook.value(table, row, field.key)),
          );
          return { ...field, options: field.options.filter(({ name }) => held.has(name)) };
        }),
        records: Workbook.rows(table).map((row) => [
          table.ids[row],
          ...fields.map((field) => Workbook.value(table, row, field.key) ?? null),
        ]),
      };
    });
}

/** What the step asks for on this workbook. Ids are made from `salt`, so that they come in any order. */
export function operationsOf(
  workbook: Workbook.Workbook,
  { kind, sheet, picks }: Step,
  salt: number,
): Operation[] {
  const table = Workbook.table(workbook, sheet);
  const pick = (at: number, length: number): number =>
    (picks[at % picks.length] as number) % Math.max(1, length);
  const fields = table.sheet.fields;
  const some = (picks[0] as number) % 4;
  const ids =
    table.ids.length === 0
      ? []
      : distinct(picks.slice(1, 2 + some).map((n) => table.ids[n % table.ids.length] as string));
  const field = fields[pick(5, fields.length)] as Field;
  switch (kind) {
    case "create":
      return [create(workbook, table, picks, salt, 1 + some)];
    case "set":
      return ids.length === 0 ? [] : [set(workbook, table, ids, picks)];
    case "delete":
    case "restore":
      return ids.length === 0 ? [] : [{ op: kind, sheet, ids }];
    case "several": {
      const made = create(workbook, table, picks, salt, 2);
      const more = set(workbook, table, [...ids, ...made.ids].sort(), picks.toReversed());
      const other: Operation[] =
        ids.length === 0 ? [] : [{ op: "delete", sheet, ids: ids.slice(0, 1) }];
      return [made, more, ...other, set(workbook, table, distinct([...ids, ...made.ids]), picks)];
    }
    case "rename":
      return [{ op: "field", sheet, after: { ...field, name: `Name ${pick(6, 5)}` } }];
    case "trash field": {
      const { deleted, ...rest } = field;
      return [{ op: "field", sheet, after: deleted === true ? rest : { ...rest, deleted: true } }];
    }
    case "add field":
      return [
        {
          op: "field",
          sheet,
          after: { key: `own${salt}`, name: `Own ${salt}`, type: "text" },
          position: pick(6, fields.length + 1),
        },
        ...(ids.length === 0
          ? []
          : [
              {
                op: "set",
                sheet,
                ids,
                fields: { [`own${salt}`]: ids.map((_, at) => `v${pick(at, 9)}`) },
              } as const,
            ]),
      ];
    case "move field":
      return [{ op: "field", sheet, after: field, position: pick(6, fields.length) }];
    case "options": {
      if (field.type !== "choice") return [];
      const options =
        pick(6, 2) === 0
          ? (field.options ?? []).slice(1)
          : [...(field.options ?? []), { name: `Option ${salt}` }];
      return [{ op: "field", sheet, after: { ...field, options } }];
    }
    case "unique":
      return [{ op: "field", sheet, after: { ...field, unique: field.unique !== true } }];
    case "retype":
      return retype(table, field);
  }
}

/** Text to number and back, with every record's value. */
function retype(table: Workbook.Table, field: Field): Operation[] {
  if (field.type !== "text" && field.type !== "number") return [];
  const type = field.type === "text" ? "number" : "text";
  const ids: string[] = [];
  const values: Cell[] = [];
  for (const row of Workbook.allRows(table)) {
    const cell = Workbook.value(table, row, field.key);
    if (cell === undefined) continue;
    const text = typeof cell === "object" ? (cell as { invalid: string }).invalid : String(cell);
    ids.push(table.ids[row] as string);
    values.push(type === "text" ? text : /^\d+$/.test(text) ? Number(text) : { invalid: text });
  }
  const after: Field = { ...field, type };
  const change: Operation = { op: "field", sheet: table.key, after };
  return ids.length === 0
    ? [change]
    : [change, { op: "set", sheet: table.key, ids, fields: { [field.key]: values } }];
}

function create(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  picks: readonly number[],
  salt: number,
  count: number,
): Extract<Operation, { op: "create" }> {
  const ids = Array.from({ length: count }, (_, at) => idOf((picks[at] as number) * 1000 + salt));
  const sorted = distinct(ids);
  return {
    op: "create",
    sheet: table.key,
    ids: sorted,
    fields: values(workbook, table, sorted, picks, 0),
  };
}

function set(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  ids: readonly string[],
  picks: readonly number[],
): Operation {
  const sorted = distinct(ids);
  return {
    op: "set",
    sheet: table.key,
    ids: sorted,
    fields: values(workbook, table, sorted, picks, 1),
  };
}

function values(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  ids: readonly string[],
  picks: readonly number[],
  leaveOut: number,
): { [field: string]: Column } {
  const columns: { [field: string]: Column } = {};
  table.sheet.fields.forEach((field, index) => {
    if (field.deleted === true || !isWritten(field)) return;
    if (leaveOut === 1 && (picks[index % picks.length] as number) % 2 === 0) return;
    columns[field.key] = ids.map((_, at) =>
      valueOf(workbook, field, picks[(index + at) % picks.length] as number),
    );
  });
  if (Object.keys(columns).length === 0) {
    const first = table.sheet.fields.find((field) => field.deleted !== true && isWritten(field));
    if (first !== undefined) columns[first.key] = ids.map(() => null);
  }
  return columns;
}

function isWritten({ type, formula }: Field): boolean {
  return formula === undefined && !Workbook.isStamped(type);
}

/** Few different values, so that they meet; sometimes blank, sometimes text that does not fit, sometimes not allowed. */
function valueOf(workbook: Workbook.Workbook, field: Field, pick: number): Cell | null {
  if (pick % 7 === 0) return null;
  switch (field.type) {
    case "text":
      return `text ${pick % 5}`;
    case "email":
      return pick % 11 === 1 ? { invalid: "no address" } : `p${pick % 12}@acme.test`;
    case "number":
      return pick % 11 === 1 ? { invalid: "many" } : pick % 100;
    case "choice":
      return field.options?.[pick % ((field.options?.length ?? 0) + 1)]?.name ?? "No such option";
    case "link": {
      const ids = workbook.sheets.get(field.link?.sheet ?? "")?.ids ?? [];
      if (ids.length === 0) return null;
      const first = ids[pick % ids.length] as string;
      const second = ids[(pick + 1) % ids.length] as string;
      return field.link?.multiple === true && first !== second ? [first, second] : [first];
    }
    default:
      return null;
  }
}

function idOf(n: number): string {
  return `1r5c8d0ab${n.toString(10).padStart(7, "0")}`;
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}
