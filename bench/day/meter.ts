import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Deployment, FunctionName } from "@gridfolk/functions/testing/aws/deployment";
import { logLine } from "@gridfolk/functions/testing/targets/target";
import { plus, type Usage } from "../../infra/cost/usage.ts";
import { type Exchange, startTap, type Tap } from "./tap.ts";
import { type Call, createWaits, type Waits } from "./waits.ts";

export const FUNCTIONS = ["api", "live", "react", "tick"] as const;

/** As in the stacks, with the default settings; infra/cost/usage.test.ts compares. */
export const MEMORY_MB: Readonly<Record<FunctionName, number>> = {
  api: 1_769,
  live: 512,
  react: 512,
  tick: 1_769,
};
/** With this much memory a function has one whole processor, as it has here. With less the same takes longer. */
const WHOLE_PROCESSOR_MB = 1_769;

/** What a function did. */
interface Worked {
  readonly invocations: number;
  /** As billed, starts included: processor time, as its memory gives it, and what it waits for others on AWS. */
  readonly ms: number;
  /** What it took here, from the event to the answer, starts included. */
  readonly clockMs: number;
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
  /** How the functions reach table and bucket, and all else that they call. */
  readonly engineFor: Readonly<Record<FunctionName, string>>;
  readonly between: (name: FunctionName, services: string) => Promise<string>;
  readonly bucket: { readonly endpoint: string; readonly name: string };
  readonly onLine: (name: FunctionName, line: string) => void;
  /** From now on this one is watched. */
  watch(deployment: Deployment): void;
  /** What somebody outside saw: requests, messages, bytes. */
  add(usage: Usage): void;
  /** Waits until everything that was begun is done, and answers what was used since it was last asked. */
  take(): Promise<Count>;
  /** Resolves when nothing is under way, and everything that instances did is counted: they may be ended then. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

export const GB = 1e9;
/** What CloudWatch adds to a line. Lambda writes none of its own about what went well (infra/stacks/service-function.ts). */
const LINE_BYTES = 26;
/** Durations are rounded up to milliseconds. */
const ROUNDING_MS = 0.5;
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
  /** Processor time that was taken and is on no account yet. */
  const computed = { api: 0, live: 0, react: 0, tick: 0 };
  const taps: Tap[] = [];

  const add = (usage: Usage): void => {
    used = plus(used, usage);
  };
  const waitsOf = (name: FunctionName): Waits =>
    createWaits(() => {
      const instances = deployment?.functions[name].instances ?? [];
      return instances.filter(({ state }) => WORKING.has(state)).length <= 1;
    });
  const waits = {
    api: waitsOf("api"),
    live: waitsOf("live"),
    react: waitsOf("react"),
    tick: waitsOf("tick"),
  };

  async function tap(
    name: FunctionName,
    target: string,
    callOf: (path: string) => Call,
    count: (exchange: Exchange) => void,
  ): Promise<string> {
    const started = await startTap(target, (path) => {
      const end = waits[name].begin(callOf(path));
      return (exchange) => {
        end(exchange.sentBytes + exchange.answer.byteLength);
        if (TRACE) trace(name, exchange);
        count(exchange);
      };
    });
    taps.push(started);
    return started.url;
  }

  const table = (name: FunctionName) =>
    tap(
      name,
      engine,
      () => "table",
      (exchange) => add(unitsOf(exchange)),
    );
  const engineFor = {
    api: await table("api"),
    live: await table("live"),
    react: await table("react"),
    tick: await table("tick"),
  };
  const files = await tap(
    "api",
    bucket.endpoint,
    () => "file",
    ({ method }) => add(method === "GET" || method === "HEAD" ? { s3Get: 1 } : { s3Put: 1 }),
  );

  /** Puts what processes have computed since the last time on their function's account. */
  function settle(): void {
    for (const name of FUNCTIONS) {
      for (const { pid } of deployment?.functions[name].instances ?? []) {
        const now = processorMs(pid);
        computed[name] += Math.max(0, now - (processorSeen.get(pid) ?? 0));
        processorSeen.set(pid, now);
      }
    }
  }

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
    const slower = WHOLE_PROCESSOR_MB / Math.min(MEMORY_MB[name], WHOLE_PROCESSOR_MB);
    const clockMs = [...durations, ...started.map(({ initMs = 0 }) => initMs)].reduce(
      (sum, each) => sum + each,
      0,
    );
    const ms = computed[name] * slower + waits[name].take() + durations.length * ROUNDING_MS;
    computed[name] = 0;
    add({
      lambdaRequest: durations.length,
      lambdaCompute: gbSeconds(name, ms),
      // The secret is read once by an instance.
      ...(name === "api" || name === "live" ? { kmsRequest: started.length } : {}),
    });
    return { invocations: durations.length, ms, clockMs, starts: started.length };
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
    settle();
  }

  return {
    engineFor,
    between: (name, services) =>
      tap(
        name,
        services,
        (path) => (path.includes("/@connections/") ? "message" : "parameter"),
        () => {},
      ),
    bucket: { endpoint: files, name: bucket.name },
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
      await Promise.all(taps.map((each) => each.stop()));
    },
  };
}

/** For whoever wants to know which calls an act makes. */
const TRACE = process.env["DAY_TRACE"] === "1";

function trace(name: FunctionName, { operation, method, path, answer }: Exchange): void {
  console.log(
    `    ${name}: ${operation || `${method} ${path.slice(0, 40)}`} ${answer.byteLength} B`,
  );
}

const WORKING: ReadonlySet<string> = new Set(["init", "busy", "answered"]);

/** Processor time that a process has taken, all its threads together, by Linux; where there is none, nothing. */
function processorMs(pid: number): number {
  try {
    const tasks = `/proc/${pid}/task`;
    return readdirSync(tasks)
      .map((task) => Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]))
      .reduce((sum, nanoseconds) => sum + nanoseconds / 1e6, 0);
  } catch {
    return 0;
  }
}

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
