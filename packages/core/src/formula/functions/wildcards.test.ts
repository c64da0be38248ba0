import fc from "fast-check";
import { expect, test } from "vitest";
import { searchWildcards } from "./wildcards.ts";

test.each([
  ["b*d", "abcde", 0, 1],
  ["B?D", "abcde", 0, 1],
  ["*", "abc", 1, 1],
  ["a*x", "abc", 0, -1],
  ["~*", "a*b", 0, 1],
  ["a?b", "a😀b", 0, 0],
  ["?", "", 0, -1],
  ["i", "İi", 0, 1],
])("%j in %j from %d is at %d", (what, text, from, at) => {
  expect(searchWildcards(what, text, from)).toBe(at);
});

test("finds what a regular expression finds", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "C"), maxLength: 12 });
  const what = fc.string({ unit: fc.constantFrom("a", "b", "c", "?", "*"), maxLength: 6 });
  fc.assert(
    fc.property(what, text, (what, text) => {
      const pattern = new RegExp(what.replaceAll("?", ".").replaceAll("*", "[^]*?"), "i");
      expect(searchWildcards(what, text, 0)).toBe(text.search(pattern));
    }),
  );
});

test("no pattern takes long: many stars that almost match", () => {
  const started = performance.now();
  expect(searchWildcards(`${"*a".repeat(20)}*b`, "a".repeat(20_000), 0)).toBe(-1);
  expect(performance.now() - started).toBeLessThan(1_000);
});
