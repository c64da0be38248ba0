// @vitest-environment happy-dom
import fc from "fast-check";
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { openWorkspace } from "../data/open.ts";
import type { Workspace } from "../data/workspace.ts";
import { ann, createFakeServer, WORKSPACE } from "../testing/fake-server.ts";
import { createActions, type Actions } from "./actions.ts";
import * as Selection from "./selection.ts";
import { createSheetContext, isWritable, liveFields, type SheetContext } from "./sheet-context.ts";

let workspace: Workspace;

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  const server = await createFakeServer();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("WebSocket", server.connect);
  workspace = openWorkspace(ann, WORKSPACE);
  await vi.waitFor(() => {
    if (workspace.status().state !== "saved") throw new Error("not yet");
  });
});

afterEach(() => {
  workspace.close();
  vi.unstubAllGlobals();
});

interface Hands {
  readonly sheet: SheetContext;
  readonly actions: Actions;
  readonly fields: () => readonly Field[];
  readonly ask: (sorted: boolean) => void;
}

function hands(): Hands {
  const sheet = createSheetContext(
    workspace,
    "contacts",
    () => [],
    () => false,
  );
  const actions = createActions({
    sheet,
    announce: () => undefined,
    onSent: () => undefined,
    onLook: () => undefined,
  });
  const ask = (sorted: boolean) => {
    const table = sheet.table();
    const compare = (a: number, b: number) =>
      String(Workbook.value(table, a, "firstName") ?? "").localeCompare(
        String(Workbook.value(table, b, "firstName") ?? ""),
      ) || a - b;
    sheet.order.ask(table, Workbook.rows(table), sorted ? { compare } : {});
  };
  return { sheet, actions, fields: () => liveFields(sheet.sheet()).slice(0, 12), ask };
}

/** What people see of every sheet: the records that are there and their cells. */
function seen(): unknown {
  return workspace.sheets().map(({ key }) => {
    const table = Workbook.table(workspace.workbook, key);
    const fields = liveFields(table.sheet).filter(isWritable);
    const records = Workbook.rows(table).map((row) => [
      table.ids[row],
      fields.map((field) => Workbook.value(table, row, field.key) ?? null),
    ]);
    return [key, fields, records];
  });
}

type Step = (hands: Hands) => unknown;

const place = fc.nat(9);
const columnAt = fc.nat(11);
const texts = fc.constantFrom(
  "",
  "7",
  "12%",
  "2026-03-04",
  "Lead",
  "a@b.example",
  "no such",
  "yes",
  "Item 3",
);
const area = fc
  .tuple(place, columnAt, fc.nat(3), fc.nat(2))
  .map(([top, left, down, right]) => ({ top, left, bottom: top + down, right: left + right }));
const size = ({ sheet, fields }: Hands) => ({ rows: sheet.order.count, columns: fields().length });
const within = (hands: Hands, wanted: Selection.Bounds) =>
  Selection.bounds(
    Selection.cellRange(
      { row: wanted.top, column: wanted.left },
      { row: wanted.bottom, column: wanted.right },
    ),
    size(hands),
  );
const rangeOf = ({ top, left, bottom, right }: Selection.Bounds) =>
  Selection.cellRange({ row: top, column: left }, { row: bottom, column: right });

const steps: readonly fc.Arbitrary<Step>[] = [
  fc.tuple(place, columnAt, texts).map(([row, column, text]) => ({ sheet, actions, fields }) => {
    const [at, field] = [sheet.order.rowAt(row), fields()[column]];
    if (at < 0 || field === undefined || !isWritable(field)) return;
    return actions.paste(
      [[text]],
      { top: row, bottom: row, left: column, right: column },
      fields(),
    );
  }),
  fc
    .tuple(
      area,
      fc.array(fc.array(texts, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
    )
    .map(
      ([wanted, block]) =>
        ({ actions, fields }) =>
          actions.paste(block, wanted, fields()),
    ),
  area.map((wanted) => (all) => {
    const own = within(all, wanted);
    if (own !== undefined) all.actions.clear([rangeOf(own)], size(all), all.fields());
  }),
  fc
    .tuple(area, fc.constantFrom("down" as const, "right" as const))
    .map(([wanted, direction]) => (all) => {
      const own = within(all, wanted);
      if (own !== undefined)
        all.actions.fill(Selection.filledArea(own, direction), direction, all.fields());
    }),
  fc
    .tuple(area, fc.constantFrom("up", "down", "left", "right"), fc.boolean())
    .map(([wanted, side, other]) => (all) => {
      const own = within(all, wanted);
      if (own === undefined) return;
      const { rows, columns } = size(all);
      const target = {
        up: { ...own, top: 0, bottom: own.top - 1 },
        down: { ...own, top: own.bottom + 1, bottom: rows - 1 },
        left: { ...own, left: 0, right: own.left - 1 },
        right: { ...own, left: own.right + 1, right: columns - 1 },
      }[side] as Selection.Bounds;
      if (target.top > target.bottom || target.left > target.right) return;
      return all.actions.fillSeries(own, target, all.fields(), other);
    }),
  fc.tuple(area, place, columnAt).map(([wanted, row, column]) => (all) => {
    const own = within(all, wanted);
    const { sheet, actions, fields } = all;
    const field = own && fields()[own.left];
    if (own === undefined || field === undefined) return;
    const cell = sheet.cell(sheet.order.rowAt(own.top), field);
    actions.fillAll({ ranges: [rangeOf(own)], size: size(all), fields: fields() }, field, {
      cell,
      first: [],
    });
    // Cut and moved elsewhere, over itself too.
    const ids: string[] = [];
    for (let at = own.top; at <= own.bottom; at++) ids.push(sheet.order.at(at)?.id ?? "");
    const block = actions.copy([own], fields()).map((line) => line.map((copied) => copied.text));
    const keys = fields()
      .slice(own.left, own.right + 1)
      .filter(isWritable)
      .map(({ key }) => key);
    const target = { top: row, bottom: row, left: column, right: column };
    return actions.paste(block, target, fields(), { sheet: "contacts", ids, fields: keys });
  }),
  fc
    .tuple(place, columnAt, fc.boolean())
    .map(([row, column, date]) => ({ sheet, actions, fields }) => {
      const [at, field] = [sheet.order.rowAt(row), fields()[column]];
      if (at >= 0 && field !== undefined && isWritable(field))
        actions.setNow(at, field, date ? "date" : "time");
    }),
  fc.uniqueArray(place, { minLength: 1, maxLength: 3 }).map((places) => ({ sheet, actions }) => {
    actions.remove(places.map((each) => sheet.order.rowAt(each)).filter((row) => row >= 0));
  }),
  place.map((row) => ({ sheet, actions }) => {
    if (sheet.order.rowAt(row) >= 0) actions.duplicate([sheet.order.rowAt(row)]);
  }),
  texts.map((text) => ({ actions, fields }) => {
    const cell: Cell | undefined = text === "" ? undefined : text;
    actions.add(fields()[0], { cell, first: [] });
  }),
  fc.constantFrom("undo" as const, "redo" as const).map((verb) => () => void workspace[verb]()),
];

test(
  "whatever is done in the grid, undoing all of it gives what was there",
  { timeout: 120_000 },
  async () => {
    const ids = workspace.newRecordIds(8);
    const firstName = ids.map((_, n) => `Person ${n}`);
    workspace.commit(
      [{ op: "create", sheet: "contacts", ids, fields: { firstName } }],
      "Made some people",
      { silent: true },
    );
    const all = hands();
    let done = 0;
    // From here on it is known that nothing was done before.
    await workspace.undo();
    await workspace.redo();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(...steps), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (sequence, sorted) => {
          const before = seen();
          for (const step of sequence) {
            all.ask(sorted);
            await step(all);
          }
          while (workspace.undoable()) {
            void workspace.undo();
            done++;
          }
          expect(seen()).toEqual(before);
        },
      ),
      { numRuns: 150 },
    );
    // It did something worth undoing.
    expect(done).toBeGreaterThan(300);
  },
);
