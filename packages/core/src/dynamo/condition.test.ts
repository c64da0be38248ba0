import { expect, test } from "vitest";
import { conditionToWire } from "./condition.ts";

test("conditions read as sentences, with placeholders for every name and value", () => {
  expect(conditionToWire({ absent: true })).toEqual({
    ConditionExpression: "attribute_not_exists(pk)",
  });
  expect(conditionToWire({ exists: true })).toEqual({
    ConditionExpression: "attribute_exists(pk)",
  });
  expect(conditionToWire({ equals: { owner: "a", n: 1 } })).toEqual({
    ConditionExpression: "attribute_exists(pk) AND #c0 = :c0 AND #c1 = :c1",
    ExpressionAttributeNames: { "#c0": "owner", "#c1": "n" },
    ExpressionAttributeValues: { ":c0": { S: "a" }, ":c1": { N: "1" } },
  });
  expect(conditionToWire({ absentOrLess: { until: 5 } })).toEqual({
    ConditionExpression: "(attribute_not_exists(#c0) OR #c0 < :c0)",
    ExpressionAttributeNames: { "#c0": "until" },
    ExpressionAttributeValues: { ":c0": { N: "5" } },
  });
});
