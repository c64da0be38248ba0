import * as v from "valibot";
import type { Sheet } from "../field/field.ts";
import type { Operation } from "../ledger/operation.ts";
import { rows, value, type Workbook } from "../ledger/workbook.ts";
import { complete } from "../sheet/templates.ts";
import type { ColumnFacts } from "./column.ts";
import { type Given, proposeAround } from "./given.ts";
import { normaliseHeader } from "./header.ts";
import type { Mapping, Target } from "./mapping.ts";
import type { PlannedColumn } from "./plan.ts";
import { asMade, TargetJson } from "./target-json.ts";

/** The system sheet whose records say where people sent columns of a name. It is made with the first of them. */
export const SHEET = "_learnedColumns";

/** A column of this name was sent to another place than was proposed. */
export interface Correction {
  /** As in the file. */
  readonly name: string;
  readonly target: Target;
}

/** More are forgotten from the oldest on: names that nobody meets again. */
const MOST = 2000;

/**
 * Where columns go that somebody corrected before in an import into this sheet, by their index in `facts`. `me` is who asks.
 */
export function learned(
  workbook: Workbook,
  sheet: string,
  facts: readonly ColumnFacts[],
  me: string,
): ReadonlyMap<number, Given> {
  const found = new Map<number, Given>();
  const table = workbook.sheets.get(SHEET);
  if (table === undefined) return found;
  const byHeader = new Map<string, number>();
  for (const row of rows(table)) {
    if (value(table, row, "sheet") === sheet)
      byHeader.set(String(value(table, row, "header")), row);
  }
  if (byHeader.size === 0) return found;
  facts.forEach(({ column }, index) => {
    const row = column.named ? byHeader.get(normaliseHeader(column.name)) : undefined;
    const target = row === undefined ? undefined : targetIn(value(table, row, "target"));
    if (row === undefined || target === undefined) return;
    const actor = table.stamps.get(table.updated[row] ?? 0)?.actor;
    found.set(index, {
      target,
      reason:
        actor === me ? "You chose this before." : `${nameOf(workbook, actor)} chose this before.`,
    });
  });
  return found;
}

/** Where columns go in an import into this sheet: as was chosen before, the others where they fit best. */
export function propose(
  workbook: Workbook,
  sheet: Sheet,
  facts: readonly ColumnFacts[],
  me: string,
): Mapping {
  return proposeAround(facts, sheet, learned(workbook, sheet.key, facts, me));
}

function targetIn(cell: unknown): Target | undefined {
  if (typeof cell !== "string") return undefined;
  try {
    const parsed = v.safeParse(TargetJson, JSON.parse(cell));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(workbook: Workbook, user: string | undefined): string {
  const members = workbook.sheets.get("_members");
  const row =
    members === undefined || user === undefined
      ? undefined
      : rows(members).find((one) => value(members, one, "user") === user);
  const name = row === undefined ? undefined : value(members!, row, "name");
  return typeof name === "string" && name !== "" ? name : "Somebody in this workspace";
}

/**
 * What a person corrected: columns with a name that go elsewhere than was proposed. A field that the import made is named by the key it
 * got; where only its name or type was changed, nothing is learned.
 */
export function corrections(
  proposed: Mapping,
  chosen: Mapping,
  facts: readonly Pick<ColumnFacts, "column">[],
  columns: readonly Pick<PlannedColumn, "source" | "field" | "isNew">[] = [],
): readonly Correction[] {
  if (proposed.sheet !== chosen.sheet) return [];
  return chosen.columns.flatMap(({ column, name, target, of }, index) => {
    const before = proposed.columns[index]?.target;
    // What belongs to other records of the row is not of this sheet.
    if (of !== undefined || proposed.columns[index]?.of !== undefined) return [];
    if (facts[index]?.column.named !== true || normaliseHeader(name) === "") return [];
    if (before === undefined || isSame(before, target)) return [];
    return [{ name, target: asMade(target, column, columns) }];
  });
}

function isSame(one: Target, other: Target): boolean {
  if (one.kind === "new" || other.kind === "new") return one.kind === other.kind;
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Keeps corrections, the last one for each name. `newIds` gives ids for records. */
export function remember(
  workbook: Workbook,
  sheet: string,
  corrected: readonly Correction[],
  newIds: (count: number) => readonly string[],
): Operation[] {
  const byHeader = new Map<string, Correction>();
  for (const one of corrected) byHeader.set(normaliseHeader(one.name), one);
  const table = workbook.sheets.get(SHEET);
  const known = new Map<string, string>();
  for (const row of table === undefined ? [] : rows(table)) {
    if (value(table!, row, "sheet") === sheet)
      known.set(String(value(table!, row, "header")), table!.ids[row]!);
  }
  const changed = [...byHeader].flatMap(([header, one]) => {
    const id = known.get(header);
    return id === undefined ? [] : [{ id, one }];
  });
  const fresh = [...byHeader].filter(([header]) => !known.has(header));
  changed.sort((a, b) => (a.id < b.id ? -1 : 1));
  const ids = newIds(fresh.length);
  const over = table === undefined ? 0 : table.live + fresh.length - MOST;
  const kept = new Set(changed.map(({ id }) => id));
  const oldest =
    table === undefined || over <= 0
      ? []
      : [...rows(table)]
          .filter((row) => !kept.has(table.ids[row]!))
          .sort((a, b) => table.updated[a]! - table.updated[b]!)
          .slice(0, over)
          .map((row) => table.ids[row]!)
          .sort();
  return [
    ...complete(workbook, TEMPLATE),
    ...(changed.length === 0
      ? []
      : [
          {
            op: "set" as const,
            sheet: SHEET,
            ids: changed.map(({ id }) => id),
            fields: {
              name: changed.map(({ one }) => one.name.slice(0, 500)),
              target: changed.map(({ one }) => JSON.stringify(one.target)),
            },
          },
        ]),
    ...(fresh.length === 0
      ? []
      : [
          {
            op: "create" as const,
            sheet: SHEET,
            ids,
            fields: {
              sheet: fresh.map(() => sheet),
              header: fresh.map(([header]) => header),
              name: fresh.map(([, { name }]) => name.slice(0, 500)),
              target: fresh.map(([, { target }]) => JSON.stringify(target)),
            },
          },
        ]),
    ...(oldest.length === 0 ? [] : [{ op: "delete" as const, sheet: SHEET, ids: oldest }]),
  ];
}

const TEMPLATE: Sheet = {
  key: SHEET,
  name: "Learned columns",
  singular: "learned column",
  icon: "file-up",
  title: ["name"],
  system: true,
  position: 106,
  fields: [
    { key: "sheet", name: "Sheet", type: "text", required: true },
    { key: "header", name: "Header", type: "text", required: true },
    { key: "name", name: "Name in the file", type: "text" },
    { key: "target", name: "Goes to", type: "longText" },
  ],
};
