import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isKey, keyFrom } from "./key.ts";

test.each([
  ["Job Title", "jobTitle"],
  ["E-mail", "eMail"],
  ["Straße", "strasse"],
  ["2. Phone", "field2Phone"],
  ["O'Brien's", "obriens"],
  ["電話", "field"],
  ["", "field"],
  ["id", "id2"],
  ["Size", "size2"],
])("the key of %j is %s", (name, key) => {
  expect(keyFrom(name, new Set(["size"]))).toBe(key);
});

test("every name gets a key that is one and is not taken", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), (names) => {
      const taken = new Set<string>();
      for (const name of names) {
        const key = keyFrom(name, taken);
        expect(isKey(key)).toBe(true);
        expect(taken.has(key)).toBe(false);
        taken.add(key);
      }
    }),
  );
});
