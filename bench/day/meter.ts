import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Deployment, FunctionName } from "@gridfolk/functions/testing/aws/deployment";
import { logLine } from "@gridfolk/functions/testing/targets/target";
import { plus, type Usage } from "../../infra/cost/usage.ts";
import { type Exchange, startTap } from "./tap.ts";

export const FUNCTIONS = ["api", "live", "react", "tick"] as const;

/** As in the stacks, with the default settings; infra/cost/usage.test.ts compares. */
export const MEMORY_MB: Readonly<Record<FunctionName, number>> = {
  api: 1_769,
  live: 512,
  react: 1_769,
  tick: 1_769,
};
/** With this much memory a function has one whole processor, as it has here. With less the same takes longer. */
const WHOLE_PROCESSOR_MB = 1_769;

/** What a function did. */
interface Worked {
  readonly invocations: number;
  /** As billed, starts included, with the processor that its memory gives it. */
  readonly ms: number;
  readonly starts: number;
}

/** What was used between two looks. */
export interface Count {
  readonly usage: Usage;
  readonly functions: Readonly<Record<FunctionName, Worked>>;
  /** Snapshots that were taken, and what they used; it is part of `usage`. */
  readonly snapshots: { readonly taken: number; readonly usage: Usage };
}

export interface Meter {
  /** How the functions reach table and bucket. */
  readonly engineFor: Readonly<Record<FunctionName, string>>;
  readonly bucket: { readonly endpoint: string; readonly name: string };
  readonly onLine: (name: FunctionName, line: string) => void;
  /** From now on this one is watched. */
  watch(deployment: Deployment): void;
  /** What somebody outside saw: requests, messages, bytes. */
  add(usage: Usage): void;
  /** Waits until everything that was begun is done, and answers what was used since it was last asked. */
  take(): Promise<Count>;
  /** Resolves when nothing is under way. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

export const GB = 1e9;
/** What CloudWatch adds to a line, and Lambda's lines START, END and REPORT of an invocation. */
const LINE_BYTES = 26;
const INVOCATION_BYTES = 74 + 52 + 160 + 3 * LINE_BYTES;
const WRITES = new Set(["PutItem", "DeleteItem", "UpdateItem", "BatchWriteItem"]);

/** Counts what a deployment uses of AWS's services, by the names of infra/cost/prices.json. */
export async function startMeter(
  engine: string,
  bucket: { readonly endpoint: string; readonly name: string },
): Promise<Meter> {
  let used: Usage = {};
  let snapshots = { taken: 0, usage: {} as Usage };
  let deployment: Deployment | undefined;
  const durationsSeen = new Map<FunctionName, number>();
  const startsSeen = new Set<number>();
  const processorSeen = new Map<number, number>();

  const add = (usage: Usage): void => {
    used = plus(used, usage);
  };
  const table = await startTap(engine, (exchange) => add(unitsOf(exchange)));
  const files = await startTap(bucket.endpoint, ({ method }) =>
    add(method === "GET" || method === "HEAD" ? { s3Get: 1 } : { s3Put: 1 }),
  );

  /** What the function did since the last time. */
  function worked(name: FunctionName): Worked {
    const made = deployment?.functions[name];
    if (made === undefined) throw new Error("Nothing is watched.");
    const durations = made.durations.slice(durationsSeen.get(name) ?? 0);
    durationsSeen.set(name, made.durations.length);
    const started = made.instances.filter(
      ({ pid, initMs }) => initMs !== undefined && !startsSeen.has(pid),
    );
    for (const { pid } of started) startsSeen.add(pid);
    // What is waited for takes as long with a part of a processor, what is computed takes longer.
    let computedMs = 0;
    for (const { pid } of made.instances) {
      const now = processorMs(pid);
      computedMs += Math.max(0, now - (processorSeen.get(pid) ?? 0));
      processorSeen.set(pid, now);
    }
    const slower = WHOLE_PROCESSOR_MB / Math.min(MEMORY_MB[name], WHOLE_PROCESSOR_MB);
    const wholeMs = [...durations, ...started.map(({ initMs = 0 }) => initMs)]
      .map(Math.ceil)
      .reduce((sum, each) => sum + each, 0);
    const ms = wholeMs + computedMs * (slower - 1);
    add({
      lambdaRequest: durations.length,
      lambdaCompute: gbSeconds(name, ms),
      logsIngest: (durations.length * INVOCATION_BYTES) / GB,
      // The secret is read once by an instance.
      ...(name === "api" || name === "live" ? { kmsRequest: started.length } : {}),
    });
    return { invocations: durations.length, ms, starts: started.length };
  }

  async function quiet(): Promise<void> {
    await deployment?.eventSource?.caughtUp();
    const made = Object.values(deployment?.functions ?? {});
    for (let idle = 0; idle < 2;) {
      const before = made.map(({ invocations }) => invocations).join();
      await delay(20);
      const now = made.map(({ invocations }) => invocations).join();
      const isBusy = made.some(({ instances }) =>
        instances.some(({ state }) => WORKING.has(state)),
      );
      idle = isBusy || now !== before ? 0 : idle + 1;
    }
  }

  return {
    engineFor: { api: table.url, live: table.url, react: table.url, tick: table.url },
    bucket: { endpoint: files.url, name: bucket.name },
    onLine(name, line) {
      add({ logsIngest: (Buffer.byteLength(line) + LINE_BYTES) / GB });
      const { reactor, ms = 0, readUnits = 0, writeUnits = 0 } = logLine(line) ?? {};
      // A lease taken and given back is two units: more was written only with a snapshot.
      if (reactor !== "compaction" || writeUnits < 5) return;
      const usage: Usage = {
        dynamodbReadUnit: readUnits,
        dynamodbWriteUnit: writeUnits,
        lambdaCompute: gbSeconds(name, ms),
      };
      snapshots = { taken: snapshots.taken + 1, usage: plus(snapshots.usage, usage) };
    },
    watch(watched) {
      deployment = watched;
      for (const name of FUNCTIONS) durationsSeen.set(name, 0);
    },
    add,
    quiet,
    async take() {
      await quiet();
      const functions = {
        api: worked("api"),
        live: worked("live"),
        react: worked("react"),
        tick: worked("tick"),
      };
      const count: Count = { usage: used, functions, snapshots };
      used = {};
      snapshots = { taken: 0, usage: {} };
      return count;
    },
    async stop() {
      await table.stop();
      await files.stop();
    },
  };
}

const WORKING: ReadonlySet<string> = new Set(["init", "busy", "answered"]);

/** Processor time that a process has taken, by Linux; where there is none, nothing. */
function processorMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13)
      .map(Number);
    return (user + system) * JIFFY_MS;
  } catch {
    return 0;
  }
}

const JIFFY_MS = 10;

function gbSeconds(name: FunctionName, ms: number): number {
  return ((MEMORY_MB[name] / 1_024) * ms) / 1_000;
}

interface Answered {
  readonly __type?: string;
  readonly ConsumedCapacity?: Consumed | readonly Consumed[];
}
interface Consumed {
  readonly CapacityUnits?: number;
}

function unitsOf({ operation, sentBytes, answer }: Exchange): Usage {
  const { __type: failed, ConsumedCapacity } = JSON.parse(answer.toString()) as Answered;
  const units = [ConsumedCapacity ?? []]
    .flat()
    .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
  if (!WRITES.has(operation)) return { dynamodbReadUnit: units };
  // A put whose condition does not hold is charged as if it did, which the engine does not say.
  const lost = failed?.endsWith("ConditionalCheckFailedException") === true;
  return { dynamodbWriteUnit: lost ? Math.ceil(sentBytes / 1_024) : units };
}
