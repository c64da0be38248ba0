import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { isDomainError } from "../error.ts";
import type { Cell } from "../field/cell.ts";
import type { Field, FieldType, Locale } from "../field/field.ts";
import * as Derived from "../ledger/derived.ts";
import { check } from "../ledger/draft.ts";
import { recordIds } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import * as Workbook from "../ledger/workbook.ts";
import { localeOf } from "../sheet/settings.ts";
import { nodePlatform } from "../testing/platform.ts";
import { begin, land, operationsOf, rules, step } from "../testing/random-changes.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { examine, formulasOf, type Formulas } from "./formulas.ts";
import { loadParts } from "./library-parts.ts";
import { toKept, toTyped } from "./names.ts";

const now = Date.UTC(2026, 10, 27, 12);

beforeAll(loadParts);

/** Companies, contacts and deals linked to each other. */
function setUp() {
  const workbook = newWorkbook();
  const [acme = "", globex = ""] = recordIds(nodePlatform, 2);
  const deals = recordIds(nodePlatform, 4);
  const [anna = "", ben = ""] = recordIds(nodePlatform, 2);
  commit(workbook, [
    {
      op: "create",
      sheet: "companies",
      ids: [acme, globex],
      fields: { name: ["Acme", "Globex"], industry: ["Tools", "Energy"] },
    },
    {
      op: "create",
      sheet: "contacts",
      ids: [anna, ben],
      fields: { firstName: ["Anna", "Ben"], company: [[acme], [globex]], email: ["a@x.io", null] },
    },
    {
      op: "create",
      sheet: "deals",
      ids: deals,
      fields: {
        name: ["One", "Two", "Three", "Four"],
        value: ["100000 USD", "250000 USD", "5000 EUR", null],
        stage: ["Won", "Lead", "Won", "Lead"],
        closeDate: ["2026-12-01", "2026-12-31", null, "2026-11-27"],
        company: [[acme], [acme], [globex], null],
        contacts: [[anna], [anna, ben], null, null],
      },
    },
  ]);
  const locale = localeOf(workbook);
  const formulas = formulasOf(workbook, locale, now);
  let made = 0;
  /** Adds a formula as a person types it; answers the key of its field. */
  const add = (sheet: string, typed: string, type?: FieldType): string => {
    const { kind } = examine(workbook, sheet, typed, locale, now);
    const key = `f${(made += 1)}`;
    const after: Field = {
      key,
      name: `Formula ${made}`,
      type: type ?? (kind.list === true || kind.type === "any" ? "text" : kind.type),
      formula: toKept(workbook, sheet, typed),
    };
    commit(workbook, [{ op: "field", sheet, after }]);
    return key;
  };
  const values = (sheet: string, key: string): (Cell | undefined)[] => {
    const table = Workbook.table(workbook, sheet);
    return Workbook.rows(table).map((row) => Workbook.value(table, row, key));
  };
  const compute = (sheet: string, typed: string): (Cell | undefined)[] =>
    values(sheet, add(sheet, typed));
  return { workbook, locale, formulas, add, values, compute, acme, globex, deals, anna, ben };
}

describe("formula fields", () => {
  it("compute with money, dates and percents and answer in kind", () => {
    const { compute } = setUp();
    expect(compute("deals", "[Value] * 10%")).toEqual([
      "10000 USD",
      "25000 USD",
      "500 EUR",
      "0 USD",
    ]);
    expect(compute("deals", "[Expected close] + 30")).toEqual([
      "2026-12-31",
      "2027-01-30",
      undefined,
      "2026-12-27",
    ]);
    expect(compute("deals", "[Expected close] - TODAY()")).toEqual([4, 34, undefined, 0]);
    expect(compute("deals", 'IF([Stage] = "Won", [Value], 0)')).toEqual([
      "100000 USD",
      "0 USD",
      "5000 EUR",
      "0 USD",
    ]);
    expect(compute("deals", "ROUND([Value] / 3, 2)")[0]).toBe("33333 USD");
    expect(compute("deals", "[Value] > 1500")).toEqual([false, true, false, false]);
    expect(compute("deals", '[Name] & ": " & [Expected close]')[0]).toBe("One: 12/1/2026");
  });

  it("never add dollars and euros", () => {
    const { compute, formulas, workbook } = setUp();
    expect(compute("contacts", "SUM([Deals].[Value])")).toEqual(["350000 USD", "250000 USD"]);
    const mixed = compute("deals", '[Value] + XLOOKUP("Three", [Deals!Name], [Deals!Value])');
    expect(mixed[0]).toEqual({ invalid: "#VALUE!" });
    expect(mixed[2]).toBe("10000 EUR");
    expect(formulas.why(Workbook.table(workbook, "deals"), 0, "f2")).toBe(
      "USD and EUR cannot be calculated with each other: no rate is given.",
    );
  });

  it("follow links forwards and back", () => {
    const { compute } = setUp();
    expect(compute("contacts", "[Company].[Industry]")).toEqual(["Tools", "Energy"]);
    expect(compute("contacts", "[Company]")).toEqual(["Acme", "Globex"]);
    expect(compute("companies", "SUM([Deals].[Value])")).toEqual(["350000 USD", "5000 EUR"]);
    expect(compute("companies", "COUNT([Deals].[Value])")).toEqual([2, 1]);
    expect(compute("companies", 'SUMIF([Deals].[Stage], "Won", [Deals].[Value])')).toEqual([
      "100000 USD",
      "5000 EUR",
    ]);
    expect(compute("companies", 'JOIN([Deals].[Name], " + ")')).toEqual(["One + Two", "Three"]);
    expect(compute("companies", "MAX([Deals].[Expected close])")).toEqual([
      "2026-12-31",
      undefined,
    ]);
    expect(compute("companies", "[Contacts]")).toEqual(["Anna", "Ben"]);
    expect(compute("deals", "[Contacts].[Company].[Name]")).toEqual([
      "Acme",
      "Acme, Globex",
      undefined,
      undefined,
    ]);
    expect(compute("deals", "COUNTUNIQUE([Contacts].[Company].[Industry])")).toEqual([1, 2, 0, 0]);
  });

  it("read formulas of other fields and sheets", () => {
    const { add, values } = setUp();
    const total = add("companies", "SUM([Deals].[Value])");
    expect(values("companies", total)[0]).toBe("350000 USD");
    const share = add("deals", "[Value] / [Company].[Formula 1]");
    expect(values("deals", share)[0]).toBeCloseTo(2 / 7);
  });

  it("look a value up in another sheet", () => {
    const { compute } = setUp();
    expect(
      compute("contacts", 'XLOOKUP([Company], [Companies!Name], [Companies!Industry], "?")'),
    ).toEqual(["Tools", "Energy"]);
  });

  it("follow what changes: own cells, linked cells, links, new and deleted records", () => {
    const { workbook, add, values, formulas, acme, globex, deals } = setUp();
    const total = add("companies", "SUM([Deals].[Value])");
    const industry = add("deals", "[Company].[Industry]");
    expect(values("companies", total)).toEqual(["350000 USD", "5000 EUR"]);
    expect(values("deals", industry)).toEqual(["Tools", "Tools", "Energy", undefined]);
    formulas.takeChanged();

    const set = (fields: { [key: string]: (Cell | null)[] }, ids: string[], sheet = "deals") =>
      commit(workbook, [{ op: "set", sheet, ids, fields } as Operation]);
    set({ value: ["200000 USD"] }, [deals[0] as string]);
    expect(values("companies", total)[0]).toBe("450000 USD");
    expect(formulas.takeChanged().get("companies")?.rows).toEqual(new Set([0]));

    set({ company: [[globex]], value: [null] }, [deals[0] as string]);
    expect(values("companies", total)).toEqual(["250000 USD", "5000 EUR"]);
    expect(values("deals", industry)[0]).toBe("Energy");

    set({ industry: ["Oil"] }, [globex], "companies");
    expect(values("deals", industry)).toEqual(["Oil", "Tools", "Oil", undefined]);

    commit(workbook, [{ op: "delete", sheet: "deals", ids: [deals[1] as string] }]);
    expect(values("companies", total)[0]).toBe("0 USD");
    commit(workbook, [{ op: "restore", sheet: "deals", ids: [deals[1] as string] }]);
    expect(values("companies", total)[0]).toBe("250000 USD");
    const [fresh = ""] = recordIds(nodePlatform, 1);
    commit(workbook, [
      {
        op: "create",
        sheet: "deals",
        ids: [fresh],
        fields: { value: ["100 USD"], company: [[acme]] },
      },
    ]);
    expect(values("companies", total)[0]).toBe("250100 USD");
  });

  it("keep their columns when these are renamed, and say so when they are deleted", () => {
    const { workbook, add, values, formulas } = setUp();
    const key = add("deals", "[Value] * 2");
    const table = Workbook.table(workbook, "deals");
    const field = Workbook.field(table, "value");
    commit(workbook, [{ op: "field", sheet: "deals", after: { ...field, name: "Worth" } }]);
    expect(values("deals", key)[0]).toBe("200000 USD");
    expect(toTyped(workbook, "deals", Workbook.field(table, key).formula ?? "")).toBe(
      "[Worth] * 2",
    );
    commit(workbook, [
      { op: "field", sheet: "deals", after: { ...field, name: "Worth", deleted: true } },
    ]);
    expect(values("deals", key)[0]).toEqual({ invalid: "#NAME?" });
    expect(formulas.why(table, 0, key)).toBe("A column that this formula uses was deleted.");
  });

  it("spell back-links and columns of other sheets by name", () => {
    const { workbook } = setUp();
    const kept = toKept(
      workbook,
      "companies",
      'SUM([Deals].[Value]) + COUNT([contacts!Email]) & "[x]"',
    );
    expect(kept).toBe('SUM([@deals/company].[value]) + COUNT([contacts!email]) & "[x]"');
    expect(toTyped(workbook, "companies", kept)).toBe(
      'SUM([Deals].[Value]) + COUNT([Contacts!Email]) & "[x]"',
    );
  });

  it("end circles with an error instead of computing for ever", () => {
    const { workbook, add, values, formulas } = setUp();
    const first = add("deals", "1");
    const second = add("deals", "[Formula 1] + 1");
    const table = Workbook.table(workbook, "deals");
    expect(values("deals", second)[0]).toBe(2);
    const field = Workbook.field(table, first);
    commit(workbook, [{ op: "field", sheet: "deals", after: { ...field, formula: "[f2]" } }]);
    expect(values("deals", second)[0]).toEqual({ invalid: "#CYCLE!" });
    expect(formulas.why(table, 0, first)).toBe("“Formula 1” is computed from itself.");
  });

  it("say why a cell is an error", () => {
    const { compute, formulas, workbook } = setUp();
    expect(compute("deals", "1 / ([Expected close] - DATE(2026, 12, 1))")[0]).toEqual({
      invalid: "#DIV/0!",
    });
    expect(formulas.why(Workbook.table(workbook, "deals"), 0, "f1")).toContain("zero");
    expect(compute("companies", "[Deals].[Value] + 1")[0]).toContain("$1,001.00");
    expect(compute("companies", "YEAR([Deals].[Expected close])")[0]).toBe("2026, 2026");
  });

  it("move with the clock", () => {
    const { add, values, formulas } = setUp();
    const key = add("deals", "TODAY()");
    expect(values("deals", key)[0]).toBe("2026-11-27");
    formulas.setNow(now + 86_400_000);
    expect(values("deals", key)[0]).toBe("2026-11-28");
  });

  it("cannot be written, required or unique, and no column becomes one later", () => {
    const { workbook, add, deals } = setUp();
    const key = add("deals", "[Value] * 2");
    const field = Workbook.field(Workbook.table(workbook, "deals"), key);
    const write = { op: "set", sheet: "deals", ids: [deals[0]], fields: { [key]: ["1 USD"] } };
    expect(() => commit(workbook, [write as Operation])).toThrow("is computed by a formula");
    const change = (after: Field) => () =>
      commit(workbook, [{ op: "field", sheet: "deals", after }]);
    expect(change({ ...field, unique: true })).toThrow("cannot be required or unique");
    const name = Workbook.field(Workbook.table(workbook, "deals"), "name");
    expect(change({ ...name, formula: "1" })).toThrow("is made with a formula or never has one");
    expect(change({ ...field, type: "choice", options: [] })).toThrow("cannot answer");
  });

  it("refuse to look through whole columns without end", () => {
    const workbook = newWorkbook();
    const ids = recordIds(nodePlatform, 30_000);
    commit(workbook, [
      {
        op: "create",
        sheet: "contacts",
        ids,
        fields: { title: ids.map((_, index) => `n${index}`) },
      },
    ]);
    const locale = localeOf(workbook);
    formulasOf(workbook, locale, now);
    const formula = toKept(
      workbook,
      "contacts",
      'COUNTIF([Contacts!Job title], ">" & [Job title])',
    );
    commit(workbook, [
      {
        op: "field",
        sheet: "contacts",
        after: { key: "rank", name: "Rank", type: "number", formula },
      },
    ]);
    const started = performance.now();
    const column = Workbook.column(Workbook.table(workbook, "contacts"), "rank");
    expect(column?.at(-1)).toEqual({ invalid: "#NUM!" });
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it("are always what computing everything anew would answer", () => {
    const formulaFields: readonly [string, Field][] = [
      ["people", { key: "fa", name: "Fa", type: "number", formula: "[age] * 2 + LEN([name])" }],
      ["people", { key: "fb", name: "Fb", type: "text", formula: "JOIN([firm].[name])" }],
      ["firms", { key: "fc", name: "Fc", type: "number", formula: "SUM([@people/firm].[fa])" }],
      ["firms", { key: "fd", name: "Fd", type: "text", formula: "[boss] & COUNT([people!age])" }],
      ["people", { key: "fe", name: "Fe", type: "number", formula: "SUM([firm].[fc])" }],
      ["firms", { key: "ff", name: "Ff", type: "text", formula: "[boss].[firm].[name]" }],
    ];
    const locale: Locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const { workbook, heads } = begin();
        const formulas = formulasOf(workbook, locale, now);
        const operations = formulaFields.map(([sheet, after]): Operation => ({
          op: "field",
          sheet,
          after,
        }));
        land(workbook, heads, check(workbook, { operations }, rules), "ann");
        for (const [salt, each] of steps.entries()) {
          const asked = operationsOf(workbook, each, salt);
          try {
            land(
              workbook,
              heads,
              check(workbook, { operations: asked }, rules, { onInvalid: "refuse" }),
              each.actor,
            );
          } catch (error) {
            if (!isDomainError(error)) throw error;
          }
          const kept = all(workbook, formulas);
          const fresh = formulasOf(workbook, { ...locale }, now);
          expect(kept).toEqual(all(workbook, fresh));
          Derived.provide(workbook.stamps, formulas);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function all(workbook: Workbook.Workbook, formulas: Formulas): unknown {
  return [...workbook.sheets.values()].map((table) =>
    table.sheet.fields
      .filter((field) => field.formula !== undefined && field.deleted !== true)
      .map((field) => [
        field.key,
        Workbook.rows(table).map((row) => formulas.value(table, row, field.key)),
      ]),
  );
}
