import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Cell } from "../field/cell.ts";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import type { Changeset } from "../ledger/changeset.ts";
import { check } from "../ledger/draft.ts";
import { recordIds } from "../ledger/ids.ts";
import { fromRegistry } from "../ledger/rules.ts";
import { inverse } from "../ledger/undo.ts";
import * as Workbook from "../ledger/workbook.ts";
import { contextOf } from "../sheet/context.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { planColumns, type ColumnAction } from "./columns.ts";

const rules = fromRegistry(registry);

beforeAll(loadPhones);

function setUp(fields: { [key: string]: readonly (Cell | null)[] }, sheet = "contacts") {
  const workbook = newWorkbook();
  const { length } = Object.values(fields)[0] ?? [];
  commit(workbook, [{ op: "create", sheet, ids: recordIds(nodePlatform, length), fields }]);
  const table = Workbook.table(workbook, sheet);
  const of = (action: ColumnAction) =>
    planColumns(table, Workbook.rows(table), action, contextOf(workbook, { now: 0 }));
  const column = (key: string) =>
    Workbook.rows(table).map((row) => Workbook.value(table, row, key));
  const after = (action: ColumnAction, ...keys: string[]) => {
    commit(workbook, of(action).operations);
    return keys.map(column);
  };
  /** What people see: live columns in order, and every value. */
  const seen = () =>
    table.sheet.fields
      .filter((field) => field.deleted !== true)
      .map((field) => [field.key, field.name, column(field.key)]);
  return { workbook, table, of, after, column, seen };
}

describe("splitting a column", () => {
  it("makes new columns behind it, and fills columns that are there", () => {
    const { after, table } = setUp({ notes: ["Ada Lovelace", "Grace Brewster Hopper", null] });
    const into = [{ key: "firstName" }, { name: "Family name" }];
    expect(
      after(
        { kind: "split", field: "notes", split: { by: "name" }, into },
        "firstName",
        "familyName",
      ),
    ).toEqual([
      ["Ada", "Grace Brewster", undefined],
      ["Lovelace", "Hopper", undefined],
    ]);
    const keys = table.sheet.fields.map(({ key }) => key);
    expect(keys[keys.indexOf("notes") + 1]).toBe("familyName");
  });

  it("takes delimiters, leaves out what is not wanted, counts what gives way and what does not fit", () => {
    const { of, after } = setUp({
      notes: ["a@b.io; Bonn; x", "nonsense; Rome; y"],
      email: ["old@b.io", null],
    });
    const action: ColumnAction = {
      kind: "split",
      field: "notes",
      split: { by: "delimiter", delimiter: ";", most: 3 },
      into: [{ key: "email" }, { key: "city" }, null],
    };
    expect(of(action)).toMatchObject({ records: 2, cells: 4, replaced: 1, misfits: 1 });
    expect(of({ ...action, fill: true })).toMatchObject({ cells: 3, replaced: 0 });
    expect(of(action).examples[0]).toMatchObject({
      from: ["a@b.io; Bonn; x"],
      to: ["a@b.io", "Bonn"],
    });
    expect(after(action, "email", "city")).toEqual([
      ["a@b.io", { invalid: "nonsense" }],
      ["Bonn", "Rome"],
    ]);
  });

  it("leaves a cell as it is where its part is blank", () => {
    const { after } = setUp({ notes: ["12 Main St, Springfield, IL 62704"], country: ["USA"] });
    const into = [
      { key: "street" },
      { key: "city" },
      null,
      { key: "postalCode" },
      { key: "country" },
    ];
    const split = { by: "address" } as const;
    expect(after({ kind: "split", field: "notes", split, into }, "street", "country")).toEqual([
      ["12 Main St"],
      ["USA"],
    ]);
  });

  it("says what is missing", () => {
    const { of } = setUp({ notes: ["a b"] });
    const split = { by: "name" } as const;
    const wrong = (into: (ColumnAction & { kind: "split" })["into"]) => () =>
      of({ kind: "split", field: "notes", split, into });
    expect(wrong([null, null])).toThrow("No column was chosen");
    expect(wrong([{ key: "city" }, { key: "city" }])).toThrow("the same column");
    expect(wrong([{ name: " city " }])).toThrow("There is a column “city” already");
    expect(wrong([{ key: "createdAt" }])).toThrow("no column");
    const delimiter = { by: "delimiter", delimiter: "", most: 2 } as const;
    expect(() => of({ kind: "split", field: "notes", split: delimiter, into: [] })).toThrow(
      "what stands between",
    );
  });
});

describe("joining columns", () => {
  const fields = { street: ["1 Way", null], city: ["Bonn", "Rome"], country: [null, null] };

  it("passes over what is blank", () => {
    const { after } = setUp(fields);
    const join = { kind: "join", fields: ["street", "city", "country"], separator: ", " } as const;
    expect(after({ ...join, into: { name: "Place" } }, "place")).toEqual([["1 Way, Bonn", "Rome"]]);
  });

  it("writes values into a pattern, as people see them", () => {
    const { after, of } = setUp({ name: ["Big", null], value: ["120000 USD", null] }, "deals");
    const action = { kind: "compose", template: "[name]: [Value]!" } as const;
    expect(after({ ...action, into: { key: "notes" } }, "notes")).toEqual([
      ["Big: $1,200.00!", undefined],
    ]);
    const into = { name: "X" };
    expect(() => of({ kind: "compose", template: "[Nme]", into })).toThrow("no column “Nme”");
    expect(() => of({ kind: "compose", template: "Nme", into })).toThrow("in brackets");
    expect(() => of({ kind: "join", fields: [], separator: "", into })).toThrow("No columns");
  });
});

describe("extracting", () => {
  it("finds addresses and numbers in texts: all of them into text, the first into their own type", () => {
    const notes = ["Write to a@b.io or c@d.io.", "call (415) 555-2671", "see www.acme.test", null];
    const { after } = setUp({ notes });
    const from = { kind: "extract", field: "notes" } as const;
    expect(after({ ...from, what: "email", into: { key: "title" } }, "title")[0]?.[0]).toBe(
      "a@b.io, c@d.io",
    );
    expect(after({ ...from, what: "email", into: { name: "Mail" } }, "mail")).toEqual([
      ["a@b.io", undefined, undefined, undefined],
    ]);
    expect(after({ ...from, what: "phone", into: { key: "phone" } }, "phone")[0]?.[1]).toBe(
      "+14155552671 (415) 555-2671",
    );
    expect(after({ ...from, what: "url", into: { key: "website" } }, "website")[0]?.[2]).toBe(
      "www.acme.test",
    );
  });
});

describe("undo", () => {
  it("gives what people saw before, whatever was split, joined or extracted", () => {
    const text = fc.oneof(
      fc.constantFrom(
        "Ada Lovelace",
        "a@b.io, Bonn",
        "1 Way, Springfield, IL 62704",
        "+1 415 555 2671",
      ),
      fc.string({ maxLength: 12 }).filter((each) => each.trim() !== ""),
    );
    const target = fc.constantFrom(
      { key: "city" },
      { key: "email" },
      { key: "phone" },
      { name: "New one" },
    );
    const action: fc.Arbitrary<ColumnAction> = fc.oneof(
      fc.record({
        kind: fc.constant("split" as const),
        field: fc.constantFrom("notes", "city"),
        split: fc.constantFrom(
          { by: "name" } as const,
          { by: "address" } as const,
          { by: "delimiter", delimiter: ",", most: 2 } as const,
        ),
        into: fc.uniqueArray(target, { minLength: 1, maxLength: 2 }),
        fill: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("extract" as const),
        field: fc.constantFrom("notes", "email"),
        what: fc.constantFrom("email" as const, "phone" as const, "url" as const),
        into: target,
      }),
      fc.record({
        kind: fc.constant("join" as const),
        fields: fc.uniqueArray(fc.constantFrom("notes", "city", "email"), { minLength: 1 }),
        separator: fc.constantFrom(" ", ", "),
        into: target,
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.option(text), { minLength: 1, maxLength: 6 }),
        fc.array(fc.option(text), { minLength: 6, maxLength: 6 }),
        action,
        (notes, cities, asked) => {
          const { workbook, of, seen } = setUp({ notes, city: cities.slice(0, notes.length) });
          const before = seen();
          const { operations, records } = of(asked);
          const landed = land(workbook, operations);
          expect(records > 0).toBe(operations.length > 0);
          if (records > 0) expect(seen()).not.toEqual(before);
          const back = inverse(workbook, [landed], rules);
          expect(back.skipped).toEqual([]);
          commit(workbook, back.operations);
          expect(seen()).toEqual(before);
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** Commits, and answers the changeset as the log has it. */
function land(workbook: Workbook.Workbook, drafted: Parameters<typeof commit>[1]): Changeset {
  const { operations, answer } = check(workbook, { operations: drafted }, rules);
  const seq = workbook.seq + 1;
  commit(workbook, drafted);
  const id = [...workbook.recent.keys()].at(-1) ?? "";
  const base = { id, base: seq - 1, actor: "anna", source: "grid", label: "", seq, at: 0 } as const;
  return { ...base, operations, answer: { seq, changeset: id, ...answer } };
}
