import { describe, expect, test } from "vitest";
import { loadPhones } from "../field/phone.ts";
import type { Cell } from "../field/cell.ts";
import { registry } from "../field/registry.ts";
import { recordIds } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import { fromRegistry } from "../ledger/rules.ts";
import * as Workbook from "../ledger/workbook.ts";
import { nodePlatform } from "../testing/platform.ts";
import { commit, newWorkbook } from "../testing/workbooks.ts";
import { carry } from "./carry.ts";
import { isOptOutName, stricter } from "./consent.ts";

await loadPhones();
const rules = fromRegistry(registry);

function people(...given: readonly { readonly [field: string]: Cell }[]) {
  const workbook = newWorkbook();
  const ids = add(workbook, ...given);
  return { workbook, ids };
}

function creation(...given: readonly { readonly [field: string]: Cell }[]): Operation {
  const keys = [...new Set(given.flatMap((one) => Object.keys(one)))];
  return {
    op: "create",
    sheet: "contacts",
    ids: recordIds(nodePlatform, given.length),
    fields: Object.fromEntries(keys.map((key) => [key, given.map((one) => one[key] ?? null)])),
  };
}

function add(
  workbook: Workbook.Workbook,
  ...given: readonly { readonly [field: string]: Cell }[]
): readonly string[] {
  const operation = creation(...given);
  commit(workbook, [operation]);
  return "ids" in operation ? operation.ids : [];
}

function carryOn(workbook: Workbook.Workbook, ...operations: readonly Operation[]): void {
  commit(workbook, carry(workbook, operations, rules));
}

function isOut(workbook: Workbook.Workbook, id: string | undefined): boolean {
  const table = Workbook.table(workbook, "contacts");
  return Workbook.value(table, table.rowById.get(id ?? "") ?? -1, "doNotContact") === true;
}

const ANA = { firstName: "Ana", lastName: "Silva", email: "ana@silva.test" };

describe("an opt-out", () => {
  test("is taken over by a new record of the same e-mail address, however it is written", () => {
    const { workbook } = people({ ...ANA, doNotContact: true });
    const operation = creation({ email: "ANA@silva.test" }, { email: "bob@silva.test" });
    carryOn(workbook, operation);
    const [ana, bob] = "ids" in operation ? operation.ids : [];
    expect([isOut(workbook, ana), isOut(workbook, bob)]).toEqual([true, false]);
  });

  test("is not shared by colleagues who share a phone, but by the same name with it", () => {
    const phone = "+14155552671";
    const { workbook } = people({ firstName: "Ana", phone, doNotContact: true });
    const operation = creation({ firstName: "Bob", phone }, { firstName: "ana", phone });
    carryOn(workbook, operation);
    const [bob, ana] = "ids" in operation ? operation.ids : [];
    expect([isOut(workbook, bob), isOut(workbook, ana)]).toEqual([false, true]);
  });

  test("outlives the record: who is created anew after it was deleted is still opted out", () => {
    const { workbook, ids } = people({ ...ANA, doNotContact: true });
    carryOn(workbook, { op: "delete", sheet: "contacts", ids });
    const operation = creation(ANA);
    carryOn(workbook, operation);
    expect(isOut(workbook, "ids" in operation ? operation.ids[0] : "")).toBe(true);
  });

  test("goes to the records of the same person that stay when its record is deleted", () => {
    const { workbook, ids } = people({ ...ANA, doNotContact: true }, ANA, { email: "b@c.test" });
    carryOn(workbook, { op: "delete", sheet: "contacts", ids: ids.slice(0, 1) });
    expect(ids.slice(1).map((id) => isOut(workbook, id))).toEqual([true, false]);
  });

  test("holds for a record that comes out of the trash", () => {
    const { workbook, ids } = people(ANA, { ...ANA, doNotContact: true });
    carryOn(workbook, { op: "delete", sheet: "contacts", ids: ids.slice(0, 1) });
    carryOn(workbook, { op: "restore", sheet: "contacts", ids: ids.slice(0, 1) });
    expect(isOut(workbook, ids[0])).toBe(true);
  });

  test("that was taken back by hand is not revived by a record in the trash", () => {
    const { workbook, ids } = people({ ...ANA, doNotContact: true }, ANA);
    carryOn(workbook, { op: "delete", sheet: "contacts", ids: ids.slice(0, 1) });
    carryOn(workbook, {
      op: "set",
      sheet: "contacts",
      ids: ids.slice(1),
      fields: { doNotContact: [null] },
    });
    const operation = creation(ANA);
    carryOn(workbook, operation);
    expect(isOut(workbook, "ids" in operation ? operation.ids[0] : "")).toBe(false);
  });
});

test("what is stricter forbids all that either forbids", () => {
  expect(stricter(true, false)).toBe(true);
  expect(stricter(null, true)).toBe(true);
  expect(stricter(false, null)).toBe(false);
  expect(stricter(["Mail"], ["Phone", "Mail"])).toEqual(["Mail", "Phone"]);
  expect(stricter(["Mail"], null)).toEqual(["Mail"]);
  expect(stricter(null, null)).toBeNull();
});

test("columns that say what people do not want are known by their names", () => {
  for (const name of ["Do not contact", "HasOptedOutOfEmail", "Unsubscribed", "DNC", "opt-out"])
    expect([name, isOptOutName(name)]).toEqual([name, true]);
  for (const name of ["Email opt-in", "Consent", "Contact", "Subscribed", "Option", "Notes"])
    expect([name, isOptOutName(name)]).toEqual([name, false]);
});
