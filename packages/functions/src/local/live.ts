import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { isDomainError } from "@gridfolk/core/error";
import { type WebSocket, WebSocketServer } from "ws";
import { admit, type AdmitDeps, type Guest } from "../live/admit.ts";
import { type Carrier, CLOSE } from "../live/carrier.ts";
import type { Hub } from "../live/hub.ts";
import { MAX_MESSAGE_BYTES } from "../live/message.ts";
import type { Log } from "../log/log.ts";

const BEAT_MS = 30_000;
/** A browser that has not read this much is gone or hopeless; it will fetch what it missed. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

/** The sockets of this process. */
export interface Sockets {
  readonly carrier: Carrier;
  /** Accepts WebSockets at /live on these servers. */
  serve(servers: readonly Server[], deps: ServeDeps): void;
  /** Says goodbye to everybody: the server stops. */
  close(): void;
  /** Ends what is still open. */
  stop(): void;
}

export interface ServeDeps extends AdmitDeps {
  readonly hub: Pick<Hub, "join" | "greet" | "receive" | "leave">;
  readonly log: Log;
}

export function makeSockets(): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  const sockets = new Map<string, WebSocket>();
  const answering = new WeakSet<WebSocket>();

  const beat = setInterval(() => {
    for (const socket of server.clients) {
      if (!answering.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, BEAT_MS);
  beat.unref();

  function attend(opened: WebSocket, guest: Guest, { hub, log }: ServeDeps): void {
    const id = randomBytes(8).toString("hex");
    sockets.set(id, opened);
    answering.add(opened);
    opened.on("pong", () => answering.add(opened));
    opened.on("error", () => opened.terminate());
    // One after the other, as they came.
    let line = hub.join(guest.workspace, id, guest);
    line.catch((error: unknown) => {
      log.fault(error);
      opened.close(CLOSE.tryAgain.code, CLOSE.tryAgain.reason);
    });
    const inTurn = (work: () => Promise<void>): void => {
      const joined = line;
      line = joined.then(() => {
        work().catch(log.fault);
      });
      line.catch(() => undefined);
    };
    inTurn(() => hub.greet(id));
    opened.on("message", (data, isBinary) => {
      if (isBinary) opened.close(CLOSE.textOnly.code, CLOSE.textOnly.reason);
      else inTurn(() => hub.receive(id, (data as Buffer).toString("utf8")));
    });
    opened.on("close", () => {
      sockets.delete(id);
      inTurn(() => hub.leave(id));
    });
  }

  return {
    carrier: {
      async post(connection, text) {
        const socket = sockets.get(connection);
        if (socket?.readyState !== socket?.OPEN || socket === undefined) return "gone";
        if (socket.bufferedAmount > MAX_BACKLOG_BYTES) {
          socket.terminate();
          return "gone";
        }
        socket.send(text);
        return "sent";
      },
      async disconnect(connection, { code, reason }) {
        sockets.get(connection)?.close(code, reason);
      },
    },

    serve(servers, deps) {
      for (const each of servers) {
        each.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
          socket.on("error", () => socket.destroy());
          const asked = toRequest(request);
          if (asked === undefined) {
            refuse(socket, 404);
            return;
          }
          deps.log
            .work("live", { route: "$connect" }, async () => {
              const guest = await admit(deps, asked);
              if (typeof guest === "number") deps.log.note({ status: guest });
              else deps.log.note({ status: 101, workspace: guest.workspace });
              return guest;
            })
            .then((guest) => {
              if (typeof guest === "number") refuse(socket, guest);
              else {
                server.handleUpgrade(request, socket, head, (opened) =>
                  attend(opened, guest, deps),
                );
              }
            })
            .catch((error: unknown) => refuse(socket, isDomainError(error, "busy") ? 503 : 500));
        });
      }
    },

    close() {
      const { code, reason } = CLOSE.goingAway;
      for (const socket of sockets.values()) socket.close(code, reason);
    },

    stop() {
      clearInterval(beat);
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

/** `undefined` for another address than /live. */
function toRequest(incoming: IncomingMessage): Request | undefined {
  const path = incoming.url ?? "/";
  if (!URL.canParse(path, "http://localhost")) return undefined;
  const url = new URL(path, "http://localhost");
  if (url.pathname !== "/live") return undefined;
  const headers = new Headers();
  for (const name of ["host", "origin", "cookie", "authorization"]) {
    const value = incoming.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  return new Request(url, { headers });
}

const reasons: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

function refuse(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status] ?? "Error"}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
