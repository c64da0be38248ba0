import { describe, expect, test } from "vitest";
import { registry } from "../field/registry.ts";
import * as Workbook from "../ledger/workbook.ts";
import { localeOf } from "../sheet/settings.ts";
import { nodePlatform } from "../testing/platform.ts";
import { newWorkbook } from "../testing/workbooks.ts";
import { describeColumns } from "./column.ts";
import { type ColumnValue, valuesIn } from "./column-values.ts";
import { type ColumnMapping, proposeMapping } from "./mapping.ts";
import { nearestChoice } from "./nearest-choice.ts";
import { plan } from "./plan.ts";
import { readCsv } from "./read/csv.ts";
import { dataRows, findTable } from "./table.ts";
import { translated } from "./translated.ts";
import { fieldOf, unanswered, unknownChoices, withNearest } from "./unknown-choices.ts";

const STAGES = ["Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"];

describe("the nearest choice", () => {
  test.each([
    ["Closed won", "Won"],
    ["CLOSED-LOST", "Lost"],
    ["in negotiation", "Negotiation"],
    ["Negotiation/Review", "Negotiation"],
    ["Qualified to buy", "Qualified"],
    ["Angebot verschickt", "Proposal"],
    ["Proposal/Price quote", "Proposal"],
    ["Verhandlung", "Negotiation"],
    ["Gagné", "Won"],
    ["New", "Lead"],
    ["Negotation", "Negotiation"],
    ["Qualifed", "Qualified"],
  ])("to %s is %s", (text, name) => {
    expect(nearestChoice(text, STAGES)).toBe(name);
  });

  test.each(["Closed", "Demo booked", "Not qualified", "Won or lost", "-", "Wan"])(
    "to %s is none",
    (text) => {
      expect(nearestChoice(text, STAGES)).toBeUndefined();
    },
  );

  test("is none where two are as near", () => {
    expect(nearestChoice("Proposal", ["Proposal sent", "Proposal accepted"])).toBeUndefined();
    expect(nearestChoice("Offer", ["Angebot", "Proposal"])).toBeUndefined();
  });
});

const CSV = `Deal,Amount,Deal stage
A,1,Closed won
B,2,closed  WON
C,3,Demo booked
D,4,proposal
E,5,n/a
F,6,Parked
`;

function dealsIn(text: string) {
  const workbook = newWorkbook();
  const table = findTable(readCsv(new TextEncoder().encode(text)));
  const rows = dataRows(table);
  const { sheet } = Workbook.table(workbook, "deals");
  const mapping = proposeMapping(describeColumns(table, rows, localeOf(workbook), registry), sheet);
  const at = mapping.columns.findIndex(({ name }) => name === "Deal stage");
  const column = mapping.columns[at] as ColumnMapping;
  const values = valuesIn(table, column.column, rows) as ColumnValue[];
  const planWith = (part: Partial<ColumnMapping>) =>
    plan(
      { workbook, registry, locale: localeOf(workbook), platform: nodePlatform },
      table,
      { ...mapping, columns: mapping.columns.with(at, { ...column, ...part }) },
      { mode: "overwrite" },
    );
  return { sheet, column, values, planWith };
}

describe("stages that are not there", () => {
  test("are told once each, with their rows and the nearest stage", () => {
    const { sheet, column, values } = dealsIn(CSV);
    const field = fieldOf(column, sheet);
    expect(field?.key).toBe("stage");
    expect(unknownChoices(values, field!, column)).toEqual([
      { text: "Closed won", rows: 2, first: 1, nearest: "Won" },
      { text: "Demo booked", rows: 1, first: 3 },
      { text: "Parked", rows: 1, first: 6 },
    ]);
  });

  test("are asked about until somebody says what they mean, but for those that have a nearest one", () => {
    const { sheet, column, values } = dealsIn(CSV);
    const proposed = withNearest(column, sheet, values);
    expect(proposed.meant).toEqual({ "Closed won": "Won" });
    expect(unanswered(proposed, sheet, values).map(({ text }) => text)).toEqual([
      "Demo booked",
      "Parked",
    ]);
    const said = {
      ...proposed,
      meant: { ...proposed.meant, "demo booked": null, Parked: "Parked" },
    };
    expect(unanswered(said, sheet, values)).toEqual([]);
    // What was said before stays, whatever is near.
    expect(withNearest({ ...column, meant: { "Closed won": null } }, sheet, values).meant).toEqual({
      "Closed won": null,
    });
  });

  test("are written as what they mean, left blank, or added", () => {
    const { planWith } = dealsIn(CSV);
    const planned = planWith({
      meant: { "Closed won": "Won", "Demo booked": null, Parked: "Parked" },
      adds: ["Signed", "won"],
    });
    const stage = planned.columns.findIndex(({ field }) => field.key === "stage");
    expect(planned.ids.map((_, record) => planned.cell(record, stage))).toEqual([
      "Won",
      "Won",
      undefined,
      "Proposal",
      undefined,
      "Parked",
    ]);
    const options = planned.changedFields[0]?.options?.map(({ name }) => name);
    expect(options).toEqual([...STAGES, "Signed", "Parked"]);
    expect(translated(planned)).toEqual([
      { field: "Stage", text: "Closed won", means: "Won", rows: 2 },
      { field: "Stage", text: "Demo booked", means: null, rows: 1 },
    ]);
  });

  test("become stages where nobody is asked", () => {
    const planned = dealsIn(CSV).planWith({});
    const options = planned.changedFields[0]?.options?.map(({ name }) => name);
    expect(options).toEqual([...STAGES, "Closed won", "Demo booked", "Parked"]);
    expect(translated(planned)).toEqual([]);
  });

  test("of columns that go elsewhere, or hold too much to be choices, are not asked about", () => {
    const { sheet, column, values } = dealsIn(CSV);
    const elsewhere: ColumnMapping = { ...column, target: { kind: "field", field: "source" } };
    expect(withNearest(elsewhere, sheet, values)).toBe(elsewhere);
    expect(unanswered(elsewhere, sheet, values)).toEqual([]);
    const many = Array.from({ length: 61 }, (_, n) => `Deal ${n},${n},Stage ${n}`).join("\n");
    expect(dealsIn(`Deal,Amount,Deal stage\n${many}\n`).values).toBeUndefined();
  });
});
