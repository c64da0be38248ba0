import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import { expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { createLimiter, type Rule } from "./limit.ts";

const rule: Rule = { name: "test", max: 3, windowMs: 60_000, of: "attempts" };

function limiter() {
  let now = 1_000_000;
  const clock = { now: () => now, sleep: nodePlatform.clock.sleep };
  const made = createLimiter({ store: createMemoryStore(), platform: { ...nodePlatform, clock } });
  return { ...made, pass: (ms: number) => (now += ms) };
}

test("take refuses what is over the limit and says how long to wait", async () => {
  const { take, pass } = limiter();
  for (let attempt = 0; attempt < 3; attempt += 1) await take(rule, "a");
  pass(20_000);
  await expect(take(rule, "a")).rejects.toMatchObject({
    code: "too-many-requests",
    retryAfterMs: 40_000,
  });
});

test("take counts every subject by itself", async () => {
  const { take } = limiter();
  for (let attempt = 0; attempt < 3; attempt += 1) await take(rule, "a");
  await expect(take(rule, "b")).resolves.toBeTypeOf("function");
});

test("take begins again when the window is over", async () => {
  const { take, pass } = limiter();
  for (let attempt = 0; attempt < 3; attempt += 1) await take(rule, "a");
  pass(60_001);
  await expect(take(rule, "a")).resolves.toBeTypeOf("function");
});

test("take can be taken back", async () => {
  const { take } = limiter();
  for (let attempt = 0; attempt < 10; attempt += 1) await (await take(rule, "a"))();
  await expect(take(rule, "a")).resolves.toBeTypeOf("function");
});

test("take lets no more through when many come at once", async () => {
  const { take } = limiter();
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => take(rule, "a")));
  const passed = tries.filter(({ status }) => status === "fulfilled").length;
  expect(passed).toBeLessThanOrEqual(3);
  expect(passed).toBeGreaterThan(0);
});
