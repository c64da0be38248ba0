import { describe, expect, test } from "vitest";
import { nodePlatform } from "@gridfolk/core/testing/platform";
import type { Field } from "@gridfolk/core/field/field";
import { recordIds } from "@gridfolk/core/ledger/ids";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { noNames } from "@gridfolk/core/sheet/names";
import { draftOf, fieldOf, nameProblem, newKey, retyping } from "./schema.ts";

const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
const text: Field = { key: "size", name: "Size", type: "text" };

function tableWith(values: (string | undefined)[]): Workbook.Table {
  const workbook = Workbook.empty("w", "e");
  const table = Workbook.addTable(workbook, {
    key: "things",
    name: "Things",
    title: ["size"],
    position: 1,
    fields: [text],
  });
  recordIds(nodePlatform, values.length).forEach((id, row) => {
    table.ids.push(id);
    table.rowById.set(id, row);
    table.deleted.push(0);
  });
  table.live = values.length;
  table.columns.set("size", values);
  return table;
}

describe("retyping", () => {
  test("counts what will not fit and keeps its text", () => {
    const table = tableWith(["12", "about 3", undefined, "4.5"]);
    const result = retyping(table, text, { ...text, type: "number" }, locale, noNames);
    expect(result).toMatchObject({ filled: 3, misfits: 1 });
    const [, set] = result.operations;
    expect(set?.op === "set" && set.fields["size"]).toEqual([12, { invalid: "about 3" }, 4.5]);
  });

  test("to a choice makes options of what is there, the most frequent first", () => {
    const table = tableWith(["S", "M", "M", "L"]);
    const { field, misfits } = retyping(table, text, { ...text, type: "choice" }, locale, noNames);
    expect(field.options?.map(({ name }) => name)).toEqual(["M", "S", "L"]);
    expect(misfits).toBe(0);
  });

  test("a new name changes no cell", () => {
    const table = tableWith(["12"]);
    const result = retyping(table, text, { ...text, name: "Height" }, locale, noNames);
    expect(result.operations).toHaveLength(1);
  });
});

describe("a column's form", () => {
  const sheet = tableWith([]).sheet;

  test("refuses a name that is taken, in any case, but not its own", () => {
    expect(nameProblem(" SIZE ", sheet)).toMatch(/already/);
    expect(nameProblem("Size", sheet, "size")).toBeUndefined();
    expect(nameProblem("  ", sheet)).toMatch(/name/);
  });

  test("leaves out what the type has no use for", () => {
    const draft = {
      ...draftOf(text, locale),
      unique: true,
      decimals: 2,
      ungrouped: true,
      options: [{ name: "A" }],
    };
    expect(fieldOf("size", draft, sheet)).toEqual({
      key: "size",
      name: "Size",
      type: "text",
      unique: true,
    });
    expect(fieldOf("size", { ...draft, type: "checkbox" }, sheet)).toEqual({
      key: "size",
      name: "Size",
      type: "checkbox",
    });
  });

  test("keeps what forbids contact, where the type can say so", () => {
    const out: Field = { key: "size", name: "Size", type: "checkbox", consent: true };
    const draft = draftOf(out, locale);
    expect(fieldOf("size", draft, sheet)).toEqual(out);
    expect(fieldOf("size", { ...draft, type: "text" }, sheet)).not.toHaveProperty("consent");
  });

  test("finds a key that no column has", () => {
    expect(newKey("Size", sheet)).toBe("size2");
  });
});
