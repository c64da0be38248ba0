import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDomainError, type DomainError } from "../error.ts";
import type { Cell } from "../field/cell.ts";
import { recordIds } from "../ledger/ids.ts";
import { rows, table, value } from "../ledger/workbook.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { contextOf } from "./context.ts";
import * as Filter from "./filter.ts";
import * as Json from "./json.ts";
import * as Query from "./query.ts";
import * as Sort from "./sort.ts";

const now = Date.UTC(2026, 10, 22, 12);

function setUp() {
  const workbook = newWorkbook();
  const companies = recordIds(nodePlatform, 2);
  commit(workbook, [
    {
      op: "create",
      sheet: "companies",
      ids: companies,
      fields: { name: ["Acme, Inc.", "Zürich AG"] },
    },
    {
      op: "create",
      sheet: "_members",
      ids: recordIds(nodePlatform, 1),
      fields: {
        user: ["ben"],
        name: ["Ben Cho"],
        email: ["ben@acme.test"],
        role: ["member"],
        active: [true],
      },
    },
    {
      op: "field",
      sheet: "deals",
      after: { key: "signed", name: "Signed", type: "dateTime" },
    },
    { op: "field", sheet: "deals", after: { key: "hot", name: "Hot", type: "checkbox" } },
    {
      op: "field",
      sheet: "deals",
      after: {
        key: "tags",
        name: "Tags",
        type: "multiChoice",
        options: [{ name: "VIP" }, { name: "Old" }],
      },
    },
    { op: "field", sheet: "deals", after: { key: "changed", name: "Changed", type: "updatedAt" } },
  ]);
  const [acme = "", zurich = ""] = companies;
  const deals: { readonly [field: string]: Cell }[] = [
    {
      name: "Alpha",
      value: "100000 USD",
      stage: "Won",
      closeDate: "2026-12-31",
      owner: "anna",
      company: [acme],
      hot: true,
      tags: ["VIP"],
    },
    {
      name: "älpha two",
      value: "5000 USD",
      stage: "Lead",
      closeDate: "2026-11-22",
      owner: "ben",
      company: [zurich],
      tags: ["VIP", "Old"],
    },
    {
      name: "Item 10",
      value: "7500 EUR",
      stage: "Lost",
      closeDate: { invalid: "soon" },
      signed: "2026-11-22T04:59:00Z",
      hot: false,
    },
    {
      name: "Item 2",
      value: { invalid: "a lot" },
      closeDate: "2026-01-05",
      signed: "2026-11-22T05:00:00Z",
      notes: "called (415) 555-2671",
    },
    { stage: "Proposal", company: [acme] },
  ];
  const keys = [
    "name",
    "value",
    "stage",
    "closeDate",
    "owner",
    "company",
    "signed",
    "hot",
    "tags",
    "notes",
  ];
  commit(workbook, [
    {
      op: "create",
      sheet: "deals",
      ids: recordIds(nodePlatform, deals.length),
      fields: Object.fromEntries(keys.map((key) => [key, deals.map((deal) => deal[key] ?? null)])),
    },
  ]);
  const sheet = table(workbook, "deals");
  const context = contextOf(workbook, { now, me: "ben" });
  const find = (filter: unknown): string =>
    Query.matching(sheet, { filter: Filter.parse(filter) }, context).join("");
  const search = (q: string): string => Query.matching(sheet, { q }, context).join("");
  const order = (sort: string): string =>
    Query.ordered(sheet, { sort: Sort.parse(sort) }, context).join("");
  return { workbook, sheet, context, find, search, order, acme, zurich };
}

const { sheet, context, find, search, order, acme, zurich, workbook } = setUp();

function refusal(act: () => unknown): DomainError {
  try {
    act();
  } catch (error) {
    return error as DomainError;
  }
  throw new Error("was not refused");
}

/** "" when it went well. */
function codeOf(act: () => unknown): string {
  try {
    act();
    return "";
  } catch (error) {
    return isDomainError(error) ? error.code : String(error);
  }
}

describe("filter", () => {
  test.each<[string, string, unknown, string]>([
    ["name", "is", "ALPHA", "0"],
    ["name", "isNot", "alpha", "1234"],
    ["name", "contains", "alph", "01"],
    ["name", "notContains", "alph", "234"],
    ["name", "startsWith", "äl", "01"],
    ["name", "endsWith", "2", "3"],
    ["name", "anyOf", ["alpha", "item 2"], "03"],
    ["name", "noneOf", ["alpha", "item 2"], "124"],
    ["name", "empty", undefined, "4"],
    ["name", "notEmpty", undefined, "0123"],
    ["value", "is", 1000, "0"],
    ["value", "gt", 60, "02"],
    ["value", "gt", { amount: "60", currency: "USD" }, "0"],
    ["value", "gt", "60", "0"],
    ["value", "lte", 75, "12"],
    ["value", "between", [50, 75], "12"],
    ["value", "isInvalid", undefined, "3"],
    ["value", "empty", undefined, "4"],
    ["stage", "is", "won", "0"],
    ["stage", "isNot", "Won", "1234"],
    ["stage", "anyOf", ["Won", "Lead"], "01"],
    ["stage", "noneOf", ["Won", "Lead"], "234"],
    ["stage", "contains", "lo", "2"],
    ["closeDate", "on", "2026-12-31", "0"],
    ["closeDate", "on", "today", "1"],
    ["closeDate", "before", "today", "3"],
    ["closeDate", "after", "12/30/2026", "0"],
    ["closeDate", "gte", "today", "01"],
    ["closeDate", "between", ["today-400", "today+7"], "13"],
    ["closeDate", "isInvalid", undefined, "2"],
    ["closeDate", "isNot", "2026-12-31", "1234"],
    ["signed", "on", "2026-11-21", "2"],
    ["signed", "on", "today", "3"],
    ["signed", "before", "2026-11-22", "2"],
    ["signed", "after", "2026-11-22T04:59:00Z", "3"],
    ["signed", "is", "2026-11-22T05:00:00Z", "3"],
    ["hot", "is", true, "0"],
    ["hot", "is", false, "1234"],
    ["hot", "empty", undefined, "134"],
    ["owner", "is", "ben", "1"],
    ["owner", "is", "Ben Cho", "1"],
    ["owner", "is", "me", "1"],
    ["owner", "anyOf", ["anna", "me"], "01"],
    ["owner", "contains", "arendt", "0"],
    ["company", "is", acme, "04"],
    ["company", "is", "zürich ag", "1"],
    ["company", "anyOf", [acme, { id: zurich }], "014"],
    ["company", "contains", "zurich", "1"],
    ["company", "empty", undefined, "23"],
    ["tags", "is", ["old", "vip"], "1"],
    ["tags", "anyOf", ["VIP"], "01"],
    ["tags", "allOf", ["VIP", "Old"], "1"],
    ["tags", "noneOf", ["Old"], "0234"],
    ["tags", "contains", "ol", "1"],
    ["changed", "after", "2020-01-01", "01234"],
    ["changed", "before", "2020-01-01", ""],
  ])("%s %s %j finds %s", (field, op, wanted, found) => {
    expect(find({ field, op, ...(wanted === undefined ? {} : { value: wanted }) })).toBe(found);
  });

  test("nests", () => {
    const won = { field: "stage", op: "is", value: "Won" };
    const lead = { field: "stage", op: "is", value: "Lead" };
    const alpha = { field: "name", op: "contains", value: "alpha" };
    expect(find({ or: [won, { and: [lead, alpha] }] })).toBe("01");
    expect(find({ and: [{ or: [won, lead] }, { or: [alpha] }, alpha] })).toBe("01");
    expect(find({ and: [] })).toBe("01234");
    expect(find({ or: [] })).toBe("");
  });

  test("names the place of what it does not know", () => {
    const unknownField = refusal(() =>
      find({ and: [{ or: [{ field: "nope", op: "is", value: 1 }] }] }),
    );
    expect([unknownField.code, unknownField.errors[0]?.path]).toEqual([
      "unknown-field",
      "filter/and/0/or/0/field",
    ]);
    const unknownOperator = refusal(() => find({ or: [{ field: "name", op: "gt", value: 1 }] }));
    expect([unknownOperator.code, unknownOperator.errors[0]?.path]).toEqual([
      "unknown-operator",
      "filter/or/0/op",
    ]);
    expect(unknownOperator.message).toContain("It answers is, isNot, contains");
    const wrongValue = refusal(() => find({ field: "closeDate", op: "after", value: "soon" }));
    expect([wrongValue.code, wrongValue.errors[0]?.path]).toEqual(["malformed", "filter/value"]);
  });

  test.each([
    null,
    7,
    "x",
    [],
    {},
    { and: 1 },
    { and: [], or: [] },
    { field: "name", op: "is", value: "x", more: 1 },
    { field: 1, op: "is" },
    { and: [null] },
  ])("refuses %j", (filter) => {
    expect(refusal(() => Filter.parse(filter)).code).toBe("malformed");
  });

  test("refuses what is nested too deep or too long, and text that is no JSON", () => {
    let deep: unknown = { field: "name", op: "empty" };
    for (let depth = 0; depth < 10_000; depth += 1) deep = { and: [deep] };
    expect(refusal(() => Filter.parse(deep)).code).toBe("malformed");
    const long = { or: Array.from({ length: 1_000 }, () => ({ field: "name", op: "empty" })) };
    expect(refusal(() => Filter.parse(long)).code).toBe("malformed");
    expect(refusal(() => Filter.parseText("{")).code).toBe("malformed");
  });

  test("a value of any shape is answered or refused by name, never a crash", () => {
    const fields = sheet.sheet.fields.map(({ key }) => key);
    const ops =
      "is isNot contains notContains startsWith endsWith empty notEmpty gt gte lt lte between before after on anyOf noneOf allOf isInvalid".split(
        " ",
      );
    fc.assert(
      fc.property(
        fc.constantFrom(...fields),
        fc.constantFrom(...ops),
        fc.jsonValue(),
        (field, op, wanted) => {
          const act = () => find({ field, op, value: wanted });
          expect(["", "malformed", "unknown-operator"]).toContain(codeOf(act));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe("sort", () => {
  test.each([
    ["name", "01324"],
    ["-name", "23104"],
    ["stage", "14023"],
    ["value", "12034"],
    ["-value", "02134"],
    ["closeDate", "31024"],
    ["-closeDate", "01324"],
    ["owner", "01234"],
    ["-owner,name", "10324"],
    ["company", "04123"],
    ["hot,-name", "20314"],
  ])("%s is %s", (sort, expected) => {
    expect(order(sort)).toBe(expected);
  });

  test("refuses fields it does not know", () => {
    expect(refusal(() => order("nope")).code).toBe("unknown-field");
  });
});

describe("search", () => {
  test.each([
    ["alpha", "01"],
    ["ALPHA TWO", "1"],
    ["two älp", "1"],
    ["zurich", "1"],
    ["acme", "04"],
    ["cho", "1"],
    ["proposal", "4"],
    ["1000.00", "0"],
    ["eur", "2"],
    ["75", "2"],
    ["soon", "2"],
    ["lot", "3"],
    ["2026-12", "0"],
    ["12/31/2026", "0"],
    ["dec", "0"],
    ["vip old", "1"],
    ["415", "3"],
    ["nothing here", ""],
    ["  ", "01234"],
    ["(", "3"],
    [".*", ""],
    ["\\", ""],
  ])("%j finds %s", (q, found) => {
    expect(search(q)).toBe(found);
  });

  test("a phone number is found however it is written", () => {
    const book = newWorkbook();
    commit(book, [
      {
        op: "create",
        sheet: "contacts",
        ids: recordIds(nodePlatform, 1),
        fields: { phone: ["+14155552671 (415) 555-2671"] },
      },
    ]);
    const contacts = table(book, "contacts");
    for (const q of ["4155552671", "415.555.2671", "+1 415 555", "(415) 555-2671"]) {
      expect(Query.matching(contacts, { q }, contextOf(book, { now }))).toEqual([0]);
    }
  });

  test("finds every accented spelling by its plain one, composed or not", () => {
    for (const [text, q] of [
      ["Søren Łukasz", "soren lukasz"],
      ["Straße", "strasse"],
      ["STRASSE", "straße"],
      ["Ærø", "aero"],
      ["José".normalize("NFD"), "jose"],
      ["Jose", "josé"],
      ["Çelik", "celik"],
      ["Ελλάδα", "ελλαδα"],
      ["ЁЛКА", "елка"],
    ] as const) {
      const book = newWorkbook();
      commit(book, [
        {
          op: "create",
          sheet: "contacts",
          ids: recordIds(nodePlatform, 1),
          fields: { notes: [text] },
        },
      ]);
      expect([q, Query.matching(table(book, "contacts"), { q }, contextOf(book, { now }))]).toEqual(
        [q, [0]],
      );
    }
  });
});

describe("page", () => {
  test("pages join up to the whole list, in every order", () => {
    for (const sort of ["", "name", "-value,closeDate", "company,-owner", "hot"]) {
      const whole = Query.ordered(sheet, { sort: Sort.parse(sort) }, context);
      for (const limit of [1, 2, 3, 5]) {
        const seen: number[] = [];
        let cursor: string | undefined;
        do {
          const page: Query.Page = Query.page(
            sheet,
            { sort: Sort.parse(sort), limit, ...(cursor === undefined ? {} : { cursor }) },
            context,
          );
          expect(page.total).toBe(5);
          seen.push(...page.rows);
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
        expect(seen).toEqual(whole);
      }
    }
  });

  test("goes on where it was although the last record was edited, deleted or overtaken", () => {
    const book = newWorkbook();
    const ids = recordIds(nodePlatform, 6);
    commit(book, [
      {
        op: "create",
        sheet: "contacts",
        ids,
        fields: { lastName: ["A", "B", "C", "D", "E", "F"] },
      },
    ]);
    const contacts = table(book, "contacts");
    const sort = Sort.parse("lastName");
    const first = Query.page(contacts, { sort, limit: 2 }, contextOf(book, { now }));
    commit(book, [
      { op: "set", sheet: "contacts", ids: [ids[1] ?? ""], fields: { lastName: ["Z"] } },
      { op: "delete", sheet: "contacts", ids: [ids[0] ?? ""] },
    ]);
    const next = Query.page(
      contacts,
      { sort, limit: 2, cursor: first.next ?? "" },
      contextOf(book, { now }),
    );
    expect(next.rows.map((row) => value(contacts, row, "lastName"))).toEqual(["C", "D"]);
    expect(next.total).toBe(5);
  });

  test("a list in creation order is unchanged by edits", () => {
    const book = newWorkbook();
    const ids = recordIds(nodePlatform, 3);
    commit(book, [{ op: "create", sheet: "contacts", ids, fields: { lastName: ["A", "B", "C"] } }]);
    const contacts = table(book, "contacts");
    commit(book, [
      { op: "set", sheet: "contacts", ids: [ids[0] ?? ""], fields: { lastName: ["Z"] } },
    ]);
    expect(Query.page(contacts, {}, contextOf(book, { now })).rows).toEqual(rows(contacts));
  });

  test("refuses cursors that were changed, made up or made for another list", () => {
    const { next } = Query.page(sheet, { limit: 2 }, context);
    const cursor = next ?? "";
    expect(Query.page(sheet, { limit: 3, cursor }, context).rows).toEqual([2, 3, 4]);
    for (const wrong of [
      "",
      "x",
      `${cursor}A`,
      cursor.slice(1),
      cursor.replace(/.$/, "!"),
      "A".repeat(100_000),
    ]) {
      expect(refusal(() => Query.page(sheet, { cursor: wrong }, context)).code).toBe("malformed");
    }
    expect(refusal(() => Query.page(sheet, { cursor, q: "alpha" }, context)).code).toBe(
      "malformed",
    );
    expect(
      refusal(() => Query.page(sheet, { cursor, sort: Sort.parse("name") }, context)).code,
    ).toBe("malformed");
    for (const limit of [0, 1_001, 1.5, Number.NaN]) {
      expect(refusal(() => Query.page(sheet, { limit }, context)).code).toBe("malformed");
    }
  });

  test("the shortest way to a page gives the same as sorting everything", () => {
    const book = newWorkbook();
    const words = fc.constantFrom("a", "B", "ä", "10", "9", "zz", "");
    fc.assert(
      fc.property(
        fc.array(words, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        (names, limit) => {
          const ids = recordIds(nodePlatform, names.length);
          commit(book, [
            {
              op: "delete",
              sheet: "contacts",
              ids: rows(table(book, "contacts")).map(
                (row) => table(book, "contacts").ids[row] ?? "",
              ),
            },
            {
              op: "create",
              sheet: "contacts",
              ids,
              fields: { city: names.map((name) => (name === "" ? null : name)) },
            },
          ]);
          const contacts = table(book, "contacts");
          for (const sort of ["city", "-city"]) {
            const query = { sort: Sort.parse(sort) };
            const here = contextOf(book, { now });
            expect(Query.page(contacts, { ...query, limit }, here).rows).toEqual(
              Query.ordered(contacts, query, here).slice(0, limit),
            );
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("JSON", () => {
  test("is the API's form, and reads back", () => {
    const record = Json.toJson(sheet, 1, context);
    expect(record.fields).toMatchObject({
      name: "älpha two",
      value: { amount: "50.00", currency: "USD" },
      stage: "Lead",
      closeDate: "2026-11-22",
      owner: "ben",
      company: [{ id: zurich, label: "Zürich AG" }],
      tags: ["VIP", "Old"],
    });
    expect(Json.toJson(sheet, 3, context).fields["value"]).toEqual({
      text: "a lot",
      invalid: true,
    });
    expect("stage" in Json.toJson(sheet, 3, context).fields).toBe(false);
    for (const row of rows(sheet)) {
      const { changed: _, ...fields } = Json.toJson(sheet, row, context).fields;
      const cells = Json.cellsFrom(fields, sheet, context);
      for (const [key, cell] of Object.entries(cells)) expect(cell).toEqual(value(sheet, row, key));
    }
    expect(Json.toJson(sheet, 0, context, Json.fieldsOf(sheet, ["name"])).fields).toEqual({
      name: "Alpha",
    });
    expect(refusal(() => Json.fieldsOf(sheet, ["nope"])).code).toBe("unknown-field");
  });

  test("links are taken by id or label, members by id or name", () => {
    const cells = Json.cellsFrom(
      { company: ["Acme, Inc."], owner: "Ben Cho", contacts: [], name: null },
      sheet,
      context,
    );
    expect(cells).toEqual({ company: [acme], owner: "ben", contacts: null, name: null });
  });

  test("tells everything that is wrong at once, with its place", () => {
    const error = refusal(() =>
      Json.columnsFrom(
        [
          { name: 5, value: "a lot" },
          { name: "x", closeDate: { text: "soon", invalid: true } },
          { stage: "Maybe", company: ["Nobody"], changed: "2026-01-01T00:00:00Z" },
        ],
        sheet,
        context,
      ),
    );
    expect(error.code).toBe("invalid-values");
    expect(error.errors.map(({ path }) => path)).toEqual([
      "records/0/name",
      "records/0/value",
      "records/2/stage",
      "records/2/company",
      "records/2/changed",
    ]);
    expect(
      refusal(() => Json.columnsFrom([{ nope: 1, other: 2 }], sheet, context)).errors,
    ).toHaveLength(2);
    expect(refusal(() => Json.cellsFrom({ name: 1 }, sheet, context)).errors[0]?.path).toBe(
      "set/name",
    );
    expect(workbook.seq).toBeGreaterThan(0);
  });
});

describe("conditions on linked records", () => {
  test("pass where any linked record does, negations where all do", () => {
    const { workbook, context } = setUp();
    const deals = table(workbook, "deals");
    const found = (filter: Filter.Filter) =>
      rows(deals)
        .filter(Filter.compile(filter, deals, context))
        .map((row) => value(deals, row, "name"));
    expect(found({ field: "company.name", op: "contains", value: "acme" })).toEqual(
      rows(deals)
        .filter((row) =>
          JSON.stringify(value(deals, row, "company"))?.includes(
            table(workbook, "companies").ids[0]!,
          ),
        )
        .map((row) => value(deals, row, "name")),
    );
    const without = found({ field: "company.name", op: "isNot", value: "Acme, Inc." });
    expect(without).toContain("älpha two");
    expect(without).not.toContain("Alpha");
    expect(() => found({ field: "stage.name", op: "is", value: "x" })).toThrow(
      "leads to no other sheet",
    );
    expect(() => found({ field: "company.nothing", op: "is", value: "x" })).toThrow("no column");
  });
});

test("“during” asks for a period by its words", () => {
  const { workbook, context } = setUp();
  const deals = table(workbook, "deals");
  const during = (words: unknown) =>
    rows(deals).filter(
      Filter.compile({ field: "closeDate", op: "during", value: words as string }, deals, context),
    ).length;
  expect(during("this year")).toBeGreaterThan(0);
  expect(during("last year")).toBe(0);
  expect(() => during("soon")).toThrow("is no period");
  expect(() => during(7)).toThrow("takes a period");
});
