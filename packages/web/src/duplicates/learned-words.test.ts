import { expect, test } from "vitest";
import { learnedWords } from "./learned-words.ts";

const heldOut = { decisions: 34, wrongBefore: 3, wrongAfter: 2, bitsBefore: 0.4, bitsAfter: 0.3 };
const refit = { shift: 0, trust: { Phone: 0.5 } };

test("what was learned is told with its gain on decisions that were not seen", () => {
  expect(learnedWords({ refit, heldOut }, "en-US")).toBe(
    "Learned from 34 decisions: 3 % more of them foretold right, tried on decisions it had not seen.",
  );
  expect(learnedWords({ refit, heldOut: { ...heldOut, wrongAfter: 3 } }, "en-US")).toContain(
    "it is surer of what you decide",
  );
});

test("that nothing was learned is told, and why", () => {
  expect(learnedWords({ refit: undefined, heldOut }, "en-US")).toContain("compared as before");
  const few = { ...heldOut, decisions: 12 };
  expect(learnedWords({ refit: undefined, heldOut: few }, "en-US")).toContain("12 so far");
});
