import { afterEach, expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { type Asked, type Service, startService } from "../testing/service.ts";
import { createSignedFetch, serviceUrl, type SignedFetchOptions } from "./signed-fetch.ts";

let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

async function asking(
  answer: Parameters<typeof startService>[0],
  options: Partial<SignedFetchOptions> = {},
) {
  service = await startService(answer);
  const sleeps: number[] = [];
  const platform = {
    ...nodePlatform,
    clock: { now: () => Date.now(), sleep: async (ms: number) => void sleeps.push(ms) },
  };
  const signed = createSignedFetch({
    service: "sqs",
    region: "eu-central-1",
    platform,
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    ...options,
  });
  const url = new URL(`${service.url}/some/path?b=2&a=1`);
  const send = () => signed.send({ method: "POST", url, body: "{}", headers: { "X-One": "1" } });
  return { send, sleeps, asked: service.asked };
}

test("a request is signed for its service, with all its headers", async () => {
  const { send, asked } = await asking(() => ({ status: 200, body: "fine" }));
  const answer = await send();
  expect(new TextDecoder().decode(answer.bytes)).toBe("fine");
  const [{ headers, body, method } = {} as Asked] = asked;
  expect(headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/sqs\/aws4_request, SignedHeaders=host;x-amz-date;x-one, Signature=[0-9a-f]{64}$/,
  );
  expect([method, body, headers["x-one"]]).toEqual(["POST", "{}", "1"]);
});

test.each([
  ["a failure of the service", { status: 503, body: "" }],
  ["too many requests", { status: 429, body: "" }],
  ["throttling that comes as 400", { status: 400, body: '{"__type":"ThrottlingException"}' }],
  ["a connection that is cut", "cut" as const],
])("%s is tried again, with pauses", async (_name, trouble) => {
  let count = 0;
  const { send, sleeps } = await asking(() => {
    count += 1;
    return count < 3 ? trouble : { status: 200, body: "" };
  });
  expect((await send()).status).toBe(200);
  expect(sleeps).toHaveLength(2);
});

test("what does not get better is answered, or thrown, after some tries", async () => {
  const failing = await asking(() => ({ status: 500, body: "no" }));
  expect((await failing.send()).status).toBe(500);
  expect(failing.asked).toHaveLength(4);
  await service?.stop();
  const cut = await asking(() => "cut", { tries: 2 });
  await expect(cut.send()).rejects.toThrow("fetch failed");
  expect(cut.asked).toHaveLength(2);
});

test("a service that is silent is given up after the time-out", async () => {
  const { send, asked } = await asking(() => "silence", { timeoutMs: 50, tries: 2 });
  await expect(send()).rejects.toThrow(/timeout/i);
  expect(asked).toHaveLength(2);
});

test("what is refused is answered at once", async () => {
  const { send, asked } = await asking(() => ({ status: 403, body: "no" }));
  expect((await send()).status).toBe(403);
  expect(asked).toHaveLength(1);
});

test.each([-3_600_000, 3_600_000])("a clock that is off by %i ms is put right", async (off) => {
  const { send, asked } = await asking(({ headers }) => {
    const now = Date.now() + off;
    const signed = String(headers["x-amz-date"]).replace(
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
      "$1-$2-$3T$4:$5:$6Z",
    );
    const well = Math.abs(Date.parse(signed) - now) < 60_000;
    return { status: well ? 200 : 403, body: "", headers: { date: new Date(now).toUTCString() } };
  });
  expect((await send()).status).toBe(200);
  expect(asked).toHaveLength(2);
  // It stays right.
  expect((await send()).status).toBe(200);
  expect(asked).toHaveLength(3);
});

test("serviceUrl is the service's in its region, or another one", () => {
  expect(serviceUrl("ssm", "eu-central-1").href).toBe("https://ssm.eu-central-1.amazonaws.com/");
  expect(serviceUrl("ssm", "cn-north-1").href).toBe("https://ssm.cn-north-1.amazonaws.com.cn/");
  expect(serviceUrl("ssm", "x", "http://127.0.0.1:1").href).toBe("http://127.0.0.1:1/");
});
