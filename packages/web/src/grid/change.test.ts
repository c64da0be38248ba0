import { describe, expect, test } from "vitest";
import { changedField, createOperation, setOperations } from "./change.ts";

describe("setOperations", () => {
  const stored: Record<string, string> = { "b/name": "Bo" };
  const before = (id: string, field: string) => stored[`${id}/${field}`];

  test("groups records by the fields written, ids ascending", () => {
    const writes = [
      { id: "c", field: "name", after: "Cy" },
      { id: "a", field: "name", after: "Al" },
      { id: "b", field: "city", after: undefined },
      { id: "d", field: "city", after: "Bonn" },
    ];
    expect(setOperations("contacts", writes, before)).toEqual([
      { op: "set", sheet: "contacts", ids: ["a", "c"], fields: { name: ["Al", "Cy"] } },
      { op: "set", sheet: "contacts", ids: ["d"], fields: { city: ["Bonn"] } },
    ]);
  });

  test("leaves out what already is so, and keeps the last write to a cell", () => {
    const writes = [
      { id: "b", field: "name", after: "Ann" },
      { id: "b", field: "name", after: "Bo" },
    ];
    expect(setOperations("contacts", writes, before)).toEqual([]);
  });

  test("clears with null", () => {
    const writes = [{ id: "b", field: "name", after: undefined }];
    expect(setOperations("contacts", writes, before)).toEqual([
      { op: "set", sheet: "contacts", ids: ["b"], fields: { name: [null] } },
    ]);
  });
});

test("createOperation fills what a record does not set with null", () => {
  const records = [new Map([["name", "Al"]]), new Map([["city", "Bonn"]])];
  expect(createOperation("contacts", ["1", "2"], records)).toEqual({
    op: "create",
    sheet: "contacts",
    ids: ["1", "2"],
    fields: { name: ["Al", null], city: [null, "Bonn"] },
  });
});

test("changedField takes a property away", () => {
  const field = { key: "name", name: "Name", type: "text" as const, required: true };
  expect(changedField(field, { required: undefined, name: "Full name" })).toEqual({
    key: "name",
    name: "Full name",
    type: "text",
  });
});
