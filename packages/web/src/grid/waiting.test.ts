import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createWaiting } from "./waiting.ts";

const write = { op: "set", sheet: "contacts", ids: ["a"], fields: { name: ["Ada"] } } as const;

function answer(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve: () => resolve() };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a cell is marked only while the server is slow, until the last of its changes is answered", async () => {
  const seen: string[][] = [];
  const waiting = createWaiting((ids, fields) => seen.push([...ids, ...fields]));
  const first = answer();
  const second = answer();
  waiting.sent([write], first.promise);
  waiting.sent([write], second.promise);
  await vi.advanceTimersByTimeAsync(1000);
  expect(waiting.has("a", "name")).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(waiting.has("a", "name")).toBe(true);
  first.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(waiting.has("a", "name")).toBe(true);
  second.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(waiting.has("a", "name")).toBe(false);
  expect(seen.at(-1)).toEqual(["a", "name"]);
});

test("a quick server leaves no mark", async () => {
  const waiting = createWaiting(() => expect.unreachable());
  waiting.sent([write], Promise.resolve());
  await vi.advanceTimersByTimeAsync(5000);
  expect(waiting.has("a", "name")).toBe(false);
});
