import { expect, test } from "vitest";
import { isDomainError } from "../error.ts";
import { type RetryPolicy, retrying, startAttempts } from "./retry.ts";

const policy: RetryPolicy = { tries: 6, baseMs: 100, capMs: 500, timeoutMs: 1000 };

function platformRecording(random: number) {
  const sleeps: number[] = [];
  const platform = {
    clock: { now: () => 0, sleep: async (ms: number) => void sleeps.push(ms) },
    random: { next: () => random },
  };
  return { platform, sleeps };
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

test("a throttled call is repeated after pauses of full jitter that double up to the cap", async () => {
  for (const random of [0, 0.5, 0.999]) {
    const { platform, sleeps } = platformRecording(random);
    let calls = 0;
    const answer = await retrying(startAttempts(platform, policy, "read"), async () => {
      calls += 1;
      if (calls < 6) throw named("ProvisionedThroughputExceededException");
      return "done";
    });
    expect(answer).toBe("done");
    expect(sleeps).toEqual([100, 200, 400, 500, 500].map((ms) => ms * random));
  }
});

test("after the last try it is busy, says what it was doing and why", async () => {
  const { platform, sleeps } = platformRecording(0.5);
  const cause = named("ThrottlingException");
  const end = await retrying(startAttempts(platform, policy, "write an item"), async () => {
    throw cause;
  }).catch((error: unknown) => error);
  expect(isDomainError(end, "busy")).toBe(true);
  expect(end).toMatchObject({
    message: expect.stringContaining("write an item in 6 tries"),
    cause,
  });
  expect(sleeps).toHaveLength(5);
});

test("what retrying cannot help fails at once", async () => {
  for (const name of [
    "ValidationException",
    "ConditionalCheckFailedException",
    "AccessDeniedException",
    "TypeError",
  ]) {
    const { platform, sleeps } = platformRecording(0.5);
    const end = retrying(startAttempts(platform, policy, "read"), async () => {
      throw named(name);
    });
    await expect(end).rejects.toThrow(name);
    expect(sleeps).toEqual([]);
  }
});

test("progress starts the count again, standing still ends it", async () => {
  const { platform } = platformRecording(0);
  const attempts = startAttempts(platform, policy, "write");
  for (let round = 0; round < 50; round += 1) {
    await attempts.stalled();
    attempts.progressed();
  }
  for (let round = 0; round < 5; round += 1) await attempts.stalled();
  await expect(attempts.stalled()).rejects.toThrow("in 6 tries");
});
