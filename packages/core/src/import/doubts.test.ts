import { beforeAll, describe, expect, test } from "vitest";
import type { Cell } from "../field/cell.ts";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import * as Workbook from "../ledger/workbook.ts";
import { readyMadeSheets } from "../sheet/templates.ts";
import { describeColumns } from "./column.ts";
import { doubts, MOST_COMPARED, uncompared } from "./doubts.ts";
import { proposeMapping } from "./mapping.ts";
import { plan, type PlanOptions } from "./plan.ts";
import { readCsv } from "./read/csv.ts";
import { dataRows, findTable } from "./table.ts";

const LOCALE = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const platform = {
  clock: { now: () => 1_700_000_000_000, sleep: () => Promise.resolve() },
  random: { next: () => 0.25 },
};
const CONTACTS = readyMadeSheets()[0]!;

beforeAll(loadPhones);

type Values = { readonly [field: string]: Cell };
const THERE: readonly Values[] = [
  { firstName: "Ana", lastName: "Silva", email: "ana.silva@acme.test", city: "Lisbon" },
  { firstName: "Bernd", lastName: "Quast", phone: "+493099887766", city: "Berlin" },
  ...Array.from({ length: 20 }, (_, at) => ({
    firstName: ["Gus", "Hans", "Ida", "Jan"][at % 4]!,
    lastName: `${["Auer", "Brandt", "Conrad", "Dietz", "Ernst"][at % 5]!}${"abcd"[at % 4]}`,
    email: `person${at}@place${at}.test`,
    city: ["Porto", "Faro"][at % 2]!,
  })),
];

function workbook(): Workbook.Workbook {
  const made = Workbook.empty("w", "e");
  const table = Workbook.addTable(made, CONTACTS);
  const zeros = THERE.map(() => 0);
  Workbook.addRecords(table, {
    ids: THERE.map((_, at) => `r${String(at).padStart(3, "0")}`),
    created: zeros,
    updated: zeros,
    deleted: zeros,
    shared: zeros,
    fields: Object.fromEntries(
      ["firstName", "lastName", "email", "phone", "city"].map((key) => [
        key,
        THERE.map((values) => values[key] ?? null),
      ]),
    ),
  });
  return made;
}

const FILE = `First name,Last name,E-mail,Phone,City,Job title
Ana,Silvva,a.silva@acme.test,,Lisbon,Buyer
Zoe,Ypsilon,zoe@ypsilon.test,,Oslo,Chef
Bernd,Quast,bernd@new.test,+49 30 99887766,Berlin,Driver
Gus,Auera,person0@place0.test,,Porto,Baker
`;

function planned(options: Partial<PlanOptions> = {}, file = FILE) {
  const book = workbook();
  const table = findTable(readCsv(new TextEncoder().encode(file)));
  const facts = describeColumns(table, dataRows(table), LOCALE, registry);
  const mapping = proposeMapping(facts, CONTACTS);
  const made = plan({ workbook: book, registry, locale: LOCALE, platform }, table, mapping, {
    key: "email",
    mode: "overwrite",
    ...options,
  });
  return { book, made };
}
const column = (made: ReturnType<typeof planned>["made"], key: string) =>
  made.columns.findIndex(({ field }) => field.key === key);

describe("rows that look like records that are there", () => {
  test("are named with reasons; strangers and rows with a known key are not", () => {
    const { book, made } = planned();
    expect(made.counts).toMatchObject({ created: 3, unchanged: 0, updated: 1 });
    const found = doubts(made, book, LOCALE);
    expect(found.map(({ row, like }) => [row, like])).toEqual([
      [1, "r000"],
      [3, "r001"],
    ]);
    expect(found[1]!.reasons.join()).toContain("Phone is the same");
    expect(found[0]!.probability).toBeGreaterThan(0.5);
  });

  test("that are said to be the same fill blanks and replace nothing, whatever the others do", () => {
    const { made } = planned({ same: new Map([[1, "r000"]]) });
    expect(made.counts).toMatchObject({ created: 2, updated: 2 });
    const record = made.ids.indexOf("r000");
    expect(made.matches.existing[record]).toBe("r000");
    const changed = made.columns.filter((_, at) => made.changes.has(record, at));
    expect(changed.map(({ field }) => field.key)).toEqual(["title"]);
    const other = made.ids.indexOf("r002");
    expect(made.changes.has(other, column(made, "title"))).toBe(true);
  });

  test("and a row with the record's own key become one", () => {
    const { made } = planned({ same: new Map([[1, "r002"]]) });
    expect(made.counts).toMatchObject({ rows: 4, created: 2, updated: 1 });
    expect(new Set(made.ids).size).toBe(made.ids.length);
  });

  test("said to be of a record that went meanwhile are new again", () => {
    const { made } = planned({ same: new Map([[1, "gone"]]) });
    expect(made.counts).toMatchObject({ created: 3 });
  });

  test("of the file are named too, and are one record when they are said to be", () => {
    const file = `${FILE}Zoé,Ypsilon,,,Oslo,\nZoe,Ypsilon,zoe.y@other.test,,Oslo,Cook\n`;
    const { book, made } = planned({}, file);
    const found = doubts(made, book, LOCALE).filter(({ likeRow }) => likeRow !== undefined);
    expect(found.map(({ row, like, likeRow }) => [row, like, likeRow])).toEqual([
      [5, "row 2", 2],
      [6, "row 2", 2],
    ]);
    const same = new Map(found.map(({ row, like }) => [row, like]));
    const { made: one } = planned({ same }, file);
    expect(one.counts.created).toBe(made.counts.created - 2);
    const record = [...one.matches.first].findIndex((at) => one.rows[at] === 2);
    // The first row's values stay.
    expect(one.cell(record, column(one, "title"))).toBe("Chef");
    expect(one.cell(record, column(one, "email"))).toBe("zoe@ypsilon.test");
  });

  test("of the file follow the one they are like", () => {
    const file = `${FILE}Bernd,Quast,b.quast@third.test,,Berlin,\n`;
    const same = new Map([
      [5, "row 3"],
      [3, "r001"],
    ]);
    expect(planned({ same }, file).made.counts).toMatchObject({ created: 2, updated: 2 });
  });

  test("are not looked for where there are too many to be compared, which is told", () => {
    const { book, made } = planned();
    expect(uncompared(made, book)).toBeUndefined();
    const many = { ...made, matches: { ...made.matches, fresh: MOST_COMPARED } };
    expect(uncompared(many, book)).toBe(MOST_COMPARED + THERE.length);
  });

  test("without a key too", () => {
    const { made } = planned({ key: "none", same: new Map([[3, "r001"]]) });
    expect(made.counts).toMatchObject({ created: 3, updated: 1 });
  });
});
