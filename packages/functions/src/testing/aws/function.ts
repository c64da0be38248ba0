import {
  type Failure,
  type Instance,
  type InstanceOptions,
  type Invocation,
  type Outcome,
  PAYLOAD_BYTES,
  startInstance,
} from "./instance.ts";

export interface FunctionOptions extends Pick<
  InstanceOptions,
  "task" | "bootstrap" | "name" | "handler" | "env"
> {
  /** 1,024 when absent. */
  readonly memoryMb?: number;
  /** 30 s when absent. */
  readonly timeoutMs?: number;
  /** The most instances at once. */
  readonly concurrency: number;
  /** When all are busy: refused, as AWS does, or kept waiting, to force work through few instances. */
  readonly whenBusy?: "throttle" | "wait";
  /** Which idle instance comes next: the one used last, as AWS tends to, or the one used longest ago. */
  readonly choose?: "recent" | "alternate";
  readonly freeze?: boolean;
  /** Called with every line an instance writes. */
  readonly onLine?: (line: string) => void;
}

export interface LambdaFunction {
  readonly name: string;
  readonly instances: readonly Instance[];
  /** What all instances wrote, a line each, the newest 20,000. */
  readonly lines: string[];
  /** What every invocation took, in milliseconds from the event to the answer, as Lambda's REPORT lines say. */
  readonly durations: number[];
  /** Invocations begun. */
  readonly invocations: number;
  /** As the Invoke API, synchronously. `event` is JSON. Never rejects: how it failed is in the outcome. */
  invoke(event: string): Promise<Outcome>;
  /** Starts instances until there are this many that have loaded their code. Rejects when one cannot. */
  warm(count: number): Promise<void>;
  stop(): Promise<void>;
}

const KEPT_LINES = 20_000;
const AT_ONCE = 6;

interface Waiting {
  readonly requestId: string;
  readonly event: string;
  settle(outcome: Outcome | Promise<Outcome>): void;
}

/** A function with its instances: started when they are needed, frozen between invocations, one invocation at a time each. */
export function createFunction(options: FunctionOptions): LambdaFunction {
  const { concurrency, choose = "recent", whenBusy = "throttle" } = options;
  const instances: Instance[] = [];
  const idle: Instance[] = [];
  const queue: Waiting[] = [];
  const lines: string[] = [];
  const durations: number[] = [];
  let watchers: ((failure?: Failure) => void)[] = [];
  let starting = 0;
  let invocations = 0;
  let stopped = false;

  function tell(failure?: Failure): void {
    const told = watchers;
    watchers = [];
    for (const watcher of told) watcher(failure);
  }

  async function run(instance: Instance, invocation: Invocation): Promise<Outcome> {
    const start = performance.now();
    const outcome = await instance.run(invocation);
    durations.push(performance.now() - start);
    return outcome;
  }

  function onIdle(instance: Instance): void {
    const next = queue.shift();
    if (next === undefined) idle.push(instance);
    else next.settle(run(instance, next));
    tell();
  }

  function onEnd(instance: Instance, failure?: Failure): void {
    remove(instances, instance);
    remove(idle, instance);
    if (failure !== undefined) {
      const waiting = queue.shift();
      waiting?.settle({ requestId: waiting.requestId, failure });
    }
    tell(failure);
    if (!stopped && queue.length > 0 && instances.length + starting === 0) start();
  }

  function start(): void {
    starting += 1;
    void startInstance({
      ...options,
      memoryMb: options.memoryMb ?? 1_024,
      timeoutMs: options.timeoutMs ?? 30_000,
      freeze: options.freeze ?? true,
      onLine(line) {
        options.onLine?.(line);
        if (lines.push(line) > KEPT_LINES) lines.shift();
      },
      onIdle,
      onEnd,
    }).then((instance) => {
      starting -= 1;
      instances.push(instance);
      return stopped ? instance.kill() : undefined;
    });
  }

  return {
    name: options.name,
    instances,
    lines,
    durations,
    get invocations() {
      return invocations;
    },

    invoke(event) {
      const requestId = crypto.randomUUID();
      const failed = (errorType: string, errorMessage: string): Promise<Outcome> =>
        Promise.resolve({ requestId, failure: { errorType, errorMessage } });
      if (stopped)
        return failed("ResourceNotFoundException", `Function not found: ${options.name}`);
      if (Buffer.byteLength(event) > PAYLOAD_BYTES)
        return failed(
          "RequestTooLargeException",
          `Request must be smaller than ${PAYLOAD_BYTES} bytes for the Invoke operation`,
        );
      const free = choose === "recent" ? idle.pop() : idle.shift();
      if (free !== undefined) {
        invocations += 1;
        return run(free, { requestId, event });
      }
      // One that has answered is about to be idle: nothing is started beside it.
      const almost = instances.filter(({ state }) => state === "answered").length;
      const soon = almost > queue.length;
      const room = !soon && instances.length + starting < concurrency;
      if (!room && !soon && whenBusy === "throttle")
        return failed("TooManyRequestsException", "Rate Exceeded.");
      invocations += 1;
      const outcome = new Promise<Outcome>((settle) => queue.push({ requestId, event, settle }));
      if (room) start();
      return outcome;
    },

    async warm(count) {
      const ready = () => instances.filter(({ initMs }) => initMs !== undefined).length;
      while (ready() < count) {
        // A few at a time: each of them has ten seconds, whatever else there is to do.
        while (instances.length + starting < Math.min(count, ready() + AT_ONCE)) start();
        const failure = await new Promise<Failure | undefined>((resolve) => watchers.push(resolve));
        if (failure !== undefined)
          throw new Error(
            `${options.name} does not start: ${failure.errorType}: ${failure.errorMessage}\n${lines.join("\n")}`,
          );
      }
    },

    async stop() {
      stopped = true;
      await Promise.all(instances.map((instance) => instance.kill()));
    },
  };
}

function remove<T>(list: T[], one: T): void {
  const at = list.indexOf(one);
  if (at >= 0) list.splice(at, 1);
}
