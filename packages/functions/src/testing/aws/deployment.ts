import { createServer } from "node:http";
import type { Bundles } from "./bundles.ts";
import { type EventSource, type EventSourceOptions, startEventSource } from "./event-source.ts";
import { type Front, ORIGIN_TOKEN, send, startFront } from "./front.ts";
import { createFunction, type FunctionOptions, type LambdaFunction } from "./function.ts";
import { createHttpApi, type HttpApi } from "./http-api.ts";
import { type Incoming, json, type Outgoing, read, values } from "./incoming.ts";
import { ACCOUNT, type Outcome } from "./instance.ts";
import { createParameters, type Parameters } from "./parameters.ts";
import { createQueue, type Queue } from "./queue.ts";
import { makeTable } from "./table.ts";
import {
  createWebSocketApi,
  type WebSocketApi,
  type WebSocketApiOptions,
} from "./websocket-api.ts";

export type FunctionName = "api" | "live" | "react" | "tick";

export interface DeploymentOptions {
  readonly bundles: Bundles;
  /** Of the engine. Stream and table are made there. */
  readonly engine: string;
  /** An S3 that knows the functions' credentials, and the bucket in it. */
  readonly bucket: { readonly endpoint: string; readonly name: string };
  /** How the functions reach the engine, when something stands between. */
  readonly engineFor?: Partial<Readonly<Record<FunctionName, string>>>;
  /** Stands between a function and what else it calls: sockets, parameters, the queue. Answers the address to be called instead. */
  readonly between?: (name: FunctionName, services: string) => Promise<string>;
  readonly tableName: string;
  /** Another deployment made the table. There is no stream then. */
  readonly tableIsThere?: boolean;
  /** What the parameter store has for the functions. */
  readonly secret: string;
  /** Settings over those of every function. */
  readonly env?: Readonly<Record<string, string>>;
  /** Instances of `api` that are there from the beginning and share the work in turn; no other is started. */
  readonly instances?: number;
  readonly functions?: Partial<
    Readonly<Record<FunctionName, Partial<Omit<FunctionOptions, "name" | "env">>>>
  >;
  /** "none": commits wake nobody, and the engine needs no streams. */
  readonly stream?:
    | "none"
    | Partial<Omit<EventSourceOptions, "stream" | "name" | "invoke" | "onFailure">>;
  readonly onLine?: (name: FunctionName, line: string) => void;
  readonly sockets?: Pick<WebSocketApiOptions, "idleMs" | "lifeMs">;
  /** The built pages. */
  readonly pages?: string;
}

/** The product as it is deployed, with AWS's parts in this process and the functions in processes of their own. */
export interface Deployment {
  /** What a browser opens. */
  readonly url: string;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  readonly httpApi: HttpApi;
  readonly webSocketApi: WebSocketApi;
  readonly eventSource: EventSource | undefined;
  readonly queue: Queue;
  readonly parameters: Parameters;
  /** The schedule's event. */
  tick(): Promise<Outcome>;
  /** Sends every second event to another release of `api`, or of `react`, as while one replaces the other. */
  besides(bundles: Bundles, name?: "api" | "react"): LambdaFunction;
  stop(): Promise<void>;
}

/** As in the stacks. */
const TIMEOUT_MS = { api: 29_000, live: 10_000, react: 120_000, tick: 300_000 } as const;

const SECRET_PARAMETER = "/gridfolk/test/secret";
const QUEUE = "gridfolk-failures";

export async function deploy(options: DeploymentOptions): Promise<Deployment> {
  const { engine, tableName, bundles, instances } = options;
  const streams = options.stream !== "none";
  const arn =
    options.tableIsThere === true ? undefined : await makeTable(engine, tableName, streams);
  const queue = createQueue(QUEUE);
  const parameters = createParameters({ [SECRET_PARAMETER]: options.secret });
  /** Releases that take turns. */
  const releases: Record<"api" | "react", LambdaFunction[]> = { api: [], react: [] };
  const turns = { api: 0, react: 0 };
  const next = (name: "api" | "react"): LambdaFunction => {
    turns[name] += 1;
    const found = releases[name][turns[name] % releases[name].length];
    if (found === undefined) throw new Error("There is no function");
    return found;
  };
  const httpApi = createHttpApi({
    route: "ANY /api/{proxy+}",
    invoke: (event) => next("api").invoke(event),
  });
  const webSocketApi = createWebSocketApi({
    stage: "live",
    invoke: (event) => functions.live.invoke(event),
    ...options.sockets,
  });
  const services = await startServices({ queue, parameters, webSocketApi });
  const front = await startFront({ httpApi, webSocketApi, pages: options.pages });

  const own = async (name: FunctionName): Promise<[FunctionName, string]> => [
    name,
    (await options.between?.(name, services.url)) ?? services.url,
  ];
  const calls = Object.fromEntries(
    await Promise.all((["api", "live", "react", "tick"] as const).map(own)),
  ) as Record<FunctionName, string>;
  const made = (name: FunctionName, from = bundles): LambdaFunction =>
    createFunction({
      task: from.task(name),
      bootstrap: from.bootstrap,
      name: `gridfolk-test-${name}`,
      handler: `${name}.handler`,
      concurrency: 10,
      timeoutMs: TIMEOUT_MS[name],
      env: {
        TABLE_NAME: tableName,
        DYNAMODB_ENDPOINT: options.engineFor?.[name] ?? engine,
        PUBLIC_URL: front.url,
        SIGNUP: "open",
        SECRET_PARAMETER,
        SSM_ENDPOINT: calls[name],
        SQS_ENDPOINT: calls[name],
        FAILURE_QUEUE_URL: `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/${QUEUE}`,
        BUCKET_NAME: options.bucket.name,
        S3_ENDPOINT: options.bucket.endpoint,
        LIVE_ENDPOINT: `${calls[name]}/live`,
        ORIGIN_TOKEN,
        STAGE: "test",
        ...options.env,
      },
      ...(name === "api" && instances !== undefined
        ? { concurrency: instances, whenBusy: "wait", choose: "alternate" }
        : {}),
      onLine: (line) => options.onLine?.(name, line),
      ...options.functions?.[name],
    });
  const functions = {
    api: made("api"),
    live: made("live"),
    react: made("react"),
    tick: made("tick"),
  };
  releases.api.push(functions.api);
  releases.react.push(functions.react);
  await functions.api.warm(instances ?? 0);

  const eventSource =
    arn === undefined || options.stream === "none"
      ? undefined
      : startEventSource({
          stream: { endpoint: engine, arn },
          name: functions.react.name,
          invoke: (event) => next("react").invoke(event),
          filter: LOG_INSERTS,
          batchSize: 100,
          windowMs: 100,
          bisect: true,
          retries: 10,
          onFailure: (message) => queue.send(message),
          ...options.stream,
        });

  return {
    url: front.url,
    functions,
    httpApi,
    webSocketApi,
    eventSource,
    queue,
    parameters,
    tick: () => functions.tick.invoke(JSON.stringify(scheduled())),
    besides(other, name = "api") {
      const added = made(name, other);
      releases[name].push(added);
      return added;
    },
    async stop() {
      await eventSource?.stop();
      webSocketApi.stop();
      await front.stop();
      const all = new Set([...Object.values(functions), ...releases.api, ...releases.react]);
      await Promise.all([...all].map((each) => each.stop()));
      await services.stop();
    },
  };
}

/** The event source's filter: heads of logs that are new. */
const LOG_INSERTS = {
  eventName: ["INSERT"],
  dynamodb: { Keys: { pk: { S: [{ prefix: "LOG#" }] } } },
};

/** What functions call with their signature: SQS, SSM and the connections of the WebSocket API. */
async function startServices(parts: {
  queue: Queue;
  parameters: Parameters;
  webSocketApi: WebSocketApi;
}): Promise<Front> {
  function answer(incoming: Incoming): Outgoing {
    if (incoming.target.includes("/@connections/")) return parts.webSocketApi.manage(incoming);
    const [target = ""] = values(incoming.headers, "x-amz-target");
    if (target.startsWith("AmazonSQS.")) return parts.queue.handle(incoming);
    if (target.startsWith("AmazonSSM.")) return parts.parameters.handle(incoming);
    return json(404, { message: `${incoming.method} ${incoming.target} ${target}` });
  }
  const server = createServer((request, response) => {
    read(request, 10 * 1024 * 1024)
      .then((incoming) => send(response, answer(incoming)))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As EventBridge's schedule sends it. */
function scheduled(): object {
  return {
    version: "0",
    id: crypto.randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: ACCOUNT,
    time: new Date().toISOString(),
    region: "us-east-1",
    resources: [`arn:aws:events:us-east-1:${ACCOUNT}:rule/gridfolk-test-tick`],
    detail: {},
  };
}
