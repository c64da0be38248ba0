import { setTimeout as delay } from "node:timers/promises";
import { CREDENTIALS } from "./instance.ts";

/** A DynamoDB call by its JSON protocol, to an engine that checks no signatures. Throws an Error named as the exception. */
export async function call<T>(
  endpoint: string,
  target: `${"DynamoDB_20120810" | "DynamoDBStreams_20120810"}.${string}`,
  body: object,
): Promise<T> {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": target,
      "X-Amz-Date": new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, ""),
      // Engines tell accounts apart by the key, so it is the functions'.
      Authorization: `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.AWS_ACCESS_KEY_ID}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const json = (await answer.json()) as T & { __type?: string; message?: string };
  if (answer.ok) return json;
  const error = new Error(`${target}: ${json.__type} ${json.message}`);
  error.name = String(json.__type).split("#").at(-1) ?? "Error";
  throw error;
}

/**
 * Makes the table as the deployment does: pk and sk, paid per request, `ttl`, and unless it is not wanted a keys-only stream,
 * whose ARN it answers.
 */
export async function makeTable(
  endpoint: string,
  TableName: string,
  streams: boolean,
): Promise<string | undefined> {
  await call(endpoint, "DynamoDB_20120810.CreateTable", {
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
    ...(streams
      ? { StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" } }
      : {}),
  });
  for (;;) {
    const { Table } = await call<{ Table: { TableStatus: string; LatestStreamArn?: string } }>(
      endpoint,
      "DynamoDB_20120810.DescribeTable",
      { TableName },
    );
    if (Table.TableStatus === "ACTIVE" && (!streams || Table.LatestStreamArn !== undefined)) {
      await call(endpoint, "DynamoDB_20120810.UpdateTimeToLive", {
        TableName,
        TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
      }).catch((error: unknown) => {
        // dynalite has no expiry; nothing relies on it.
        if (!(error instanceof Error) || error.name !== "UnknownOperationException") throw error;
      });
      return Table.LatestStreamArn;
    }
    await delay(20);
  }
}
