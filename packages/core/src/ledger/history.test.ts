import { describe, expect, it } from "vitest";
import { extract } from "./history.ts";
import type { Operation } from "./operation.ts";

const A = "1r5c8d0ab0000001";
const B = "1r5c8d0ab0000002";
const changeset = {
  id: "x",
  base: 6,
  actor: "ann",
  source: "grid",
  label: "Edited",
  seq: 7,
  at: 9,
} as const;

describe("a record's history", () => {
  it("tells before and after of what changed, and which change came before", () => {
    const operations: Operation[] = [
      {
        op: "set",
        sheet: "s",
        ids: [A, B],
        fields: { a: ["x", "y"], b: [1, 1] },
        before: { a: [null, "y"], b: [2, 1] },
        prev: [3, 4],
      },
    ];
    expect(extract(changeset, operations, "s", A)).toEqual({
      entry: {
        seq: 7,
        changeset: "x",
        at: 9,
        actor: "ann",
        source: "grid",
        label: "Edited",
        kind: "changed",
        cells: [
          { field: "a", before: null, after: "x" },
          { field: "b", before: 2, after: 1 },
        ],
      },
      prev: 3,
    });
    expect(extract(changeset, operations, "s", B)?.entry.cells).toEqual([]);
    expect(extract(changeset, operations, "t", A)).toBeUndefined();
  });

  it("is one entry for everything a changeset did to the record", () => {
    const operations: Operation[] = [
      { op: "create", sheet: "s", ids: [A], fields: { a: ["x"] } },
      { op: "set", sheet: "s", ids: [A], fields: { a: ["y"] }, before: { a: ["x"] }, prev: [0] },
    ];
    expect(extract(changeset, operations, "s", A)).toMatchObject({
      entry: { kind: "created", cells: [{ field: "a", before: null, after: "y" }] },
      prev: 0,
    });
    const gone: Operation[] = [{ op: "delete", sheet: "s", ids: [A], prev: [5] }];
    expect(extract(changeset, gone, "s", A)).toMatchObject({
      entry: { kind: "deleted", cells: [] },
      prev: 5,
    });
  });
});
