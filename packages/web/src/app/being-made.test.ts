import { expect, test } from "vitest";
import { beingMade } from "./being-made.ts";

test("whoever exports many rows is told to wait, as long as it takes; of few nothing is said", () => {
  expect(beingMade("xlsx", 4_999)).toBeUndefined();
  expect(beingMade("xlsx", 94_000)).toMatchObject({
    text: "The Excel file is being made",
    detail: "Up to 94,000 rows take a moment. Your browser saves it when it is ready.",
    durationMs: 11_750,
  });
  expect(beingMade("csv", 6_000)).toMatchObject({ durationMs: 4_000 });
  expect(beingMade("csv", 1_000_000)).toMatchObject({ durationMs: 60_000 });
});
