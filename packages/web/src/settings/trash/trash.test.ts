import { beforeEach, describe, expect, test } from "vitest";
import { fromRegistry } from "@gridfolk/core/ledger/rules";
import { registry } from "@gridfolk/core/field/registry";
import { check } from "@gridfolk/core/ledger/draft";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { deletedRows, type Asked } from "./deleted-rows.ts";
import { planRestore } from "./restore-plan.ts";

const rules = fromRegistry(registry);
const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 4, 3);
const [A = "", B = "", C = ""] = [1, 2, 3].map((n) => `1r5c8d0ab000000${n}`);

let workbook: Workbook.Workbook;

beforeEach(() => {
  workbook = Workbook.empty("w", "e");
  land("ann", 0, [
    { op: "sheet", key: "people", after: { name: "People", title: ["name"], position: 0 } },
    { op: "field", sheet: "people", after: { key: "name", name: "Name", type: "text" } },
    {
      op: "field",
      sheet: "people",
      after: { key: "email", name: "E-mail", type: "email", unique: true },
    },
    {
      op: "field",
      sheet: "people",
      after: { key: "stage", name: "Stage", type: "choice", options: [{ name: "Lead" }] },
    },
    {
      op: "create",
      sheet: "people",
      ids: [A, B],
      fields: { name: ["Ann", "Bea"], email: ["a@x.test", null], stage: [null, "Lead"] },
    },
  ]);
});

function land(actor: string, daysAgo: number, operations: readonly Operation[]): void {
  const checked = check(workbook, { operations }, rules);
  const seq = workbook.seq + 1;
  const changeset = `c${seq}`;
  const answer = { seq, changeset, ...checked.answer };
  const at = NOW - daysAgo * DAY;
  Workbook.apply(workbook, {
    seq,
    at,
    hash: "",
    changesets: [
      {
        id: changeset,
        base: seq - 1,
        actor,
        source: "grid",
        label: "",
        operations: checked.operations,
        seq,
        at,
        answer,
      },
    ],
  });
}

const remove = (actor: string, daysAgo: number, ...ids: string[]) =>
  land(actor, daysAgo, [{ op: "delete", sheet: "people", ids }]);
const plan = (...ids: string[]) =>
  planRestore(workbook, new Map([["people", ids]]), { now: NOW, locale });
const cells = (id: string) => {
  const table = Workbook.table(workbook, "people");
  const row = table.rowById.get(id) ?? -1;
  return ["name", "email", "stage"].map((key) => Workbook.value(table, row, key) ?? null);
};

describe("the trash", () => {
  const found = (asked: Partial<Asked>) =>
    deletedRows(
      workbook,
      { sheet: "", by: "", days: 0, words: "", ...asked },
      { now: NOW, me: "ann" },
    ).map(({ id }) => id);

  test("is found by sheet, words, person and time, deleted last first, for 90 days", () => {
    remove("ann", 89, A);
    remove("bob", 3, B);
    expect(found({})).toEqual([B, A]);
    expect(found({ by: "ann" })).toEqual([A]);
    expect(found({ days: 7 })).toEqual([B]);
    expect(found({ words: "a@x" })).toEqual([A]);
    expect(found({ sheet: "people" })).toEqual([B, A]);
    expect(found({ sheet: "firms" })).toEqual([]);
    land("bob", 0, [{ op: "restore", sheet: "people", ids: [A] }]);
    remove("ann", 91, A);
    expect(found({})).toEqual([B]);
  });
});

describe("restoring", () => {
  test("many rows is one change, their sheet included when it is in the trash too", () => {
    remove("ann", 1, A, B);
    land("ann", 1, [
      {
        op: "sheet",
        key: "people",
        after: { name: "People", title: ["name"], position: 0, deleted: true },
      },
    ]);
    const { plain, obstacles } = plan(B, A);
    expect(obstacles).toEqual([]);
    expect(plain.operations.map(({ op }) => op)).toEqual(["sheet", "restore"]);
    land("ann", 0, plain.operations);
    expect(Workbook.table(workbook, "people").sheet.deleted).not.toBe(true);
    expect(Workbook.table(workbook, "people").live).toBe(2);
  });

  test("tells who has a unique value now, and brings the row back without it or the others alone", () => {
    remove("ann", 1, A, B);
    land("bob", 0, [
      { op: "create", sheet: "people", ids: [C], fields: { name: ["Cy"], email: ["A@x.test"] } },
    ]);
    const { plain, obstacles, without } = plan(A, B);
    expect(obstacles).toMatchObject([
      { id: A, name: "Ann", reason: "E-mail a@x.test: Cy has it now." },
    ]);
    expect([plain.rows, without?.rows]).toEqual([1, 2]);
    land("ann", 0, without?.operations ?? []);
    expect(cells(A)).toEqual(["Ann", null, null]);
    expect(cells(B)).toEqual(["Bea", null, "Lead"]);
  });

  test("keeps a choice that the column lost as marked text", () => {
    remove("ann", 1, B);
    // The column may lose a choice that only the trash holds when its cells there become text.
    land("bob", 0, [
      {
        op: "field",
        sheet: "people",
        after: { key: "stage", name: "Stage", type: "choice", options: [{ name: "Won" }] },
      },
      { op: "set", sheet: "people", ids: [B], fields: { stage: [{ invalid: "Lead" }] } },
    ]);
    const { plain, obstacles } = plan(B);
    expect(obstacles).toEqual([]);
    land("ann", 0, plain.operations);
    expect(cells(B)).toEqual(["Bea", null, { invalid: "Lead" }]);
  });

  test("leaves a row in the trash whose value must be there and is taken", () => {
    land("ann", 5, [{ op: "set", sheet: "people", ids: [B], fields: { email: ["b@x.test"] } }]);
    land("ann", 4, [
      {
        op: "field",
        sheet: "people",
        after: { key: "email", name: "E-mail", type: "email", unique: true, required: true },
      },
    ]);
    remove("ann", 1, A);
    land("bob", 0, [{ op: "set", sheet: "people", ids: [B], fields: { email: ["a@x.test"] } }]);
    const { plain, obstacles, without } = plan(A);
    expect(obstacles).toHaveLength(1);
    expect([plain.rows, without]).toEqual([0, undefined]);
  });
});
