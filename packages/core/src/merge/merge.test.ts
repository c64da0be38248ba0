import { describe, expect, test } from "vitest";
import type { Cell } from "../field/cell.ts";
import { registry } from "../field/registry.ts";
import { check } from "../ledger/draft.ts";
import { recordIds } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import { fromRegistry } from "../ledger/rules.ts";
import * as Workbook from "../ledger/workbook.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { decisions, planForget } from "./decisions.ts";
import { mergesInto, resolve } from "./memory.ts";
import { planMerge, planMerges } from "./merge.ts";
import { isSeparate, planSeparate } from "./separate.ts";
import { planUnmerge } from "./unmerge.ts";

type Values = { readonly [field: string]: Cell };

function add(workbook: Workbook.Workbook, sheet: string, ...records: readonly Values[]): string[] {
  const ids = recordIds(nodePlatform, records.length);
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const fields = Object.fromEntries(
    keys.map((key) => [key, records.map((record) => record[key] ?? null)]),
  );
  commit(workbook, [{ op: "create", sheet, ids, fields }]);
  return ids;
}

function set(workbook: Workbook.Workbook, sheet: string, id: string, values: Values): void {
  const fields = Object.fromEntries(Object.entries(values).map(([key, cell]) => [key, [cell]]));
  commit(workbook, [{ op: "set", sheet, ids: [id], fields }]);
}

function values(workbook: Workbook.Workbook, sheet: string, id: string): Values {
  const table = Workbook.table(workbook, sheet);
  const row = Workbook.record(table, id)?.row ?? -1;
  return Object.fromEntries(
    table.sheet.fields.flatMap(({ key }) => {
      const cell = Workbook.value(table, row, key);
      return cell === undefined ? [] : [[key, cell]];
    }),
  );
}

function isLive(workbook: Workbook.Workbook, sheet: string, id: string): boolean {
  const table = Workbook.table(workbook, sheet);
  return Workbook.isLive(table, Workbook.record(table, id)?.row ?? -1);
}

function merge(
  workbook: Workbook.Workbook,
  ids: readonly string[],
  choice: Parameters<typeof planMerge>[3] = {},
) {
  const plan = planMerge(workbook, "contacts", ids, choice, nodePlatform);
  commit(workbook, plan.operations);
  const [made] = mergesInto(workbook, "contacts", plan.survivor).toReversed();
  return { ...plan, id: made?.id ?? "" };
}

const ana = { firstName: "Ana", lastName: "Silva", email: "ana@example.com", tags: ["VIP"] };
const anna = { firstName: "Anna", city: "Porto", tags: ["Customer", "VIP"], notes: "Called." };

describe("planMerge", () => {
  test("takes the values of the most complete record, and what it lacks from the others", () => {
    const workbook = newWorkbook();
    const [a = "", b = ""] = add(workbook, "contacts", ana, anna);
    const plan = merge(workbook, [b, a]);
    expect(plan).toMatchObject({
      survivor: a,
      merged: [b],
      label: "Merged 2 contacts into Ana Silva",
    });
    expect(values(workbook, "contacts", a)).toEqual({
      ...ana,
      city: "Porto",
      notes: "Called.",
      tags: ["VIP", "Customer"],
    });
    expect(plan.fields.find(({ field }) => field === "firstName")).toEqual({
      field: "firstName",
      from: a,
      kept: "Ana",
      others: [{ id: b, cell: "Anna" }],
    });
    expect(resolve(workbook, "contacts", b)).toBe(a);
  });

  test("takes the longest, the newest, and what was chosen by hand", () => {
    const workbook = newWorkbook();
    const [a = "", b = ""] = add(workbook, "contacts", ana, anna);
    const kept = (choice: Parameters<typeof planMerge>[3]) =>
      planMerge(workbook, "contacts", [a, b], choice, nodePlatform).fields.find(
        ({ field }) => field === "firstName",
      )?.kept;
    expect(kept({ rule: "longest" })).toBe("Anna");
    expect(kept({ survivor: b })).toBe("Anna");
    expect(kept({ values: { firstName: b } })).toBe("Anna");
    expect(kept({ rule: "newest" })).toBe("Ana");
    set(workbook, "contacts", b, { state: "Norte" });
    expect(kept({ rule: "newest" })).toBe("Anna");
  });

  test("a record that several people worked on is trusted more", () => {
    const workbook = newWorkbook();
    const [a = "", b = ""] = add(workbook, "contacts", ana, anna);
    commit(workbook, [{ op: "set", sheet: "contacts", ids: [b], fields: { state: ["N"] } }], "bob");
    expect(
      planMerge(workbook, "contacts", [a, b], { rule: "trusted" }, nodePlatform).survivor,
    ).toBe(b);
  });

  test("a second e-mail address goes into the next field for one", () => {
    const workbook = newWorkbook();
    commit(workbook, [
      {
        op: "field",
        sheet: "contacts",
        after: { key: "email2", name: "Other email", type: "email" },
      },
    ]);
    const [a = "", b = ""] = add(workbook, "contacts", ana, { email: "a.silva@work.test" });
    merge(workbook, [a, b]);
    expect(values(workbook, "contacts", a)["email2"]).toBe("a.silva@work.test");
  });

  test("links to the merged record lead to the survivor", () => {
    const workbook = newWorkbook();
    const [a = "", b = "", c = ""] = add(workbook, "contacts", ana, anna, { firstName: "Cleo" });
    const [deal = "", other = ""] = add(
      workbook,
      "deals",
      { name: "Roof", contacts: [c, b] },
      { name: "Door", contacts: [b, a] },
    );
    const { id } = merge(workbook, [a, b]);
    expect(values(workbook, "deals", deal)["contacts"]).toEqual([c, a]);
    expect(values(workbook, "deals", other)["contacts"]).toEqual([a]);
    commit(workbook, planUnmerge(workbook, id).operations);
    expect(values(workbook, "deals", deal)["contacts"]).toEqual([c, b]);
    expect(values(workbook, "deals", other)["contacts"]).toEqual([b, a]);
  });

  test("what somebody does not want is kept, whatever is chosen", () => {
    const workbook = newWorkbook();
    commit(workbook, [
      {
        op: "field",
        sheet: "contacts",
        after: { key: "noMail", name: "No mail", type: "checkbox", consent: true },
      },
    ]);
    const [a = "", b = ""] = add(workbook, "contacts", ana, { ...anna, noMail: true });
    set(workbook, "contacts", a, { noMail: false });
    const { id } = merge(workbook, [a, b], { survivor: a, values: { noMail: a } });
    expect(values(workbook, "contacts", a)["noMail"]).toBe(true);
    commit(workbook, planUnmerge(workbook, id).operations);
    expect(values(workbook, "contacts", b)["noMail"]).toBe(true);
  });

  test("an opt-out of after the merge holds for all that come back", () => {
    const workbook = newWorkbook();
    commit(workbook, [
      {
        op: "field",
        sheet: "contacts",
        after: { key: "noMail", name: "No mail", type: "checkbox", consent: true },
      },
    ]);
    const [a = "", b = ""] = add(workbook, "contacts", ana, anna);
    const { id } = merge(workbook, [a, b]);
    set(workbook, "contacts", a, { noMail: true });
    commit(workbook, planUnmerge(workbook, id).operations);
    expect(values(workbook, "contacts", a)["noMail"]).toBe(true);
    expect(values(workbook, "contacts", b)["noMail"]).toBe(true);
  });

  test("says what a record somebody else merged meanwhile went into", () => {
    const workbook = newWorkbook();
    const [a = "", b = "", c = ""] = add(workbook, "contacts", ana, anna, { firstName: "Anne" });
    merge(workbook, [a, b]);
    expect(() => planMerge(workbook, "contacts", [b, c], {}, nodePlatform)).toThrow(
      "Anna has been merged into Ana Silva meanwhile.",
    );
  });

  test("refuses one record, one twice, and strangers", () => {
    const workbook = newWorkbook();
    const [a = "", b = ""] = add(workbook, "contacts", ana, anna);
    const plan = (ids: string[], choice = {}) =>
      planMerge(workbook, "contacts", ids, choice, nodePlatform);
    expect(() => plan([a])).toThrow("two records or more");
    expect(() => plan([a, a])).toThrow("named twice");
    expect(() => plan([a, b], { survivor: "x" })).toThrow("not among those");
    expect(() => plan([a, "x"])).toThrow("There is no record x");
    expect(() => plan([a, b], { values: { nope: a } })).toThrow('no column "nope"');
    expect(() => plan(Array.from({ length: 201 }, (_, at) => `${at}`))).toThrow("at most 200");
  });
});

describe("planUnmerge", () => {
  test("both records are as they were, once", () => {
    const workbook = newWorkbook();
    const [a = "", b = ""] = add(workbook, "contacts", ana, anna);
    const { id } = merge(workbook, [a, b]);
    const plan = planUnmerge(workbook, id);
    expect(plan).toMatchObject({
      returned: [b],
      edits: [],
      label: "Unmerged 1 contact from Ana Silva",
    });
    commit(workbook, plan.operations);
    expect(values(workbook, "contacts", a)).toEqual(ana);
    expect(values(workbook, "contacts", b)).toEqual(anna);
    expect(isLive(workbook, "contacts", b)).toBe(true);
    expect(mergesInto(workbook, "contacts", a)).toEqual([]);
    expect(() => planUnmerge(workbook, id)).toThrow("taken back already");
  });

  test("records come back also when the trash would keep them no longer", () => {
    const workbook = newWorkbook();
    const [a = "", b = "", c = ""] = add(workbook, "contacts", ana, anna, { firstName: "Cleo" });
    const { id } = merge(workbook, [a, b]);
    commit(workbook, [{ op: "delete", sheet: "contacts", ids: [c] }]);
    const now = Date.UTC(2027, 10, 22);
    const reasonsOf = (operations: readonly Operation[]) =>
      check(workbook, { operations }, fromRegistry(registry), {
        onInvalid: "refuse",
        now,
      }).answer.refused.map((refusal) => refusal.reason);
    expect(reasonsOf([{ op: "restore", sheet: "contacts", ids: [c] }])).toEqual([
      "It was deleted more than 90 days ago and cannot be restored any more.",
    ]);
    expect(reasonsOf(planUnmerge(workbook, id).operations)).toEqual([]);
  });

  test("edits made since stay with the survivor, or go to the other side, and are told", () => {
    const workbook = newWorkbook();
    const [a = "", b = ""] = add(workbook, "contacts", ana, anna);
    const { id } = merge(workbook, [a, b]);
    set(workbook, "contacts", a, { city: "Lisboa", title: "CEO" });
    expect(planUnmerge(workbook, id).edits).toEqual([
      { field: "title", id: a, cell: "CEO" },
      { field: "city", id: a, cell: "Lisboa" },
    ]);
    commit(workbook, planUnmerge(workbook, id, "merged").operations);
    expect(values(workbook, "contacts", a)).toEqual(ana);
    expect(values(workbook, "contacts", b)).toEqual({ ...anna, city: "Lisboa", title: "CEO" });
  });

  test("a survivor in the trash stays there, with its own values", () => {
    const workbook = newWorkbook();
    const [a = "", b = ""] = add(workbook, "contacts", ana, anna);
    const { id } = merge(workbook, [a, b]);
    commit(workbook, [{ op: "delete", sheet: "contacts", ids: [a] }]);
    expect(resolve(workbook, "contacts", b)).toBeUndefined();
    commit(workbook, planUnmerge(workbook, id).operations);
    expect(isLive(workbook, "contacts", a)).toBe(false);
    expect(values(workbook, "contacts", a)).toEqual(ana);
    expect(values(workbook, "contacts", b)).toEqual(anna);
    expect(isLive(workbook, "contacts", b)).toBe(true);
  });

  test("merges in a row are taken back in any order, and a circle of them ends", () => {
    const workbook = newWorkbook();
    const [a = "", b = "", c = ""] = add(workbook, "contacts", ana, anna, { firstName: "Anne" });
    const first = merge(workbook, [a, b], { survivor: a });
    const second = merge(workbook, [a, c], { survivor: c });
    expect(resolve(workbook, "contacts", b)).toBe(c);
    commit(workbook, planUnmerge(workbook, first.id).operations);
    commit(workbook, planUnmerge(workbook, second.id).operations);
    expect([a, b, c].map((id) => values(workbook, "contacts", id))).toEqual([
      ana,
      anna,
      { firstName: "Anne" },
    ]);
    merge(workbook, [a, b], { survivor: a });
    commit(workbook, [{ op: "restore", sheet: "contacts", ids: [b] }]);
    merge(workbook, [a, b], { survivor: b });
    expect(resolve(workbook, "contacts", a)).toBe(b);
    commit(workbook, [{ op: "delete", sheet: "contacts", ids: [b] }]);
    expect(resolve(workbook, "contacts", a)).toBeUndefined();
  });
});

test("many groups are one changeset, each taken back alone", () => {
  const workbook = newWorkbook();
  const [a = "", b = "", c = "", d = ""] = add(
    workbook,
    "contacts",
    ana,
    anna,
    { firstName: "Cleo" },
    { firstName: "Cleo", city: "Rom" },
  );
  const [deal = ""] = add(workbook, "deals", { name: "Roof", contacts: [b, c] });
  const plan = planMerges(
    workbook,
    "contacts",
    [
      [a, b],
      [c, d],
    ],
    "most-complete",
    nodePlatform,
  );
  expect(plan).toMatchObject({ label: "Merged 4 contacts into 2", merged: 2, survivors: [a, d] });
  commit(workbook, plan.operations);
  expect(values(workbook, "deals", deal)["contacts"]).toEqual([a, d]);
  for (const survivor of [a, d]) {
    const [one] = mergesInto(workbook, "contacts", survivor);
    commit(workbook, planUnmerge(workbook, one?.id ?? "").operations);
  }
  expect(values(workbook, "deals", deal)["contacts"]).toEqual([b, c]);
});

test("a pair is kept separate until what it is known by changes", () => {
  const workbook = newWorkbook();
  const [a = "", b = ""] = add(workbook, "contacts", ana, anna);
  expect(isSeparate(workbook, "contacts", a, b)).toBe(false);
  const plan = planSeparate(workbook, "contacts", [b, a], nodePlatform);
  expect(plan.label).toBe("Kept Ana Silva and Anna separate");
  commit(workbook, plan.operations);
  expect(isSeparate(workbook, "contacts", a, b)).toBe(true);
  expect(isSeparate(workbook, "contacts", b, a)).toBe(true);
  set(workbook, "contacts", a, { firstName: "ANA", city: "Faro", email: "ANA@example.com" });
  expect(isSeparate(workbook, "contacts", a, b)).toBe(true);
  set(workbook, "contacts", b, { email: "ana@example.com" });
  expect(isSeparate(workbook, "contacts", a, b)).toBe(false);
  commit(workbook, planSeparate(workbook, "contacts", [a, b], nodePlatform).operations);
  expect(isSeparate(workbook, "contacts", a, b)).toBe(true);
});

test("of more than two each is kept from each, in one change, also where some of that is known", () => {
  const workbook = newWorkbook();
  const ids = add(workbook, "contacts", ana, anna, { firstName: "Anne" });
  const [a = "", b = "", c = ""] = ids;
  commit(workbook, planSeparate(workbook, "contacts", [a, c], nodePlatform).operations);
  const plan = planSeparate(workbook, "contacts", ids, nodePlatform);
  expect(plan.label).toBe("Kept 3 contacts separate");
  commit(workbook, plan.operations);
  for (const [one, other] of [
    [a, b],
    [a, c],
    [b, c],
  ] as const) {
    expect(isSeparate(workbook, "contacts", one, other)).toBe(true);
  }
  expect(() => planSeparate(workbook, "contacts", [a, a], nodePlatform)).toThrow(/different/);
});

describe("a pair kept separate", () => {
  const bob = { firstName: "Bob", email: "bob@example.com" };
  const more = { firstName: "Ana", phone: "+14155552671", website: "https://a.test" };

  test("is known of the record that one of them was merged into, until that is taken back", () => {
    const workbook = newWorkbook();
    const [a = "", b = "", c = ""] = add(workbook, "contacts", ana, bob, more);
    commit(workbook, planSeparate(workbook, "contacts", [a, b], nodePlatform).operations);
    expect(isSeparate(workbook, "contacts", a, c)).toBe(false);
    const { id } = merge(workbook, [b, c], { survivor: c });
    expect(isSeparate(workbook, "contacts", a, c)).toBe(true);
    commit(workbook, planUnmerge(workbook, id).operations);
    expect(isSeparate(workbook, "contacts", a, c)).toBe(false);
    expect(isSeparate(workbook, "contacts", a, b)).toBe(true);
  });

  test("stays known when another record is merged into one of them and fills it", () => {
    const workbook = newWorkbook();
    const [a = "", b = "", c = "", d = ""] = add(workbook, "contacts", ana, bob, more, anna);
    commit(workbook, planSeparate(workbook, "contacts", [a, b], nodePlatform).operations);
    merge(workbook, [b, c], { survivor: b });
    merge(workbook, [a, d], { survivor: a, rule: "longest" });
    expect(values(workbook, "contacts", b)).toMatchObject({ phone: "+14155552671" });
    expect(isSeparate(workbook, "contacts", a, b)).toBe(true);
    set(workbook, "contacts", b, { email: "ana@example.com" });
    expect(isSeparate(workbook, "contacts", a, b)).toBe(false);
  });
});

test("decisions are told with the records as they were, those on many at once apart, until they are forgotten", () => {
  const workbook = newWorkbook();
  const ids = add(workbook, "contacts", ana, anna, { firstName: "Bob" }, { firstName: "Rob" });
  const [a = "", b = "", c = "", d = ""] = ids;
  commit(workbook, planSeparate(workbook, "contacts", [a, c], nodePlatform).operations);
  const { id } = merge(workbook, [a, b], { survivor: a, values: { firstName: b } });
  const names = () =>
    decisions(workbook, "contacts").map((one) => [
      one.same,
      one.a("firstName"),
      one.b("firstName"),
    ]);
  expect(names()).toEqual([
    [false, "Anna", "Bob"],
    [true, "Ana", "Anna"],
  ]);
  commit(workbook, planUnmerge(workbook, id).operations);
  expect(names()).toEqual([[false, "Ana", "Bob"]]);
  commit(workbook, planForget(workbook, "contacts", nodePlatform));
  expect(names()).toEqual([]);
  expect(isSeparate(workbook, "contacts", a, c)).toBe(true);
  const groups = [
    [a, b],
    [c, d],
  ];
  commit(workbook, planMerges(workbook, "contacts", groups, "newest", nodePlatform).operations);
  expect(names()).toEqual([]);
});
