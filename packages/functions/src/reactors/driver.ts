import type { WireHead } from "@gridfolk/core/ledger/ledger";
import type * as Reactor from "@gridfolk/core/ledger/reactor";

import { type RunDeps, runReactor } from "./run.ts";

/** A reactor, and when it is worth running. */
export interface Driven {
  readonly reactor: Reactor.Reactor;
  /** Whether these heads give it anything to do. It only spares runs: what was passed over is in the next. Default: always. */
  concerns?(heads: readonly WireHead[]): boolean;
  /** A run that came to nothing need not be repeated: the next one makes it good. Default false. */
  readonly canWait?: boolean;
}

/** A reactor that did not get to the end of the log. */
export interface Left {
  readonly reactor: string;
  readonly why: Exclude<Reactor.Result, "done">;
  /** Somebody has to run it again, or what it is for does not happen. */
  readonly again: boolean;
}

export interface Driver {
  /**
   * Brings the reactors of a workspace up to the end of its log: those that `woken` concerns (heads that were committed,
   * oldest first, without gaps), without it all of them. `end` is where the log ended when these were read. Rejects when the table fails, and with "not-found" when there is no such workspace.
   */
  drive(
    workspace: string,
    woken?: readonly WireHead[],
    end?: Reactor.End,
  ): Promise<readonly Left[]>;
}

export interface DriverDeps extends RunDeps {
  /** In the order in which they run. */
  readonly driven: readonly Driven[];
  /** How long to wait for another process to give a lease back, or to be found dead. Default: not at all. */
  readonly patienceMs?: number;
}

const POLL_MS = 500;

/**
 * Runs reactors when somebody says that something was committed: on AWS the table's stream and the schedule, locally the
 * commit. A wake-up that comes while a reactor is running in this process makes it look once more.
 */
export function createDriver(deps: DriverDeps): Driver {
  const running = new Map<string, { done: Promise<Reactor.Result>; again: boolean }>();

  function bring(
    workspace: string,
    driven: Driven,
    woken?: readonly WireHead[],
    end?: Reactor.End,
  ): Promise<Reactor.Result> {
    const key = `${workspace} ${driven.reactor.name}`;
    const current = running.get(key);
    if (current !== undefined) {
      current.again = true;
      return current.done;
    }
    const run = { again: true, done: Promise.resolve<Reactor.Result>("done") };
    running.set(key, run);
    run.done = untilQuiet();
    return run.done;

    async function untilQuiet(): Promise<Reactor.Result> {
      try {
        let result: Reactor.Result = "done";
        // Later it may have moved.
        for (let known = end; run.again; known = undefined) {
          run.again = false;
          result = await patiently(workspace, driven, woken, known);
        }
        return result;
      } finally {
        running.delete(key);
      }
    }
  }

  async function patiently(
    workspace: string,
    { reactor, canWait = false }: Driven,
    woken?: readonly WireHead[],
    end?: Reactor.End,
  ): Promise<Reactor.Result> {
    const { clock } = deps.platform;
    const until = clock.now() + (canWait ? 0 : (deps.patienceMs ?? 0));
    for (let known = end; ; known = undefined) {
      const result = await runReactor(deps, workspace, reactor, woken, known);
      if (result !== "busy" || clock.now() >= until) return result;
      await clock.sleep(POLL_MS);
    }
  }

  return {
    async drive(workspace, woken, end) {
      const left: Left[] = [];
      for (const driven of deps.driven) {
        if (woken !== undefined && driven.concerns?.(woken) === false) continue;
        const why = await bring(workspace, driven, woken, end);
        if (why === "done") continue;
        // After a restore it is an operator that lets it go on: running it again would not.
        const again = why !== "waiting" && driven.canWait !== true;
        left.push({ reactor: driven.reactor.name, why, again });
      }
      return left;
    },
  };
}
