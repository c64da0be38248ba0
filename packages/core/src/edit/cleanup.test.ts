import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitAddress } from "./address.ts";
import { distance } from "../dedupe/text/edit.ts";
import { clusters, fingerprint } from "./cluster.ts";
import { extract } from "./extract.ts";
import { inLetters, trimmed } from "./letters.ts";
import { likelyDelimiter, partNames, parts } from "./split.ts";

describe("clusters", () => {
  it("join values that differ in case, accents, punctuation and order", () => {
    const found = clusters(
      ["Acme Inc.", "ACME, inc", "Acme Inc.", "Inc Acme", "Globex"],
      "fingerprint",
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ proposal: "Acme Inc.", rows: 4 });
    expect(fingerprint("Zürich  AG")).toBe("ag zurich");
  });

  it("join values written with other spaces", () => {
    expect(
      clusters(["New York", "NewYork", "new-york", "Newark"], "ngram")[0]?.values.map(
        ({ value }) => value,
      ),
    ).toEqual(["New York", "NewYork", "new-york"]);
  });

  it("join slips of the pen, but no two numbers", () => {
    const found = clusters(
      ["Springfield", "Sprnigfield", "Springfeild", "Room 12", "Room 13", "Boston", "Austin"],
      "distance",
    );
    expect(found.map(({ values }) => values.map(({ value }) => value).toSorted())).toEqual([
      ["Springfeild", "Springfield", "Sprnigfield"],
    ]);
  });

  it("propose the spelling that most rows have, else the careful one", () => {
    expect(clusters(["boston", "Boston", "BOSTON "], "fingerprint")[0]?.proposal).toBe("Boston");
  });

  it("stay quick when all values begin alike", () => {
    const values = Array.from(
      { length: 20_000 },
      (_, index) => `Customer number ${index} of the company`,
    );
    const started = performance.now();
    expect(clusters(values, "distance")).toEqual([]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("know the distance of Damerau and Levenshtein", () => {
    const within = (a: string, b: string, most: number) => distance(a, b, most) <= most;
    expect(within("ca", "ac", 1)).toBe(true);
    expect(within("abc", "abd", 0)).toBe(false);
    fc.assert(
      fc.property(
        fc.string({ maxLength: 12 }),
        fc.string({ maxLength: 12 }),
        fc.nat(4),
        (a, b, most) => {
          expect(within(a, b, most)).toBe(within(b, a, most));
          expect(within(a, a, 0)).toBe(true);
        },
      ),
    );
  });
});

describe("splitting", () => {
  it.each([
    ["12 Main St, Springfield, IL 62704", ["12 Main St", "Springfield", "IL", "62704", ""]],
    [
      "12 Main St\nSpringfield, IL 62704-1234\nUSA",
      ["12 Main St", "Springfield", "IL", "62704-1234", "USA"],
    ],
    [
      "12 Main St, Suite 4, Springfield, IL, 62704",
      ["12 Main St, Suite 4", "Springfield", "IL", "62704", ""],
    ],
    [
      "1 King St W, Toronto, ON M5H 1A1, Canada",
      ["1 King St W", "Toronto", "ON", "M5H 1A1", "Canada"],
    ],
    ["10 Downing Street, London SW1A 2AA", ["10 Downing Street", "London", "", "SW1A 2AA", ""]],
    [
      "10 Downing Street, London, SW1A 2AA, United Kingdom",
      ["10 Downing Street", "London", "", "SW1A 2AA", "United Kingdom"],
    ],
    ["Hauptstr. 5, 10115 Berlin, Germany", ["Hauptstr. 5", "Berlin", "", "10115", "Germany"]],
    ["12 rue de la Paix, 75002 Paris", ["12 rue de la Paix", "Paris", "", "75002", ""]],
    ["Damrak 1, 1012 LG Amsterdam", ["Damrak 1", "Amsterdam", "", "1012 LG", ""]],
    [
      "1 George St, Sydney NSW 2000, Australia",
      ["1 George St", "Sydney", "NSW", "2000", "Australia"],
    ],
    ["Somewhere", ["Somewhere", "", "", "", ""]],
    ["12 Main St, Springfield", ["12 Main St", "Springfield", "", "", ""]],
    ["", ["", "", "", "", ""]],
  ])("takes the address %j apart", (text, expected) => {
    expect(parts(text, { by: "address" }, "en-US")).toEqual(expected);
  });

  it("loses no letter of an address", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const letters = (value: string) => [...value.replace(/[\s,;]+/g, "")].sort().join("");
        expect(letters(Object.values(splitAddress(text)).join(""))).toBe(letters(text));
      }),
      { numRuns: 500 },
    );
  });

  it("takes names apart with their particles", () => {
    expect(parts("Vincent van Gogh", { by: "name" }, "en-US")).toEqual(["Vincent", "van Gogh"]);
    expect(parts("GOGH, VINCENT", { by: "name" }, "en-US")).toEqual(["Vincent", "Gogh"]);
  });

  it("splits at a delimiter and puts what is left over into the last column", () => {
    const split = { by: "delimiter", delimiter: ",", most: 2 } as const;
    expect(parts("a, b, c", split, "en-US")).toEqual(["a", "b, c"]);
    expect(partNames(split, "Tags", 2)).toEqual(["Tags 1", "Tags 2"]);
    expect(likelyDelimiter(["a;b", "c;d", "e"])).toBe(";");
    expect(likelyDelimiter(["abc", "def"])).toBeUndefined();
  });
});

describe("extracting", () => {
  it("finds addresses and numbers in sentences", () => {
    const text =
      "Call Anna (415) 555-2671 or +49 30 901820, anna.o'neil@example.co.uk; see https://example.com/a?b=1. Met 2026-11-27.";
    expect(extract(text, "email")).toEqual(["anna.o'neil@example.co.uk"]);
    expect(extract(text, "phone")).toEqual(["(415) 555-2671", "+49 30 901820"]);
    expect(extract(text, "url")).toEqual(["https://example.com/a?b=1"]);
    expect(extract("nothing here", "email")).toEqual([]);
  });

  it("never takes long", () => {
    const started = performance.now();
    for (const kind of ["email", "phone", "url"] as const) {
      extract("a.".repeat(50_000), kind);
      extract("1 ".repeat(50_000), kind);
      extract("@".repeat(100_000), kind);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("letters", () => {
  it("are idempotent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), (text) => {
        expect(trimmed(trimmed(text))).toBe(trimmed(text));
        for (const letters of ["upper", "lower"] as const) {
          const once = inLetters(text, letters, "en-US");
          expect(inLetters(once, letters, "en-US")).toBe(once);
        }
      }),
    );
  });

  it("write titles and sentences", () => {
    expect(inLetters("the OLD man's café", "title", "en-US")).toBe("The Old Man's Café");
    expect(inLetters("hello WORLD", "sentence", "en-US")).toBe("Hello world");
    expect(inLetters("ACME GMBH", "name", "de-DE")).toBe("Acme GmbH");
  });
});
