import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { connect } from "@gridfolk/core/dynamo/client";
import { ensureTable } from "@gridfolk/core/dynamo/table";
import { recordIds } from "@gridfolk/core/ledger/ids";
import { startEngine } from "@gridfolk/core/testing/engines";
import { type FaultProxy, startFaultProxy } from "@gridfolk/core/testing/fault-proxy";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createApp } from "../app.ts";
import type { Line } from "../log/line.ts";
import { createLog } from "../log/log.ts";
import { nodePlatform } from "../platform.ts";
import { httpEvent } from "../testing/http-event.ts";
import { readApi } from "./env.ts";
import { createHandler, type HttpHandler } from "./http.ts";
import { openServices } from "./services.ts";

const PUBLIC_URL = "https://crm.example.com";
let stopEngine: () => Promise<void>;
let engine: string;
let proxy: FaultProxy;
let lines: Line[];
let token: string;

beforeAll(async () => {
  const started = await startEngine("dynalite");
  if ("skipped" in started) throw new Error(started.skipped);
  ({ endpoint: engine } = started);
  stopEngine = () => started.stop();
  proxy = await startFaultProxy(engine);
  await ensureTable({
    client: connect({ endpoint: engine }),
    tableName: "gridfolk",
    platform: nodePlatform,
  });
  lines = [];
  const signedUp = await ask(api(), "POST", "/api/auth/sign-up/email", {
    name: "Ada",
    email: "ada@example.com",
    password: "correct horse",
  });
  token = signedUp.json.token;
});

beforeEach(() => {
  lines = [];
  proxy.decide = undefined;
});

afterAll(async () => {
  await proxy.stop();
  await stopEngine();
});

/** An instance of `api`, as Lambda would start one. */
function api(settings: Readonly<Record<string, string>> = {}): HttpHandler {
  const environment = readApi({
    TABLE_NAME: "gridfolk",
    AWS_REGION: "us-east-1",
    DYNAMODB_ENDPOINT: proxy.endpoint,
    PUBLIC_URL,
    SIGNUP: "open",
    AUTH_SECRET: "a secret that only tests know, long enough",
    BUCKET_NAME: "gridfolk-test",
    ...settings,
  });
  const log = createLog({ sink: (line) => lines.push(line), stage: "test" });
  const services = openServices(environment, "", log);
  return createHandler(
    createApp({ services: () => services, publicUrl: PUBLIC_URL, log }),
    log.fault,
  );
}

async function ask(handler: HttpHandler, method: string, path: string, json?: unknown) {
  const result = await handler(
    httpEvent(method, path, {
      headers: {
        "accept-encoding": "identity",
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    }),
  );
  return { ...result, json: JSON.parse(result.body) };
}

const ADA = {
  op: "create",
  sheet: "contacts",
  ids: recordIds(nodePlatform, 1),
  fields: { firstName: ["Ada"] },
};

const exception = (name: string) => ({
  status: 400,
  body: JSON.stringify({
    __type: `com.amazonaws.dynamodb.v20120810#${name}`,
    message: "User: arn:aws:sts::123456789012:assumed-role/api is not authorized",
  }),
});

test("a table that is not there is 500, and the log says which call did not find it", async () => {
  const answer = await ask(api({ TABLE_NAME: "no-such-table" }), "GET", "/api/workspaces");
  expect(answer.statusCode).toBe(500);
  expect(answer.json.type).toBe("urn:gridfolk:problem:internal");
  expect(answer.body).not.toContain("table");
  expect(lines).toMatchObject([{ level: "error", status: 500, route: "/api/workspaces" }]);
  expect(lines[0]?.error).toMatch(/Cannot read .*: the table does not exist/);
});

test("permissions that are missing are 500, and the log names AWS's refusal", async () => {
  proxy.decide = () => Promise.resolve(exception("AccessDeniedException"));
  const answer = await ask(api(), "GET", "/api/workspaces");
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain("arn:aws");
  expect(lines[0]).toMatchObject({ level: "error" });
  expect(lines[0]?.error).toMatch(/AccessDeniedException.*not authorized/);
});

test("a throttled table is 503 with the time to wait, nothing is lost, and what is sent again lands once", async () => {
  const handler = api();
  const { json } = await ask(handler, "POST", "/api/workspaces", { name: "Acme" });
  const path = `/api/workspaces/${json.id}`;
  let throttled = 0;
  proxy.decide = (call) => {
    if (call.operation !== "PutItem") return call.forward();
    throttled += 1;
    return Promise.resolve(exception("ProvisionedThroughputExceededException"));
  };
  const change = { id: "01m80e6njk8yyegnmmzegbvg9x", base: 1, operations: [ADA] };
  const refused = await ask(handler, "POST", `${path}/changesets`, change);
  expect(refused.statusCode).toBe(503);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect(throttled).toBeGreaterThan(5);
  proxy.decide = undefined;
  const first = await ask(handler, "POST", `${path}/changesets`, change);
  expect(first.statusCode).toBe(201);
  expect((await ask(api(), "POST", `${path}/changesets`, change)).json).toEqual(first.json);
}, 90_000);

test("two instances serve one workspace side by side", async () => {
  const one = api();
  const two = api();
  const { json } = await ask(one, "POST", "/api/workspaces", { name: "Acme" });
  const path = `/api/workspaces/${json.id}/sheets/contacts/records`;
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      ask(n % 2 === 0 ? one : two, "POST", path, { records: [{ firstName: `Person ${n}` }] }),
    ),
  );
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 201));
  expect(new Set(answers.map(({ json }) => json.changeset)).size).toBe(12);
  for (const handler of [one, two]) {
    expect((await ask(handler, "GET", path)).json.total).toBe(12);
  }
});

test("what a newer version wrote is not read as something else, and nothing is written over it", async () => {
  const handler = api();
  const { json } = await ask(handler, "POST", "/api/workspaces", { name: "Acme" });
  const path = `/api/workspaces/${json.id}/sheets/contacts/records`;
  await ask(handler, "POST", path, { records: [{ firstName: "Ada" }] });
  const written: string[] = [];
  proxy.decide = async (call) => {
    if (call.operation === "PutItem" || call.operation === "BatchWriteItem") {
      written.push(JSON.stringify(call.body));
    }
    const answer = await call.forward();
    if (call.operation !== "Query") return answer;
    return { ...answer, body: answer.body.replaceAll('"format":{"N":"1"}', '"format":{"N":"2"}') };
  };
  const answer = await ask(api(), "POST", path, { records: [{ firstName: "Bob" }] });
  expect(answer.statusCode).toBe(500);
  expect(answer.json.detail).toContain("format 2, which this version cannot read");
  expect(written.filter((body) => body.includes(`LOG#${json.id}`))).toEqual([]);
});

test("an export that its time does not suffice for is refused in words, not cut off", async () => {
  const handler = api();
  const { json } = await ask(handler, "POST", "/api/workspaces", { name: "Acme" });
  const event = httpEvent("GET", `/api/workspaces/${json.id}/sheets/contacts/export`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const late = await handler(event, { getRemainingTimeInMillis: () => 2_000 });
  expect([late.statusCode, JSON.parse(late.body).detail]).toEqual([
    413,
    expect.stringContaining("takes longer than a request may"),
  ]);
  expect((await handler(event, { getRemainingTimeInMillis: () => 20_000 })).statusCode).toBe(200);
});

test("a file that the gateway damaged by taking it for text is refused, and taken as bytes", async () => {
  const handler = api();
  const { json } = await ask(handler, "POST", "/api/workspaces", { name: "Acme" });
  const latin = Buffer.from("First name\nZo\xeb\n", "latin1");
  const importing = async (type: string, body: string, isBase64Encoded: boolean) => {
    const result = await handler(
      httpEvent("POST", `/api/workspaces/${json.id}/import`, {
        query: "sheet=contacts",
        headers: { "content-type": type, authorization: `Bearer ${token}` },
        body,
        isBase64Encoded,
      }),
    );
    return result.statusCode;
  };
  expect(await importing("text/csv", latin.toString("utf8"), false)).toBe(400);
  expect(await importing("text/csv", "First name\nZo\xeb\n", false)).toBe(201);
  expect(await importing("application/octet-stream", latin.toString("base64"), true)).toBe(201);
  const path = `/api/workspaces/${json.id}/sheets/contacts/records`;
  const { records } = (await ask(handler, "GET", path)).json;
  expect(records.map((each: { fields: object }) => each.fields)).toMatchObject([
    { firstName: "Zo\xeb" },
    { firstName: "Zo\xeb" },
  ]);
});

test("a clock that is an hour off is put right by what the table says", async () => {
  const AHEAD_MS = 60 * 60_000;
  let refused = 0;
  // DynamoDB in the future, that is, this machine in the past.
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const now = Date.now() + AHEAD_MS;
      response.sendDate = false;
      response.setHeader("date", new Date(now).toUTCString());
      response.setHeader("content-type", "application/x-amz-json-1.0");
      if (Math.abs(signedAt(request.headers) - now) > 5 * 60_000) {
        refused += 1;
        const { body: text } = exception("InvalidSignatureException");
        response.writeHead(400).end(text);
        return;
      }
      const answer = await fetch(engine, {
        method: "POST",
        headers: onward(request.headers),
        body,
      });
      response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const handler = api({ DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` });
  const answer = await ask(handler, "GET", "/api/workspaces");
  expect(answer.statusCode).toBe(200);
  expect(refused).toBe(1);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function signedAt(headers: IncomingHttpHeaders): number {
  const text = String(headers["x-amz-date"]);
  return Date.parse(
    text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
}

function onward(headers: IncomingHttpHeaders): Record<string, string> {
  const names = ["x-amz-target", "content-type", "authorization", "x-amz-date"];
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]));
}
