import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { logTime } from "./http-api.ts";
import { type Incoming, json, type Outgoing } from "./incoming.ts";
import { type Outcome, REGION } from "./instance.ts";
import { limitFrames } from "./frames.ts";
import { refusal } from "./signature.ts";

/** WebSocket API's limits. */
const MESSAGE_BYTES = 128 * 1024;
export const FRAME_BYTES = 32 * 1024;

export interface WebSocketApiOptions {
  readonly invoke: (event: string) => Promise<Outcome>;
  readonly stage: string;
  /** 10 minutes and 2 hours when absent. */
  readonly idleMs?: number;
  readonly lifeMs?: number;
}

export interface WebSocketApi {
  readonly domain: string;
  /** A browser that wants a connection. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, incoming: Incoming): void;
  /** The @connections API: POST, GET and DELETE, signed. */
  manage(incoming: Incoming): Outgoing;
  readonly connections: ReadonlyMap<string, unknown>;
  /** Whether this $disconnect is never delivered: it is best effort on AWS. */
  losesDisconnects: boolean;
  stop(): void;
}

interface Connection {
  readonly id: string;
  readonly connectedAt: number;
  lastActiveAt: number;
  readonly incoming: Incoming;
  readonly socket: WebSocket;
  readonly timers: { idle: NodeJS.Timeout; life: NodeJS.Timeout };
}

/** An API Gateway WebSocket API whose three routes go to one function; what the function returns is sent to nobody. */
export function createWebSocketApi(options: WebSocketApiOptions): WebSocketApi {
  const apiId = "f6g7h8i9j0";
  const domain = `${apiId}.execute-api.${REGION}.amazonaws.com`;
  const connections = new Map<string, Connection>();
  const { idleMs = 10 * 60_000, lifeMs = 2 * 60 * 60_000, stage } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES });

  function context(
    id: string,
    connectedAt: number,
    { address, headers }: Incoming,
    more: object,
  ): object {
    const now = Date.now();
    const requestId = randomBytes(9).toString("base64url");
    return {
      ...more,
      extendedRequestId: requestId,
      requestTime: logTime(new Date(now)),
      messageDirection: "IN",
      stage,
      connectedAt,
      requestTimeEpoch: now,
      identity: {
        sourceIp: address,
        userAgent: headers.find(([name]) => name.toLowerCase() === "user-agent")?.[1] ?? "",
      },
      requestId,
      domainName: domain,
      connectionId: id,
      apiId,
    };
  }

  async function connect(id: string, connectedAt: number, incoming: Incoming): Promise<number> {
    const [, query = ""] = incoming.target.split("?");
    const single: Record<string, string> = {};
    const multi: Record<string, string[]> = {};
    for (const [name, value] of new URLSearchParams(query)) {
      single[name] = value;
      (multi[name] ??= []).push(value);
    }
    const headers: Record<string, string> = {};
    const multiHeaders: Record<string, string[]> = {};
    const sent = incoming.headers.filter(([name]) => !/^(connection|upgrade|host)$/i.test(name));
    for (const [name, value] of [...sent, ["Host", domain] as const]) {
      headers[name] = value;
      (multiHeaders[name] ??= []).push(value);
    }
    const more = { routeKey: "$connect", eventType: "CONNECT" };
    const outcome = await options.invoke(
      JSON.stringify({
        headers,
        multiValueHeaders: multiHeaders,
        ...(query === ""
          ? {}
          : { queryStringParameters: single, multiValueQueryStringParameters: multi }),
        requestContext: context(id, connectedAt, incoming, more),
        isBase64Encoded: false,
      }),
    );
    if ("failure" in outcome) return 502;
    const { statusCode } = (JSON.parse(outcome.payload) ?? {}) as { statusCode?: number };
    return statusCode ?? 502;
  }

  function open(connection: Connection): void {
    const { id, socket, connectedAt, incoming } = connection;
    connections.set(id, connection);
    socket.on("error", () => socket.terminate());
    socket.on("message", (data, isBinary) => {
      touch(connection);
      const bytes = data as Buffer;
      const more = {
        routeKey: "$default",
        eventType: "MESSAGE",
        messageId: randomBytes(9).toString("base64url"),
      };
      const event = JSON.stringify({
        requestContext: context(id, connectedAt, incoming, more),
        body: bytes.toString(isBinary ? "base64" : "utf8"),
        isBase64Encoded: isBinary,
      });
      void options.invoke(event).then((outcome) => {
        if (!("failure" in outcome) || socket.readyState !== socket.OPEN) return;
        // What AWS tells the browser.
        const { requestId } = outcome;
        const message = "Internal server error";
        socket.send(JSON.stringify({ message, connectionId: id, requestId }));
      });
    });
    socket.on("close", (code, reason) => {
      clearTimeout(connection.timers.idle);
      clearTimeout(connection.timers.life);
      connections.delete(id);
      if (api.losesDisconnects) return;
      const more = {
        routeKey: "$disconnect",
        eventType: "DISCONNECT",
        disconnectStatusCode: code,
        disconnectReason: reason.toString(),
      };
      const event = {
        headers: { Host: domain, "x-api-key": "", "X-Forwarded-For": "" },
        requestContext: context(id, connectedAt, incoming, more),
        isBase64Encoded: false,
      };
      void options.invoke(JSON.stringify(event));
    });
  }

  function touch(connection: Connection): void {
    connection.lastActiveAt = Date.now();
    connection.timers.idle.refresh();
  }

  const api: WebSocketApi = {
    domain,
    connections,
    losesDisconnects: false,

    upgrade(request, socket, head, incoming) {
      socket.on("error", () => socket.destroy());
      const id = randomBytes(10).toString("base64");
      const connectedAt = Date.now();
      void connect(id, connectedAt, incoming).then((status) => {
        if (status < 200 || status > 299) {
          refuse(socket, status);
          return;
        }
        limitFrames(socket, FRAME_BYTES, () => {
          connections.get(id)?.socket.close(1009, "Message Too Long");
        });
        sockets.handleUpgrade(request, socket, head, (opened) => {
          const closing = (code: number, reason: string) => () => opened.close(code, reason);
          const timers = {
            idle: setTimeout(closing(1001, "Going away"), idleMs).unref(),
            life: setTimeout(closing(1001, "Going away"), lifeMs).unref(),
          };
          const now = Date.now();
          open({ id, connectedAt, lastActiveAt: now, incoming, socket: opened, timers });
        });
      });
    },

    manage(incoming) {
      const why = refusal(incoming, "execute-api");
      if (why !== undefined) return json(403, { message: why });
      const [path = ""] = incoming.target.split("?");
      const id = decodeURIComponent(/^\/[^/]+\/@connections\/([^/]+)$/.exec(path)?.[1] ?? "");
      if (!path.startsWith(`/${stage}/@connections/`)) return json(403, { message: "Forbidden" });
      const connection = connections.get(id);
      if (connection === undefined) return gone;
      switch (incoming.method) {
        case "POST": {
          if (incoming.body.byteLength > MESSAGE_BYTES)
            return json(413, { message: "Payload too large", connectionId: id });
          touch(connection);
          connection.socket.send(incoming.body.toString("utf8"));
          return { status: 200, headers: [], body: Buffer.alloc(0) };
        }
        case "GET":
          return json(200, {
            connectedAt: new Date(connection.connectedAt).toISOString(),
            lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
            identity: { sourceIp: connection.incoming.address, userAgent: "" },
          });
        case "DELETE":
          connection.socket.close(1000, "");
          return { status: 204, headers: [], body: Buffer.alloc(0) };
        default:
          return json(403, { message: "Forbidden" });
      }
    },

    stop() {
      for (const { socket } of connections.values()) socket.terminate();
      sockets.close();
    },
  };
  return api;
}

const gone: Outgoing = {
  status: 410,
  headers: [
    ["Content-Type", "application/json"],
    ["x-amzn-ErrorType", "GoneException"],
  ],
  body: Buffer.from(JSON.stringify({ message: "Gone" })),
};

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
