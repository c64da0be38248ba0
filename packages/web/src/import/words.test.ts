import { expect, test } from "vitest";
import { pace } from "./words.ts";

test.each([
  [0, 100, 5000, undefined],
  [10, 100, 900, undefined],
  [100, 100, 5000, undefined],
  [50_000, 100_000, 10_000, "5,000 a second, about 10 s left"],
  [50_000, 1_000_000, 10_000, "5,000 a second, about 4 min left"],
  [95, 100, 10_000, "10 a second, some seconds left"],
  [1, 10, 10_000, "1 a second, about 2 min left"],
])("%d of %d after %d ms: %s", (done, of, elapsed, words) => {
  expect(pace(done, of, elapsed)).toBe(words);
});
