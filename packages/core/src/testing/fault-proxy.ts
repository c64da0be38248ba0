import {
  createServer,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from "node:http";
import { text } from "node:stream/consumers";

/** One DynamoDB call on its way. */
export interface Call {
  /** PutItem, BatchGetItem, … */
  readonly operation: string;
  readonly body: Record<string, unknown>;
  /** The engine's answer to `body`, or to another one. */
  forward(body?: Record<string, unknown>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What becomes of a call: an answer, or the connection cut, or nothing at all for as long as the client waits. */
export type Fate = Answer | "cut" | "silence";

export interface FaultProxy {
  readonly endpoint: string;
  /** Decides the fate of every call from now on; undefined lets them through. */
  decide: ((call: Call) => Promise<Fate>) | undefined;
  stop(): Promise<void>;
}

/** Stands between a client and an engine and makes trouble as told, on a free port of 127.0.0.1. */
export async function startFaultProxy(engine: string): Promise<FaultProxy> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const proxy: FaultProxy = {
    endpoint: "",
    decide: undefined,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const call: Call = {
      operation: String(request.headers["x-amz-target"]).split(".").at(-1) ?? "",
      body: JSON.parse(body) as Record<string, unknown>,
      forward: (other) => forward(request, other === undefined ? body : JSON.stringify(other)),
    };
    const fate = await (proxy.decide?.(call) ?? call.forward());
    if (fate === "cut") response.destroy();
    else if (fate !== "silence")
      response
        .writeHead(fate.status, { "content-type": "application/x-amz-json-1.0" })
        .end(fate.body);
  }

  function forward(original: IncomingMessage, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { ...original.headers, "content-length": String(Buffer.byteLength(body)) };
      const onward = send(engine, { method: "POST", headers }, (response) => {
        text(response).then(
          (answered) => resolve({ status: response.statusCode ?? 500, body: answered }),
          reject,
        );
      });
      onward.once("error", reject).end(body);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(proxy, { endpoint: `http://127.0.0.1:${port}` });
}
