import type { Answer, Changeset } from "@gridfolk/core/ledger/changeset";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { onRecords } from "@gridfolk/core/ledger/undo";
import type { Undo } from "./outbox.ts";

/** Something this person did in this tab that can be taken back. */
export interface Step {
  readonly id: string;
  /** The changeset it is part of in the log: its own, or one that several edits were sent as. */
  changeset: string;
  readonly label: string;
  readonly at: number;
  readonly actor: string;
  /** Complete. Undefined where they are too many to keep: then the server takes it back. */
  operations: readonly Operation[] | undefined;
}

/** Beyond this, a tab remembers that something was done but not what it replaced. */
const MOST_CELLS = 200_000;
const MOST_STEPS = 200;

/** Undo and redo as everywhere: doing something new forgets what could be redone. */
export class UndoStack {
  #done: Step[] = [];
  #undone: Step[] = [];

  did(step: Step): void {
    this.#done.push(slim(step));
    if (this.#done.length > MOST_STEPS) this.#done.shift();
    this.#undone = [];
  }

  /** Takes the last step off; `undid` or `redid` then says what its inverse was. */
  popDone(): Step | undefined {
    return this.#done.pop();
  }

  popUndone(): Step | undefined {
    return this.#undone.pop();
  }

  undid(inverse: Step): void {
    this.#undone.push(slim(inverse));
  }

  redid(inverse: Step): void {
    this.#done.push(slim(inverse));
  }

  /** Finds a step and takes it off, wherever it stands. */
  take(id: string): Step | undefined {
    const index = this.#done.findIndex((step) => step.id === id);
    return index === -1 ? undefined : this.#done.splice(index, 1)[0];
  }

  /** The log has it: what it really replaced. */
  settle(changeset: string, operations: readonly Operation[]): void {
    for (const step of [...this.#done, ...this.#undone]) {
      if (step.changeset !== changeset) continue;
      const records = partOf(step)?.records;
      const own = records === undefined ? operations : onRecords(operations, records);
      step.operations = slim({ ...step, operations: own }).operations;
    }
  }

  /** Several changes are sent as one. */
  join(parts: ReadonlySet<string>, whole: string): void {
    for (const step of [...this.#done, ...this.#undone]) {
      if (parts.has(step.changeset)) step.changeset = whole;
    }
  }

  /** The server refused it: there is nothing to take back. */
  forget(id: string): void {
    this.#done = this.#done.filter((step) => step.id !== id);
    this.#undone = this.#undone.filter((step) => step.id !== id);
  }

  /** Labels of what undo and redo would do. */
  get labels(): { undo: string | undefined; redo: string | undefined } {
    return { undo: this.#done.at(-1)?.label, redo: this.#undone.at(-1)?.label };
  }
}

function slim(step: Step): Step {
  let cells = 0;
  for (const operation of step.operations ?? []) {
    if (!("ids" in operation)) continue;
    const columns = "fields" in operation ? Object.keys(operation.fields).length : 0;
    cells += operation.ids.length * (1 + columns);
  }
  return cells > MOST_CELLS ? { ...step, operations: undefined } : step;
}

/** What the server is asked to undo; undefined where that is not known: a part of a change too large to keep. */
export function partOf({ id, changeset, operations }: Step): Undo | undefined {
  if (changeset === id) return { changeset };
  const records: { [sheet: string]: string[] } = {};
  for (const operation of operations ?? []) {
    if ("ids" in operation) (records[operation.sheet] ??= []).push(...operation.ids);
  }
  return operations && { changeset, records };
}

/** A step in the form the ledger's own undo reads. */
export function asChangeset(step: Step & { operations: readonly Operation[] }): Changeset {
  const answer: Answer = {
    seq: 0,
    changeset: step.id,
    created: 0,
    changed: 0,
    deleted: 0,
    restored: 0,
    refused: [],
  };
  return {
    id: step.id,
    base: 0,
    actor: step.actor,
    source: "grid",
    label: step.label,
    operations: step.operations,
    seq: 0,
    at: step.at,
    answer,
  };
}
