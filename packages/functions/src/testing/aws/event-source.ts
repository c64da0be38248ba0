import { setTimeout as delay } from "node:timers/promises";
import { arnOf, type Outcome } from "./instance.ts";
import { readStream, type StreamRecord } from "./stream.ts";

export interface EventSourceOptions {
  readonly stream: { readonly endpoint: string; readonly arn: string };
  /** The function's name and how to invoke it. */
  readonly name: string;
  readonly invoke: (event: string) => Promise<Outcome>;
  /** An event pattern; records that do not match are never seen. */
  readonly filter: Pattern;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly bisect: boolean;
  readonly retries: number;
  /** Where batches go that are given up on. */
  readonly onFailure: (message: string) => void;
  /** What happens to a batch before it is handed over: repeated, reordered, cut. Asked for every invocation. */
  readonly disturb?: (records: readonly StreamRecord[]) => readonly StreamRecord[];
}

export interface EventSource {
  /** Batches handed over, retries included, and those given up. */
  readonly counts: { readonly invocations: number; readonly givenUp: number };
  /** Resolves when everything that is in the stream now has been handed over or given up. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

/** A pattern of EventBridge's kind: nested names, and at the end a list of values or { prefix }. */
export type Pattern =
  | readonly (string | { readonly prefix: string })[]
  | { readonly [name: string]: Pattern };

/** Whether the record fits the pattern: under every name one of the values, or a text that begins so. */
export function matches(pattern: Pattern, value: unknown): boolean {
  if (isList(pattern))
    return pattern.some((wanted) =>
      typeof wanted === "string"
        ? value === wanted
        : typeof value === "string" && value.startsWith(wanted.prefix),
    );
  return Object.entries(pattern).every(
    ([name, inner]) =>
      typeof value === "object" &&
      value !== null &&
      matches(inner, (value as Record<string, unknown>)[name]),
  );
}

function isList(pattern: Pattern): pattern is readonly (string | { readonly prefix: string })[] {
  return Array.isArray(pattern);
}

interface Shard {
  readonly waiting: StreamRecord[];
  window: NodeJS.Timeout | undefined;
  delivering: Promise<void> | undefined;
}

/** Lambda's event source mapping of a table's stream: shards in order, one batch of a shard at a time. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const ending = new AbortController();
  const counts = { invocations: 0, givenUp: 0 };
  const shards = new Map<string, Shard>();
  let lastBusyAt = Date.now();

  const reading = readStream(options.stream, take, ending.signal);
  // Told by `stop` and `caughtUp`.
  reading.catch(() => {});

  /** Gathers until the batch is full or its window is over; a shard is not read on while a full batch waits. */
  async function take(shard: string, records: readonly StreamRecord[]): Promise<void> {
    const one: Shard = shards.get(shard) ?? {
      waiting: [],
      window: undefined,
      delivering: undefined,
    };
    shards.set(shard, one);
    one.waiting.push(...records.filter((record) => matches(options.filter, record)));
    lastBusyAt = Date.now();
    if (one.waiting.length >= options.batchSize) await flush(shard, one);
    else if (one.waiting.length > 0)
      one.window ??= setTimeout(() => void flush(shard, one), options.windowMs);
  }

  async function flush(shard: string, one: Shard): Promise<void> {
    clearTimeout(one.window);
    one.window = undefined;
    one.delivering ??= (async () => {
      while (one.waiting.length > 0 && !ending.signal.aborted)
        await deliver(shard, one.waiting.splice(0, options.batchSize), options.retries);
    })().finally(() => {
      one.delivering = undefined;
      lastBusyAt = Date.now();
    });
    await one.delivering;
  }

  function isBusy(): boolean {
    return [...shards.values()].some(
      ({ waiting, delivering }) => waiting.length > 0 || delivering !== undefined,
    );
  }

  async function deliver(
    shard: string,
    batch: readonly StreamRecord[],
    retries: number,
  ): Promise<void> {
    let rest = batch;
    let left = retries;
    let tries = 0;
    while (!ending.signal.aborted) {
      const records = options.disturb?.(rest) ?? rest;
      counts.invocations += 1;
      tries += 1;
      const outcome = await options.invoke(JSON.stringify({ Records: records }));
      const from = failedFrom(outcome, rest);
      if (from === undefined) return;
      const wholly = from === 0;
      rest = rest.slice(from);
      if (options.bisect && rest.length > 1 && ("failure" in outcome || wholly)) {
        // Halves keep the retries that are left: splitting costs none.
        const half = Math.ceil(rest.length / 2);
        await deliver(shard, rest.slice(0, half), left);
        await deliver(shard, rest.slice(half), left);
        return;
      }
      if (left === 0) {
        counts.givenUp += 1;
        options.onFailure(JSON.stringify(givenUp(options, shard, rest, outcome, tries)));
        return;
      }
      left -= 1;
      await delay(Math.min(1_000, 25 * 2 ** tries));
    }
  }

  return {
    counts,
    async caughtUp() {
      // Three polls without anything new.
      const since = Date.now();
      await Promise.race([
        reading,
        (async () => {
          while (isBusy() || Date.now() - Math.max(lastBusyAt, since) < 200) await delay(25);
        })(),
      ]);
    },
    async stop() {
      ending.abort();
      for (const { window } of shards.values()) clearTimeout(window);
      for (const { delivering } of shards.values()) await delivering;
      await reading;
    },
  };
}

/** Where the batch has to go on: `undefined` when all of it is done. */
export function failedFrom(outcome: Outcome, records: readonly StreamRecord[]): number | undefined {
  if ("failure" in outcome) return 0;
  const answer = JSON.parse(outcome.payload) as {
    batchItemFailures?: readonly { itemIdentifier?: string | null }[] | null;
  } | null;
  const failures = answer?.batchItemFailures ?? [];
  if (failures.length === 0) return undefined;
  const positions = failures.map(({ itemIdentifier }) =>
    records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
  );
  // An identifier that is none of the batch's means that the whole batch failed.
  return Math.max(0, Math.min(...positions));
}

function givenUp(
  options: EventSourceOptions,
  shardId: string,
  records: readonly StreamRecord[],
  outcome: Outcome,
  tries: number,
): object {
  const at = (record: StreamRecord | undefined): string =>
    new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1_000).toISOString();
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: {
      requestId: outcome.requestId,
      functionArn: arnOf(options.name),
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: tries,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      ...("failure" in outcome ? { functionError: "Unhandled" } : {}),
    },
    version: "1.0",
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: at(first),
      approximateArrivalOfLastRecord: at(last),
      batchSize: records.length,
      streamArn: options.stream.arn,
    },
  };
}
