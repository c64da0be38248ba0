import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Attribute } from "../ledger/store.ts";
import { fromWire, toWire } from "./attribute.ts";

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((n) => n === 0 || (Math.abs(n) > 1e-130 && Math.abs(n) < 1e126)),
);
const attribute: fc.Arbitrary<Attribute> = fc.letrec<{ any: Attribute }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    number,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.array(tie("any")),
    fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== "__proto__"),
      tie("any"),
      { noNullPrototype: true },
    ),
  ),
})).any;

test("every attribute survives the wire; zero has no sign", () => {
  fc.assert(
    fc.property(attribute, (value) => {
      const unsigned = (entry: unknown) => (Object.is(entry, -0) ? 0 : entry);
      const there = JSON.parse(JSON.stringify(value, (_, entry) => unsigned(entry))) as unknown;
      const back = JSON.parse(JSON.stringify(fromWire(toWire(value)))) as unknown;
      expect(back).toEqual(there);
    }),
  );
});

test("what a table cannot hold is refused by the attribute's name", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e126, 1e-131])
    expect(() => toWire({ list: [value] }, "body")).toThrow('"body.list[0]"');
  expect(() => toWire((() => {}) as unknown as Attribute, "body")).toThrow('"body" is function');
});
