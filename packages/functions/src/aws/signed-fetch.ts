import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Platform } from "@gridfolk/core/platform";

/**
 * Calls of AWS services other than DynamoDB: the few there are do not need a client of their own each. Signer and
 * credentials are the SDK's, which are there for DynamoDB anyway.
 */
export interface SignedFetch {
  /**
   * Sends a request, again after time-outs, throttling and failures of the service, at most `tries` times. Answers what the service
   * said, good or bad; throws what happened when it never answered. A clock that is off is put right by the service's.
   */
  send(request: ServiceRequest): Promise<ServiceAnswer>;
  /** An address that does this for whoever has it, for `seconds`. `headers` have to be sent exactly so. */
  presign(request: Omit<ServiceRequest, "body">, seconds: number): Promise<string>;
}

export interface ServiceRequest {
  readonly method: "GET" | "PUT" | "POST" | "DELETE" | "HEAD";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export interface SignedFetchOptions {
  /** As it is signed: "s3", "ssm", "sqs", "execute-api". */
  readonly service: string;
  readonly region: string;
  readonly platform: Pick<Platform, "clock" | "random">;
  /** Default: what the environment has, on Lambda the role's. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly timeoutMs?: number;
  readonly tries?: number;
}

const TIMEOUT_MS = 5_000;
const TRIES = 4;
const BASE_MS = 50;
const CAP_MS = 1_000;
/** A clock this far off makes signatures worthless; less is the time the answer took. */
const SKEW_MS = 4 * 60 * 1_000;
/** Services that answer 400 when there were too many requests say so in the body. */
const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/;

const fromEnvironment = defaultProvider();

export function createSignedFetch(options: SignedFetchOptions): SignedFetch {
  const { service, region, platform, timeoutMs = TIMEOUT_MS, tries = TRIES } = options;
  const signer = new SignatureV4({
    service,
    region,
    credentials: options.credentials ?? fromEnvironment,
    sha256: NodeHash,
    // S3 signs the path as it is sent; everybody else encodes it once more.
    uriEscapePath: service !== "s3",
    applyChecksum: service === "s3",
  });
  /** What the service's clock is ahead of ours. */
  let skewMs = 0;
  const signingDate = (): Date => new Date(platform.clock.now() + skewMs);

  async function once(request: ServiceRequest): Promise<ServiceAnswer> {
    const { method, url, body } = request;
    const signed = await signer.sign(toSign(request), { signingDate: signingDate() });
    const { host: _, ...headers } = signed.headers;
    const answer = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: body as string | Uint8Array<ArrayBuffer> }),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      status: answer.status,
      headers: answer.headers,
      bytes: new Uint8Array(await answer.arrayBuffer()),
    };
  }

  /** Takes over the service's time where ours is wrong; answers whether it was. */
  function adjustClock(headers: Headers): boolean {
    const theirs = Date.parse(headers.get("date") ?? "");
    if (Number.isNaN(theirs)) return false;
    const ahead = theirs - platform.clock.now();
    if (Math.abs(ahead - skewMs) < SKEW_MS) return false;
    skewMs = ahead;
    return true;
  }

  return {
    async send(request) {
      for (let attempt = 1; ; attempt += 1) {
        let answer: ServiceAnswer | undefined;
        try {
          answer = await once(request);
        } catch (error) {
          if (attempt >= tries) throw error;
        }
        if (answer !== undefined) {
          const wasOff = adjustClock(answer.headers);
          const again = isTransient(answer) || (wasOff && answer.status >= 400);
          if (!again || attempt >= tries) return answer;
        }
        await platform.clock.sleep(
          platform.random.next() * Math.min(CAP_MS, BASE_MS * 2 ** attempt),
        );
      }
    },

    async presign(request, seconds) {
      const unsigned = toSign({
        ...request,
        headers: { ...request.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      });
      const signed = await signer.presign(unsigned, {
        expiresIn: seconds,
        signingDate: signingDate(),
        // What the sender has to send stays a header: only then does the signature hold it to it.
        unhoistableHeaders: new Set(Object.keys(request.headers ?? {})),
        signableHeaders: new Set(["host", ...Object.keys(request.headers ?? {})]),
      });
      const url = new URL(request.url);
      url.search = "";
      for (const [name, value] of Object.entries(signed.query ?? {})) {
        url.searchParams.set(name, String(value));
      }
      // A space is %20 to the signer, + to URLSearchParams.
      url.search = url.search.replaceAll("+", "%20");
      return url.href;
    },
  };
}

/** Where a service is: its endpoint in the region, unless another one is named. */
export function serviceUrl(service: string, region: string, endpoint?: string): URL {
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return new URL(endpoint ?? `https://${service}.${region}.${suffix}/`);
}

/** What a service that speaks JSON says is wrong: "AccessDeniedException: … is not authorized …". */
export function refusal({ status, bytes }: ServiceAnswer): { code: string; message: string } {
  const text = new TextDecoder().decode(bytes);
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    const code = String(json["__type"] ?? `HTTP ${status}`);
    return {
      code: code.slice(code.lastIndexOf("#") + 1),
      message: String(json["message"] ?? json["Message"] ?? ""),
    };
  } catch {
    return { code: `HTTP ${status}`, message: text.slice(0, 300) };
  }
}

function isTransient({ status, bytes }: ServiceAnswer): boolean {
  if (status === 429 || status >= 500) return true;
  return status === 400 && THROTTLED.test(new TextDecoder().decode(bytes.subarray(0, 1_000)));
}

function toSign({ method, url, headers = {}, body }: ServiceRequest) {
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: {
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      host: url.host,
    },
    ...(body === undefined ? {} : { body }),
  };
}

type Source = string | ArrayBuffer | ArrayBufferView;

/** SHA-256, with a secret HMAC, the way the signer wants it. */
class NodeHash {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Source) {
    this.#hash =
      secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error("A hash is used once.");
  }
}

function bytesOf(data: Source): Uint8Array | string {
  if (typeof data === "string") return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
