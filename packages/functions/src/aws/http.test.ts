import { gunzipSync } from "node:zlib";
import { DomainError } from "@gridfolk/core/error";
import { Hono } from "hono";
import { beforeEach, expect, test } from "vitest";
import { createApp } from "../app.ts";
import type { AppEnv } from "../http/context.ts";
import { createLog } from "../log/log.ts";
import { httpEvent } from "../testing/http-event.ts";
import { createHandler, type HttpHandler } from "./http.ts";

const BOM = "\ufeff";
const faults: unknown[] = [];
const TOKEN = "0f3b9c1e-aaaa-bbbb-cccc-121314151617";
let handler: HttpHandler;
/** The same application, told what CloudFront brings along. */
let behindCloudFront: HttpHandler;

beforeEach(() => {
  faults.length = 0;
  const app = new Hono<AppEnv>();
  app.all("/api/echo/*", async (c) =>
    c.json({
      url: c.req.url,
      method: c.req.method,
      headers: c.req.header(),
      address: c.env.address ?? null,
      body: Buffer.from(await c.req.arrayBuffer()).toString("base64"),
    }),
  );
  app.get("/api/bytes/:count/:type", (c) =>
    c.body(new Uint8Array(Number(c.req.param("count"))).fill(7), 200, {
      "Content-Type": decodeURIComponent(c.req.param("type")),
    }),
  );
  app.get("/api/text/:count", (c) => c.text("é".repeat(Number(c.req.param("count")))));
  app.get("/api/csv", (c) => c.body(`${BOM}a,b\r\n`, 200, { "Content-Type": "text/csv" }));
  app.get("/api/cookies", (c) => {
    c.header("Set-Cookie", "a=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT", { append: true });
    c.header("Set-Cookie", "b=2; Path=/", { append: true });
    return c.body(null, 204);
  });
  app.get("/api/broken", () => {
    const body = new ReadableStream({ start: (stream) => stream.error(new Error("no more")) });
    return new Response(body, { headers: { "X-Request-Id": "the-id" } });
  });
  handler = createHandler(app, (error) => faults.push(error));
  behindCloudFront = createHandler(app, (error) => faults.push(error), TOKEN);
});

async function echo(event: ReturnType<typeof httpEvent>) {
  const result = await handler(event);
  expect(result.statusCode).toBe(200);
  return JSON.parse(result.body);
}

test("a request arrives with its method, path, query, headers, cookies and body as they were sent", async () => {
  const seen = await echo(
    httpEvent("POST", "/api/echo/a%2Fb", {
      query: "filter=%7B%22a%22%3A1%7D&x=1&x=2&plus=a+b",
      headers: { "content-type": "text/csv", origin: "https://crm.example.com" },
      cookies: ["gridfolk.session_token=abc", "other=1"],
      body: Buffer.from([0, 255, 10]).toString("base64"),
      isBase64Encoded: true,
    }),
  );
  expect(seen.url).toBe(
    "https://abc123.execute-api.us-east-1.amazonaws.com/api/echo/a%2Fb?filter=%7B%22a%22%3A1%7D&x=1&x=2&plus=a+b",
  );
  expect(seen.method).toBe("POST");
  expect(seen.headers.cookie).toBe("gridfolk.session_token=abc; other=1");
  expect(seen.headers.origin).toBe("https://crm.example.com");
  expect(seen.headers["content-length"]).toBe("3");
  expect(seen.body).toBe("AP8K");
});

test("text comes as UTF-8, a GET has no body, header names may be written in any case", async () => {
  const text = await echo(httpEvent("PUT", "/api/echo/x", { body: "Zoë" }));
  expect(Buffer.from(text.body, "base64").toString()).toBe("Zoë");
  expect(text.headers["content-length"]).toBe("4");
  const get = await echo(httpEvent("GET", "/api/echo/x", { body: "ignored" }));
  expect(get.body).toBe("");
  const cased = await echo(httpEvent("GET", "/api/echo/x", { headers: { "X-Some-Thing": "1" } }));
  expect(cased.headers["x-some-thing"]).toBe("1");
});

test("the stage is no part of the path, and what the gateway decoded ends no path", async () => {
  const staged = await echo(httpEvent("GET", "/prod/api/echo/x", { stage: "prod" }));
  expect(new URL(staged.url).pathname).toBe("/api/echo/x");
  const other = await echo(httpEvent("GET", "/api/echo/prod", { stage: "prod" }));
  expect(new URL(other.url).pathname).toBe("/api/echo/prod");
  const decoded = await echo(httpEvent("GET", "/api/echo/what? a#b é"));
  expect(new URL(decoded.url).pathname).toBe("/api/echo/what%3F%20a%23b%20%C3%A9");
  expect(new URL(decoded.url).search).toBe("");
});

test("the client is whom CloudFront serves, if it is CloudFront that says so", async () => {
  const token = TOKEN;
  const behind = behindCloudFront;
  const seenBy = async (ask: HttpHandler, headers: Record<string, string>): Promise<string> => {
    const event = httpEvent("GET", "/api/echo/x", { headers, sourceIp: "192.0.2.9" });
    return JSON.parse((await ask(event)).body).address;
  };
  const viewer = { "x-viewer-address": "2001:db8::7" };
  expect(await seenBy(behind, { ...viewer, "x-origin-token": token })).toBe("2001:db8::7");
  // Whoever asks the gateway itself may write what he likes.
  expect(await seenBy(behind, viewer)).toBe("192.0.2.9");
  expect(await seenBy(behind, { ...viewer, "x-origin-token": "" })).toBe("192.0.2.9");
  expect(await seenBy(behind, { ...viewer, "x-origin-token": `${token}0` })).toBe("192.0.2.9");
  expect(await seenBy(behind, { "x-origin-token": token })).toBe("192.0.2.9");
  // Without a token of its own an installation believes nobody.
  expect(await seenBy(handler, { ...viewer, "x-origin-token": token })).toBe("192.0.2.9");
  expect(await seenBy(handler, { ...viewer, "x-origin-token": "undefined" })).toBe("192.0.2.9");
});

test("bytes travel as base64, text as it is or compressed, a byte order mark stays", async () => {
  const bytes = await handler(httpEvent("GET", "/api/bytes/3/application%2Foctet-stream"));
  expect(bytes).toMatchObject({ body: "BwcH", isBase64Encoded: true });
  const csv = await handler(httpEvent("GET", "/api/csv"));
  expect(csv).toMatchObject({ body: `${BOM}a,b\r\n`, isBase64Encoded: false });
  const long = await handler(httpEvent("GET", "/api/text/5000"));
  expect(long.headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
  expect(gunzipSync(Buffer.from(long.body, "base64")).toString()).toBe("é".repeat(5000));
  const plain = await handler(
    httpEvent("GET", "/api/text/5000", { headers: { "accept-encoding": "br" } }),
  );
  expect(plain).toMatchObject({ body: "é".repeat(5000), isBase64Encoded: false });
});

test("what claims to be text and is not UTF-8 loses no byte", async () => {
  const { body, isBase64Encoded } = await handler(
    httpEvent("GET", "/api/bytes/0/text%2Fplain", {}),
  );
  expect({ body, isBase64Encoded }).toEqual({ body: "", isBase64Encoded: false });
  const app = new Hono<AppEnv>().get("/x", (c) =>
    c.body(new Uint8Array([0xff, 0xfe]), 200, { "Content-Type": "text/plain" }),
  );
  const result = await createHandler(app, () => {})(httpEvent("GET", "/x"));
  expect(result).toMatchObject({ body: "//4=", isBase64Encoded: true });
});

test("cookies are set one by one", async () => {
  const { cookies, headers, statusCode, body } = await handler(httpEvent("GET", "/api/cookies"));
  expect(cookies).toEqual(["a=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2; Path=/"]);
  expect(headers["set-cookie"]).toBeUndefined();
  expect([statusCode, body]).toEqual([204, ""]);
});

test("an answer as large as Lambda allows passes, a larger one is a problem that says so", async () => {
  const most = await handler(httpEvent("GET", "/api/bytes/4500000/image%2Fpng"));
  expect(most.statusCode).toBe(200);
  expect(JSON.stringify(most).length).toBeLessThan(6 * 1024 * 1024);
  const more = await handler(httpEvent("GET", "/api/bytes/4700000/image%2Fpng"));
  expect(more.statusCode).toBe(413);
  expect(JSON.parse(more.body)).toMatchObject({ type: "urn:gridfolk:problem:too-large" });
  // Escaped in JSON a control character takes six.
  const escaped = await handler(
    httpEvent("GET", "/api/bytes/1200000/text%2Fplain", { headers: { "accept-encoding": "" } }),
  );
  expect(escaped.statusCode).toBe(413);
  expect(faults).toHaveLength(2);
});

test.each([
  ["nothing", undefined],
  ["null", null],
  ["text", "GET /"],
  ["an event of a REST API", { httpMethod: "GET", path: "/api/health", requestContext: {} }],
  ["an event of another format", { ...httpEvent("GET", "/api/health"), version: "1.0" }],
  ["headers that are no texts", { ...httpEvent("GET", "/api/health"), headers: { a: 1 } }],
  ["a header with a line break", httpEvent("GET", "/api/health", { headers: { a: "b\r\nc: d" } })],
  ["a method that there is not", httpEvent("GE T", "/api/health")],
  ["a method that fetch refuses", httpEvent("TRACE", "/api/health")],
  ["a host that is none", httpEvent("GET", "/api/health", { headers: { host: "a b" } })],
])("%s is 400 and told", async (_name, event) => {
  const result = await handler(event);
  expect(result.statusCode).toBe(400);
  expect(result.headers["content-type"]).toBe("application/problem+json");
  const problem = JSON.parse(result.body);
  expect(problem).toMatchObject({ status: 400, instance: result.headers["x-request-id"] });
  expect(faults).toHaveLength(1);
});

test("an answer that breaks off is 500 under the request's id", async () => {
  const result = await handler(httpEvent("GET", "/api/broken"));
  expect(result.statusCode).toBe(500);
  expect(JSON.parse(result.body).instance).toBe("the-id");
  expect(faults).toEqual([new Error("no more")]);
});

test("a body of 4 MB comes in, a larger one is told where to go, however it is sent", async () => {
  const MB = 1024 * 1024;
  const log = createLog({ sink: () => {} });
  const services = () => Promise.reject(new DomainError("busy", "The body was taken."));
  const api = createHandler(createApp({ services, publicUrl: undefined, log }), log.fault);
  const sending = async (bytes: number, isBase64Encoded: boolean) => {
    const body = Buffer.alloc(bytes, "a");
    const { statusCode, body: text } = await api(
      httpEvent("POST", "/api/workspaces/x/import", {
        // What the client said is not what counts.
        headers: { "content-type": "text/csv", "content-length": "7" },
        body: isBase64Encoded ? body.toString("base64") : body.toString(),
        isBase64Encoded,
      }),
    );
    return [statusCode, JSON.parse(text).detail];
  };
  for (const coded of [true, false]) {
    expect(await sending(4 * MB, coded)).toEqual([503, "The body was taken."]);
    expect(await sending(4 * MB + 1, coded)).toEqual([413, expect.stringContaining("/files")]);
  }
});
