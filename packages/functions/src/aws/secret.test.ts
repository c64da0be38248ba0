import { afterEach, expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { type Fate, type Service, startService } from "../testing/service.ts";
import { readSecret } from "./secret.ts";
import { createSignedFetch } from "./signed-fetch.ts";

const NAME = "/gridfolk/production/secret";
const SECRET = "0123456789abcdef0123456789abcdef";
let service: Service;
afterEach(() => service.stop());

async function reading(fate: Fate): Promise<string> {
  service = await startService(() => fate);
  const region = "us-east-1";
  const ssm = createSignedFetch({
    service: "ssm",
    region,
    platform: { ...nodePlatform, clock: { now: () => Date.now(), sleep: () => Promise.resolve() } },
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    timeoutMs: 200,
  });
  return readSecret({ ssm, region, endpoint: service.url }, NAME);
}

const refused = (type: string, message: string): Fate => ({
  status: 400,
  body: JSON.stringify({ __type: type, message }),
});

test("the parameter is asked for by its name and decrypted", async () => {
  const Parameter = { Name: NAME, Type: "SecureString", Value: SECRET, Version: 1 };
  expect(await reading({ status: 200, body: JSON.stringify({ Parameter }) })).toBe(SECRET);
  expect(service.asked).toMatchObject([
    {
      method: "POST",
      body: JSON.stringify({ Name: NAME, WithDecryption: true }),
      headers: {
        "x-amz-target": "AmazonSSM.GetParameter",
        "content-type": "application/x-amz-json-1.1",
      },
    },
  ]);
});

test("a parameter that is not there says who makes it", async () => {
  const read = reading(refused("ParameterNotFound", ""));
  await expect(read).rejects.toThrow(`${NAME}: there is no such parameter`);
  await expect(read).rejects.toThrow("npm run sst -- deploy");
});

test("a refusal says which permission is missing", async () => {
  const read = reading(
    refused("com.amazonaws.ssm#AccessDeniedException", "User is not authorized"),
  );
  await expect(read).rejects.toThrow("ssm:GetParameter");
  await expect(read).rejects.toThrow("AccessDeniedException: User is not authorized");
});

test("a secret that is too short is not used, and not shown", async () => {
  const body = JSON.stringify({ Parameter: { Name: NAME, Value: "hunter2" } });
  const error = await reading({ status: 200, body }).catch((reason: unknown) => String(reason));
  expect(error).toContain("fewer than 32 characters");
  expect(error).not.toContain("hunter2");
});

test.each<[string, Fate]>([
  ["throttles", refused("ThrottlingException", "Rate exceeded")],
  ["fails", { status: 500, body: "" }],
  ["cuts the connection", "cut"],
  ["is silent", "silence"],
])("an SSM that %s is worth waiting for", async (_name, fate) => {
  await expect(reading(fate)).rejects.toMatchObject({ code: "busy" });
  expect(service.asked.length).toBeGreaterThan(1);
});
