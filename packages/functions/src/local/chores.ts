import { KEPT_DAYS } from "@gridfolk/core/import/kept";
import type { WireHead } from "@gridfolk/core/ledger/ledger";
import * as Keys from "../account/keys.ts";
import type { FolderBlobs } from "../blobs/folder.ts";
import { KEPT_MS, KEPT_PREFIX, PREFIXES } from "../http/file.ts";
import type { Log } from "../log/log.ts";
import { compaction } from "../reactors/compaction.ts";
import { createDriver, type Driver } from "../reactors/driver.ts";
import { memberships } from "../reactors/memberships.ts";
import type { Services } from "../services.ts";

const SWEEP_MS = 60 * 60 * 1_000;
/** The first sweep leaves a server that just started alone. */
const FIRST_SWEEP_MS = 5 * 60 * 1_000;
/** Commits come in bursts, and whoever made one waits for its answer: what is heavy comes after. */
const LATER_MS = 1_000;

export interface Chores {
  /** These heads were committed. */
  committed(workspace: string, heads: readonly WireHead[]): void;
  /** Lets what is under way finish. */
  stop(): Promise<void>;
}

/**
 * What on AWS the stream and the schedule wake: after commits the reactors; once an hour, for every workspace, all of them
 * again and the repair of what crashed.
 */
export function startChores(deps: {
  readonly services: Services;
  /** Files that go by themselves after a while. */
  readonly blobs: Pick<FolderBlobs, "sweep">;
  /** No other process uses the table. */
  readonly exclusive: boolean;
  /** Tells who is connected. */
  readonly live: Driver;
  readonly log: Log;
}): Chores {
  const { ledger, store, platform } = deps.services;
  const reacting = {
    store,
    platform,
    log: ledger.log,
    exclusive: deps.exclusive,
    journal: deps.log,
  };
  const prompt = createDriver({ ...reacting, driven: [memberships(deps.services.memberships)] });
  const later = createDriver({ ...reacting, driven: [compaction(ledger)] });
  const due = new Map<string, { timer: NodeJS.Timeout; heads: WireHead[] }>();
  const running = new Set<Promise<unknown>>();
  let stopped = false;

  function run(chore: () => Promise<unknown>): void {
    // What fails has its line already.
    const doing: Promise<unknown> = chore()
      .catch(() => undefined)
      .finally(() => running.delete(doing));
    running.add(doing);
  }

  async function sweepFiles(): Promise<void> {
    const before = platform.clock.now() - KEPT_MS;
    for (const prefix of PREFIXES) await deps.blobs.sweep(prefix, before);
    await deps.blobs.sweep(KEPT_PREFIX, platform.clock.now() - KEPT_DAYS * 24 * 60 * 60 * 1_000);
  }

  function sweep(): Promise<void> {
    return deps.log.work("tick", { route: "sweep" }, async () => {
      await sweepFiles();
      for await (const { sk: workspace } of store.query({ pk: Keys.workspaces })) {
        if (stopped) return;
        await prompt.drive(workspace);
        await later.drive(workspace);
        await ledger.sweep(workspace);
      }
    });
  }

  function inAWhile(workspace: string, heads: readonly WireHead[]): void {
    const waiting = due.get(workspace);
    if (waiting !== undefined) {
      waiting.heads.push(...heads);
      return;
    }
    const timer = setTimeout(() => {
      const { heads: woken } = due.get(workspace) ?? { heads: [] };
      due.delete(workspace);
      run(() => later.drive(workspace, woken));
    }, LATER_MS);
    timer.unref();
    due.set(workspace, { timer, heads: [...heads] });
  }

  const first = setTimeout(() => run(sweep), FIRST_SWEEP_MS);
  const hourly = setInterval(() => run(sweep), SWEEP_MS);
  first.unref();
  hourly.unref();

  return {
    committed(workspace, heads) {
      if (stopped) return;
      run(() => deps.live.drive(workspace, heads));
      run(() => prompt.drive(workspace, heads));
      inAWhile(workspace, heads);
    },
    async stop() {
      stopped = true;
      clearTimeout(first);
      clearInterval(hourly);
      for (const { timer } of due.values()) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
