import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  type BatchWriteItemCommandOutput,
  CreateTableCommand,
  type CreateTableCommandInput,
  type CreateTableCommandOutput,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DeleteItemCommandOutput,
  DescribeTableCommand,
  type DescribeTableCommandInput,
  type DescribeTableCommandOutput,
  DescribeTimeToLiveCommand,
  type DescribeTimeToLiveCommandInput,
  type DescribeTimeToLiveCommandOutput,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  type GetItemCommandInput,
  type GetItemCommandOutput,
  PutItemCommand,
  type PutItemCommandInput,
  type PutItemCommandOutput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  UpdateTimeToLiveCommand,
  type UpdateTimeToLiveCommandInput,
  type UpdateTimeToLiveCommandOutput,
} from "@aws-sdk/client-dynamodb";

type Output<T> = Omit<T, "$metadata">;

/**
 * The DynamoDB calls Gridfolk makes. One attempt each: no retries inside. Rejects with the SDK's exceptions (told apart by
 * `name`), and with an `AbortError` once `signal` aborts; the call may then still take effect.
 */
export interface DynamoClient {
  getItem(input: GetItemCommandInput, signal: AbortSignal): Promise<Output<GetItemCommandOutput>>;
  putItem(input: PutItemCommandInput, signal: AbortSignal): Promise<Output<PutItemCommandOutput>>;
  deleteItem(
    input: DeleteItemCommandInput,
    signal: AbortSignal,
  ): Promise<Output<DeleteItemCommandOutput>>;
  query(input: QueryCommandInput, signal: AbortSignal): Promise<Output<QueryCommandOutput>>;
  batchGet(
    input: BatchGetItemCommandInput,
    signal: AbortSignal,
  ): Promise<Output<BatchGetItemCommandOutput>>;
  batchWrite(
    input: BatchWriteItemCommandInput,
    signal: AbortSignal,
  ): Promise<Output<BatchWriteItemCommandOutput>>;
  createTable(
    input: CreateTableCommandInput,
    signal: AbortSignal,
  ): Promise<Output<CreateTableCommandOutput>>;
  describeTable(
    input: DescribeTableCommandInput,
    signal: AbortSignal,
  ): Promise<Output<DescribeTableCommandOutput>>;
  describeTtl(
    input: DescribeTimeToLiveCommandInput,
    signal: AbortSignal,
  ): Promise<Output<DescribeTimeToLiveCommandOutput>>;
  updateTtl(
    input: UpdateTimeToLiveCommandInput,
    signal: AbortSignal,
  ): Promise<Output<UpdateTimeToLiveCommandOutput>>;
  /** Closes idle connections. */
  close(): void;
}

export interface ConnectOptions {
  /** Another engine than AWS, for instance http://127.0.0.1:8000. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?:
    | { readonly accessKeyId: string; readonly secretAccessKey: string }
    | undefined;
}

const SOCKETS = 64;
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * A client over HTTP. On AWS, region and credentials come from the environment as usual; with an `endpoint` and none in
 * the environment any are sent, since local engines want some but check none.
 */
export function connect(options: ConnectOptions = {}): DynamoClient {
  const config: DynamoDBClientConfig = {
    // The store retries: it knows what a repeated write means, and counts.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      httpAgent: new HttpAgent({ keepAlive: true, noDelay: true, maxSockets: SOCKETS }),
      httpsAgent: new HttpsAgent({ keepAlive: true, noDelay: true, maxSockets: SOCKETS }),
    },
  };
  const { env } = process;
  if (options.endpoint !== undefined) {
    config.endpoint = options.endpoint;
    config.region = options.region ?? env["AWS_REGION"] ?? "us-east-1";
    if (env["AWS_ACCESS_KEY_ID"] === undefined && env["AWS_PROFILE"] === undefined)
      config.credentials = { accessKeyId: "local", secretAccessKey: "local" };
  } else if (options.region !== undefined) config.region = options.region;
  if (options.credentials !== undefined) config.credentials = options.credentials;

  const client = new DynamoDBClient(config);
  return {
    getItem: (input, abortSignal) => client.send(new GetItemCommand(input), { abortSignal }),
    putItem: (input, abortSignal) => client.send(new PutItemCommand(input), { abortSignal }),
    deleteItem: (input, abortSignal) => client.send(new DeleteItemCommand(input), { abortSignal }),
    query: (input, abortSignal) => client.send(new QueryCommand(input), { abortSignal }),
    batchGet: (input, abortSignal) => client.send(new BatchGetItemCommand(input), { abortSignal }),
    batchWrite: (input, abortSignal) =>
      client.send(new BatchWriteItemCommand(input), { abortSignal }),
    createTable: (input, abortSignal) =>
      client.send(new CreateTableCommand(input), { abortSignal }),
    describeTable: (input, abortSignal) =>
      client.send(new DescribeTableCommand(input), { abortSignal }),
    describeTtl: (input, abortSignal) =>
      client.send(new DescribeTimeToLiveCommand(input), { abortSignal }),
    updateTtl: (input, abortSignal) =>
      client.send(new UpdateTimeToLiveCommand(input), { abortSignal }),
    close: () => client.destroy(),
  };
}
