import { describe, expect, it } from "vitest";
import type { Steps } from "@gridfolk/core/edit/steps";
import { inSlices } from "./slices.ts";

const busy = (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};
function* count(steps: number, ms: number): Steps<number> {
  for (let step = 0; step < steps; step += 1) {
    busy(ms);
    yield;
  }
  return steps;
}

describe("work in slices", () => {
  it("lets others in between", async () => {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    const never = new AbortController().signal;
    expect(
      await inSlices(
        () => count(40, 2),
        () => 0,
        never,
      ),
    ).toBe(40);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });

  it("begins again when what it reads has changed, and ends all the same when that never stops", async () => {
    const never = new AbortController().signal;
    let version = 0;
    let starts = 0;
    const make = () => {
      starts += 1;
      if (starts === 1) setTimeout(() => (version = 1));
      return count(20, 2);
    };
    await inSlices(make, () => version, never);
    expect(starts).toBe(2);
    starts = 0;
    expect(await inSlices(make, () => version++, never)).toBe(20);
    expect(starts).toBe(5);
  });

  it("stops when nobody wants it any more", async () => {
    const stop = new AbortController();
    const done = inSlices(
      () => count(1_000, 2),
      () => 0,
      stop.signal,
    );
    stop.abort(new Error("closed"));
    await expect(done).rejects.toThrow("closed");
  });
});
