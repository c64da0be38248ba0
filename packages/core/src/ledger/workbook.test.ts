import { describe, expect, it } from "vitest";
import { isDomainError } from "../error.ts";
import { newIds } from "../testing/ledgers.ts";
import { begin, land, replay, rules } from "../testing/random-changes.ts";
import type { Operation } from "./operation.ts";
import * as Workbook from "./workbook.ts";

const A = "1r5c8d0ab0000001";
const B = "1r5c8d0ab0000002";
const C = "1r5c8d0ab0000003";

/** A workbook on which operations land unchecked. */
function world() {
  const { workbook, heads } = begin();
  const answer = { created: 0, changed: 0, deleted: 0, restored: 0, refused: [] };
  const write = (actor: string, ...operations: Operation[]) =>
    land(workbook, heads, { operations, answer }, actor);
  return { workbook, heads, write, people: Workbook.table(workbook, "people") };
}

const named = (ids: string[], ...names: (string | null)[]): Operation => ({
  op: "create",
  sheet: "people",
  ids,
  fields: { name: names },
});

const idsOf = (table: Workbook.Table): (string | undefined)[] =>
  Workbook.rows(table).map((row) => table.ids[row]);

describe("a workbook", () => {
  it("lists live records by id, whatever the order in which they came", () => {
    const { people, write } = world();
    write("ann", named([C], "c"));
    write("ann", named([A], "a"));
    expect(idsOf(people)).toEqual([A, C]);
    write("ann", named([B], "b"));
    expect(idsOf(people)).toEqual([A, B, C]);
    write("ann", { op: "delete", sheet: "people", ids: [A] });
    expect(idsOf(people)).toEqual([B, C]);
    expect(people.live).toBe(2);
    write("ann", { op: "restore", sheet: "people", ids: [A] });
    expect(idsOf(people)).toEqual([A, B, C]);
  });

  it("holds the same after many creates at once as after one after the other", () => {
    const ids = newIds(2_400);
    const creates = [0, 1, 2].map((n): Operation => {
      const part = ids.slice(n * 800, n * 800 + 800);
      const values = part.map((id, at) => (at % 3 === 0 ? null : `${n} ${id}`));
      // Not every column is in every one of them.
      const fields =
        n === 1 ? { mail: values } : { name: values, ...(n === 2 && { mail: values }) };
      return { op: "create", sheet: "people", ids: part, fields };
    });
    for (const earlier of [[], [named([A, B], "a", null)]]) {
      const [together, apart] = [world(), world()];
      for (const { write } of [together, apart]) write("ann", ...earlier);
      together.write("ann", ...creates);
      for (const create of creates) apart.write("ann", create);
      const cells = ({ people }: typeof apart) =>
        people.ids.map((id, row) => [
          id,
          people.rowById.get(id) === row,
          Workbook.value(people, row, "name"),
          Workbook.value(people, row, "mail"),
        ]);
      expect(cells(together)).toEqual(cells(apart));
      expect(together.people.live).toBe(ids.length + (earlier.length > 0 ? 2 : 0));
      expect(() => together.write("ann", named([A, A], "a", "again"))).toThrow("is there twice");
    }
  });

  it("keeps the list of rows as long as the order stays", () => {
    const { people, write } = world();
    write("ann", named([A, B], "a", "b"));
    const rows = Workbook.rows(people);
    write("bob", { op: "set", sheet: "people", ids: [A], fields: { name: ["x"] } });
    expect(Workbook.rows(people)).toBe(rows);
  });

  it("reads created and updated values from the record's stamps", () => {
    const { workbook, people, write } = world();
    const add = (
      key: string,
      type: "createdAt" | "createdBy" | "updatedAt" | "updatedBy",
    ): Operation => ({
      op: "field",
      sheet: "people",
      after: { key, name: key, type },
    });
    write(
      "ann",
      add("made", "createdAt"),
      add("by", "createdBy"),
      add("changed", "updatedAt"),
      add("who", "updatedBy"),
    );
    write("ann", named([A], "a"));
    write("bob", { op: "set", sheet: "people", ids: [A], fields: { name: ["x"] } });
    const read = (key: string) => Workbook.value(people, 0, key);
    expect(["made", "by", "changed", "who"].map(read)).toEqual([
      "1970-01-01T00:00:03Z",
      "ann",
      "1970-01-01T00:00:04Z",
      "bob",
    ]);
    expect(Workbook.lastSeq(people, 0)).toBe(workbook.seq);
    expect(Workbook.value(people, 0, "no such field")).toBeUndefined();
  });

  it("says what a step touched", () => {
    const { workbook } = world();
    const answer = {
      seq: 2,
      changeset: "x",
      created: 0,
      changed: 0,
      deleted: 0,
      restored: 0,
      refused: [],
    };
    const touched = Workbook.apply(workbook, {
      seq: 2,
      at: 1,
      hash: "h",
      changesets: [
        {
          id: "x",
          base: 1,
          actor: "ann",
          source: "grid",
          label: "",
          seq: 2,
          at: 1,
          answer,
          operations: [
            named([A, B], "a", "b"),
            { op: "set", sheet: "people", ids: [B], fields: { age: [3] } },
            { op: "delete", sheet: "people", ids: [A] },
          ],
        },
      ],
    });
    expect([...touched]).toEqual([
      [
        "people",
        {
          schema: false,
          created: [0, 1],
          changed: [1],
          deleted: [0],
          restored: [],
          fields: new Set(["name", "age"]),
        },
      ],
    ]);
  });

  it("lets the changesets of one head have different actors", () => {
    const { workbook, heads } = begin();
    const base = { base: 1, source: "grid", label: "", seq: 2, at: 2000 } as const;
    const answer = {
      seq: 2,
      changeset: "",
      created: 1,
      changed: 0,
      deleted: 0,
      restored: 0,
      refused: [],
    };
    const head: Workbook.Committed = {
      seq: 2,
      at: 2000,
      hash: "h",
      changesets: [
        { ...base, id: "one", actor: "ann", operations: [named([A], "a")], answer },
        { ...base, id: "two", actor: "bob", operations: [named([B], "b")], answer },
      ],
    };
    Workbook.apply(workbook, head);
    const people = Workbook.table(workbook, "people");
    const actors = people.created.map((stamp) => workbook.stamps.get(stamp)?.actor);
    expect(actors).toEqual(["ann", "bob"]);
    expect(people.updated.map(Workbook.seqOf)).toEqual([2, 2]);
    expect([...workbook.recent].slice(-2)).toEqual([
      ["one", { seq: 2, place: 0, requestHash: undefined }],
      ["two", { seq: 2, place: 1, requestHash: undefined }],
    ]);
    expect(Workbook.canonical(replay([...heads, head]))).toBe(Workbook.canonical(workbook));
  });

  it.each<[string, Operation]>([
    ["a sheet that is not there", { op: "delete", sheet: "nowhere", ids: [A] }],
    [
      "a record that is not there",
      { op: "set", sheet: "people", ids: [A], fields: { name: ["x"] } },
    ],
    ["a record that is there already", { op: "create", sheet: "people", ids: [B], fields: {} }],
  ])("fails loudly on a log that writes to %s", (_, operation) => {
    const { write } = world();
    write("ann", named([B], "b"));
    expect(() => write("ann", operation)).toThrow(
      expect.toSatisfy((error: unknown) => isDomainError(error, "corrupt")) as Error,
    );
  });

  it("folds nothing but the next head", () => {
    const { workbook } = begin();
    for (const seq of [1, 3]) {
      expect(() => Workbook.apply(workbook, { seq, at: 0, hash: "", changesets: [] })).toThrow(
        /does not follow/,
      );
    }
  });

  it("forgets stamps that no record refers to, and changesets older than the last 10,000", () => {
    const { workbook, people, write } = world();
    write("ann", named([A], "a"));
    for (let n = 0; n < 12_000; n += 1) {
      write("ann", { op: "set", sheet: "people", ids: [A], fields: { age: [n] } });
    }
    expect(workbook.stamps.size).toBeLessThan(10_100);
    expect(workbook.stamps.has(people.created[0] as number)).toBe(true);
    expect(workbook.recent.size).toBe(10_000);
    expect(workbook.recent.has(`changeset${workbook.seq}`)).toBe(true);
  });
});

describe("back-links", () => {
  it("lead from a record to the live ones that link to it, also after it went to the trash", () => {
    const { workbook, write } = world();
    write("ann", { op: "create", sheet: "firms", ids: [C], fields: { name: ["Acme"] } });
    write("ann", { op: "create", sheet: "people", ids: [A, B], fields: { firm: [[C], [C]] } });
    const links = () => Workbook.backLinks(workbook, "firms", C).map((link) => link.id);
    expect(links()).toEqual([A, B]);
    write(
      "ann",
      { op: "delete", sheet: "people", ids: [A] },
      { op: "delete", sheet: "firms", ids: [C] },
    );
    expect(links()).toEqual([B]);
    write(
      "ann",
      { op: "restore", sheet: "people", ids: [A] },
      { op: "set", sheet: "people", ids: [B], fields: { firm: [null] } },
    );
    expect(links()).toEqual([A]);
  });
});

describe("the index of keys", () => {
  it("finds live records by what their value means", () => {
    const { workbook, write } = world();
    write("ann", {
      op: "create",
      sheet: "people",
      ids: [A, B],
      fields: { email: ["Ann@Acme.test", "bob@acme.test"] },
    });
    const find = (key: string) => Workbook.keyIndex(workbook, "people", "email", rules).get(key);
    expect(find("ann@acme.test")).toEqual([A]);
    write("ann", { op: "set", sheet: "people", ids: [A], fields: { email: ["bob@acme.test"] } });
    expect(find("ann@acme.test")).toEqual([]);
    expect(find("bob@acme.test")).toEqual([A, B]);
    write("ann", { op: "delete", sheet: "people", ids: [A] });
    expect(find("bob@acme.test")).toEqual([B]);
  });
});
