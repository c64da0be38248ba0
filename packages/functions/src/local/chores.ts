import * as Keys from "../account/keys.ts";
import type { Services } from "../services.ts";

const SWEEP_MS = 60 * 60 * 1_000;
/** Commits come in bursts: one look at whether a snapshot is due serves many. */
const COMPACT_AFTER_MS = 1_000;

export interface Chores {
  /** Something was committed. */
  committed(workspace: string): void;
  /** Lets what is under way finish. */
  stop(): Promise<void>;
}

/** What on AWS the stream and the schedule wake: snapshots after commits, and once an hour the repair of what crashed. */
export function startChores(deps: {
  readonly services: Services;
  readonly onFault: (error: unknown) => void;
}): Chores {
  const { ledger, store } = deps.services;
  const due = new Map<string, NodeJS.Timeout>();
  const running = new Set<Promise<unknown>>();
  let stopped = false;

  function run(chore: () => Promise<unknown>): void {
    const doing: Promise<unknown> = chore()
      .catch(deps.onFault)
      .finally(() => running.delete(doing));
    running.add(doing);
  }

  async function sweep(): Promise<void> {
    for await (const { sk: workspace } of store.query({ pk: Keys.workspaces })) {
      if (stopped) return;
      await ledger.sweep(workspace);
    }
  }

  const hourly = setInterval(() => run(sweep), SWEEP_MS);
  hourly.unref();

  return {
    committed(workspace) {
      if (stopped || due.has(workspace)) return;
      const timer = setTimeout(() => {
        due.delete(workspace);
        run(() => ledger.compact(workspace));
      }, COMPACT_AFTER_MS);
      timer.unref();
      due.set(workspace, timer);
    },
    async stop() {
      stopped = true;
      clearInterval(hourly);
      for (const timer of due.values()) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
