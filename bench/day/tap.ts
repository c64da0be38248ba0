import { createServer, type IncomingMessage, request as send } from "node:http";
import { buffer } from "node:stream/consumers";

/** A request that went through, and its answer. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** X-Amz-Target: the operation, of services that name it so. */
  readonly operation: string;
  readonly sentBytes: number;
  readonly answer: Buffer;
}

export interface Tap {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Stands between somebody and a server on this machine and changes nothing. `watch` is told when a request comes, by its path, and
 * answers who is told of the whole exchange before it is answered.
 */
export async function startTap(
  target: string,
  watch: (path: string) => (exchange: Exchange) => void,
): Promise<Tap> {
  const { hostname, port } = new URL(target);

  async function pass(request: IncomingMessage) {
    const { method = "GET", url: path = "/", headers } = request;
    const told = watch(path);
    const body = await buffer(request);
    const answered = await new Promise<IncomingMessage>((resolve, reject) => {
      // The header Host stays as it was signed.
      send({ hostname, port, method, path, headers }, resolve).once("error", reject).end(body);
    });
    const answer = await buffer(answered);
    const operation =
      String(headers["x-amz-target"] ?? "")
        .split(".")
        .at(-1) ?? "";
    told({ method, path, operation, sentBytes: body.byteLength, answer });
    return { answered, answer };
  }

  const server = createServer((request, response) => {
    pass(request).then(
      ({ answered, answer }) => {
        const headers = { ...answered.headers };
        delete headers["transfer-encoding"];
        delete headers.connection;
        response.writeHead(answered.statusCode ?? 500, headers).end(answer);
      },
      () => response.destroy(),
    );
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
