import { AsyncLocalStorage } from "node:async_hooks";
import * as Problem from "../problem.ts";
import type { Facts, FunctionName, Line, Sink } from "./line.ts";
import { embed, type MetricSet } from "./metrics.ts";
import { stackOf } from "./stack.ts";

/** Says what this process does, one line a piece of work, with what each of them consumed. */
export interface Log {
  /**
   * Does a piece of work and writes its line. What fails is said and thrown on: expected failures are warnings, others
   * errors with their stack. Work within work has a line of its own, and its units are not the outer one's.
   */
  work<T>(by: FunctionName, facts: Facts, act: () => Promise<T>): Promise<T>;
  /** More of the line of the work under way; later words replace earlier ones. Outside any work it is dropped. */
  note(facts: Facts): void;
  /** The work under way failed, but goes on to answer. */
  failed(error: unknown): void;
  /** The work under way did nothing worth a line, unless it fails after all. */
  quiet(): void;
  /** What the table charged the work under way. Several changes that share a head are on the account of the first. */
  consumed(kind: "read" | "write", units: number): void;
  /** The work under way lost a race for a seq. */
  retried(): void;
  /** A failure that belongs to no work, or to one whose line is written. */
  fault(error: unknown, facts?: Facts): void;
}

export interface LogOptions {
  readonly sink: Sink;
  readonly stage?: string | undefined;
  /** Default none. */
  readonly metrics?: MetricSet | undefined;
}

/** Changesets that a line names; more are found by `from` and `to`. */
const NAMED_CHANGESETS = 20;

interface Work {
  facts: Facts;
  read: number;
  write: number;
  retries: number;
  failure: unknown;
  quiet: boolean;
}

/** The log of one process. */
export function createLog({ sink, stage, metrics = "none" }: LogOptions): Log {
  const current = new AsyncLocalStorage<Work>();
  let cold = true;

  function write(line: Line): void {
    sink({ ...line, ...embed(line, metrics) });
  }

  function fault(error: unknown, facts: Facts = {}): void {
    const { level, ...what } = judge({ facts, failure: error });
    write({
      level,
      at: new Date().toISOString(),
      ...(stage !== undefined && { stage }),
      ...facts,
      ...what,
    });
  }

  function report(by: FunctionName, work: Work, start: number, first: boolean): void {
    const { level, problem, error } = judge(work);
    const { changesets, invocation, ...facts } = work.facts;
    write({
      level,
      at: new Date().toISOString(),
      function: by,
      ...(stage !== undefined && { stage }),
      ...facts,
      // Lambda has lines of its own only where something went wrong.
      ...(level !== "info" && invocation !== undefined && { invocation }),
      ...(changesets !== undefined && { changesets: changesets.slice(0, NAMED_CHANGESETS) }),
      ...(problem !== undefined && { problem }),
      ms: rounded(performance.now() - start),
      readUnits: rounded(work.read),
      writeUnits: rounded(work.write),
      ...(work.retries > 0 && { retries: work.retries }),
      ...(first && { cold: true }),
      ...(error !== undefined && { error }),
    });
  }

  return {
    fault,
    async work(by, facts, act) {
      const work: Work = {
        facts,
        read: 0,
        write: 0,
        retries: 0,
        failure: undefined,
        quiet: false,
      };
      const first = cold;
      cold = false;
      const start = performance.now();
      try {
        return await current.run(work, act);
      } catch (error) {
        work.failure = error;
        throw error;
      } finally {
        if (!work.quiet || work.failure !== undefined) report(by, work, start, first);
      }
    },
    note(facts) {
      const work = current.getStore();
      if (work !== undefined) work.facts = { ...work.facts, ...facts };
    },
    failed(error) {
      const work = current.getStore();
      if (work === undefined) fault(error);
      else work.failure = error;
    },
    quiet() {
      const work = current.getStore();
      if (work !== undefined) work.quiet = true;
    },
    consumed(kind, units) {
      const work = current.getStore();
      if (work !== undefined) work[kind] += units;
    },
    retried() {
      const work = current.getStore();
      if (work !== undefined) work.retries += 1;
    },
  };
}

function judge({
  facts,
  failure,
}: Pick<Work, "facts" | "failure">): Pick<Line, "level" | "problem" | "error"> {
  if (failure !== undefined && Problem.isFault(failure))
    return { level: "error", error: stackOf(failure) };
  const { status = 0 } = facts;
  if (failure !== undefined) return { level: "warn", problem: Problem.codeOf(failure) };
  return { level: status >= 500 ? "error" : status >= 400 ? "warn" : "info" };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
