import { equals } from "../field/cell.ts";
import type { Changeset } from "./changeset.ts";
import type { HistoryEntry } from "./ledger.ts";
import type { Operation } from "./operation.ts";
import { isRecords } from "./rows.ts";

export interface Extract {
  readonly entry: HistoryEntry;
  /** Seq of the changeset that touched the record before; 0 when this one created it. */
  readonly prev: number;
}

const KINDS = {
  create: "created",
  delete: "deleted",
  restore: "restored",
  set: "changed",
} as const;
/** What an entry is called when a changeset did several things to the record. */
const RANK = ["create", "delete", "restore", "set"] as const;

/**
 * What a changeset did to one record; `undefined` when it did nothing to it. `operations` may be those of the one part that
 * holds the record. Cells whose value did not change are left out.
 */
export function extract(
  changeset: Omit<Changeset, "operations" | "answer">,
  operations: readonly Operation[],
  sheet: string,
  record: string,
): Extract | undefined {
  const done = new Set<(typeof RANK)[number]>();
  const cells = new Map<string, { before: unknown; after: unknown }>();
  let prev = 0;
  for (const operation of operations) {
    if (!isRecords(operation) || operation.sheet !== sheet) continue;
    const row = operation.ids.indexOf(record);
    if (row === -1) continue;
    done.add(operation.op);
    if (operation.op !== "create") prev = Math.max(prev, operation.prev?.[row] ?? 0);
    if (operation.op !== "create" && operation.op !== "set") continue;
    for (const [field, column] of Object.entries(operation.fields)) {
      const before = operation.op === "set" ? operation.before?.[field]?.[row] : null;
      cells.set(field, {
        before: cells.has(field) ? cells.get(field)?.before : (before ?? null),
        after: column[row] ?? null,
      });
    }
  }
  const first = RANK.find((op) => done.has(op));
  if (first === undefined) return undefined;
  const { seq, id, at, actor, source, label } = changeset;
  return {
    entry: {
      seq,
      changeset: id,
      at,
      actor,
      source,
      label,
      kind: KINDS[first],
      cells: [...cells]
        .filter(([, { before, after }]) => !equals(before as never, after as never))
        .map(([field, change]) => ({ field, ...change })),
    },
    prev,
  };
}

/** What of an entry is about one cell: its creation, blank or not, or the change of its value; `undefined` when neither. */
export function ofField(entry: HistoryEntry, field: string): HistoryEntry | undefined {
  const cells = entry.cells.filter((cell) => cell.field === field);
  if (entry.kind === "created") {
    return { ...entry, cells: cells.length > 0 ? cells : [{ field, before: null, after: null }] };
  }
  return cells.length === 0 ? undefined : { ...entry, kind: "changed", cells };
}
