import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { isDomainError } from "@gridfolk/core/error";
import { serveFolder, type StaticFiles } from "../../local/static-files.ts";
import type { HttpApi } from "./http-api.ts";
import { HTTP_BODY_BYTES } from "./http-api.ts";
import {
  head as headOf,
  type Incoming,
  json,
  type Outgoing,
  read,
  replaced,
  values,
} from "./incoming.ts";
import type { WebSocketApi } from "./websocket-api.ts";

/** An edge of CloudFront as the origins see it: an address of documentation, nobody's. */
const EDGE = "198.51.100.7";
const URL_BYTES = 8_192;

/** Proves to the function that a request came through here. */
export const ORIGIN_TOKEN = "known to the distribution and the functions only";

export interface Front {
  readonly url: string;
  stop(): Promise<void>;
}

/** CloudFront with three behaviours on one address: /api to the HTTP API, /live to the WebSocket API, pages from a folder. */
export async function startFront(origins: {
  readonly httpApi: HttpApi;
  readonly webSocketApi: WebSocketApi;
  readonly pages?: string | undefined;
}): Promise<Front> {
  const { httpApi, webSocketApi } = origins;
  const pages = origins.pages === undefined ? undefined : await serveFolder(origins.pages);

  async function answer(incoming: Incoming): Promise<Outgoing> {
    if (incoming.target.length > URL_BYTES) return page(414, "URI Too Long");
    const { pathname } = new URL(incoming.target, "http://localhost");
    if (pathname === "/live") return page(403, "Forbidden");
    if (!pathname.startsWith("/api/")) return pageOf(pages, incoming);
    if (incoming.method === "GET" && incoming.body.byteLength > 0)
      return page(403, "This distribution does not take a body with GET");
    return httpApi.handle(forwarded(incoming, httpApi.domain));
  }

  const server = createServer((request, response) => {
    read(request, HTTP_BODY_BYTES)
      .then(answer)
      .catch((error: unknown) => {
        if (isDomainError(error, "too-large"))
          return json(413, { message: "Request Entity Too Large" });
        throw error;
      })
      .then((outgoing) => send(response, outgoing, request.method === "HEAD"))
      .catch(() => response.destroy());
  });
  // Longer than clients keep a connection they do not use: who sends on one that is being closed sees it break.
  server.keepAliveTimeout = 120_000;
  server.on("upgrade", (request, socket, head) => {
    const incoming = headOf(request);
    const { pathname } = new URL(incoming.target, "http://localhost");
    if (pathname !== "/live") socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
    else webSocketApi.upgrade(request, socket, head, forwarded(incoming, webSocketApi.domain));
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

/** What CloudFront changes on the way to an origin: all of the viewer's headers but Host, and its own. */
function forwarded(incoming: Incoming, domain: string): Incoming {
  const viewers = [...values(incoming.headers, "x-forwarded-for"), incoming.address].join(", ");
  const own = [
    ["Host", domain],
    ["X-Forwarded-For", viewers],
    // Set by the distribution's function and its origin's custom headers.
    ["x-viewer-address", incoming.address],
    ["x-origin-token", ORIGIN_TOKEN],
    ["Via", "1.1 edge.cloudfront.net (CloudFront)"],
    ["X-Amz-Cf-Id", randomUUID()],
  ] as const;
  return {
    ...incoming,
    headers: own.reduce(
      (headers, [name, value]) => replaced(headers, name, value),
      incoming.headers,
    ),
    address: EDGE,
  };
}

async function pageOf(pages: StaticFiles | undefined, incoming: Incoming): Promise<Outgoing> {
  const { method, target, headers } = incoming;
  if (method !== "GET" && method !== "HEAD") return page(405, "Method not allowed");
  const request = new Request(`http://localhost${target}`, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
  const answer = pages?.(request);
  if (answer === undefined) return page(404, "There are no pages");
  return {
    status: answer.status,
    headers: [...answer.headers],
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

function page(status: number, text: string): Outgoing {
  return { status, headers: [["Content-Type", "text/plain"]], body: Buffer.from(text) };
}

/** Writes an answer whole. */
export function send(response: ServerResponse, outgoing: Outgoing, bodiless = false): void {
  response.statusCode = outgoing.status;
  for (const [name, value] of outgoing.headers) response.appendHeader(name, value);
  if (outgoing.status === 304 || outgoing.status === 204 || bodiless) response.end();
  else {
    response.setHeader("Content-Length", outgoing.body.byteLength);
    response.end(outgoing.body);
  }
}
