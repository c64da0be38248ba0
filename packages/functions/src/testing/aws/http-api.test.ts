import { describe, expect, test } from "vitest";
import { answerOf, createHttpApi, eventOf } from "./http-api.ts";
import type { Incoming } from "./incoming.ts";

const api = { id: "abc", domain: "abc.example.com", route: "ANY /api/{proxy+}", prefix: "/api/" };

function incoming(more: Partial<Incoming> = {}): Incoming {
  return {
    method: "GET",
    target: "/api/health",
    headers: [],
    body: Buffer.alloc(0),
    address: "198.51.100.7",
    ...more,
  };
}

// oxlint-disable-next-line typescript/no-explicit-any -- events of every shape
const event = (more: Partial<Incoming>) => eventOf(incoming(more), api) as any;

describe("an event", () => {
  test("has the path decoded and the query as sent", () => {
    const { rawPath, rawQueryString, queryStringParameters, pathParameters } = event({
      target: "/api/a%20b/c%2Fd?q=x%20y&q=z&empty=",
    });
    expect(rawPath).toBe("/api/a b/c/d");
    expect(rawQueryString).toBe("q=x%20y&q=z&empty=");
    expect(queryStringParameters).toEqual({ q: "x y,z", empty: "" });
    expect(pathParameters).toEqual({ proxy: "a b/c/d" });
    expect(event({ target: "/api/who%3Fme" }).rawPath).toBe("/api/who");
    expect(event({ target: "/api/%E0%A4%A" }).rawPath).toBe("/api/%E0%A4%A");
    expect(event({ target: "/other" })).toBeUndefined();
  });

  test("has header names in lower case, repeated ones joined, and cookies apart", () => {
    const { headers, cookies, requestContext } = event({
      headers: [
        ["X-One", "a"],
        ["x-one", "b"],
        ["Cookie", "a=1; b=2"],
        ["Cookie", "c=3"],
        ["Host", "crm.example.com"],
        ["X-Forwarded-For", "192.0.2.9"],
      ],
    });
    expect(headers).toMatchObject({
      "x-one": "a,b",
      host: "abc.example.com",
      "x-forwarded-for": "192.0.2.9, 198.51.100.7",
    });
    expect(headers.cookie).toBeUndefined();
    expect(cookies).toEqual(["a=1", "b=2", "c=3"]);
    expect(requestContext).toMatchObject({
      domainName: "abc.example.com",
      stage: "$default",
      http: { method: "GET", path: "/api/health", sourceIp: "198.51.100.7" },
    });
    expect(requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  });

  test("has bodies as text only where API Gateway takes them for text", () => {
    const body = Buffer.from("né");
    const typed = (type?: string) =>
      event({
        method: "POST",
        body,
        headers: type === undefined ? [] : [["Content-Type", type]],
      });
    for (const type of ["text/csv", "application/json; charset=utf-8", "application/xml"])
      expect(typed(type)).toMatchObject({ body: "né", isBase64Encoded: false });
    for (const type of [
      undefined,
      "application/octet-stream",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/problem+json",
    ])
      expect(typed(type)).toMatchObject({ body: body.toString("base64"), isBase64Encoded: true });
    expect("body" in event({ method: "POST" })).toBe(false);
  });
});

describe("an answer", () => {
  const answer = (result: unknown) =>
    answerOf({ requestId: "r", payload: JSON.stringify(result) ?? "null" });

  test("is what the function says, decoded, with its cookies", () => {
    const { status, headers, body } = answer({
      statusCode: 201,
      headers: { "Content-Type": "text/plain", "Content-Length": "99", "X-Number": 5 },
      cookies: ["a=1; Path=/", "b=2"],
      body: Buffer.from([0, 255]).toString("base64"),
      isBase64Encoded: true,
    });
    expect([status, [...body]]).toEqual([201, [0, 255]]);
    expect(headers).toEqual([
      ["Content-Type", "text/plain"],
      ["X-Number", "5"],
      ["Set-Cookie", "a=1; Path=/"],
      ["Set-Cookie", "b=2"],
      ["Apigw-Requestid", "r"],
    ]);
  });

  test("is a 200 of JSON when it names no status, and a 500 when it is nonsense", () => {
    expect(answer({ ok: true })).toMatchObject({ status: 200, body: Buffer.from('{"ok":true}') });
    for (const result of [
      { statusCode: "x" },
      { statusCode: 200, body: {} },
      { statusCode: 200, headers: { a: ["b"] } },
      { statusCode: 200, isBase64Encoded: "yes" },
    ])
      expect(answer(result).status).toBe(500);
  });

  test("of a function that failed is a 500, of one without a free instance a 503", () => {
    const failed = (errorType: string) =>
      answerOf({ requestId: "r", failure: { errorType, errorMessage: "" } }).status;
    expect(failed("Sandbox.Timedout")).toBe(500);
    expect(failed("Runtime.ExitError")).toBe(500);
    expect(failed("TooManyRequestsException")).toBe(503);
  });
});

test("waits 30 seconds at most and takes 10 kB of headers at most", async () => {
  const slow = createHttpApi({
    route: api.route,
    timeoutMs: 20,
    invoke: () => new Promise(() => {}),
  });
  expect((await slow.handle(incoming())).status).toBe(503);
  const quick = createHttpApi({
    route: api.route,
    invoke: () => Promise.resolve({ requestId: "r", payload: '{"statusCode":200}' }),
  });
  const target = (bytes: number) => `/api/x?${"y".repeat(bytes)}`;
  expect((await quick.handle(incoming({ target: target(10_000) }))).status).toBe(200);
  expect((await quick.handle(incoming({ target: target(10_300) }))).status).toBe(431);
  expect((await quick.handle(incoming({ target: "/elsewhere" }))).status).toBe(404);
});
