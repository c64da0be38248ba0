import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type * as SignedFetch from "../../aws/signed-fetch.ts";
import { nodePlatform } from "../../platform.ts";
import { send } from "./front.ts";
import { read } from "./incoming.ts";
import { ACCOUNT, CREDENTIALS, REGION } from "./instance.ts";
import { createParameters } from "./parameters.ts";
import { createQueue } from "./queue.ts";
import { refusal } from "./signature.ts";

let server: Server;
let url: string;
let createSignedFetch: typeof SignedFetch.createSignedFetch;
const queue = createQueue("q");
const parameters = createParameters({ "/a/secret": "the secret" });

beforeAll(async () => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
  // It keeps the credentials of whoever asked first.
  vi.resetModules();
  ({ createSignedFetch } = await import("../../aws/signed-fetch.ts"));
  server = createServer((request, response) => {
    void read(request, 1_000_000).then((incoming) => {
      const target = String(request.headers["x-amz-target"]);
      if (target.startsWith("AmazonSQS")) send(response, queue.handle(incoming));
      else if (target.startsWith("AmazonSSM")) send(response, parameters.handle(incoming));
      else {
        const why = refusal(incoming, "execute-api") ?? "none";
        send(response, { status: 200, headers: [], body: Buffer.from(why) });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});

afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});

async function call(service: string, target: string, body: object) {
  const signed = createSignedFetch({ service, region: REGION, platform: nodePlatform, tries: 1 });
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
  const answer = await signed.send({
    method: "POST",
    url: new URL(url),
    headers,
    body: JSON.stringify(body),
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
  return { status: answer.status, json: JSON.parse(new TextDecoder().decode(answer.bytes)) as any };
}

const sqs = (operation: string, body: object) =>
  call("sqs", `AmazonSQS.${operation}`, {
    QueueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/q`,
    ...body,
  });

describe("a signature", () => {
  async function why(change: { service?: string; region?: string }): Promise<string> {
    const { service = "execute-api", region = REGION } = change;
    const path = "/live/@connections/a%3D%3D?x=1";
    const signed = createSignedFetch({ service, region, platform: nodePlatform, tries: 1 });
    const answer = await signed.send({ method: "POST", url: new URL(path, url), body: "hello" });
    return new TextDecoder().decode(answer.bytes);
  }

  test("of the SDK's signer is good, for the service and region it names", async () => {
    expect(await why({})).toBe("none");
    expect(await why({ service: "sqs" })).toContain("scoped to us-east-1/execute-api");
    expect(await why({ region: "eu-west-1" })).toContain("scoped to us-east-1/execute-api");
  });

  test("is missed, and does not fit other bytes, other credentials, another day", async () => {
    const plain = await fetch(url, { method: "POST", body: "hello" });
    expect(await plain.text()).toBe("Missing Authentication Token");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another");
    vi.resetModules();
    const { createSignedFetch: fresh } = await import("../../aws/signed-fetch.ts");
    const forged = fresh({ service: "execute-api", region: REGION, platform: nodePlatform });
    const answer = await forged.send({ method: "POST", url: new URL(url), body: "hello" });
    expect(new TextDecoder().decode(answer.bytes)).toContain("does not match");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", CREDENTIALS.AWS_SECRET_ACCESS_KEY);
  });
});

describe("the queue", () => {
  test("gives a message again until it is deleted by the receipt it came with", async () => {
    const sent = await sqs("SendMessage", { MessageBody: "one" });
    expect(sent.json.MD5OfMessageBody).toBe("f97c5d29941bfb1b2fdab0874906ab82");
    const first = await sqs("ReceiveMessage", { MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    expect(first.json.Messages).toMatchObject([{ Body: "one" }]);
    const second = await sqs("ReceiveMessage", {});
    const [message] = second.json.Messages;
    expect(message.Attributes.ApproximateReceiveCount).toBe("2");
    expect((await sqs("ReceiveMessage", {})).json.Messages).toBeUndefined();
    const stale = { ReceiptHandle: first.json.Messages[0].ReceiptHandle };
    expect((await sqs("DeleteMessage", stale)).status).toBe(400);
    const { status } = await sqs("DeleteMessage", { ReceiptHandle: message.ReceiptHandle });
    expect([status, queue.messages.length]).toEqual([200, 0]);
  });

  test("refuses what SQS refuses", async () => {
    expect((await sqs("ReceiveMessage", { MaxNumberOfMessages: 11 })).status).toBe(400);
    expect((await sqs("SendMessage", { MessageBody: "" })).status).toBe(400);
    const elsewhere = await sqs("SendMessage", { QueueUrl: "https://x/1/other", MessageBody: "x" });
    expect(elsewhere.json.__type).toContain("QueueDoesNotExist");
  });
});

test("a secret is readable to whoever asks for decryption, by its name", async () => {
  const get = (body: object) => call("ssm", "AmazonSSM.GetParameter", body);
  const found = await get({ Name: "/a/secret", WithDecryption: true });
  expect(found.json.Parameter).toMatchObject({ Value: "the secret", Type: "SecureString" });
  const sealed = await get({ Name: "/a/secret" });
  expect(sealed.json.Parameter.Value).not.toContain("secret");
  const { status, json } = await get({ Name: "/another", WithDecryption: true });
  expect([status, json.__type]).toEqual([400, "ParameterNotFound"]);
});
