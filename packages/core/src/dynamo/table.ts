import type { Platform } from "../platform.ts";
import type { DynamoClient } from "./client.ts";
import { defaultRetry, retrying, startAttempts } from "./retry.ts";

export interface TableOptions {
  readonly client: DynamoClient;
  readonly tableName: string;
  readonly platform: Pick<Platform, "clock" | "random">;
}

const POLL_MS = 50;
const READY_WITHIN_MS = 60_000;

/**
 * Makes the table if it is not there and waits until it can be used: pk and sk, paid per request, `ttl` as the attribute
 * of expiry where the engine knows one. For local engines; on AWS the deployment makes the table.
 */
export async function ensureTable({
  client,
  tableName: TableName,
  platform,
}: TableOptions): Promise<void> {
  const run = <T>(doing: string, send: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    retrying(startAttempts(platform, defaultRetry, doing), send);

  async function status(): Promise<string | undefined> {
    try {
      const answer = await run("look at the table", (signal) =>
        client.describeTable({ TableName }, signal),
      );
      return answer.Table?.TableStatus;
    } catch (error) {
      if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
      throw error;
    }
  }

  let current = await status();
  if (current === undefined) {
    try {
      await run("make the table", (signal) =>
        client.createTable(
          {
            TableName,
            BillingMode: "PAY_PER_REQUEST",
            AttributeDefinitions: [
              { AttributeName: "pk", AttributeType: "S" },
              { AttributeName: "sk", AttributeType: "S" },
            ],
            KeySchema: [
              { AttributeName: "pk", KeyType: "HASH" },
              { AttributeName: "sk", KeyType: "RANGE" },
            ],
          },
          signal,
        ),
      );
    } catch (error) {
      // Somebody else, or our own first try, made it.
      if (!(error instanceof Error) || error.name !== "ResourceInUseException") throw error;
    }
    current = await status();
  }
  const until = platform.clock.now() + READY_WITHIN_MS;
  while (current !== "ACTIVE") {
    if (platform.clock.now() > until)
      throw new Error(
        `Table ${TableName} is ${current ?? "absent"} after ${READY_WITHIN_MS / 1000} s, expected ACTIVE`,
      );
    await platform.clock.sleep(POLL_MS);
    current = await status();
  }
  await enableTtl();

  async function enableTtl(): Promise<void> {
    try {
      const { TimeToLiveDescription: now } = await run("look at the table's expiry", (signal) =>
        client.describeTtl({ TableName }, signal),
      );
      if (now?.TimeToLiveStatus === "ENABLED" || now?.TimeToLiveStatus === "ENABLING") return;
      await run("set the table's expiry", (signal) =>
        client.updateTtl(
          { TableName, TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true } },
          signal,
        ),
      );
    } catch (error) {
      // Engines without expiry keep expired items; readers never rely on their removal.
      if (error instanceof Error && /UnknownOperation|ValidationException/.test(error.name)) return;
      throw error;
    }
  }
}
