import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Names } from "./behaviour.ts";
import { equals, isInvalid, type Cell } from "./cell.ts";
import { isIsoDay } from "./calendar.ts";
import type { Field, FieldType, Locale } from "./field.ts";
import { loadPhones } from "./phone.ts";
import { isFieldType, registry } from "./registry.ts";
import { stored } from "./types/date-time.ts";

const us: Locale = {
  locale: "en-US",
  timeZone: "America/New_York",
  currency: "USD",
  country: "US",
};
const LOCALES: readonly Locale[] = [
  us,
  { locale: "en-GB", timeZone: "Europe/London", currency: "GBP", country: "GB" },
  { locale: "de-DE", timeZone: "Europe/Berlin", currency: "EUR", country: "DE" },
  { locale: "fr-FR", timeZone: "Europe/Paris", currency: "EUR", country: "FR" },
  { locale: "es-ES", timeZone: "America/Mexico_City", currency: "MXN", country: "ES" },
  { locale: "pt-BR", timeZone: "America/Sao_Paulo", currency: "BRL", country: "BR" },
  { locale: "ja-JP", timeZone: "Asia/Tokyo", currency: "JPY", country: "JP" },
  { locale: "de-CH", timeZone: "Australia/Lord_Howe", currency: "CHF", country: "CH" },
  { locale: "ar-EG", timeZone: "Africa/Cairo", currency: "KWD", country: "EG" },
  { locale: "not_a_locale!", timeZone: "Mars/Base", currency: "EUR", country: "ZZ" },
  {
    locale: "th-TH-u-ca-buddhist-nu-thai",
    timeZone: "Asia/Kathmandu",
    currency: "THB",
    country: "TH",
  },
];

const options = [
  "Lead",
  "won, lost",
  'He said "hi"',
  "a;b",
  "Zürich",
  "two\nlines",
  " spaced ",
].map((name) => ({
  name,
}));
const people = new Map([
  ["u1", "Anna Arendt"],
  ["u2", "Ben Cho"],
  ["u3", "Ben Cho"],
]);
const ids = ["0000000000000001", "000000000000000a", "000000000000000z", "00000000000000zz"];
const labels = new Map([
  [ids[0] ?? "", "Acme, Inc."],
  [ids[1] ?? "", 'The "Blue" Bakery'],
  [ids[2] ?? "", "Twin"],
  [ids[3] ?? "", "Twin"],
]);

const names: Names = {
  nameOf: (field, id) => (field.type === "link" ? labels : people).get(id),
  idOf(field, name) {
    const known = field.type === "link" ? labels : people;
    if (known.has(name)) return name;
    const found = [...known].filter(([, label]) => label === name);
    return found.length === 1 ? found[0]?.[0] : undefined;
  },
};

function fieldOf(type: FieldType): Field {
  return {
    key: "field",
    name: "Field",
    type,
    ...(type === "choice" || type === "multiChoice" ? { options } : {}),
    ...(type === "link" ? { link: { sheet: "companies", multiple: true } } : {}),
  };
}

const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((value) => value.trim() !== "");
const day = fc
  .tuple(
    fc.integer({ min: 1, max: 9999 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 31 }),
  )
  .map(([year, month, date]) =>
    [
      String(year).padStart(4, "0"),
      String(month).padStart(2, "0"),
      String(date).padStart(2, "0"),
    ].join("-"),
  )
  .filter(isIsoDay);
const instant = fc
  .oneof(
    fc.integer({ min: 0, max: 4_102_444_800_000 }),
    fc.integer({ min: 0, max: 68_374_080 }).map((minutes) => minutes * 60_000),
    fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  )
  .map((at) => stored(at) ?? "");
const figure = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.integer().map((value) => value / 100),
  )
  .map((value) => value || 0);

const values: { readonly [type in FieldType]?: fc.Arbitrary<Cell> } = {
  text,
  longText: text,
  number: figure,
  percent: figure,
  currency: fc
    .tuple(
      fc.integer({ min: -1e14, max: 1e14 }),
      fc.constantFrom("USD", "EUR", "JPY", "KWD", "CLF", "BRL", "CHF"),
    )
    .map(([minor, code]) => `${minor} ${code}`),
  date: day,
  dateTime: instant,
  checkbox: fc.boolean(),
  choice: fc.constantFrom(...options.map(({ name }) => name)),
  multiChoice: fc.uniqueArray(fc.constantFrom(...options.map(({ name }) => name)), {
    minLength: 1,
  }),
  email: fc.emailAddress().filter((address) => registry.email.check(address, fieldOf("email"))),
  url: fc
    .oneof(fc.webUrl(), fc.domain())
    .filter((value) => registry.url.check(value, fieldOf("url"))),
  phone: fc.constantFrom(
    "+14155552671",
    "+14155552671 +1 (415) 555-2671",
    "+14155552671 +1 415 555 2671 ext. 12",
    "+442079460958 +44 (0)20 7946 0958",
    "+4930123456",
  ),
  user: fc.constantFrom(...people.keys()),
  link: fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 }),
};

const cases = Object.entries(values).filter((entry): entry is [FieldType, fc.Arbitrary<Cell>] =>
  isFieldType(entry[0]),
);
const locale = fc.constantFrom(...LOCALES);

beforeAll(loadPhones);

describe.each(cases)("%s", (type, value) => {
  const behaviour = registry[type];
  const field = fieldOf(type);
  const cell = fc.oneof(
    { weight: 9, arbitrary: value },
    {
      weight: 1,
      arbitrary: text.map((typed) => behaviour.parse(typed, field, us) ?? "").filter(isInvalid),
    },
  );
  const anyCell = behaviour.operators.includes("isInvalid") ? cell : value;

  test("a stored value is well-formed", () => {
    fc.assert(
      fc.property(value, (stored) => {
        expect(behaviour.check(stored, field)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("what is edited reads back to the same cell, in every locale", () => {
    fc.assert(
      fc.property(value, locale, (stored, where) => {
        const typed = behaviour.edit(stored, field, where, names);
        expect(behaviour.parse(typed, field, where, { names })).toEqual(stored);
      }),
      { numRuns: 1_000 },
    );
  });

  test("whatever is typed is kept: blank, well-formed or marked", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "grapheme" }), fc.string()),
        locale,
        (typed, where) => {
          const parsed = behaviour.parse(typed, field, where);
          const blank = parsed === undefined && typed.trim() === "";
          const marked = isInvalid(parsed) && parsed.invalid === typed;
          const fits = parsed !== undefined && behaviour.check(parsed, field);
          expect(blank || marked || fits).toBe(true);
          const known = type === "user" || type === "link"; // who exists, only names can say
          expect(known || (behaviour.why(typed, field, where) !== "") === marked).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("JSON reads back to the same cell", () => {
    fc.assert(
      fc.property(anyCell, locale, (stored, where) => {
        const json = behaviour.toJson(stored, field, names);
        const back = behaviour.fromJson(JSON.parse(JSON.stringify(json)), field, where, { names });
        const spelled = type === "phone" && !isInvalid(stored); // JSON carries the number, not its spelling
        const meaning = (cell: Cell) => (spelled ? behaviour.key(cell) : cell);
        expect(meaning(back as Cell)).toEqual(meaning(stored));
      }),
      { numRuns: 300 },
    );
  });

  test("compare is a total order with invalid text last", () => {
    fc.assert(
      fc.property(anyCell, anyCell, anyCell, (a, b, c) => {
        const compare = (x: Cell, y: Cell) => Math.sign(behaviour.compare(x, y, field));
        expect(compare(a, b)).toBe(-compare(b, a) || 0);
        expect(compare(a, b) === 0).toBe(equals(a, b));
        const [first, second, third] = [a, b, c].toSorted(compare) as [Cell, Cell, Cell];
        expect([
          compare(first, second),
          compare(second, third),
          compare(first, third),
        ]).not.toContain(1);
        expect(isInvalid(a) && !isInvalid(b) ? compare(a, b) : 1).toBe(1);
      }),
      { numRuns: 1_000 },
    );
  });

  test("the key does not depend on how the value is written", () => {
    fc.assert(
      fc.property(value, locale, (stored, where) => {
        const again = behaviour.parse(behaviour.edit(stored, field, where, names), field, where, {
          names,
        });
        expect(behaviour.key(again as Cell)).toBe(behaviour.key(stored));
      }),
      { numRuns: 200 },
    );
  });

  test("a value of another shape is shown and refused, never a crash", () => {
    for (const odd of ["x", 7, true, ["a", "b"]] as const) {
      if (behaviour.check(odd, field)) continue;
      for (const where of LOCALES) {
        expect(typeof behaviour.edit(odd, field, where)).toBe("string");
        expect(typeof behaviour.search(odd, field, where)).toBe("string");
      }
    }
    expect(behaviour.check({ invalid: "" }, field)).toBe(false);
    expect(behaviour.check({ invalid: "\ud800" }, field)).toBe(false);
    expect(() => behaviour.fromJson({ nested: [] }, field, us)).toThrow(/takes/);
  });
});

test("thousands are set apart unless the numbers of a field name something", () => {
  const field = { key: "no", name: "No", type: "number" } as const;
  expect(registry.number.format(10023, field, us)).toBe("10,023");
  expect(registry.number.format(10023, { ...field, ungrouped: true }, us)).toBe("10023");
});
