import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDomainError } from "../error.ts";
import { begin, land, rules } from "../testing/random-changes.ts";
import { check } from "./draft.ts";
import type { Operation } from "./operation.ts";
import * as Patch from "./patch.ts";

const ids = ["1r5c8d0ab0000001", "1r5c8d0ab0000002", "1r5c8d0ab0000003", "1r5c8d0ab0000004"];

function world() {
  const { workbook, heads } = begin();
  const write = (...operations: Operation[]): void => {
    land(workbook, heads, check(workbook, { operations }, rules), "ann");
  };
  write({
    op: "create",
    sheet: "people",
    ids,
    fields: { name: ["a", "b", "c", "d"], age: [1, 2, 3, 4] },
  });
  const ask = (operations: readonly Operation[]) =>
    check(workbook, { operations }, rules, { onInvalid: "refuse" });
  return { write, ask };
}

describe("a patch", () => {
  it("is not needed when nothing changed", () => {
    const { ask } = world();
    const { operations } = ask([
      { op: "set", sheet: "people", ids, fields: { age: [5, 6, 7, 8] } },
    ]);
    expect(Patch.make(operations, ask(operations))).toBeUndefined();
  });

  it("holds only what changed between base and landing", () => {
    const { write, ask } = world();
    const { operations } = ask([
      { op: "set", sheet: "people", ids, fields: { age: [5, 6, 7, 8] } },
    ]);
    write(
      { op: "set", sheet: "people", ids: [ids[1] as string], fields: { age: [99] } },
      { op: "delete", sheet: "people", ids: [ids[3] as string] },
    );
    const checked = ask(operations);
    const patch = Patch.make(operations, checked);
    expect(patch).toEqual({
      format: 1,
      operations: [
        {
          index: 0,
          rows: [3, 1],
          prev: { at: [1], values: [3] },
          before: { age: { at: [1], values: [99] } },
        },
      ],
    });
    expect(Patch.apply(operations, patch)).toEqual(checked.operations);
  });

  it("leaves out operations of which no row landed, and replaces changes of columns", () => {
    const { write, ask } = world();
    const asked: Operation[] = [
      { op: "delete", sheet: "people", ids: ids.slice(0, 1) },
      {
        op: "field",
        sheet: "people",
        after: { key: "age", name: "Years", type: "number" },
        before: null,
      },
    ];
    write({ op: "delete", sheet: "people", ids: ids.slice(0, 1) });
    const checked = ask(asked);
    const patch = Patch.make(asked, checked);
    expect(patch?.operations).toMatchObject([
      { index: 0, dropped: true },
      { index: 1, replaced: { before: { name: "Age" } } },
    ]);
    expect(Patch.apply(asked, Patch.decode(Patch.encode(patch as Patch.Patch), "log"))).toEqual(
      checked.operations,
    );
  });

  it("that does not fit its body fails loudly", () => {
    const body: Operation[] = [
      {
        op: "set",
        sheet: "people",
        ids,
        fields: { age: [1, 2, 3, 4] },
        before: { age: [4, 3, 2, 1] },
        prev: [1, 1, 1, 1],
      },
    ];
    for (const patch of [
      { index: 0, prev: { values: [1] } },
      { index: 0, prev: { at: [9], values: [1] } },
      { index: 0, before: { name: { at: [0], values: ["x"] } } },
    ]) {
      expect(() => Patch.apply(body, { format: 1, operations: [patch] })).toThrow(
        expect.toSatisfy((error: unknown) => isDomainError(error, "corrupt")) as Error,
      );
    }
  });

  it("is read with suspicion", () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.jsonValue(),
        fc.constantFrom("index", "rows", "before", "prev", "replaced"),
        (text, value, name) => {
          for (const bent of [
            text,
            JSON.stringify({ format: 1, operations: [{ index: 0, [name]: value }] }),
          ]) {
            try {
              Patch.decode(bent, "client");
            } catch (error) {
              expect(isDomainError(error, "malformed")).toBe(true);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
