import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import Excel from "exceljs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvPieces } from "../export/csv.ts";
import * as Marker from "../export/marker.ts";
import type { ExportSource } from "../export/source.ts";
import { writeXlsx } from "../export/xlsx.ts";
import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { recordIds } from "../ledger/ids.ts";
import * as Past from "../ledger/past.ts";
import * as Workbook from "../ledger/workbook.ts";
import { namesOf } from "../sheet/names.ts";
import { localeOf } from "../sheet/settings.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { describeColumns } from "./column.ts";
import { operations } from "./emit.ts";
import { proposeMapping } from "./mapping.ts";
import { readFile } from "./read/file.ts";
import * as RoundTrip from "./round-trip.ts";
import { dataRows, findTable } from "./table.ts";

await loadPhones();

const HASH = "3fa9c2d81b04e6aa";
const ALL: RoundTrip.Choices = { file: "all", added: true, deleted: true };
const CAREFUL: RoundTrip.Choices = { file: [], added: false, deleted: false };

function source(workbook: Workbook.Workbook, sheet: string, whole = true): ExportSource {
  const table = Workbook.table(workbook, sheet);
  const locale = localeOf(workbook);
  return {
    table,
    sheet: table.sheet,
    fields: table.sheet.fields.filter((field) => field.deleted !== true),
    rows: Workbook.rows(table),
    names: namesOf(workbook, locale),
    locale,
    ids: Marker.toName({ sheet, seq: workbook.seq, hash: HASH, whole }),
  };
}

const csvOf = (workbook: Workbook.Workbook, sheet = "contacts", whole = true) =>
  [...csvPieces(source(workbook, sheet, whole))].join("");

async function xlsxOf(workbook: Workbook.Workbook, sheet = "contacts"): Promise<Uint8Array> {
  const stream = new PassThrough();
  const [bytes] = await Promise.all([buffer(stream), writeXlsx(source(workbook, sheet), stream)]);
  return new Uint8Array(bytes);
}

/** The workbook as it is: a base that later commits do not move. */
function keep(workbook: Workbook.Workbook): RoundTrip.Base {
  return { workbook: Past.finish(Past.begin(workbook)) };
}

function merge(
  workbook: Workbook.Workbook,
  file: string | Uint8Array,
  base: RoundTrip.Base | undefined,
  choices = CAREFUL,
) {
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  const table = findTable(readFile(bytes).tables[0]!);
  const locale = localeOf(workbook);
  const exported = RoundTrip.exportedIn(table)!;
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const { sheet } = Workbook.table(workbook, exported.marker.sheet);
  const mapping = RoundTrip.mapExported(facts, exported, sheet, base);
  const deps = { workbook, registry, locale, platform: nodePlatform };
  return RoundTrip.merge(deps, table, mapping, exported, base, choices);
}

function write(workbook: Workbook.Workbook, { plan }: RoundTrip.RoundTrip): void {
  const { counts, refused } = plan;
  const record = { import: "i", file: "f", counts, refused };
  commit(workbook, operations(plan, record, nodePlatform));
}

function create(
  workbook: Workbook.Workbook,
  rows: readonly { readonly [field: string]: Cell }[],
  sheet = "contacts",
): string[] {
  const ids = recordIds(nodePlatform, rows.length);
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const fields = Object.fromEntries(keys.map((key) => [key, rows.map((row) => row[key] ?? null)]));
  commit(workbook, [{ op: "create", sheet, ids, fields }]);
  return [...ids];
}

const set = (workbook: Workbook.Workbook, id: string, fields: { [field: string]: Cell | null }) =>
  commit(workbook, [
    {
      op: "set",
      sheet: "contacts",
      ids: [id],
      fields: Object.fromEntries(Object.entries(fields).map(([key, cell]) => [key, [cell]])),
    },
  ]);

function valueOf(workbook: Workbook.Workbook, id: string, field: string): Cell | undefined {
  const table = Workbook.table(workbook, "contacts");
  return Workbook.value(table, table.rowById.get(id)!, field);
}

/** Ada, Bob and Carl, exported; what was then. */
function exported() {
  const workbook = newWorkbook();
  const [acme] = create(workbook, [{ name: "Acme" }, { name: "Acme" }], "companies");
  const ids = create(workbook, [
    {
      firstName: "Ada",
      lastName: "Lovelace",
      postalCode: "01234",
      city: "London",
      company: [acme!],
    },
    { firstName: "Bob", lastName: "Byte", city: "Paris", phone: "+12125550100" },
    { firstName: "Carl", lastName: "Codd", city: "Rome" },
  ]);
  return { workbook, ids: ids as [string, string, string], base: keep(workbook) };
}

describe("an exported file that comes back", () => {
  test("untouched changes nothing, not even a link whose name is not unique", () => {
    const { workbook, base } = exported();
    const { plan, conflicts, added, missing } = merge(workbook, csvOf(workbook), base, ALL);
    expect(plan.counts).toEqual({ rows: 3, created: 0, updated: 0, unchanged: 3 });
    expect([conflicts, added, missing, plan.linked, plan.refused]).toEqual([[], 0, [], [], []]);
  });

  test("brings its edits together with what others changed meanwhile", () => {
    const { workbook, ids, base } = exported();
    const file = csvOf(workbook).replace("London", "Leeds").replace("Byte", "Bit");
    set(workbook, ids[0], { lastName: "King" });
    const trip = merge(workbook, file, base);
    expect(trip.conflicts).toEqual([]);
    expect(trip.plan.counts).toMatchObject({ updated: 2, unchanged: 1 });
    write(workbook, trip);
    expect(valueOf(workbook, ids[0], "city")).toBe("Leeds");
    expect(valueOf(workbook, ids[0], "lastName")).toBe("King");
    expect(valueOf(workbook, ids[1], "lastName")).toBe("Bit");
  });

  test("asks where both changed the same cell, and says base, mine and theirs", () => {
    const { workbook, ids, base } = exported();
    const file = csvOf(workbook).replace("London", "Leeds").replace("Rome", "Milan");
    set(workbook, ids[0], { city: "York" });
    set(workbook, ids[2], { city: "Milan" });
    const careful = merge(workbook, file, base);
    expect(careful.conflicts).toMatchObject([
      { id: ids[0], base: "London", mine: "Leeds", theirs: "York", takesFile: false },
    ]);
    expect(careful.plan.counts).toMatchObject({ updated: 0, unchanged: 3 });
    const decided = merge(workbook, file, base, { ...CAREFUL, file: [`${ids[0]} city`] });
    expect(decided.plan.counts).toMatchObject({ updated: 1 });
    write(workbook, decided);
    expect(valueOf(workbook, ids[0], "city")).toBe("Leeds");
  });

  test("empties what was emptied in it, unless somebody wrote there", () => {
    const { workbook, ids, base } = exported();
    const file = csvOf(workbook).replace("London", "").replace("Paris", "");
    set(workbook, ids[1], { city: "Lyon" });
    const trip = merge(workbook, file, base);
    expect(trip.conflicts).toMatchObject([{ id: ids[1], mine: undefined, theirs: "Lyon" }]);
    write(workbook, trip);
    expect(valueOf(workbook, ids[0], "city")).toBeUndefined();
    expect(valueOf(workbook, ids[1], "city")).toBe("Lyon");
  });

  test("adds and deletes only when asked to", () => {
    const { workbook, ids, base } = exported();
    const lines = csvOf(workbook).trimEnd().split("\r\n");
    const [header = "", ada = "", bob = ""] = lines;
    const copy = bob.replace("Bob", "Rob");
    const file = `${[header, ada, bob, copy].join("\r\n")}\r\n`;
    const careful = merge(workbook, file, base);
    expect([careful.added, careful.missing]).toEqual([1, [ids[2]]]);
    expect(careful.plan.counts).toMatchObject({ created: 0, updated: 0 });
    expect(careful.plan.deleted).toEqual([]);
    const bold = merge(workbook, file, base, ALL);
    expect(bold.plan.counts).toMatchObject({ created: 1 });
    write(workbook, bold);
    const table = Workbook.table(workbook, "contacts");
    const names = Workbook.rows(table).map((row) => Workbook.value(table, row, "firstName"));
    expect(names).toEqual(["Ada", "Bob", "Rob"]);
  });

  test("never deletes what somebody changed since, nor what a part of the sheet did not hold", () => {
    const { workbook, ids, base } = exported();
    const first = (text: string) => `${text.split("\r\n").slice(0, 2).join("\r\n")}\r\n`;
    const part = first(csvOf(workbook, "contacts", false));
    expect(merge(workbook, part, base, ALL).missing).toEqual([]);
    const whole = first(csvOf(workbook));
    set(workbook, ids[1], { city: "Nice" });
    const trip = merge(workbook, whole, base, ALL);
    expect([trip.missing, trip.spared, trip.plan.deleted]).toEqual([[ids[2]], 1, [ids[2]]]);
  });

  test("refuses edits of records that are deleted by now", () => {
    const { workbook, ids, base } = exported();
    const file = csvOf(workbook).replace("London", "Leeds");
    commit(workbook, [{ op: "delete", sheet: "contacts", ids: [ids[0], ids[2]] }]);
    const { plan } = merge(workbook, file, base, ALL);
    expect(plan.refused).toEqual([
      { row: 1, column: null, reason: expect.stringContaining("deleted this record") },
    ]);
    expect(plan.counts).toMatchObject({ created: 0, updated: 0 });
  });

  test("finds its columns again after they were renamed, and takes new ones", () => {
    const { workbook, ids, base } = exported();
    const file = csvOf(workbook)
      .split("\r\n")
      .map((line, at) => (line === "" ? line : `${line},${at === 0 ? "Shoe size" : 38 + at}`))
      .join("\r\n")
      .replace("London", "Leeds");
    const field = Workbook.table(workbook, "contacts").sheet.fields.find(
      ({ key }) => key === "city",
    )!;
    commit(workbook, [
      { op: "field", sheet: "contacts", after: { ...field, name: "Town" }, before: field },
    ]);
    const trip = merge(workbook, file, base);
    expect(trip.plan.newFields.map(({ name }) => name)).toEqual(["Shoe size"]);
    write(workbook, trip);
    expect(valueOf(workbook, ids[0], "city")).toBe("Leeds");
    expect(valueOf(workbook, ids[2], "shoeSize")).toBe(41);
  });

  test("imported like any other file leaves its ids out", () => {
    const { workbook } = exported();
    const table = findTable(readFile(new TextEncoder().encode(csvOf(workbook))).tables[0]!);
    const facts = describeColumns(table, dataRows(table), localeOf(workbook), registry);
    const { sheet } = Workbook.table(workbook, "contacts");
    expect(proposeMapping(facts, sheet).columns.at(-1)?.target).toEqual({ kind: "skip" });
  });

  test("links to what a cell names, and makes no record for a conflict that is not taken", () => {
    const { workbook, ids, base } = exported();
    const file = csvOf(workbook).replace("Acme", "Globex");
    set(workbook, ids[0], { company: null });
    expect(merge(workbook, file, base).plan.linked).toEqual([]);
    expect(merge(workbook, file, base, ALL).plan.linked).toHaveLength(1);
  });

  test("as Excel saves CSV again was not changed", () => {
    const { workbook, base } = exported();
    const mangled = csvOf(workbook)
      .replace("\ufeff", "")
      .replace("01234", "1234")
      .replaceAll(",", ";");
    expect(merge(workbook, mangled, base, ALL).plan.counts).toMatchObject({ updated: 0 });
  });

  test("without what was then is compared with what is there", () => {
    const { workbook, ids } = exported();
    const file = csvOf(workbook).replace("London", "Leeds");
    set(workbook, ids[1], { city: "Lyon" });
    const trip = merge(workbook, file, undefined, CAREFUL);
    expect([trip.baseless, trip.missing, trip.conflicts]).toEqual([true, [], []]);
    expect(trip.plan.counts).toMatchObject({ updated: 2 });
  });

  test("as a workbook: sorted, edited and saved by Excel", async () => {
    const { workbook, ids, base } = exported();
    const book = new Excel.Workbook();
    await book.xlsx.load((await xlsxOf(workbook)).buffer as ArrayBuffer);
    const sheet = book.worksheets[0]!;
    const last = sheet.columnCount;
    expect(sheet.getColumn(last).hidden).toBe(true);
    const rows = [2, 3, 4].map((row) => (sheet.getRow(row).values as unknown[]).slice());
    [rows[2]!, rows[0]!, rows[1]!].forEach((values, at) => {
      sheet.getRow(2 + at).values = values as Excel.CellValue[];
    });
    sheet.getRow(3).getCell(1).value = "Augusta";
    const trip = merge(workbook, new Uint8Array(await book.xlsx.writeBuffer()), base, ALL);
    expect(trip.plan.counts).toMatchObject({ created: 0, updated: 1, unchanged: 2 });
    write(workbook, trip);
    expect(valueOf(workbook, ids[0], "firstName")).toBe("Augusta");
  });
});

const fields: readonly Field[] = [
  { key: "name", name: "Name", type: "text" },
  { key: "value", name: "Value", type: "currency", currency: "EUR" },
  { key: "share", name: "Share", type: "percent" },
  { key: "score", name: "Score", type: "number" },
  { key: "day", name: "Day", type: "date" },
  { key: "seen", name: "Seen", type: "dateTime" },
  { key: "active", name: "Active", type: "checkbox" },
  { key: "mail", name: "Mail", type: "email" },
  { key: "tags", name: "Tags", type: "multiChoice", options: [{ name: "a" }, { name: "b, c" }] },
  { key: "kind", name: "Kind", type: "choice", options: [{ name: "x" }, { name: "y" }] },
];

const text = fc.string({ maxLength: 12 }).map((one) => one.replace(/[\p{Cc}\s]+/gu, " ").trim());
const day = fc
  .integer({ min: 0, max: 40_000 })
  .map((days) => new Date(Date.UTC(1950, 0, 1 + days)).toISOString().slice(0, 10));
const blank = <T extends Cell>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const record = fc.record({
  name: blank(text.filter((one) => one !== "")),
  value: blank(fc.integer({ min: -9_999_999, max: 9_999_999 }).map((cents) => `${cents} EUR`)),
  share: blank(fc.integer({ min: -1000, max: 1000 }).map((share) => share / 1000)),
  score: blank(
    fc.double({ noNaN: true, min: -1e9, max: 1e9 }).map((n) => Number(n.toFixed(4)) + 0),
  ),
  day: blank(day),
  seen: blank(day.map((one) => `${one}T10:30:00Z`)),
  active: blank(fc.boolean()),
  mail: blank(fc.constantFrom("a@example.com", "B@Example.com")),
  tags: blank(fc.subarray(["a", "b, c"], { minLength: 1 })),
  kind: blank(fc.constantFrom("x", "y")),
});

test("whatever the values, an export that nobody edited changes nothing, as CSV and as a workbook", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (records) => {
      const workbook = newWorkbook({ timeZone: "Europe/Berlin" });
      commit(workbook, [
        { op: "sheet", key: "things", after: { name: "Things", title: ["name"], position: 9 } },
        ...fields.map((after) => ({ op: "field", sheet: "things", after }) as const),
        {
          op: "create",
          sheet: "things",
          ids: recordIds(nodePlatform, records.length),
          fields: Object.fromEntries(
            fields.map(({ key }) => [key, records.map((one) => one[key as keyof typeof one])]),
          ),
        },
      ]);
      const base = keep(workbook);
      for (const file of [csvOf(workbook, "things"), await xlsxOf(workbook, "things")]) {
        const { plan, added } = merge(workbook, file, base, ALL);
        expect([plan.counts.created, plan.counts.updated, added]).toEqual([0, 0, 0]);
      }
    }),
    { numRuns: 15 },
  );
});
