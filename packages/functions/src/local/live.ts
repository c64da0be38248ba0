import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import * as Role from "@gridfolk/core/access/role";
import { isDomainError } from "@gridfolk/core/error";
import { type WebSocket, WebSocketServer } from "ws";
import { credential } from "../account/session.ts";
import * as Ticket from "../account/ticket.ts";
import { isSameOrigin } from "../http/origin.ts";
import type { Connection, Hub } from "../live/hub.ts";
import { MAX_MESSAGE_BYTES } from "../live/message.ts";
import type { Log } from "../log/log.ts";
import type { Services } from "../services.ts";

const BEAT_MS = 30_000;
/** A browser that has not read this much is gone or hopeless; it will fetch what it missed. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

interface Deps {
  readonly services: Services;
  readonly hub: Hub;
  readonly publicUrl?: string | undefined;
  readonly log: Log;
}

/** Accepts WebSockets at /live on these servers. The answer stops it. */
export function serveLive(servers: readonly Server[], deps: Deps): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  const answering = new WeakSet<WebSocket>();

  for (const server of servers) {
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      deps.log
        .work("live", { route: "$connect" }, async () => {
          const guest = await admit(deps, request);
          const refused = typeof guest === "number";
          if (refused) deps.log.note({ status: guest });
          else deps.log.note({ status: 101, workspace: guest.workspace });
          return guest;
        })
        .then((guest) => {
          if (typeof guest === "number") {
            refuse(socket, guest);
            return;
          }
          sockets.handleUpgrade(request, socket, head, (opened) => attend(opened, guest));
        })
        .catch((error: unknown) => {
          refuse(socket, isDomainError(error, "busy") ? 503 : 500);
        });
    });
  }

  function attend(opened: WebSocket, guest: Guest): void {
    answering.add(opened);
    opened.on("pong", () => answering.add(opened));
    opened.on("error", () => opened.terminate());
    const joining = deps.hub.join(guest.workspace, guest, {
      send(text) {
        if (opened.bufferedAmount > MAX_BACKLOG_BYTES) opened.terminate();
        else if (opened.readyState === opened.OPEN) opened.send(text);
      },
      close: (code, reason) => opened.close(code, reason),
    });
    joining.catch((error: unknown) => {
      deps.log.fault(error);
      opened.close(1011, "try again");
    });
    const whenJoined = (use: (connection: Connection) => void): void => {
      void joining.then(use, () => {});
    };
    opened.on("message", (data, isBinary) => {
      if (isBinary) opened.close(1003, "text only");
      else whenJoined((connection) => connection.receive((data as Buffer).toString("utf8")));
    });
    opened.on("close", () => whenJoined((connection) => connection.leave()));
  }

  const beat = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!answering.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, BEAT_MS);
  beat.unref();

  return () => {
    clearInterval(beat);
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
}

interface Guest {
  readonly workspace: string;
  readonly user: string;
  readonly name: string;
}

/** Who may come in, or the status that says why not. */
async function admit(deps: Deps, incoming: IncomingMessage): Promise<Guest | number> {
  const path = incoming.url ?? "/";
  if (!URL.canParse(path, "http://localhost")) return 404;
  const url = new URL(path, "http://localhost");
  if (url.pathname !== "/live") return 404;
  const workspace = url.searchParams.get("workspace") ?? "";
  const guest = await identify(deps, incoming, url, workspace);
  if (typeof guest === "number") return guest;
  try {
    const workbook = await deps.services.ledger.read(workspace);
    return Role.roleOf(workbook, guest.user) === undefined ? 404 : guest;
  } catch (error) {
    if (isDomainError(error, "not-found")) return 404;
    throw error;
  }
}

async function identify(
  { services, publicUrl }: Deps,
  incoming: IncomingMessage,
  url: URL,
  workspace: string,
): Promise<Guest | number> {
  const ticket = url.searchParams.get("ticket");
  if (ticket !== null) {
    const holder = await Ticket.redeem(services, ticket);
    return holder?.workspace === workspace ? holder : 401;
  }
  const headers = new Headers();
  for (const name of ["host", "origin", "cookie", "authorization"]) {
    const value = incoming.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  const request = new Request(url, { headers });
  const proof = credential(request);
  if (proof === undefined) return 401;
  // Browsers send cookies with WebSockets of any site.
  if (proof.via === "cookie" && !isSameOrigin(request, publicUrl)) return 403;
  const found = await services.sessions.find(proof);
  if (found === undefined) return 401;
  const { id, name } = found.session.user;
  return { workspace, user: id, name };
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
