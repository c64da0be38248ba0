import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cell } from "../field/cell.ts";
import { recordIds } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import * as Workbook from "../ledger/workbook.ts";
import { nodePlatform } from "../testing/platform.ts";
import { visible } from "../testing/random-changes.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { mergesInto } from "./memory.ts";
import { planMerge } from "./merge.ts";
import { SURVIVORSHIPS } from "./rank.ts";
import { planUnmerge } from "./unmerge.ts";

const PEOPLE = 6;
const text = fc.option(fc.constantFrom("Ana", "Anna", "Anne", "Ana Maria"), { nil: null });
const tags = fc.option(fc.subarray(["VIP", "Newsletter", "Customer"], { minLength: 1 }), {
  nil: null,
});
const off = fc.option(fc.boolean(), { nil: null });
const person = fc.record({
  firstName: text,
  city: text,
  notes: text,
  tags,
  noMail: off,
  // Of the same sheet: also to each other and to oneself.
  boss: fc.option(fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1, maxLength: 3 }), { nil: null }),
});
const people = fc.array(person, { minLength: PEOPLE, maxLength: PEOPLE });
const deals = fc.array(fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }), {
  minLength: 2,
  maxLength: 4,
});
const merges = fc.array(
  fc.record({
    group: fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 2, maxLength: 4 }),
    rule: fc.constantFrom(...SURVIVORSHIPS),
  }),
  { minLength: 1, maxLength: 3 },
);

function begin(
  given: readonly { readonly [field: string]: Cell | null | readonly number[] }[],
  linked: readonly (readonly number[])[],
) {
  const workbook = newWorkbook();
  const ids = recordIds(nodePlatform, PEOPLE);
  const dealIds = recordIds(nodePlatform, linked.length);
  const column = (key: string): Cell[] =>
    given.map((one) => {
      const cell = one[key] ?? null;
      return (
        key === "boss" && Array.isArray(cell) ? cell.map((at) => ids[at as number]) : cell
      ) as Cell;
    });
  const link = { sheet: "contacts", multiple: true };
  const operations: Operation[] = [
    {
      op: "field",
      sheet: "contacts",
      after: { key: "noMail", name: "No mail", type: "checkbox", consent: true },
    },
    { op: "field", sheet: "contacts", after: { key: "boss", name: "Boss", type: "link", link } },
    {
      op: "create",
      sheet: "contacts",
      ids,
      fields: Object.fromEntries(Object.keys(given[0] ?? {}).map((key) => [key, column(key)])),
    },
    {
      op: "create",
      sheet: "deals",
      ids: dealIds,
      fields: { contacts: linked.map((one) => one.map((at) => ids[at] as string)) },
    },
  ];
  commit(workbook, operations);
  return { workbook, ids, dealIds };
}

/** What people see of their own sheets. */
function seen(workbook: Workbook.Workbook): unknown {
  return (visible(workbook) as { properties: { system?: boolean } }[]).filter(
    ({ properties }) => properties.system !== true,
  );
}

function live(workbook: Workbook.Workbook, ids: readonly string[]): string[] {
  const table = Workbook.table(workbook, "contacts");
  return ids.filter((id) => Workbook.isLive(table, Workbook.record(table, id)?.row ?? -1));
}

/** Whether anybody among the records that are there said no. */
function refusing(workbook: Workbook.Workbook, ids: readonly string[]): boolean {
  const table = Workbook.table(workbook, "contacts");
  return live(workbook, ids).some(
    (id) => Workbook.value(table, Workbook.record(table, id)?.row ?? -1, "noMail") === true,
  );
}

/** Merges those of the group that are still there; answers the ids of the merge records, in order. */
function mergeAll(
  workbook: Workbook.Workbook,
  ids: readonly string[],
  asked: readonly {
    readonly group: readonly number[];
    readonly rule: (typeof SURVIVORSHIPS)[number];
  }[],
): string[] {
  return asked.flatMap(({ group, rule }) => {
    const there = live(
      workbook,
      group.map((at) => ids[at] as string),
    );
    if (there.length < 2) return [];
    const { survivor, operations } = planMerge(workbook, "contacts", there, { rule }, nodePlatform);
    commit(workbook, operations);
    return mergesInto(workbook, "contacts", survivor)
      .slice(-1)
      .map(({ id }) => id);
  });
}

test("merges taken back, the last one first, leave the workbook as it was", () => {
  fc.assert(
    fc.property(people, deals, merges, (given, linked, asked) => {
      const { workbook, ids } = begin(given, linked);
      const before = seen(workbook);
      for (const id of mergeAll(workbook, ids, asked).toReversed()) {
        commit(workbook, planUnmerge(workbook, id).operations);
      }
      expect(seen(workbook)).toEqual(before);
    }),
    { numRuns: 60 },
  );
});

test("edits between merge and unmerge are the only difference afterwards", () => {
  const edits = fc.array(
    fc.record({
      at: fc.nat(),
      field: fc.constantFrom("firstName", "city", "street"),
      cell: fc.constantFrom("x", "y", "z"),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(people, deals, merges, edits, (given, linked, asked, changes) => {
      const { workbook, ids } = begin(given, linked);
      const plain = begin(given, linked);
      const made = mergeAll(workbook, ids, asked.slice(0, 1));
      for (const { at, field, cell } of changes) {
        const there = live(workbook, ids);
        const id = there[at % there.length] as string;
        commit(workbook, [
          { op: "set", sheet: "contacts", ids: [id], fields: { [field]: [cell] } },
        ]);
        const twin = plain.ids[ids.indexOf(id)] as string;
        commit(plain.workbook, [
          { op: "set", sheet: "contacts", ids: [twin], fields: { [field]: [cell] } },
        ]);
      }
      for (const id of made) commit(workbook, planUnmerge(workbook, id).operations);
      // The ids of the two differ, nothing else.
      const names = new Map([...ids, ...workbookIds(workbook)].map((id, at) => [id, `#${at}`]));
      const twins = new Map(
        [...plain.ids, ...workbookIds(plain.workbook)].map((id, at) => [id, `#${at}`]),
      );
      expect(renamed(seen(workbook), names)).toEqual(renamed(seen(plain.workbook), twins));
    }),
    { numRuns: 60 },
  );
});

test("consent is monotone: what one of the records refused, one that is there refuses after any merge and unmerge", () => {
  fc.assert(
    fc.property(people, deals, merges, fc.boolean(), (given, linked, asked, optsOut) => {
      const { workbook, ids } = begin(given, linked);
      const refused = refusing(workbook, ids);
      const made = mergeAll(workbook, ids, asked);
      for (const id of ids) {
        const table = Workbook.table(workbook, "contacts");
        const row = Workbook.record(table, id)?.row ?? -1;
        const groups = mergesInto(workbook, "contacts", id).flatMap(({ merged }) => merged);
        const said = [id, ...groups].some((one) => given[ids.indexOf(one)]?.noMail === true);
        if (said && Workbook.isLive(table, row)) {
          expect(Workbook.value(table, row, "noMail")).toBe(true);
        }
      }
      const there = live(workbook, ids);
      if (optsOut) {
        commit(workbook, [
          { op: "set", sheet: "contacts", ids: there, fields: { noMail: there.map(() => true) } },
        ]);
      }
      for (const id of made.toReversed()) commit(workbook, planUnmerge(workbook, id).operations);
      expect(refusing(workbook, ids)).toBe(refused || optsOut);
    }),
    { numRuns: 60 },
  );
});

function workbookIds(workbook: Workbook.Workbook): readonly string[] {
  return Workbook.table(workbook, "deals").ids;
}

function renamed(json: unknown, names: ReadonlyMap<string, string>): unknown {
  return JSON.parse(JSON.stringify(json), (_, value: unknown) =>
    typeof value === "string" ? (names.get(value) ?? value) : value,
  );
}
