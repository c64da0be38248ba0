import { expect, test } from "vitest";
import { wholeFilters, wholeRules } from "./whole.ts";

const done = { field: "city", op: "is", value: "Paris" };
const begun = { field: "city", op: "contains" };

test("conditions without their value, and groups without conditions, ask nothing", () => {
  expect(wholeFilters([begun, done, { field: "city", op: "empty" }])).toEqual([
    done,
    { field: "city", op: "empty" },
  ]);
  expect(wholeFilters([{ or: [begun] }, { or: [begun, { and: [done, begun] }] }])).toEqual([
    { or: [{ and: [done] }] },
  ]);
});

test("a colour rule whose condition somebody is about to write colours nothing", () => {
  const rule = { name: "", color: "red" };
  expect(
    wholeRules([
      { ...rule, filter: { and: [begun] } },
      { ...rule, filter: { and: [begun, done] } },
    ]),
  ).toEqual([{ ...rule, filter: { and: [done] } }]);
});
