import { isDomainError } from "@gridfolk/core/error";
import type { Refusal } from "@gridfolk/core/ledger/changeset";
import { newId } from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Rules } from "@gridfolk/core/ledger/rules";
import { inverse } from "@gridfolk/core/ledger/undo";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { Platform } from "@gridfolk/core/platform";
import { call, inWords, reasonOf, requestIdOf, Unreachable } from "./api.ts";
import type { OutboxEntry } from "./outbox.ts";
import { asChangeset, partOf, type Listed, type Step, type UndoStack } from "./undo-stack.ts";
import type { Notice, Outcome, Undone } from "./workspace.ts";

export interface UndoDeps {
  readonly workspace: string;
  readonly me: string;
  readonly platform: Platform;
  readonly rules: Rules;
  readonly stack: UndoStack;
  readonly workbook: () => Workbook;
  /** Lays operations on the workbook and sends them. */
  put(
    operations: readonly Operation[],
    label: string,
    options: Pick<OutboxEntry, "source" | "undo">,
  ): { step: Step; outcome: Promise<Outcome> };
  /** What the rules forbid is told, not thrown. */
  telling<Result>(work: () => Result): Result | undefined;
  tell(notice: Notice): void;
  /** The server has everything that was done here. */
  settled(): Promise<unknown>;
  refresh(): Promise<void>;
  /** What undo and redo would do is something else now. */
  onChange(): void;
}

type Which = "done" | "undone";
const VERBS = { done: "Undo", undone: "Redo" } as const;
/** Pages of the log that one key press reads at most. */
const MOST_PAGES = 12;

/** Taking back what this person did, and what they took back. */
export interface Undo {
  step(which: Which): Promise<Undone | undefined>;
  /** Takes back one particular changeset, somebody else's too. */
  one(changeset: string, about?: UndoneChange): Promise<Undone | undefined>;
}

export interface UndoneChange {
  readonly label: string;
  /** It is no step of this person. */
  readonly foreign: boolean;
}

export function createUndo(deps: UndoDeps): Undo {
  const { stack } = deps;
  const path = `/api/workspaces/${encodeURIComponent(deps.workspace)}`;
  /** Steps that have to wait for the server are taken one after the other. */
  let line: Promise<unknown> | undefined;

  function step(which: Which): Promise<Undone | undefined> {
    if (line === undefined && !stack.needsLog(which)) {
      const taken = stack.next(which);
      if (taken === undefined) return Promise.resolve(undefined);
      if (taken.operations !== undefined && partOf(taken) !== undefined) {
        return Promise.resolve(tellingOf(taken, VERBS[which]));
      }
    }
    return inLine(() => remote(which));
  }

  function inLine<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = (line ?? Promise.resolve()).then(work);
    const left = () => {
      if (line === held) line = undefined;
    };
    const held: Promise<void> = next.then(left, left);
    line = held;
    return next;
  }

  async function remote(which: Which): Promise<Undone | undefined> {
    const verb = VERBS[which];
    try {
      await askLog(which);
    } catch (error) {
      if (!(error instanceof Unreachable) && !isDomainError(error)) throw error;
      failed(error, verb);
      return undefined;
    }
    const taken = stack.next(which);
    if (taken === undefined) {
      deps.tell({ kind: "info", title: `Nothing to ${verb.toLowerCase()}` });
      return undefined;
    }
    if (taken.operations !== undefined && partOf(taken) !== undefined) {
      return tellingOf(taken, verb);
    }
    return onServer(taken, verb);
  }

  async function askLog(which: Which): Promise<void> {
    for (let pages = 0; pages < MOST_PAGES && stack.needsLog(which); pages += 1) {
      const query = new URLSearchParams({ actor: "me", limit: "200" });
      if (stack.cursor !== undefined) query.set("cursor", stack.cursor);
      stack.learn(
        await call<{ changesets: Listed[]; next: string | null }>(
          "GET",
          `${path}/changesets?${query}`,
        ),
      );
      deps.onChange();
    }
  }

  /** A step that the rules forbid to take back does not stand in the way of those before it. */
  function tellingOf(taken: Step, verb: "Undo" | "Redo"): Undone | undefined {
    const undone = deps.telling(() => takeBack(taken, verb));
    if (undone === undefined) {
      stack.forget(taken.id);
      deps.onChange();
    }
    return undone;
  }

  /**
   * The inverse of a step, shown at once. What is written is worked out by the server, on what is there by then: more may be
   * left alone than here, which is told.
   */
  function takeBack(taken: Step, verb: "Undo" | "Redo"): Undone {
    const undo = partOf(taken);
    const { operations, skipped } = inverse(
      deps.workbook(),
      [asChangeset({ ...taken, operations: taken.operations ?? [] })],
      deps.rules,
    );
    const done =
      operations.length > 0 && undo !== undefined
        ? deps.put(operations, `${verb}: ${taken.label}`, { source: "undo", undo })
        : undefined;
    const changeset = done?.step.id ?? newId(deps.platform);
    // Also where nothing was left to take back: the step is taken all the same.
    stack.did({
      ...(done?.step ?? { ...taken, id: changeset, changeset, operations: [] }),
      label: taken.label,
      undoes: taken.id,
      foreign: undefined,
      import: undefined,
      partial: undefined,
    });
    deps.onChange();
    void done?.outcome.then((outcome) => {
      if (outcome.ok) tellSkipped(taken.label, outcome.answer.refused.slice(skipped.length));
    });
    const reverted = recordsOf(operations);
    const isEmpty = operations.length === 0;
    return { label: taken.label, reverted, skipped, changeset, isEmpty };
  }

  /** Of an undo that met, on the server, what somebody had changed by then. */
  function tellSkipped(label: string, skipped: readonly Refusal[]): void {
    if (skipped.length === 0) return;
    deps.tell({ kind: "info", title: `Not all of it could be undone: ${label}`, skipped });
  }

  async function onServer(
    taken: Pick<Step, "id" | "label"> & Partial<Step>,
    verb: "Undo" | "Redo",
    foreign?: boolean,
  ): Promise<Undone | undefined> {
    const id = newId(deps.platform);
    // Known before the answer: the log may be faster than it.
    stack.did({
      id,
      changeset: id,
      label: taken.label,
      at: deps.platform.clock.now(),
      actor: deps.me,
      operations: undefined,
      undoes: taken.id,
      foreign,
    });
    deps.onChange();
    try {
      // What was done here since must have landed: it may be what the undo has to leave alone, or not.
      await deps.settled();
      const group = taken.import;
      const many = group !== undefined && stack.ofImport(group) > 1;
      const answer = await call<Pick<Undone, "reverted" | "skipped">>(
        "POST",
        many ? `${path}/imports/${group}/undo` : `${path}/changesets/${taken.id}/undo`,
        { id, label: `${verb}: ${taken.label}` },
      );
      await deps.refresh();
      const { reverted, skipped } = answer;
      return { label: taken.label, reverted, skipped, changeset: id };
    } catch (error) {
      stack.forget(id);
      // It will never be taken back: the step before it is next.
      if (isDomainError(error, "not-found")) stack.forget(taken.id);
      deps.onChange();
      failed(error, verb);
      return undefined;
    }
  }

  function failed(error: unknown, verb: "Undo" | "Redo"): void {
    if (error instanceof Unreachable) {
      deps.tell({
        kind: "refused",
        title: `You are offline: what was done before cannot be ${verb === "Undo" ? "undone" : "redone"} now`,
        detail:
          "What you did since this page was opened can. The rest works when you are connected again.",
      });
      return;
    }
    deps.tell({
      kind: "refused",
      title: `This could not be ${verb === "Undo" ? "undone" : "redone"}`,
      detail: isDomainError(error) ? inWords(error) : reasonOf(error),
      requestId: requestIdOf(error),
    });
  }

  return {
    step,
    async one(changeset, about) {
      const taken = stack.find(changeset);
      if (line === undefined && taken?.operations !== undefined && partOf(taken) !== undefined) {
        return tellingOf(taken, "Undo");
      }
      const label = about?.label ?? taken?.label ?? "";
      const foreign = taken === undefined ? (about?.foreign ?? true) : undefined;
      return inLine(() => onServer({ ...taken, id: changeset, label }, "Undo", foreign));
    },
  };
}

function recordsOf(operations: readonly Operation[]): number {
  const records = new Set<string>();
  for (const operation of operations) {
    if (!("ids" in operation)) continue;
    for (const id of operation.ids) records.add(`${operation.sheet}/${id}`);
  }
  return records.size;
}
