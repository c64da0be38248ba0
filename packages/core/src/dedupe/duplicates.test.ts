import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contacts, HEADER } from "../testing/contacts.ts";
import { columnsOfHandful, columnsOfPeople, HANDFUL, personOf } from "../testing/people.ts";
import { find } from "./duplicates.ts";
import { lookup } from "./lookup.ts";
import type { Column } from "./table.ts";

function column(name: string, kind: Column["kind"], values: readonly string[]): Column {
  return { name, kind, values };
}

describe("what is found", () => {
  const rows = [...HANDFUL, ["Emil", "Braun", "emil@braun.de", "0221 4455"]];
  const columns = columnsOfHandful(rows);

  test("spellings of one person in a short list", () => {
    expect(find(columns).clusters).toEqual([
      [0, 1],
      [2, 4],
    ]);
  });

  test("reasons say in words what agrees and how much it counts", () => {
    const { explain, pairs } = find(columns);
    expect(pairs[0]?.probability).toBeGreaterThan(0.9);
    const reasons = explain(2, 4);
    expect(reasons[0]?.weight).toBeGreaterThan(3);
    expect(reasons.map(({ words }) => words)).toContain("email is the same: b.schulz@firma.de");
    expect(reasons.find((reason) => reason.column === "givenName")?.words).toBe(
      "givenName is another form of the same name: Bernd / Bernhard",
    );
  });

  test("given and family name in each other's place", () => {
    const swapped = columnsOfHandful([...rows, ["Weber", "Clara", "clara@weber.de", ""]]);
    expect(find(swapped).clusters).toContainEqual([3, 7]);
  });

  test("nobody whose name another number tells apart", () => {
    const made = Array.from({ length: 30 }, (_, n) => [`Person${n}`, `Test ${n}`, "", ""]);
    expect(find(columnsOfHandful(made)).clusters).toEqual([]);
    const whole = ["Kunde 1", "Kunde 2", "Kunde 3", "Kunde4", "Kunde5"];
    expect(find([column("Name", "personName", whole)]).clusters).toEqual([]);
  });

  test("no colleagues, in however short a list", () => {
    const colleagues = [
      ["Ann", "Lee", "ann@acme.test", "Acme Ltd"],
      ["Bob", "May", "bob@acme.test", "ACME Limited"],
      ["Cy", "Orr", "cy@beta.test", "Beta"],
    ];
    const kinds = ["givenName", "familyName", "email", "company"] as const;
    const found = find(
      kinds.map((kind, at) =>
        column(
          kind,
          kind,
          colleagues.map((row) => row[at] ?? ""),
        ),
      ),
    );
    expect(found.pairs).toEqual([]);
  });

  test("companies by their names alone", () => {
    const words =
      "Rimfire Orient Delmar Kestrel Norwood Bellona Tarquin Ostrava Lumen Zephyr".split(" ");
    const fields = "Minerals Express Foods Networks Paper Steel Motors Chemicals".split(" ");
    const names = words.flatMap((word, n) =>
      fields.map((field, at) => `${word}${n + at} ${field} Inc.`),
    );
    const again = [
      "RIMFIRE0 MINERALS",
      "Orient1 Minerals Ltd",
      "Delmar4 Foods GmbH",
      "Zephyr12 Networks Corp",
    ];
    const { clusters } = find([column("Company", "company", [...names, ...again])]);
    expect(clusters.map((rows) => rows.at(-1))).toEqual([80, 81, 82, 83]);
  });

  test("nearly all near-duplicates of a generated list, and little else", () => {
    const list = contacts(600);
    const { clusters } = find(columnsOfPeople(list.map(personOf)));
    const said = clusters.reduce((sum, one) => sum + (one.length * (one.length - 1)) / 2, 0);
    expect(said).toBeGreaterThan(44);
    expect(said).toBeLessThan(52);
  });

  test("a common name alone makes nobody a duplicate, a rare one nearly does", () => {
    const firsts = "Anna Ben Carl Dora Emil Finn Gus Hans Ida Jan".split(" ");
    const names = Array.from(
      { length: 200 },
      (_, at) => `${firsts[at % 10]} Smith${at < 100 ? "" : at}`,
    );
    const { clusters } = find([
      column(
        "First",
        "givenName",
        names.map((one) => one.split(" ")[0] ?? ""),
      ),
      column(
        "Last",
        "familyName",
        names.map((one) => one.split(" ")[1] ?? ""),
      ),
      column(
        "City",
        "place",
        names.map((_, at) => `Town${(at * 7) % 83}`),
      ),
    ]);
    expect(clusters.length).toBeLessThan(5);
  });
});

describe("laws", () => {
  test("the order of rows never changes the clusters", () => {
    const list = contacts(120, 7);
    const as = (order: readonly number[]): string[] =>
      find(columnsOfPeople(order.map((at) => personOf(list[at] as string[]))))
        .clusters.map((rows) =>
          rows
            .map((row) => order[row] as number)
            .sort((a, b) => a - b)
            .join(" "),
        )
        .sort();
    const plain = as(list.map((_, at) => at));
    expect(plain.length).toBeGreaterThan(4);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          list.map((_, at) => at),
          { minLength: list.length },
        ),
        (order) => {
          expect(as(order)).toEqual(plain);
        },
      ),
      { numRuns: 6 },
    );
  });

  test("clusters are disjoint and have two rows or more, whatever the texts", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.string({ unit: "grapheme", maxLength: 12 }), fc.string({ maxLength: 6 })),
          { maxLength: 40 },
        ),
        (rows) => {
          const { clusters, pairs } = find([
            column(
              "a",
              "text",
              rows.map(([a]) => a),
            ),
            column(
              "b",
              "word",
              rows.map(([, b]) => b),
            ),
          ]);
          const all = clusters.flat();
          expect(new Set(all).size).toBe(all.length);
          expect(clusters.every((one) => one.length > 1)).toBe(true);
          expect(
            pairs.every(({ a, b, probability }) => a < b && probability >= 0.2 && probability <= 1),
          ).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("bad input takes bounded time and has a clear outcome", () => {
  test("no rows, no columns, one row, empty columns", () => {
    expect(find([]).clusters).toEqual([]);
    expect(find([column("a", "text", [])]).clusters).toEqual([]);
    expect(find([column("a", "text", ["x"])]).clusters).toEqual([]);
    expect(find([column("a", "text", ["", "", " ", "n/a"])]).clusters).toEqual([]);
  });

  test("a file of equal rows is one cluster, with a bounded list of pairs", () => {
    const { clusters, pairs } = find([
      column(
        "Name",
        "personName",
        Array.from({ length: 5000 }, () => "Anna Smith"),
      ),
      column(
        "Email",
        "email",
        Array.from({ length: 5000 }, () => "anna@smith.test"),
      ),
    ]);
    expect(clusters.map((one) => one.length)).toEqual([5000]);
    expect(pairs.length).toBeLessThan(10_000);
  });

  test("values of 10,000 characters and mixed scripts", () => {
    const long = "lorem ipsum dolor ".repeat(600);
    const { clusters } = find([
      column("Name", "personName", [
        "Сергей Лавров",
        "Sergei Lavrov",
        "王小明",
        "محمد علي",
        "Anna Weber",
        "Otto Klein",
      ]),
      column("Notes", "text", [`${long}a`, `${long}a`, `${long}b`, long, "short", ""]),
      column("Email", "email", ["s@lavrov.ru", "s@lavrov.ru", "", "", "", ""]),
    ]);
    expect(clusters).toEqual([[0, 1]]);
  });
});

describe("a record that is being typed", () => {
  const list = contacts(400, 3);
  const columns = columnsOfPeople(list.map(personOf));
  const { weights } = find(columns);
  const ask = lookup(columns, weights);
  const textsOf = (row: readonly string[]): string[] =>
    columns.map(({ name }) => row[HEADER.indexOf(name)] ?? "");

  test("is found by what is typed so far, with reasons", () => {
    const texts = columns.map(({ name }) => (name === "Email" ? (list[5]?.[2] ?? "") : ""));
    const [match] = ask.find(texts);
    expect(list[match?.row ?? -1]?.[2]?.trim().toLowerCase()).toBe(
      list[5]?.[2]?.trim().toLowerCase(),
    );
    expect(match?.reasons[0]?.column).toBe("Email");
  });

  test("is not found when it is of somebody else", () => {
    expect(ask.find(columns.map(() => ""))).toEqual([]);
    const texts = textsOf(list[9] ?? []).map((text, at) =>
      ["First Name", "Last Name", "City"].includes(columns[at]?.name ?? "") ? text : "",
    );
    expect(ask.find(texts, 0.95)).toEqual([]);
  });
});
