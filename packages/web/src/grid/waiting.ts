import type { Operation } from "@gridfolk/core/ledger/operation";

/** More cells than this are not marked one by one: the status bar tells of them. */
const MOST = 5000;
/** A server that answers within this time leaves no mark. */
const PATIENCE_MS = 1500;

/** Cells this person wrote that the server has not confirmed for a while. */
export interface Waiting {
  has(id: string, field: string): boolean;
  /** Notes what was sent; `outcome` resolves when the server has answered, either way. */
  sent(operations: readonly Operation[], outcome: Promise<unknown>): void;
  stop(): void;
}

export function createWaiting(
  onChange: (ids: readonly string[], fields: readonly string[]) => void,
): Waiting {
  /** How many changes wait for each cell. */
  const counts = new Map<string, number>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  return {
    has: (id, field) => counts.has(`${id} ${field}`),
    sent(operations, outcome) {
      const ids = new Set<string>();
      const fields = new Set<string>();
      const cells: string[] = [];
      for (const operation of operations) {
        if (operation.op !== "set" && operation.op !== "create") continue;
        const keys = Object.keys(operation.fields);
        if (cells.length + keys.length * operation.ids.length > MOST) return;
        for (const id of operation.ids) {
          ids.add(id);
          for (const key of keys) cells.push(`${id} ${key}`);
        }
        for (const key of keys) fields.add(key);
      }
      if (cells.length === 0) return;
      let marked = false;
      const timer = setTimeout(() => {
        timers.delete(timer);
        marked = true;
        for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
        onChange([...ids], [...fields]);
      }, PATIENCE_MS);
      timers.add(timer);
      const answered = () => {
        clearTimeout(timer);
        timers.delete(timer);
        if (!marked) return;
        for (const cell of cells) {
          const left = (counts.get(cell) ?? 1) - 1;
          if (left === 0) counts.delete(cell);
          else counts.set(cell, left);
        }
        onChange([...ids], [...fields]);
      };
      outcome.then(answered, answered);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
