import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { DomainError } from "@gridfolk/core/error";
import * as Problem from "../problem.ts";

/** Filters and cursors travel in the address. */
const MAX_HEAD_BYTES = 64 * 1024;

export interface Listening {
  /** With the port that was chosen, when any was asked for. */
  readonly url: string;
  readonly servers: readonly Server[];
}

/**
 * Listens on HOST and PORT. "localhost" is both 127.0.0.1 and ::1, whichever of them the machine has, with the same port:
 * browsers and programs disagree about which one it means. Throws an Error in plain words when the port is taken.
 */
export async function listen(
  host: string,
  port: number,
  handle: RequestListener,
): Promise<Listening> {
  const hosts = host === "localhost" ? ["127.0.0.1", "::1"] : [host];
  const servers: Server[] = [];
  let chosen = port;
  for (const address of hosts) {
    const server = createServer(
      { keepAliveTimeout: 65_000, maxHeaderSize: MAX_HEAD_BYTES },
      handle,
    );
    server.on("clientError", refuse);
    try {
      await bind(server, address, chosen);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A machine without IPv6, or without IPv4, has only one of the two.
      if (hosts.length > 1 && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT")) continue;
      await close(servers);
      throw explain(error, host, chosen);
    }
    servers.push(server);
    chosen = (server.address() as AddressInfo).port;
  }
  if (servers.length === 0) throw new Error(`${host} is not an address of this machine.`);
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${name === "0.0.0.0" || name === "[::]" ? "localhost" : name}:${chosen}`,
    servers,
  };
}

/** Lets what is under way finish, for at most `graceMs`. */
export async function close(servers: readonly Server[], graceMs = 10_000): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          const force = setTimeout(() => server.closeAllConnections(), graceMs);
          server.close(() => {
            clearTimeout(force);
            resolve();
          });
          server.closeIdleConnections();
        }),
    ),
  );
}

/** Answers what is no HTTP request, or one whose head is too long, with a problem like every other. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  const under = socket as Duplex & { readonly bytesWritten?: number };
  if (error.code === "ECONNRESET" || !socket.writable || (under.bytesWritten ?? 0) > 0) {
    socket.destroy();
    return;
  }
  const tooLong = error.code === "HPE_HEADER_OVERFLOW";
  const problem = {
    ...Problem.from(
      new DomainError(
        "malformed",
        tooLong
          ? `The address and headers of a request take at most ${MAX_HEAD_BYTES / 1024} kB. Shorten the filter.`
          : "This is not an HTTP request.",
      ),
      crypto.randomUUID(),
    ),
    ...(tooLong ? { status: 431 } : {}),
  };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${tooLong ? "Request Header Fields Too Large" : "Bad Request"}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: host === "::1" }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function explain(error: unknown, host: string, port: number): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    return new Error(
      `Port ${port} on ${host} is in use by another program. Stop it, or choose another port: PORT=${port + 1} npm start`,
    );
  }
  if (code === "EACCES") return new Error(`Port ${port} needs more rights. Choose one above 1023.`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new Error(`${host} is not an address of this machine. Set HOST to one that is.`);
  }
  return new Error(`Cannot listen on ${host}:${port}: ${message}`);
}
