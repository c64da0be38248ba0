import { describe, expect, test } from "vitest";
import { registry } from "@gridfolk/core/field/registry";
import { check } from "@gridfolk/core/ledger/draft";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Past from "@gridfolk/core/ledger/past";
import { fromRegistry } from "@gridfolk/core/ledger/rules";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { restoring } from "./restore.ts";

const rules = fromRegistry(registry);
const A = "1r5c8d0ab0000001";
const B = "1r5c8d0ab0000002";
const C = "1r5c8d0ab0000003";

/** A workbook, and how to write to it. */
function begin() {
  const workbook = Workbook.empty("w", "e");
  const heads: Workbook.Committed[] = [];
  const write = (...operations: Operation[]) => {
    const checked = check(workbook, { operations }, rules);
    const seq = workbook.seq + 1;
    const id = `c${seq}`;
    const answer = { seq, changeset: id, ...checked.answer };
    const changeset = {
      id,
      base: seq - 1,
      actor: "ann",
      source: "grid" as const,
      label: "",
      operations: checked.operations,
      seq,
      at: seq,
      answer,
    };
    const head = { seq, at: seq, hash: `h${seq}`, changesets: [changeset] };
    heads.push(head);
    Workbook.apply(workbook, head);
  };
  const asOf = (seq: number) => {
    const past = Past.begin(workbook);
    for (const head of heads.slice(seq).toReversed()) Past.takeOff(past, head);
    return Past.finish(past);
  };
  write(
    { op: "sheet", key: "people", after: { name: "People", title: ["name"], position: 0 } },
    { op: "field", sheet: "people", after: { key: "name", name: "Name", type: "text" } },
    { op: "field", sheet: "people", after: { key: "age", name: "Age", type: "number" } },
    { op: "create", sheet: "people", ids: [A, B], fields: { name: ["Ann", "Bo"], age: [1, 2] } },
  );
  const seen = () => {
    const table = Workbook.table(workbook, "people");
    return Workbook.rows(table).map((row) => [
      Workbook.value(table, row, "name"),
      Workbook.value(table, row, "age"),
    ]);
  };
  return { workbook, write, asOf, seen };
}

const set = (ids: string[], fields: Record<string, (string | number)[]>): Operation => ({
  op: "set",
  sheet: "people",
  ids,
  fields,
});

describe("restoring rows of the past", () => {
  test("writes only the cells that differ, and brings back who was deleted", () => {
    const { workbook, write, asOf, seen } = begin();
    write(set([A], { name: ["X"] }), { op: "delete", sheet: "people", ids: [B] });
    write({ op: "create", sheet: "people", ids: [C], fields: { name: ["New"], age: [3] } });
    const back = restoring(workbook, asOf(1), "people", [B, A]);
    expect(back).toMatchObject({ records: 2, cells: 1 });
    expect(back.operations).toEqual([
      { op: "restore", sheet: "people", ids: [B] },
      { op: "set", sheet: "people", ids: [A], fields: { name: ["Ann"] } },
    ]);
    write(...back.operations);
    expect(seen()).toEqual([
      ["Ann", 1],
      ["Bo", 2],
      ["New", 3],
    ]);
    expect(restoring(workbook, asOf(1), "people", [A, B])).toMatchObject({ records: 0 });
  });

  test("of some columns leaves the others, and columns that are something else now", () => {
    const { workbook, write, asOf } = begin();
    write(set([A], { name: ["X"], age: [9] }));
    expect(restoring(workbook, asOf(1), "people", [A], ["age"]).operations).toEqual([
      { op: "set", sheet: "people", ids: [A], fields: { age: [1] } },
    ]);
    write({
      op: "field",
      sheet: "people",
      after: { key: "age", name: "Age", type: "number", deleted: true },
    });
    expect(restoring(workbook, asOf(1), "people", [A]).operations).toEqual([
      { op: "set", sheet: "people", ids: [A], fields: { name: ["Ann"] } },
    ]);
  });
});
