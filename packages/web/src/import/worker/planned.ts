import { must } from "@gridfolk/core/assert";
import { isInvalid } from "@gridfolk/core/field/cell";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { type Composed, compose, type Composition } from "@gridfolk/core/import/composition";
import type { Plan, RefusedRow } from "@gridfolk/core/import/plan";
import * as Rows from "@gridfolk/core/import/read/rows";
import type { RefusedOf } from "@gridfolk/core/import/refused";
import * as RoundTrip from "@gridfolk/core/import/round-trip";
import { browserPlatform } from "../../data/platform.ts";
import type { DoubtView, Group, PlanRequest } from "../messages.ts";
import { doubtsIn } from "./doubts.ts";
import { currentWorkbook, type Session } from "./session.ts";
import { sourcesOf } from "@gridfolk/core/import/worksheets";

/** The plan of one sheet with its records in groups. */
export interface Grouped {
  readonly plan: Plan;
  /** The worksheet that its rows come from, by position in `sources`. */
  readonly source: number;
  /** How a row is numbered in the file. */
  rowOf(row: number): number;
  /** Rows that are not written, numbered as in the file: of the worksheet's own sheet all of them, whatever they were to become. */
  readonly refused: readonly RefusedRow[];
  /** By column of the plan, how many records hold a value that does not fit. */
  readonly misfits: Int32Array;
  /** The same, how many lose what they hold. */
  readonly erased: Int32Array;
  readonly groups: { readonly [group in Exclude<Group, "refused">]: Int32Array };
}

/** What an import will do; the first sheet's own plan, and what else the rows become. */
export interface Planned extends Grouped {
  readonly along: readonly Grouped[];
  readonly unlinked: Composition["unlinked"];
  /** Each worksheet that is imported, with its rows that are not written; the chosen one first. */
  readonly sources: readonly RefusedOf[];
  readonly request: PlanRequest;
  readonly trip?: RoundTrip.RoundTrip | undefined;
  readonly doubts: readonly DoubtView[];
  /** A plan is written once: what was written has changed the ground it stood on. */
  readonly written?: boolean;
}

/** How many rows are not written. */
export function refusedIn({ sources }: Planned): number {
  return sources.reduce((sum, { refused }) => sum + refused.length, 0);
}

/** Reads every cell and compares with what is there now. Nothing is written. */
export async function makePlan(session: Session, request: PlanRequest): Promise<Planned> {
  const { source, opened, base, together, report } = session;
  const workbook = await currentWorkbook(session);
  await loadPhones();
  const { table, exported } = opened;
  report({ phase: "planning", done: 0, of: Rows.count(table.raw.rows) });
  const deps = { workbook, registry, locale: source.locale, platform: browserPlatform };
  const { mapping, key, mode, choices, same = [] } = request;
  const trip =
    choices === undefined || exported === undefined
      ? undefined
      : RoundTrip.merge(deps, table, mapping, exported, base, choices);
  const options = { key, mode };
  const sources = sourcesOf(table, mapping, together?.joined);
  const whole = (asked: Parameters<typeof compose>[2]): Composition => {
    if (trip !== undefined) {
      const alone = { plan: trip.plan, source: 0, rowOf: (row: number) => row };
      return { plan: trip.plan, plans: [alone], refused: [trip.plan.refused], unlinked: [] };
    }
    return compose(deps, sources, asked, together?.joined?.joins);
  };
  const plain = whole(options);
  const doubts = trip === undefined ? doubtsIn(plain.plan, workbook, source.locale) : [];
  const decided = same.length === 0 ? plain : whole({ ...options, same: new Map(same) });
  const [own, ...along] = decided.plans
    .toSorted(
      (one, other) => Number(other.plan === decided.plan) - Number(one.plan === decided.plan),
    )
    .map((one) => {
      const { mapping: own } = must(sources[one.source]);
      const refused =
        own.sheet === one.plan.sheet.key
          ? must(decided.refused[one.source])
          : one.plan.refused.map((row) => ({ ...row, row: one.rowOf(row.row) }));
      return { ...group(one), refused };
    });
  const { unlinked } = decided;
  const refused = decided.refused.map((rows, at) => ({
    // Of an edited export the table of the file: the plan's holds only what was edited.
    table: must(sources[at]).table,
    refused: rows,
  }));
  return { ...must(own), along, unlinked, sources: refused, request, trip, doubts };
}

function group({ plan, source, rowOf }: Composed): Omit<Grouped, "refused"> {
  const created: number[] = [];
  const updated: number[] = [];
  const unchanged: number[] = [];
  const kept: number[] = [];
  const misfits = new Int32Array(plan.columns.length);
  const erased = new Int32Array(plan.columns.length);
  const erasing = plan.columns.flatMap(({ update }, column) =>
    update === "erase" ? [column] : [],
  );
  // Any text fits a column of texts: those, mostly the most, need not be read once more.
  const checked = plan.columns.flatMap(({ field }, column) =>
    field.type === "text" || field.type === "longText" ? [] : [column],
  );
  for (let record = 0; record < plan.ids.length; record += 1) {
    if (plan.matches.existing[record] === undefined) created.push(record);
    else if (plan.changes.any(record)) {
      updated.push(record);
      for (const column of erasing) {
        if (plan.changes.has(record, column) && plan.cell(record, column) === undefined)
          erased[column] = must(erased[column]) + 1;
      }
    } else unchanged.push(record);
    let fits = true;
    for (const column of checked) {
      if (!isInvalid(plan.cell(record, column))) continue;
      misfits[column] = must(misfits[column]) + 1;
      fits = false;
    }
    if (!fits) kept.push(record);
  }
  return {
    plan,
    source,
    rowOf,
    misfits,
    erased,
    groups: {
      created: Int32Array.from(created),
      updated: Int32Array.from(updated),
      unchanged: Int32Array.from(unchanged),
      kept: Int32Array.from(kept),
    },
  };
}
