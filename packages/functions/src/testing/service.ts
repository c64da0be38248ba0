import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What becomes of a request: an answer, or the connection cut, or nothing at all. */
export type Fate =
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }
  | "cut"
  | "silence";

export interface Service {
  readonly url: string;
  /** Every request so far. */
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
}

/** A web service that does as told, on a free port of 127.0.0.1. */
export async function startService(answer: (asked: Asked) => Fate): Promise<Service> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = "", url: path = "", headers } = request;
      asked.push({ method, path, headers, body });
      const fate = answer({ method, path, headers, body });
      if (fate === "cut") response.destroy();
      else if (fate !== "silence") response.writeHead(fate.status, fate.headers).end(fate.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
