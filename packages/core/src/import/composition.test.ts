import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import type { Changeset } from "../ledger/changeset.ts";
import { fromRegistry } from "../ledger/rules.ts";
import { inverse } from "../ledger/undo.ts";
import * as Workbook from "../ledger/workbook.ts";
import { localeOf } from "../sheet/settings.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { describeColumns } from "./column.ts";
import { type Composition, compose, type Source } from "./composition.ts";
import { changesets, operations } from "./emit.ts";
import * as History from "./history.ts";
import { findTogether } from "./joins.ts";
import { type Known, proposeObjects } from "./objects.ts";
import type { PlanOptions } from "./plan.ts";
import { readCsv } from "./read/csv.ts";
import { dataRows, findTable, type Table } from "./table.ts";

await loadPhones();

function sheetsOf(workbook: Workbook.Workbook) {
  return [...workbook.sheets.values()]
    .map(({ sheet }) => sheet)
    .filter(({ system }) => system !== true)
    .toSorted((a, b) => a.position - b.position);
}

function sourceOf(
  workbook: Workbook.Workbook,
  text: string,
  sheet = "contacts",
  known: Known = {},
): Source {
  const table = findTable(readCsv(new TextEncoder().encode(text)));
  const facts = describeColumns(table, dataRows(table), localeOf(workbook), registry);
  const target = Workbook.table(workbook, sheet).sheet;
  return { table, mapping: proposeObjects(table, facts, target, sheetsOf(workbook), known) };
}

function composeCsv(
  workbook: Workbook.Workbook,
  text: string,
  options: Partial<PlanOptions> = {},
  sheet?: string,
): Composition {
  const deps = { workbook, registry, locale: localeOf(workbook), platform: nodePlatform };
  return compose(deps, [sourceOf(workbook, text, sheet)], { mode: "overwrite", ...options });
}

function write(workbook: Workbook.Workbook, { plan }: Composition): Changeset {
  const record = { import: "i", file: "f.csv", counts: plan.counts, refused: plan.refused };
  return commit(workbook, operations(plan, record, nodePlatform));
}

/** Records of a sheet by field, links by the names of what they link to. */
function records(workbook: Workbook.Workbook, sheet: string) {
  const table = Workbook.table(workbook, sheet);
  return Workbook.rows(table).map((row) =>
    Object.fromEntries(
      table.sheet.fields.flatMap((field) => {
        const cell = Workbook.value(table, row, field.key);
        if (cell === undefined || field.deleted === true) return [];
        if (field.link === undefined) return [[field.key, cell]];
        const target = Workbook.table(workbook, field.link.sheet);
        const names = (cell as readonly string[]).map((id) =>
          target.sheet.title
            .map((key) => Workbook.value(target, target.rowById.get(id)!, key) ?? "")
            .join(" ")
            .trim(),
        );
        return [[field.key, names.join(", ")]];
      }),
    ),
  );
}

function placesOf({ mapping }: Source): { [name: string]: string } {
  return Object.fromEntries(
    mapping.columns.map(({ name, of = mapping.sheet, target, block }) => {
      const place =
        target.kind === "field"
          ? target.field
          : target.kind === "new"
            ? `new ${target.field.name}`
            : target.kind;
      return [name, `${of}.${place}${block === undefined ? "" : ` ${block}`}`];
    }),
  );
}

const CELL = fc.constantFrom(
  "",
  "Acme",
  "Beta",
  "acme",
  "Ann",
  "Bob",
  "a@x.test",
  "b@x.test",
  "12",
);

/** Of first name, e-mail, company, website, deal, amount, two notes and something that no field is. */
const CELLS = fc.array(CELL, { minLength: 9, maxLength: 9 });

function csvOf(rows: readonly (readonly string[])[]): string {
  const header =
    "First name,Email,Company name,Company website,Deal name,Deal amount,Note 1,Note 2,Colour";
  return [header, ...rows.map((row) => row.join(","))].join("\n");
}

const WIDE =
  "First name,Last name,Email,Company name,Company website,Company phone,Deal name,Deal amount,Deal stage\n" +
  "Ann,Lee,ann@x.test,Acme Ltd,acme.test,(212) 555-0100,Renewal,1200,Proposal\n" +
  "Bob,May,bob@x.test,ACME Limited,,,Renewal,1200,Proposal\n" +
  "Cy,Orr,cy@x.test,Beta,beta.test,,,,\n" +
  ",,,Gamma,gamma.test,,,,\n";

describe("a row that holds several records", () => {
  test("goes to a sheet each, by what the columns say they are of", () => {
    expect(placesOf(sourceOf(newWorkbook(), WIDE))).toEqual({
      "First name": "contacts.firstName",
      "Last name": "contacts.lastName",
      Email: "contacts.email",
      "Company name": "companies.name",
      "Company website": "companies.domain",
      "Company phone": "companies.phone",
      "Deal name": "deals.name",
      "Deal amount": "deals.value",
      "Deal stage": "deals.stage",
    });
  });

  test("makes each record once and links them", () => {
    const workbook = newWorkbook();
    write(workbook, composeCsv(workbook, WIDE));
    expect(records(workbook, "companies").map(({ name }) => name)).toEqual([
      "Acme Ltd",
      "Beta",
      "Gamma",
    ]);
    expect(records(workbook, "contacts").map(({ email, company }) => [email, company])).toEqual([
      ["ann@x.test", "Acme Ltd"],
      ["bob@x.test", "Acme Ltd"],
      ["cy@x.test", "Beta"],
    ]);
    expect(records(workbook, "deals")).toMatchObject([
      { name: "Renewal", company: "Acme Ltd", contacts: "Ann Lee, Bob May" },
    ]);
  });

  test("imported again changes nothing", () => {
    const workbook = newWorkbook();
    write(workbook, composeCsv(workbook, WIDE));
    const again = composeCsv(workbook, WIDE);
    expect(again.plans.map(({ plan }) => [plan.sheet.key, plan.counts.created])).toEqual([
      ["companies", 0],
      ["contacts", 0],
      ["deals", 0],
    ]);
    expect(again.plans.map(({ plan }) => plan.counts.updated)).toEqual([0, 0, 0]);
  });

  test("is one changeset, which undo takes back whole", () => {
    fc.assert(
      fc.property(
        fc.array(CELLS, { maxLength: 4 }),
        fc.array(CELLS, { minLength: 1, maxLength: 8 }),
        (there, rows) => {
          const workbook = newWorkbook();
          write(workbook, composeCsv(workbook, csvOf(there)));
          const before = ["companies", "contacts", "deals"].map((sheet) =>
            records(workbook, sheet),
          );
          const composed = composeCsv(workbook, csvOf(rows));
          const { plan } = composed;
          const record = { import: "i", file: "", counts: plan.counts, refused: plan.refused };
          expect(changesets(plan, record, nodePlatform)).toHaveLength(1);
          const done = write(workbook, composed);
          commit(workbook, inverse(workbook, [done], fromRegistry(registry)).operations);
          expect(
            ["companies", "contacts", "deals"].map((sheet) => records(workbook, sheet)),
          ).toEqual(before);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("refused for one object keeps the others, and says so", () => {
    const workbook = newWorkbook();
    const text = `First name,Email,Company name,Company notes\nAnn,ann@x.test,Acme,${"x".repeat(100_001)}\n`;
    const { plan, plans } = composeCsv(workbook, text);
    expect(plan.refused).toEqual([
      {
        row: 1,
        column: "Company notes",
        reason:
          "The company is not written: The text has 100,001 characters; a cell holds 100,000.",
      },
    ]);
    expect(plans.map((one) => [one.plan.sheet.key, one.plan.counts.created])).toEqual([
      ["companies", 0],
      ["contacts", 1],
    ]);
  });

  test("a row that says nothing of anything is refused once", () => {
    const { plan } = composeCsv(
      newWorkbook(),
      "First name,Email,Company name,Company website\nAnn,a@x.test,Acme,acme.test\nn/a,n/a,n/a,n/a\n",
    );
    expect(plan.refused.map(({ row, column }) => [row, column])).toEqual([[2, null]]);
  });

  test("a company's name alone stays a link, and what is turned off stays with the row", () => {
    const workbook = newWorkbook();
    const plain = sourceOf(workbook, "First name,Email,Company\nAnn,a@x.test,Acme\n");
    expect(placesOf(plain)["Company"]).toBe("contacts.company");
    const without = sourceOf(workbook, WIDE, "contacts", { without: new Set(["deals"]) });
    expect(placesOf(without)["Deal amount"]).toBe("contacts.new Deal amount");
    expect(placesOf(without)["Company website"]).toBe("companies.domain");
  });

  test("owner and source of a contact are none of its company's", () => {
    const source = sourceOf(
      newWorkbook(),
      "First Name,Email,Account Name,Account Website,Account Owner,Lead Source\nAnn,a@x.test,Acme,acme.test,Anna,Web\n",
    );
    expect(placesOf(source)).toMatchObject({
      "Account Website": "companies.domain",
      "Account Owner": "contacts.owner",
      "Lead Source": "contacts.source",
    });
  });
});

describe("what repeats", () => {
  test("blocks of people are several contacts of one company", () => {
    const workbook = newWorkbook();
    const text =
      "Company,Industry,Contact 1 name,Contact 1 email,Contact 2 name,Contact 2 email\n" +
      "Acme,Steel,Ann Lee,ann@x.test,Bob May,bob@x.test\n" +
      "Beta,Wood,Cy Orr,cy@x.test,,\n";
    const composed = composeCsv(workbook, text, {}, "companies");
    write(workbook, composed);
    expect(
      records(workbook, "contacts").map(({ lastName, email, company }) => [
        lastName,
        email,
        company,
      ]),
    ).toEqual([
      ["Lee", "ann@x.test", "Acme"],
      ["May", "bob@x.test", "Acme"],
      ["Orr", "cy@x.test", "Beta"],
    ]);
    expect(records(workbook, "companies")).toHaveLength(2);
  });

  test("notes stand below each other in one long text", () => {
    const workbook = newWorkbook();
    write(
      workbook,
      composeCsv(workbook, "Email,Note 1,Note 2,Note 3\na@x.test,called,,wrote\nb@x.test,,met,\n"),
    );
    expect(records(workbook, "contacts").map(({ notes }) => notes)).toEqual([
      "called\nwrote",
      "met",
    ]);
  });

  test("a company that is named once has the people below", () => {
    const workbook = newWorkbook();
    const text =
      "Company,First name,Email\nAcme,Ann,ann@x.test\n,Bob,bob@x.test\n,Cy,cy@x.test\nBeta,Di,di@x.test\n,Ed,ed@x.test\n";
    const source = sourceOf(workbook, text);
    expect(source.mapping.carried).toEqual(["companies"]);
    const deps = { workbook, registry, locale: localeOf(workbook), platform: nodePlatform };
    const refused = { ...source.mapping, carried: [] };
    const alone = compose(deps, [{ ...source, mapping: refused }], { mode: "fill" });
    write(workbook, compose(deps, [source], { mode: "fill" }));
    expect(records(workbook, "contacts").map(({ company }) => company)).toEqual([
      "Acme",
      "Acme",
      "Acme",
      "Beta",
      "Beta",
    ]);
    const column = alone.plan.columns.findIndex(({ field }) => field.key === "company");
    expect(alone.plan.ids.map((_, at) => alone.plan.cell(at, column) !== undefined)).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  test("gaps in a column of companies are gaps", () => {
    const text =
      "First name,Company,Email\nAnn,Acme,ann@x.test\nBob,,bob@x.test\nCy,,cy@x.test\nDi,,di@x.test\n";
    expect(sourceOf(newWorkbook(), text).mapping.carried).toBeUndefined();
  });
});

describe("worksheets that name each other's rows", () => {
  const COMPANIES =
    "ID,Company name,Industry\n1,Acme,Steel\n2,Beta,Wood\n3,Beta,Glass\n4,Idle,Air\n";
  const CONTACTS =
    "First name,Email,Company ID\nAnn,ann@x.test,1\nBob,bob@x.test,2\nCy,cy@x.test,1\nDi,di@x.test,9\n";

  function together(
    workbook: Workbook.Workbook,
    texts: readonly string[],
    names: readonly string[],
  ) {
    const worksheets = texts.map((text, index) => {
      const table = findTable(readCsv(new TextEncoder().encode(text)));
      const facts = describeColumns(table, dataRows(table), localeOf(workbook), registry);
      return { index, table, facts };
    });
    return { worksheets, found: findTogether(worksheets, sheetsOf(workbook), (at) => names[at]!) };
  }

  test("are found by the column they share, and become linked records", () => {
    const workbook = newWorkbook();
    const { found } = together(workbook, [CONTACTS, COMPANIES], ["Contacts", "Companies"]);
    expect(found?.members).toEqual([
      { index: 0, sheet: "contacts", rows: 4 },
      { index: 1, sheet: "companies", rows: 4 },
    ]);
    expect(found?.by).toEqual([{ from: "contacts", to: "companies", column: "Company ID" }]);
    const deps = { workbook, registry, locale: localeOf(workbook), platform: nodePlatform };
    const sources = [sourceOf(workbook, CONTACTS), sourceOf(workbook, COMPANIES, "companies")];
    const composed = compose(deps, sources, { mode: "overwrite" }, found!.joins);
    expect(composed.unlinked).toEqual([
      { sheet: "contacts", row: 4, column: "Company ID", text: "9" },
    ]);
    write(workbook, composed);
    expect(records(workbook, "contacts").map(({ email, company }) => [email, company])).toEqual([
      ["ann@x.test", "Acme"],
      ["bob@x.test", "Beta"],
      ["cy@x.test", "Acme"],
      ["di@x.test", undefined],
    ]);
  });

  test("tell refused rows with the worksheet they are of, and imports keep what all sheets did", () => {
    const workbook = newWorkbook();
    const long = `5,${"x".repeat(100_001)},Air\n`;
    const sources = [
      sourceOf(workbook, `${CONTACTS}n/a,n/a,\n`),
      sourceOf(workbook, COMPANIES + long, "companies"),
    ].map(({ table, mapping }, at) => ({
      table: { ...table, raw: { ...table.raw, sheet: ["People", "Firms"][at]! } },
      mapping,
    }));
    const { found } = together(workbook, [CONTACTS, COMPANIES], ["Contacts", "Companies"]);
    const deps = { workbook, registry, locale: localeOf(workbook), platform: nodePlatform };
    const composed = compose(deps, sources, { mode: "overwrite" }, found!.joins);
    expect(composed.refused.map((rows) => rows.map(({ row }) => row))).toEqual([[5], [5]]);
    expect(composed.plan.along?.refused).toMatchObject([{ row: 5, worksheet: "Firms" }]);

    const { plan } = composed;
    const record = { import: "i", file: "", counts: plan.counts, refused: plan.refused };
    const fields = History.prepare(workbook, plan);
    commit(workbook, operations(plan, { ...record, fields }, nodePlatform));
    const imports = Workbook.table(workbook, "_imports");
    const cell = (key: string) => Workbook.value(imports, 0, key);
    expect([cell("created"), History.alongsideIn(cell("along"))]).toEqual([
      4,
      [{ sheet: "companies", created: 3, updated: 0, unchanged: 0 }],
    ]);
    expect(JSON.parse(cell("refused") as string)).toMatchObject([
      { row: 5 },
      { row: 5, worksheet: "Firms" },
    ]);
    expect(History.prepare(workbook, plan)).toEqual([]);
  });

  test("are linked by name where they share names", () => {
    const workbook = newWorkbook();
    const { found } = together(
      workbook,
      ["Email,Company\na@x.test,Acme\nb@x.test,Beta\n", "Name,Industry\nAcme,Steel\nBeta,Wood\n"],
      ["People", "Companies"],
    );
    expect(found?.joins).toEqual([]);
    expect(found?.by).toEqual([{ from: "contacts", to: "companies", column: "Company" }]);
  });

  test("share no more than a name that means nothing", () => {
    const { found } = together(
      newWorkbook(),
      [
        "ID,First name,Email\n1,Ann,a@x.test\n2,Bob,b@x.test\n",
        "ID,Company name,Industry\n1,A,x\n2,B,y\n",
      ],
      ["Contacts", "Companies"],
    );
    expect(found).toBeUndefined();
  });
});

test("every cell that is not blank ends in one place or is listed", () => {
  fc.assert(
    fc.property(fc.array(CELLS, { minLength: 1, maxLength: 12 }), (rows) => {
      const workbook = newWorkbook();
      const source = sourceOf(workbook, csvOf(rows));
      const deps = { workbook, registry, locale: localeOf(workbook), platform: nodePlatform };
      const { plan, plans } = compose(deps, [source], { mode: "overwrite", key: "none" });
      const places = new Map<number, number>();
      for (const one of plans)
        for (const { source: at, more = [] } of one.plan.columns)
          for (const column of [at, ...more])
            if (column >= 0) places.set(column, (places.get(column) ?? 0) + 1);
      for (const { column, target } of source.mapping.columns)
        expect(places.get(column) ?? 0).toBe(target.kind === "skip" ? 0 : 1);
      expect(source.mapping.columns).toHaveLength(source.table.columns.length);
      const refused = new Set(plan.refused.map(({ row }) => row));
      for (const row of dataRows(source.table))
        expect(isWritten(row, plans, source.table) || refused.has(row)).toBe(true);
      // Each row's values are those of its records, where no other row says them otherwise.
      for (const { plan: one } of plans)
        one.ids.forEach((_, record) => {
          const first = one.matches.first[record]!;
          if (one.matches.next[first] !== -1) return;
          one.columns.forEach((_column, column) => {
            expect(one.cell(record, column)).toEqual(one.rowCell(first, column));
          });
        });
    }),
    { numRuns: 60 },
  );
});

function isWritten(row: number, plans: Composition["plans"], table: Table): boolean {
  return (
    table.raw.rows !== undefined &&
    plans.some(({ plan, rowOf }) =>
      plan.ids.some((_, record) => {
        for (let at = plan.matches.first[record]!; at !== -1; at = plan.matches.next[at]!)
          if (rowOf(plan.rows[at]!) === row) return true;
        return false;
      }),
    )
  );
}
