import type {
  AttributeValue,
  ConsumedCapacity,
  KeysAndAttributes,
  QueryCommandInput,
  WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { DomainError } from "../error.ts";
import * as ItemSize from "../ledger/item.ts";
import type { Condition, Item, Key, Query, Store } from "../ledger/store.ts";
import type { Platform } from "../platform.ts";
import { itemFromWire, itemToWire } from "./attribute.ts";
import type { DynamoClient } from "./client.ts";
import { conditionToWire } from "./condition.ts";
import {
  type Attempts,
  defaultRetry,
  httpStatus,
  type RetryPolicy,
  retrying,
  startAttempts,
} from "./retry.ts";

export interface DynamoStoreOptions {
  readonly client: DynamoClient;
  readonly tableName: string;
  readonly platform: Pick<Platform, "clock" | "random">;
  readonly retry?: Partial<RetryPolicy>;
  /** Told of the units of every call, within the call. Must not throw. */
  onConsumed?(kind: "read" | "write", units: number): void;
}

/** DynamoDB's limits on one call. */
const BATCH_GET_KEYS = 100;
const BATCH_WRITE_ITEMS = 25;
/** Ours: a request that times out or is throttled is repeated, so it stays small; several are under way at once. */
const BATCH_WRITE_BYTES = 1_000_000;
const PARALLEL = 8;

/** The store on any DynamoDB API, see the port for what it guarantees. Other failures than the port's are plain errors. */
export function createDynamoStore(options: DynamoStoreOptions): Store {
  const { client, tableName: TableName } = options;
  const policy: RetryPolicy = { ...defaultRetry, ...options.retry };
  const consumed = { read: 0, write: 0 };
  const metered = { TableName, ReturnConsumedCapacity: "TOTAL" } as const;

  function count(
    kind: "read" | "write",
    capacity: ConsumedCapacity | readonly ConsumedCapacity[] | undefined,
  ): void {
    let units = 0;
    for (const entry of [capacity ?? []].flat()) units += entry.CapacityUnits ?? 0;
    consumed[kind] += units;
    options.onConsumed?.(kind, units);
  }

  function run<T>(doing: string, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return translated(doing, () => retrying(startAttempts(options.platform, policy, doing), send));
  }

  async function conditional(
    kind: string,
    send: (signal: AbortSignal) => Promise<{ ConsumedCapacity?: ConsumedCapacity | undefined }>,
  ): Promise<boolean> {
    try {
      const answer = await run(kind, send);
      count("write", answer.ConsumedCapacity);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") {
        // Charged all the same, by the size of the item that is there. The answer does not say how much: one unit at least.
        count("write", { TableName, CapacityUnits: 1 });
        return false;
      }
      throw error;
    }
  }

  async function writeAll(requests: readonly WriteRequest[]): Promise<void> {
    const doing = `write ${requests.length} items`;
    const attempts = startAttempts(options.platform, policy, doing);
    let waiting = [...requests];
    await translated(doing, async () => {
      while (waiting.length > 0) {
        const asked = waiting;
        const answer = await attempts.once((signal) =>
          client.batchWrite(
            { RequestItems: { [TableName]: asked }, ReturnConsumedCapacity: "TOTAL" },
            signal,
          ),
        );
        if (answer === undefined) continue;
        count("write", answer.ConsumedCapacity);
        waiting = answer.UnprocessedItems?.[TableName] ?? [];
        await paceUnprocessed(attempts, asked.length, waiting.length);
      }
    });
  }

  async function readAll(keys: readonly Key[], ConsistentRead: boolean): Promise<Item[]> {
    const doing = `read ${keys.length} items`;
    const attempts = startAttempts(options.platform, policy, doing);
    const found: Item[] = [];
    let waiting: Record<string, AttributeValue>[] = keys.map(keyToWire);
    await translated(doing, async () => {
      while (waiting.length > 0) {
        const asked: KeysAndAttributes = { Keys: waiting, ConsistentRead };
        const answer = await attempts.once((signal) =>
          client.batchGet(
            { RequestItems: { [TableName]: asked }, ReturnConsumedCapacity: "TOTAL" },
            signal,
          ),
        );
        if (answer === undefined) continue;
        count("read", answer.ConsumedCapacity);
        for (const item of answer.Responses?.[TableName] ?? []) found.push(itemFromWire(item));
        const left = answer.UnprocessedKeys?.[TableName]?.Keys ?? [];
        // A big answer is cut at a size, not for want of capacity: ask for the rest at once.
        if (left.length < waiting.length) attempts.progressed();
        else await attempts.stalled();
        waiting = left;
      }
    });
    return found;
  }

  async function put(item: Item, condition?: Condition): Promise<boolean> {
    checkedSize(item);
    const input = {
      ...metered,
      Item: itemToWire(item),
      ...(condition && conditionToWire(condition)),
    };
    return conditional("write an item", (signal) => client.putItem(input, signal));
  }

  return {
    consumed,
    put,

    async get(key) {
      const input = { ...metered, Key: keyToWire(key), ConsistentRead: true };
      const answer = await run("read an item", (signal) => client.getItem(input, signal));
      count("read", answer.ConsumedCapacity);
      return answer.Item && itemFromWire(answer.Item);
    },

    async getMany(keys, { unchanging = false } = {}) {
      const chunks = chunked(distinct(keys, keyText), BATCH_GET_KEYS);
      const found = new Map<string, Item>();
      const read = async (chunk: readonly Key[], consistent: boolean): Promise<void> => {
        for (const item of await readAll(chunk, consistent)) found.set(keyText(item), item);
      };
      await inParallel(chunks, async (chunk) => {
        if (unchanging) await read(chunk, false);
        const missing = chunk.filter((key) => !found.has(keyText(key)));
        if (missing.length > 0) await read(missing, true);
      });
      return keys.map((key) => found.get(keyText(key)));
    },

    async putMany(items) {
      const batches = batched(distinct(items, keyText));
      await inParallel(batches, async (batch) => {
        const [only, ...others] = batch;
        if (only !== undefined && others.length === 0) await put(only);
        else await writeAll(batch.map((item) => ({ PutRequest: { Item: itemToWire(item) } })));
      });
    },

    delete(key, condition) {
      const input = {
        ...metered,
        Key: keyToWire(key),
        ...(condition && conditionToWire(condition)),
      };
      return conditional("delete an item", (signal) => client.deleteItem(input, signal));
    },

    async deleteMany(keys) {
      const batches = chunked(distinct(keys, keyText), BATCH_WRITE_ITEMS);
      await inParallel(batches, (batch) =>
        writeAll(batch.map((key) => ({ DeleteRequest: { Key: keyToWire(key) } }))),
      );
    },

    async *query(query) {
      const base = queryToWire(query);
      if (base === undefined) return;
      let left = query.limit ?? Number.POSITIVE_INFINITY;
      let start: Record<string, AttributeValue> | undefined;
      do {
        const input: QueryCommandInput = { ...metered, ...base };
        if (start !== undefined) input.ExclusiveStartKey = start;
        if (Number.isFinite(left)) input.Limit = left;
        const answer = await run("read a range of items", (signal) => client.query(input, signal));
        count("read", answer.ConsumedCapacity);
        for (const item of answer.Items ?? []) {
          if (left <= 0) return;
          left -= 1;
          yield itemFromWire(item);
        }
        start = answer.LastEvaluatedKey;
      } while (start !== undefined && left > 0);
    },
  };
}

/** A random pause after a partly done batch, so that a throttled partition is not asked again at once. */
async function paceUnprocessed(attempts: Attempts, asked: number, left: number): Promise<void> {
  if (left === 0) return;
  if (left < asked) attempts.progressed();
  await attempts.stalled();
}

async function translated<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof DomainError) throw error;
    if (error.name === "ConditionalCheckFailedException") throw error;
    if (isTooLarge(error))
      throw new DomainError(
        "too-large",
        `Cannot ${doing}: an item is larger than the 400 kB a table can hold.`,
        { cause: error },
      );
    if (error.name === "ResourceNotFoundException")
      throw new Error(`Cannot ${doing}: the table does not exist`, { cause: error });
    throw new Error(`Cannot ${doing}: ${error.name}: ${error.message}`, { cause: error });
  }
}

function isTooLarge(error: Error): boolean {
  return (
    (error.name === "ValidationException" && /item size|size.*exceeded/i.test(error.message)) ||
    httpStatus(error) === 413
  );
}

/** Undefined when no key can be in the range. A sort key takes one comparison: a prefix joined with bounds becomes a range. */
function queryToWire(query: Query): Omit<QueryCommandInput, "TableName"> | undefined {
  const { pk, from, to, prefix, only } = query;
  if (query.limit !== undefined && query.limit <= 0) return undefined;
  const values: Record<string, AttributeValue> = { ":pk": { S: pk } };
  let sk = "";
  if (prefix !== undefined && prefix !== "" && from === undefined && to === undefined) {
    values[":prefix"] = { S: prefix };
    sk = " AND begins_with(sk, :prefix)";
  } else {
    const low = greatest(from, prefix || undefined);
    const high = least(to, prefix ? `${prefix}\u{10FFFF}` : undefined);
    if (low !== undefined && high !== undefined && low > high) return undefined;
    if (low) values[":low"] = { S: low };
    if (high !== undefined) {
      if (high === "") return undefined;
      values[":high"] = { S: high };
    }
    if (low && high) sk = " AND sk BETWEEN :low AND :high";
    else if (low) sk = " AND sk >= :low";
    else if (high) sk = " AND sk <= :high";
  }
  const wire: Omit<QueryCommandInput, "TableName"> = {
    KeyConditionExpression: `pk = :pk${sk}`,
    ExpressionAttributeValues: values,
    ConsistentRead: true,
    ScanIndexForward: query.reverse !== true,
  };
  if (only !== undefined) {
    const names = [...new Set(["pk", "sk", ...only])];
    wire.ProjectionExpression = names.map((_, at) => `#p${at}`).join(", ");
    wire.ExpressionAttributeNames = Object.fromEntries(names.map((name, at) => [`#p${at}`, name]));
  }
  return wire;
}

function greatest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

function least(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function keyToWire({ pk, sk }: Key): Record<string, AttributeValue> {
  return { pk: { S: pk }, sk: { S: sk } };
}

function keyText({ pk, sk }: Key): string {
  return `${pk}\u0000${sk}`;
}

/** One per key, the last one given. */
function distinct<T extends Key>(entries: readonly T[], text: (entry: T) => string): T[] {
  return [...new Map(entries.map((entry) => [text(entry), entry])).values()];
}

function chunked<T>(entries: readonly T[], most: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < entries.length; at += most) chunks.push(entries.slice(at, at + most));
  return chunks;
}

function batched(items: readonly Item[]): Item[][] {
  const batches: Item[][] = [];
  let current: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = checkedSize(item);
    if (
      current.length === BATCH_WRITE_ITEMS ||
      (current.length > 0 && bytes + size > BATCH_WRITE_BYTES)
    ) {
      batches.push(current);
      current = [];
      bytes = 0;
    }
    current.push(item);
    bytes += size;
  }
  if (current.length > 0) batches.push(current);
  return batches;
}

function checkedSize(item: Item): number {
  const size = ItemSize.bytes(item);
  if (size > ItemSize.MAX_ITEM_BYTES)
    throw new DomainError(
      "too-large",
      `The item ${item.pk} ${item.sk} has ${size} bytes, more than the 400 kB a table can hold.`,
    );
  return size;
}

/** Rejects with the first failure, once what was under way has ended: nothing is written behind the caller's back. */
async function inParallel<T>(jobs: readonly T[], work: (job: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  async function worker(): Promise<void> {
    while (!failed && next < jobs.length) {
      const job = jobs[next++] as T;
      try {
        await work(job);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  const ends = await Promise.allSettled(
    Array.from({ length: Math.min(PARALLEL, jobs.length) }, worker),
  );
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
