import { setTimeout as delay } from "node:timers/promises";
import { REGION } from "./instance.ts";
import { call } from "./table.ts";

/** As Lambda hands it to a function. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly eventVersion: string;
  readonly eventSource: "aws:dynamodb";
  readonly awsRegion: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Readonly<Record<string, { readonly S: string }>>;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
  readonly eventSourceARN: string;
}

interface Shard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
}

interface Read {
  readonly Records: readonly Omit<StreamRecord, "eventSourceARN">[];
  readonly NextShardIterator?: string;
}

const POLL_MS = 50;

/**
 * Reads a table's stream from its beginning as Lambda's poller does: every shard in order, a shard after its parent. `take`
 * is given what one read answered, and the next read of that shard waits for it. Ends when `signal` aborts.
 */
export async function readStream(
  stream: { readonly endpoint: string; readonly arn: string },
  take: (shard: string, records: readonly StreamRecord[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { endpoint, arn: StreamArn } = stream;
  const finished = new Set<string>();
  const reading = new Map<string, Promise<void>>();

  async function readShard(ShardId: string): Promise<void> {
    const begin = async (): Promise<string | undefined> =>
      (
        await call<{ ShardIterator?: string }>(
          endpoint,
          "DynamoDBStreams_20120810.GetShardIterator",
          { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" },
        )
      ).ShardIterator;
    let ShardIterator = await begin();
    while (ShardIterator !== undefined && ShardIterator !== null && !signal.aborted) {
      let read: Read;
      try {
        read = await call(endpoint, "DynamoDBStreams_20120810.GetRecords", {
          ShardIterator,
          Limit: 1_000,
        });
      } catch (error) {
        // The horizon moved between the two calls: begin at what there is now, as AWS tells its readers to.
        if ((error as Error).name !== "TrimmedDataAccessException") throw error;
        await delay(POLL_MS);
        ShardIterator = await begin();
        continue;
      }
      const { Records } = read;
      ShardIterator = read.NextShardIterator;
      if (Records.length > 0)
        await take(
          ShardId,
          Records.map((record) => ({ ...record, awsRegion: REGION, eventSourceARN: StreamArn })),
        );
      else await delay(POLL_MS);
    }
    finished.add(ShardId);
  }

  while (!signal.aborted) {
    const { StreamDescription } = await call<{ StreamDescription: { Shards: readonly Shard[] } }>(
      endpoint,
      "DynamoDBStreams_20120810.DescribeStream",
      { StreamArn },
    );
    const shards = StreamDescription.Shards;
    const known = new Set(shards.map(({ ShardId }) => ShardId));
    for (const { ShardId, ParentShardId } of shards) {
      const waits =
        ParentShardId !== undefined && known.has(ParentShardId) && !finished.has(ParentShardId);
      if (reading.has(ShardId) || waits) continue;
      reading.set(ShardId, readShard(ShardId));
    }
    await Promise.race([delay(2_000, undefined, { signal }).catch(() => {}), ...failures(reading)]);
  }
  await Promise.all(reading.values());
}

/** Promises that only ever reject. */
function failures(reading: ReadonlyMap<string, Promise<void>>): Promise<never>[] {
  return [...reading.values()].map((each) => each.then(() => new Promise<never>(() => {})));
}
