import { describe as suite, expect, test } from "vitest";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { describe, offered, operatorLabel } from "./words.ts";

const look = {
  locale: { locale: "en-US", timeZone: "America/New_York", currency: "USD", country: "US" },
  names: { nameOf: () => "Grace Hopper", idOf: () => undefined },
};
const field = (type: Field["type"]): Field => ({ key: "f", name: "Field", type });

suite("a condition in words", () => {
  test("reads as a person would say it", () => {
    expect(
      describe({ field: "f", op: "anyOf", value: ["Won", "Lost"] }, field("choice"), look),
    ).toBe("Field is any of Won, Lost");
    expect(describe({ field: "f", op: "gt", value: 1000 }, field("currency"), look)).toBe(
      "Field > 1,000",
    );
    expect(describe({ field: "f", op: "between", value: [1, 2] }, field("number"), look)).toBe(
      "Field is between 1 and 2",
    );
    expect(describe({ field: "f", op: "gte", value: "today-7" }, field("date"), look)).toBe(
      "Field is on or after 7 days ago",
    );
    expect(describe({ field: "f", op: "anyOf", value: ["u1", "me"] }, field("user"), look)).toBe(
      "Field is any of Grace Hopper, me",
    );
    expect(describe({ field: "f", op: "is", value: false }, field("checkbox"), look)).toBe(
      "Field is not ticked",
    );
    expect(describe({ field: "f", op: "empty" }, field("text"), look)).toBe("Field is blank");
  });
});

test("only operators that the type answers are offered, each with words", () => {
  for (const type of Object.keys(registry) as Field["type"][]) {
    for (const op of offered(field(type))) {
      expect(registry[type].operators).toContain(op);
      expect(operatorLabel(op, type)).not.toBe("");
    }
  }
});
