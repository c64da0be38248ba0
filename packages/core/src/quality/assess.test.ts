import { describe, expect, test } from "vitest";
import type { Cell } from "../field/cell.ts";
import type { Sheet } from "../field/field.ts";
import * as Workbook from "../ledger/workbook.ts";
import { assess } from "./assess.ts";
import { digest } from "./digest.ts";
import { mistyped } from "./mail-domains.ts";

const SHEET: Sheet = {
  key: "contacts",
  name: "Contacts",
  singular: "contact",
  title: ["firstName", "lastName"],
  position: 1,
  fields: [
    { key: "firstName", name: "First name", type: "text" },
    { key: "lastName", name: "Last name", type: "text" },
    { key: "email", name: "Email", type: "email" },
    { key: "phone", name: "Phone", type: "phone" },
    { key: "country", name: "Country", type: "text" },
    { key: "city", name: "City", type: "text" },
    { key: "born", name: "Born", type: "date" },
    { key: "owner", name: "Owner", type: "user" },
    { key: "customer", name: "Customer no.", type: "text", required: true },
  ],
};
const NOW = Date.UTC(2026, 10, 27);

type Values = { readonly [field: string]: Cell };
const good = (at: number): Values => ({
  firstName: `Ann${at}`,
  lastName: `Lee${at}`,
  email: `ann${at}@lee.test`,
  country: "Portugal",
  city: "Faro",
  owner: "u1",
  customer: `K${at}`,
});

function table(records: readonly Values[], daysAgo: readonly number[] = []): Workbook.Table {
  const workbook = Workbook.empty("w", "e");
  const made = Workbook.addTable(workbook, SHEET);
  const stamps = records.map((_, at) => Workbook.stampNumber(at + 1, 0));
  stamps.forEach((stamp, at) =>
    workbook.stamps.set(stamp, { at: NOW - (daysAgo[at] ?? 1) * 86_400_000, actor: "u1" }),
  );
  const zeros = records.map(() => 0);
  Workbook.addRecords(made, {
    ids: records.map((_, at) => `r${String(at).padStart(4, "0")}`),
    created: stamps,
    updated: stamps,
    deleted: zeros,
    shared: zeros,
    fields: Object.fromEntries(
      SHEET.fields.map(({ key }) => [key, records.map((record) => record[key] ?? null)]),
    ),
  });
  return made;
}

const many = Array.from({ length: 40 }, (_, at) => good(at));
const found = (records: readonly Values[], daysAgo?: readonly number[]) =>
  assess(table(records, daysAgo), NOW).findings.map(({ aspect, words, rows }) => [
    aspect,
    words,
    [...rows],
  ]);

describe("the quality of a sheet", () => {
  test("is full where nothing is to mend, and unknown where nothing is", () => {
    expect(assess(table(many), NOW)).toMatchObject({
      records: 40,
      whole: 40,
      score: 100,
      findings: [],
    });
    expect(assess(table([]), NOW)).toMatchObject({ records: 0, score: undefined, findings: [] });
  });

  test("counts a record once, however much is wrong with it, and is 100 only when all are whole", () => {
    const { firstName: _, lastName: __, email: ___, ...rest } = good(0);
    const { score, whole, findings } = assess(
      table([rest, ...Array.from({ length: 299 }, (_, at) => good(at + 1))]),
      NOW,
    );
    expect(findings.length).toBeGreaterThan(2);
    expect([whole, score]).toEqual([299, 99]);
  });

  test("misses what is required, what nearly all have, a name, and a way to reach somebody", () => {
    const { customer: _, ...unnumbered } = good(50);
    const { city: __, ...homeless } = good(51);
    const { email: ___, ...mute } = good(52);
    const { firstName: a, lastName: b, ...nameless } = good(53);
    expect(found([...many, unnumbered, homeless, mute, nameless])).toEqual([
      ["missing", "City is missing", [41]],
      ["missing", "Customer no. is missing", [40]],
      ["missing", "Email is missing", [42]],
      ["missing", "First name and Last name are missing", [43]],
      ["missing", "Neither e-mail nor phone", [42]],
    ]);
    expect([a, b]).toEqual(["Ann53", "Lee53"]);
  });

  test("does not expect what many leave out", () => {
    const half = many.map(({ city, ...rest }, at) =>
      at % 2 === 0 ? { city: city!, ...rest } : rest,
    );
    expect(found(half)).toEqual([]);
  });

  test("finds what cannot be read and providers that are a letter off", () => {
    expect(
      found([
        ...many,
        { ...good(60), born: { invalid: "around 1970" } },
        { ...good(61), email: "bob@gmial.com" },
        { ...good(62), email: "bob@gmx.com" },
      ]),
    ).toEqual([
      ["malformed", "Born cannot be read", [40]],
      ["malformed", "Email looks mistyped", [41]],
    ]);
  });

  test("finds values that are written in several ways, and leaves the commonest alone", () => {
    const { findings } = assess(
      table([...many, { ...good(70), country: "portugal " }, { ...good(71), country: "PORTUGAL" }]),
      NOW,
    );
    expect(findings).toEqual([
      {
        aspect: "inconsistent",
        field: "country",
        words: "Country is written in 3 ways",
        why: "Mostly “Portugal”, also “PORTUGAL”, “portugal ”",
        rows: [40, 41],
      },
    ]);
  });

  test("finds who has no owner where owners are used, and what nobody touched for a year", () => {
    const { owner: _, ...orphan } = good(80);
    expect(found([...many, orphan], [...many.map((_, at) => (at === 3 ? 400 : 2)), 1])).toEqual([
      ["stale", "Not touched for a year", [3]],
      ["unowned", "Owner is not set", [40]],
    ]);
    expect(found(many.map(({ owner: __, ...rest }) => rest))).toEqual([]);
  });
});

test("a provider is mistyped only beside a well-known one", () => {
  expect(mistyped("a@gmial.com")).toBe("gmail.com");
  expect(mistyped("a@hotmial.com")).toBe("hotmail.com");
  for (const fine of ["a@gmail.com", "a@ymail.com", "a@acme.test", "a@live.fr", "nonsense", ""])
    expect(mistyped(fine)).toBeUndefined();
});

describe("the weekly letter", () => {
  const name = "Contacts";
  const { email: _, ...mute } = good(1);

  test("says the score, how it moved, and what is to mend", () => {
    const assessment = assess(table([...many, mute]), NOW);
    const letter = digest("Blue Bakery", [{ name, assessment, before: 90, duplicates: 4 }]);
    expect(letter).toEqual({
      subject: "Blue Bakery: data quality 97 of 100",
      lines: [
        "Contacts: 97 of 100, 7 more than a week ago. 40 of 41 have nothing to mend.",
        "  1: Email is missing",
        "  1: Neither e-mail nor phone",
        "  4 seem to be there twice",
      ],
    });
  });

  test("is not sent where there is nothing to say", () => {
    expect(digest("Blue Bakery", [])).toBeUndefined();
    expect(digest("Blue Bakery", [{ name, assessment: assess(table([]), NOW) }])).toBeUndefined();
    expect(
      digest("Blue Bakery", [{ name, assessment: assess(table(many), NOW), before: 100 }]),
    ).toBeUndefined();
  });
});
