import { isDomainError } from "@gridfolk/core/error";
import type { Changes } from "@gridfolk/core/ledger/ledger";
import type { Committed, Workbook } from "@gridfolk/core/ledger/workbook";
import type { Platform } from "@gridfolk/core/platform";
import { Fault, Unreachable } from "./api.ts";
import type { LiveMessage } from "./live.ts";
import { type KeptHead, recording } from "./kept.ts";
import { prepare, type Remote } from "./load.ts";

export interface FollowDeps {
  readonly remote: Remote;
  readonly platform: Platform;
  workbook(): Workbook | undefined;
  /** The next heads of the log, in order. */
  onHeads(heads: readonly Committed[]): void;
  /** The same as they came, to be kept. */
  onKeep?(epoch: string, heads: readonly KeptHead[]): void;
  /** The log is another one: throw the workbook away and load it again. */
  onReplaced(): Promise<void>;
  onReached(): void;
  onUnreachable(): void;
  onHalt(reason: "signed-out" | "outdated"): void;
  onRemoved(): void;
}

/** Keeps the workbook at the end of the log: by what the socket brings, and by asking where that leaves a gap. */
export interface Follower {
  /** Asks for what is new. Never rejects for what can happen on a network. */
  refresh(): Promise<void>;
  receive(message: Extract<LiveMessage, { type: "changes" }>): void;
  /** From now on nothing is folded, until what it answers is called. */
  hold(): () => void;
  /** Runs when all folding that was begun is done, and before any that comes after. */
  inLine<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createFollower(deps: FollowDeps): Follower {
  /** Heads are folded one after the other, whoever brings them. */
  let line: Promise<unknown> = Promise.resolve();

  function inLine<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = line.then(work);
    line = done.catch(() => undefined);
    return done;
  }

  async function fold(
    workbook: Workbook,
    { epoch, heads }: Pick<Changes, "epoch" | "heads">,
  ): Promise<readonly Committed[]> {
    const { part, kept } = recording(deps.remote.part);
    const news = heads.filter(({ seq }) => seq > workbook.seq);
    const ready = await prepare({ epoch, heads: news }, workbook, { part }, deps.platform);
    if (ready.length === 0) return ready;
    deps.onHeads(ready);
    deps.onKeep?.(epoch, kept(news));
    return ready;
  }

  async function catchUp(): Promise<void> {
    for (;;) {
      const workbook = deps.workbook();
      if (workbook === undefined) return;
      const changes = await deps.remote.changes(workbook);
      const heads = await fold(workbook, changes);
      if (!changes.more || heads.length === 0) return;
    }
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      deps.onReached();
    } catch (error) {
      if (error instanceof Unreachable) deps.onUnreachable();
      else if (error instanceof Fault || isDomainError(error, "busy")) return; // asked again in a minute
      else if (isDomainError(error, "too-many-requests")) return;
      else if (isDomainError(error, "reload") || isDomainError(error, "corrupt"))
        await deps.onReplaced();
      else if (isDomainError(error, "unauthenticated")) deps.onHalt("signed-out");
      else if (isDomainError(error, "client-too-old")) deps.onHalt("outdated");
      else if (isDomainError(error, "not-found")) deps.onRemoved();
      else throw error;
    }
  }

  return {
    inLine,
    hold() {
      let release = (): void => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      void inLine(() => released);
      return release;
    },
    refresh: () => inLine(() => attempt(catchUp)),
    receive(message) {
      void inLine(async () => {
        const workbook = deps.workbook();
        if (workbook === undefined) return;
        const { epoch, from, to, heads } = message;
        if (epoch === workbook.epoch) {
          if (to <= workbook.seq) return;
          if (heads !== undefined && from <= workbook.seq + 1) {
            const done = await fold(workbook, { epoch, heads }).catch(() => undefined);
            if (done !== undefined) return;
          }
        }
        await attempt(catchUp);
      });
    },
  };
}
