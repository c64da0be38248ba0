import type { EmbeddedMetrics } from "./metrics.ts";

/** Who did the work: the four functions on AWS, and the parts of the local server that do the same. */
export type FunctionName = "api" | "live" | "react" | "tick";

/**
 * What is said of a piece of work. Ids and counts: no names, no addresses, no values, no tokens, and routes as patterns,
 * so that nothing personal gets into a log.
 */
export interface Facts {
  /** Of a request; the browser has it too. */
  readonly requestId?: string | undefined;
  /** AWS's id of the invocation, as in Lambda's own lines; left out of lines about what went well. */
  readonly invocation?: string | undefined;
  readonly method?: string;
  /** The pattern, not the address; of a WebSocket the route key; of a chore its name. */
  readonly route?: string;
  readonly status?: number;
  /** The code of an expected failure, as in the problem's type. */
  readonly problem?: string;
  readonly workspace?: string | undefined;
  readonly reactor?: string;
  /** The seq and the changeset that were written. */
  readonly seq?: number;
  readonly changeset?: string;
  /** The range of seqs that was worked on, and the changesets in it, the first few of them. */
  readonly from?: number;
  readonly to?: number;
  readonly changesets?: readonly string[];
  /** Connections that were told. */
  readonly told?: number;
  /** From the newest commit to the end of this work. */
  readonly lagMs?: number;
  /** Which try of a reaction this was; the fifth failure parks it. */
  readonly attempt?: number;
  /** How it ended, where that is neither a status nor a failure. */
  readonly outcome?: string;
}

/** One line of the log. */
export interface Line extends Facts {
  /** error: nobody foresaw it. warn: refused or put off, as designed. */
  readonly level: "info" | "warn" | "error";
  readonly at: string;
  readonly function?: FunctionName;
  readonly stage?: string;
  /** The first work of this process. */
  readonly cold?: true;
  readonly ms?: number;
  /** What the table charged for it. */
  readonly readUnits?: number;
  readonly writeUnits?: number;
  /** Lost races for a seq. */
  readonly retries?: number;
  /** The stack of a failure that nobody foresaw. */
  readonly error?: string;
  readonly _aws?: EmbeddedMetrics;
}

/** Where lines go. Must not throw. */
export type Sink = (line: Line) => void;

/** JSON lines on standard output: all of them, or only failures that nobody foresaw. */
export function toStdout(which: "requests" | "errors"): Sink {
  return (line) => {
    if (which === "requests" || line.level === "error")
      process.stdout.write(`${JSON.stringify(line)}\n`);
  };
}
