import type { Operation, SetOperation } from "@gridfolk/core/ledger/operation";
import type { RecordsBySheet } from "@gridfolk/core/ledger/undo";
import type { Database } from "./cache.ts";
import type { Waiting } from "./overlay.ts";

/**
 * A change as it waits in this browser. Its id and operations never change once it may have been sent, so sending it again
 * is answered like the first time.
 */
export interface OutboxEntry extends Waiting {
  /** Sorts the entries of a workspace in the order they were done. */
  readonly order: string;
  /** The tab it was done in. */
  readonly tab: string;
  /**
   * An undo. It is sent by the name of what it undoes, and the server works it out on the state it lands on, so that nothing
   * somebody wrote since is overwritten; the operations are only what is shown until then.
   */
  readonly undo?: Undo;
  /** Changes it was put together from, itself not among them. */
  readonly merged?: readonly string[];
}

/** A changeset to take back, or what it did to some records. */
export interface Undo {
  readonly changeset: string;
  readonly records?: RecordsBySheet;
}

export interface Outbox {
  /** Entries of this tab and of tabs that are gone, oldest first. */
  load(): Promise<OutboxEntry[]>;
  put(entry: OutboxEntry): Promise<void>;
  remove(entry: OutboxEntry): Promise<void>;
  /** In one step, so that a crash leaves either all of them or the merged one. */
  merge(entries: readonly OutboxEntry[], merged: OutboxEntry): Promise<void>;
}

export function createOutbox(
  database: Database,
  workspace: string,
  liveTabs: () => Promise<ReadonlySet<string>>,
): Outbox {
  return {
    async load() {
      const range = IDBKeyRange.bound([workspace], [workspace, []]);
      const all = await database.getAll("outbox", range);
      if (all.length === 0) return all;
      const live = await liveTabs();
      return all.filter((entry) => !live.has(entry.tab));
    },
    async put(entry) {
      await database.put("outbox", entry, [workspace, entry.order]);
    },
    async remove(entry) {
      await database.delete("outbox", [workspace, entry.order]);
    },
    async merge(entries, merged) {
      const transaction = database.transaction("outbox", "readwrite");
      for (const entry of entries) void transaction.store.delete([workspace, entry.order]);
      void transaction.store.put(merged, [workspace, merged.order]);
      await transaction.done;
    },
  };
}

/** From this many waiting changes on, they are sent together. */
const MERGE_FROM = 4;
const MERGE_RECORDS = 2_000;

/**
 * How many of the first waiting changes may be sent as one: plain edits of cells, each record written by one of them
 * only, so that what the server records as replaced is what was replaced. What is undone by another that waits keeps its
 * name.
 */
export function mergeable(
  waiting: readonly Waiting[],
  undone: ReadonlySet<string> = new Set(),
): number {
  const written = new Set<string>();
  let count = 0;
  for (const { id, operations, source } of waiting) {
    if (source !== "grid" || undone.has(id)) break;
    const own = recordsOf(operations);
    if (own === undefined || written.size + own.length > MERGE_RECORDS) break;
    if (own.some((record) => written.has(record))) break;
    for (const record of own) written.add(record);
    count += 1;
  }
  return count >= MERGE_FROM ? count : 0;
}

function recordsOf(operations: readonly Operation[]): string[] | undefined {
  const records: string[] = [];
  for (const operation of operations) {
    if (operation.op !== "set") return undefined;
    for (const id of operation.ids) records.push(`${operation.sheet}/${id}`);
  }
  return new Set(records).size === records.length ? records : undefined;
}

/** Several edits as one: operations on the same columns of a sheet become one, ids ascending. */
export function merged(
  waiting: readonly OutboxEntry[],
  identity: { readonly id: string; readonly tab: string },
): OutboxEntry {
  const groups = new Map<string, SetOperation[]>();
  for (const operation of waiting.flatMap(({ operations }) => operations as SetOperation[])) {
    const key = JSON.stringify([operation.sheet, Object.keys(operation.fields).sort()]);
    groups.set(key, [...(groups.get(key) ?? []), operation]);
  }
  const operations = [...groups.values()].map((group): SetOperation => {
    const rows = group
      .flatMap((operation) => operation.ids.map((id, index) => ({ id, index, operation })))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const fields = Object.keys(group[0]?.fields ?? {});
    return {
      op: "set",
      sheet: group[0]?.sheet ?? "",
      ids: rows.map(({ id }) => id),
      fields: Object.fromEntries(
        fields.map((field) => [
          field,
          rows.map(({ index, operation }) => operation.fields[field]?.[index] ?? null),
        ]),
      ),
    };
  });
  const [first] = waiting;
  const labels = new Set(waiting.map(({ label }) => label));
  return {
    ...identity,
    order: first?.order ?? identity.id,
    at: waiting.at(-1)?.at ?? 0,
    source: "grid",
    label: labels.size === 1 ? [...labels].join("") : `${waiting.length} edits`,
    operations,
    merged: waiting.map(({ id }) => id),
  };
}
