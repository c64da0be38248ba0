import * as v from "valibot";
import type { Field } from "../field/field.ts";
import type { FieldOperation, Operation } from "../ledger/operation.ts";
import { findField, type Workbook } from "../ledger/workbook.ts";
import type { Plan } from "./plan.ts";
import { plansOf } from "./plans.ts";

/** The system sheet whose records say what imports did. */
const SHEET = "_imports";
/** Fields that it gets when an import first has something to say in them. */
const KEPT: Field = { key: "kept", name: "File is kept", type: "checkbox" };
const ALONG: Field = { key: "along", name: "Other sheets", type: "longText" };

/** What an import did to a sheet beside the one that its rows become. */
export interface Alongside {
  readonly sheet: string;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** What has to be there for an import to say all there is to say of it. `isKept`: its file is kept. */
export function prepare(workbook: Workbook, plan: Plan, isKept = false): Operation[] {
  const table = workbook.sheets.get(SHEET);
  if (table === undefined) return [];
  const wanted = [...(isKept ? [KEPT] : []), ...(alongside(plan).length > 0 ? [ALONG] : [])];
  return wanted.flatMap((field): FieldOperation[] => {
    const before = findField(table, field.key);
    if (before === undefined) return [{ op: "field", sheet: SHEET, after: field }];
    // It went with an import that was undone.
    return before.deleted === true ? [{ op: "field", sheet: SHEET, after: field, before }] : [];
  });
}

/** The other sheets that a plan writes to, also by links to records that are not there yet. */
export function alongside(plan: Plan): readonly Alongside[] {
  const found = new Map<string, Alongside>();
  const add = (sheet: string, created: number, updated = 0, unchanged = 0) => {
    const before = found.get(sheet) ?? { sheet, created: 0, updated: 0, unchanged: 0 };
    found.set(sheet, {
      sheet,
      created: before.created + created,
      updated: before.updated + updated,
      unchanged: before.unchanged + unchanged,
    });
  };
  for (const one of plansOf(plan)) {
    const { created, updated, unchanged } = one.counts;
    if (one !== plan) add(one.sheet.key, created, updated, unchanged);
    for (const { sheet, ids } of one.linked) add(sheet, ids.length);
  }
  return [...found.values()];
}

const AlongJson = v.array(
  v.object({ sheet: v.string(), created: v.number(), updated: v.number(), unchanged: v.number() }),
);

/** What a record of an import says of other sheets; nothing where it says none, or nothing that can be read. */
export function alongsideIn(cell: unknown): readonly Alongside[] {
  if (typeof cell !== "string") return [];
  try {
    const parsed = v.safeParse(AlongJson, JSON.parse(cell));
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}
