import type { Answer, Changeset } from "@gridfolk/core/ledger/changeset";
import { merged, mergeable, type Outbox, type OutboxEntry } from "./outbox.ts";
import { backoffMs, createPause } from "./pause.ts";
import type { Sending } from "./sender.ts";
import type { Outcome } from "./workspace.ts";

/** A change that makes the server fail must not stand in the way of all others for ever. */
const MOST_FAULTS = 5;

export interface QueueDeps {
  /** What waits, in order: the overlay's, or what the outbox held while there is none yet. */
  waiting(): readonly OutboxEntry[];
  outbox(): Outbox | undefined;
  send(entry: OutboxEntry): Promise<Sending>;
  newId(): string;
  readonly tab: string;
  /** Of the workbook now. */
  seq(): number;
  /** The number of unanswered changes, or whether the server is within reach, is another. */
  onChange(): void;
  /** To take the change off the workbook again. Without an error: an undo of what was refused. */
  onRefused(entry: OutboxEntry, error: Error | undefined): void;
  /** Several changes are sent as one. */
  onMerged(parts: readonly OutboxEntry[], whole: OutboxEntry): void;
  /** The server has the change; the log will bring it. */
  onAnswered(): void;
  /** The server has had the change for so long that the workbook holds it. */
  onThere(entry: OutboxEntry): void;
  onReload(): Promise<void>;
  onHalt(reason: "signed-out" | "outdated"): void;
}

/**
 * Sends what waits, one change at a time and in order, each until it is answered: kept in the outbox first, sent then,
 * so that nothing that may have reached the server is ever forgotten here. Where many plain edits wait, they go together.
 */
export interface Queue {
  /** Changes without an answer. */
  readonly unanswered: number;
  /** The last try found no server. */
  readonly offline: boolean;
  add(entry: OutboxEntry): Promise<Outcome>;
  /** The server has the change, and the log has not brought it yet. */
  isAnswered(id: string): boolean;
  /** The log has these. */
  seen(changesets: readonly Changeset[]): void;
  /** The server was reached otherwise: no need to wait longer. */
  wake(): void;
  stop(): void;
}

export function createQueue(deps: QueueDeps): Queue {
  const pause = createPause();
  const outcomes = new Map<string, (outcome: Outcome) => void>();
  /** Answered, but not yet brought by the log. */
  const answered = new Set<string>();
  /** May have reached the server: their content is fixed. */
  const tried = new Set<string>();
  let stopped = false;
  let running = false;
  let offline = false;
  let failures = 0;

  const open = () => deps.waiting().filter(({ id }) => !answered.has(id));

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    try {
      while (!stopped) {
        const entry = await next();
        if (entry === undefined) break;
        tried.add(entry.id);
        if (!(await settle(entry, await deps.send(entry)))) break;
      }
    } finally {
      running = false;
    }
  }

  async function next(): Promise<OutboxEntry | undefined> {
    const waiting = open();
    const [first, ...rest] = waiting;
    if (first === undefined || mayBeThere(first)) return first;
    const end = rest.findIndex(mayBeThere);
    const undone = new Set(waiting.flatMap(({ undo }) => (undo ? [undo.changeset] : [])));
    const count = mergeable([first, ...(end === -1 ? rest : rest.slice(0, end))], undone);
    if (count === 0) return first;
    const parts = [first, ...rest.slice(0, count - 1)];
    const whole = merged(parts, { id: deps.newId(), tab: deps.tab });
    try {
      await deps.outbox()?.merge(parts, whole);
    } catch {
      return first; // not kept as one, so not sent as one
    }
    for (const part of parts) follow(part.id, whole.id);
    deps.onMerged(parts, whole);
    deps.onChange();
    return whole;
  }

  /** What is left behind when this fails is sent once more, and answered as it was. */
  async function drop(entry: OutboxEntry): Promise<void> {
    await deps
      .outbox()
      ?.remove(entry)
      .catch(() => undefined);
  }

  /** What was done in another tab, or before the page was loaded again, may have been sent from there. */
  function mayBeThere({ id, tab }: OutboxEntry): boolean {
    return tried.has(id) || tab !== deps.tab;
  }

  /** Whoever waits for the part learns what became of the whole. */
  function follow(part: string, whole: string): void {
    const resolve = outcomes.get(part);
    outcomes.delete(part);
    const others = outcomes.get(whole);
    outcomes.set(whole, (outcome) => {
      others?.(outcome);
      resolve?.(outcome);
    });
  }

  /** Whether to go on with the next. */
  async function settle(entry: OutboxEntry, sending: Sending): Promise<boolean> {
    switch (sending.kind) {
      case "done":
        failures = 0;
        offline = false;
        await drop(entry);
        if (deps.waiting().some(({ id }) => id === entry.id)) {
          const seq = sending.answer?.seq ?? 0;
          if (seq <= deps.seq()) deps.onThere(entry);
          else answered.add(entry.id);
        }
        resolve(entry.id, { ok: true, answer: sending.answer ?? blank(entry.id) });
        deps.onChange();
        deps.onAnswered();
        return true;
      case "refused":
        failures = 0;
        await refuse(entry, sending.error);
        deps.onChange();
        return true;
      case "faulty":
        failures += 1;
        if (failures >= MOST_FAULTS)
          return settle(entry, { kind: "refused", error: sending.error });
        await pause.wait(backoffMs(failures));
        return true;
      case "later":
        ({ offline } = sending);
        failures += 1;
        deps.onChange();
        await pause.wait(sending.afterMs ?? backoffMs(failures));
        return true;
      case "reload":
        try {
          await deps.onReload();
        } catch {
          failures += 1;
          await pause.wait(backoffMs(failures));
        }
        return true;
      case "signed-out":
      case "outdated":
        deps.onHalt(sending.kind);
        return false;
    }
  }

  async function refuse(entry: OutboxEntry, error: Error, told = false): Promise<void> {
    await drop(entry);
    deps.onRefused(entry, told ? undefined : error);
    resolve(entry.id, { ok: false, message: error.message });
    // What was never done need not be undone.
    const undo = open().find(({ undo }) => undo?.changeset === entry.id);
    if (undo !== undefined) await refuse(undo, error, true);
  }

  function resolve(id: string, outcome: Outcome): void {
    tried.delete(id);
    const waiting = outcomes.get(id);
    outcomes.delete(id);
    waiting?.(outcome);
  }

  return {
    get unanswered() {
      return open().reduce((sum, { merged: parts }) => sum + (parts?.length ?? 1), 0);
    },
    get offline() {
      return offline;
    },
    async add(entry) {
      const outcome = new Promise<Outcome>((done) => outcomes.set(entry.id, done));
      await deps
        .outbox()
        ?.put(entry)
        .catch(() => undefined);
      void run();
      return outcome;
    },
    isAnswered: (id) => answered.has(id),
    seen(changesets) {
      for (const { id, answer } of changesets) {
        answered.delete(id);
        if (outcomes.has(id)) resolve(id, { ok: true, answer });
      }
    },
    wake() {
      const was = offline;
      offline = false;
      if (was) deps.onChange();
      pause.end();
      void run();
    },
    stop() {
      stopped = true;
      pause.end();
    },
  };
}

/** The answer to a change that was found to be in the log already. */
function blank(changeset: string): Answer {
  return { seq: 0, changeset, created: 0, changed: 0, deleted: 0, restored: 0, refused: [] };
}
