import { expect, test } from "vitest";
import { candidatesOf } from "./candidates.ts";

const id = (row: number) => `r${row}`;

test("clusters come by how sure they are, then pairs that are worth a look", () => {
  const found = candidatesOf(
    {
      clusters: [
        [0, 1, 2],
        [3, 4],
      ],
      pairs: [
        { a: 3, b: 4, probability: 0.999 },
        { a: 0, b: 1, probability: 0.998 },
        { a: 1, b: 2, probability: 0.8 },
        { a: 5, b: 6, probability: 0.4 },
        { a: 2, b: 3, probability: 0.3 },
      ],
      automatic: 0.995,
    },
    id,
  );
  expect(found).toEqual([
    { ids: ["r3", "r4"], certainty: "sure", probability: 0.999 },
    // As sure as the weakest link that holds it together.
    { ids: ["r0", "r1", "r2"], certainty: "likely", probability: 0.8 },
    { ids: ["r5", "r6"], certainty: "maybe", probability: 0.4 },
    { ids: ["r2", "r3"], certainty: "maybe", probability: 0.3 },
  ]);
});

test("two sure pairs that a doubtful one joins are as doubtful as that", () => {
  const found = candidatesOf(
    {
      clusters: [[0, 1, 2, 3]],
      pairs: [
        { a: 0, b: 1, probability: 0.999 },
        { a: 2, b: 3, probability: 0.998 },
        { a: 1, b: 2, probability: 0.7 },
        { a: 0, b: 3, probability: 0.6 },
      ],
      automatic: 0.995,
    },
    id,
  );
  expect(found).toMatchObject([{ certainty: "likely", probability: 0.7 }]);
});

test("there are not more doubts than anybody looks at", () => {
  const pairs = Array.from({ length: 5000 }, (_, at) => ({
    a: 2 * at,
    b: 2 * at + 1,
    probability: 0.3,
  }));
  expect(candidatesOf({ clusters: [], pairs, automatic: 0.99 }, id)).toHaveLength(2000);
});
