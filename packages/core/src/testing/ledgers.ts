import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { registry } from "../field/registry.ts";
import type { Draft } from "../ledger/changeset.ts";
import { createLedger, type LedgerDeps } from "../ledger/create-ledger.ts";
import * as Ids from "../ledger/ids.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Operation } from "../ledger/operation.ts";
import type { Store } from "../ledger/store.ts";
import type { Platform } from "../platform.ts";
import { nodePlatform } from "./platform.ts";

/** A platform whose clock is set by the test and by sleeping, which takes no time. */
export function platformAt(start: number): Platform & { clock: { set(now: number): void } } {
  let now = start;
  return {
    ...nodePlatform,
    clock: {
      now: () => now,
      sleep: (ms) => {
        now += ms;
        return Promise.resolve();
      },
      set(next) {
        now = next;
      },
    },
  };
}

export function ledgerOn(store: Store, deps: Partial<LedgerDeps> = {}): Ledger {
  return createLedger({ store, platform: nodePlatform, registry, ...deps });
}

const people: readonly Field[] = [
  { key: "name", name: "Name", type: "text" },
  { key: "email", name: "E-mail", type: "email", unique: true },
  { key: "age", name: "Age", type: "number" },
  {
    key: "firm",
    name: "Firm",
    type: "link",
    link: { sheet: "firms", multiple: false, backLink: "People" },
  },
];

/** Two sheets: people with a unique e-mail, linked to firms. */
export function firstDraft(): Omit<Draft, "base"> {
  const operations: Operation[] = [
    { op: "sheet", key: "firms", after: { name: "Firms", title: ["name"], position: 0 } },
    { op: "field", sheet: "firms", after: { key: "name", name: "Name", type: "text" } },
    { op: "sheet", key: "people", after: { name: "People", title: ["name"], position: 1 } },
    ...people.map((after): Operation => ({ op: "field", sheet: "people", after })),
  ];
  return {
    id: Ids.newId(nodePlatform),
    actor: "owner",
    source: "system",
    label: "New workspace",
    operations,
  };
}

export function draft(
  base: number,
  operations: readonly Operation[],
  more: Partial<Draft> = {},
): Draft {
  return {
    id: Ids.newId(nodePlatform),
    base,
    actor: "ann",
    source: "grid",
    label: "Edited",
    operations,
    ...more,
  };
}

export type Row = { readonly [field: string]: Cell | null };

export function create(sheet: string, ids: readonly string[], rows: readonly Row[]): Operation {
  return { op: "create", sheet, ids, fields: columns(rows) };
}

export function set(sheet: string, ids: readonly string[], rows: readonly Row[]): Operation {
  return { op: "set", sheet, ids, fields: columns(rows) };
}

function columns(rows: readonly Row[]): { [field: string]: (Cell | null)[] } {
  const fields = new Set(rows.flatMap((row) => Object.keys(row)));
  return Object.fromEntries(
    [...fields].map((field) => [field, rows.map((row) => row[field] ?? null)]),
  );
}

export function newIds(count: number): string[] {
  return Ids.recordIds(nodePlatform, count);
}
