import * as fc from "fast-check";
import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/min";
import { must } from "../assert.ts";
import { beforeAll, describe, expect, test } from "vitest";
import type { Field, Locale } from "./field.ts";
import { everyday, extensionOf, isStored, loadPhones, read } from "./phone.ts";
import { phone } from "./types/phone.ts";

const HOMES: readonly CountryCode[] = [
  ..."US CA GB DE AT CH FR BE NL ES IT PT DK NO SE PL IE AU NZ BR IN ZA MX".split(" "),
  ..."JE GG VA SJ PR JM AR JP CN RU KZ".split(" "),
] as CountryCode[];
const CODES = "1 44 49 43 41 33 32 31 34 39 351 45 47 46 48 353 61 64 55 91 27 52 7 81 358".split(
  " ",
);

function library(text: string, country: CountryCode): string | undefined {
  const number = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false });
  return number?.isPossible() === true && number.ext === undefined ? number.number : undefined;
}

const DIGITS = "0123456789".split("");
const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...DIGITS), minLength: min, maxLength: max });
const gap = fc.constantFrom(" ", "-", ".", " - ", ") ", " (", "/", "", "", "", "");
/** Digits with punctuation strewn in. */
const spaced = (number: fc.Arbitrary<string>) =>
  fc.tuple(number, fc.array(gap, { minLength: 16, maxLength: 16 })).map(([text, gaps]) =>
    Array.from(text)
      .map((digit, index) => digit + (index < text.length - 1 ? (gaps[index] ?? "") : ""))
      .join(""),
  );
const home = spaced(
  fc
    .tuple(
      fc.constantFrom("", "", "0", "1", "00"),
      fc.constantFrom(...CODES, "", "", "", ""),
      digits(5, 12),
    )
    .map((parts) => parts.join("")),
);
const abroad = spaced(
  fc
    .tuple(fc.constantFrom(...CODES), fc.constantFrom("", "", "0", "(0)", "1"), digits(5, 12))
    .map((parts) => parts.join("")),
).map((text) => `+${text}`);
const anything = fc
  .tuple(fc.constantFrom("", "(", "+", "tel "), spaced(digits(3, 16)))
  .map((parts) => parts.join(""));

beforeAll(loadPhones);

describe("everyday", () => {
  test("reads a number exactly as libphonenumber does, or leaves it alone", () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(home, abroad, anything), fc.constantFrom(...HOMES), (text, country) => {
        const number = everyday(text, country);
        if (number === undefined) return;
        read += 1;
        expect([text, country, number]).toEqual([text, country, library(text, country)]);
      }),
      { numRuns: Number(process.env["PHONE_RUNS"] ?? 20_000) },
    );
    expect(read).toBeGreaterThan(1_000);
  });

  test("agrees with libphonenumber on every leading group of every country it reads", () => {
    const leads = Number(process.env["PHONE_LEADS"] ?? 3);
    const differing: string[] = [];
    let read = 0;
    for (const country of HOMES) {
      for (let lead = 0; lead < 10 ** leads; lead += 1) {
        for (let length = 8; length <= 12; length += 1) {
          const text = String(lead)
            .padStart(leads, "0")
            .padEnd(length, String((lead * 7) % 10));
          const number = everyday(text, country);
          if (number === undefined) continue;
          read += 1;
          if (library(text, country) !== number) differing.push(`${text} in ${country}`);
        }
      }
    }
    expect(differing).toEqual([]);
    expect(read).toBeGreaterThan(5_000);
  });

  test.each([
    ["(415) 555-2671", "US", "+14155552671"],
    ["1-415-555-2671", "US", "+14155552671"],
    ["14155552671", "CA", "+14155552671"],
    ["+1 415 555 2671", "DE", "+14155552671"],
    ["020 7946 0958", "GB", "+442079460958"],
    ["+44 (0)20 7946 0958", "US", "+442079460958"],
    ["030 123456", "DE", "+4930123456"],
    ["0176/12345678", "DE", "+4917612345678"],
    ["06 12 34 56 78", "FR", "+33612345678"],
    ["612 345 678", "ES", "+34612345678"],
    ["06 1234 5678", "IT", "+390612345678"],
    ["0412 345 678", "AU", "+61412345678"],
    ["020 123 4567", "NL", "+31201234567"],
    ["(11) 91234-5678", "BR", "+5511912345678"],
    ["98765 43210", "IN", "+919876543210"],
  ])("%s in %s is %s", (text, country, number) => {
    expect(everyday(text, country)).toBe(number);
  });
});

describe("phone", () => {
  const field: Field = { key: "phone", name: "Phone", type: "phone" };
  const us: Locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
  const parse = (text: string, country = "US") => phone.parse(text, field, { ...us, country });

  test("keeps the number and what was typed", () => {
    expect(parse("(415) 555-2671")).toBe("+14155552671 (415) 555-2671");
    expect(parse(" +14155552671 ")).toBe("+14155552671");
    expect(phone.format("+14155552671 (415) 555-2671", field, us)).toBe("(415) 555-2671");
    expect(phone.toJson("+14155552671 (415) 555-2671", field)).toBe("+14155552671");
  });

  test("keeps an extension, also in the key and in JSON", () => {
    for (const typed of ["415-555-2671 x12", "415-555-2671 ext. 12", "+1 415 555 2671;ext=12"]) {
      const cell = parse(typed);
      expect(cell).toBe(`+14155552671 ${typed}`);
      expect(extensionOf(cell as string)).toBe("12");
      expect(phone.key(cell as string)).toBe("+14155552671;ext=12");
      expect(phone.toJson(cell as string, field)).toBe("+14155552671;ext=12");
    }
  });

  test("takes a number of an unassigned range that is long enough", () => {
    expect(parse("(555) 019-9999")).toBe("+15550199999 (555) 019-9999");
    expect(parse("+999 123456")).toEqual({ invalid: "+999 123456" });
  });

  test("marks what no phone can dial and says why", () => {
    for (const [typed, reason] of [
      ["n/a", /no digits/],
      ["555", /too short/],
      ["+1 415 555 2671 / +1 415 555 2672", /One number/],
      ["call the office", /no digits/],
    ] as const) {
      expect(parse(typed)).toEqual({ invalid: typed });
      expect(phone.why(typed, field, us)).toMatch(reason);
    }
  });

  test("reads what the library stores as well-formed", () => {
    for (const [text, country] of [
      ["+290 2158", "US"],
      ["+683 4000", "US"],
      ["+39 02 3661 8300", "US"],
      ["089 12 34-0", "DE"],
      ["01 55 1234 5678", "MX"],
    ] as const) {
      const number = read(text, country);
      expect(number === undefined || isStored(number.e164)).toBe(true);
    }
  });

  test("reads every shape of American numbers without the library", () => {
    const shapes = [
      (a: string, b: string, c: string) => `(${a}) ${b}-${c}`,
      (a: string, b: string, c: string) => `${a}-${b}-${c}`,
      (a: string, b: string, c: string) => `+1 ${a} ${b} ${c}`,
      (a: string, b: string, c: string) => `${a}.${b}.${c}`,
      (a: string, b: string, c: string) => `1${a}${b}${c}`,
      (a: string, b: string, c: string) => `+1${a}${b}${c}`,
    ];
    const texts = Array.from({ length: 10_000 }, (_, n) =>
      must(shapes[n % 6])(
        String(200 + (n % 800)),
        String(200 + ((n * 7) % 800)),
        String(n % 10_000).padStart(4, "0"),
      ),
    );
    expect(texts.every((text) => everyday(text, "US") !== undefined)).toBe(true);
  });
});
