import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KIND_NAMES, kindOf } from "../kinds/kinds.ts";
import { probabilityOfNames } from "../names.ts";
import { distance, jaroWinkler } from "./edit.ts";
import { split } from "./legal-forms.ts";
import { areForms } from "./nicknames.ts";
import { plain } from "./words.ts";

const anyText = fc.string({ unit: "grapheme", maxLength: 30 });

test("normalising is idempotent", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(plain(plain(text))).toBe(plain(text));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["O'Brien-Łukasz, J.", "obrien lukasz j"],
  ["Ludwig L&#246;we & Co", "ludwig lowe and co"],
  ["Сергей Лавров", "sergey lavrov"],
  ["バラク・オバマ", "baraku obama"],
  ["Νίκος", "nikos"],
  ["ბარაკ ობამა", "barak obama"],
])("%s reads %s", (text, read) => {
  expect(plain(text)).toBe(read);
});

describe("distances", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });

  test("are symmetric, and 0 for equal words alone", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(distance(a, b, 20)).toBe(distance(b, a, 20));
        expect(distance(a, b, 20) === 0).toBe(a === b);
        expect(jaroWinkler(a, b)).toBeCloseTo(jaroWinkler(b, a), 10);
        expect(distance(a, b, 2)).toBe(Math.min(3, distance(a, b, 20)));
      }),
      { numRuns: 500 },
    );
  });

  test("count neighbours swapped once", () => {
    expect(distance("Petra", "Petar", 3)).toBe(1);
    expect(distance("martha", "marhta", 3)).toBe(1);
    expect(jaroWinkler("martha", "marhta")).toBeCloseTo(0.961, 3);
  });
});

test("legal forms are told from names in many countries", () => {
  for (const [name, words, forms] of [
    ["siemens aktiengesellschaft", ["siemens"], ["ag"]],
    ["deutsche bank gmbh", ["deutsche", "bank"], ["llc"]],
    ["ab volvo", ["volvo"], ["ag"]],
    ["ooo iskusstvo", ["iskusstvo"], ["llc"]],
    ["faberlic europe sp z o o", ["faberlic", "europe"], ["llc"]],
    ["limited", ["limited"], []],
  ] as const)
    expect(split(name.split(" "))).toEqual({ words, forms });
});

test("forms of a name are one name", () => {
  expect(areForms("bob", "robert")).toBe(true);
  expect(areForms("hans", "johann")).toBe(true);
  expect(areForms("anna", "bob")).toBe(false);
});

test.each([
  ["personName", "Smith, John", "John Smith", true],
  ["personName", "Dr. Jörg Müller", "Joerg Mueller", true],
  ["personName", "Barack Obama", "Michelle Obama", false],
  ["personName", "SergeiLavrov", "Sergei Lavrov", true],
  ["personName", "Володимир Зеленський", "Volodymyr Zelenskyy", true],
  ["company", "vanderbilt corp", "van der bilt corp", true],
  ["company", "A.B.C. Company", "ABC Co.", true],
  ["company", "LXC Aviation", "LAU Aviation", false],
] as const)("%s: %s and %s are the same: %s", (kind, a, b, same) => {
  expect(probabilityOfNames(kind, a, b) >= 0.5).toBe(same);
  expect(probabilityOfNames(kind, a, b)).toBe(probabilityOfNames(kind, b, a));
});

test.each([
  ["email", "Jane.Doe+news@gmail.com", "janedoe@googlemail.com"],
  ["phone", "+49 (0)171 234 56 78", "0171/2345678"],
  ["phone", "030 998877 ext. 12", "030/998877"],
  ["website", "https://www.example.com/", "example.com"],
  ["street", "12 High St.", "12 high street"],
  ["date", "31.12.1980", "1980-12-31"],
  ["number", "$1,234.50", "1234.5"],
  ["postalCode", "12345-6789", "12345"],
] as const)("%s: %s is %s", (kind, a, b) => {
  const { parse } = kindOf(kind);
  expect(parse(a)?.key).toBe(parse(b)?.key);
});

test("shares of levels add up to one", () => {
  for (const kind of KIND_NAMES) {
    const { levels } = kindOf(kind);
    expect(levels.reduce((sum, { m }) => sum + m, 0)).toBeCloseTo(1, 1);
    expect(levels.reduce((sum, { u }) => sum + u, 0)).toBeCloseTo(1, 1);
  }
});

test("a place has one name in any language, and as a code", () => {
  const { parse } = kindOf("place");
  const key = (text: string) => parse(text)?.key;
  expect(["Germany", "DE", "Deutschland", "Allemagne"].map(key)).toEqual(
    Array.from({ length: 4 }, () => "germany"),
  );
  expect(key("München")).toBe(key("Munich"));
  expect(key("Los Feliz")).toBe("los feliz");
});
