import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Usage } from "../../infra/cost/usage.ts";
import { GB } from "./meter.ts";

/** API Gateway counts a request by so much. */
const REQUEST_BYTES = 512 * 1_024;
/** A line of the access log of the HTTP API (infra/stacks/app.ts), with what CloudWatch adds to it. */
const ACCESS_BYTES = 94 + 26;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** Inflated. */
  readonly bytes: Uint8Array;
}

const agent = new Agent({ keepAlive: true, maxSockets: 6 });

export interface Asked {
  readonly url: string;
  readonly token: string;
  readonly method: string;
  readonly path: string;
  readonly body?: Uint8Array | object | undefined;
}

/** A request as a browser sends it by way of CloudFront to the API, on the account of `add`. */
export async function ask(add: (usage: Usage) => void, asked: Asked): Promise<Answer> {
  const { url, token, method, path, body } = asked;
  const data =
    body === undefined
      ? Buffer.alloc(0)
      : body instanceof Uint8Array
        ? Buffer.from(body)
        : Buffer.from(JSON.stringify(body));
  const headers = {
    Accept: "application/json",
    "Accept-Encoding": "gzip, deflate, br",
    "Gridfolk-Client": "1",
    ...(path.startsWith("/api/") ? { Authorization: `Bearer ${token}` } : {}),
    ...(body === undefined || body instanceof Uint8Array
      ? {}
      : { "Content-Type": "application/json" }),
    ...(body === undefined ? {} : { "Content-Length": data.byteLength }),
  };
  const sending = request(new URL(path, url), { method, headers, agent });
  sending.end(data);
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  const received = await buffer(response);
  const sentBytes = data.byteLength + JSON.stringify(headers).length + path.length;
  const headBytes = response.rawHeaders.reduce((sum, text) => sum + text.length + 2, 20);
  const outBytes = headBytes + received.byteLength;
  if (path.startsWith("/api/")) {
    add({
      cloudFrontRequest: 1,
      cloudFrontFunction: 1,
      cloudFrontOut: outBytes / GB,
      ...(method === "GET" ? {} : { cloudFrontToOrigin: sentBytes / GB }),
      httpApiRequest: Math.ceil((data.byteLength + received.byteLength) / REQUEST_BYTES) || 1,
      logsIngest: ACCESS_BYTES / GB,
    });
  } else {
    // By a signed address from the bucket, which counts the request itself.
    add({ s3Out: outBytes / GB });
  }
  const { statusCode: status = 0 } = response;
  const bytes = decoded(response, received);
  return { status, headers: response.headers, text: bytes.toString(), bytes };
}

function decoded({ headers }: IncomingMessage, bytes: Buffer): Buffer {
  switch (headers["content-encoding"]) {
    case "gzip":
      return gunzipSync(bytes);
    case "br":
      return brotliDecompressSync(bytes);
    default:
      return bytes;
  }
}
