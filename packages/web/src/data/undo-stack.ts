import { isSystemKey } from "@gridfolk/core/field/field";
import type { Answer, Changeset, Source } from "@gridfolk/core/ledger/changeset";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { add, isStep, stacks, type Act, type Stacks } from "@gridfolk/core/ledger/steps";
import { onRecords } from "@gridfolk/core/ledger/undo";
import type { Undo } from "./outbox.ts";

/** Something this person did, here or elsewhere, that can be taken back; or that they took back. */
export interface Step extends Act {
  /** The changeset it is part of in the log: its own, or one that several edits were sent as. */
  changeset: string;
  readonly label: string;
  readonly at: number;
  readonly actor: string;
  /** Complete. Undefined where they are too many to keep, or not known here: then the server takes it back. */
  operations: readonly Operation[] | undefined;
  /** What kind of change it took back, where that is known. */
  readonly target?: Source | undefined;
}

/** What the list of changesets says of one. */
export interface Listed {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly source: Source;
  readonly label: string;
  readonly sheets: readonly string[];
  readonly created: number;
  readonly changed: number;
  readonly deleted: number;
  readonly restored: number;
  readonly import?: string | undefined;
  readonly partial?: boolean | undefined;
  readonly undoes?:
    | { readonly changeset: string; readonly actor?: string; readonly source?: Source }
    | undefined;
}

/** Beyond this, a tab remembers that something was done but not what it replaced. */
const MOST_CELLS = 200_000;
/** Acts remembered in a tab. What is older is asked of the log again. */
const MOST_ACTS = 1_000;

/**
 * What one person did in a workspace, newest last: in this tab at once, elsewhere as the log tells, and before this page was
 * opened as far as somebody asked. What they can undo and redo follows from it, so it is the same in every tab and on every
 * device, and after a reload.
 */
export class UndoStack {
  #acts: Step[] = [];
  #stacks: Stacks<Step> | undefined;
  /** Where the log goes on; undefined: it was not asked yet; null: there is nothing older. */
  #older: string | null | undefined = undefined;
  /** Undos of which only the log knows whether they took back a step or an undo. */
  readonly #unsure = new Set<string>();
  readonly #ignored = new Set<string>();
  readonly #me: string;

  constructor(me: string) {
    this.#me = me;
  }

  /** Where to ask the log for what is older. */
  get cursor(): string | undefined {
    return this.#older ?? undefined;
  }

  get #current(): Stacks<Step> {
    return (this.#stacks ??= stacks(this.#acts));
  }

  /** What undo, or redo, would take back. */
  next(which: keyof Stacks<Step>): Step | undefined {
    return this.#current[which].at(-1);
  }

  /** Whether only the log knows what `next` is. */
  needsLog(which: keyof Stacks<Step>): boolean {
    if (this.#older === null) return false;
    if (this.#unsure.size > 0) return true;
    if (this.next(which) !== undefined) return false;
    // After something new there is nothing to redo.
    return which === "done" || this.#acts.every((act) => act.undoes !== undefined && !act.foreign);
  }

  /** A change of this tab that nobody wants to take back. */
  ignore(id: string): void {
    this.#ignored.add(id);
  }

  did(step: Step): void {
    const kept = slim(step);
    this.#acts.push(kept);
    if (this.#stacks !== undefined) add(this.#stacks, kept);
    if (this.#acts.length >= 2 * MOST_ACTS) this.#forgetOld();
  }

  /** Leaves what can still be undone or redone, the newest of it. */
  #forgetOld(): void {
    const { done, undone } = this.#current;
    const steps = done.slice(-MOST_ACTS).map((act) => ({ ...act, undoes: undefined }));
    const kept = [...steps, ...undone];
    // The log is asked again for what is forgotten here.
    if (steps.length < done.length) this.#older = undefined;
    const ids = new Set(kept.map(({ changeset }) => changeset));
    for (const { changeset } of this.#acts) if (!ids.has(changeset)) this.#ignored.add(changeset);
    for (const { changeset } of done.slice(0, -MOST_ACTS)) this.#ignored.delete(changeset);
    this.#change(kept);
  }

  /** A step that can be taken back now, wherever it stands. */
  find(id: string): Step | undefined {
    return this.#current.done.find((step) => step.id === id);
  }

  knows(id: string): boolean {
    return this.#acts.some((act) => act.id === id || act.changeset === id);
  }

  /** The changesets of an import that are known here. */
  ofImport(group: string): number {
    return this.#acts.filter((act) => act.import === group).length;
  }

  /** The log has it: what it really replaced, or what this person did elsewhere. */
  heard(changeset: Changeset): void {
    const { id, operations } = changeset;
    let known = false;
    for (const step of this.#acts) {
      if (step.changeset !== id) continue;
      known = true;
      const records = partOf(step)?.records;
      const own = records === undefined ? operations : onRecords(operations, records);
      step.operations = slim({ ...step, operations: own }).operations;
    }
    if (known || changeset.actor !== this.#me || !isStep(changeset.source)) return;
    if (this.#ignored.has(id) || operations.every(isPreparation)) return;
    const { label, at, actor, partial, undoes } = changeset;
    if (undoes !== undefined && partial !== true) this.#collapse(undoes);
    if (undoes !== undefined && !this.knows(undoes)) this.#unsure.add(id);
    this.did({
      id,
      changeset: id,
      label: undoes === undefined ? label : this.#labelOf(undoes, label),
      at,
      actor,
      operations,
      undoes,
      partial,
      import: changeset.import,
    });
  }

  /** A page of the log's list of what this person did, newest first; `next` is the cursor of what is older. */
  learn(page: { readonly changesets: readonly Listed[]; readonly next: string | null }): void {
    const known = new Map(this.#acts.map((act, at) => [act.changeset, at]));
    const acts = [...this.#acts];
    const older: Step[] = [];
    for (const listed of page.changesets) {
      const at = known.get(listed.id);
      const act = at === undefined ? undefined : acts[at];
      if (at !== undefined && act !== undefined) {
        if (listed.undoes) acts[at] = { ...act, ...this.#targetOf(listed) };
        continue;
      }
      if (listed.actor !== this.#me || !isStep(listed.source) || isPrepared(listed)) continue;
      if (this.#ignored.has(listed.id)) continue;
      older.push({
        id: listed.id,
        changeset: listed.id,
        label: listed.undoes ? withoutVerb(listed.label) : listed.label,
        at: Date.parse(listed.at),
        actor: listed.actor,
        operations: undefined,
        undoes: listed.undoes?.changeset,
        partial: listed.partial,
        import: listed.import,
        ...this.#targetOf(listed),
      });
    }
    this.#older = page.next;
    this.#change([...older.toReversed(), ...acts]);
    // What it took back is known now, or was a step, or somebody else's.
    for (const { id, undoes, foreign, target } of this.#acts) {
      const isSure =
        undoes === undefined ||
        foreign === true ||
        (target ?? "undo") !== "undo" ||
        this.knows(undoes);
      if (isSure) this.#unsure.delete(id);
      else this.#unsure.add(id);
    }
  }

  #targetOf({ undoes }: Listed): Pick<Step, "foreign" | "target"> {
    if (undoes?.actor === undefined || undoes.source === undefined) return {};
    const foreign = undoes.actor !== this.#me || !isStep(undoes.source);
    return { foreign, target: undoes.source };
  }

  /** Several changes are sent as one. */
  join(parts: ReadonlySet<string>, whole: string): void {
    for (const step of this.#acts) {
      if (parts.has(step.changeset)) step.changeset = whole;
    }
  }

  /** Somebody undid as a whole what had been sent as one: it is one step then. */
  #collapse(changeset: string): void {
    const parts = this.#acts.filter((act) => act.changeset === changeset && act.id !== changeset);
    const [last] = parts.slice(-1);
    if (last === undefined) return;
    const whole = { ...last, id: changeset, operations: undefined };
    this.#change(
      this.#acts.flatMap((act) => (act === last ? [whole] : parts.includes(act) ? [] : [act])),
    );
  }

  #labelOf(id: string, label: string): string {
    return this.#acts.find((act) => act.id === id)?.label ?? withoutVerb(label);
  }

  /** The server refused it: there is nothing to take back. */
  forget(id: string): void {
    this.#change(this.#acts.filter((step) => step.id !== id));
  }

  #change(acts: Step[]): void {
    this.#acts = acts;
    this.#stacks = undefined;
  }

  /** Labels of what undo and redo would do; "" where the log has to be asked. */
  get labels(): { undo: string | undefined; redo: string | undefined } {
    const label = (which: keyof Stacks<Step>) =>
      this.next(which)?.label ?? (this.needsLog(which) ? "" : undefined);
    return { undo: label("done"), redo: label("undone") };
  }
}

/** "Undo: Changed a cell" without the verb. */
export function withoutVerb(label: string): string {
  return label.replace(/^(?:(?:Undo|Redo|Undid): )+/, "");
}

/** Sheets of the program's own are made when they are first needed: nobody did that. */
function isPreparation(operation: Operation): boolean {
  if (operation.op === "sheet") return isSystemKey(operation.key);
  return operation.op === "field" && isSystemKey(operation.sheet);
}

function isPrepared({ sheets, created, changed, deleted, restored }: Listed): boolean {
  const records = created + changed + deleted + restored;
  return records === 0 && sheets.every(isSystemKey);
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
