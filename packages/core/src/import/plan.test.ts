import { describe, expect, test } from "vitest";
import { csvPieces } from "../export/csv.ts";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { recordIds } from "../ledger/ids.ts";
import * as Workbook from "../ledger/workbook.ts";
import { namesOf } from "../sheet/names.ts";
import { localeOf } from "../sheet/settings.ts";
import { contactsCsv } from "../testing/contacts.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { describeColumns } from "./column.ts";
import { changesets, operations } from "./emit.ts";
import { proposeMapping, type Update } from "./mapping.ts";
import { plan, type Plan, type PlanOptions } from "./plan.ts";
import { readCsv } from "./read/csv.ts";
import { refusedCsv } from "./refused.ts";
import { dataRows, findTable } from "./table.ts";

await loadPhones();

function planCsv(
  workbook: Workbook.Workbook,
  text: string,
  options: Partial<PlanOptions> & {
    readonly updates?: { readonly [name: string]: Update };
    readonly keeps?: { readonly [name: string]: readonly string[] };
  } = {},
  sheet = "contacts",
): Plan {
  const { updates = {}, keeps = {}, ...planOptions } = options;
  const table = findTable(readCsv(new TextEncoder().encode(text)));
  const locale = localeOf(workbook);
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const proposed = proposeMapping(facts, Workbook.table(workbook, sheet).sheet);
  const columns = proposed.columns.map((column) => {
    const [update, kept] = [updates[column.name], keeps[column.name]];
    return {
      ...column,
      ...(update === undefined ? {} : { update }),
      ...(kept === undefined ? {} : { keeps: kept }),
    };
  });
  const mapping = { ...proposed, columns };
  return plan({ workbook, registry, locale, platform: nodePlatform }, table, mapping, {
    mode: "overwrite",
    ...planOptions,
  });
}

function write(workbook: Workbook.Workbook, planned: Plan): void {
  const record = {
    import: "i",
    file: "test.csv",
    counts: planned.counts,
    refused: planned.refused,
  };
  commit(workbook, operations(planned, record, nodePlatform));
}

/** Records of a sheet by field, in creation order. */
function records(workbook: Workbook.Workbook, sheet = "contacts") {
  const table = Workbook.table(workbook, sheet);
  return Workbook.rows(table).map((row) =>
    Object.fromEntries(
      table.sheet.fields.flatMap(({ key }) => {
        const cell = Workbook.value(table, row, key);
        return cell === undefined ? [] : [[key, cell]];
      }),
    ),
  );
}

const ANN = "First name,Last name,Email,Phone\nAnn,Lee,ann@x.test,(212) 555-0100\n";

describe("matching", () => {
  test("a record with the same normalised key is updated, blanks never erase", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, ANN));
    const again = planCsv(
      workbook,
      "First name,Last name,Email,City\n,Smith, ANN@X.TEST ,Bonn\nBob,Ray,bob@x.test,\n",
    );
    expect(again.counts).toEqual({ rows: 2, created: 1, updated: 1, unchanged: 0 });
    write(workbook, again);
    expect(records(workbook)).toMatchObject([
      { firstName: "Ann", lastName: "Smith", city: "Bonn", phone: "+12125550100 (212) 555-0100" },
      { firstName: "Bob" },
    ]);
  });

  test("fill writes blank cells only", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, ANN));
    write(
      workbook,
      planCsv(workbook, "Last name,Email,City\nSmith,ann@x.test,Bonn\n", { mode: "fill" }),
    );
    expect(records(workbook)).toMatchObject([{ lastName: "Lee", city: "Bonn" }]);
  });

  test("each column says for itself what becomes of what is there", () => {
    const workbook = newWorkbook();
    write(
      workbook,
      planCsv(workbook, "First name,Last name,Email,City,Title\nAnn,Lee,ann@x.test,Bonn,Chief\n"),
    );
    const text =
      "First name,Last name,Email,City,Title\nAnna,Smith,ann@x.test,,CEO\nBob,Ray,bob@x.test,Ulm,CFO\n";
    const planned = planCsv(workbook, text, {
      mode: "fill",
      updates: { "Last name": "overwrite", City: "erase", Title: "keep" },
    });
    expect(planned.counts).toEqual({ rows: 2, created: 1, updated: 1, unchanged: 0 });
    write(workbook, planned);
    const [ann, bob] = records(workbook);
    expect(ann).toMatchObject({ firstName: "Ann", lastName: "Smith", title: "Chief" });
    expect(ann).not.toHaveProperty("city");
    expect(bob).toMatchObject({ firstName: "Bob", city: "Ulm", title: "CFO" });
  });

  test("where a blank erases, the last of several rows decides; a required column is not erased", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, "Email,City\nann@x.test,Bonn\n"));
    const twice = "Email,City\nann@x.test,Ulm\nann@x.test,\n";
    expect(planCsv(workbook, twice, { updates: { City: "erase" } }).counts.updated).toBe(1);
    write(workbook, planCsv(workbook, twice, { updates: { City: "erase" } }));
    expect(records(workbook)[0]).not.toHaveProperty("city");

    write(workbook, planCsv(workbook, twice));
    const city = Workbook.table(workbook, "contacts").sheet.fields.find(
      ({ key }) => key === "city",
    )!;
    commit(workbook, [{ op: "field", sheet: "contacts", after: { ...city, required: true } }]);
    const refused = planCsv(workbook, "Email,City\nann@x.test,\n", {
      updates: { City: "erase" },
    });
    expect(refused.refused).toMatchObject([{ row: 1, column: "City" }]);
    expect(planCsv(workbook, "Email,City\nann@x.test,\n").refused).toEqual([]);
  });

  test("a later row with the same key updates the record of an earlier one, also across the file", () => {
    const workbook = newWorkbook();
    const planned = planCsv(
      workbook,
      "Name,Email,City\nAnn Lee,ann@x.test,Bonn\nBob Ray,bob@x.test,\nAnn Lee,Ann@X.test,Ulm\n",
    );
    expect(planned.counts).toEqual({ rows: 3, created: 2, updated: 0, unchanged: 0 });
    write(workbook, planned);
    expect(records(workbook)).toMatchObject([
      { firstName: "Ann", lastName: "Lee", city: "Ulm" },
      { firstName: "Bob" },
    ]);
  });

  test("the same file twice changes nothing", () => {
    const workbook = newWorkbook();
    const text = contactsCsv(500);
    write(workbook, planCsv(workbook, text));
    const again = planCsv(workbook, text);
    expect(again.counts).toMatchObject({ created: 0, updated: 0 });
    expect(again.counts.unchanged).toBe(Workbook.table(workbook, "contacts").live);
  });

  test("an address or a number in another spelling changes nothing", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, ANN));
    const text = "First name,Email,Phone\nAnn, ANN@X.test,+1 212 555 0100\n";
    expect(planCsv(workbook, text).counts).toMatchObject({ updated: 0, unchanged: 1 });
  });

  test("by phone when there is no e-mail, by any field or by none on request", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, ANN));
    expect(planCsv(workbook, "Phone,First name\n+1 212 555 0100,Ann\n").counts).toMatchObject({
      unchanged: 1,
    });
    expect(planCsv(workbook, "Phone,City\n+1 212 555 0100,Ulm\n").counts).toMatchObject({
      updated: 1,
    });
    expect(planCsv(workbook, ANN, { key: "none" }).counts).toMatchObject({ created: 1 });
    expect(planCsv(workbook, ANN, { key: "lastName" }).counts).toMatchObject({ unchanged: 1 });
    expect(() => planCsv(workbook, ANN, { key: "website" })).toThrow(/no column/);
    expect(() => planCsv(workbook, ANN, { key: "nothing" })).toThrow(/no such field/);
  });

  test("only cells that change are written", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, ANN));
    const planned = planCsv(workbook, ANN.replace("Lee", "Smith"));
    const sets = operations(
      planned,
      { import: "i", file: "", counts: planned.counts, refused: [] },
      nodePlatform,
    ).filter((operation) => operation.op === "set");
    expect(sets.map((set) => set.fields)).toEqual([{ lastName: ["Smith"] }]);
  });
});

describe("values", () => {
  test("what does not fit is kept as marked text", () => {
    const workbook = newWorkbook();
    const planned = planCsv(
      workbook,
      "First name,Email\nAnn,ann@x.test\nBob,bob at x\nCem,cem@x.test\n",
    );
    expect(planned.refused).toEqual([]);
    write(workbook, planned);
    expect(records(workbook)[1]).toEqual({ firstName: "Bob", email: { invalid: "bob at x" } });
  });

  test("placeholders are blank in every column, but for those that are to stay", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, ANN));
    const text =
      "Email,Phone,Notes,Company,Industry\nann@x.test,n/a,none,TBD,-\nbob@x.test,-,unknown,n/a,NA\n-,N/A,,none,?\n";
    const planned = planCsv(workbook, text, { keeps: { Notes: ["unknown"] } });
    expect(planned.linked).toEqual([]);
    expect(planned.refused).toMatchObject([{ row: 3, column: null }]);
    write(workbook, planned);
    const [ann, bob] = records(workbook);
    expect(ann).toMatchObject({ phone: "+12125550100 (212) 555-0100" });
    expect(ann).not.toHaveProperty("notes");
    expect(bob).toEqual({ email: "bob@x.test", notes: "unknown" });
  });

  test("a choice that is there stays, also where it sounds like nothing", () => {
    const workbook = newWorkbook();
    const options = [{ name: "Unknown", color: "grey" as const }];
    const field = { key: "kind", name: "Kind", type: "choice" as const, options };
    commit(workbook, [{ op: "field", sheet: "contacts", after: field as never }]);
    write(workbook, planCsv(workbook, "Email,Kind\nann@x.test,Unknown\nbob@x.test,none\n"));
    expect(records(workbook)).toEqual([
      { email: "ann@x.test", kind: "Unknown" },
      { email: "bob@x.test" },
    ]);
  });

  test("companies are matched by name or made, and linked", () => {
    const workbook = newWorkbook();
    commit(workbook, [
      {
        op: "create",
        sheet: "companies",
        ids: recordIds(nodePlatform, 1),
        fields: { name: ["Blue Bakery LLC"] },
      },
    ]);
    const planned = planCsv(
      workbook,
      'First name,Last name,Email,Company\nAnn,Lee,a@x.test,"BLUE BAKERY, L.L.C."\nBob,Ray,b@x.test,Nova Ltd\nCem,Kaya,c@x.test,nova limited\n',
    );
    expect(planned.linked.map(({ sheet, ids }) => [sheet, ids.length])).toEqual([["companies", 1]]);
    write(workbook, planned);
    const names = namesOf(workbook, localeOf(workbook));
    const company = Workbook.field(Workbook.table(workbook, "contacts"), "company");
    expect(
      records(workbook).map((record) => names.nameOf(company, (record["company"] as string[])[0]!)),
    ).toEqual(["Blue Bakery LLC", "Nova Ltd", "Nova Ltd"]);
  });

  test("new choices are added, known ones found in any case", () => {
    const workbook = newWorkbook();
    const planned = planCsv(
      workbook,
      'First name,Email,Lead source,Tags\nAnn,a@x.test,REFERRAL,"vip, night owl"\nBob,b@x.test,Billboard,\n',
    );
    expect(planned.changedFields.map((field) => [field.key, field.options?.at(-1)?.name])).toEqual([
      ["source", "Billboard"],
      ["tags", "night owl"],
    ]);
    write(workbook, planned);
    expect(records(workbook)[0]).toMatchObject({ source: "Referral", tags: ["VIP", "night owl"] });
  });

  test("members are found by e-mail or name, others kept as marked text", () => {
    const workbook = newWorkbook();
    write(
      workbook,
      planCsv(
        workbook,
        "First name,Email,Owner\nA,a@x.test,ANNA@acme.test\nB,b@x.test,Anna Arendt\nC,c@x.test,Nobody\n",
      ),
    );
    expect(records(workbook).map((record) => record["owner"])).toEqual([
      "anna",
      "anna",
      { invalid: "Nobody" },
    ]);
  });

  test("columns without a field become new fields", () => {
    const workbook = newWorkbook();
    const planned = planCsv(
      workbook,
      "First name,Email,Shoe size,Email\nAnn,a@x.test,38,other@x.test\nBob,b@x.test,44,more@x.test\n",
    );
    expect(planned.newFields).toMatchObject([
      { key: "shoeSize", name: "Shoe size", type: "number" },
      { key: "email2", name: "Email 2", type: "email" },
    ]);
    write(workbook, planned);
    expect(records(workbook)[0]).toMatchObject({ shoeSize: 38, email2: "other@x.test" });
  });

  test("a column that an undone import left in the trash is taken out again, not doubled", () => {
    const workbook = newWorkbook();
    const text = "Email,Shoe size\na@x.com,42\nb@x.com,39\n";
    const first = planCsv(workbook, text);
    write(workbook, first);
    const key = first.newFields[0]!.key;
    commit(workbook, [
      { op: "field", sheet: "contacts", after: { ...first.newFields[0]!, deleted: true } },
    ]);
    const again = planCsv(workbook, text);
    expect(again.newFields.map((field) => [field.key, field.name, field.deleted])).toEqual([
      [key, "Shoe size", undefined],
    ]);
    write(workbook, again);
    const { fields } = Workbook.table(workbook, "contacts").sheet;
    expect(fields.filter((field) => field.name.startsWith("Shoe size"))).toHaveLength(1);
    expect(fields.find((field) => field.key === key)?.deleted).toBeFalsy();
  });

  test("formula-safe texts come back as they were", () => {
    const workbook = newWorkbook();
    write(
      workbook,
      planCsv(
        workbook,
        "First name,Email,Notes\nAnn,a@x.test,'=1+1\nBob,b@x.test,-5\nCem,c@x.test,'tis\n",
      ),
    );
    expect(records(workbook).map((record) => record["notes"])).toEqual(["=1+1", "-5", "'tis"]);
  });
});

describe("rules", () => {
  function withRule(rule: { required?: true; unique?: true }) {
    const workbook = newWorkbook();
    const field = Workbook.field(Workbook.table(workbook, "contacts"), "lastName");
    commit(workbook, [{ op: "field", sheet: "contacts", after: { ...field, ...rule } }]);
    return workbook;
  }

  test("a row without a required value is refused, with the reason", () => {
    const planned = planCsv(
      withRule({ required: true }),
      "First name,Last name,Email\nAnn,,a@x.test\nBob,Ray,b@x.test\n",
    );
    expect(planned.refused).toEqual([
      { row: 1, column: "Last name", reason: "Last name is required and blank here." },
    ]);
    expect(planned.counts).toMatchObject({ rows: 2, created: 1 });
  });

  test("a unique value is taken once, in the file and against the base", () => {
    const workbook = withRule({ unique: true });
    write(workbook, planCsv(workbook, ANN));
    const planned = planCsv(
      workbook,
      "First name,Last name,Email\nBob,lee,b@x.test\nCem,Kaya,c@x.test\nDee,KAYA,d@x.test\n",
    );
    expect(planned.refused.map(({ row, reason }) => [row, reason])).toEqual([
      [1, "Another record already has this Last name."],
      [3, "Row 3 of the file has the same Last name."],
    ]);
    write(workbook, planned);
    expect(records(workbook)).toHaveLength(2);
  });

  test("blank rows and endless texts are refused; refused rows can be mended and imported again", () => {
    const workbook = newWorkbook();
    const planned = planCsv(
      workbook,
      `First name,Email,Notes\n"Ann, B.",a@x.test,${"x".repeat(100_001)}\nBob,b@x.test,"two\nlines"\n`,
    );
    expect(planned.refused).toMatchObject([{ row: 1, column: "Notes", reason: /100,000/ }]);
    const mended = refusedCsv(planned.table, planned.refused).replace(/x{1000,}/, "short");
    const again = planCsv(workbook, mended);
    expect(again.counts).toMatchObject({ rows: 1, created: 1 });
    expect(again.newFields).toEqual([]);
    write(workbook, again);
    expect(records(workbook)).toEqual([
      { firstName: "Ann, B.", email: "a@x.test", notes: "short" },
    ]);
  });
});

describe("writing", () => {
  test("sheets and ids ascend through the batches of a changeset", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, contactsCsv(3000)));
    const planned = planCsv(workbook, contactsCsv(9000, 7));
    expect(planned.counts.updated + planned.counts.unchanged).toBeGreaterThanOrEqual(0);
    const record = { import: "i", file: "", counts: planned.counts, refused: [] };
    let last = "";
    for (const changeset of changesets(planned, record, nodePlatform)) {
      for (const batch of changeset.batches()) {
        const keys = batch.flatMap((operation) =>
          "ids" in operation ? operation.ids.map((id) => `${operation.sheet}/${id}`) : [],
        );
        const sorted = [...new Set(keys)].sort();
        expect(sorted[0]! > last || sorted.length === 0).toBe(true);
        last = sorted.at(-1) ?? last;
      }
    }
  });

  test("an export comes back without a change", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, contactsCsv(400)));
    const table = Workbook.table(workbook, "contacts");
    const locale = localeOf(workbook);
    const text = [
      ...csvPieces({
        table,
        sheet: table.sheet,
        fields: table.sheet.fields,
        rows: Workbook.rows(table),
        names: namesOf(workbook, locale),
        locale,
      }),
    ].join("");
    const again = planCsv(workbook, text);
    expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: table.live });
    expect(again.newFields).toEqual([]);
  });
});

describe("opt-outs", () => {
  const ANA = "Email,Do not contact\nana@silva.test,yes\n";
  const out = (workbook: Workbook.Workbook) =>
    records(workbook).map((one) => one["doNotContact"] ?? null);

  function opted(): Workbook.Workbook {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, ANA));
    return workbook;
  }

  test("are never taken back by a file, which is told", () => {
    const workbook = opted();
    const planned = planCsv(workbook, "Email,City,Do not contact\nana@silva.test,Porto,no\n");
    expect(planned.optOuts).toEqual({ kept: [0], inherited: [] });
    expect(planned.counts).toMatchObject({ created: 0, updated: 1, unchanged: 0 });
    write(workbook, planned);
    expect(records(workbook)).toEqual([
      { email: "ana@silva.test", city: "Porto", doNotContact: true },
    ]);
  });

  test("leave a record unchanged that the file would only opt in", () => {
    const planned = planCsv(opted(), "Email,Do not contact\nana@silva.test,no\n");
    expect(planned.counts).toMatchObject({ updated: 0, unchanged: 1 });
    expect(planned.optOuts?.kept).toEqual([0]);
  });

  test("stay where a column erases what is blank in the file, and what is no opt-out goes", () => {
    const workbook = opted();
    write(workbook, planCsv(workbook, "Email,Do not contact\nbob@b.test,no\n"));
    const file = "Email,Do not contact\nana@silva.test,\nbob@b.test,\n";
    write(workbook, planCsv(workbook, file, { updates: { "Do not contact": "erase" } }));
    expect(out(workbook)).toEqual([true, null]);
  });

  test("hold whichever row of a record says so", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, `${ANA}ana@silva.test,no\n`));
    expect(out(workbook)).toEqual([true]);
  });

  test("are taken over by new records of the same person, also where the file has no such column", () => {
    const workbook = opted();
    const planned = planCsv(workbook, "Email,City\nana@silva.test,Porto\nbob@b.test,Faro\n", {
      key: "none",
    });
    expect(planned.optOuts).toEqual({ kept: [], inherited: [0] });
    write(workbook, planned);
    expect(out(workbook)).toEqual([true, true, null]);
  });

  test("outlive their record in the trash", () => {
    const workbook = opted();
    const { ids } = Workbook.table(workbook, "contacts");
    commit(workbook, [{ op: "delete", sheet: "contacts", ids: [...ids] }]);
    write(workbook, planCsv(workbook, "Email,Do not contact\nana@silva.test,no\n"));
    expect(out(workbook)).toEqual([true]);
  });

  test("in a new column called like that are kept as such", () => {
    const workbook = newWorkbook();
    write(workbook, planCsv(workbook, "Email,Email opt out\na@b.test,yes\nc@d.test,no\n"));
    const field = Workbook.table(workbook, "contacts").sheet.fields.find(
      ({ name }) => name === "Email opt out",
    );
    expect(field).toMatchObject({ type: "checkbox", consent: true });
  });
});
