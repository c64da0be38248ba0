import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordIds } from "../ledger/ids.ts";
import { rows, table } from "../ledger/workbook.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { contextOf } from "./context.ts";
import * as Search from "./search.ts";

const now = Date.parse("2026-11-22T12:00:00Z");

function contacts(names: readonly string[]) {
  const workbook = newWorkbook();
  const fields = {
    firstName: names,
    lastName: names.toReversed(),
    email: names.map((name, at) => (at % 2 === 0 ? { invalid: name } : null)),
  };
  const ids = recordIds(nodePlatform, names.length);
  commit(workbook, [{ op: "create", sheet: "contacts", ids, fields }]);
  const sheet = table(workbook, "contacts");
  const context = contextOf(workbook, { now });
  return (q: string, among: readonly number[] = rows(sheet)) =>
    Search.compile(q, sheet, context)?.(among) ?? among;
}

describe("narrows", () => {
  const letter = fc.constantFrom("s", "S", "ß", "a", "e", "æ", "é", "o", "œ", "ö", "k", "\u0301");
  const text = fc.array(letter, { minLength: 1, maxLength: 8 }).map((letters) => letters.join(""));

  test("is true only where looking among what was found finds the same as looking among all", () => {
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 12 }),
        text,
        text,
        (names, from, more) => {
          const to = from + more;
          if (!Search.narrows(from, to)) return;
          const find = contacts(names);
          expect(find(to, find(from))).toEqual(find(to));
        },
      ),
      { numRuns: 80 },
    );
  });

  test.each([
    ["an", "ann", true],
    ["an", "an b", true],
    ["an be", "anna ber", true],
    ["an", "AN", true],
    ["stras", "strass", false],
    ["1/2/202", "1/2/2024", false],
    ["555 12", "555 123", false],
    ["anna", "ann", false],
    ["", "a", false],
    ["an b", "anb", false],
  ])("%j, then %j: %s", (from, to, expected) => {
    expect(Search.narrows(from, to)).toBe(expected);
  });
});
