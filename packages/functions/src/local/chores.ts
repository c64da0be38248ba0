import type { WireHead } from "@gridfolk/core/ledger/ledger";
import * as Reactor from "@gridfolk/core/ledger/reactor";
import * as Keys from "../account/keys.ts";
import { mayConcern, membershipsReactor } from "../reactors/memberships.ts";
import type { Services } from "../services.ts";

const SWEEP_MS = 60 * 60 * 1_000;
/** The first sweep leaves a server that just started alone. */
const FIRST_SWEEP_MS = 5 * 60 * 1_000;
/** Commits come in bursts: one look at whether a snapshot is due serves many. */
const COMPACT_AFTER_MS = 1_000;

export interface Chores {
  /** These heads were committed. */
  committed(workspace: string, heads: readonly WireHead[]): void;
  /** Lets what is under way finish. */
  stop(): Promise<void>;
}

/**
 * What on AWS the stream and the schedule wake: after commits, snapshots (how far they are is in the manifest) and the
 * reactors; once an hour, for every workspace, the repair of what crashed.
 */
export function startChores(deps: {
  readonly services: Services;
  readonly onFault: (error: unknown) => void;
}): Chores {
  const { ledger, store, platform, memberships } = deps.services;
  const reactor = membershipsReactor(memberships);
  const due = new Map<string, NodeJS.Timeout>();
  const running = new Set<Promise<unknown>>();
  let stopped = false;

  function run(chore: () => Promise<unknown>): void {
    const doing: Promise<unknown> = chore()
      .catch(deps.onFault)
      .finally(() => running.delete(doing));
    running.add(doing);
  }

  function react(workspace: string): Promise<unknown> {
    return Reactor.run(
      { store, platform, log: ledger.log, onFailure: ({ error }) => deps.onFault(error) },
      workspace,
      reactor,
    );
  }

  async function sweep(): Promise<void> {
    for await (const { sk: workspace } of store.query({ pk: Keys.workspaces })) {
      if (stopped) return;
      await react(workspace);
      await ledger.sweep(workspace);
    }
  }

  const first = setTimeout(() => run(sweep), FIRST_SWEEP_MS);
  const hourly = setInterval(() => run(sweep), SWEEP_MS);
  first.unref();
  hourly.unref();

  return {
    committed(workspace, heads) {
      if (stopped) return;
      if (mayConcern(heads)) run(() => react(workspace));
      if (due.has(workspace)) return;
      const timer = setTimeout(() => {
        due.delete(workspace);
        run(() => ledger.compact(workspace));
      }, COMPACT_AFTER_MS);
      timer.unref();
      due.set(workspace, timer);
    },
    async stop() {
      stopped = true;
      clearTimeout(first);
      clearInterval(hourly);
      for (const timer of due.values()) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
