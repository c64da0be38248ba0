import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contacts, HEADER } from "../testing/contacts.ts";
import { find } from "./duplicates.ts";
import type { KindName } from "./kinds/kind.ts";
import { KIND_NAMES, kindOf } from "./kinds/kinds.ts";
import type { Column } from "./table.ts";
import { plain } from "./text/words.ts";

const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 24 }),
  fc.constantFrom(
    "Dr. Müller, Jörg",
    "O'Brien & Sons Ltd.",
    "Acme GmbH & Co. KG",
    "Сергей Лавров",
    "王小明",
    "محمد علي",
    "12 High St. #4",
    "+49 (0)171 234 5678 ext. 9",
    "31/12/1999",
    "J.C. Juncker",
    "A B C Company",
    "Forty Four Inc",
    "anna.b+news@googlemail.com",
    "https://www.Example.co.uk/path?x=1",
    "00123-X",
    "1.234,50",
  ),
);

function columnsOfRows(kinds: readonly KindName[], rows: readonly (readonly string[])[]): Column[] {
  return kinds.map((kind, at) => ({
    name: `c${at}`,
    kind,
    values: rows.map((row) => row[at] ?? ""),
  }));
}

describe("normalisation", () => {
  test("done twice changes nothing", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(plain(plain(text))).toBe(plain(text));
      }),
      { numRuns: 400 },
    );
  });

  // What is kept of a company's or a person's name leaves words out that stand for it in another order: there the words decide.
  test.each(KIND_NAMES.filter((kind) => kind !== "phone" && kind !== "date" && kind !== "number"))(
    "of a %s is the same for its own key",
    (kind) => {
      const { parse } = kindOf(kind);
      fc.assert(
        fc.property(anyText, (text) => {
          const once = parse(text);
          if (once === undefined) return;
          expect(parse(once.key)?.key).toBe(once.key);
        }),
        { numRuns: 150 },
      );
    },
  );

  test.each(KIND_NAMES)(
    "a %s compares the same in both directions, and itself as the same",
    (kind) => {
      const { parse, compare, levels } = kindOf(kind);
      const words = { weightOf: () => 1 };
      fc.assert(
        fc.property(anyText, anyText, (a, b) => {
          const [x, y] = [parse(a), parse(b)];
          if (x === undefined || y === undefined || x.key === y.key) return;
          const level = compare(x, y, words);
          expect(compare(y, x, words)).toBe(level);
          expect(level).toBeGreaterThan(0);
          expect(level).toBeLessThan(levels.length);
        }),
        { numRuns: 150 },
      );
    },
  );
});

describe("any rows", () => {
  const kinds: readonly KindName[] = ["givenName", "familyName", "email", "text", "number"];
  const value = fc.oneof(
    fc.constantFrom("", "", "Anna", "Ana", "Smith", "Smyth", "a@b.test", "7", "7 bis"),
    fc.string({ maxLength: 6 }),
  );
  const rows = fc.array(fc.tuple(value, value, value, value, value), { maxLength: 30 });

  test("give the same clusters in any order", () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.double({ noNaN: true })), (list, random) => {
        const keys = list.map(() => random.next().value as number);
        const order = list.map((_, at) => at).sort((a, b) => keys[a]! - keys[b]!);
        const clustersOf = (at: readonly number[]): string[] =>
          find(
            columnsOfRows(
              kinds,
              at.map((one) => list[one]!),
            ),
          )
            .clusters.map((own) =>
              own
                .map((row) => at[row] as number)
                .sort((a, b) => a - b)
                .join(" "),
            )
            .sort();
        expect(clustersOf(order)).toEqual(clustersOf(list.map((_, at) => at)));
      }),
      { numRuns: 60 },
    );
  });

  test("end with weights that are numbers, where shares add up to one: what was learnt, or what was expected", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const { weights, pairs } = find(columnsOfRows(kinds, list));
        expect(weights.prior).toBeGreaterThan(0);
        expect(weights.prior).toBeLessThan(1);
        for (const { m, u } of weights.columns) {
          for (const shares of [m, u]) {
            expect(shares.every((one) => one > 0 && one <= 1)).toBe(true);
            expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 1);
          }
        }
        expect(pairs.every(({ probability }) => probability > 0 && probability <= 1)).toBe(true);
        expect(JSON.parse(JSON.stringify(weights))).toEqual(weights);
      }),
      { numRuns: 60 },
    );
  });
});

describe("large bad input", () => {
  const COUNT = 100_000;

  test("100,000 rows of one name, each with a number of its own, are not taken for one", () => {
    const started = performance.now();
    const { clusters } = find([
      {
        name: "Name",
        kind: "personName",
        values: Array.from({ length: COUNT }, () => "Anna Smith"),
      },
      {
        name: "No",
        kind: "code",
        values: Array.from({ length: COUNT }, (_, at) => `K${(at * 7919) % 1_000_003}`),
      },
    ]);
    expect(clusters.length).toBeLessThan(COUNT / 10);
    expect(performance.now() - started).toBeLessThan(15_000);
  }, 30_000);

  test("100,000 rows of one name and nothing else are one group with a bounded list of pairs", () => {
    const { clusters, pairs } = find([
      {
        name: "Name",
        kind: "personName",
        values: Array.from({ length: COUNT }, () => "Anna Smith"),
      },
    ]);
    expect(clusters.length).toBeLessThanOrEqual(1);
    expect(pairs.length).toBeLessThan(2 * COUNT);
  });

  test("one column of 10,000-character texts in mixed scripts takes no longer than short ones", () => {
    const parts = ["lorem ipsum ", "Сергей Лавров ", "王小明 ", "محمد علي "];
    const values = Array.from({ length: 400 }, (_, at) =>
      `${at % 390} ${parts[at % 4]!.repeat(900)}`.slice(0, 10_000),
    );
    const started = performance.now();
    find([{ name: "Notes", kind: "text", values }]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("people and places that have much in common", () => {
  const list = contacts(150, 11);
  const at = (name: string): number => HEADER.indexOf(name);
  const rows = list.map((row) => [
    row[at("First Name")] ?? "",
    row[at("Last Name")] ?? "",
    row[at("Email")] ?? "",
    row[at("Phone")] ?? "",
    row[at("Company")] ?? "",
    row[at("Street")] ?? "",
    row[at("City")] ?? "",
  ]);
  const kinds: readonly KindName[] = [
    "givenName",
    "familyName",
    "email",
    "phone",
    "company",
    "street",
    "place",
  ];
  const together = (more: readonly (readonly string[])[]): boolean => {
    const { clusters } = find(columnsOfRows(kinds, [...rows, ...more]));
    return clusters.some((own) => own.filter((row) => row >= rows.length).length > 1);
  };

  test("husband and wife are two people", () => {
    expect(
      together([
        ["Gertrud", "Wolkenstein", "", "+49 89 123456", "", "Rosenweg 5", "Dachau"],
        ["Heinrich", "Wolkenstein", "", "+49 89 123456", "", "Rosenweg 5", "Dachau"],
      ]),
    ).toBe(false);
  });

  test("colleagues with one switchboard are two people", () => {
    expect(
      together([
        ["Gertrud", "Wolkenstein", "", "+49 89 123456", "Zwirn AG", "Rosenweg 5", "Dachau"],
        ["Paulo", "Quintela", "", "+49 89 123456", "Zwirn AG", "Rosenweg 5", "Dachau"],
      ]),
    ).toBe(false);
  });

  test("one person with two spellings of the first name is one", () => {
    expect(
      together([
        ["Robert", "Wolkenstein", "", "+49 89 123456", "", "Rosenweg 5", "Dachau"],
        ["Bob", "Wolkenstein", "", "+49 89 123456", "", "Rosenweg 5", "Dachau"],
      ]),
    ).toBe(true);
  });
});

describe("what values stand for each other", () => {
  const first = ["Very Large Data Bases", "Management of Data"];
  const second = ["VLDB", "SIGMOD Conference"];
  const words = "query index stream cache graph join tuple schema vector log view lock".split(" ");
  const title = (n: number): string =>
    `${words[n % 12]} ${words[(n * 5 + 3) % 12]} of ${words[(n * 7 + 1) % 12]} ${n.toString(36)}x ${(n * 97).toString(36)}y`;
  const author = (n: number): string => `${words[(n * 11) % 12]}son ${(n * 31).toString(36)}k`;
  const rows = Array.from({ length: 90 }, (_, n) => n).flatMap((n) => [
    [title(n), author(n), first[n % 2]!],
    [title(n), author(n), second[n % 2]!],
  ]);
  const kinds: readonly KindName[] = ["text", "personName", "text"];

  test("is learnt from the rows that belong together", () => {
    const { weights } = find(columnsOfRows(kinds, rows));
    const seen = weights.columns[2]?.together?.seen.map(([a, b]) => `${a} = ${b}`);
    expect(seen).toEqual([
      "management of data = sigmod conference",
      "very large data bases = vldb",
    ]);
  });

  test("lets the same title elsewhere count for less", () => {
    const likely = (venue: string): number => {
      const more = [first[0]!, venue].map((one) => ["tuple cache of graphs zz9", "Ann Q Zed", one]);
      const { pairs } = find(columnsOfRows(kinds, [...rows, ...more]));
      return pairs.find(({ a }) => a === rows.length)?.probability ?? 0;
    };
    expect(likely("VLDB")).toBeGreaterThan(0.9);
    expect(likely("SIGMOD Conference")).toBeLessThan(likely("VLDB"));
  });
});
