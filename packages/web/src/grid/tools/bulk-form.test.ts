import { describe, expect, it } from "vitest";
import type { Field } from "@gridfolk/core/field/field";
import { actionOf, blank, eligible, kinds, missing, type Draft } from "./bulk-form.ts";

const fields: readonly Field[] = [
  { key: "name", name: "Name", type: "text" },
  { key: "value", name: "Value", type: "currency" },
  { key: "due", name: "Due", type: "date" },
  { key: "tags", name: "Tags", type: "multiChoice", options: [{ name: "VIP" }] },
  { key: "owner", name: "Owner", type: "user" },
];
const of = (draft: Partial<Draft>) => actionOf({ ...blank, ...draft }, fields, "de-DE");

describe("the form of a bulk edit", () => {
  it("comes to an action as soon as nothing is missing", () => {
    expect(of({ kind: "set", field: "name" })).toBeUndefined();
    expect(of({ kind: "set", field: "name", text: "x" })).toEqual({
      kind: "set",
      field: "name",
      text: "x",
    });
    expect(of({ kind: "increase", field: "value", by: "2,5" })).toMatchObject({ by: 2.5 });
    expect(of({ kind: "increase", field: "value", by: "much" })).toBeUndefined();
    expect(of({ kind: "shift", field: "due", days: "-7" })).toMatchObject({ days: -7 });
    expect(of({ kind: "addTags", field: "tags", names: ["VIP"], newNames: "Fair, , New" })).toEqual(
      {
        kind: "addTags",
        field: "tags",
        names: ["VIP", "Fair", "New"],
      },
    );
    expect(of({ kind: "copy", field: "name", from: "name" })).toBeUndefined();
    expect(of({ kind: "delete" })).toEqual({ kind: "delete" });
  });

  it("asks only for columns that can take it", () => {
    expect(eligible("increase", fields).map(({ key }) => key)).toEqual(["value"]);
    expect(of({ kind: "increase", field: "name", by: "1" })).toBeUndefined();
    expect(of({ kind: "letters", fields: ["name", "value"] })).toMatchObject({ fields: ["name"] });
    expect(of({ kind: "letters", fields: ["value"] })).toBeUndefined();
  });

  it("says what is missing, whatever is to be done", () => {
    for (const { kind } of kinds) {
      expect(missing({ ...blank, kind }, fields)).toMatch(/^(Choose|Write|Say) /);
    }
    expect(missing({ ...blank, kind: "shift" }, fields.slice(0, 2))).toContain("No column");
  });
});
