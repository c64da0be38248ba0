import { describe, expect, it } from "vitest";
import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { begin, land, rules } from "../testing/random-changes.ts";
import type { Changeset } from "./changeset.ts";
import { check } from "./draft.ts";
import type { Operation } from "./operation.ts";
import { inverse } from "./undo.ts";
import * as Workbook from "./workbook.ts";

const A = "1r5c8d0ab0000001";
const B = "1r5c8d0ab0000002";
const ACME = "1r5c8d0ab0000009";

function world() {
  const { workbook, heads } = begin();
  const write = (actor: string, ...operations: Operation[]): Changeset =>
    land(workbook, heads, check(workbook, { operations }, rules), actor);
  const undo = (...changesets: Changeset[]) => {
    const { operations, skipped } = inverse(workbook, changesets, rules);
    const checked = check(workbook, { operations }, rules, { onInvalid: "refuse" });
    const changeset = land(workbook, heads, checked, "ann");
    return {
      changeset,
      told: [...skipped, ...checked.answer.refused].map(({ id, field, reason }) => [
        id.slice(-1),
        field,
        reason,
      ]),
    };
  };
  const people = Workbook.table(workbook, "people");
  const cell = (id: string, field: string): Cell | undefined =>
    Workbook.value(people, people.rowById.get(id) as number, field);
  const live = (): (string | undefined)[] =>
    Workbook.rows(people).map((row) => people.ids[row]?.slice(-1));
  return { workbook, write, undo, people, cell, live };
}

const create = (
  ids: string[],
  fields: { [field: string]: (Cell | null)[] },
  sheet = "people",
): Operation => ({ op: "create", sheet, ids, fields });
const set = (ids: string[], fields: { [field: string]: (Cell | null)[] }): Operation => ({
  op: "set",
  sheet: "people",
  ids,
  fields,
});
const remove = (...ids: string[]): Operation => ({ op: "delete", sheet: "people", ids });

describe("undo", () => {
  it("reverts a cell only if it still holds what was written", () => {
    const { write, undo, cell } = world();
    write("ann", create([A, B], { name: ["a", "b"], age: [1, 2] }));
    const bulk = write("ann", set([A, B], { name: ["x", "x"], age: [9, 9] }));
    write("bob", set([B], { name: ["mine"] }));
    const { told } = undo(bulk);
    expect(told).toEqual([["2", "name", "It was changed since."]]);
    expect([cell(A, "name"), cell(B, "name"), cell(A, "age"), cell(B, "age")]).toEqual([
      "a",
      "mine",
      1,
      2,
    ]);
  });

  it("says nothing of a cell that somebody has put back already", () => {
    const { write, undo, cell } = world();
    write("ann", create([A], { name: ["a"] }));
    const change = write("ann", set([A], { name: ["x"] }));
    write("bob", set([A], { name: ["a"] }));
    expect(undo(change).told).toEqual([]);
    expect(cell(A, "name")).toBe("a");
  });

  it("takes away what was created, but not what somebody else has changed", () => {
    const { write, undo, live } = world();
    const made = write("ann", create([A, B], { name: ["a", "b"] }));
    write("ann", set([A], { name: ["own change"] }));
    write("bob", set([B], { age: [5] }));
    expect(undo(made).told).toEqual([["2", undefined, "Somebody else changed it since."]]);
    expect(live()).toEqual(["2"]);
  });

  it("keeps a created record to which another one links, and takes both when both were created together", () => {
    const { workbook, write, undo, live } = world();
    const firm = write("ann", create([ACME], { name: ["Acme"] }, "firms"));
    const linking = write("ann", create([A], { name: ["a"], firm: [[ACME]] }));
    expect(undo(firm).told).toEqual([["9", undefined, "Another record links to it."]]);
    expect(undo(linking, firm).told).toEqual([]);
    expect(live()).toEqual([]);
    expect(Workbook.table(workbook, "firms").live).toBe(0);
  });

  it("of a delete brings records back with their values and links", () => {
    const { workbook, write, undo, cell, live } = world();
    write(
      "ann",
      create([ACME], { name: ["Acme"] }, "firms"),
      create([A], { name: ["a"], firm: [[ACME]] }),
    );
    const gone = write("ann", remove(A));
    expect(Workbook.backLinks(workbook, "firms", ACME)).toEqual([]);
    undo(gone);
    expect(live()).toEqual(["1"]);
    expect(cell(A, "firm")).toEqual([ACME]);
    expect(Workbook.backLinks(workbook, "firms", ACME)).toHaveLength(1);
  });

  it("of a delete skips a record whose unique value is taken by now", () => {
    const { write, undo, live } = world();
    write("ann", create([A], { email: ["a@acme.test"] }));
    const gone = write("ann", remove(A));
    write("bob", create([B], { email: ["a@acme.test"] }));
    expect(undo(gone).told).toEqual([
      ["1", "email", "“E-mail” must be unique, and another record holds “a@acme.test”."],
    ]);
    expect(live()).toEqual(["2"]);
  });

  it("of a merge puts back the survivor's cells and the merged records", () => {
    const { write, undo, cell, live } = world();
    write("ann", create([A, B], { name: ["a", "b"], age: [null, 7] }));
    const merge = write("ann", set([A], { age: [7] }), remove(B));
    undo(merge);
    expect(live()).toEqual(["1", "2"]);
    expect(cell(A, "age")).toBeUndefined();
  });

  it("of a retype brings the old values back and turns later ones into the old type", () => {
    const { write, undo, cell, people } = world();
    write("ann", create([A, B], { name: ["007", "b"] }));
    const retype = write(
      "ann",
      { op: "field", sheet: "people", after: { key: "name", name: "Name", type: "number" } },
      set([A, B], { name: [7, { invalid: "b" }] }),
    );
    write("bob", set([B], { name: [42] }));
    const { told } = undo(retype);
    expect(told).toEqual([["2", "name", "It was changed since."]]);
    expect(Workbook.findField(people, "name")?.type).toBe("text");
    expect([cell(A, "name"), cell(B, "name")]).toEqual(["007", "42"]);
  });

  it("of a column keeps it when others have filled it, else moves it to the trash", () => {
    const { write, undo, people } = world();
    write("ann", create([A], { name: ["a"] }));
    const add = write(
      "ann",
      { op: "field", sheet: "people", after: { key: "note", name: "Note", type: "text" } },
      set([A], { note: ["from the import"] }),
    );
    const first = undo(add);
    expect(Workbook.findField(people, "note")?.deleted).toBe(true);
    undo(first.changeset);
    expect(Workbook.findField(people, "note")?.deleted).toBeUndefined();
    write("bob", set([A], { note: ["by hand"] }));
    expect(undo(add).told).toEqual([
      ["1", "note", "It was changed since."],
      ["", "note", "The column “Note” stays: 1 record holds a value in it."],
    ]);
  });

  it("of a column's change reverts each property by itself", () => {
    const { write, undo, people } = world();
    const before = Workbook.findField(people, "age");
    const change = write("ann", {
      op: "field",
      sheet: "people",
      after: { key: "age", name: "Years", type: "number", decimals: 0 },
    });
    write("bob", {
      op: "field",
      sheet: "people",
      after: { key: "age", name: "Age now", type: "number", decimals: 0 },
    });
    expect(undo(change).told).toEqual([
      ["", "age", "The name of the column “Age now” was changed since."],
    ]);
    expect(Workbook.findField(people, "age")).toEqual({ ...before, name: "Age now" });
  });

  it("keeps choices that records in the trash hold, without a word", () => {
    const { write, undo, people } = world();
    const options = [{ name: "Lead" }, { name: "Won" }, { name: "New" }, { name: "Unused" }];
    const made = write(
      "ann",
      {
        op: "field",
        sheet: "people",
        after: { key: "stage", name: "Stage", type: "choice", options },
      },
      create([A], { stage: ["New"] }),
    );
    expect(undo(made).told).toEqual([]);
    expect(Workbook.findField(people, "stage")?.options).toEqual(options.slice(0, 3));
  });

  it("of a sheet moves it to the trash, and its undo brings it back with its records", () => {
    const { workbook, write, undo } = world();
    const made = write(
      "ann",
      { op: "sheet", key: "deals", after: { name: "Deals", title: ["name"], position: 2 } },
      { op: "field", sheet: "deals", after: { key: "name", name: "Name", type: "text" } },
      create([A], { name: ["Deal"] }, "deals"),
    );
    const { changeset, told } = undo(made);
    expect(told).toEqual([]);
    const deals = Workbook.table(workbook, "deals");
    expect([deals.sheet.deleted, deals.live]).toEqual([true, 0]);
    expect(undo(changeset).told).toEqual([]);
    expect([deals.sheet.deleted, deals.live]).toEqual([undefined, 1]);
    expect(Workbook.value(deals, 0, "name")).toBe("Deal");
  });

  it("does not take a record from somebody who deleted or changed it since", () => {
    const { write, undo, live } = world();
    write("ann", create([A], { name: ["a"] }));
    const gone = write("ann", remove(A));
    const back = write("ann", { op: "restore", sheet: "people", ids: [A] });
    write("bob", set([A], { name: ["b"] }));
    expect(undo(back).told).toEqual([["1", undefined, "Somebody else changed it since."]]);
    write("bob", remove(A));
    expect(undo(gone).told).toEqual([["1", undefined, "Somebody else deleted it since."]]);
    expect(live()).toEqual([]);
  });

  it("of a delete after a retype brings the record back with what it held before", () => {
    const { write, undo, cell, live } = world();
    write("ann", create([A], { age: [{ invalid: "many" }] }));
    const age: Field = { key: "age", name: "Age", type: "text" };
    const retype = write(
      "ann",
      { op: "field", sheet: "people", after: age },
      set([A], { age: ["many"] }),
    );
    const gone = write("ann", remove(A));
    expect(undo(gone, retype).told).toEqual([]);
    expect(live()).toEqual(["1"]);
    expect(cell(A, "age")).toEqual({ invalid: "many" });
  });

  it("of a retype writes nothing else to a record that was created and deleted since", () => {
    const { write, undo, live } = world();
    const made = write("ann", create([A], { name: ["a"], age: [1] }));
    const change = write("ann", set([A], { name: ["b"], age: [2] }));
    const age: Field = { key: "age", name: "Age", type: "text" };
    const retype = write(
      "ann",
      { op: "field", sheet: "people", after: age },
      set([A], { age: ["2"] }),
    );
    const gone = write("ann", remove(A));
    expect(undo(gone, retype, change, made).told).toEqual([]);
    expect(live()).toEqual([]);
  });

  it("of a column that was added, retyped and filled takes it away as it is", () => {
    const { write, undo, people } = world();
    const field = (type: Field["type"]): Operation => ({
      op: "field",
      sheet: "people",
      after: { key: "own", name: "Own", type },
    });
    const added = write("ann", field("text"));
    const retype = write("ann", field("number"));
    const made = write("ann", create([A], { own: [36] }));
    expect(undo(made, retype, added).told).toEqual([]);
    expect(Workbook.findField(people, "own")?.deleted).toBe(true);
  });

  it("leaves the columns of system sheets, which what came since is written to", () => {
    const { workbook, write, undo } = world();
    write("ann", {
      op: "sheet",
      key: "_notes",
      after: { name: "Notes", title: [], system: true, position: 9 },
    });
    const added = write("ann", {
      op: "field",
      sheet: "_notes",
      after: { key: "kept", name: "Kept", type: "checkbox" },
    });
    expect(undo(added).told).toEqual([]);
    const kept = Workbook.findField(Workbook.table(workbook, "_notes"), "kept");
    expect(kept).toMatchObject({ key: "kept" });
    expect(kept?.deleted).toBeUndefined();
  });

  it("of several changesets, newest first, leaves what was there before the first", () => {
    const { write, undo, cell, live } = world();
    write("ann", create([A], { name: ["a"] }));
    const one = write("ann", set([A], { name: ["b"] }), create([B], { name: ["new"] }));
    const two = write("ann", set([A, B], { name: ["c", "newer"] }));
    const { changeset, told } = undo(two, one);
    expect(told).toEqual([]);
    expect(changeset.operations).toHaveLength(2);
    expect([cell(A, "name"), live()]).toEqual(["a", ["1"]]);
  });
});
