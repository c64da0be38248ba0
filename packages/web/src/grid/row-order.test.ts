import fc from "fast-check";
import { expect, test } from "vitest";
import { RowOrder } from "./row-order.ts";

function tableOf(values: number[]) {
  const ids = values.map((_, index) => `r${index}`);
  return { ids, rowById: new Map(ids.map((id, index) => [id, index])) };
}

test("rows inserted one by one stand where sorting all of them would put them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
      fc.nat(),
      fc.boolean(),
      (values, seed, sorted) => {
        const table = tableOf(values);
        const question = {
          select: (rows: readonly number[]) => rows.filter((row) => values[row] !== 5),
          ...(sorted
            ? { compare: (a: number, b: number) => (values[a] as number) - (values[b] as number) }
            : {}),
        };
        const all = values.map((_, index) => index);
        const late = all.filter((row) => (row * 7 + seed) % 3 === 0);
        const early = all.filter((row) => !late.includes(row));
        const whole = new RowOrder(table);
        whole.ask(table, all, question);
        const grown = new RowOrder(table);
        grown.ask(table, early, question);
        grown.insert(late);
        expect([...grown.rows]).toEqual([...whole.rows]);
        all.forEach((row) => expect(grown.placeOf(row)).toBe(grown.rows.indexOf(row)));
      },
    ),
  );
});

test("an edited row stays, and is known to stand out of order", () => {
  const values = [1, 2, 3];
  const table = tableOf(values);
  const order = new RowOrder(table);
  order.ask(table, [0, 1, 2], { compare: (a, b) => (values[a] as number) - (values[b] as number) });
  expect(order.misplaced(0)).toBe(false);
  values[0] = 9;
  expect(order.at(0)).toEqual({ id: "r0", row: 0 });
  expect(order.misplaced(0)).toBe(true);
});

test("a row that is added by this person is shown last, whatever the filter", () => {
  const table = tableOf([1, 2, 3]);
  const order = new RowOrder(table);
  order.ask(table, [0, 1], { select: (rows) => rows.filter((row) => row === 0) });
  order.append([2]);
  expect([...order.rows]).toEqual([0, 2]);
  order.append([2]);
  expect(order.count).toBe(2);
});

test("removed rows leave no gap", () => {
  const table = tableOf([1, 2, 3]);
  const order = new RowOrder(table);
  order.ask(table, [0, 1, 2], {});
  expect(order.remove(new Set([1]))).toBe(true);
  expect(order.indexOf("r2")).toBe(1);
  expect(order.indexOf("r1")).toBe(-1);
  expect(order.remove(new Set([1]))).toBe(false);
});

test("a new row that somebody else's record pushed to another place is followed", () => {
  const table = tableOf([1, 2]);
  const order = new RowOrder(table);
  order.ask(table, [0, 1], {});
  table.ids.push("mine");
  table.rowById.set("mine", 2);
  order.append([2]);
  // Theirs was first: mine is laid again behind it.
  table.ids.splice(2, 1, "theirs", "mine");
  table.rowById.set("theirs", 2).set("mine", 3);
  expect(order.settle()).toBe(true);
  order.insert([2]);
  expect([...order.rows].map((row) => table.ids[row])).toEqual(["r0", "r1", "theirs", "mine"]);
  expect(order.settle()).toBe(false);
});
