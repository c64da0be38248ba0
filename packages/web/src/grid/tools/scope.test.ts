// @vitest-environment happy-dom
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Definition } from "@gridfolk/core/view/definition";
import * as Views from "@gridfolk/core/view/views";
import { openWorkspace } from "../../data/open.ts";
import type { Workspace } from "../../data/workspace.ts";
import { ann, createFakeServer, WORKSPACE } from "../../testing/fake-server.ts";
import { createSheetContext } from "../sheet-context.ts";
import { rowsOf, scopesOf } from "./scope.ts";
import type { ToolContext } from "./tool.ts";

let workspace: Workspace;
let context: ToolContext;

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  const server = await createFakeServer();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("WebSocket", server.connect);
  workspace = openWorkspace(ann, WORKSPACE);
  await vi.waitFor(() => {
    if (workspace.status().state !== "saved") throw new Error("not yet");
  });
  const ids = workspace.newRecordIds(3);
  workspace.commit(
    [{ op: "create", sheet: "contacts", ids, fields: { city: ["Rome", "Paris", "Rome"] } }],
    "Made",
  );
  const sheet = createSheetContext(
    workspace,
    "contacts",
    () => [],
    () => false,
  );
  sheet.order.ask(sheet.table(), Workbook.rows(sheet.table()), {});
  context = {
    sheet,
    selected: [],
    columns: [],
    fields: () => sheet.sheet().fields,
    show: () => true,
    announce: () => undefined,
    onSent: () => undefined,
    onClose: () => undefined,
  };
});

afterEach(() => {
  workspace.close();
  vi.unstubAllGlobals();
});

function save(name: string, filter: Definition["filter"]): string {
  const [id = ""] = workspace.newRecordIds(1);
  const { definition } = Views.viewsOf(workspace.workbook, ann.id, "contacts")[0] as Views.View;
  const view = { sheet: "contacts", name, position: 9, definition: { ...definition, filter } };
  workspace.commit([Views.create(workspace.workbook, ann.id, id, view as never)], "Saved");
  return id;
}

const cities = (rows: readonly number[]) =>
  rows.map((row) => Workbook.value(context.sheet.table(), row, "city"));

test("a saved view is a segment: tools work on its rows, whatever is on screen", () => {
  const id = save("Romans", { and: [{ field: "city", op: "is", value: "Rome" }] });
  expect(scopesOf(context)).toContainEqual({ scope: `view:${id}`, view: "Romans" });
  expect(cities(rowsOf(context, `view:${id}`))).toEqual(["Rome", "Rome"]);
});

test("all rows come as they stand on screen, then those that are left out there", () => {
  const { sheet } = context;
  const [first = -1, second = -1, third = -1] = Workbook.rows(sheet.table());
  sheet.order.ask(sheet.table(), Workbook.rows(sheet.table()), {
    select: (rows) => rows.filter((row) => row !== first),
    compare: (a, b) => b - a,
  });
  expect(rowsOf(context, "all")).toEqual([third, second, first]);
});

test("a segment that is gone, or asks a column that is gone, means no row, never all", () => {
  const id = save("Romans", { and: [{ field: "city", op: "is", value: "Rome" }] });
  const city = Workbook.findField(context.sheet.table(), "city");
  if (city === undefined) throw new Error("no city");
  workspace.commit(
    [{ op: "field", sheet: "contacts", before: city, after: { ...city, deleted: true } }],
    "Deleted the column City",
  );
  expect(rowsOf(context, `view:${id}`)).toEqual([]);
  workspace.commit([{ op: "delete", sheet: Views.SHEET, ids: [id] }], "Deleted the view");
  expect(rowsOf(context, `view:${id}`)).toEqual([]);
  expect(scopesOf(context).some(({ view }) => view === "Romans")).toBe(false);
});
