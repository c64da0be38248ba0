import { expect, test } from "vitest";
import { failedFrom, matches } from "./event-source.ts";
import type { StreamRecord } from "./stream.ts";

const record = (n: number, pk = "LOG#a"): StreamRecord => ({
  eventID: String(n),
  eventName: "INSERT",
  eventVersion: "1.1",
  eventSource: "aws:dynamodb",
  awsRegion: "us-east-1",
  eventSourceARN: "arn",
  dynamodb: {
    ApproximateCreationDateTime: 1,
    Keys: { pk: { S: pk }, sk: { S: String(n) } },
    SequenceNumber: String(n),
    SizeBytes: 1,
    StreamViewType: "KEYS_ONLY",
  },
});

test("a pattern wants one of its values, or a beginning, under every name", () => {
  const pattern = {
    eventName: ["INSERT"],
    dynamodb: { Keys: { pk: { S: [{ prefix: "LOG#" }, "EXACT"] } } },
  };
  expect(matches(pattern, record(1))).toBe(true);
  expect(matches(pattern, record(1, "EXACT"))).toBe(true);
  expect(matches(pattern, record(1, "BODY#a"))).toBe(false);
  expect(matches(pattern, { ...record(1), eventName: "REMOVE" })).toBe(false);
  expect(matches(pattern, { eventName: "INSERT" })).toBe(false);
});

test("a batch goes on at the first record that failed", () => {
  const records = [1, 2, 3].map((n) => record(n));
  const from = (payload: unknown) =>
    failedFrom({ requestId: "r", payload: JSON.stringify(payload) }, records);
  expect(from(null)).toBeUndefined();
  expect(from({})).toBeUndefined();
  expect(from({ batchItemFailures: [] })).toBeUndefined();
  expect(from({ batchItemFailures: [{ itemIdentifier: "3" }, { itemIdentifier: "2" }] })).toBe(1);
  // Whoever names what is no record of the batch has it all again.
  expect(from({ batchItemFailures: [{ itemIdentifier: "9" }] })).toBe(0);
  expect(from({ batchItemFailures: [{ itemIdentifier: null }] })).toBe(0);
  const failure = { errorType: "Error", errorMessage: "" };
  expect(failedFrom({ requestId: "r", failure }, records)).toBe(0);
});
