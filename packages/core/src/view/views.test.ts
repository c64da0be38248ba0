import { beforeEach, expect, test } from "vitest";
import type { Operation } from "../ledger/operation.ts";
import { recordIds } from "../ledger/ids.ts";
import { findField, table, type Workbook } from "../ledger/workbook.ts";
import { contextOf } from "../sheet/context.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { ownership } from "./access.ts";
import { colouring } from "./colour.ts";
import * as Definition from "./definition.ts";
import { mend } from "./mend.ts";
import * as Views from "./views.ts";

let workbook: Workbook;
beforeEach(() => {
  workbook = newWorkbook();
});

const names = (user: string, sheet = "contacts") =>
  Views.viewsOf(workbook, user, sheet).map(({ name }) => name);

function add(name: string, part: Partial<Views.NewView> = {}): string {
  const [id = ""] = recordIds(nodePlatform, 1);
  const view = { sheet: "contacts", name, position: 50, definition: Definition.EMPTY, ...part };
  commit(workbook, [Views.create(workbook, "anna", id, view)]);
  return id;
}

test("a new workspace has views that make sense with its fields", () => {
  const context = contextOf(workbook, { now: Date.UTC(2026, 10, 22), me: "anna" });
  for (const view of Views.viewsOf(workbook, "anna")) {
    expect(mend(view.definition, table(workbook, view.sheet), context).lost).toEqual([]);
  }
  expect(names("anna", "deals")).toEqual(["Open", "Closing this month", "Won", "Mine"]);
});

test("private views are seen by their owner alone", () => {
  const id = add("Own", { owner: "anna" });
  expect(names("anna")).toContain("Own");
  expect(names("bert")).not.toContain("Own");
  expect(Views.viewOf(workbook, "anna", "contacts", id).name).toBe("Own");
  expect(() => Views.viewOf(workbook, "bert", "contacts", id)).toThrow("no such view");
  expect(() => Views.viewOf(workbook, "anna", "deals", id)).toThrow("no such view");
});

test("people change their own private views, shared ones by their role, foreign ones never", () => {
  const own = add("Own", { owner: "anna" });
  const shared = add("Ours");
  const whose = (actor: string, operation: Operation) => ownership(workbook, actor, operation);
  expect(whose("anna", Views.change(workbook, own, { name: "Mine" }))).toBe("own");
  expect(whose("bert", Views.change(workbook, own, { name: "His" }))).toBe("foreign");
  expect(whose("bert", { op: "delete", sheet: "_views", ids: [own] })).toBe("foreign");
  expect(whose("bert", Views.change(workbook, shared, { name: "Theirs" }))).toBe("shared");
  // To give it to everybody, or to take it from them, is no private matter.
  expect(whose("anna", Views.change(workbook, own, { owner: null }))).toBe("shared");
  expect(whose("anna", Views.change(workbook, shared, { owner: "anna" }))).toBe("shared");
  expect(whose("anna", { op: "delete", sheet: "contacts", ids: [own] })).toBe("shared");
  const view = {
    sheet: "contacts",
    name: "B",
    owner: "bert",
    position: 1,
    definition: Definition.EMPTY,
  };
  expect(whose("anna", Views.create(workbook, "anna", "x", view))).toBe("foreign");
  expect(whose("bert", Views.create(workbook, "bert", "x", view))).toBe("own");
});

test("views move, and only those whose place changes are written", () => {
  const ids = ["A", "B", "C"].map((name, index) => add(name, { position: 10 + index }));
  const all = Views.viewsOf(workbook, "anna", "contacts");
  commit(workbook, Views.move(workbook, all, ids[2] as string, 0));
  expect(names("anna")).toEqual(["C", "Prospects", "Customers", "A", "B"]);
  const again = Views.viewsOf(workbook, "anna", "contacts");
  expect(Views.move(workbook, again, ids[2] as string, 0)).toEqual([]);
});

test("a workspace from before views had a place gets the field, and keeps views until then", () => {
  const position = findField(table(workbook, "_views"), "position");
  expect(position).toBeDefined();
  expect(Views.prepare(workbook)).toEqual([]);
  workbook.sheets.delete("_views");
  expect(Views.viewsOf(workbook, "anna")).toEqual([]);
  commit(workbook, Views.prepare(workbook));
  expect(Views.prepare(workbook)).toEqual([]);
});

test("a name that is none, and one view too many, are refused", () => {
  expect(() => add("   ")).toThrow("1 to 100 characters");
  expect(() => add("x".repeat(101))).toThrow("1 to 100 characters");
  const ids = recordIds(nodePlatform, Views.MOST);
  commit(workbook, [
    {
      op: "create",
      sheet: "_views",
      ids,
      fields: { sheet: ids.map(() => "contacts"), name: ids.map(() => "V") },
    },
  ]);
  expect(() => add("One more")).toThrow("at most 200 views");
});

test("what names a deleted field is left out and told in words; the rest stays", () => {
  const contacts = table(workbook, "contacts");
  const city = findField(contacts, "city");
  commit(workbook, [{ op: "field", sheet: "contacts", after: { ...city!, deleted: true } }]);
  const context = contextOf(workbook, { now: 0, me: "anna" });
  const gone = { field: "city", op: "is", value: "Paris" };
  const { definition, lost } = mend(
    {
      ...Definition.EMPTY,
      filter: { and: [gone, { field: "firstName", op: "notEmpty" }, { or: [gone] }] },
      sort: [{ field: "city", descending: false }],
      group: [{ field: "nowhere", descending: false }],
      summaries: { city: "unique", email: "filled" },
      hidden: ["city", "unheard"],
      rules: [{ name: "", filter: { and: [gone] }, color: "red" }],
    },
    contacts,
    context,
  );
  expect(lost).toEqual(["the column City was deleted", "there is no column nowhere"]);
  expect(definition).toMatchObject({
    filter: { and: [{ field: "firstName", op: "notEmpty" }] },
    sort: [],
    group: [],
    summaries: { email: "filled" },
    rules: [],
  });
});

test("the first rule that holds colours; one on the column goes before one on the row", () => {
  const [id = ""] = recordIds(nodePlatform, 1);
  commit(workbook, [
    { op: "create", sheet: "deals", ids: [id], fields: { name: ["A"], stage: ["Won"] } },
  ]);
  const deals = table(workbook, "deals");
  const row = deals.rowById.get(id) as number;
  const won = { field: "stage", op: "anyOf", value: ["Won"] };
  const colourOf = colouring(
    [
      { name: "Row", filter: won, color: "green" },
      { name: "Stage", filter: { and: [won] }, field: "stage", color: "teal" },
      {
        name: "Lost",
        filter: { field: "stage", op: "is", value: "Lost" },
        field: "name",
        color: "red",
      },
    ],
    deals,
    contextOf(workbook, { now: 0 }),
  );
  expect(colourOf?.(row, "name")?.name).toBe("Row");
  expect(colourOf?.(row, "stage")?.name).toBe("Stage");
  expect(colouring([], deals, contextOf(workbook, { now: 0 }))).toBeUndefined();
});
