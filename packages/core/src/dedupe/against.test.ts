import { describe, expect, test } from "vitest";
import { contacts } from "../testing/contacts.ts";
import { columnsOfPeople, personOf } from "../testing/people.ts";
import { against } from "./against.ts";
import { find } from "./duplicates.ts";
import { expectedWeights } from "./learn.ts";
import { lookup } from "./lookup.ts";

const list = contacts(300, 5);
const rows = list.map(personOf);
const columns = columnsOfPeople(rows);
const stranger = [
  "Wendelin",
  "Quastenflosser",
  "wq@lurch.example",
  "+49 7531 998812",
  "Lurch KG",
  "Konstanz",
];

describe("new rows against those that are there", () => {
  const [first, last, email, phone, , city] = rows[20]!;
  const incoming = [
    [first!, last!, email!.toUpperCase(), "", "", city!],
    stranger,
    ["Wendelin", "Quastenfloser", "wq@lurch.example", "+49 7531 998812", "", "Konstanz"],
    [first!, last!, "", phone!, "", ""],
  ];
  const found = against(
    columns,
    columns.map((column, at) => ({ ...column, values: incoming.map((row) => row[at] ?? "") })),
  );

  test("a person that is there is named, with reasons", () => {
    const like = found.likenesses[0];
    expect(like).toMatchObject({ isNew: false });
    expect(rows[like!.row]![2]!.trim().toLowerCase()).toBe(email!.trim().toLowerCase());
    expect(like!.probability).toBeGreaterThan(found.threshold);
    expect(found.explain(0, like!)[0]?.column).toBe("Email");
    expect(found.likenesses[3]).toMatchObject({ isNew: false });
  });

  test("a stranger is new, and a second spelling of him is like the first", () => {
    expect(found.likenesses[1]).toBeUndefined();
    expect(found.likenesses[2]).toMatchObject({ row: 1, isNew: true });
    expect(found.explain(2, found.likenesses[2]!).length).toBeGreaterThan(2);
  });

  test("nothing there, nothing new", () => {
    expect(against([], []).likenesses).toEqual([]);
    const none = columns.map((column) => ({ ...column, values: [] }));
    expect(against(columns, none).likenesses).toEqual([]);
    expect(
      against(
        none,
        columns.map((column) => ({ ...column, values: [column.values[0]!] })),
      ).likenesses,
    ).toEqual([undefined]);
  });
});

describe("a lookup that follows its rows", () => {
  const weights = expectedWeights(columns);

  test("finds a row from when it is put, and no longer when it is removed", () => {
    const ask = lookup(columns, weights);
    expect(ask.find(stranger)).toEqual([]);
    ask.put(1000, stranger);
    const [match] = ask.find(["Wendelin", "Quastenflosser", "", "", "", "Konstanz"]);
    expect(match).toMatchObject({ row: 1000 });
    expect(match!.reasons.map(({ words }) => words)).toContain(
      "Last Name is the same: Quastenflosser",
    );
    ask.remove(1000);
    expect(ask.find(stranger)).toEqual([]);
    expect(ask.changes).toBe(2);
  });

  test("knows a row that was changed by its new values alone", () => {
    const ask = lookup(columns, weights);
    const before = rows[40]!;
    expect(ask.find(before).some(({ row }) => row === 40)).toBe(true);
    ask.put(40, stranger);
    expect(ask.find(before).some(({ row }) => row === 40)).toBe(false);
    expect(ask.find(stranger)[0]?.row).toBe(40);
    ask.put(40, before);
    expect(ask.find(stranger)).toEqual([]);
    expect(ask.find(before)[0]?.row).toBe(40);
  });

  test("answers with what is expected much like with what was learnt", () => {
    const learnt = lookup(columns, find(columns).weights);
    const expected = lookup(columns, weights);
    const typed = rows.slice(0, 60).map((row) => [row[0]!, row[1]!, row[2]!, "", "", ""]);
    const same = typed.filter(
      (texts) => learnt.find(texts)[0]?.row === expected.find(texts)[0]?.row,
    );
    expect(same.length).toBeGreaterThan(50);
  });
});
