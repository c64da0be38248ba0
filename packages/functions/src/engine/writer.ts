import { DomainError } from "@gridfolk/core/error";
import type { ClassicLevel } from "classic-level";

export type Row =
  | { readonly type: "put"; readonly key: string; readonly value: unknown }
  | { readonly type: "del"; readonly key: string };

export interface Writer {
  /** All rows or none. Resolves when they are as durable as `sync` promises. */
  write(rows: readonly Row[]): Promise<void>;
  /** Resolves when everything handed in so far has been written or has failed. */
  idle(): Promise<void>;
}

/** Bounds one batch, so that a flood of large rows neither doubles in memory nor holds up a small write for long. */
const GROUP_ROWS = 64;

/**
 * Writes to the database in groups: while one batch is on its way to the disk, the writes that arrive wait and then share
 * the next one, and with `sync` its one fdatasync. LevelDB does that sync itself, on the log file the batch went to, before
 * it acknowledges; so everything acknowledged before is on disk as well, whichever log file it went to.
 *
 * The first write that fails is the last: a log with a torn record in the middle could hide what is written after it. A
 * start reads the log up to there and begins a new one.
 */
export function createWriter(db: ClassicLevel<string, unknown>, sync: boolean): Writer {
  interface Waiting {
    readonly rows: readonly Row[];
    resolve(): void;
    reject(error: unknown): void;
  }
  let waiting: Waiting[] = [];
  let running = false;
  let ended = Promise.resolve();
  let broken: DomainError | undefined;

  async function drain(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP_ROWS);
      waiting = waiting.slice(GROUP_ROWS);
      try {
        if (broken !== undefined) throw broken;
        await db.batch(
          group.flatMap(({ rows }) => rows),
          { sync },
        );
        for (const { resolve } of group) resolve();
      } catch (error) {
        broken ??= stopped(error);
        for (const { reject } of group) reject(broken);
      }
    }
    running = false;
  }

  return {
    write: (rows) =>
      new Promise((resolve, reject) => {
        waiting.push({ rows, resolve, reject });
        if (!running) ended = drain();
      }),
    idle: () => ended,
  };
}

function stopped(cause: unknown): DomainError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DomainError(
    "busy",
    `The data directory cannot be written: ${reason}. Nothing acknowledged is lost. Make room if the disk is full, then start again.`,
    { cause },
  );
}
