import type { IncomingMessage } from "node:http";
import { DomainError } from "@gridfolk/core/error";

/** An HTTP request on its way through the emulated services. */
export interface Incoming {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** As sent: every name in its case, repeated ones repeated. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** Who is at the other end of the connection. */
  readonly address: string;
}

/** What goes back. */
export interface Outgoing {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Reads a request whole. Throws DomainError "too-large" once its body is larger than that. */
export async function read(request: IncomingMessage, maxBytes: number): Promise<Incoming> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    // Read to its end all the same: who is answered while sending sees a broken connection.
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  if (bytes > maxBytes) throw new DomainError("too-large", `More than ${maxBytes} bytes.`);
  return { ...head(request), body: Buffer.concat(chunks) };
}

/** A request without its body. */
export function head(request: IncomingMessage): Incoming {
  const { rawHeaders } = request;
  return {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
    ),
    body: Buffer.alloc(0),
    address: request.socket.remoteAddress ?? "",
  };
}

/** The values of a header, in the order sent. */
export function values(headers: Incoming["headers"], name: string): string[] {
  return headers
    .filter(([other]) => other.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value);
}

/** The headers with this one in place of all of its name. */
export function replaced(
  headers: Incoming["headers"],
  name: string,
  value: string,
): Incoming["headers"] {
  return [
    ...headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase()),
    [name, value] as const,
  ];
}

export function json(status: number, body: object): Outgoing {
  return {
    status,
    headers: [["Content-Type", "application/json"]],
    body: Buffer.from(JSON.stringify(body)),
  };
}
