import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Heard, heard } from "./live.ts";

/** API Gateway's management API on this machine, with the browsers behind it. */
export interface ManagementApi {
  /** What LIVE_ENDPOINT is set to. */
  readonly endpoint: string;
  /** A browser is connected from now on. */
  open(connection: string): Heard;
  /** It went without a word: nobody was told. */
  lose(connection: string): void;
  /** Answers this instead of doing it, where it answers anything. */
  fail(answer: (connection: string) => Answer | undefined): void;
  /** Calls that it was not given a proper signature for. */
  readonly unsigned: string[];
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[a-z0-9-]+\/execute-api\/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$/;

export async function startManagementApi(): Promise<ManagementApi> {
  const sockets = new Map<string, ReturnType<typeof heard>>();
  const unsigned: string[] = [];
  let failing: (connection: string) => Answer | undefined = () => undefined;

  async function answer(request: IncomingMessage): Promise<Answer> {
    if (!SIGNATURE.test(request.headers.authorization ?? "")) {
      unsigned.push(`${request.method} ${request.url}`);
      return { status: 403, body: '{"message":"Missing Authentication Token"}' };
    }
    const path = /^\/live\/@connections\/([^/]+)$/.exec(request.url ?? "");
    const connection = decodeURIComponent(path?.[1] ?? "");
    const failure = failing(connection);
    if (failure !== undefined) return failure;
    const socket = sockets.get(connection);
    if (socket === undefined) return { status: 410, body: '{"message":null}' };
    if (request.method === "DELETE") {
      socket.closed.push(1000);
      sockets.delete(connection);
      return { status: 204, body: "" };
    }
    let text = "";
    for await (const chunk of request) text += String(chunk);
    socket.hear(text);
    return { status: 200, body: "" };
  }

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => response.writeHead(status).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/live`,
    unsigned,
    open(connection) {
      const socket = heard();
      sockets.set(connection, socket);
      return socket;
    },
    lose: (connection) => void sockets.delete(connection),
    fail: (answer) => {
      failing = answer;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
