import { expect, test } from "vitest";
import { above, wrongWords } from "./certainty.ts";
import type { Candidate } from "./likeness-messages.ts";

const group = (probability: number, certainty: Candidate["certainty"], size = 2): Candidate => ({
  ids: Array.from({ length: size }, (_, at) => `${probability}-${at}`),
  certainty,
  probability,
});
const found = [
  group(0.9999, "sure"),
  group(0.996, "sure", 3),
  group(0.992, "likely"),
  group(0.96, "likely"),
  group(0.6, "likely"),
  group(0.5, "maybe"),
];

test("the less sure is enough, the more is merged, and the more of it is expected to be wrong", () => {
  const all = [0.998, 0.99, 0.95].map((precision) => above(found, precision as 0.998));
  expect(all.map(({ groups }) => groups.length)).toEqual([2, 3, 4]);
  expect(all.map(({ wrong }) => Math.round(wrong * 1e4) / 1e4)).toEqual([0.0081, 0.0161, 0.0561]);
});

test("what one merge does not take is left for another", () => {
  const many = Array.from({ length: 5003 }, (_, at) => group(0.9995 - at * 1e-9, "sure"));
  expect(above(many, 0.998)).toMatchObject({ left: 3 });
  expect(above(many, 0.998).groups).toHaveLength(5000);
  expect(above([group(0.9999, "sure", 201)], 0.95).groups).toEqual([]);
});

test("how many are wrong is never told as less than likely", () => {
  expect(wrongWords(0.01, "en-US")).toBe("probably none of them wrong");
  expect(wrongWords(0.4, "en-US")).toBe("at most 1 of them wrong");
  expect(wrongWords(1.1, "en-US")).toBe("about 2 of them wrong");
});
