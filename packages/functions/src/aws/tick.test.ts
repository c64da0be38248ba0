import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Keys from "../account/keys.ts";
import { nodePlatform } from "../platform.ts";
import { createDriver } from "../reactors/driver.ts";
import { memberships } from "../reactors/memberships.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { type Fate, type Service, startService } from "../testing/service.ts";
import { createFailureQueue } from "./failure-queue.ts";
import { createSignedFetch } from "./signed-fetch.ts";
import { tick, type TickParts } from "./tick.ts";

interface Message {
  readonly id: string;
  readonly sentAt: number;
  hidden: boolean;
}

const QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/failures";
const region = "us-east-1";
const anHour = { getRemainingTimeInMillis: () => 3_600_000, awsRequestId: "the-invocation" };

let app: TestApp;
let ada: Person;
let path: string;
let service: Service;
let messages: Message[];
let trouble: Fate | undefined;
let parts: TickParts;
let broken: boolean;

beforeEach(async () => {
  app = testApp({ store: createMemoryStore() });
  ada = await app.signUp("Ada");
  path = await app.workspace(ada, "Before");
  messages = [];
  trouble = undefined;
  broken = false;
  service = await startService(({ headers, body }) => {
    if (trouble !== undefined) return trouble;
    const call = JSON.parse(body) as { QueueUrl: string; Entries?: { ReceiptHandle: string }[] };
    if (call.QueueUrl !== QUEUE) return { status: 400, body: "{}" };
    return {
      status: 200,
      body: JSON.stringify(sqs(String(headers["x-amz-target"]), call.Entries)),
    };
  });
  const { store, platform, ledger } = app.services;
  const lists = memberships(app.services.memberships);
  parts = {
    store,
    platform,
    ledger,
    journal: app.log,
    driver: createDriver({
      store,
      platform,
      log: ledger.log,
      journal: app.log,
      driven: [
        lists,
        {
          reactor: {
            name: "test",
            follow: () => (broken ? Promise.reject(new Error("broken")) : Promise.resolve()),
          },
        },
      ],
    }),
    queue: createFailureQueue({
      sqs: createSignedFetch({
        service: "sqs",
        region,
        platform: nodePlatform,
        credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
      }),
      region,
      endpoint: service.url,
      url: QUEUE,
    }),
  };
});

afterEach(() => service.stop());

/** As SQS answers in its JSON protocol. */
function sqs(target: string, entries: readonly { ReceiptHandle: string }[] = []): object {
  if (target === "AmazonSQS.ReceiveMessage") {
    const found = messages.filter(({ hidden }) => !hidden).slice(0, 10);
    for (const message of found) message.hidden = true;
    if (found.length === 0) return {};
    return {
      Messages: found.map(({ id, sentAt }) => ({
        MessageId: id,
        ReceiptHandle: `handle of ${id}`,
        Body: JSON.stringify(GIVEN_UP),
        Attributes: { SentTimestamp: String(sentAt) },
      })),
    };
  }
  const handles = new Set(entries.map(({ ReceiptHandle }) => ReceiptHandle));
  messages = messages.filter(({ id }) => !handles.has(`handle of ${id}`));
  return { Successful: [...handles].map((Id) => ({ Id })) };
}

/** What Lambda sends of a batch of a stream that it gave up on. It names no workspace. */
const GIVEN_UP = {
  requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 6 },
  version: "1.0",
  DDBStreamBatchInfo: {
    shardId: "shardId-00000001573689847184-864758bb",
    startSequenceNumber: "800000000003126276362",
    endSequenceNumber: "800000000003126276362",
    batchSize: 1,
    streamArn: "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2026-01-01T00:00:00.000",
  },
};

const earlier = (count: number): Message[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `m${n}`,
    sentAt: Date.now() - 60_000,
    hidden: false,
  }));

test("what the stream gave up on is made good: reactors go on at their cursors, then the messages go", async () => {
  await tick(parts, anHour);
  // The commit's wake-up is lost, and so is what its route would have done.
  const listed = { pk: Keys.memberships(ada.id), sk: path.split("/").at(-1) ?? "" };
  const before = await parts.store.get(listed);
  await app.ask("PATCH", path, { token: ada.token, json: { name: "After" } });
  await parts.store.putMany(before === undefined ? [] : [before]);
  const later = testApp({ store: parts.store });
  const { ledger } = later.services;
  const driver = createDriver({
    store: parts.store,
    platform: nodePlatform,
    log: ledger.log,
    journal: later.log,
    driven: [memberships(later.services.memberships)],
  });
  messages = earlier(25);
  const ticked = await tick({ ...parts, ledger, driver, journal: later.log }, anHour);
  expect(ticked).toEqual({ outcome: "finished", workspaces: 1, madeGood: 25 });
  expect(messages).toEqual([]);
  expect((await later.services.memberships.of(ada.id))[0]?.name).toBe("After");
  expect(later.lines.at(-1)).toMatchObject({
    function: "tick",
    route: "schedule",
    outcome: "finished: 1 workspaces, 25 batches made good",
  });
});

test("a message that came while the round was under way waits for the next", async () => {
  messages = [...earlier(1), { id: "late", sentAt: Date.now() + 60_000, hidden: false }];
  expect(await tick(parts, anHour)).toMatchObject({ madeGood: 1 });
  expect(messages.map(({ id }) => id)).toEqual(["late"]);
});

test("messages stay while something fails, and go after the round in which nothing does", async () => {
  await tick(parts, anHour);
  await app.ask("PATCH", path, { token: ada.token, json: { name: "After" } });
  broken = true;
  messages = earlier(3);
  expect(await tick(parts, anHour)).toEqual({ outcome: "finished", workspaces: 1, madeGood: 0 });
  expect(messages).toHaveLength(3);
  broken = false;
  expect(await tick(parts, anHour)).toMatchObject({ madeGood: 3 });
});

test("a run without time for a workspace goes on the next time, and deletes nothing", async () => {
  messages = earlier(1);
  expect(await tick(parts, { getRemainingTimeInMillis: () => 0 })).toEqual({
    outcome: "goes on",
    workspaces: 0,
    madeGood: 0,
  });
  expect(messages).toHaveLength(1);
  expect(await tick(parts, anHour)).toMatchObject({ outcome: "finished", workspaces: 1 });
});

test("a queue that may not be read fails the run in an operator's words", async () => {
  const body = JSON.stringify({
    __type: "com.amazonaws.sqs#AccessDeniedException",
    message: "not authorized to perform: sqs:receivemessage",
  });
  trouble = { status: 400, body };
  await expect(tick(parts, anHour)).rejects.toThrow(
    /sqs:ReceiveMessage and sqs:DeleteMessage on https:\/\/sqs/,
  );
  expect(app.lines.at(-1)).toMatchObject({ level: "error", route: "schedule" });
});
