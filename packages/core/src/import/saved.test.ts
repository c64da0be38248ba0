import { describe, expect, test } from "vitest";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { recordIds } from "../ledger/ids.ts";
import * as Workbook from "../ledger/workbook.ts";
import { localeOf } from "../sheet/settings.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { describeColumns } from "./column.ts";
import * as Learned from "./learned.ts";
import { type Mapping, proposeMapping, type Target } from "./mapping.ts";
import { proposeObjects } from "./objects.ts";
import { plan } from "./plan.ts";
import { readCsv } from "./read/csv.ts";
import * as Saved from "./saved.ts";
import { type Rules, rulesOf } from "./saved-rules.ts";
import { joinable } from "./worksheets.ts";
import { dataRows, findTable } from "./table.ts";

await loadPhones();

const MONTHLY = "Kunde,Mail,Ort,Umsatz,Interne Nr\nAda Lovelace,ada@example.com,London,12,7\n";

function factsOf(workbook: Workbook.Workbook, text: string) {
  const table = findTable(readCsv(new TextEncoder().encode(text)));
  return { table, facts: describeColumns(table, dataRows(table), localeOf(workbook), registry) };
}

const contacts = (workbook: Workbook.Workbook) => Workbook.table(workbook, "contacts").sheet;
const newIds = (count: number) => recordIds(nodePlatform, count);
const targets = (mapping: Mapping) =>
  Object.fromEntries(mapping.columns.map(({ name, target }) => [name, target]));

function withTarget(mapping: Mapping, name: string, target: Target): Mapping {
  return {
    ...mapping,
    columns: mapping.columns.map((one) => (one.name === name ? { ...one, target } : one)),
  };
}

/** A workspace that has imported the monthly file once and saved how. */
function withSaved() {
  const workbook = newWorkbook();
  const { table, facts } = factsOf(workbook, MONTHLY);
  let mapping = proposeMapping(facts, contacts(workbook));
  mapping = withTarget(mapping, "Interne Nr", { kind: "skip" });
  mapping = withTarget(mapping, "Ort", { kind: "field", field: "street" });
  const planned = plan(
    { workbook, registry, locale: localeOf(workbook), platform: nodePlatform },
    table,
    mapping,
    { mode: "fill" },
  );
  const rules = rulesOf(mapping, { key: "email", mode: "fill" }, planned.columns);
  const [id] = newIds(1);
  commit(workbook, [
    ...planned.newFields.map((after) => ({ op: "field", sheet: "contacts", after }) as const),
    ...Saved.prepare(workbook),
  ]);
  commit(workbook, [Saved.create(workbook, id!, { name: "Monthly", sheet: "contacts", rules })]);
  return workbook;
}

describe("a saved import", () => {
  test("is recognised by its columns, in any order and spelling, and by nothing less", () => {
    const workbook = withSaved();
    const fits = (text: string) =>
      Saved.fitting(Saved.savedImports(workbook), factsOf(workbook, text).facts, undefined).map(
        ({ name }) => name,
      );
    expect(fits(MONTHLY)).toEqual(["Monthly"]);
    expect(fits("MAIL,Umsatz,interne nr,Ort,Kunde\nx@example.com,1,2,Rome,Bob Byte\n")).toEqual([
      "Monthly",
    ]);
    expect(fits("Mail,Umsatz,Ort,Kunde\nx@example.com,1,Rome,Bob Byte\n")).toEqual([]);
    expect(fits(MONTHLY.replaceAll("\n", ",x\n"))).toEqual([]);
  });

  test("is recognised when its refused rows come back", () => {
    const workbook = withSaved();
    const text = MONTHLY.replace("Nr\n", "Nr,Why it was refused\n").replace("7\n", "7,Mail: bad\n");
    const { facts } = factsOf(workbook, text);
    const [saved] = Saved.fitting(Saved.savedImports(workbook), facts, undefined);
    const { mapping, missing, added } = Saved.apply(saved!, facts, contacts(workbook));
    expect([missing, added]).toEqual([[], []]);
    expect(targets(mapping)["Why it was refused"]).toEqual({ kind: "skip" });
  });

  test("sends columns where they went, new fields to the fields they became", () => {
    const workbook = withSaved();
    const saved = Saved.savedImport(workbook, "monthly");
    const { facts } = factsOf(workbook, MONTHLY);
    const { mapping, missing, added } = Saved.apply(saved, facts, contacts(workbook));
    expect(targets(mapping)).toMatchObject({
      Mail: { kind: "field", field: "email" },
      Ort: { kind: "field", field: "street" },
      Umsatz: { kind: "field", field: "umsatz" },
      "Interne Nr": { kind: "skip" },
    });
    expect(mapping.columns[1]?.reason).toBe("As in the saved import “Monthly”.");
    expect([missing, added, Saved.keyOf(saved, mapping)]).toEqual([[], [], "email"]);
  });

  test("with another file says what differs, and matches the rest as always", () => {
    const workbook = withSaved();
    const saved = Saved.savedImport(workbook, "Monthly");
    const { facts } = factsOf(workbook, "Kunde,Ort,Stadt,Adresse\nAda Lovelace,A St,London,B St\n");
    const { mapping, missing, added } = Saved.apply(saved, facts, contacts(workbook));
    expect(missing).toEqual(["Mail", "Umsatz", "Interne Nr"]);
    expect(added).toEqual(["Stadt", "Adresse"]);
    // The street is taken by what the saved import sends there.
    expect(targets(mapping)).toMatchObject({
      Ort: { kind: "field", field: "street" },
      Stadt: { kind: "field", field: "city" },
    });
    expect(targets(mapping)["Adresse"]).not.toEqual({ kind: "field", field: "street" });
    expect(Saved.keyOf(saved, mapping)).toBe("none");
  });

  test("survives that a field of it is gone", () => {
    const workbook = withSaved();
    const street = contacts(workbook).fields.find(({ key }) => key === "street")!;
    commit(workbook, [
      { op: "field", sheet: "contacts", after: { ...street, deleted: true }, before: street },
    ]);
    const { facts } = factsOf(workbook, MONTHLY);
    const { mapping } = Saved.apply(
      Saved.savedImport(workbook, "Monthly"),
      facts,
      contacts(workbook),
    );
    expect(targets(mapping)["Ort"]).toEqual({ kind: "field", field: "city" });
  });

  test("keeps the order of dates where the file proves none", () => {
    const workbook = newWorkbook();
    const rules: Rules = {
      columns: [
        {
          name: "Closing",
          target: { kind: "new", field: { name: "Closing", type: "date" } },
          reading: { dateOrder: "dmy" },
        },
      ],
      key: "none",
      mode: "fill",
    };
    const saved = { id: "x", name: "Dates", sheet: "contacts", rules };
    const read = (days: string) =>
      Saved.apply(saved, factsOf(workbook, `Closing\n${days}\n`).facts, contacts(workbook)).mapping
        .columns[0]?.reading?.dateOrder;
    expect(read("01/02/2026\n03/04/2026")).toBe("dmy");
    expect(read("01/22/2026\n03/24/2026")).toBe("mdy");
  });

  test("has a name of its own", () => {
    const workbook = withSaved();
    const { rules } = Saved.savedImport(workbook, "Monthly");
    const named = (name: string) => () =>
      Saved.create(workbook, "x", { name, sheet: "contacts", rules });
    expect(named("MONTHLY ")).toThrow(/already/);
    expect(named(" ")).toThrow(/1 to 100/);
    expect(() => Saved.savedImport(workbook, "Weekly")).toThrow(
      /no saved import “Weekly”.*Monthly/,
    );
  });

  test("whose sheet is gone, or that cannot be read, is not offered", () => {
    const workbook = withSaved();
    const [id] = newIds(1);
    commit(workbook, [
      {
        op: "create",
        sheet: Saved.SHEET,
        ids: [id!],
        fields: { sheet: ["contacts"], name: ["Odd"], rules: ['{"columns":[{"target":{}}]}'] },
      },
    ]);
    expect(Saved.savedImports(workbook).map(({ name }) => name)).toEqual(["Monthly"]);
  });
});

describe("a corrected column", () => {
  const text = "Kürzel,Mail,Bemerkung\nAL,ada@example.com,x\n";

  /** Where the columns go in an import after `name` was sent to `target`, once by each of `actors`. */
  function after(changes: readonly (readonly [string, Target, string])[]) {
    const workbook = newWorkbook();
    for (const [name, target, actor] of changes) {
      const { facts } = factsOf(workbook, text);
      const proposed = proposeMapping(facts, contacts(workbook));
      const made = Learned.corrections(proposed, withTarget(proposed, name, target), facts);
      commit(workbook, Learned.remember(workbook, "contacts", made, newIds), actor);
    }
    return workbook;
  }

  test("is proposed next time, with who chose it", () => {
    const workbook = after([["Kürzel", { kind: "field", field: "title" }, "anna"]]);
    const { facts } = factsOf(workbook, text);
    const known = Learned.learned(workbook, "contacts", facts, "anna");
    expect([...known]).toEqual([
      [0, { target: { kind: "field", field: "title" }, reason: "You chose this before." }],
    ]);
    const others = Learned.learned(workbook, "contacts", facts, "bob");
    expect(others.get(0)?.reason).toBe("Anna Arendt chose this before.");
    expect(Learned.learned(workbook, "companies", facts, "anna").size).toBe(0);
  });

  test("corrected again goes where it was sent last, in the same record", () => {
    const workbook = after([
      ["Kürzel", { kind: "field", field: "title" }, "anna"],
      ["Kürzel", { kind: "skip" }, "anna"],
    ]);
    const { facts } = factsOf(workbook, text);
    const known = Learned.learned(workbook, "contacts", facts, "anna");
    expect(known.get(0)?.target).toEqual({ kind: "skip" });
    expect(Workbook.rows(Workbook.table(workbook, Learned.SHEET))).toHaveLength(1);
  });

  test("is learned only where something changed that has a name", () => {
    const workbook = newWorkbook();
    const { facts } = factsOf(workbook, text);
    const proposed = proposeMapping(facts, contacts(workbook));
    expect(Learned.corrections(proposed, proposed, facts)).toEqual([]);
    const renamed = withTarget(proposed, "Kürzel", {
      kind: "new",
      field: { name: "Code", type: "choice" },
    });
    expect(Learned.corrections(proposed, renamed, facts)).toEqual([]);
    const nameless = facts.map((fact) => ({ ...fact, column: { ...fact.column, named: false } }));
    const chosen = withTarget(proposed, "Kürzel", { kind: "skip" });
    expect(Learned.corrections(proposed, chosen, nameless)).toEqual([]);
  });
});

test("a saved import keeps what texts mean that are none of the choices", () => {
  const workbook = newWorkbook();
  commit(workbook, Saved.prepare(workbook));
  const text = "Deal,Amount,Deal stage\nA,1,Closed won\nB,2,Parked\n";
  const { facts } = factsOf(workbook, text);
  const { sheet } = Workbook.table(workbook, "deals");
  const meant = { "Closed won": "Won", Parked: null };
  const mapping = {
    sheet: "deals",
    columns: proposeMapping(facts, sheet).columns.map((column) =>
      column.name === "Deal stage" ? { ...column, meant, adds: ["Signed"] } : column,
    ),
  };
  const rules = rulesOf(mapping, { key: "none", mode: "fill" });
  const [id] = newIds(1);
  commit(workbook, [Saved.create(workbook, id!, { name: "Deals", sheet: "deals", rules })]);
  const applied = Saved.apply(Saved.savedImport(workbook, "Deals"), facts, sheet);
  expect(applied.mapping.columns.at(-1)).toMatchObject({ meant, adds: ["Signed"] });
});

test("a saved import keeps what else its rows become", () => {
  const workbook = newWorkbook();
  const text = "Email,Company name,Company website\na@x.test,Acme,acme.test\n";
  const table = findTable(readCsv(new TextEncoder().encode(text)));
  const facts = describeColumns(table, dataRows(table), localeOf(workbook), registry);
  const sheets = ["contacts", "companies"].map((key) => Workbook.table(workbook, key).sheet);
  const mapping = proposeObjects(table, facts, sheets[0]!, sheets);
  const rules = rulesOf(mapping, { key: "email", mode: "fill" });
  const saved = { id: "1", name: "Wide", sheet: "contacts", rules };
  const again = Saved.apply(saved, facts, sheets[0]!).mapping;
  expect(again.columns.map(({ of, target }) => [of, target])).toEqual(
    mapping.columns.map(({ of, target }) => [of, target]),
  );
  expect(again.columns[2]).toMatchObject({ of: "companies", target: { field: "domain" } });
});

describe("a saved import of several worksheets", () => {
  const CONTACTS = "First name,Email,Firm ID\nAnn,ann@x.test,1\nBob,bob@x.test,2\n";
  const FIRMS = "ID,Company name,Rating\n1,Acme,7\n2,Beta,8\n";

  function bookOf(workbook: Workbook.Workbook, names = ["Contacts", "Companies"]) {
    const tables = [CONTACTS, FIRMS].map((text, at) => ({
      ...readCsv(new TextEncoder().encode(text)),
      sheet: names[at]!,
    }));
    const table = findTable(tables[0]!);
    const locale = localeOf(workbook);
    const facts = describeColumns(table, dataRows(table), locale, registry);
    const sheets = ["contacts", "companies"].map((key) => Workbook.table(workbook, key).sheet);
    const file = { kind: "xlsx" as const, tables };
    return { facts, sheets, belonging: joinable(file, table, facts, sheets, locale, registry)! };
  }

  test("takes those that it names and that belong to the chosen one, and tells the others", () => {
    const workbook = newWorkbook();
    const { facts, sheets, belonging } = bookOf(workbook);
    const companies = [
      { name: "ID", target: { kind: "skip" } },
      { name: "Company name", target: { kind: "field", field: "name" } },
      { name: "Rating", target: { kind: "field", field: "size" } },
    ] as const;
    const saved: Saved.SavedImport = {
      id: "s",
      name: "Both",
      sheet: "contacts",
      rules: {
        ...rulesOf(proposeMapping(facts, sheets[0]!), { key: "email", mode: "fill" }),
        worksheets: [{ name: "Companies", sheet: "companies", columns: companies }],
      },
    };
    const { joined, missing } = Saved.worksheetsIn(saved, belonging);
    expect([joined?.members.map(({ label }) => label), missing]).toEqual([
      ["Contacts", "Companies"],
      [],
    ]);
    const own = Saved.apply(saved, facts, sheets[0]!).mapping;
    const { columns } = Saved.applyWorksheets(saved, joined!, own, sheets);
    expect(columns.map(({ name, target, of }) => [name, target, of])).toEqual([
      ["First name", { kind: "field", field: "firstName" }, undefined],
      ["Email", { kind: "field", field: "email" }, undefined],
      ["Firm ID", { kind: "skip" }, undefined],
      ["ID", { kind: "skip" }, "companies"],
      ["Company name", { kind: "field", field: "name" }, "companies"],
      ["Rating", { kind: "field", field: "size" }, "companies"],
    ]);

    const other = bookOf(workbook, ["Contacts", "Firms"]);
    expect(Saved.worksheetsIn(saved, other.belonging)).toEqual({
      joined: undefined,
      missing: ["Companies"],
    });
    expect(Saved.worksheetsIn(saved, undefined).missing).toEqual(["Companies"]);
  });
});
