import fc from "fast-check";
import { expect, test } from "vitest";
import type { Field } from "@gridfolk/core/field/field";
import type { Group, Grouping } from "@gridfolk/core/view/group";
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

test("narrowing shows the same as asking for it anew, and adds rows as it would", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
      fc.boolean(),
      fc.boolean(),
      (values, sorted, grouped) => {
        const table = tableOf(values);
        const all = values.map((_, index) => index);
        const asking = (most: number) => ({
          select: (rows: readonly number[]) => rows.filter((row) => (values[row] as number) < most),
          ...(sorted
            ? { compare: (a: number, b: number) => (values[b] as number) - (values[a] as number) }
            : {}),
          ...(grouped ? { groups: groupsOf(values, 2) } : {}),
        });
        const anew = new RowOrder(table);
        anew.ask(table, all, asking(4));
        const narrowed = new RowOrder(table);
        narrowed.ask(table, all, asking(7));
        narrowed.narrow(asking(4));
        expect([...narrowed.rows]).toEqual([...anew.rows]);
        expect(narrowed.count).toBe(anew.count);
        for (const order of [narrowed, anew]) order.insert(all);
        expect([...narrowed.rows]).toEqual([...anew.rows]);
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

const groupKey = (value: number) => String(value % 3);

/** Groups by the remainder of three, and within that by being even, as core does by fields. */
function groupsOf(values: number[], levels: 1 | 2): Grouping {
  const field: Field = { key: "f", name: "F", type: "number" };
  const known = new Map<string, Group>();
  const group = (key: string, level: number) => {
    const found = known.get(key) ?? { key, level, field, cell: key };
    known.set(key, found);
    return found;
  };
  const pathOf = (leaf: number) => [Math.floor(leaf / 2), leaf % 2];
  return {
    levels,
    fields: [field],
    leafOf: (row) => {
      const value = values[row] as number;
      return (value % 3) * 2 + (levels === 2 ? value % 2 : 0);
    },
    compare: (a, b) => a - b,
    groupAt(leaf, level) {
      const [outer, inner] = pathOf(leaf);
      return group(level === 0 ? `${outer}` : `${outer}\n${inner}`, level);
    },
  };
}

test("every record stands under its header, shutting a group hides exactly its rows, and arrivals join their group", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 30 }),
      fc.constantFrom(1 as const, 2 as const),
      fc.subarray(["0", "1", "2", "0\n0", "2\n1"]),
      fc.nat(),
      (values, levels, shut, seed) => {
        const table = tableOf(values);
        const question = {
          groups: groupsOf(values, levels),
          compare: (a: number, b: number) => (values[a] as number) - (values[b] as number),
        };
        const all = values.map((_, index) => index);
        const late = all.filter((row) => (row * 7 + seed) % 3 === 0);
        const whole = new RowOrder(table);
        whole.ask(table, all, question);
        const grown = new RowOrder(table);
        grown.ask(
          table,
          all.filter((row) => !late.includes(row)),
          question,
        );
        grown.insert(late);
        expect([...grown.rows]).toEqual([...whole.rows]);
        expect(grown.groups).toEqual(whole.groups);

        grown.collapse(new Set(shut));
        const lines = Array.from({ length: grown.count }, (_, place) => place);
        const visible = lines.map((place) => grown.rowAt(place)).filter((row) => row >= 0);
        const isShut = (row: number) => {
          const value = values[row] as number;
          return (
            shut.includes(groupKey(value)) ||
            (levels === 2 && shut.includes(`${groupKey(value)}\n${value % 2}`))
          );
        };
        expect(visible).toEqual([...whole.rows].filter((row) => !isShut(row)));
        for (const place of lines) {
          const row = grown.rowAt(place);
          if (row >= 0) {
            expect(grown.placeOf(row)).toBe(place);
            expect(grown.rows[grown.numberAt(place) - 1]).toBe(row);
            expect(
              grown.groupOver(place)?.group.key.startsWith(groupKey(values[row] as number)),
            ).toBe(true);
          } else {
            const line = grown.groupAt(place);
            expect(grown.indexOf(line?.id ?? "")).toBe(place);
            expect(grown.numberAt(place)).toBe(0);
          }
        }
        const ids = lines.map((place) => grown.at(place)?.id);
        expect(new Set(ids).size).toBe(ids.length);
      },
    ),
  );
});

test("an edited record stays in its group until asked again, and what a person adds comes last in its group", () => {
  const values = [0, 3, 1, 4];
  const table = tableOf(values);
  const order = new RowOrder(table);
  order.ask(table, [0, 1, 2], { groups: groupsOf(values, 1) });
  values[0] = 1;
  expect(order.misplaced(0)).toBe(true);
  expect(order.misplaced(1)).toBe(false);
  order.append([3]);
  expect([...order.rows]).toEqual([0, 1, 2, 3]);
  expect(order.groups.map(({ group, from, to }) => [group.key, from, to])).toEqual([
    ["0", 0, 2],
    ["1", 2, 4],
  ]);
  order.remove(new Set([2, 3]));
  expect(order.groups.map(({ group }) => group.key)).toEqual(["0"]);
});
