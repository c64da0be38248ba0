import { type Incoming, json, type Outgoing, values } from "./incoming.ts";
import { ACCOUNT, type Outcome, REGION } from "./instance.ts";

/** HTTP API's limits. */
export const HTTP_BODY_BYTES = 10 * 1024 * 1024;
const HEADER_BYTES = 10_240;
const TIMEOUT_MS = 30_000;

export interface HttpApiOptions {
  readonly invoke: (event: string) => Promise<Outcome>;
  /** What `ANY /path/{proxy+}` stands for. */
  readonly route: string;
  /** 30 s when absent, which is also the most. */
  readonly timeoutMs?: number;
}

export interface HttpApi {
  readonly domain: string;
  handle(incoming: Incoming): Promise<Outgoing>;
  /** Asked after the function has answered: whether the answer gets lost on the way. */
  loses: ((incoming: Incoming) => boolean) | undefined;
}

/** An API Gateway HTTP API with one route to one function, payload format 2.0, stage `$default`. */
export function createHttpApi(options: HttpApiOptions): HttpApi {
  const id = "a1b2c3d4e5";
  const domain = `${id}.execute-api.${REGION}.amazonaws.com`;
  const prefix = options.route.replace(/^ANY /, "").replace("{proxy+}", "");

  const api: HttpApi = {
    domain,
    loses: undefined,
    async handle(incoming) {
      const headerBytes = incoming.headers.reduce(
        (bytes, [, value]) => bytes + Buffer.byteLength(value),
        incoming.method.length + incoming.target.length + 10,
      );
      if (headerBytes > HEADER_BYTES)
        return json(431, { message: "Request Header Fields Too Large" });
      const event = eventOf(incoming, { id, domain, route: options.route, prefix });
      if (event === undefined) return json(404, { message: "Not Found" });
      const outcome = await within(
        options.timeoutMs ?? TIMEOUT_MS,
        options.invoke(JSON.stringify(event)),
      );
      if (api.loses?.(incoming) === true) throw new Error("The answer is lost");
      if (outcome === undefined) return json(503, { message: "Service Unavailable" });
      return answerOf(outcome);
    },
  };
  return api;
}

async function within(ms: number, outcome: Promise<Outcome>): Promise<Outcome | undefined> {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    late = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([outcome, timeout]);
  } finally {
    clearTimeout(late);
  }
}

/**
 * Payload format 2.0. The path comes decoded and cut at a decoded "?", the query as sent; cookies apart from the headers;
 * bodies as text only for the few types that API Gateway takes for text.
 */
export function eventOf(
  { method, target, headers, body, address }: Incoming,
  api: { id: string; domain: string; route: string; prefix: string },
): object | undefined {
  const mark = target.indexOf("?");
  const encoded = mark < 0 ? target : target.slice(0, mark);
  const rawQueryString = mark < 0 ? "" : target.slice(mark + 1);
  const rawPath = decoded(encoded).split("?")[0] ?? "";
  if (!rawPath.startsWith(api.prefix) || rawPath === api.prefix) return undefined;
  const joined: Record<string, string> = {};
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower === "cookie" || lower === "connection" || lower === "transfer-encoding") continue;
    joined[lower] = joined[lower] === undefined ? value : `${joined[lower]},${value}`;
  }
  joined["host"] = api.domain;
  joined["content-length"] = String(body.byteLength);
  joined["x-forwarded-for"] = [joined["x-forwarded-for"], address]
    .filter((each) => each !== undefined)
    .join(", ");
  joined["x-forwarded-port"] = "443";
  joined["x-forwarded-proto"] = "https";
  joined["x-amzn-trace-id"] = `Root=1-${Math.floor(Date.now() / 1_000).toString(16)}-0`;
  const cookies = values(headers, "cookie")
    .flatMap((value) => value.split(";"))
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== "");
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString))
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  const isText = isTextType(joined["content-type"] ?? "");
  const now = new Date();
  return {
    version: "2.0",
    routeKey: api.route,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers: joined,
    ...(rawQueryString === "" ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: api.id,
      domainName: api.domain,
      domainPrefix: api.id,
      http: {
        method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: address,
        userAgent: joined["user-agent"] ?? "",
      },
      requestId: crypto.randomUUID(),
      routeKey: api.route,
      stage: "$default",
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    pathParameters: { proxy: rawPath.slice(api.prefix.length) },
    ...(body.byteLength === 0
      ? { isBase64Encoded: false }
      : { body: body.toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText }),
  };
}

function isTextType(contentType: string): boolean {
  const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  return /^(text\/.+|application\/(json|xml|javascript))$/.test(type);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 22/Nov/2026:09:05:07 +0000 */
export function logTime(at: Date): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}

interface Result {
  readonly statusCode?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly cookies?: readonly string[];
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

const BROKEN = json(500, { message: "Internal Server Error" });

/** What the browser gets. A function that failed or answered nonsense is a 500, one without a free instance a 503. */
export function answerOf(outcome: Outcome): Outgoing {
  if ("failure" in outcome) {
    const { errorType } = outcome.failure;
    if (errorType === "TooManyRequestsException")
      return json(503, { message: "Service Unavailable" });
    if (errorType === "RequestTooLargeException")
      return json(413, { message: "Request Entity Too Large" });
    return BROKEN;
  }
  const result = JSON.parse(outcome.payload) as Result | null;
  if (typeof result !== "object" || result?.statusCode === undefined)
    return json(200, result as object);
  const { statusCode, headers = {}, cookies = [], body = "", isBase64Encoded = false } = result;
  const sound =
    Number.isInteger(statusCode) &&
    typeof body === "string" &&
    typeof isBase64Encoded === "boolean" &&
    Object.values(headers).every((value) => ["string", "number", "boolean"].includes(typeof value));
  if (!sound) return BROKEN;
  const names = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return {
    status: Number(statusCode),
    headers: [
      ...names.filter(([name]) => !/^(content-length|connection|transfer-encoding)$/i.test(name)),
      ...cookies.map((cookie) => ["Set-Cookie", cookie] as const),
      ["Apigw-Requestid", outcome.requestId],
    ],
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
  };
}
